//! Undoing a plan: what was not done yet is taken out, what was done is brought back by jobs, so that it survives a
//! restart. Lines that changed since are kept and named.

use serde_json::json;
use store::Tx;
use store::plans::{LineState, Plan, State, Step};

use crate::access::plan::view::{self, PlanDetail};
use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::jobs;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Undoes a plan.
#[derive(Clone, Copy, Debug)]
pub struct UndoPlan {
    /// Which.
    pub id: i64,
}

impl Request for UndoPlan {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let mut tx = call.begin().await?;
        let plan = store::plans::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Rencana", "plan"))?;
        if !matches!(plan.state, State::Applied | State::Applying) {
            return Err(Error::conflict(
                "plan_not_applied",
                format!("Rencana {} tidak dapat dikembalikan ({}).", plan.id, plan.state),
                format!("Plan {} cannot be undone ({}).", plan.id, plan.state),
            ));
        }
        store::plans::step(&mut tx, self.id, Step::Undo(call.actor.label()), call.now).await?;
        store::plans::close_open(
            &mut tx,
            self.id,
            "Rencana dibatalkan sebelum gilirannya.",
            call.now,
        )
        .await?;
        let done: Vec<(i64, i64)> = store::plans::lines(&mut tx, self.id)
            .await?
            .into_iter()
            .filter(|line| line.state == LineState::Done)
            .map(|line| (line.id, line.router_id))
            .collect();
        jobs::enqueue_undo(&mut tx, call, &done).await?;
        let entry = Entry::done(
            "plan_undone",
            format!("Rencana {} dikembalikan: {} saluran", plan.id, done.len()),
        )
        .about("plan", plan.id, plan.kind.as_str());
        logs::record(&mut tx, call, entry).await?;
        finish_undo(&mut tx, call, self.id).await?;
        let detail = view::detail(&mut tx, self.id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(detail)
    }
}

/// Ends the undoing of a plan whose last line was brought back or kept, and says which were kept.
pub(crate) async fn finish_undo(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<()> {
    let still = store::plans::tally(tx, plan_id)
        .await?
        .into_iter()
        .any(|(state, _)| state == LineState::Done.as_str());
    let undoing = store::plans::find(tx, plan_id)
        .await?
        .filter(|plan| plan.state == State::Undoing);
    match undoing {
        Some(plan) if !still => {
            store::plans::step(tx, plan_id, Step::Undone, call.now).await?;
            report(tx, call, &plan).await
        }
        _ => Ok(()),
    }
}

/// Says in the log how many lines were brought back, and names those that were not.
async fn report(tx: &mut Tx, call: &Call<'_>, plan: &Plan) -> Result<()> {
    let detail = view::detail(tx, plan.id).await?;
    let of = |state: LineState| {
        detail
            .lines
            .iter()
            .filter(move |line| line.status == state.as_str())
    };
    let kept: Vec<_> = of(LineState::Kept)
        .map(|line| json!({ "customer_id": line.customer_id, "name": line.name, "why": line.error }))
        .collect();
    let undone = of(LineState::Undone).count();
    let mut message = format!("Rencana {} selesai dikembalikan: {undone} saluran", plan.id);
    if !kept.is_empty() {
        message.push_str(&format!("; {} dibiarkan karena sudah berubah", kept.len()));
    }
    let entry = Entry::done("plan_undo_finished", message)
        .about("plan", plan.id, plan.kind.as_str())
        .detail(json!({ "undone": undone, "kept": kept }));
    logs::record(tx, call, entry).await
}
