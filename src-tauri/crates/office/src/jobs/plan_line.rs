//! The line of a plan that a job on one line carries out: what became of it is written with the job's own end. A line that
//! left its plan meanwhile is not carried out; one that was done although its plan was taken back is brought back.

use serde_json::{Value, json};
use store::Tx;
use store::jobs::Job;
use store::plans::{LineOutcome, LineState, PlanLine};

use crate::access;
use crate::error::{Result, Sentence};
use crate::jobs::one_line::Report;
use crate::jobs::settle::Ended;
use crate::logs::{self, Entry};
use crate::network::Failure;
use crate::office::Call;

/// Where a job's payload names the line of a plan.
pub(super) const PLAN_LINE: &str = "plan_line_id";

/// The line of a plan that a job is for.
pub(super) fn of(job: &Job) -> Option<i64> {
    job.payload.get(PLAN_LINE).and_then(Value::as_i64)
}

/// Whether a job may still do what it was asked for; one that no plan asked for always may.
pub(super) async fn is_wanted(tx: &mut Tx, job: &Job) -> Result<bool> {
    match of(job) {
        Some(id) => Ok(open(tx, id).await?.is_some()),
        None => Ok(true),
    }
}

/// The line of a plan that is still to be done.
pub(super) async fn open(tx: &mut Tx, id: i64) -> Result<Option<PlanLine>> {
    let Some(line) = store::plans::find_lines(tx, &[id]).await?.pop() else {
        return Ok(None);
    };
    let open = store::plans::open_lines(tx, &[line.customer_id]).await?;
    Ok(open.into_iter().map(|open| open.line).find(|line| line.id == id))
}

fn is_open(state: LineState) -> bool {
    matches!(state, LineState::Planned | LineState::Failed)
}

/// Writes down what became of the line, where the job is for one: `tried` is what the job did, `None` where nothing was to
/// be done.
pub(super) async fn end(
    tx: &mut Tx,
    call: &Call<'_>,
    job: &Job,
    tried: Result<Option<&Report>, &Failure>,
    ended: &Ended,
) -> Result<()> {
    let Some(id) = of(job) else { return Ok(()) };
    let Some(line) = store::plans::find_lines(tx, &[id]).await?.pop() else {
        return Ok(());
    };
    let (state, after, error) = match tried {
        Ok(Some(report)) if report.entry.is_some() => (LineState::Done, report.left_behind(), None),
        _ if !is_open(line.state) || matches!(ended, Ended::Again(_)) => return Ok(()),
        Ok(Some(Report { kept: Some(kept), .. })) => {
            skipped(tx, call, &line, kept).await?;
            (LineState::Skipped, None, Some(kept.held()))
        }
        Ok(Some(_)) => (
            LineState::Skipped,
            None,
            Some(
                Sentence::new(
                    "Router sudah punya saat gilirannya tiba, jadi dibiarkan apa adanya.",
                    "The router had it already when its turn came, so it is left as it is.",
                )
                .held(),
            ),
        ),
        Ok(None) => (
            LineState::Skipped,
            None,
            Some(
                Sentence::new(
                    "Tidak perlu lagi saat gilirannya tiba.",
                    "It was not needed any more when its turn came.",
                )
                .held(),
            ),
        ),
        Err(failure) if matches!(ended, Ended::Parked(_)) => {
            store::plans::note_line(tx, id, &failure.sentence().held()).await?;
            return access::finish_plan(tx, call, line.plan_id).await;
        }
        Err(failure) => (LineState::Failed, None, Some(failure.sentence().held())),
    };
    let outcome = LineOutcome {
        state,
        before: None,
        after: after.as_ref(),
        error: error.as_deref(),
    };
    store::plans::set_line(tx, id, outcome, call.now).await?;
    access::finish_plan(tx, call, line.plan_id).await?;
    access::bring_back_late(tx, call, line.plan_id).await
}

/// Says in the log that a repair was not made because the router says something else than when it was planned.
async fn skipped(tx: &mut Tx, call: &Call<'_>, line: &PlanLine, why: &Sentence) -> Result<()> {
    let entry = Entry::skipped("repair_skipped", why.clone())
        .about("plan", line.plan_id, format!("plan {}", line.plan_id))
        .detail(json!({ "code": "changed_since", "customer_id": line.customer_id, "plan_line_id": line.id }));
    logs::record(tx, call, entry).await
}
