//! Which lines an import gave to customers who were there before, and what their records said, so that the import can be
//! undone.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::transaction::{Tx, sql, sql_rows};

/// A customer whose record an import has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLink {
    /// The customer.
    pub customer_id: i64,
    /// What the import replaced.
    pub before: Value,
    /// What the import wrote.
    pub after: Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    customer_id: i64,
    before: String,
    after: String,
}

/// Records what an import changed.
///
/// # Errors
/// [`Error::ForeignKey`] without such an import or customer.
pub async fn insert(tx: &mut Tx, batch_id: i64, links: &[ImportLink]) -> Result<()> {
    let rows: Vec<(i64, String, String)> = links
        .iter()
        .map(|link| (link.customer_id, link.before.to_string(), link.after.to_string()))
        .collect();
    sql_rows!(
        tx,
        execute,
        "INSERT INTO import_links (batch_id, customer_id, before, after) VALUES",
        "",
        rows,
        |row| [batch_id, row.0, row.1.as_str(), row.2.as_str()]
    );
    Ok(())
}

/// What an import changed, by customer.
///
/// # Errors
/// [`Error::Unreadable`] for a row that is no JSON.
pub async fn of_batch(tx: &mut Tx, batch_id: i64) -> Result<Vec<ImportLink>> {
    let rows = sql!(
        tx,
        fetch_all::<Row>,
        "SELECT customer_id, before, after FROM import_links WHERE batch_id = $1 ORDER BY customer_id",
        batch_id
    )?;
    let read = |text: &str| {
        serde_json::from_str(text).map_err(|error| Error::Unreadable(format!("an import's record: {error}")))
    };
    rows.into_iter()
        .map(|row| {
            Ok(ImportLink {
                customer_id: row.customer_id,
                before: read(&row.before)?,
                after: read(&row.after)?,
            })
        })
        .collect()
}
