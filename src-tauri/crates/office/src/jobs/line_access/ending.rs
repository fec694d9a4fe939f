//! How the lines came out, in one transaction: the jobs, the plan's lines, what was seen, where the customers stand. The
//! verdict is taken once more here, under the customers' locks, so that a payment that came meanwhile is not lost.

use std::collections::{BTreeSet, HashMap};

use billing::{Access, CustomerStatus, Observed};
use serde_json::{Value, json};
use store::Tx;
use store::jobs::Job;
use store::plans::{LineOutcome, LineState, OpenLine, Repair};
use store::routers::Router;

use super::meanwhile::{self, Next, kind_for};
use super::standing::{self, Stood};
use super::{Askers, Step, Work, decide, enqueue};
use crate::access::{self, Judged, seen};
use crate::error::{Result, Sentence};
use crate::jobs::one_line;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, finish_all, settle};
use crate::logs::{self, Entry};
use crate::network::{Carried, Failure, Said};
use crate::office::Call;

/// Writes down how the lines came out. `lost` says that the router as a whole went away.
pub(super) async fn settle_all(
    call: &mut Call<'_>,
    owner: &str,
    mut works: Vec<Work<'_>>,
    router: Option<&Router>,
    observes: bool,
    lost: Option<&Failure>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut tx = call.begin().await?;
    let ids: Vec<i64> = works.iter().map(|work| work.customer_id).collect();
    // A payment that is being booked ends first and is seen, or begins after and finds the job gone.
    store::customers::lock_all(&mut tx, &ids).await?;
    if let Some(router_id) = works.first().and_then(|work| work.job.router_id) {
        meanwhile::look(&mut tx, call, router_id, &mut works).await?;
    }
    let plan_lines: HashMap<i64, OpenLine> = works
        .iter()
        .filter_map(|work| work.plan_line.clone().map(|open| (work.customer_id, open)))
        .collect();
    let judged = decide::judge(&mut tx, call, &ids, &plan_lines).await?;
    let stopped: BTreeSet<i64> = access::stopped_plans(&mut tx).await?.into_iter().collect();
    let now = Now::of(&mut tx, router, observes, &stopped).await?;
    let askers = Askers::of(&mut tx, works.iter().map(|work| work.job)).await?;
    // In one order everywhere, so that two that finish the same plans never wait for each other.
    let mut plans = BTreeSet::new();
    let mut lines = Vec::new();
    let mut sights = Vec::new();
    let mut stood = Stood::default();
    let mut wishes = Vec::new();
    let mut gone = Vec::new();
    let ends: Vec<(Option<&Judged>, Ended)> = works
        .iter()
        .map(|work| end(call, work, judged.get(&work.customer_id), &now))
        .collect();
    let done = works
        .iter()
        .zip(&ends)
        .filter(|(_, (_, ended))| matches!(ended, Ended::Done));
    let done: Vec<&Job> = done.map(|(work, _)| work.job).collect();
    let finished = finish_all(&mut tx, call, owner, &done, &mut counts).await?;
    for (work, (turned, ended)) in works.iter().zip(ends) {
        call.cause = Some(format!("job:{}", work.job.id));
        let kept = match &ended {
            Ended::Done => finished.contains(&work.job.id),
            ended => settle(&mut tx, call, owner, work.job, ended, &mut counts).await?,
        };
        if !kept {
            continue;
        }
        if let (Some(Next::OnRouter(router_id, kind)), Ended::Done) = (work.next, &ended) {
            enqueue(&mut tx, call, kind, work.customer_id, router_id).await?;
        }
        if let Step::Carried(_, carried) = &work.step {
            sights.push(seen::Seen {
                customer_id: work.customer_id,
                observed: carried.observed,
                said: carried.after.clone(),
            });
        }
        if matches!(work.step, Step::Gone) {
            gone.push(work.customer_id);
            if let Some(judged) = judged.get(&work.customer_id) {
                let call = askers.call_for(call, work.job);
                standing::gone(&mut tx, &call, &mut stood, judged).await?;
            }
        }
        // Nothing was sent, or what was sent has no effect: the line is open, and said to be.
        if let Step::Fail(Failure::NoEffect { said, .. }) = &work.step {
            sights.push(seen::Seen {
                customer_id: work.customer_id,
                observed: Observed::Open,
                said: said.clone(),
            });
        }
        if let (Step::Left(said) | Step::Halted(said), Some(router)) = (&work.step, router) {
            let observed = said.observed(router);
            // What was about to be asked was not asked.
            let stands = match observed {
                Observed::Closed => Access::Closed,
                Observed::Open | Observed::Unknown => Access::Open,
            };
            wishes.push((work.customer_id, stands));
            sights.push(seen::Seen {
                customer_id: work.customer_id,
                observed,
                said: said.clone(),
            });
        }
        if let Some(open) = &work.plan_line {
            plans.insert(open.line.plan_id);
            let end = close_plan_line(&mut tx, call, open, work, &ended, &now).await?;
            lines.extend(end.map(|end| (open.line.id, end)));
        }
        if let (Step::Carried(wish, carried), Some(judged), false) = (&work.step, turned, observes) {
            // The customer stands where they stood, but the router was told, and the log tells that.
            let call = askers.call_for(call, work.job);
            standing::turned(&mut tx, &call, judged, *wish, carried, router).await?;
        }
        if let (Step::Carried(wish, carried), None, false) = (&work.step, turned, observes)
            && let Some(judged) = judged.get(&work.customer_id)
        {
            // A payment that turned a closing into an opening was not asked for by whoever let the plan through.
            let as_asked = work
                .plan_line
                .as_ref()
                .is_none_or(|open| open.line.action == *wish);
            let repaired = work.plan_line.as_ref().filter(|open| {
                open.line.repair == Repair::Profile
                    && judged.customer.standing.status == CustomerStatus::Active
            });
            if let Some(open) = repaired.filter(|_| as_asked) {
                if is_done_by_us(carried, work) {
                    let call = askers.call_for(call, work.job);
                    let before = open.line.before.as_ref();
                    standing::profile_changed(&mut tx, &call, judged, before, carried).await?;
                }
            } else if as_asked {
                let call = askers.call_for(call, work.job);
                let how = (carried.as_ref(), work.resumes);
                standing::stand(&mut tx, &call, &mut stood, judged, *wish, how, router).await?;
            } else {
                let how = (carried.as_ref(), work.resumes);
                standing::stand(&mut tx, call, &mut stood, judged, *wish, how, router).await?;
            }
        }
    }
    let outcomes: Vec<_> = lines.iter().map(|(id, end)| (*id, end.outcome())).collect();
    store::plans::set_lines(&mut tx, &outcomes, call.now).await?;
    stood.stand(&mut tx, call).await?;
    seen::ask(&mut tx, &wishes).await?;
    seen::note(&mut tx, &sights, call.now).await?;
    seen::forget(&mut tx, &gone, call.now).await?;
    plans.extend(stopped);
    for plan in plans {
        access::finish_plan(&mut tx, call, plan).await?;
        access::bring_back_late(&mut tx, call, plan).await?;
    }
    if let (Some(failure), Some(router)) = (lost, router) {
        store::jobs::park_router(&mut tx, router.id, failure.code(), &failure.sentence().held()).await?;
    }
    stood.tell(&mut tx, call).await?;
    tx.commit().await?;
    Ok(counts)
}

