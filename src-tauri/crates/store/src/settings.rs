//! What the office has set, one JSON value for each key. What keys exist and what they mean is the application's to say.

use jiff::Timestamp;

use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// One setting.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Setting {
    /// `office.name`, `billing.grace_days`, …
    pub key: String,
    /// Its value.
    #[sqlx(try_from = "crate::column::Json")]
    pub value: serde_json::Value,
    /// When it was last written.
    #[sqlx(try_from = "crate::column::Millis")]
    pub updated_at: Timestamp,
}

/// Every setting that was ever written, by key.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Setting>> {
    sql!(tx, fetch_all::<Setting>, "SELECT * FROM settings ORDER BY key")
}

/// One setting.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<Setting>> {
    sql!(
        tx,
        fetch_optional::<Setting>,
        "SELECT * FROM settings WHERE key = $1",
        key
    )
}

/// Writes a setting, new or known.
///
/// # Errors
/// Whatever the database says.
pub async fn put(tx: &mut Tx, key: &str, value: &serde_json::Value, now: Timestamp) -> Result<()> {
    sql!(
        tx,
        execute,
        "INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        key,
        value.held(),
        now.held()
    )?;
    Ok(())
}

/// Takes a setting back to its default.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(tx: &mut Tx, key: &str) -> Result<()> {
    sql!(tx, execute, "DELETE FROM settings WHERE key = $1", key)?;
    Ok(())
}
