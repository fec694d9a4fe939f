//! The imports so far.

use serde::Serialize;
use store::import_batches::ImportBatch;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::Result;
use crate::office::{Call, Request};

/// Lists the imports, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListImports;

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
    type Answer = Vec<ImportView>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<ImportView>> {
        let mut tx = call.read().await?;
        Ok(store::import_batches::all(&mut tx)
            .await?
            .into_iter()
            .map(ImportView::from)
            .collect())
    }
}
