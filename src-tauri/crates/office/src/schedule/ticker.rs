//! The tick: a few times a minute it asks the table which slots are due and runs them, oldest first. One copy of the
//! program at a time holds the scheduler's lease; a run of a task holds one of its own. A slot is done when somebody has
//! finished it: whoever dies, or loses the lease, in the middle leaves it to the next, and tasks are safe to run twice.

use std::time::Duration;

use jiff::Timestamp;
use rand::Rng as _;
use store::Tx;
use tokio_cron_scheduler::{Job, JobScheduler};

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Office};
use crate::schedule::{RunTask, TaskSummary, cron};

/// The lease that makes a copy of the program the one that seals the log.
const LOG: &str = "log";
/// How many entries are sealed at a tick; a month run writes few, so the chain keeps up.
const MOST_SEALED: i64 = 2_000;
/// The lease that makes a copy of the program the one that runs the schedule.
pub(crate) const SCHEDULER: &str = "scheduler";

/// How long a holder may keep silent. Another takes over after a lease and a tick: within a minute, unless an office wants
/// it sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    lease: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace::of(Duration::from_secs(42))
    }
}

impl Pace {
    /// The pace at which the schedule's holder is given up after `lease` without a word.
    #[must_use]
    pub const fn of(lease: Duration) -> Pace {
        Pace { lease }
    }

    /// How often the table is asked.
    fn tick(self) -> Duration {
        self.lease / 3
    }

    /// How long a task is held without a heartbeat: less than the schedule itself, so that whoever takes the schedule over
    /// finds the slot free that the last holder died in, and runs the oldest first.
    fn task_lease(self) -> Duration {
        self.lease * 2 / 3
    }

    fn heartbeat(self) -> Duration {
        self.task_lease() / 3
    }
}

/// The running schedule of this copy of the program.
pub struct Ticker {
    scheduler: JobScheduler,
    office: Office,
}

