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
    /// The edit by which it was last written; 0 where nobody edits it.
    pub version: i64,
}

/// The row whose version counts the edits of the settings.
const EDITS: &str = "internal.edits";

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

/// Writes a setting that nobody edits, new or known.
///
/// # Errors
/// Whatever the database says.
pub async fn put(tx: &mut Tx, key: &str, value: &serde_json::Value, now: Timestamp) -> Result<()> {
    edit(tx, key, value, 0, now).await
}

/// Writes a setting, new or known, as part of an edit.
///
/// # Errors
/// Whatever the database says.
pub async fn edit(
    tx: &mut Tx,
    key: &str,
    value: &serde_json::Value,
    version: i64,
    now: Timestamp,
) -> Result<()> {
    sql!(
        tx,
        execute,
        "INSERT INTO settings (key, value, updated_at, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
           version = excluded.version",
        key,
        value.held(),
        now.held(),
        version
    )?;
    Ok(())
}

/// How many edits of the settings there were: what a reader has read.
///
/// # Errors
/// Whatever the database says.
pub async fn edits(tx: &mut Tx) -> Result<i64> {
    Ok(find(tx, EDITS).await?.map_or(0, |row| row.version))
}

/// Begins an edit and gives its number. Editors take turns from here to their commit, so that what one reads next is what
/// it changes.
///
/// # Errors
/// Whatever the database says.
pub async fn begin_edit(tx: &mut Tx, now: Timestamp) -> Result<i64> {
    let (version,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO settings (key, value, updated_at, version) VALUES ($1, '0', $2, 1)
         ON CONFLICT (key) DO UPDATE SET updated_at = excluded.updated_at, version = settings.version + 1
         RETURNING version",
        EDITS,
        now.held()
    )?;
    Ok(version)
}

/// Takes a setting back to its default.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(tx: &mut Tx, key: &str) -> Result<()> {
    sql!(tx, execute, "DELETE FROM settings WHERE key = $1", key)?;
    Ok(())
}
