//! The backups as they are read.

use serde::{Deserialize, Serialize};
use store::backups::Backup;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Result, Sentence};
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// A backup.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BackupView {
    /// The row's id; later backups have larger ones.
    pub id: i64,
    /// The machine on whose disk it is.
    pub desk: String,
    /// Its path there.
    pub file: String,
    /// Bytes; 0 until it is made.
    pub size: i64,
    /// The digest of the file, SHA-256, hexadecimal; `null` until it is made.
    pub sha256: Option<String>,
    /// `making`, `rehearsing`, `passed` (it could be put back when that was last tried) or `failed`.
    pub state: String,
    /// The stable code of why it failed.
    pub code: Option<String>,
    /// Why it failed and what to do.
    pub detail: Option<String>,
    /// The moment that it is of, epoch milliseconds.
    pub taken_at: i64,
    /// Who made it.
    pub taken_by: String,
    /// When it was last put back to see whether it can be, epoch milliseconds.
    pub rehearsed_at: Option<i64>,
    /// When its file was removed by the rule of what is kept, epoch milliseconds.
    pub removed_at: Option<i64>,
}

impl BackupView {
    pub(super) fn of(row: Backup, call: &Call<'_>) -> BackupView {
        BackupView {
            id: row.id,
            desk: row.desk,
            file: row.file,
            size: row.size,
            sha256: row.sha256,
            state: row.state.as_str().to_owned(),
            code: row.error.as_deref().and_then(Sentence::code_of_held),
            detail: row.error.as_deref().map(|error| call.told_held(error)),
            taken_at: row.taken_at.as_millisecond(),
            taken_by: row.taken_by,
            rehearsed_at: row.rehearsed_at.map(|at| at.as_millisecond()),
            removed_at: row.removed_at.map(|at| at.as_millisecond()),
        }
    }
}

/// Lists the backups, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListBackups {
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; at most 500.
    pub limit: Option<i64>,
}

impl Request for ListBackups {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = Page<BackupView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<BackupView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let mut tx = call.read().await?;
        let page = store::backups::list(&mut tx, asked.cursor.as_ref(), asked.limit).await?;
        Ok(page.map(|row| BackupView::of(row, call)).into())
    }
}
