//! What a clock that ran ahead has left in the future, once it was set back: slots that count as done although their time is
//! still to come, jobs that wait for it, and leases that nobody alive holds. Left alone they would stop the office until then.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock;
use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// How far ahead of this desk another one's clock may be without being taken for wrong.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// Longer than any lease is given.
const LONGEST_LEASE: Duration = Duration::from_secs(10 * 60);
/// How far back slots are looked for that may have been missed while the clock was wrong. Tasks are safe to run twice.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Brings what lies in the future back to `now`, and gives the tasks whose slots it was.
///
/// # Errors
/// Whatever the database says.
pub async fn clear(tx: &mut Tx, now: Timestamp) -> Result<Vec<String>> {
    let ahead = now.saturating_add(AHEAD).unwrap_or(now);
    let since = now.saturating_sub(AGAIN).unwrap_or(now);
    let tasks = sql!(
        tx,
        fetch_all::<(String,)>,
        "UPDATE schedule SET last_slot = $1 WHERE last_slot > $2 RETURNING task",
        since.held(),
        ahead.held()
    )?;
    sql!(
        tx,
        execute,
        "UPDATE jobs SET run_at = $1 WHERE state = 'queued' AND created_at > $2 AND run_at > $2",
        now.held(),
        ahead.held()
    )?;
    let (clock, far) = (clock::now(tx).await?, clock::until(tx, LONGEST_LEASE).await?);
    sql!(
        tx,
        execute,
        "UPDATE jobs SET lease_until = $1 WHERE state = 'running' AND lease_until > $2",
        clock,
        far
    )?;
    sql!(tx, execute, "DELETE FROM leases WHERE until > $1", far)?;
    Ok(tasks.into_iter().map(|(task,)| task).collect())
}
