//! Work to be done after the transaction that caused it: rows that are claimed by lease and survive a crash. What a job
//! does, how often it is tried and how long it waits is the application's to say; this keeps the promise that a job is
//! claimed by one worker at a time and is never lost.

mod failures;
mod lanes;
mod list;
mod run;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AssertSqlSafe;

pub use failures::{FailedAlike, failed_alike, newest_alike};
pub use lanes::{
    due_lanes, ended, hasten, heartbeat_lane, newest, newest_of, parked_routers, pending, pending_of,
    requeue, under_way,
};
pub use list::{Filter, count_by_state, find, list, oldest_queued, unsettled};
pub use run::{Claim, annotate, claim, fail, finish, finish_all, heartbeat, park, park_router, unpark};

use crate::column::{Column, word_enum};
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

word_enum! {
    /// Where a job stands.
    pub enum State {
        /// Waits for its time.
        Queued => "queued",
        /// Claimed by a worker.
        Running => "running",
        /// Waits for its router, however long that takes.
        Parked => "parked",
        /// Did what it was for.
        Done => "done",
        /// Gave up; a person must look.
        Dead => "dead",
        /// A person, or what happened since, made it needless.
        Cancelled => "cancelled",
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Job {
    /// Key.
    pub id: i64,
    /// Which job type carries it out.
    pub kind: String,
    /// Unique among the jobs that wait or run.
    pub key: String,
    /// Identities that it works on; never a state to write.
    #[sqlx(try_from = "crate::column::Json")]
    pub payload: Value,
    /// The router that it needs.
    pub router_id: Option<i64>,
    /// Where it stands.
    #[sqlx(try_from = "crate::column::Word")]
    pub state: State,
    /// How often it was tried.
    pub tries: i64,
    /// Not before this.
    #[sqlx(try_from = "crate::column::Millis")]
    pub run_at: Timestamp,
    /// Who works on it.
    pub lease_owner: Option<String>,
    /// Until when, by the database's clock.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub lease_until: Option<Timestamp>,
    /// The stable word for its last failure.
    pub error_code: Option<String>,
    /// Its last failure in a sentence.
    pub error: Option<String>,
    /// The event that caused it.
    pub event_id: Option<i64>,
    /// When it was asked for.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it ended, well or not.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub finished_at: Option<Timestamp>,
}

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob<'a> {
    /// Which job type carries it out.
    pub kind: &'a str,
    /// Unique among the jobs that wait or run.
    pub key: String,
    /// Identities that it works on.
    pub payload: Value,
    /// The router that it needs.
    pub router_id: Option<i64>,
    /// Not before this.
    pub run_at: Timestamp,
    /// The event that caused it.
    pub event_id: Option<i64>,
}

/// Asks for a job. `None` when the same job (by key) waits, runs or is parked already.
///
/// # Errors
/// Whatever the database says.
pub async fn enqueue(tx: &mut Tx, job: &NewJob<'_>, now: Timestamp) -> Result<Option<i64>> {
    Ok(insert(tx, std::slice::from_ref(job), now)
        .await?
        .first()
        .map(|(id, _)| *id))
}

/// Asks for many jobs and gives how many are new.
///
/// # Errors
/// Whatever the database says.
pub async fn enqueue_all(tx: &mut Tx, jobs: &[NewJob<'_>], now: Timestamp) -> Result<u64> {
    Ok(sql_rows!(tx, execute, INSERT, UNLESS_THERE, jobs, |job| [
        job.kind,
        job.key.as_str(),
        job.payload.held(),
        job.router_id,
        job.run_at.held(),
        job.event_id,
        now.held(),
        State::Queued.as_str()
    ]))
}

const INSERT: &str =
    "INSERT INTO jobs (kind, key, payload, router_id, run_at, event_id, created_at, state) VALUES";
/// The code of a job that is parked until a person lets its router be changed again. That the router answers does not
/// free it.
pub const OBSERVED: &str = "router_observed";

/// A parked job that nothing but such a person's word frees.
const WAITS_FOR_A_PERSON: &str = "COALESCE(jobs.error_code, '') = 'router_observed' AND EXISTS (
  SELECT 1 FROM routers WHERE routers.id = jobs.router_id AND routers.mode = 'observe')";

const UNLESS_THERE: &str = "ON CONFLICT (key) WHERE state IN ('queued', 'running', 'parked') DO NOTHING";

async fn insert(tx: &mut Tx, jobs: &[NewJob<'_>], now: Timestamp) -> Result<Vec<(i64, String)>> {
    Ok(sql_rows!(
        tx,
        fetch_all::<(i64, String)>,
        INSERT,
        "ON CONFLICT (key) WHERE state IN ('queued', 'running', 'parked') DO NOTHING RETURNING id, key",
        jobs,
        |job| [
            job.kind,
            job.key.as_str(),
            job.payload.held(),
            job.router_id,
            job.run_at.held(),
            job.event_id,
            now.held(),
            State::Queued.as_str()
        ]
    ))
}

/// Takes a job that has not run yet out of the queue; `false` when it runs or has ended.
///
/// # Errors
/// Whatever the database says.
pub async fn cancel(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET state = 'cancelled', finished_at = $2 WHERE id = $1 AND state IN ('queued', 'parked', 'dead')",
        id,
        now.held()
    )?;
    Ok(changed == 1)
}

/// Takes these jobs out of the queue as far as they wait or are parked, and gives which of them that were.
///
/// # Errors
/// Whatever the database says.
pub async fn cancel_waiting(tx: &mut Tx, ids: &[i64], now: Timestamp) -> Result<Vec<i64>> {
    let mut cancelled = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let text = format!(
            "UPDATE jobs SET state = 'cancelled', finished_at = $1
             WHERE state IN ('queued', 'parked') AND id IN ({}) RETURNING id",
            rows::placeholders(2, some.len())
        );
        let rows = sql!(tx, fetch_all::<(i64,)>, AssertSqlSafe(text), now.held(); each some.iter().copied())?;
        cancelled.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(cancelled)
}

/// Puts dead letters with this key away, because the same is asked for anew; gives how many.
///
/// # Errors
/// Whatever the database says.
pub async fn bury(tx: &mut Tx, key: &str, now: Timestamp) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE jobs SET state = 'cancelled', finished_at = $2 WHERE state = 'dead' AND key = $1",
        key,
        now.held()
    )
}

