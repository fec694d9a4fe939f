//! The job that brings lines where the rules want them. All waiting lines of a router go in one piece: the verdict is taken
//! anew when they run, the router is told and read back, and only then is anything called done. What happened meanwhile
//! (a payment, an override) is asked for once more before the end: the database wins over the job (A4, A5).

use std::collections::{HashMap, HashSet};

use billing::access::Reason as Why;
use billing::{Access, CustomerStatus, Observed, RouterMode};
use serde_json::json;
use store::Tx;
use store::access::LineAccess;
use store::customers::{Customer, Standing};
use store::jobs::{Job, NewJob, State};
use store::plans::{LineOutcome, LineState, OpenLine};
use store::routers::Router;

use crate::access::{self, Day, Judged, LineBook, seen};
use crate::error::{Result, Sentence};
use crate::events::{self, Event};
use crate::jobs::lane;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::logs::{self, Entry};
use crate::network::{self, Carried, Failure, Order, Session, Wish};
use crate::office::{Call, Office};

/// The key of a line's job: one at a time for each line.
pub(crate) fn key(customer_id: i64) -> String {
    format!("{KEY}{customer_id}")
}

/// What stands before the customer's id in such a key.
pub(crate) const KEY: &str = "access:";

fn new_job<'a>(call: &Call<'_>, kind: JobKind, customer_id: i64, router_id: i64) -> NewJob<'a> {
    NewJob {
        kind: kind.as_str(),
        key: key(customer_id),
        payload: json!({ "customer_id": customer_id }),
        router_id: Some(router_id),
        run_at: call.now,
        event_id: None,
    }
}

/// Asks for a line to be brought where the rules want it, and gives the job. One that waits already is hastened when it is
/// an opening; one that is running looks at the database again before it ends.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    call: &Call<'_>,
    kind: JobKind,
    customer_id: i64,
    router_id: i64,
) -> Result<Option<i64>> {
    if let Some(job) =
        store::jobs::enqueue(tx, &new_job(call, kind, customer_id, router_id), call.now).await?
    {
        return Ok(Some(job));
    }
    let Some(pending) = store::jobs::pending(tx, &key(customer_id)).await? else {
        return Ok(None);
    };
    if kind == JobKind::OpenAccess && pending.state != State::Running {
        store::jobs::hasten(tx, pending.id, kind.as_str(), call.now).await?;
    }
    Ok(Some(pending.id))
}

/// Asks for many lines at once: `(customer, router)`.
pub(crate) async fn enqueue_all(
    tx: &mut Tx,
    call: &Call<'_>,
    kind: JobKind,
    lines: &[(i64, i64)],
) -> Result<u64> {
    let jobs: Vec<NewJob<'_>> = lines
        .iter()
        .map(|&(customer_id, router_id)| new_job(call, kind, customer_id, router_id))
        .collect();
    Ok(store::jobs::enqueue_all(tx, &jobs, call.now).await?)
}

/// A line in work.
struct Work<'j> {
    job: &'j Job,
    customer_id: i64,
    plan_line: Option<OpenLine>,
    step: Step,
}

/// What is to be done about a line, and then what came of it.
enum Step {
    /// The router is told.
    Send(Order, Access),
    /// There is nothing to do, for this reason.
    Skip(&'static str, Sentence),
    /// It cannot be done.
    Fail(Failure),
    /// The router was told this and read back.
    Carried(Access, Box<Carried>),
}

/// Runs the jobs, all of which are for one router.
pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let actor = lane::actor();
    let mut call = office.call(&actor).await;
    call.cause = jobs.first().map(|job| format!("job:{}", job.id));
    let Some(router_id) = jobs.first().and_then(|job| job.router_id) else {
        return Ok(Counts::default());
    };

    let mut tx = call.read().await?;
    let router = store::routers::find(&mut tx, router_id).await?;
    let mut works = plan(&mut tx, &call, router_id, jobs).await?;
    drop(tx);

