//! The tasks of the schedule: when each is due in the office's words, and which slot was last finished. A slot is held by a
//! lease while somebody works on it; whoever dies in the middle leaves it due, for the next who looks.

use std::time::Duration;

use jiff::Timestamp;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::leases;
use crate::transaction::{Tx, sql};

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Task {
    /// `billing:generate-invoices`, …
    pub task: String,
    /// When, as cron text in the office's zone.
    pub cron: String,
    /// Whether a person stopped it.
    pub paused: bool,
    /// The last slot that was finished, or passed by on purpose.
    #[sqlx(try_from = "crate::column::Millis")]
    pub last_slot: Timestamp,
    /// When it last began.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub last_started: Option<Timestamp>,
    /// When it last ended.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub last_finished: Option<Timestamp>,
    /// How it ended.
    pub last_outcome: Option<String>,
}

/// Every task, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Task>> {
    sql!(tx, fetch_all::<Task>, "SELECT * FROM schedule ORDER BY task")
}

/// The task with this name.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, task: &str) -> Result<Option<Task>> {
    sql!(
        tx,
        fetch_optional::<Task>,
        "SELECT * FROM schedule WHERE task = $1",
        task
    )
}

/// Adds a task that has missed no slot before `now`; one that exists is left alone.
///
/// # Errors
/// Whatever the database says.
pub async fn ensure(tx: &mut Tx, task: &str, cron: &str, now: Timestamp) -> Result<()> {
    sql!(
        tx,
        execute,
        "INSERT INTO schedule (task, cron, paused, last_slot) VALUES ($1, $2, FALSE, $3) ON CONFLICT (task) DO NOTHING",
        task,
        cron,
        now.held()
    )?;
    Ok(())
}

/// Changes when a task is due, or stops it, or lets it go on.
///
/// # Errors
/// [`Error::Stale`] when there is no such task.
pub async fn update(tx: &mut Tx, task: &str, cron: &str, paused: bool) -> Result<()> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE schedule SET cron = $2, paused = $3 WHERE task = $1",
        task,
        cron,
        paused
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// The lease that a slot of this task is worked on under: one slot at a time, whichever.
fn lease_of(task: &str) -> String {
    format!("task:{task}")
}

/// Takes a slot in hand for as long as `lease`: `false` when it, or a later one, was finished before, or somebody who lives
/// has the task in hand. Each run needs an owner of its own, or it would take its own slot twice.
///
/// # Errors
/// Whatever the database says.
pub async fn take_slot(
    tx: &mut Tx,
    task: &str,
    slot: Timestamp,
    owner: &str,
    lease: Duration,
    now: Timestamp,
) -> Result<bool> {
    if !leases::acquire(tx, &lease_of(task), owner, lease).await? {
        return Ok(false);
    }
    let changed = sql!(
        tx,
        execute,
        "UPDATE schedule SET last_started = $3, last_outcome = NULL WHERE task = $1 AND last_slot < $2",
        task,
        slot.held(),
        now.held()
    )?;
    if changed == 0 {
        leases::release(tx, &lease_of(task), owner).await?;
    }
    Ok(changed == 1)
}

/// Keeps a slot in hand for as long again; `false` when somebody else has taken the task over, and the work must stop.
///
/// # Errors
/// Whatever the database says.
pub async fn keep_slot(tx: &mut Tx, task: &str, owner: &str, lease: Duration) -> Result<bool> {
    leases::renew(tx, &lease_of(task), owner, lease).await
}

/// Notes how a slot in hand ended, well or not: it is not due again. `false`, and nothing is noted, when somebody else has
/// taken the task over meanwhile.
///
/// # Errors
/// Whatever the database says.
pub async fn finish_slot(
    tx: &mut Tx,
    task: &str,
    slot: Timestamp,
    owner: &str,
    outcome: &str,
    now: Timestamp,
) -> Result<bool> {
    if !leases::release(tx, &lease_of(task), owner).await? {
        return Ok(false);
    }
    sql!(
        tx,
        execute,
        "UPDATE schedule SET last_slot = CASE WHEN last_slot < $2 THEN $2 ELSE last_slot END, last_finished = $3,
           last_outcome = $4 WHERE task = $1",
        task,
        slot.held(),
        now.held(),
        outcome
    )?;
    Ok(true)
}

/// Notes that a task ran outside its slots, by hand: when it began, when it ended, and how.
///
/// # Errors
/// Whatever the database says.
pub async fn ran_by_hand(
    tx: &mut Tx,
    task: &str,
    started: Timestamp,
    finished: Timestamp,
    outcome: &str,
) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE schedule SET last_started = $2, last_finished = $3, last_outcome = $4 WHERE task = $1",
        task,
        started.held(),
        finished.held(),
        outcome
    )?;
    Ok(())
}