impl Ticker {
    /// Stops ticking and lets another take the schedule at once; a task that is under way is finished by whoever waits for
    /// it, or by the next holder.
    ///
    /// # Errors
    /// When the scheduler does not answer, or the database cannot be written.
    pub async fn stop(mut self) -> Result<()> {
        self.scheduler.shutdown().await.map_err(Error::fault)?;
        let mut tx = self.office.store().begin().await?;
        for lease in [SCHEDULER, LOG] {
            store::leases::release(&mut tx, lease, self.office.copy()).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Starts the schedule of this copy of the program.
///
/// # Errors
/// When the scheduler cannot be started.
pub async fn start(office: Office, pace: Pace) -> Result<Ticker> {
    let scheduler = JobScheduler::new().await.map_err(Error::fault)?;
    let ticking = office.clone();
    let job = Job::new_repeated_async(pace.tick(), move |_, _| {
        let office = ticking.clone();
        Box::pin(async move {
            if let Err(error) = tick_at(&office, pace).await {
                tracing::error!(code = error.code, source = ?error.source, "the schedule could not be read");
            }
        })
    })
    .map_err(Error::fault)?;
    scheduler.add(job).await.map_err(Error::fault)?;
    scheduler.start().await.map_err(Error::fault)?;
    Ok(Ticker { scheduler, office })
}

/// Runs every slot that is due, oldest first; gives how many tasks ran here.
///
/// # Errors
/// When the database cannot be read or written. A task that fails alone is on its row and in the log.
pub async fn tick(office: &Office) -> Result<usize> {
    tick_at(office, Pace::default()).await
}

async fn tick_at(office: &Office, pace: Pace) -> Result<usize> {
    let actor = Actor::schedule();
    let call = office.call(&actor).await;
    let mut tx = call.begin().await?;
    note_clock_set_back(&mut tx, &call).await?;
    let ours = store::leases::acquire(&mut tx, SCHEDULER, office.copy(), pace.lease).await?;
    let rows = store::schedule::all(&mut tx).await?;
    tx.commit().await?;
    seal_log(office, pace).await?;
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
        // Somebody has it in hand: what comes after it waits for the next tick, so that the order stays.
        if !run_slot(office, &task, slot, pace).await? {
            break;
        }
        ran += 1;
    }
    Ok(ran)
}

/// Goes on from now where this machine's clock ran ahead and was set right: else nothing would be due until the wrong time
/// has come.
async fn note_clock_set_back(tx: &mut Tx, call: &Call<'_>) -> Result<()> {
    let tasks = store::set_back::clear(tx, call.now).await?;
    if !tasks.is_empty() {
        let names = tasks.join(", ");
        let entry = Entry::done(
            "clock_set_back",
            (
                format!("Jam komputer mundur; jadwal dihitung lagi dari sekarang: {names}"),
                format!("The clock was set back; the schedule goes on from now: {names}"),
            ),
        );
        logs::record(tx, call, entry).await?;
    }
    Ok(())
}

/// Seals what the log has gained into its chain, on one copy of the program at a time.
async fn seal_log(office: &Office, pace: Pace) -> Result<()> {
    let mut tx = office.store().begin().await?;
    if store::leases::acquire(&mut tx, LOG, office.copy(), pace.lease).await? {
        store::billing_logs::seal::advance(&mut tx, MOST_SEALED).await?;
    }
    Ok(tx.commit().await?)
}

/// Runs one slot under the task's lease; `false` when somebody else has the task in hand, or took it over meanwhile.
async fn run_slot(office: &Office, task: &str, slot: Timestamp, pace: Pace) -> Result<bool> {
    // A name for each run: the next tick of this very copy must not take the slot that is under way for its own.
    let owner = format!("{}#{:016x}", office.copy(), rand::rng().random::<u64>());
    let mut tx = office.store().begin().await?;
    let lease = pace.task_lease();
    let taken = store::schedule::take_slot(&mut tx, task, slot, &owner, lease, office.now()).await?;
    tx.commit().await?;
    if !taken {
        return Ok(false);
    }
    let held = Held {
        office,
        task,
        owner: &owner,
        pace,
    };
    let Some(outcome) = held.while_alive(Box::pin(run_one(office, task))).await else {
        tracing::warn!(task, "another desk took this task over; it was stopped here");
        return Ok(false);
    };
    let mut tx = office.store().begin().await?;
    let text = told(&outcome)?;
    let is_ours = store::schedule::finish_slot(&mut tx, task, slot, &owner, &text, office.now()).await?;
    if let Err(error) = outcome.as_ref()
        && is_ours
    {
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
    Ok(is_ours)
}

/// How a run ended, as its row keeps it.
pub(super) fn told(outcome: &Result<TaskSummary>) -> Result<String> {
    Ok(match outcome {
        Ok(summary) => serde_json::to_string(summary).map_err(Error::fault)?,
        Err(error) => serde_json::json!({ "code": error.code, "message": error.detail.id }).to_string(),
    })
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

/// A task in hand.
struct Held<'a> {
    office: &'a Office,
    task: &'a str,
    owner: &'a str,
    pace: Pace,
}

impl Held<'_> {
    /// Runs `work` while the task stays in hand; `None` when somebody else took it over, as after a sleep of this machine:
    /// the work is dropped where it stands, which its transactions take well.
    async fn while_alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Some(done),
                () = tokio::time::sleep(self.pace.heartbeat()) => match self.beat().await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    // The next one tells whether the lease outlived the silence.
                    Err(error) => tracing::warn!(%error, task = self.task, "a task's lease could not be renewed"),
                },
            }
        }
    }

    async fn beat(&self) -> Result<bool> {
        let mut tx = self.office.store().begin().await?;
        let lease = self.pace.task_lease();
        let is_kept = store::schedule::keep_slot(&mut tx, self.task, self.owner, lease).await?;
        if is_kept {
            store::leases::acquire(&mut tx, SCHEDULER, self.office.copy(), self.pace.lease).await?;
        }
        tx.commit().await?;
        Ok(is_kept)
    }
}
