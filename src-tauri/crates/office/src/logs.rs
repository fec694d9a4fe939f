//! The office's log, `billing_logs`: who did what to whom, how it ended, what stood there before and after, and what
//! caused it. Rows are written in the transaction of the act itself, so the log can neither miss nor invent one.

mod erasing;
mod export;
mod list;
mod masking;

use serde_json::Value;
use store::Tx;

use crate::error::{Result, Sentence};
use crate::office::Call;

pub use erasing::{ErasePersonalData, ErasedPersonalData};
pub use export::{ExportLogs, MOST_EXPORTED, TableForm};
pub use list::{ListLogs, LogView};

pub(crate) use list::told;
pub(crate) use masking::masked;

billing::text_enum! {
    /// How an act ended.
    pub enum Outcome as "outcome" {
        /// It was done.
        Done => "done",
        /// It failed; the message says why.
        Failed => "failed",
        /// It was not necessary or not allowed any more.
        Skipped => "skipped",
    }
}

/// What an act was about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// `customer`, `invoice`, `payment`, `router`, …
    pub kind: &'static str,
    /// The row's id.
    pub id: i64,
    /// The name that a reader knows it by.
    pub name: String,
}

/// One entry to be written.
#[derive(Clone, Debug)]
pub struct Entry {
    act: &'static str,
    subject: Option<Subject>,
    outcome: Outcome,
    message: Sentence,
    detail: Option<Value>,
}

impl Entry {
    /// Something was done. The message is for people, in both wordings, since who will read it is not known yet; it holds
    /// no secret.
    pub fn done(act: &'static str, message: impl Into<Sentence>) -> Entry {
        Entry {
            act,
            subject: None,
            outcome: Outcome::Done,
            message: message.into(),
            detail: None,
        }
    }

    /// Something failed.
    pub fn failed(act: &'static str, message: impl Into<Sentence>) -> Entry {
        Entry {
            outcome: Outcome::Failed,
            ..Entry::done(act, message)
        }
    }

    /// Something turned out not to be needed.
    pub fn skipped(act: &'static str, message: impl Into<Sentence>) -> Entry {
        Entry {
            outcome: Outcome::Skipped,
            ..Entry::done(act, message)
        }
    }

    /// What it was about.
    #[must_use]
    pub fn about(mut self, kind: &'static str, id: i64, name: impl Into<String>) -> Entry {
        self.subject = Some(Subject {
            kind,
            id,
            name: name.into(),
        });
        self
    }

    /// Before and after, reasons, what the router answered.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Entry {
        self.detail = Some(detail);
        self
    }
}

/// Who acts, and what caused it.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) actor: String,
    pub(crate) cause: Option<String>,
}

impl Origin {
    /// Of what is done in this call.
    pub(crate) fn of(call: &Call<'_>) -> Origin {
        Origin {
            actor: call.actor.label().to_owned(),
            cause: call.cause.clone(),
        }
    }
}

/// Writes an entry in the act's own transaction.
///
/// # Errors
/// When the database cannot be written.
pub async fn record(tx: &mut Tx, call: &Call<'_>, entry: Entry) -> Result<()> {
    record_all(tx, call, &[(Origin::of(call), entry)]).await
}

/// Writes entries of one transaction, each with an origin of its own.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn record_all(tx: &mut Tx, call: &Call<'_>, entries: &[(Origin, Entry)]) -> Result<()> {
    let rows: Vec<_> = entries
        .iter()
        .map(|(origin, entry)| row(call, origin, entry))
        .collect();
    Ok(store::billing_logs::record_all(tx, &rows).await?)
}

fn row<'a>(call: &'a Call<'_>, origin: &'a Origin, entry: &'a Entry) -> store::billing_logs::NewLogRow<'a> {
    let subject = entry.subject.as_ref();
    store::billing_logs::NewLogRow {
        at: call.now,
        actor: &origin.actor,
        desk: call.office.desk(),
        act: entry.act,
        subject_kind: subject.map_or("office", |subject| subject.kind),
        subject_id: subject.map(|subject| subject.id),
        subject_name: subject.map(|subject| subject.name.as_str()),
        outcome: entry.outcome.as_str(),
        message: &entry.message.id,
        message_en: Some(&entry.message.en),
        detail: entry.detail.clone(),
        cause: origin.cause.as_deref(),
    }
}
