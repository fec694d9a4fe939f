//! Stopping the undo of a plan: what has not been brought back by then stays as the plan left it, and says so. What is just
//! being sent comes to its end; the plan then counts as applied, as far as it still is, and its rest can be undone again.

use std::collections::{BTreeSet, HashMap};

use store::Tx;
use store::plans::{LineState, Plan, PlanLine, State, Step};

use crate::access::plan::profiles;
use crate::access::plan::work::{Work, stop_waiting};
use crate::actor::in_words;
use crate::error::{Language, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::Call;

/// Why something of a plan is not taken back.
fn why(by: &str) -> Sentence {
    Sentence::new(
        format!(
            "Tidak dikembalikan: dihentikan oleh {}.",
            in_words(by, Language::Indonesian)
        ),
        format!("Not undone: stopped by {}.", in_words(by, Language::English)),
    )
}

/// Stops the undo of a plan, whose customers and whose row are locked.
pub(super) async fn stop(tx: &mut Tx, call: &Call<'_>, plan: &Plan) -> Result<()> {
    let by = call.actor.label();
    store::plans::step(tx, plan.id, Step::StopUndo(by), call.now).await?;
    let why = why(by).held();
    let lines = done(tx, plan.id).await?;
    let work = Work::of(tx, &lines).await?;
    let jobs = lines.iter().filter_map(|line| work.job(line));
    let cancelled = stop_waiting(tx, call, jobs).await?;
    let stays = |line: &&PlanLine| work.job(line).is_none_or(|job| cancelled.contains(&job.id));
    let stay: Vec<i64> = lines.iter().filter(stays).map(|line| line.id).collect();
    store::plans::note_done(tx, &stay, Some(&why)).await?;
    profiles::stop_undo(tx, call, plan.id, &why).await?;
    let message = (
        format!(
            "Pengembalian rencana {} dihentikan: {} jalur dibiarkan",
            plan.id,
            stay.len()
        ),
        format!(
            "The undo of plan {} was stopped: {} lines left as they are",
            plan.id,
            stay.len()
        ),
    );
    let entry = Entry::done("plan_undo_stopped", message).about("plan", plan.id, plan.kind.as_str());
    logs::record(tx, call, entry).await
}

/// Takes off what an undo that was stopped had noted, since another one begins.
pub(super) async fn begin_again(tx: &mut Tx, plan_id: i64) -> Result<()> {
    let lines: Vec<i64> = done(tx, plan_id).await?.iter().map(|line| line.id).collect();
    store::plans::note_done(tx, &lines, None).await?;
    profiles::note_done(tx, plan_id, None).await
}

async fn done(tx: &mut Tx, plan_id: i64) -> Result<Vec<PlanLine>> {
    let mut lines = store::plans::lines(tx, plan_id).await?;
    lines.retain(|line| line.state == LineState::Done);
    Ok(lines)
}

/// Of these plans, which jobs are bringing back, those whose undo was stopped meanwhile, with the words for what stays.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn stopped(tx: &mut Tx, plans: &BTreeSet<i64>) -> Result<HashMap<i64, Sentence>> {
    let mut stopped = HashMap::new();
    for &id in plans {
        // From being undone only this leads back.
        let plan = store::plans::find(tx, id).await?;
        let plan = plan.filter(|plan| plan.state == State::Applied);
        stopped.extend(plan.and_then(|plan| Some((id, why(plan.cancelled_by.as_deref()?)))));
    }
    Ok(stopped)
}
