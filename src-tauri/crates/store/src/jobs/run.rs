//! Claiming jobs, and what becomes of a claimed one. Every step asks for the owner: a worker that lost its lease cannot
//! write over the one who took over.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use super::{Job, WAITS_FOR_A_PERSON};
use crate::clock;
use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// What a worker is ready for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Names the worker; another name for each start of the program.
    pub owner: &'a str,
    /// The office's time: jobs that are due by then.
    pub now: Timestamp,
    /// How long the claim lasts without a heartbeat, by the database's clock.
    pub lease: Duration,
    /// The kinds of job that it can do; an empty list means none.
    pub kinds: &'a [&'a str],
    /// The routers that it can reach; jobs without a router are always taken. `None` means any.
    pub routers: Option<&'a [i64]>,
    /// At most so many.
    pub limit: i64,
}

/// Claims due jobs, oldest first, and those whose worker let its lease run out. Commit before running them.
///
/// # Errors
/// Whatever the database says.
pub async fn claim(tx: &mut Tx, claim: &Claim<'_>) -> Result<Vec<Job>> {
    if claim.kinds.is_empty() || claim.limit < 1 {
        return Ok(Vec::new());
    }
    let clock = clock::now(tx).await?;
    let until = clock::until(tx, claim.lease).await?;
    let kinds = rows::placeholders(6, claim.kinds.len());
    let routers = claim.routers.unwrap_or_default();
    let for_routers = match claim.routers {
        None => String::new(),
        Some([]) => "AND router_id IS NULL".to_owned(),
        Some(routers) => {
            let list = rows::placeholders(6 + claim.kinds.len(), routers.len());
            format!("AND (router_id IS NULL OR router_id IN ({list}))")
        }
    };
    // Desks on PostgreSQL claim at the same time and must not wait for each other's rows; SQLite has one writer.
    let skip = if tx.is_postgres() {
        "FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
    let text = format!(
        "UPDATE jobs SET state = 'running', tries = tries + 1, lease_owner = $1, lease_until = $2
         WHERE id IN (
           SELECT id FROM jobs
           WHERE ((state = 'queued' AND run_at <= $3) OR (state = 'running' AND lease_until <= $4))
             AND kind IN ({kinds}) {for_routers}
           ORDER BY run_at, id LIMIT $5 {skip}
         ) RETURNING *"
    );
    let mut claimed = claim_rows(tx, text, claim, clock, until, routers).await?;
    claimed.sort_by_key(|job| (job.run_at, job.id));
    Ok(claimed)
}

async fn claim_rows(
    tx: &mut Tx,
    text: String,
    claim: &Claim<'_>,
    clock: i64,
    until: i64,
    routers: &[i64],
) -> Result<Vec<Job>> {
    // Two lists of different types cannot go through `sql!`'s one.
    let text = AssertSqlSafe(text);
    let now = claim.now.held();
    Ok(match tx {
        Tx::Sqlite(tx) => {
            let mut query = sqlx::query_as::<_, Job>(text)
                .bind(claim.owner)
                .bind(until)
                .bind(now)
                .bind(clock)
                .bind(claim.limit);
            for kind in claim.kinds {
                query = query.bind(*kind);
            }
            for router in routers {
                query = query.bind(*router);
            }
            query.fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            let mut query = sqlx::query_as::<_, Job>(text)
                .bind(claim.owner)
                .bind(until)
                .bind(now)
                .bind(clock)
                .bind(claim.limit);
            for kind in claim.kinds {
                query = query.bind(*kind);
            }
            for router in routers {
                query = query.bind(*router);
            }
            query.fetch_all(&mut **tx).await?
        }
    })
}

/// Renews the lease on a job; `false` when it is lost, and the worker must stop.
///
/// # Errors
/// Whatever the database says.
pub async fn heartbeat(tx: &mut Tx, id: i64, owner: &str, lease: Duration) -> Result<bool> {
    let until = clock::until(tx, lease).await?;
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND state = 'running' AND lease_owner = $2",
        id,
        owner,
        until
    )?;
    Ok(changed == 1)
}

/// Writes down on a running job that it is about to tell its router something, or that it has nothing left to complete; a
/// try that is cut off in between is known by it. `false` when the lease is lost.
///
/// # Errors
/// Whatever the database says.
pub async fn annotate(tx: &mut Tx, id: i64, owner: &str, payload: &Value) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET payload = $3 WHERE id = $1 AND state = 'running' AND lease_owner = $2",
        id,
        owner,
        payload.held()
    )?;
    Ok(changed == 1)
}

