//! Looking at jobs, and a person's hand on them: once more, or not at all.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::jobs::{Filter, Job, State};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::lists::{Asked, Page};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// A job as it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobView {
    /// The row's id.
    pub id: i64,
    /// What it does.
    pub kind: String,
    /// Unique among the jobs that wait or run.
    pub key: String,
    /// What it works on.
    pub payload: Value,
    /// The router that it needs.
    pub router_id: Option<i64>,
    /// `queued`, `running`, `parked`, `done`, `dead` or `cancelled`.
    pub status: String,
    /// How often it was tried.
    pub tries: i64,
    /// Not before this, epoch milliseconds.
    pub run_at: i64,
    /// The code of its last failure.
    pub error_code: Option<String>,
    /// Its last failure in a sentence.
    pub error: Option<String>,
    /// When it was asked for, epoch milliseconds.
    pub created_at: i64,
    /// When it ended, epoch milliseconds.
    pub finished_at: Option<i64>,
}

impl JobView {
    fn of(call: &Call<'_>, job: Job) -> JobView {
        JobView {
            id: job.id,
            kind: job.kind,
            key: job.key,
            payload: job.payload,
            router_id: job.router_id,
            status: job.state.as_str().to_owned(),
            tries: job.tries,
            run_at: job.run_at.as_millisecond(),
            error_code: job.error_code,
            error: job.error.map(|error| call.told_held(&error)),
            created_at: job.created_at.as_millisecond(),
            finished_at: job.finished_at.map(|at| at.as_millisecond()),
        }
    }
}

/// Lists jobs, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListJobs {
    /// Only those that stand so.
    pub status: Option<String>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; at most 500.
    pub limit: Option<i64>,
}

impl Request for ListJobs {
    const ABILITY: Ability = Ability::OperationsRead;
    type Answer = Page<JobView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<JobView>> {
        let state = match self.status.as_deref().filter(|status| !status.is_empty()) {
            None => None,
            Some(word) => Some(word.parse::<State>().map_err(|_| {
                let words = State::ALL
                    .iter()
                    .map(|state| state.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                Error::invalid(
                    "invalid_status",
                    format!("Status pekerjaan salah satu dari: {words}."),
                    format!("A job's status is one of: {words}."),
                )
            })?),
        };
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let mut tx = call.read().await?;
        let filter = Filter {
            state,
            kind: self.kind.as_deref().filter(|kind| !kind.is_empty()),
            router_id: None,
            cursor: asked.cursor.as_ref(),
            limit: asked.limit,
        };
        let jobs = store::jobs::list(&mut tx, &filter).await?;
        Ok(jobs.map(|job| JobView::of(call, job)).into())
    }
}

/// Reads one job.
#[derive(Clone, Copy, Debug)]
pub struct ReadJob {
    /// Which.
    pub id: i64,
}

impl Request for ReadJob {
    const ABILITY: Ability = Ability::OperationsRead;
    type Answer = JobView;

    async fn run(self, call: &Call<'_>) -> Result<JobView> {
        let mut tx = call.read().await?;
        Ok(JobView::of(call, find(&mut tx, self.id).await?))
    }
}

/// Tries a job again that gave up, was cancelled or waits for its router.
#[derive(Clone, Copy, Debug)]
pub struct RetryJob {
    /// Which.
    pub id: i64,
}

impl Request for RetryJob {
    const ABILITY: Ability = Ability::OperationsWrite;
    type Answer = JobView;

    async fn run(self, call: &Call<'_>) -> Result<JobView> {
        let mut tx = call.begin().await?;
        let job = find(&mut tx, self.id).await?;
        if !store::jobs::retry(&mut tx, self.id, call.now).await? {
            return Err(Error::conflict(
                "job_not_stopped",
                "Pekerjaan ini masih menunggu giliran, sedang berjalan, atau sudah selesai; tidak perlu diulang.",
                "This job still waits its turn, is running, or is done; there is nothing to try again.",
            ));
        }
        let entry = Entry::done(
            "job_retried",
            (
                format!("Pekerjaan {} diulang", job.kind),
                format!("The job {} is tried again", job.kind),
            ),
        )
        .about("job", job.id, job.key);
        logs::record(&mut tx, call, entry).await?;
        let job = find(&mut tx, self.id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(JobView::of(call, job))
    }
}

/// Takes a job out of the queue.
#[derive(Clone, Copy, Debug)]
pub struct CancelJob {
    /// Which.
    pub id: i64,
}

impl Request for CancelJob {
    const ABILITY: Ability = Ability::OperationsWrite;
    type Answer = JobView;

    async fn run(self, call: &Call<'_>) -> Result<JobView> {
        let mut tx = call.begin().await?;
        let job = find(&mut tx, self.id).await?;
        if !store::jobs::cancel(&mut tx, self.id, call.now).await? {
            return Err(Error::conflict(
                "job_not_waiting",
                "Pekerjaan ini sedang berjalan atau sudah selesai, jadi tidak dapat dibatalkan.",
                "This job is running or has ended, so it cannot be cancelled.",
            ));
        }
        let entry = Entry::done(
            "job_cancelled",
            (
                format!("Pekerjaan {} dibatalkan", job.kind),
                format!("The job {} was cancelled", job.kind),
            ),
        )
        .about("job", job.id, job.key);
        logs::record(&mut tx, call, entry).await?;
        let job = find(&mut tx, self.id).await?;
        tx.commit().await?;
        Ok(JobView::of(call, job))
    }
}

async fn find(tx: &mut store::Tx, id: i64) -> Result<Job> {
    store::jobs::find(tx, id)
        .await?
        .ok_or_else(|| Error::missing("Pekerjaan", "job"))
}
