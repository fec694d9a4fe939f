//! The tick: a few times a minute, and at once on start and wake, it asks the table which slots are due and runs them,
//! oldest first. One desk at a time holds the scheduler's lease; a task holds one of its own while it runs.

use std::time::Duration;

use jiff::Timestamp;
use tokio_cron_scheduler::{Job, JobScheduler};

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::Office;
use crate::schedule::{RunTask, TaskSummary, cron};

/// How often the table is asked: every fifteen seconds.
const TICKS: &str = "*/15 * * * * *";
/// How long a desk holds the schedule without a word; another takes over after that.
const SCHEDULER_LEASE: Duration = Duration::from_secs(45);
/// How long a task is held without a heartbeat.
const TASK_LEASE: Duration = Duration::from_secs(60);
/// The lease that makes a copy of the program the one that seals the log.
const LOG: &str = "log";
/// How many entries are sealed at a tick; a month run writes few, so the chain keeps up.
const MOST_SEALED: i64 = 2_000;
/// The lease that makes a desk the one that runs the schedule.
const SCHEDULER: &str = "scheduler";

/// The running schedule of this desk.
pub struct Ticker {
    scheduler: JobScheduler,
}

impl Ticker {
    /// Stops ticking; a task that is under way is finished by whoever waits for it.
    ///
    /// # Errors
    /// When the scheduler does not answer.
    pub async fn stop(mut self) -> Result<()> {
        self.scheduler.shutdown().await.map_err(Error::fault)
    }
}

/// Starts the schedule of this desk.
///
/// # Errors
/// When the scheduler cannot be started.
pub async fn start(office: Office) -> Result<Ticker> {
    let scheduler = JobScheduler::new().await.map_err(Error::fault)?;
    let ticking = office.clone();
    let job = Job::new_async(TICKS, move |_, _| {
        let office = ticking.clone();
        Box::pin(async move {
            if let Err(error) = tick(&office).await {
                tracing::error!(code = error.code, source = ?error.source, "the schedule could not be read");
            }
        })
    })
    .map_err(Error::fault)?;
    scheduler.add(job).await.map_err(Error::fault)?;
    scheduler.start().await.map_err(Error::fault)?;
    Ok(Ticker { scheduler })
}

/// Runs every slot that is due, oldest first; gives how many tasks ran here.
///
/// # Errors
/// When the database cannot be read or written. A task that fails alone is on its row and in the log.
pub async fn tick(office: &Office) -> Result<usize> {
    let mut tx = office.store().begin().await?;
    let ours = store::leases::acquire(&mut tx, SCHEDULER, office.desk(), SCHEDULER_LEASE).await?;
    let rows = store::schedule::all(&mut tx).await?;
    tx.commit().await?;
    seal_log(office).await?;
    let actor = Actor::schedule();
    let call = office.call(&actor).await;
    if !ours || call.settings.office_schedule_paused {
        return Ok(0);
    }
    let mut due: Vec<(Timestamp, String)> = Vec::new();
    for row in rows.into_iter().filter(|row| !row.paused) {
        if let Some(slot) = cron::due(&row.cron, row.last_slot, call.now, &call.zone)? {
            due.push((slot, row.task));
        }
    }
    due.sort();
    let mut ran = 0;
    for (slot, task) in due {
        if run_slot(office, &task, slot).await? {
            ran += 1;
        }
    }
    Ok(ran)
}

/// Seals what the log has gained into its chain, on one copy of the program at a time.
async fn seal_log(office: &Office) -> Result<()> {
    let owner = owner(office);
    let mut tx = office.store().begin().await?;
    if store::leases::acquire(&mut tx, LOG, &owner, SCHEDULER_LEASE).await? {
        store::billing_logs::seal::advance(&mut tx, MOST_SEALED).await?;
    }
    Ok(tx.commit().await?)
}

/// Two copies of the program on one machine have the same desk name; the process tells them apart.
fn owner(office: &Office) -> String {
    format!("{}/{}", office.desk(), std::process::id())
}

/// Runs one slot under the task's lease, if nobody else has taken it.
async fn run_slot(office: &Office, task: &str, slot: Timestamp) -> Result<bool> {
    let lease = format!("task:{task}");
    let owner = owner(office);
    let mut tx = office.store().begin().await?;
    let taken = store::leases::acquire(&mut tx, &lease, &owner, TASK_LEASE).await?
        && store::schedule::take_slot(&mut tx, task, slot, office.now()).await?;
    tx.commit().await?;
    if !taken {
        return Ok(false);
    }
    let outcome = with_heartbeat(office, &lease, &owner, Box::pin(run_one(office, task))).await;
    let mut tx = office.store().begin().await?;
    let text = match &outcome {
        Ok(summary) => serde_json::to_string(summary).map_err(Error::fault)?,
        Err(error) => serde_json::json!({ "code": error.code, "message": error.detail.id }).to_string(),
    };
    store::schedule::finished(&mut tx, task, &text, office.now()).await?;
    store::leases::release(&mut tx, &lease, &owner).await?;
    if let Err(error) = &outcome {
        // A task that cannot run fails alone, loudly (failures.md T3).
        let actor = Actor::schedule();
        let mut call = office.call(&actor).await;
        call.cause = Some(format!("task:{task}"));
        let entry = Entry::failed(
            "system_error",
            (
                format!("{task}: {}", error.detail.id),
                format!("{task}: {}", error.detail.en),
            ),
        );
        logs::record(&mut tx, &call, entry).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn run_one(office: &Office, task: &str) -> Result<TaskSummary> {
    office
        .perform(
            &Actor::schedule(),
            RunTask {
                task: task.to_owned(),
                ..RunTask::default()
            },
        )
        .await
}

/// Runs `work` while the lease is kept alive.
async fn with_heartbeat<T>(
    office: &Office,
    lease: &str,
    owner: &str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(TASK_LEASE / 3) => {
                let mut tx = office.store().begin().await?;
                store::leases::acquire(&mut tx, lease, owner, TASK_LEASE).await?;
                store::leases::acquire(&mut tx, SCHEDULER, office.desk(), SCHEDULER_LEASE).await?;
                tx.commit().await?;
            }
        }
    }
}
