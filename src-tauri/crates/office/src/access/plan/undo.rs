//! Undoing a plan: what was not done yet is taken out, what was done is brought back by jobs, so that it survives a
//! restart. Lines that changed since are kept and named.

use store::Tx;
use store::plans::{LineState, State, Step};

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

/// Ends the undoing of a plan whose last line was brought back or kept.
pub(crate) async fn finish_undo(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<()> {
    let still = store::plans::tally(tx, plan_id)
        .await?
        .into_iter()
        .any(|(state, _)| state == LineState::Done.as_str());
    let undoing = store::plans::find(tx, plan_id)
        .await?
        .is_some_and(|plan| plan.state == State::Undoing);
    if undoing && !still {
        store::plans::step(tx, plan_id, Step::Undone, call.now).await?;
    }
    Ok(())
}