    let mut lost = None;
    if works.iter().any(|work| matches!(work.step, Step::Send(..))) {
        match office.network().session(office, router_id).await {
            Ok(session) => {
                note_asked(&call, &session, &works).await?;
                send(&session, &mut works).await;
                let broken = works.iter().find_map(|work| match &work.step {
                    Step::Fail(failure) if failure.is_of_router() => Some(failure.clone()),
                    _ => None,
                });
                if let Some(failure) = broken {
                    office.network().lost(office, &session.router, &failure).await?;
                    lost = Some(failure);
                }
            }
            Err(failure) => {
                for work in works
                    .iter_mut()
                    .filter(|work| matches!(work.step, Step::Send(..)))
                {
                    work.step = Step::Fail(failure.clone());
                }
                lost = Some(failure).filter(Failure::is_of_router);
            }
        }
    }
    let observes = router
        .as_ref()
        .is_some_and(|router| router.details.mode == RouterMode::Observe);
    let counts = settle_all(&mut call, owner, works, router.as_ref(), observes, lost.as_ref()).await?;
    office.ring();
    Ok(counts)
}

fn customer_of(job: &Job) -> i64 {
    job.payload
        .get("customer_id")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or_default()
}

/// Takes the verdicts and says what is to be done about each line.
async fn plan<'j>(tx: &mut Tx, call: &Call<'_>, router_id: i64, jobs: &'j [Job]) -> Result<Vec<Work<'j>>> {
    let ids: Vec<i64> = jobs.iter().map(customer_of).collect();
    let mut plan_lines = open_lines(tx, &ids).await?;
    let mut judged = judge(tx, call, &ids, &plan_lines).await?;
    let rows = seen::rows(tx, &ids).await?;
    let book = LineBook::of(tx, router_id).await?;
    Ok(jobs
        .iter()
        .map(|job| {
            let customer_id = customer_of(job);
            let plan_line = plan_lines.remove(&customer_id);
            let step = match judged.remove(&customer_id) {
                Some(judged) => step(
                    call,
                    &book,
                    &judged,
                    rows.get(&customer_id),
                    plan_line.as_ref(),
                    router_id,
                ),
                None => Step::Skip(
                    "no_customer",
                    Sentence::new("Pelanggan tidak ada.", "There is no such customer."),
                ),
            };
            Work {
                job,
                customer_id,
                plan_line,
                step,
            }
        })
        .collect())
}

fn step(
    call: &Call<'_>,
    book: &LineBook,
    judged: &Judged,
    row: Option<&LineAccess>,
    plan_line: Option<&OpenLine>,
    router_id: i64,
) -> Step {
    if judged.customer.details.router_id != Some(router_id) {
        return Step::Skip(
            "moved",
            Sentence::new(
                "Pelanggan sudah pindah router.",
                "The customer has moved to another router.",
            ),
        );
    }
    let desired = judged.desired();
    if let Some((code, why)) = refusal(call, judged, plan_line) {
        return Step::Skip(code, why);
    }
    if plan_line.is_some_and(|open| open.line.action != desired) {
        let why = access::decisive(judged);
        // A payment that came while a closing waited; the line must be open then, so the router is asked all the same.
        if desired == Access::Closed
            || row.is_none_or(|row| row.observed == Observed::Open && row.desired == Access::Open)
        {
            return Step::Skip("changed_since", why);
        }
    }
    let order = Order {
        line: book.line(&judged.customer),
        wish: Wish::Access(desired),
        unfinished: seen::is_unfinished(row, desired),
    };
    Step::Send(order, desired)
}

