//! Every act: who did what to whom, from which desk, with what outcome, and what caused it. Append-only; the chain in
//! [`seal`] makes a later change visible.

pub mod erase;
mod list;
pub mod seal;

use jiff::Timestamp;
use serde_json::Value;

pub use list::{Filter, count, list, newest, walk};

use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql_rows};

/// A row of the log.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct LogRow {
    /// Key, and place in the log.
    pub id: i64,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Which copy of the program.
    pub desk: String,
    /// What was done: `payment_received`, `isolation_executed`, …
    pub act: String,
    /// What kind of thing it was done to.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Option<i64>,
    /// What it was called then.
    pub subject_name: Option<String>,
    /// `done`, `failed`, …
    pub outcome: String,
    /// The act in a sentence, in Indonesian.
    pub message: String,
    /// The same in English; `None` for a row that was written before both wordings were kept.
    pub message_en: Option<String>,
    /// Before and after.
    #[sqlx(try_from = "crate::column::MaybeJson")]
    pub detail: Option<Value>,
    /// What caused it: a task, a job, a request.
    pub cause: Option<String>,
}

/// An act to record.
#[derive(Clone, Debug)]
pub struct NewLogRow<'a> {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: &'a str,
    /// Which copy of the program.
    pub desk: &'a str,
    /// What was done.
    pub act: &'a str,
    /// What kind of thing it was done to.
    pub subject_kind: &'a str,
    /// Which one.
    pub subject_id: Option<i64>,
    /// What it is called.
    pub subject_name: Option<&'a str>,
    /// How it went.
    pub outcome: &'a str,
    /// The act in a sentence, in Indonesian.
    pub message: &'a str,
    /// The same in English.
    pub message_en: Option<&'a str>,
    /// Before and after.
    pub detail: Option<Value>,
    /// What caused it.
    pub cause: Option<&'a str>,
}

/// Records an act.
///
/// # Errors
/// Whatever the database says.
pub async fn record(tx: &mut Tx, row: &NewLogRow<'_>) -> Result<()> {
    record_all(tx, std::slice::from_ref(row)).await
}

/// Records many acts.
///
/// # Errors
/// Whatever the database says.
pub async fn record_all(tx: &mut Tx, rows: &[NewLogRow<'_>]) -> Result<()> {
    sql_rows!(
        tx,
        execute,
        "INSERT INTO billing_logs (at, actor, desk, act, subject_kind, subject_id, subject_name, outcome, message,
           message_en, detail, cause) VALUES",
        "",
        rows,
        |row| [
            row.at.held(),
            row.actor,
            row.desk,
            row.act,
            row.subject_kind,
            row.subject_id,
            row.subject_name,
            row.outcome,
            row.message,
            row.message_en,
            row.detail.held(),
            row.cause
        ]
    );
    Ok(())
}
