//! The job that brings lines back to what they were before a plan: exactly that, and only where nobody settled the line
//! since and the router still says what the plan left. A line that changed since is kept as it is and named. While its
//! router is only observed, a line waits; one whose undo was stopped before its turn stays as the plan left it.

mod settling;

use std::collections::{BTreeSet, HashMap};

use billing::Access;
use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::{Job, NewJob};
use store::plans::{PlanLine, Repair};

use crate::access::{self, LineBook, Since, seen};
use crate::error::{Result, Sentence};
use crate::jobs::halts::Halts;
use crate::jobs::lane;
use crate::jobs::line_access::ASKED_BY;
use crate::jobs::made::{MadeLine, TakenBack, kept_nothing};
use crate::jobs::one_line;
use crate::jobs::paced::PacedLine;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::Counts;
use crate::network::{self, Carried, Failure, Halt, Order, Said, Session, Wish};
use crate::office::{Call, Office};

use settling::{access_of, settle_all};

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
        never = halts.watch(&call, router_id) => match never {},
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