/// Why a line is not closed now although the verdict says so: for a bill it closes only by a plan that was let through,
/// and on a later day than that only when the office closes lines then.
fn refusal(
    call: &Call<'_>,
    judged: &Judged,
    plan_line: Option<&OpenLine>,
) -> Option<(&'static str, Sentence)> {
    let for_a_bill = matches!(judged.verdict.reasons.first(), Some(Why::Overdue { .. }));
    if judged.desired() == Access::Open || !for_a_bill {
        return None;
    }
    let Some(open) = plan_line else {
        return Some((
            "no_plan",
            Sentence::new(
                "Penutupan karena tagihan hanya berjalan lewat rencana.",
                "Closing for a bill goes only through a plan.",
            ),
        ));
    };
    let day = |at| call.zone.to_datetime(at);
    let delayed = open
        .approved_at
        .is_none_or(|approved| day(approved).date() != day(call.now).date());
    let moment = access::calendar(&call.settings).may_close_at(day(call.now));
    if delayed && !moment.is_allowed() {
        return Some((
            "not_closing_now",
            Sentence::new(
                "Hari atau jam ini bukan waktu penutupan; menunggu rencana berikutnya.",
                "Lines are not closed on this day or at this hour; the next plan decides.",
            ),
        ));
    }
    None
}

async fn open_lines(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, OpenLine>> {
    let mut lines = HashMap::new();
    for open in store::plans::open_lines(tx, ids).await? {
        lines.entry(open.line.customer_id).or_insert(open);
    }
    Ok(lines)
}

/// Judges each customer on the day of the plan that it stands in, else today.
async fn judge(
    tx: &mut Tx,
    call: &Call<'_>,
    ids: &[i64],
    plan_lines: &HashMap<i64, OpenLine>,
) -> Result<HashMap<i64, Judged>> {
    let mut by_day: HashMap<jiff::civil::Date, Vec<i64>> = HashMap::new();
    for &id in ids {
        by_day
            .entry(plan_lines.get(&id).map_or(call.today, |open| open.as_of))
            .or_default()
            .push(id);
    }
    let mut judged = HashMap::new();
    for (day, ids) in by_day {
        let some = access::judge_some(tx, &Day::on(call, day), &ids).await?;
        judged.extend(some.into_iter().map(|judged| (judged.customer.id, judged)));
    }
    Ok(judged)
}

/// Notes what is about to be asked, so that a try that is cut off is completed by the next one.
async fn note_asked(call: &Call<'_>, session: &Session, works: &[Work<'_>]) -> Result<()> {
    if session.router.details.mode == RouterMode::Observe {
        return Ok(());
    }
    let wishes: Vec<(i64, Access)> = works
        .iter()
        .filter_map(|work| match &work.step {
            Step::Send(_, desired) => Some((work.customer_id, *desired)),
            _ => None,
        })
        .collect();
    let mut tx = call.begin().await?;
    seen::ask(&mut tx, &wishes).await?;
    Ok(tx.commit().await?)
}

