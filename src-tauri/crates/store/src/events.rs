//! What happened, in the transaction that made it happen. Listeners and the feed read it; nobody changes it.
//!
//! The feed promises that nothing appears behind a reader's cursor. Ids are given out before commits, so on PostgreSQL the
//! transactions that record events take turns from there to their commit: record events last, after jobs, plans, messages
//! and counters, or two may wait for each other (which ends in [`crate::Error::Busy`]).

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

/// Names the turn that writers of events take on PostgreSQL; any number that nothing else uses.
const FEED_LOCK: i64 = 0x5A4D_4255_4E47;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Event {
    /// Key, and place in the feed.
    pub id: i64,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub at: Timestamp,
    /// `InvoiceGenerated`, `PaymentReceived`, …
    pub kind: String,
    /// `customer`, `invoice`, …
    pub subject_kind: String,
    /// Which one.
    pub subject_id: i64,
    /// What a listener needs to know beyond the subject.
    #[sqlx(try_from = "crate::column::Json")]
    pub payload: Value,
    /// Who did it.
    pub actor: String,
    /// What caused it: a task, a job, a request.
    pub cause: Option<String>,
}

/// An event to record.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// When.
    pub at: Timestamp,
    /// What kind of event.
    pub kind: &'a str,
    /// What kind of thing it happened to.
    pub subject_kind: &'a str,
    /// Which one.
    pub subject_id: i64,
    /// What a listener needs to know beyond the subject.
    pub payload: Value,
    /// Who did it.
    pub actor: &'a str,
    /// What caused it.
    pub cause: Option<&'a str>,
}

/// Records one event and gives its id.
///
/// # Errors
/// Whatever the database says.
pub async fn record(tx: &mut Tx, event: &NewEvent<'_>) -> Result<i64> {
    Ok(record_all(tx, std::slice::from_ref(event))
        .await?
        .first()
        .copied()
        .unwrap_or_default())
}

/// Records many events and gives their ids in the same order.
///
/// # Errors
/// Whatever the database says.
pub async fn record_all(tx: &mut Tx, events: &[NewEvent<'_>]) -> Result<Vec<i64>> {
    if tx.is_postgres() {
        // SQLite has one writer anyway.
        sql!(tx, execute, "SELECT pg_advisory_xact_lock($1)", FEED_LOCK)?;
    }
    Ok(rows::in_order(sql_rows!(
        tx,
        fetch_all::<(i64,)>,
        "INSERT INTO events (at, kind, subject_kind, subject_id, payload, actor, cause) VALUES",
        "RETURNING id",
        events,
        |event| [
            event.at.held(),
            event.kind,
            event.subject_kind,
            event.subject_id,
            event.payload.held(),
            event.actor,
            event.cause
        ]
    )))
}

/// The event with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Event>> {
    sql!(
        tx,
        fetch_optional::<Event>,
        "SELECT * FROM events WHERE id = $1",
        id
    )
}

/// The events with these ids, by id.
///
/// # Errors
/// Whatever the database says.
pub async fn find_many(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Event>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let text = format!(
            "SELECT * FROM events WHERE id IN ({}) ORDER BY id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Event>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The events after a place in the feed, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn after(tx: &mut Tx, cursor: i64, limit: i64) -> Result<Vec<Event>> {
    sql!(
        tx,
        fetch_all::<Event>,
        "SELECT * FROM events WHERE id > $1 ORDER BY id LIMIT $2",
        cursor,
        limit
    )
}

/// The events of these kinds after the first place in the feed and up to the second, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_kinds(
    tx: &mut Tx,
    (after, until): (i64, i64),
    kinds: &[&str],
    limit: i64,
) -> Result<Vec<Event>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = format!(",{},", kinds.join(","));
    sql!(
        tx,
        fetch_all::<Event>,
        "SELECT * FROM events WHERE id > $1 AND id <= $2 AND $3 LIKE '%,' || kind || ',%' ORDER BY id LIMIT $4",
        after,
        until,
        kinds,
        limit
    )
}

/// The last place in the feed: where a listener that wants only what comes starts.
///
/// # Errors
/// Whatever the database says.
pub async fn last(tx: &mut Tx) -> Result<i64> {
    Ok(
        sql!(tx, fetch_one::<(Option<i64>,)>, "SELECT MAX(id) FROM events")?
            .0
            .unwrap_or(0),
    )
}

/// What happened to one thing, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_subject(tx: &mut Tx, subject_kind: &str, subject_id: i64, limit: i64) -> Result<Vec<Event>> {
    sql!(
        tx,
        fetch_all::<Event>,
        "SELECT * FROM events WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id DESC LIMIT $3",
        subject_kind,
        subject_id,
        limit
    )
}

/// The events of a kind that happened to these customers, as they happened.
///
/// # Errors
/// Whatever the database says.
pub async fn of_customers(tx: &mut Tx, kind: &str, customers: &[i64]) -> Result<Vec<Event>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT * FROM events WHERE subject_kind = 'customer' AND kind = $1 AND subject_id IN ({}) ORDER BY id",
            rows::placeholders(2, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Event>, AssertSqlSafe(text), kind; each some.iter().copied())?);
    }
    Ok(found)
}

/// A line that was closed for its debt, or opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AccessTurn {
    /// Whose line.
    pub customer_id: i64,
    /// Whether it was closed.
    pub is_closed: bool,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub at: Timestamp,
}

/// Every closing and opening of the customers from `first` to `last` by id, as they happened.
///
/// # Errors
/// Whatever the database says.
pub async fn turns_of_access(tx: &mut Tx, first: i64, last: i64) -> Result<Vec<AccessTurn>> {
    sql!(
        tx,
        fetch_all::<AccessTurn>,
        "SELECT subject_id AS customer_id, kind = 'CustomerIsolated' AS is_closed, at FROM events
         WHERE subject_kind = 'customer' AND subject_id >= $1 AND subject_id <= $2
           AND kind IN ('CustomerIsolated', 'CustomerAccessOpened') ORDER BY subject_id, id",
        first,
        last
    )
}

/// What an event may tell of a person besides numbers and dates.
const WORDS: [&str; 2] = ["reason", "reason_en"];

/// Takes what was written about a person out of what happened to them, on their request; gives how many events that were.
///
/// # Errors
/// Whatever the database says.
pub async fn erase_of(tx: &mut Tx, customer_id: i64, erased: &str) -> Result<u64> {
    let events = sql!(
        tx,
        fetch_all::<Event>,
        "SELECT * FROM events WHERE subject_kind = 'customer' AND subject_id = $1 ORDER BY id",
        customer_id
    )?;
    let mut emptied = 0;
    for mut event in events {
        let told = |value: &&mut Value| !value.is_null() && **value != erased;
        let mut has_told = false;
        for word in WORDS {
            if let Some(value) = event.payload.get_mut(word).filter(told) {
                *value = Value::from(erased);
                has_told = true;
            }
        }
        if has_told {
            let payload = event.payload.held();
            sql!(
                tx,
                execute,
                "UPDATE events SET payload = $2 WHERE id = $1",
                event.id,
                payload
            )?;
            emptied += 1;
        }
    }
    Ok(emptied)
}
