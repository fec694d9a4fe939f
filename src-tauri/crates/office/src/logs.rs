//! The office's log, `billing_logs`: who did what to whom, how it ended, what stood there before and after, and what
//! caused it. Rows are written in the transaction of the act itself, so the log can neither miss nor invent one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tx;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::Result;
use crate::lists::{self, Asked, Page};
use crate::office::{Call, Request};

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
    message: String,
    detail: Option<Value>,
}

impl Entry {
    /// Something was done. The message is for people and holds no secret.
    pub fn done(act: &'static str, message: impl Into<String>) -> Entry {
        Entry {
            act,
            subject: None,
            outcome: Outcome::Done,
            message: message.into(),
            detail: None,
        }
    }

    /// Something failed.
    pub fn failed(act: &'static str, message: impl Into<String>) -> Entry {
        Entry {
            outcome: Outcome::Failed,
            ..Entry::done(act, message)
        }
    }

    /// Something turned out not to be needed.
    pub fn skipped(act: &'static str, message: impl Into<String>) -> Entry {
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
        message: entry.message.clone(),
        detail: entry.detail.clone(),
        cause: origin.cause.as_deref(),
    }
}

/// A log entry as it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogView {
    /// The row's id; later acts have larger ones.
    pub id: i64,
    /// When, in epoch milliseconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// At which desk.
    pub desk: String,
    /// What: a stable word.
    pub act: String,
    /// The kind of thing it was about.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: Option<i64>,
    /// Its name at the time.
    pub subject_name: Option<String>,
    /// How it ended.
    pub outcome: String,
    /// A sentence for people.
    pub message: String,
    /// Before and after, reasons.
    pub detail: Option<Value>,
    /// What caused it.
    pub cause: Option<String>,
}

impl From<store::billing_logs::LogRow> for LogView {
    fn from(row: store::billing_logs::LogRow) -> LogView {
        LogView {
            id: row.id,
            at: row.at.as_millisecond(),
            actor: row.actor,
            desk: row.desk,
            act: row.act,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            subject_name: row.subject_name,
            outcome: row.outcome,
            message: row.message,
            detail: row.detail,
            cause: row.cause,
        }
    }
}

/// Lists the log, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListLogs {
    /// Words in the message or the subject's name.
    pub search: Option<String>,
    /// Only this act.
    pub act: Option<String>,
    /// Only about this kind of thing.
    pub subject_kind: Option<String>,
    /// Only about this one.
    pub subject_id: Option<i64>,
    /// From this instant, epoch milliseconds, inclusive.
    pub from: Option<i64>,
    /// To this instant, exclusive.
    pub to: Option<i64>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; at most 500.
    pub limit: Option<i64>,
}

impl Request for ListLogs {
    const ABILITY: Ability = Ability::LogRead;
    type Answer = Page<LogView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<LogView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let filter = store::billing_logs::Filter {
            search: self.search.as_deref(),
            act: self.act.as_deref(),
            subject_kind: self.subject_kind.as_deref(),
            subject_id: self.subject_id,
            from: self.from.map(lists::instant).transpose()?,
            until: self.to.map(lists::instant).transpose()?,
            cursor: asked.cursor.as_ref(),
            limit: asked.limit,
        };
        let mut tx = call.read().await?;
        let page = store::billing_logs::list(&mut tx, &filter).await?;
        Ok(page.into())
    }
}
