//! What was imported from which file, so that an import can be undone.

use jiff::Timestamp;
use serde_json::Value;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::page::{self, Cursor, Page};
use crate::transaction::{Tx, sql, sql_rows};

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportBatch {
    /// Key.
    pub id: i64,
    /// The file's name.
    pub file_name: String,
    /// How many rows became customers.
    pub imported: i64,
    /// How many did not.
    pub refused: i64,
    /// Who imported.
    pub created_by: String,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// Who undid it.
    pub undone_by: Option<String>,
    /// When it was undone.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub undone_at: Option<Timestamp>,
}

/// Which line of the file became which customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportRow {
    /// Line in the file, the heading being 1.
    pub line_no: i64,
    /// The customer.
    pub customer_id: i64,
}

/// Records an import with its rows and gives its id.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx,
    file_name: &str,
    rows: &[ImportRow],
    refused: i64,
    by: &str,
    now: Timestamp,
) -> Result<i64> {
    let (id,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO import_batches (file_name, imported, refused, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5) RETURNING id",
        file_name,
        i64::try_from(rows.len()).unwrap_or(i64::MAX),
        refused,
        by,
        now.held()
    )?;
    sql_rows!(
        tx,
        execute,
        "INSERT INTO import_rows (batch_id, line_no, customer_id) VALUES",
        "",
        rows,
        |row| [id, row.line_no, row.customer_id]
    );
    Ok(id)
}

/// The import with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<ImportBatch>> {
    sql!(
        tx,
        fetch_optional::<ImportBatch>,
        "SELECT * FROM import_batches WHERE id = $1",
        id
    )
}

/// Imports whose file name has this text in it, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    tx: &mut Tx,
    search: Option<&str>,
    cursor: Option<&Cursor>,
    limit: i64,
) -> Result<Page<ImportBatch>> {
    let search = search.map(str::to_lowercase);
    let (total,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM import_batches
         WHERE ($1 IS NULL OR REPLACE(LOWER(file_name), $1, '') <> LOWER(file_name))",
        search.as_deref()
    )?;
    let items = sql!(
        tx,
        fetch_all::<ImportBatch>,
        "SELECT * FROM import_batches
         WHERE ($1 IS NULL OR REPLACE(LOWER(file_name), $1, '') <> LOWER(file_name)) AND ($2 IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3",
        search.as_deref(),
        cursor.map(|cursor| cursor.id),
        page::ask(limit)
    )?;
    Ok(Page::of(items, limit, total, |batch| Cursor::at(batch.id)))
}

/// The rows of an import, in the order of the file.
///
/// # Errors
/// Whatever the database says.
pub async fn rows(tx: &mut Tx, id: i64) -> Result<Vec<ImportRow>> {
    sql!(
        tx,
        fetch_all::<ImportRow>,
        "SELECT line_no, customer_id FROM import_rows WHERE batch_id = $1 ORDER BY line_no",
        id
    )
}

/// Keeps which packages an import made.
///
/// # Errors
/// Whatever the database says.
pub async fn set_packages(tx: &mut Tx, id: i64, packages: &[i64]) -> Result<()> {
    let held = Value::from(packages).to_string();
    sql!(
        tx,
        execute,
        "UPDATE import_batches SET packages = $2 WHERE id = $1",
        id,
        held.as_str()
    )?;
    Ok(())
}

/// The packages that an import made, in the order in which it did.
///
/// # Errors
/// [`Error::Unreadable`] for a row that is no list of ids.
pub async fn packages(tx: &mut Tx, id: i64) -> Result<Vec<i64>> {
    let (held,) = sql!(
        tx,
        fetch_one::<(String,)>,
        "SELECT packages FROM import_batches WHERE id = $1",
        id
    )?;
    serde_json::from_str(&held)
        .map_err(|error| Error::Unreadable(format!("an import's list of packages: {error}")))
}

/// Declares an import undone; `false` when it was already. What becomes of the customers is the caller's.
///
/// # Errors
/// Whatever the database says.
pub async fn undone(tx: &mut Tx, id: i64, by: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE import_batches SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL",
        id,
        by,
        now.held()
    )?;
    Ok(changed == 1)
}

/// Removes a customer that was imported by mistake and to whom nothing has happened since: no invoice, payment, entry,
/// message or plan. `false` when something has, and the customer stays. An override goes with the customer: whether it is
/// the import's own has to be known before.
///
/// # Errors
/// Whatever the database says.
pub async fn remove_customer(tx: &mut Tx, customer_id: i64) -> Result<bool> {
    let (traces,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT (SELECT COUNT(*) FROM charges WHERE customer_id = $1)
           + (SELECT COUNT(*) FROM invoices WHERE customer_id = $1)
           + (SELECT COUNT(*) FROM payments WHERE customer_id = $1)
           + (SELECT COUNT(*) FROM journal_entries WHERE customer_id = $1)
           + (SELECT COUNT(*) FROM postings WHERE customer_id = $1)
           + (SELECT COUNT(*) FROM notifications WHERE customer_id = $1)
           + (SELECT COUNT(*) FROM plan_lines WHERE customer_id = $1)
           + (SELECT COUNT(*) FROM customers WHERE payer_id = $1)",
        customer_id
    )?;
    if traces > 0 {
        return Ok(false);
    }
    crate::customers::erase_words(tx, customer_id).await?;
    sql!(
        tx,
        execute,
        "DELETE FROM overrides WHERE customer_id = $1",
        customer_id
    )?;
    sql!(
        tx,
        execute,
        "DELETE FROM access WHERE customer_id = $1",
        customer_id
    )?;
    match sql!(tx, execute, "DELETE FROM customers WHERE id = $1", customer_id)? {
        1 => Ok(true),
        _ => Err(Error::Stale),
    }
}
