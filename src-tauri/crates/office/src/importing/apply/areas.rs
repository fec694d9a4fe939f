//! The areas of a file: those that the office has, and those that it gets by the import.

use std::collections::HashMap;

use store::Tx;

use crate::error::Result;
use crate::office::Call;

/// Makes the areas that are `new`, and gives every area of the office by its name.
pub(super) async fn by_name(tx: &mut Tx, call: &Call<'_>, new: &[String]) -> Result<HashMap<String, i64>> {
    let existing = store::areas::all(tx).await?;
    let mut areas: HashMap<String, i64> = existing.into_iter().map(|area| (area.name, area.id)).collect();
    for name in new {
        let area = store::areas::insert(tx, name, call.now).await?;
        areas.insert(area.name, area.id);
    }
    Ok(areas)
}
