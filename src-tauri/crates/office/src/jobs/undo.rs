//! The job that brings lines back to what they were before a plan: exactly that, and only where nobody settled the line
//! since and the router still says what the plan left. A line that changed since is kept as it is and named. While its
//! router is only observed, a line waits; one whose undo was stopped before its turn stays as the plan left it.

use std::collections::{BTreeSet, HashMap};

use billing::{Access, CustomerStatus, Observed};
use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::{Job, NewJob};
use store::notifications::Withdrawal;
use store::plans::{LineOutcome, LineState, PlanLine, Repair};

use crate::access::{self, LineBook, Since, seen};
use crate::error::{Result, Sentence};
use crate::events::{self, Event};
use crate::jobs::halts::{Halts, Whither};
use crate::jobs::lane;
use crate::jobs::line_access::{ASKED_BY, Askers, access_changed, record_standing};
use crate::jobs::made::{MadeLine, TakenBack, kept_nothing};
use crate::jobs::one_line;
use crate::jobs::paced::PacedLine;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::logs::{self, Entry, Origin};
use crate::network::{self, Carried, Failure, Halt, Order, Said, Session, Wish};
use crate::notify;
use crate::office::{Call, Office};

/// The key of the job that brings a line of a plan back.
pub(crate) fn key(line_id: i64) -> String {
    format!("undo:{line_id}")
}

/// Asks for plan lines to be brought back: `(line, router)`.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, lines: &[(i64, i64)]) -> Result<u64> {
    let jobs: Vec<NewJob<'_>> = lines
        .iter()
        .map(|&(line_id, router_id)| NewJob {
            kind: JobKind::Undo.as_str(),
            key: key(line_id),
            payload: json!({ "plan_line_id": line_id, ASKED_BY: call.actor.label() }),
            router_id: Some(router_id),
            run_at: call.now,
            event_id: None,
        })
        .collect();
    Ok(store::jobs::enqueue_all(tx, &jobs, call.now).await?)
}

/// A line on its way back.
struct Work<'j> {
    job: &'j Job,
    line: PlanLine,
    customer: Option<Customer>,
    /// Whether an earlier try may have reached the router.
    was_tried: bool,
    outcome: Back,
}

/// What came of a line.
enum Back {
    /// It was settled since the plan, so the router was not asked.
    Settled(Sentence),
    /// The router says something else than the plan left, so nothing was sent; what it says, where that is of the line's
    /// access.
    Changed(Sentence, Option<Said>),
    /// It says again what it said before.
    Brought(Carried),
    /// What the plan made is gone again.
    Removed,
    /// It is as fast again as it was.
    Paced,
    /// The undo was stopped before its turn, so nothing was sent; what the router says, where it was asked.
    Halted(Option<Said>),
    /// It could not be brought back.
    Failed(Failure),
}

/// What the router is told.
enum Task {
    /// To say again what it said before.
    Say(Order),
    /// To do without what the plan made.
    TakeBack(MadeLine, Halt),
    /// To make it as fast again as it was.
    Pace(PacedLine, Halt),
}

impl Task {
    /// Lets it be halted before its turn.
    fn heed(&mut self, by: Halt) {
        match self {
            Task::Say(order) => order.halt = by,
            Task::TakeBack(_, halt) | Task::Pace(_, halt) => *halt = by,
        }
    }
}

impl Back {
    /// From what the router answered. Where it already said what stood there before the plan and we did not do that,
    /// somebody else did.
    fn of(answer: Result<Carried, Failure>, line: &PlanLine, was_tried: bool) -> Back {
        let changed_since = |said: Said| {
            let why = Failure::ChangedSince { said: said.clone() }.sentence();
            Back::Changed(why, Some(said))
        };
        match answer {
            Ok(carried) if !was_tried && line.after.as_ref() != Some(&json!(carried.before)) => {
                changed_since(carried.before)
            }
            Ok(carried) => Back::Brought(carried),
            Err(Failure::ChangedSince { said }) => changed_since(said),
            Err(Failure::Halted { said }) => Back::Halted(Some(said)),
            Err(failure) => Back::Failed(failure),
        }
    }
}

