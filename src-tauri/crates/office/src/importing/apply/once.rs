//! Taking in a file that was shown, once however often it is asked for. The answer of the first time is kept with its key,
//! and the file, which may hold passwords, is not: a later call needs no file any more, and is refused if it names another.

use billing::Period;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Kind, Result};
use crate::idempotency::Claim;
use crate::importing::apply::file::File;
use crate::importing::apply::mode::ImportMode;
use crate::importing::apply::take_in::{AppliedImport, Decided, take_in};
use crate::importing::{Field, Problem};
use crate::office::{Call, Request};

/// Takes in a file that was shown.
#[derive(Debug)]
pub struct ApplyOnce {
    /// The file, if it still waits since it was shown.
    pub file: Option<ShownFile>,
    /// The digest that the preview gave.
    pub digest: String,
    /// What to do about bad rows.
    pub mode: ImportMode,
    /// The first period that is billed; when absent the one that the preview was asked for.
    pub first_period: Option<Period>,
    /// The caller's key for this request; from the header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

/// A file that was shown.
#[derive(Debug)]
pub struct ShownFile {
    /// Its name.
    pub name: String,
    /// Its bytes, CSV or XLSX.
    pub bytes: Vec<u8>,
    /// The router that was chosen for rows that name none.
    pub router: Option<String>,
    /// The first period that was named.
    pub first_period: Option<Period>,
}

/// What was taken in, in words that are kept with the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenIn {
    /// By which it can be undone.
    pub batch_id: i64,
    /// Rows that became customers.
    pub imported: usize,
    /// Rows that did not.
    pub refused: usize,
    /// Opening invoices that were made of debts.
    pub opening_invoices: usize,
    /// What is wrong or worth knowing, in the order of the file.
    pub problems: Vec<ToldProblem>,
}

/// A [`Problem`] as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToldProblem {
    /// Line of the file, from 1.
    pub line_no: u32,
    /// The field that it is about.
    pub field: Option<Field>,
    /// A word for programs; it never changes.
    pub code: String,
    /// The sentence in Indonesian.
    pub message_id: String,
    /// The sentence in English.
    pub message_en: String,
    /// Whether the row cannot be imported.
    pub fatal: bool,
}

impl From<Problem> for ToldProblem {
    fn from(problem: Problem) -> ToldProblem {
        ToldProblem {
            line_no: problem.line_no,
            field: problem.field,
            code: problem.code.to_owned(),
            message_id: problem.message_id,
            message_en: problem.message_en,
            fatal: problem.fatal,
        }
    }
}

impl From<AppliedImport> for TakenIn {
    fn from(applied: AppliedImport) -> TakenIn {
        TakenIn {
            batch_id: applied.batch_id,
            imported: applied.imported,
            refused: applied.refused,
            opening_invoices: applied.opening_invoices,
            problems: applied.problems.into_iter().map(ToldProblem::from).collect(),
        }
    }
}

/// What a key stands for.
#[derive(Serialize)]
struct Named {
    digest: String,
    mode: ImportMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_period: Option<Period>,
}

impl Request for ApplyOnce {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = TakenIn;

    async fn run(self, call: &Call<'_>) -> Result<TakenIn> {
        let named = Named {
            digest: self.digest.trim().to_ascii_lowercase(),
            mode: self.mode,
            first_period: self.first_period,
        };
        let file = match self.file {
            Some(shown) => {
                let file = File::open(shown.name, shown.bytes, Some(self.digest)).await?;
                Some((file, shown.router, shown.first_period))
            }
            None => None,
        };
        let mut tx = call.begin().await?;
        let (claim, answered) = Claim::take(&mut tx, call, self.idempotency_key, &named).await?;
        if let Some(answered) = answered {
            return Ok(answered);
        }
        let (file, router, shown_period) = file.ok_or_else(not_shown)?;
        let decided = Decided {
            router: router.as_deref(),
            mode: self.mode,
            first_period: self.first_period.or(shown_period),
        };
        let taken = TakenIn::from(take_in(&mut tx, call, file, decided).await?);
        claim.keep(&mut tx, call, &taken).await?;
        tx.commit().await?;
        Ok(taken)
    }
}

fn not_shown() -> Error {
    Error::new(
        Kind::Missing,
        "import_not_shown",
        "Pratinjau berkas ini sudah tidak ada. Pilih berkasnya sekali lagi, lihat pratinjaunya, lalu impor.",
        "The preview of this file is gone. Choose the file again, look at its preview, then import it.",
    )
}
