//! The imports so far.

use serde::{Deserialize, Serialize};
use store::import_batches::ImportBatch;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::Result;
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// Lists the imports, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListImports {
    /// A part of the file's name.
    pub search: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; 50 when absent, at most 500.
    pub limit: Option<i64>,
}

/// An import.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportView {
    /// Its key.
    pub batch_id: i64,
    /// The file's name.
    pub file_name: String,
    /// Rows that became customers.
    pub imported: i64,
    /// Rows that did not.
    pub refused: i64,
    /// Who imported.
    pub created_by: String,
    /// When, epoch milliseconds.
    pub created_at: i64,
    /// Who undid it; `null` while it stands.
    pub undone_by: Option<String>,
    /// When it was undone, epoch milliseconds.
    pub undone_at: Option<i64>,
}

impl From<ImportBatch> for ImportView {
    fn from(batch: ImportBatch) -> ImportView {
        ImportView {
            batch_id: batch.id,
            file_name: batch.file_name,
            imported: batch.imported,
            refused: batch.refused,
            created_by: batch.created_by,
            created_at: batch.created_at.as_millisecond(),
            undone_by: batch.undone_by,
            undone_at: batch.undone_at.map(|at| at.as_millisecond()),
        }
    }
}

impl Request for ListImports {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Page<ImportView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<ImportView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let search = self
            .search
            .as_deref()
            .map(str::trim)
            .filter(|search| !search.is_empty());
        let mut tx = call.read().await?;
        let page = store::import_batches::list(&mut tx, search, asked.cursor.as_ref(), asked.limit).await?;
        Ok(page.into())
    }
}