/// Ends a job well; `false` when the lease is lost.
///
/// # Errors
/// Whatever the database says.
pub async fn finish(tx: &mut Tx, id: i64, owner: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET state = 'done', finished_at = $3, lease_owner = NULL, lease_until = NULL, error_code = NULL,
         error = NULL WHERE id = $1 AND state = 'running' AND lease_owner = $2",
        id,
        owner,
        now.held()
    )?;
    Ok(changed == 1)
}

/// Ends these jobs well, as [`finish`] does, and gives those whose lease held.
///
/// # Errors
/// Whatever the database says.
pub async fn finish_all(tx: &mut Tx, ids: &[i64], owner: &str, now: Timestamp) -> Result<Vec<i64>> {
    let mut finished = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let text = format!(
            "UPDATE jobs SET state = 'done', finished_at = $1, lease_owner = NULL, lease_until = NULL,
             error_code = NULL, error = NULL WHERE state = 'running' AND lease_owner = $2 AND id IN ({}) RETURNING id",
            rows::placeholders(3, some.len())
        );
        let rows =
            sql!(tx, fetch_all::<(i64,)>, AssertSqlSafe(text), now.held(), owner; each some.iter().copied())?;
        finished.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(finished)
}

/// Notes a failure: the job is tried again at `retry_at`, or is dead when there is none. `false` when the lease is lost.
///
/// # Errors
/// Whatever the database says.
pub async fn fail(
    tx: &mut Tx,
    id: i64,
    owner: &str,
    code: &str,
    error: &str,
    retry_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let (state, finished_at) = match retry_at {
        Some(_) => ("queued", None),
        None => ("dead", Some(now)),
    };
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET state = $3, run_at = COALESCE($4, run_at), error_code = $5, error = $6, finished_at = $7,
         lease_owner = NULL, lease_until = NULL WHERE id = $1 AND state = 'running' AND lease_owner = $2",
        id,
        owner,
        state,
        retry_at.held(),
        code,
        error,
        finished_at.held()
    )?;
    Ok(changed == 1)
}

/// Sets a running job aside until its router answers, and gives the try back. `false` when the lease is lost.
///
/// # Errors
/// Whatever the database says.
pub async fn park(tx: &mut Tx, id: i64, owner: &str, code: &str, error: &str) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET state = 'parked', tries = tries - 1, error_code = $3, error = $4, lease_owner = NULL,
         lease_until = NULL WHERE id = $1 AND state = 'running' AND lease_owner = $2",
        id,
        owner,
        code,
        error
    )?;
    Ok(changed == 1)
}

/// Sets everything aside that waits for a router which does not answer.
///
/// # Errors
/// Whatever the database says.
pub async fn park_router(tx: &mut Tx, router_id: i64, code: &str, error: &str) -> Result<u64> {
    let text = format!(
        "UPDATE jobs SET state = 'parked', error_code = $2, error = $3 WHERE id IN ({})",
        of_router(tx, "state = 'queued'")
    );
    sql!(tx, execute, AssertSqlSafe(text), router_id, code, error)
}

/// Queues everything again that waited for a router which answers now, and, once it may be changed again, what waited for
/// that.
///
/// # Errors
/// Whatever the database says.
pub async fn unpark(tx: &mut Tx, router_id: i64, now: Timestamp) -> Result<u64> {
    let text = format!(
        "UPDATE jobs SET state = 'queued', run_at = $2 WHERE id IN ({})",
        of_router(tx, &format!("state = 'parked' AND NOT ({WAITS_FOR_A_PERSON})"))
    );
    sql!(tx, execute, AssertSqlSafe(text), router_id, now.held())
}

/// The jobs of the router `$1` that stand so. On PostgreSQL they are locked in one order, since the two hands that work at a
/// router find out at the same moment that it is away and both set aside what waits.
fn of_router(tx: &Tx, stand: &str) -> String {
    let lock = if tx.is_postgres() { "FOR UPDATE" } else { "" };
    format!("SELECT id FROM jobs WHERE router_id = $1 AND {stand} ORDER BY id {lock}")
}
