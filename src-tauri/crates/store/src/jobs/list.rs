//! Looking at jobs.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::{Job, State};
use crate::error::Result;
use crate::page::{self, Cursor, Page};
use crate::rows;
use crate::transaction::{Tx, sql};

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// Standing so.
    pub state: Option<State>,
    /// Of this kind.
    pub kind: Option<&'a str>,
    /// For this router.
    pub router_id: Option<i64>,
    /// After this row.
    pub cursor: Option<&'a Cursor>,
    /// So many.
    pub limit: i64,
}

/// The job with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Job>> {
    sql!(tx, fetch_optional::<Job>, "SELECT * FROM jobs WHERE id = $1", id)
}

/// Jobs, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<Job>> {
    let state = filter.state.map(State::as_str);
    let (total,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM jobs WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR kind = $2)
         AND ($3 IS NULL OR router_id = $3)",
        state,
        filter.kind,
        filter.router_id
    )?;
    let items = sql!(
        tx,
        fetch_all::<Job>,
        "SELECT * FROM jobs WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR kind = $2)
         AND ($3 IS NULL OR router_id = $3) AND ($4 IS NULL OR id < $4) ORDER BY id DESC LIMIT $5",
        state,
        filter.kind,
        filter.router_id,
        filter.cursor.map(|cursor| cursor.id),
        page::ask(filter.limit)
    )?;
    Ok(Page::of(items, filter.limit, total, |job| Cursor::at(job.id)))
}

/// The jobs of these kinds that have not done what they are for: they wait, run, are parked or gave up. Oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn unsettled(tx: &mut Tx, kinds: &[&str]) -> Result<Vec<Job>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT * FROM jobs WHERE state IN ('queued', 'running', 'parked', 'dead') AND kind IN ({}) ORDER BY id",
        rows::placeholders(1, kinds.len())
    );
    sql!(tx, fetch_all::<Job>, AssertSqlSafe(text); each kinds.iter().copied())
}

/// How many jobs stand where.
///
/// # Errors
/// Whatever the database says.
pub async fn count_by_state(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    sql!(
        tx,
        fetch_all::<(String, i64)>,
        "SELECT state, COUNT(*) FROM jobs GROUP BY state ORDER BY state"
    )
}

/// When the next queued job is due: how long a worker may rest.
///
/// # Errors
/// Whatever the database says.
pub async fn oldest_queued(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let (run_at,) = sql!(
        tx,
        fetch_one::<(Option<i64>,)>,
        "SELECT MIN(run_at) FROM jobs WHERE state = 'queued'"
    )?;
    Ok(run_at.and_then(|at| Timestamp::from_millisecond(at).ok()))
}