/// Runs the jobs, all of which are for one router.
pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let actor = lane::actor();
    let mut call = office.call(&actor).await;
    let Some(router_id) = jobs.first().and_then(|job| job.router_id) else {
        return Ok(Counts::default());
    };
    let mut tx = call.read().await?;
    let ids: Vec<i64> = jobs.iter().map(line_of).collect();
    let lines: HashMap<i64, PlanLine> = store::plans::find_lines(&mut tx, &ids)
        .await?
        .into_iter()
        .map(|line| (line.id, line))
        .collect();
    let read: Vec<PlanLine> = lines.values().cloned().collect();
    let since = Since::of(&mut tx, &call, &read).await?;
    let customers: Vec<i64> = lines.values().map(|line| line.customer_id).collect();
    let mut customers: HashMap<i64, Customer> = store::customers::find_many(&mut tx, &customers)
        .await?
        .into_iter()
        .map(|customer| (customer.id, customer))
        .collect();
    let book = LineBook::of(&mut tx, router_id).await?;
    let plans: BTreeSet<i64> = lines.values().map(|line| line.plan_id).collect();
    let stopped = access::stopped_undos(&mut tx, &plans).await?;
    drop(tx);

    let mut works = Vec::new();
    let mut tasks = Vec::new();
    let mut halts = Halts::default();
    for job in jobs {
        let Some(line) = lines.get(&line_of(job)).cloned() else {
            continue;
        };
        let customer = customers.remove(&line.customer_id);
        let was_tried = since.was_tried(&line) || one_line::was_tried(job);
        let task = customer
            .as_ref()
            .ok_or(Failure::NoRouter)
            .and_then(|customer| task(&book, customer, &line, was_tried));
        let outcome = match (since.settled(&line), task) {
            _ if stopped.contains_key(&line.plan_id) => Back::Halted(None),
            (Some(why), _) => Back::Settled(why),
            (None, Ok(mut task)) => {
                task.heed(halts.of(line.plan_id));
                tasks.push((works.len(), task));
                Back::Failed(Failure::Unreadable("the line was not answered".to_owned()))
            }
            (None, Err(failure)) => Back::Failed(failure),
        };
        works.push(Work {
            job,
            line,
            customer,
            was_tried,
            outcome,
        });
    }
    let lost = tokio::select! {
        lost = send(&call, owner, router_id, &mut works, tasks) => lost?,
        never = halts.watch(&call, Whither::Back) => match never {},
    };
    call.now = office.now();
    let counts = settle_all(&mut call, owner, works, router_id, lost.as_ref()).await?;
    office.ring();
    Ok(counts)
}

pub(super) fn line_of(job: &Job) -> i64 {
    job.payload
        .get("plan_line_id")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or_default()
}

fn task(book: &LineBook, customer: &Customer, line: &PlanLine, was_tried: bool) -> Result<Task, Failure> {
    match line.repair {
        Repair::Secret | Repair::Entries => {
            let made = MadeLine::of(book.line(customer), line, was_tried)?;
            return Ok(Task::TakeBack(made, Halt::default()));
        }
        Repair::Limit => {
            let paced = PacedLine::of(book.line(customer), line, was_tried)?;
            return Ok(Task::Pace(paced, Halt::default()));
        }
        Repair::Access | Repair::Profile => {}
    }
    let said = |value: &Option<serde_json::Value>| {
        let value = value.clone().ok_or_else(kept_nothing)?;
        serde_json::from_value(value).map_err(|error| Failure::Unreadable(error.to_string()))
    };
    let wish = Wish::Back {
        before: said(&line.before)?,
        after: said(&line.after)?,
    };
    // A try that was cut off may have left the old session.
    Ok(Task::Say(Order::new(book.line(customer), wish, was_tried)))
}