/// Sends the openings, then the closings: who paid waits for nobody.
async fn send(session: &Session, works: &mut [Work<'_>]) {
    for turn in [Access::Open, Access::Closed] {
        let (places, orders): (Vec<usize>, Vec<Order>) = works
            .iter()
            .enumerate()
            .filter_map(|(place, work)| match &work.step {
                Step::Send(order, desired) if *desired == turn => Some((place, order.clone())),
                _ => None,
            })
            .unzip();
        if orders.is_empty() {
            continue;
        }
        for (place, carried) in places.into_iter().zip(network::carry_out(session, &orders).await) {
            if let Some(work) = works.get_mut(place) {
                work.step = match carried {
                    Ok(carried) => Step::Carried(turn, Box::new(carried)),
                    Err(failure) => Step::Fail(failure),
                };
            }
        }
    }
}

async fn settle_all(
    call: &mut Call<'_>,
    owner: &str,
    works: Vec<Work<'_>>,
    router: Option<&Router>,
    observes: bool,
    lost: Option<&Failure>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut tx = call.begin().await?;
    let ids: Vec<i64> = works.iter().map(|work| work.customer_id).collect();
    let mut order = ids.clone();
    order.sort_unstable();
    for id in order {
        // A payment that is being booked ends first and is seen, or begins after and finds the job gone.
        store::customers::lock(&mut tx, id).await?;
    }
    let plan_lines: HashMap<i64, OpenLine> = works
        .iter()
        .filter_map(|work| work.plan_line.clone().map(|open| (work.customer_id, open)))
        .collect();
    let judged = judge(&mut tx, call, &ids, &plan_lines).await?;
    let mut plans = HashSet::new();
    let mut sights = Vec::new();
    for work in &works {
        call.cause = Some(format!("job:{}", work.job.id));
        let ended = match &work.step {
            Step::Fail(failure) => Ended::from(failure),
            Step::Carried(wish, _) if !observes => match judged.get(&work.customer_id) {
                Some(judged) if judged.desired() != *wish && !is_held_back(call, judged, work) => {
                    Ended::Again(kind_for(judged.desired()).as_str())
                }
                _ => Ended::Done,
            },
            Step::Send(..) | Step::Skip(..) | Step::Carried(..) => Ended::Done,
        };
        if !settle(&mut tx, call, owner, work.job, &ended, &mut counts).await? {
            continue;
        }
        if let Step::Carried(_, carried) = &work.step {
            sights.push(seen::Seen {
                customer_id: work.customer_id,
                observed: carried.observed,
                said: carried.after.clone(),
            });
        }
        if let Some(open) = &work.plan_line {
            plans.insert(open.line.plan_id);
            close_plan_line(&mut tx, call, open, work, &ended, observes).await?;
        }
        if let (Step::Carried(wish, carried), Ended::Done, false) = (&work.step, &ended, observes)
            && let Some(judged) = judged.get(&work.customer_id)
        {
            stand(&mut tx, call, judged, *wish, carried, router).await?;
        }
    }
    seen::note(&mut tx, &sights, call.now).await?;
    for plan in plans {
        access::finish_plan(&mut tx, call, plan).await?;
    }
    if let (Some(failure), Some(router)) = (lost, router) {
        store::jobs::park_router(&mut tx, router.id, failure.code(), &failure.sentence().id).await?;
    }
    tx.commit().await?;
    Ok(counts)
}

fn kind_for(desired: Access) -> JobKind {
    match desired {
        Access::Open => JobKind::OpenAccess,
        Access::Closed => JobKind::Access,
    }
}

/// A line that was opened and that the ledger would close: that is the next plan's business, not this job's.
fn is_held_back(call: &Call<'_>, judged: &Judged, work: &Work<'_>) -> bool {
    refusal(call, judged, work.plan_line.as_ref()).is_some()
}

async fn close_plan_line(
    tx: &mut Tx,
    call: &Call<'_>,
    open: &OpenLine,
    work: &Work<'_>,
    ended: &Ended,
    observes: bool,
) -> Result<()> {
    let values = |carried: &Carried| (json!(carried.before), json!(carried.after));
    let (state, before, after, error) = match &work.step {
        Step::Fail(failure) if matches!(ended, Ended::Parked(_)) => {
            return Ok(store::plans::note_line(tx, open.line.id, &failure.sentence().id).await?);
        }
        Step::Fail(failure) => (LineState::Failed, None, None, Some(failure.sentence().id)),
        Step::Carried(_, carried) if observes => {
            let (_, after) = values(carried);
            let why = "Router masih dalam mode amati; tidak ada yang dikirim.".to_owned();
            (LineState::Skipped, None, Some(after), Some(why))
        }
        Step::Carried(wish, carried) if *wish == open.line.action => {
            let (before, after) = values(carried);
            (LineState::Done, Some(before), Some(after), None)
        }
        // The line was opened instead of closed: the payment won.
        Step::Carried(..) => (
            LineState::Skipped,
            None,
            None,
            Some("Sudah dibayar saat gilirannya tiba; saluran dibuka.".to_owned()),
        ),
        Step::Skip(code, why) => {
            let entry = Entry::skipped("isolation_skipped", why.id.clone())
                .about("plan", open.line.plan_id, format!("plan {}", open.line.plan_id))
                .detail(
                    json!({ "code": code, "customer_id": work.customer_id, "plan_line_id": open.line.id }),
                );
            logs::record(tx, call, entry).await?;
            (LineState::Skipped, None, None, Some(why.id.clone()))
        }
        Step::Send(..) => return Ok(()),
    };
    let outcome = LineOutcome {
        state,
        before: before.as_ref(),
        after: after.as_ref(),
        error: error.as_deref(),
    };
    Ok(store::plans::set_line(tx, open.line.id, outcome, call.now).await?)
}

/// Writes where the customer stands now that the router said so, with the event that follows from it.
async fn stand(
    tx: &mut Tx,
    call: &Call<'_>,
    judged: &Judged,
    wish: Access,
    carried: &Carried,
    router: Option<&Router>,
) -> Result<()> {
    let customer = &judged.customer;
    let reason = access::decisive(judged).id;
    let evidence = json!({
        "router": router.map(|router| router.details.name.as_str()),
        "before": carried.before,
        "after": carried.after,
        "sessions_dropped": carried.dropped,
        "warnings": carried.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(),
    });
    for warning in &carried.warnings {
        let entry = Entry::skipped("access_warning", warning.sentence.id.clone())
            .about("customer", customer.id, &customer.details.name)
            .detail(json!({ "code": warning.code }));
        logs::record(tx, call, entry).await?;
    }
    let before = customer.standing.status;
    let after = status_after(before, wish, judged);
    record_standing(tx, call, customer, after, wish, &reason).await?;
    if after == before && !carried.changed() && carried.dropped == 0 {
        return Ok(());
    }
    record_access(tx, call, customer, (before, after), wish, reason, evidence).await
}

/// Where a customer stands once the router said what was wanted of it.
fn status_after(before: CustomerStatus, wish: Access, judged: &Judged) -> CustomerStatus {
    use CustomerStatus as S;
    match (wish, before, judged.verdict.reasons.first()) {
        (Access::Open, S::Isolated | S::Suspended, _) => S::Active,
        (Access::Closed, S::Active | S::Isolated, Some(Why::Paused { .. })) => S::Suspended,
        (Access::Closed, S::Active | S::Isolated, Some(Why::Terminated { .. })) => S::Terminated,
        (Access::Closed, S::Active, _) => S::Isolated,
        (_, before, _) => before,
    }
}

/// Writes a customer's status and the reason for which the line is closed.
pub(super) async fn record_standing(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    status: CustomerStatus,
    access: Access,
    reason: &str,
) -> Result<()> {
    let isolation_reason = (access == Access::Closed).then(|| reason.to_owned());
    let standing = Standing {
        status,
        isolation_reason,
        ..customer.standing.clone()
    };
    if standing != customer.standing {
        store::customers::set_standing(tx, customer.id, &standing, call.now).await?;
    }
    Ok(())
}

/// Records that a line was closed or opened: as an event where the customer is one whom that concerns, else in the log.
pub(super) async fn record_access(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    (before, after): (CustomerStatus, CustomerStatus),
    access: Access,
    reason: String,
    evidence: serde_json::Value,
) -> Result<()> {
    let (customer_id, name) = (customer.id, customer.details.name.clone());
    let event = match (access, after) {
        (Access::Closed, CustomerStatus::Isolated) if before != CustomerStatus::Isolated => {
            Event::CustomerIsolated {
                customer_id,
                name,
                reason,
                evidence,
            }
        }
        (Access::Open, CustomerStatus::Active) => Event::CustomerAccessOpened {
            customer_id,
            name,
            reason,
            evidence,
        },
        _ => {
            let act = if access == Access::Closed {
                "isolation_executed"
            } else {
                "isolation_opened"
            };
            let entry = Entry::done(act, reason)
                .about("customer", customer_id, name)
                .detail(evidence);
            return logs::record(tx, call, entry).await;
        }
    };
    events::record(tx, call, event).await?;
    Ok(())
}