/// How a line's job ends, and the verdict that turned meanwhile, so that the job runs again.
fn end<'j>(
    call: &Call<'_>,
    work: &Work<'_>,
    judged: Option<&'j Judged>,
    now: &Now<'_>,
) -> (Option<&'j Judged>, Ended) {
    let turned = match &work.step {
        Step::Carried(wish, _) if !now.observed => {
            judged.filter(|judged| judged.desired() != *wish && !is_held_back(call, judged, work))
        }
        _ => None,
    };
    let ended = match (&work.step, turned, work.next) {
        (Step::Fail(failure), ..) => Ended::from(failure),
        // Somebody gave a word for the line while its opening waited its turn in the plan.
        (Step::Halted(_), None, None) if judged.is_some_and(is_opened_by_word) => {
            Ended::Again(JobKind::OpenAccess.as_str())
        }
        // It gave way to somebody who paid, or is the line of who did: the ledger is asked anew.
        (Step::Halted(_), None, None) if !now.is_stopped(work) && !now.observes => {
            let desired = judged.map_or(Access::Open, Judged::desired);
            Ended::Again(kind_for(desired).as_str())
        }
        (_, Some(judged), _) => Ended::Again(kind_for(judged.desired()).as_str()),
        (_, None, Some(Next::Again(kind))) => Ended::Again(kind.as_str()),
        (_, None, Some(Next::OnRouter(..)) | None) => Ended::Done,
    };
    (turned, ended)
}

fn is_opened_by_word(judged: &Judged) -> bool {
    judged.desired() == Access::Open && judged.overridden.is_some()
}

/// A line that was opened and that the ledger would close: that is the next plan's business, not this job's.
fn is_held_back(call: &Call<'_>, judged: &Judged, work: &Work<'_>) -> bool {
    decide::refusal(call, judged, work.plan_line.as_ref()).is_some()
}

/// Whether this try or an earlier one changed what the router says, rather than somebody else.
fn is_done_by_us(carried: &Carried, work: &Work<'_>) -> bool {
    carried.changed() || one_line::was_tried(work.job)
}

/// How the router and the plans stand when the lines come out.
struct Now<'s> {
    /// Whether the router was only observed when the lines were taken up, so that nothing was sent.
    observed: bool,
    /// Whether it is only observed now.
    observes: bool,
    stopped: &'s BTreeSet<i64>,
}

impl<'s> Now<'s> {
    async fn of(
        tx: &mut Tx,
        router: Option<&Router>,
        observed: bool,
        stopped: &'s BTreeSet<i64>,
    ) -> Result<Now<'s>> {
        let may_change = match router {
            Some(router) => store::routers::is_managed(tx, router.id).await?,
            None => true,
        };
        Ok(Now {
            observed,
            observes: !may_change,
            stopped,
        })
    }

    /// Whether the plan of a line was stopped.
    fn is_stopped(&self, work: &Work<'_>) -> bool {
        let open = work.plan_line.as_ref();
        open.is_some_and(|open| self.stopped.contains(&open.line.plan_id))
    }
}

