//! Jobs by what they need: a router each, or none. Jobs of one router run one after the other, routers side by side.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::{Job, WAITS_FOR_A_PERSON};
use crate::clock;
use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// The routers that have work due, `None` standing for work that needs no router. Work whose worker let its lease run out
/// is due as well.
///
/// # Errors
/// Whatever the database says.
pub async fn due_lanes(tx: &mut Tx, now: Timestamp) -> Result<Vec<Option<i64>>> {
    let clock = clock::now(tx).await?;
    let lanes = sql!(
        tx,
        fetch_all::<(Option<i64>,)>,
        "SELECT DISTINCT router_id FROM jobs
         WHERE (state = 'queued' AND run_at <= $1) OR (state = 'running' AND lease_until <= $2)",
        now.held(),
        clock
    )?;
    Ok(lanes.into_iter().map(|(router,)| router).collect())
}

/// The routers that work is parked for until they answer.
///
/// # Errors
/// Whatever the database says.
pub async fn parked_routers(tx: &mut Tx) -> Result<Vec<i64>> {
    let text = format!(
        "SELECT DISTINCT router_id FROM jobs
         WHERE state = 'parked' AND router_id IS NOT NULL AND NOT ({WAITS_FOR_A_PERSON}) ORDER BY router_id"
    );
    let routers = sql!(tx, fetch_all::<(i64,)>, AssertSqlSafe(text))?;
    Ok(routers.into_iter().map(|(router,)| router).collect())
}

/// The job with this key that waits, runs or is parked.
///
/// # Errors
/// Whatever the database says.
pub async fn pending(tx: &mut Tx, key: &str) -> Result<Option<Job>> {
    sql!(
        tx,
        fetch_optional::<Job>,
        "SELECT * FROM jobs WHERE key = $1 AND state IN ('queued', 'running', 'parked')",
        key
    )
}

/// The jobs of these kinds that wait, run or are parked for a router, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn under_way(tx: &mut Tx, router_id: i64, kinds: &[&str]) -> Result<Vec<Job>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT * FROM jobs WHERE router_id = $1 AND state IN ('queued', 'running', 'parked') AND kind IN ({}) ORDER BY id",
        rows::placeholders(2, kinds.len())
    );
    sql!(tx, fetch_all::<Job>, AssertSqlSafe(text), router_id; each kinds.iter().copied())
}

/// The jobs of a kind at a router that came to an end, well or not, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn ended(tx: &mut Tx, router_id: i64, kind: &str) -> Result<Vec<Job>> {
    sql!(
        tx,
        fetch_all::<Job>,
        "SELECT * FROM jobs WHERE router_id = $1 AND kind = $2 AND state IN ('done', 'dead') ORDER BY id",
        router_id,
        kind
    )
}

/// The jobs with these keys that wait, run or are parked.
///
/// # Errors
/// Whatever the database says.
pub async fn pending_of(tx: &mut Tx, keys: &[String]) -> Result<Vec<Job>> {
    let mut found = Vec::new();
    for some in keys.chunks(500) {
        let text = format!(
            "SELECT * FROM jobs WHERE state IN ('queued', 'running', 'parked') AND key IN ({})",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Job>, AssertSqlSafe(text); each some.iter().map(String::as_str))?);
    }
    Ok(found)
}

/// Lets a job that waits go at once and as another kind, with all its tries: what it waits for has become urgent. One that
/// is parked still waits for its router. `false` when it does not wait.
///
/// # Errors
/// Whatever the database says.
pub async fn hasten(tx: &mut Tx, id: i64, kind: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET kind = $2, tries = 0, run_at = CASE WHEN run_at < $3 THEN run_at ELSE $3 END
         WHERE id = $1 AND state IN ('queued', 'parked')",
        id,
        kind,
        now.held()
    )?;
    Ok(changed == 1)
}

/// Puts a running job back into the queue with all its tries, because what it was about changed while it ran. `false`
/// when the lease is lost.
///
/// # Errors
/// Whatever the database says.
pub async fn requeue(tx: &mut Tx, id: i64, owner: &str, kind: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET state = 'queued', kind = $3, tries = 0, run_at = $4, lease_owner = NULL, lease_until = NULL
         WHERE id = $1 AND state = 'running' AND lease_owner = $2",
        id,
        owner,
        kind,
        now.held()
    )?;
    Ok(changed == 1)
}

/// Renews all leases of a worker on the jobs of one router (or of none).
///
/// # Errors
/// Whatever the database says.
pub async fn heartbeat_lane(
    tx: &mut Tx,
    router_id: Option<i64>,
    owner: &str,
    lease: Duration,
) -> Result<u64> {
    let until = clock::until(tx, lease).await?;
    // A job that is being settled at this moment needs no longer lease, and waiting for it could be waiting in a circle:
    // whoever settles takes one row after the other too.
    let skip = if tx.is_postgres() {
        "FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
    let text = format!(
        "UPDATE jobs SET lease_until = $3 WHERE id IN (
           SELECT id FROM jobs WHERE state = 'running' AND lease_owner = $2
             AND (router_id = $1 OR (router_id IS NULL AND $1 IS NULL)) {skip}
         )"
    );
    sql!(tx, execute, AssertSqlSafe(text), router_id, owner, until)
}

/// The newest job with this key, wherever it stands.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(tx: &mut Tx, key: &str) -> Result<Option<Job>> {
    sql!(
        tx,
        fetch_optional::<Job>,
        "SELECT * FROM jobs WHERE key = $1 ORDER BY id DESC LIMIT 1",
        key
    )
}

/// The newest job with each of these keys, wherever it stands.
///
/// # Errors
/// Whatever the database says.
pub async fn newest_of(tx: &mut Tx, keys: &[String]) -> Result<Vec<Job>> {
    let mut found = Vec::with_capacity(keys.len());
    for some in keys.chunks(500) {
        let text = format!(
            "SELECT * FROM jobs WHERE id IN (SELECT MAX(id) FROM jobs WHERE key IN ({}) GROUP BY key)",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Job>, AssertSqlSafe(text); each some.iter().map(String::as_str))?);
    }
    Ok(found)
}
