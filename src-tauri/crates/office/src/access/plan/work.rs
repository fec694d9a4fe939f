//! The jobs that carry out the lines of a plan, or bring them back: which of them wait, run, or wait for another try, and
//! why. Which of them are to be stopped is whoever asks to say.

use std::collections::{HashMap, HashSet};

use store::Tx;
use store::jobs::{Job, State};
use store::plans::{LineState, PlanLine, Repair};

use crate::error::Result;
use crate::jobs::{self, LineAt};
use crate::office::Call;

/// Where a job stands that was tried before and waits for its next try.
const RETRYING: &str = "retrying";

/// The jobs of some lines that have not come to their end.
pub(super) struct Work {
    by_key: HashMap<String, Job>,
}

impl Work {
    /// Reads them: one query for a few hundred lines.
    pub(super) async fn of(tx: &mut Tx, lines: &[PlanLine]) -> Result<Work> {
        let keys: Vec<String> = lines.iter().filter_map(key).collect();
        let jobs = store::jobs::pending_of(tx, &keys).await?;
        Ok(Work {
            by_key: jobs.into_iter().map(|job| (job.key.clone(), job)).collect(),
        })
    }

    /// The job of a line.
    pub(super) fn job(&self, line: &PlanLine) -> Option<&Job> {
        self.by_key.get(&key(line)?)
    }

    /// What went wrong last with a line that still waits.
    pub(super) fn error(&self, line: &PlanLine) -> Option<String> {
        let waits = matches!(line.state, LineState::Planned | LineState::Done);
        self.job(line).filter(|_| waits)?.error.clone()
    }

    /// How many of these lines' jobs stand where.
    pub(super) fn counts(&self, lines: &[PlanLine]) -> HashMap<String, i64> {
        let mut counts = HashMap::new();
        for job in lines.iter().filter_map(|line| self.job(line)) {
            let word = match job.state {
                State::Queued if job.error_code.is_some() => RETRYING,
                state => state.as_str(),
            };
            *counts.entry(word.to_owned()).or_default() += 1;
        }
        counts
    }
}

/// Stops those of these jobs that are not running at this moment, and gives which were stopped. One that runs comes to its
/// end, and whoever ends it asks whether it goes on.
pub(super) async fn stop_waiting<'j>(
    tx: &mut Tx,
    call: &Call<'_>,
    jobs: impl Iterator<Item = &'j Job>,
) -> Result<HashSet<i64>> {
    let waiting: Vec<i64> = jobs
        .filter(|job| job.state != State::Running)
        .map(|job| job.id)
        .collect();
    let stopped = store::jobs::cancel_waiting(tx, &waiting, call.now).await?;
    Ok(stopped.into_iter().collect())
}

/// The key of the job that a line waits for; `None` for one that has come to its end.
fn key(line: &PlanLine) -> Option<String> {
    let place = LineAt {
        customer_id: line.customer_id,
        router_id: line.router_id,
    };
    match (line.state, line.repair) {
        (LineState::Planned | LineState::Failed, Repair::Secret | Repair::Entries) => {
            Some(jobs::missing_line_key(place, line.id))
        }
        (LineState::Planned | LineState::Failed, Repair::Limit) => Some(jobs::line_limit_key(place, line.id)),
        (LineState::Planned | LineState::Failed, Repair::Access | Repair::Profile) => {
            Some(jobs::access_key(line.customer_id))
        }
        // Only a plan that is being taken back has such a job.
        (LineState::Done, _) => Some(jobs::undo_key(line.id)),
        (LineState::Struck | LineState::Skipped | LineState::Undone | LineState::Kept, _) => None,
    }
}
