//! What came of lines that went back, written down: where each stands in its plan, where its customer stands, what is told of
//! it, and what became of its job.

use std::collections::BTreeSet;

use billing::{Access, CustomerStatus, Observed};
use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::notifications::Withdrawal;
use store::plans::{LineOutcome, LineState, PlanLine, Repair};

use super::{Back, Work};
use crate::access::{self, seen};
use crate::error::{Result, Sentence};
use crate::events::{self, Event};
use crate::jobs::line_access::{Askers, access_changed, record_standing};
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::logs::{self, Entry, Origin};
use crate::network::{Carried, Failure};
use crate::notify;
use crate::office::Call;

/// Writes down what came of the lines of a piece, in one transaction, and gives what became of their jobs.
pub(super) async fn settle_all(
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
    // In one order everywhere, so that two that finish the same plans never wait for each other.
    let asked: BTreeSet<i64> = works.iter().map(|work| work.line.plan_id).collect();
    let stopped = access::stopped_undos(&mut tx, &asked).await?;
    let router = store::routers::find(&mut tx, router_id).await?;
    let mut plans = BTreeSet::new();
    let mut sights = Vec::new();
    let mut wishes = Vec::new();
    let mut unseen = Vec::new();
    let mut happened = Vec::new();
    for work in &works {
        call.cause = Some(format!("job:{}", work.job.id));
        let stays = stopped.get(&work.line.plan_id);
        let ended = work.outcome.ended(stays.is_some());
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
            let read = said.as_ref().zip(router.as_ref());
            sights.extend(read.map(|(said, router)| seen::Seen {
                customer_id: work.line.customer_id,
                observed: said.observed(router),
                said: said.clone(),
            }));
        }
        let (state, error) = match work.outcome.told(&ended, stays, counts.dead > dead) {
            Told::Ended(state, error) => (state, error),
            Told::Stays(why) => {
                store::plans::note_done(&mut tx, &[work.line.id], Some(&why.held())).await?;
                continue;
            }
            Told::Tried(why) => {
                store::plans::note_line(&mut tx, work.line.id, &why.held()).await?;
                continue;
            }
            Told::Nothing => continue,
        };
        let error = error.map(|why| why.held());
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

/// What is written down of a line.
enum Told {
    /// It is done, and why not as it was asked.
    Ended(LineState, Option<Sentence>),
    /// The undo was stopped before it: it stays as the plan left it.
    Stays(Sentence),
    /// It is tried again.
    Tried(Sentence),
    /// Its job says what it waits for; nothing was sent that a later try would have to know of.
    Nothing,
}

impl Back {
    /// How its job ends; `stopped` says that somebody stopped the undo.
    fn ended(&self, stopped: bool) -> Ended {
        match self {
            // Keeping a line that changed is what an undo is for, not a failure of it.
            Back::Brought(_) | Back::Removed | Back::Paced | Back::Settled(_) | Back::Changed(..) => {
                Ended::Done
            }
            // What is gone cannot be brought back, and making it anew is not what was asked.
            Back::Failed(failure) if failure.is_missing() => Ended::Done,
            Back::Failed(failure) if stopped && !failure.is_final() => Ended::Done,
            Back::Failed(failure) => Ended::of_undo(failure),
            Back::Halted(_) if stopped => Ended::Done,
            // Somebody stopped the undo and asked for it anew while this was on its way.
            Back::Halted(_) => Ended::Again(JobKind::Undo.as_str()),
        }
    }

    /// What is written down of its line: `stays` is why it stays as it is where the undo was stopped, and `died` says that
    /// this was the last of its tries.
    fn told(&self, ended: &Ended, stays: Option<&Sentence>, died: bool) -> Told {
        match (self, stays) {
            (Back::Brought(_) | Back::Removed | Back::Paced, _) => Told::Ended(LineState::Undone, None),
            (Back::Settled(why) | Back::Changed(why, _), _) => {
                Told::Ended(LineState::Kept, Some(why.clone()))
            }
            (Back::Halted(_), Some(why)) => Told::Stays(why.clone()),
            (Back::Halted(_), None) => Told::Nothing,
            (Back::Failed(failure), Some(why)) if matches!(ended, Ended::Done) && !failure.is_missing() => {
                Told::Stays(why.clone())
            }
            // After the last try the undo ends without the line and names it.
            (Back::Failed(failure), _) if died || matches!(ended, Ended::Final(_) | Ended::Done) => {
                Told::Ended(LineState::Kept, Some(failure.sentence()))
            }
            (Back::Failed(failure), _) if failure.is_of_mode() => Told::Nothing,
            (Back::Failed(failure), _) => Told::Tried(failure.sentence()),
        }
    }
}

/// What a line was made that is found so.
pub(super) fn access_of(observed: Observed) -> Access {
    match observed {
        Observed::Closed => Access::Closed,
        _ => Access::Open,
    }
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