/// Puts dead letters away whose work one of these jobs has done since: they share its key and were asked for before it.
///
/// # Errors
/// Whatever the database says.
pub async fn supersede(tx: &mut Tx, done: &[i64], now: Timestamp) -> Result<u64> {
    let mut put_away = 0;
    for some in done.chunks(500) {
        let text = format!(
            "UPDATE jobs SET state = 'cancelled', finished_at = $1 WHERE state = 'dead' AND EXISTS (
               SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.id > jobs.id AND other.id IN ({}))",
            rows::placeholders(2, some.len())
        );
        put_away += sql!(tx, execute, AssertSqlSafe(text), now.held(); each some.iter().copied())?;
    }
    Ok(put_away)
}

/// Queues a job again that gave up, was cancelled or is parked, with all its tries; `false` when it is none of these.
///
/// # Errors
/// [`crate::Promise::Job`] when the same job was asked for anew in the meantime.
pub async fn retry(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE jobs SET state = 'queued', tries = 0, run_at = $2, finished_at = NULL
         WHERE id = $1 AND state IN ('dead', 'cancelled', 'parked')",
        id,
        now.held()
    )?;
    Ok(changed == 1)
}

/// Which of the jobs that gave up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dead<'a> {
    /// Those of one kind; all where none is named.
    pub kind: Option<&'a str>,
    /// Those of one router; all where none is named.
    pub router_id: Option<i64>,
    /// The one for this work; all where none is named.
    pub key: Option<&'a str>,
}

/// Queues jobs again that gave up, with all their tries, and gives how many. One whose work was asked for anew in the
/// meantime stays where it is, and of several dead ones for the same work the last is taken.
///
/// # Errors
/// Whatever the database says.
pub async fn retry_dead(tx: &mut Tx, which: Dead<'_>, now: Timestamp) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE jobs SET state = 'queued', tries = 0, run_at = $4, finished_at = NULL
         WHERE state = 'dead' AND ($1 IS NULL OR kind = $1) AND ($2 IS NULL OR router_id = $2)
         AND ($3 IS NULL OR key = $3) AND NOT EXISTS (
           SELECT 1 FROM jobs other WHERE other.key = jobs.key AND (other.state IN ('queued', 'running', 'parked')
             OR (other.state = 'dead' AND other.id > jobs.id)))",
        which.kind,
        which.router_id,
        which.key,
        now.held()
    )
}

/// Forgets jobs that ended well or were cancelled before `before`.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql!(
        tx,
        execute,
        "DELETE FROM jobs WHERE state IN ('done', 'cancelled') AND finished_at < $1",
        before.held()
    )
}

/// Takes what a job for a person's line was about and why it failed out of those that came to their end, on that person's
/// request; gives how many it was. What waits or runs still needs it.
///
/// # Errors
/// Whatever the database says.
pub async fn erase_of(tx: &mut Tx, customer_id: i64, erased: &str) -> Result<u64> {
    // Numbers follow their key at once in what is kept; whether one only begins like this is looked at below.
    let pattern = format!("%\"customer_id\":{customer_id}%");
    let jobs = sql!(
        tx,
        fetch_all::<Job>,
        "SELECT * FROM jobs WHERE state IN ('done', 'dead', 'cancelled') AND payload LIKE $1 ORDER BY id",
        pattern.as_str()
    )?;
    let left = serde_json::json!({ "customer_id": customer_id });
    let mut emptied = 0;
    for job in jobs {
        let is_theirs = job.payload["customer_id"] == left["customer_id"];
        let told = job.error.as_deref().is_some_and(|error| error != erased);
        if is_theirs && (told || job.payload != left) {
            sql!(
                tx,
                execute,
                "UPDATE jobs SET payload = $2, error = CASE WHEN error IS NULL THEN NULL ELSE $3 END WHERE id = $1",
                job.id,
                left.held(),
                erased
            )?;
            emptied += 1;
        }
    }
    Ok(emptied)
}
