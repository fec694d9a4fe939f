//! Overrides: a word that outranks the ledger. At most one is in force for a customer; an ended one stays as history.

use billing::OverrideVerdict;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// An override.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Override {
    /// Key.
    pub id: i64,
    /// The line.
    pub customer_id: i64,
    /// Open or closed.
    #[sqlx(try_from = "crate::column::Word")]
    pub verdict: OverrideVerdict,
    /// Why.
    pub reason: String,
    /// The last day; `None` until somebody ends it.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub until: Option<Date>,
    /// Who decided.
    pub created_by: String,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// When it was ended.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub ended_at: Option<Timestamp>,
}

/// An override to be set.
#[derive(Clone, Debug)]
pub struct NewOverride<'a> {
    /// The line.
    pub customer_id: i64,
    /// Open or closed.
    pub verdict: OverrideVerdict,
    /// Why.
    pub reason: &'a str,
    /// The last day; `None` until somebody ends it.
    pub until: Option<Date>,
    /// Who decides.
    pub created_by: &'a str,
}

/// Takes what was written about a person out of the reasons, on their request; gives how many it was.
///
/// # Errors
/// Whatever the database says.
pub async fn erase_of(tx: &mut Tx, customer_id: i64, erased: &str) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE overrides SET reason = $2 WHERE customer_id = $1 AND reason <> $2",
        customer_id,
        erased
    )
}

/// Sets an override in place of the one in force, if there is one, and gives its id.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer.
pub async fn set(tx: &mut Tx, new: &NewOverride<'_>, now: Timestamp) -> Result<i64> {
    end(tx, new.customer_id, new.created_by, now).await?;
    Ok(sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO overrides (customer_id, verdict, reason, until, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        new.customer_id,
        new.verdict.as_str(),
        new.reason,
        new.until.held(),
        new.created_by,
        now.held()
    )?
    .0)
}

/// Ends the override in force; `false` when there was none.
///
/// # Errors
/// Whatever the database says.
pub async fn end(tx: &mut Tx, customer_id: i64, by: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE overrides SET ended_by = $2, ended_at = $3 WHERE customer_id = $1 AND ended_at IS NULL",
        customer_id,
        by,
        now.held()
    )?;
    Ok(changed == 1)
}

/// The override in force on `today`: one whose last day has passed says nothing any more.
///
/// # Errors
/// Whatever the database says.
pub async fn in_force(tx: &mut Tx, customer_id: i64, today: Date) -> Result<Option<Override>> {
    sql!(
        tx,
        fetch_optional::<Override>,
        "SELECT * FROM overrides WHERE customer_id = $1 AND ended_at IS NULL AND (until IS NULL OR until >= $2)",
        customer_id,
        today.held()
    )
}

/// Every override in force on `today`, by customer: one read for a plan.
///
/// # Errors
/// Whatever the database says.
pub async fn all_in_force(tx: &mut Tx, today: Date) -> Result<Vec<Override>> {
    sql!(
        tx,
        fetch_all::<Override>,
        "SELECT * FROM overrides WHERE ended_at IS NULL AND (until IS NULL OR until >= $1) ORDER BY customer_id",
        today.held()
    )
}

/// The overrides in force on `today` for these customers, by customer.
///
/// # Errors
/// Whatever the database says.
pub async fn of_customers(tx: &mut Tx, customers: &[i64], today: Date) -> Result<Vec<Override>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT * FROM overrides WHERE ended_at IS NULL AND (until IS NULL OR until >= $1) AND customer_id IN ({})
             ORDER BY customer_id",
            rows::placeholders(2, some.len())
        );
        found.extend(
            sql!(tx, fetch_all::<Override>, AssertSqlSafe(text), today.held(); each some.iter().copied())?,
        );
    }
    Ok(found)
}

/// All overrides of a customer, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn history(tx: &mut Tx, customer_id: i64) -> Result<Vec<Override>> {
    sql!(
        tx,
        fetch_all::<Override>,
        "SELECT * FROM overrides WHERE customer_id = $1 ORDER BY id DESC",
        customer_id
    )
}
