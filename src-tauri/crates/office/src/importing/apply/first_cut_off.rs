//! The first cut-off after an import. What a file says about debts may be wrong for a hundred customers at once, so a plan
//! that would close one of them waits for a person, whatever its size, until a person has let one such plan through.
//!
//! This file knows which imports still wait; that a plan waits is the plan's own doing.

use serde::{Deserialize, Serialize};
use store::Tx;

use crate::actor::Who;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::Call;

/// The setting that remembers it, across restarts and desks.
const KEY: &str = "internal.first_cut_off";

/// The imports that no confirmed cut-off has followed yet.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Unconfirmed {
    batches: Vec<i64>,
}

impl Unconfirmed {
    async fn read(tx: &mut Tx) -> Result<Unconfirmed> {
        match store::settings::find(tx, KEY).await? {
            Some(setting) => serde_json::from_value(setting.value).map_err(Error::fault),
            None => Ok(Unconfirmed::default()),
        }
    }

    async fn write(&self, tx: &mut Tx, call: &Call<'_>) -> Result<()> {
        if self.batches.is_empty() {
            return Ok(store::settings::remove(tx, KEY).await?);
        }
        let value = serde_json::to_value(self).map_err(Error::fault)?;
        Ok(store::settings::put(tx, KEY, &value, call.now).await?)
    }

    /// The imports that brought one of these customers.
    async fn with_any_of(&self, tx: &mut Tx, customers: &[i64]) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        for batch in &self.batches {
            let rows = store::import_batches::rows(tx, *batch).await?;
            if rows.iter().any(|row| customers.contains(&row.customer_id)) {
                found.push(*batch);
            }
        }
        Ok(found)
    }
}

/// From now on a cut-off with a customer of this import waits.
pub(super) async fn hold(tx: &mut Tx, call: &Call<'_>, batch_id: i64) -> Result<()> {
    let mut unconfirmed = Unconfirmed::read(tx).await?;
    unconfirmed.batches.push(batch_id);
    unconfirmed.write(tx, call).await
}

/// Nothing waits for this import any more.
pub(super) async fn forget(tx: &mut Tx, call: &Call<'_>, batch_id: i64) -> Result<()> {
    let mut unconfirmed = Unconfirmed::read(tx).await?;
    unconfirmed.batches.retain(|batch| *batch != batch_id);
    unconfirmed.write(tx, call).await
}

/// Whether closing these customers must wait for a person, because one of them came with an import that no confirmed
/// cut-off has followed yet.
///
/// # Errors
/// When the database cannot be read.
pub async fn awaits_first_cut_off(tx: &mut Tx, closing: &[i64]) -> Result<bool> {
    Ok(!Unconfirmed::read(tx)
        .await?
        .with_any_of(tx, closing)
        .await?
        .is_empty())
}

/// A plan that closes these customers was let through: if a person did so, the imports that brought them have had their
/// first cut-off. The schedule confirms nothing.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn confirm_first_cut_off(tx: &mut Tx, call: &Call<'_>, closing: &[i64]) -> Result<()> {
    if !matches!(call.actor.who, Who::User { .. } | Who::Console) {
        return Ok(());
    }
    let mut unconfirmed = Unconfirmed::read(tx).await?;
    let confirmed = unconfirmed.with_any_of(tx, closing).await?;
    if confirmed.is_empty() {
        return Ok(());
    }
    unconfirmed.batches.retain(|batch| !confirmed.contains(batch));
    unconfirmed.write(tx, call).await?;
    for batch in confirmed {
        let message = (
            format!("Penutupan pertama setelah impor {batch} disetujui"),
            format!("The first cut-off after import {batch} was approved"),
        );
        let entry = Entry::done("first_cut_off_confirmed", message).about("import", batch, "import");
        logs::record(tx, call, entry).await?;
    }
    Ok(())
}
