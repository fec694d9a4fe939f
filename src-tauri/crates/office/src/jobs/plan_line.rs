//! The line of a plan that a job on one line carries out: what became of it is written with the job's own end. A line that
//! left its plan meanwhile is not carried out; one that was done although its plan was taken back is brought back.

use serde_json::{Value, json};
use store::Tx;
use store::jobs::Job;
use store::plans::{LineOutcome, LineState};

use crate::access;
use crate::error::{Result, Sentence};
use crate::jobs::one_line::Report;
use crate::jobs::settle::Ended;
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
    let Some(id) = of(job) else { return Ok(true) };
    let Some(line) = store::plans::find_lines(tx, &[id]).await?.pop() else {
        return Ok(false);
    };
    let open = store::plans::open_lines(tx, &[line.customer_id]).await?;
    Ok(open.iter().any(|open| open.line.id == id))
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
        Ok(Some(report)) if report.entry.is_some() => (LineState::Done, report.said.as_ref(), None),
        _ if !is_open(line.state) || matches!(ended, Ended::Again(_)) => return Ok(()),
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
    let after = after.map(|said| json!(said));
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
