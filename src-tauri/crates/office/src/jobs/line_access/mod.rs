//! The job that brings lines where the rules want them. All waiting lines of a router go in one piece: the verdict is taken
//! anew when they run, the router is told and read back, and only then is anything called done. What happened meanwhile
//! (a payment, an override) is asked for once more before the end: the database wins over the job (A4, A5).

mod asker;
mod decide;
mod ending;
mod meanwhile;
mod standing;
mod watching;

use std::collections::HashMap;

use billing::{Access, RouterMode};
use futures::future::BoxFuture;
use serde_json::json;
use store::Tx;
use store::jobs::{Job, NewJob, State};
use store::plans::OpenLine;

use crate::access::seen;
use crate::error::{Result, Sentence};
use crate::jobs::lane;
use crate::jobs::one_line;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::Counts;
use crate::network::{self, Carried, Failure, Order, Said, Session, Wish};
use crate::office::{Call, Office};

pub(super) use asker::{ASKED_BY, Askers};
pub(super) use decide::{customer_of, misnamed};
use meanwhile::Next;
pub(super) use standing::{PROFILE_CHANGED, access_changed, record_standing};
use watching::Watch;

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
        payload: json!({ "customer_id": customer_id, ASKED_BY: call.actor.label() }),
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
    if kind != JobKind::Access && pending.state != State::Running {
        store::jobs::hasten(tx, pending.id, kind.as_str(), call.now).await?;
    }
    Ok(Some(pending.id))
}

/// Asks for many lines at once: `(customer, router)`. Like [`enqueue`], it relies on a running job to look again, so the
/// customers must be locked before what it shall find is written.
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
    /// Whether an earlier try was cut off that may have changed the router.
    resumes: bool,
    /// Whether the customer has ended: what stands on the router for the line is taken off next.
    has_ended: bool,
    step: Step,
    /// How the line goes on once the job has ended; `None` where it is where it should be.
    next: Option<Next>,
}

impl Work<'_> {
    /// Whether the router is told something about a line whose plan knows what stood there when it was made.
    fn is_repair(&self) -> bool {
        matches!(
            &self.step,
            Step::Send(
                Order {
                    wish: Wish::Repair { .. },
                    ..
                },
                _
            )
        )
    }
}

