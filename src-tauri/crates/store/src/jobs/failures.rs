//! Jobs that somebody should look at, put together by what went wrong with them.

use jiff::Timestamp;

use super::{Job, State};
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// Jobs of one kind that failed alike, at the same router.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FailedAlike {
    /// Dead or parked; queued where they failed and are tried again, also while one of them runs.
    #[sqlx(try_from = "crate::column::Word")]
    pub state: State,
    /// Which job type.
    pub kind: String,
    /// The router that they need.
    pub router_id: Option<i64>,
    /// The stable word for their last failure.
    pub error_code: Option<String>,
    /// So many.
    pub count: i64,
    /// When the first of them is tried again; `None` where none waits for its time.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub next_try: Option<Timestamp>,
}

/// The jobs that gave up, failed and are tried again, or wait for a router, put together by what went wrong; those with the
/// newest job first.
///
/// # Errors
/// Whatever the database says.
pub async fn failed_alike(tx: &mut Tx) -> Result<Vec<FailedAlike>> {
    sql!(
        tx,
        fetch_all::<FailedAlike>,
        "SELECT CASE state WHEN 'running' THEN 'queued' ELSE state END AS state, kind, router_id, error_code,
           COUNT(*) AS count, MIN(CASE state WHEN 'queued' THEN run_at END) AS next_try
         FROM jobs WHERE state IN ('dead', 'parked') OR (state IN ('queued', 'running') AND error_code IS NOT NULL)
         GROUP BY CASE state WHEN 'running' THEN 'queued' ELSE state END, kind, router_id, error_code
         ORDER BY MAX(id) DESC"
    )
}

/// The newest jobs of those that failed alike.
///
/// # Errors
/// Whatever the database says.
pub async fn newest_alike(tx: &mut Tx, alike: &FailedAlike, limit: i64) -> Result<Vec<Job>> {
    sql!(
        tx,
        fetch_all::<Job>,
        "SELECT * FROM jobs WHERE (state = $1 OR (state = 'running' AND $1 = 'queued')) AND kind = $2
         AND (router_id = $3 OR (router_id IS NULL AND $3 IS NULL))
         AND (error_code = $4 OR (error_code IS NULL AND $4 IS NULL)) ORDER BY id DESC LIMIT $5",
        alike.state.as_str(),
        alike.kind.as_str(),
        alike.router_id,
        alike.error_code.as_deref(),
        limit
    )
}
