//! Looking at the log, in the language of whoever looks.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::billing_logs::erase::ERASED;
use store::billing_logs::{Filter, LogRow};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Language, Result};
use crate::lists::{self, Asked, Page};
use crate::logs::Outcome;
use crate::office::{Call, Request};

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
    /// Its name at the time; `null` where it had none, or where personal data was erased.
    pub subject_name: Option<String>,
    /// How it ended.
    pub outcome: String,
    /// A sentence for people, in the language of whoever asks.
    pub message: String,
    /// Before and after, reasons.
    pub detail: Option<Value>,
    /// What caused it.
    pub cause: Option<String>,
    /// Whether personal data was erased from it on request.
    pub erased: bool,
}

impl LogView {
    pub(super) fn of(call: &Call<'_>, row: LogRow) -> LogView {
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
            erased: row.message == ERASED,
            message: told(call, row.message, row.message_en),
            detail: row.detail,
            cause: row.cause,
        }
    }
}

/// The wording of a row for whoever asks. What was written before there were two reads Indonesian to everybody.
pub(crate) fn told(call: &Call<'_>, id: String, en: Option<String>) -> String {
    let language = call.actor.language;
    match language {
        Language::Indonesian if id == ERASED => "Data pribadi sudah dihapus atas permintaan".to_owned(),
        Language::English if id == ERASED => "Personal data was erased on request".to_owned(),
        Language::Indonesian => id,
        Language::English => en.unwrap_or(id),
    }
}

/// Lists the log, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListLogs {
    /// Beginnings of words, all of which must be in the message (in either language), the subject's name or the actor's.
    pub search: Option<String>,
    /// Only this act.
    pub act: Option<String>,
    /// Only by this person, by `schedule` or by `console`.
    pub actor: Option<String>,
    /// Only from this desk.
    pub desk: Option<String>,
    /// Only what ended so: `done`, `failed` or `skipped`.
    pub outcome: Option<String>,
    /// Only about this kind of thing.
    pub subject_kind: Option<String>,
    /// Only about this one.
    pub subject_id: Option<i64>,
    /// Only what this caused: `job:17`, `task:billing:check-overdue`.
    pub cause: Option<String>,
    /// From this instant, epoch milliseconds, inclusive.
    pub from: Option<i64>,
    /// To this instant, exclusive.
    pub to: Option<i64>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; at most 500.
    pub limit: Option<i64>,
}

impl ListLogs {
    /// What the store is asked for, from its first row on.
    ///
    /// # Errors
    /// `bad_instant`, `invalid_outcome`, `range_reversed`.
    pub(super) fn filter(&self) -> Result<Filter<'_>> {
        if let Some(word) = filled(&self.outcome) {
            word.parse::<Outcome>().map_err(|_| invalid_outcome())?;
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            return Err(Error::invalid(
                "range_reversed",
                "Tanggal akhir sebelum tanggal awal. Tukar keduanya.",
                "The end lies before the beginning. Exchange the two.",
            ));
        }
        Ok(Filter {
            search: filled(&self.search),
            act: filled(&self.act),
            actor: filled(&self.actor),
            desk: filled(&self.desk),
            outcome: filled(&self.outcome),
            subject_kind: filled(&self.subject_kind),
            subject_id: self.subject_id,
            cause: filled(&self.cause),
            from: self.from.map(lists::instant).transpose()?,
            until: self.to.map(lists::instant).transpose()?,
            cursor: None,
            limit: 0,
        })
    }
}

/// A filter that was left empty is none.
fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn invalid_outcome() -> Error {
    let words = Outcome::WORDS.join(", ");
    Error::invalid(
        "invalid_outcome",
        format!("Hasil di log salah satu dari: {words}."),
        format!("An outcome in the log is one of: {words}."),
    )
}

impl Request for ListLogs {
    const ABILITY: Ability = Ability::LogRead;
    type Answer = Page<LogView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<LogView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let filter = Filter {
            cursor: asked.cursor.as_ref(),
            limit: asked.limit,
            ..self.filter()?
        };
        let mut tx = call.read().await?;
        let page = store::billing_logs::list(&mut tx, &filter).await?;
        Ok(page.map(|row| LogView::of(call, row)).into())
    }
}