fn only_observed() -> Sentence {
    Sentence::new(
        "Router masih dalam mode amati; tidak ada yang dikirim.",
        "The router is only observed; nothing is sent to it.",
    )
}

/// What becomes of a plan's line.
struct LineEnd {
    state: LineState,
    before: Option<Value>,
    after: Option<Value>,
    error: Option<String>,
}

impl LineEnd {
    fn outcome(&self) -> LineOutcome<'_> {
        LineOutcome {
            state: self.state,
            before: self.before.as_ref(),
            after: self.after.as_ref(),
            error: self.error.as_deref(),
        }
    }
}

/// Says what becomes of a plan's line; `None` for one that has not come to its end.
async fn close_plan_line(
    tx: &mut Tx,
    call: &Call<'_>,
    open: &OpenLine,
    work: &Work<'_>,
    ended: &Ended,
    now: &Now<'_>,
) -> Result<Option<LineEnd>> {
    let values = |carried: &Carried| (stood_before(open, carried), json!(carried.after));
    let (state, before, after, error) = match &work.step {
        Step::Fail(failure) if matches!(ended, Ended::Parked(_)) => {
            store::plans::note_line(tx, open.line.id, &failure.sentence().held()).await?;
            return Ok(None);
        }
        Step::Fail(failure) => (LineState::Failed, None, None, Some(failure.sentence().held())),
        Step::Carried(_, carried) if now.observed => {
            let (_, after) = values(carried);
            (
                LineState::Skipped,
                None,
                Some(after),
                Some(only_observed().held()),
            )
        }
        Step::Halted(said) if now.observes && !now.is_stopped(work) => (
            LineState::Skipped,
            None,
            Some(json!(said)),
            Some(only_observed().held()),
        ),
        Step::Carried(wish, carried) if *wish == open.line.action => {
            let (before, after) = values(carried);
            match &open.line.before {
                None => (LineState::Done, Some(before), Some(after), None),
                // What stood there when it was planned is what an undo brings back, also after a try that was cut off.
                Some(_) if is_done_by_us(carried, work) => (LineState::Done, None, Some(after), None),
                Some(_) => {
                    let why = Sentence::new(
                        "Sudah benar di router saat gilirannya tiba.",
                        "It was right on the router already when its turn came.",
                    );
                    (LineState::Skipped, None, None, Some(why.held()))
                }
            }
        }
        // It had been closed when the payment came, and was opened again.
        Step::Carried(_, carried) if carried.changed() => {
            let (before, after) = values(carried);
            let why = Sentence::new(
                "Dibayar saat sedang ditutup; jalur langsung dibuka lagi.",
                "It was paid while it was being closed; the line was opened again at once.",
            );
            (LineState::Skipped, Some(before), Some(after), Some(why.held()))
        }
        // The line was opened instead of closed: the payment won.
        Step::Carried(..) => (
            LineState::Skipped,
            None,
            None,
            Some(
                Sentence::new(
                    "Sudah dibayar saat gilirannya tiba; jalur dibuka.",
                    "It was paid when its turn came; the line was opened.",
                )
                .held(),
            ),
        ),
        Step::Skip(code, why) => {
            record_skipped(tx, call, open, code, why).await?;
            (LineState::Skipped, None, None, Some(why.held()))
        }
        Step::Left(said) => {
            let why = super::changed_by_hand(said);
            record_skipped(tx, call, open, "changed_since", &why).await?;
            (LineState::Skipped, None, None, Some(why.held()))
        }
        Step::Gone => {
            let why = standing::not_there();
            (LineState::Skipped, None, None, Some(why.held()))
        }
        // What is stopped is taken out with the rest of its plan; what gave way has its turn again.
        Step::Send(..) | Step::Halted(_) => return Ok(None),
    };
    Ok(Some(LineEnd {
        state,
        before,
        after,
        error,
    }))
}

/// What stood on the router before the plan: what this try found, or, where a try that was cut off had changed the line
/// already, what that one found.
fn stood_before(open: &OpenLine, carried: &Carried) -> Value {
    let found = open.line.found.clone();
    let found = found.and_then(|found| serde_json::from_value::<Said>(found).ok());
    match found {
        Some(found) if !carried.changed() || carried.before.is_between(&found, &carried.after) => {
            json!(found)
        }
        _ => json!(carried.before),
    }
}

async fn record_skipped(
    tx: &mut Tx,
    call: &Call<'_>,
    open: &OpenLine,
    code: &str,
    why: &Sentence,
) -> Result<()> {
    let act = match open.line.before {
        Some(_) => "repair_skipped",
        None => "isolation_skipped",
    };
    let entry = Entry::skipped(act, why.clone())
        .about("plan", open.line.plan_id, format!("plan {}", open.line.plan_id))
        .detail(json!({ "code": code, "customer_id": open.line.customer_id, "plan_line_id": open.line.id }));
    logs::record(tx, call, entry).await
}