async fn send(
    call: &Call<'_>,
    owner: &str,
    router_id: i64,
    works: &mut [Work<'_>],
    tasks: Vec<(usize, Task)>,
) -> Result<Option<Failure>> {
    if tasks.is_empty() {
        return Ok(None);
    }
    let office = call.office;
    let places: Vec<usize> = tasks.iter().map(|(place, _)| *place).collect();
    let mut orders = Vec::new();
    let mut others = Vec::new();
    for (place, task) in tasks {
        match task {
            Task::Say(order) => orders.push((place, order)),
            other => others.push((place, other)),
        }
    }
    let mut answers: Vec<(usize, Back)> = Vec::with_capacity(places.len());
    match office.network().session(office, router_id).await {
        Ok(session) => {
            if let Err(error) = network::require_managed(&session.router) {
                let failure = Failure::from(error);
                answers.extend(places.iter().map(|&place| (place, Back::Failed(failure.clone()))));
            } else {
                note_asked(call, owner, &session, works, &places, &orders).await?;
                let (places, orders): (Vec<usize>, Vec<Order>) = orders.into_iter().unzip();
                for (place, answer) in places
                    .into_iter()
                    .zip(network::carry_out(&session, &orders).await)
                {
                    if let Some(work) = works.get(place) {
                        answers.push((place, Back::of(answer, &work.line, work.was_tried)));
                    }
                }
                for (place, task) in others {
                    answers.push((place, one(&session, task).await));
                }
                for (_, back) in &mut answers {
                    if let Back::Failed(failure) = back
                        && failure.is_refused_permission()
                    {
                        *failure = session.in_full(failure.clone()).await;
                    }
                }
                if let Some(failure) = lost_by(&answers) {
                    office.network().lost(office, &session.router, failure).await?;
                }
            }
        }
        Err(failure) => answers.extend(places.iter().map(|&place| (place, Back::Failed(failure.clone())))),
    }
    let lost = lost_by(&answers).cloned();
    for (place, back) in answers {
        if let Some(work) = works.get_mut(place) {
            work.outcome = back;
        }
    }
    Ok(lost)
}

/// Brings back one line that goes no way together with others.
async fn one(session: &Session, task: Task) -> Back {
    let (taken, done) = match task {
        Task::TakeBack(_, halt) | Task::Pace(_, halt) if halt.is_called() => return Back::Halted(None),
        Task::TakeBack(made, _) => (made.take_back(session).await, Back::Removed),
        Task::Pace(paced, _) => (paced.bring_back(session).await, Back::Paced),
        Task::Say(order) => {
            let carried = one_line::carried(session, &order).await;
            return carried.map_or_else(Back::Failed, Back::Brought);
        }
    };
    match taken {
        Ok(TakenBack::Done) => done,
        Ok(TakenBack::Kept(why)) => Back::Changed(why, None),
        Err(failure) => Back::Failed(failure),
    }
}

/// The failure by which the router as a whole went away.
fn lost_by(answers: &[(usize, Back)]) -> Option<&Failure> {
    answers.iter().find_map(|(_, back)| match back {
        Back::Failed(failure) if failure.is_of_router() => Some(failure),
        _ => None,
    })
}

/// Notes what is about to be asked, so that a try that is cut off is known for our own by the next one.
async fn note_asked(
    call: &Call<'_>,
    owner: &str,
    session: &Session,
    works: &[Work<'_>],
    places: &[usize],
    orders: &[(usize, Order)],
) -> Result<()> {
    let isolated = &session.router;
    let wishes: Vec<(i64, Access)> = orders
        .iter()
        .filter_map(|(_, order)| match &order.wish {
            Wish::Back { before, .. } => Some((order.line.customer_id, access_of(before.observed(isolated)))),
            Wish::Access(_) | Wish::OwnProfile | Wish::Repair { .. } | Wish::Look => None,
        })
        .collect();
    let mut tx = call.begin().await?;
    seen::ask(&mut tx, &wishes).await?;
    // Of a profile that goes back, the line's access tells nothing: it is open before and after.
    let repairs = places
        .iter()
        .filter_map(|&place| works.get(place))
        .filter(|work| work.line.repair != Repair::Access && !one_line::was_tried(work.job));
    for work in repairs {
        one_line::note_sent(&mut tx, owner, work.job, true).await?;
    }
    Ok(tx.commit().await?)
}

fn access_of(observed: Observed) -> Access {
    match observed {
        Observed::Closed => Access::Closed,
        _ => Access::Open,
    }
}

async fn settle_all(
    call: &mut Call<'_>,
    owner: &str,
    works: Vec<Work<'_>>,
    router_id: i64,
    lost: Option<&Failure>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut tx = call.begin().await?;
    let customers: Vec<i64> = works.iter().map(|work| work.line.customer_id).collect();
    store::customers::lock_all(&mut tx, &customers).await?;
    let askers = Askers::of(&mut tx, works.iter().map(|work| work.job)).await?;
    let plans: BTreeSet<i64> = works.iter().map(|work| work.line.plan_id).collect();
    let stopped = access::stopped_undos(&mut tx, &plans).await?;
    let router = store::routers::find(&mut tx, router_id).await?;
    let isolated = router;
    // In one order everywhere, so that two that finish the same plans never wait for each other.
    let mut plans = BTreeSet::new();
    let mut sights = Vec::new();
    let mut wishes = Vec::new();
    let mut unseen = Vec::new();
    let mut happened = Vec::new();
    for work in &works {
        call.cause = Some(format!("job:{}", work.job.id));
        let ended = match &work.outcome {
            // Keeping a line that changed is what an undo is for, not a failure of it.
            Back::Brought(_) | Back::Removed | Back::Paced | Back::Settled(_) | Back::Changed(..) => {
                Ended::Done
            }
            // What is gone cannot be brought back, and making it anew is not what was asked.
            Back::Failed(failure) if failure.is_missing() => Ended::Done,
            // Somebody stopped the undo and asked for it anew while this was on its way.
            Back::Halted(_) if !stopped.contains_key(&work.line.plan_id) => {
                Ended::Again(JobKind::Undo.as_str())
            }
            Back::Halted(_) => Ended::Done,
            Back::Failed(failure) if stopped.contains_key(&work.line.plan_id) && !failure.is_final() => {
                Ended::Done
            }
            Back::Failed(failure) => Ended::of_undo(failure),
        };
        let dead = counts.dead;
        if !settle(&mut tx, call, owner, work.job, &ended, &mut counts).await? {
            continue;
        }
        plans.insert(work.line.plan_id);
        let is_of_access = matches!(work.line.repair, Repair::Access | Repair::Profile);
        if let Back::Changed(_, said) | Back::Halted(said @ Some(_)) = &work.outcome
            && is_of_access
        {
            // What was about to be asked was not asked; the plan's own wish stands, beside what was read.
            wishes.push((work.line.customer_id, work.line.action));
            sights.extend(
                said.as_ref()
                    .zip(isolated.as_ref())
                    .map(|(said, isolated)| seen::Seen {
                        customer_id: work.line.customer_id,
                        observed: said.observed(isolated),
                        said: said.clone(),
                    }),
            );
        }
        let stays = stopped.get(&work.line.plan_id);
        let (state, error) = match (&work.outcome, &ended) {
            (Back::Brought(_) | Back::Removed | Back::Paced, _) => (LineState::Undone, None),
            (Back::Settled(why) | Back::Changed(why, _), _) => (LineState::Kept, Some(why.held())),
            (Back::Halted(_), _) => {
                if let Some(why) = stays {
                    store::plans::note_done(&mut tx, &[work.line.id], Some(&why.held())).await?;
                }
                continue;
            }
            (Back::Failed(failure), Ended::Done)
                if let (Some(why), false) = (stays, failure.is_missing()) =>
            {
                store::plans::note_done(&mut tx, &[work.line.id], Some(&why.held())).await?;
                continue;
            }
            (Back::Failed(failure), Ended::Final(_) | Ended::Done) => {
                (LineState::Kept, Some(failure.sentence().held()))
            }
            // It had all its tries: the undo ends without it and names it.
            (Back::Failed(failure), _) if counts.dead > dead => {
                (LineState::Kept, Some(failure.sentence().held()))
            }
            // The job says what it waits for; nothing was sent that a later try would have to know of.
            (Back::Failed(failure), _) if failure.is_of_mode() => continue,
            (Back::Failed(failure), _) => {
                store::plans::note_line(&mut tx, work.line.id, &failure.sentence().held()).await?;
                continue;
            }
        };
        let outcome = LineOutcome {
            state,
            before: None,
            after: None,
            error: error.as_deref(),
        };
        store::plans::set_line(&mut tx, work.line.id, outcome, call.now).await?;
        if matches!(work.outcome, Back::Removed) {
            unseen.push(work.line.customer_id);
        }
        if let (Back::Paced, Some(customer)) = (&work.outcome, &work.customer) {
            let call = askers.call_for(call, work.job);
            record_paced(&mut tx, &call, customer, &work.line).await?;
        }
        if let (Back::Brought(carried), Some(customer)) = (&work.outcome, &work.customer) {
            let call = askers.call_for(call, work.job);
            happened.extend(stand(&mut tx, &call, customer, &work.line, carried).await?);
            hold(&mut tx, &call, &work.line, carried).await?;
            wishes.push((customer.id, access_of(carried.observed)));
            sights.push(seen::Seen {
                customer_id: customer.id,
                observed: carried.observed,
                said: carried.after.clone(),
            });
        }
    }
    seen::ask(&mut tx, &wishes).await?;
    seen::note(&mut tx, &sights, call.now).await?;
    seen::forget(&mut tx, &unseen, call.now).await?;
    for plan in plans {
        access::finish_undo(&mut tx, call, plan).await?;
    }
    if let Some(failure) = lost {
        store::jobs::park_router(&mut tx, router_id, failure.code(), &failure.sentence().held()).await?;
    }
    if !happened.is_empty() {
        events::record_each(&mut tx, call, &happened).await?;
    }
    tx.commit().await?;
    Ok(counts)
}

/// Says in the log that a line is as fast again as it was before its plan.
async fn record_paced(tx: &mut Tx, call: &Call<'_>, customer: &Customer, line: &PlanLine) -> Result<()> {
    let message = (
        format!(
            "Rencana {} dibatalkan: batas kecepatan jalur dikembalikan seperti semula.",
            line.plan_id
        ),
        format!("Plan {} was undone: the line is as fast as before.", line.plan_id),
    );
    let entry = Entry::done("line_profile_changed", message)
        .about("customer", customer.id, &customer.details.name)
        .detail(json!({ "before": line.after, "after": line.before, "plan_id": line.plan_id }));
    logs::record(tx, call, entry).await
}

/// Keeps a line open that the undo opened, for as long as was said.
async fn hold(tx: &mut Tx, call: &Call<'_>, line: &PlanLine, carried: &Carried) -> Result<()> {
    if line.action != Access::Closed || carried.observed != Observed::Open {
        return Ok(());
    }
    match store::plans::find(tx, line.plan_id).await? {
        Some(plan) => access::hold_line(tx, call, &plan, line.customer_id).await,
        None => Ok(()),
    }
}

/// Writes down where the customer stands after it, and gives what happened to them.
async fn stand(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    line: &PlanLine,
    carried: &Carried,
) -> Result<Option<(Origin, Event)>> {
    use CustomerStatus as S;
    let now = store::customers::lock(tx, customer.id)
        .await?
        .unwrap_or_else(|| customer.clone());
    let before = now.standing.status;
    let (access, after) = match (carried.observed, before) {
        (Observed::Open, S::Isolated) => (Access::Open, S::Active),
        (Observed::Closed, S::Active) => (Access::Closed, S::Isolated),
        (Observed::Closed, before) => (Access::Closed, before),
        (_, before) => (Access::Open, before),
    };
    let reason = Sentence::new(
        format!(
            "Rencana {} dibatalkan: jalur dikembalikan seperti semula.",
            line.plan_id
        ),
        format!("Plan {} was undone: the line is as it was before.", line.plan_id),
    );
    record_standing(tx, call, &now, after, access, &reason).await?;
    if !carried.changed() {
        return Ok(None);
    }
    let evidence = json!({ "before": carried.before, "after": carried.after, "plan_id": line.plan_id });
    if line.repair == Repair::Profile && after == before {
        // The customer was served before and after, so nobody is told.
        let entry = Entry::done("line_profile_changed", reason)
            .about("customer", customer.id, &customer.details.name)
            .detail(evidence);
        logs::record(tx, call, entry).await?;
        return Ok(None);
    }
    // Before the event, which would only know that the line is open again.
    notify::review(tx, call, &[customer.id], Some(Withdrawal::PlanUndone)).await?;
    let judged = (&now, call.today);
    access_changed(tx, call, judged, (before, after), access, reason, evidence).await
}