/// What is to be done about a line, and then what came of it.
enum Step {
    /// The router is told.
    Send(Order, Access),
    /// There is nothing to do, for this reason.
    Skip(&'static str, Sentence),
    /// The router says something else than when the line was planned, so nothing was sent.
    Left(Said),
    /// It cannot be done.
    Fail(Failure),
    /// The line of a customer who has ended is not on the router any more, so that there is nothing to close.
    Gone,
    /// Its turn did not come: its plan was stopped, its router may not be changed any more, or it gives way to somebody who
    /// paid. The router says this.
    Halted(Said),
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

    // Pieces of this kind go on side by side: a line's jobs share a key, so no other piece has it in hand. Of all other work
    // at this router what it leaves is judged, not what was before it.
    let turn = office.network().turn_beside(router_id).await;
    let mut tx = call.read().await?;
    let router = store::routers::find(&mut tx, router_id).await?;
    let mut works = decide::plan(&mut tx, &call, router_id, jobs).await?;
    drop(tx);

    let mut lost = None;
    if works.iter().any(|work| matches!(work.step, Step::Send(..))) {
        match turn.session(office).await {
            Ok(session) => {
                note_asked(&call, owner, &session, &works).await?;
                let watch = Watch::over(&mut works, router_id);
                tokio::select! {
                    () = send(&call, &session, &mut works) => {}
                    never = watch.watch(&call) => match never {},
                }
                tell_in_full(&session, &mut works).await;
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
    // What is written down happened now, and not when the piece was taken up.
    call.now = office.now();
    let counts =
        ending::settle_all(&mut call, owner, works, router.as_ref(), observes, lost.as_ref()).await?;
    office.ring();
    Ok(counts)
}

/// Notes what is about to be asked, so that a try that is cut off is completed by the next one.
async fn note_asked(call: &Call<'_>, owner: &str, session: &Session, works: &[Work<'_>]) -> Result<()> {
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
    seen::begin(&mut tx, &wishes).await?;
    for work in works
        .iter()
        .filter(|work| work.is_repair() && !one_line::was_tried(work.job))
    {
        // A profile is changed between open and open: what was asked of the line tells nothing about it.
        one_line::note_sent(&mut tx, owner, work.job, true).await?;
    }
    Ok(tx.commit().await?)
}

/// Keeps what stands on the router of a plan's lines, in their plan.
struct Found<'c> {
    call: &'c Call<'c>,
    /// The lines of plans, by customer.
    lines: HashMap<i64, i64>,
}

impl<'c> Found<'c> {
    fn of(call: &'c Call<'c>, works: &[Work<'_>]) -> Found<'c> {
        let lines = works.iter().filter_map(|work| {
            let open = work.plan_line.as_ref()?;
            Some((work.customer_id, open.line.id))
        });
        Found {
            call,
            lines: lines.collect(),
        }
    }
}

impl network::Keeper for Found<'_> {
    fn keep(&self, found: Vec<(i64, Said)>) -> BoxFuture<'_, Result<(), Failure>> {
        let found: Vec<(i64, serde_json::Value)> = found
            .iter()
            .filter_map(|(customer, said)| Some((*self.lines.get(customer)?, json!(said))))
            .collect();
        Box::pin(async move {
            if found.is_empty() {
                return Ok(());
            }
            let mut tx = self.call.begin().await?;
            store::plans::note_found(&mut tx, &found).await?;
            Ok(tx.commit().await?)
        })
    }
}

/// Sends the openings, then the closings: who paid waits for nobody.
async fn send(call: &Call<'_>, session: &Session, works: &mut [Work<'_>]) {
    let found = Found::of(call, works);
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
        for (place, carried) in places
            .into_iter()
            .zip(network::carry_out_kept(session, &orders, &found).await)
        {
            if let Some(work) = works.get_mut(place) {
                work.step = match carried {
                    Ok(carried) => Step::Carried(turn, Box::new(carried)),
                    Err(Failure::ChangedSince { said }) => Step::Left(said),
                    Err(Failure::Halted { said }) => Step::Halted(said),
                    // The line cannot be closed this way, and need not be.
                    Err(Failure::NoEffect { obstacle, said }) if work.has_ended => {
                        Step::Carried(turn, Box::new(Carried::without_effect(said, obstacle)))
                    }
                    Err(failure) if work.has_ended && turn == Access::Closed && failure.is_missing() => {
                        Step::Gone
                    }
                    Err(failure) => Step::Fail(failure),
                };
            }
        }
    }
}

/// Says of lines that were refused for want of a policy that the router as a whole lacks it; it is asked once.
async fn tell_in_full(session: &Session, works: &mut [Work<'_>]) {
    let mut refused: Vec<&mut Failure> = works
        .iter_mut()
        .filter_map(|work| match &mut work.step {
            Step::Fail(failure) if failure.is_refused_permission() => Some(failure),
            _ => None,
        })
        .collect();
    let Some(first) = refused.first().map(|failure| (**failure).clone()) else {
        return;
    };
    let told = session.in_full(first).await;
    if told.is_of_router() {
        for failure in &mut refused {
            **failure = told.clone();
        }
    }
}

/// Why a line is left alone that says neither what it should nor what it said when its plan was made.
fn changed_by_hand(said: &Said) -> Sentence {
    if let Said::Pppoe { profile, .. } = said {
        return Sentence::new(
            format!(
                "Sudah diubah di router sejak rencana dibuat (kini profil {profile}), jadi dibiarkan apa adanya."
            ),
            format!(
                "Changed on the router since the plan was made (now the profile {profile}), so it was left as it is."
            ),
        );
    }
    Sentence::new(
        "Sudah diubah di router sejak rencana dibuat, jadi dibiarkan apa adanya.",
        "Changed on the router since the plan was made, so it was left as it is.",
    )
}
