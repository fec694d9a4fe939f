//! Which money went to which invoice: of a payment, or of the customer's credit.

use billing::Rupiah;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

/// Money that went to an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Allocation {
    /// Key.
    pub id: i64,
    /// Of which payment; `None` is of the customer's credit.
    pub payment_id: Option<i64>,
    /// To which invoice.
    pub invoice_id: i64,
    /// How much.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it was taken back.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub reversed_at: Option<Timestamp>,
}

/// Money to go to an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewAllocation {
    /// Of which payment; `None` is of the customer's credit.
    pub payment_id: Option<i64>,
    /// To which invoice.
    pub invoice_id: i64,
    /// How much.
    pub amount: Rupiah,
}

/// Records allocations.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a payment or invoice.
pub async fn insert_all(tx: &mut Tx, allocations: &[NewAllocation], now: Timestamp) -> Result<()> {
    sql_rows!(
        tx,
        execute,
        "INSERT INTO allocations (payment_id, invoice_id, amount, created_at) VALUES",
        "",
        allocations,
        |allocation| [
            allocation.payment_id,
            allocation.invoice_id,
            allocation.amount.held(),
            now.held()
        ]
    );
    Ok(())
}

/// The allocations of these payments that stand, by payment.
///
/// # Errors
/// Whatever the database says.
pub async fn of_payments(tx: &mut Tx, payments: &[i64]) -> Result<Vec<Allocation>> {
    let mut found = Vec::new();
    for some in payments.chunks(500) {
        let text = format!(
            "SELECT * FROM allocations WHERE reversed_at IS NULL AND payment_id IN ({}) ORDER BY payment_id, id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Allocation>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// What these payments had paid when they were taken back, by payment.
///
/// # Errors
/// Whatever the database says.
pub async fn of_reversed(tx: &mut Tx, payments: &[i64]) -> Result<Vec<Allocation>> {
    let mut found = Vec::new();
    for some in payments.chunks(500) {
        let text = format!(
            "SELECT a.* FROM allocations a JOIN payments p ON p.id = a.payment_id AND p.reversed_at = a.reversed_at
             WHERE a.payment_id IN ({}) ORDER BY a.payment_id, a.id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Allocation>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// Credit that pays an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CreditUsed {
    /// Which invoice.
    pub invoice_id: i64,
    /// How much.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
}

/// How much credit stands on each of these invoices, by invoice, where it is not nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn credit_used(tx: &mut Tx, invoices: &[i64]) -> Result<Vec<CreditUsed>> {
    let mut found = Vec::new();
    for some in invoices.chunks(500) {
        let text = format!(
            "SELECT invoice_id, CAST(SUM(amount) AS BIGINT) AS amount FROM allocations
             WHERE reversed_at IS NULL AND payment_id IS NULL AND invoice_id IN ({})
             GROUP BY invoice_id ORDER BY invoice_id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<CreditUsed>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// What went to an invoice and stands.
///
/// # Errors
/// Whatever the database says.
pub async fn of_invoice(tx: &mut Tx, invoice_id: i64) -> Result<Vec<Allocation>> {
    sql!(
        tx,
        fetch_all::<Allocation>,
        "SELECT * FROM allocations WHERE invoice_id = $1 AND reversed_at IS NULL ORDER BY id",
        invoice_id
    )
}

/// Declares allocations taken back, and gives how many stood.
///
/// # Errors
/// Whatever the database says.
pub async fn reverse(tx: &mut Tx, ids: &[i64], now: Timestamp) -> Result<u64> {
    let mut changed = 0;
    for some in ids.chunks(500) {
        let text = format!(
            "UPDATE allocations SET reversed_at = $1 WHERE reversed_at IS NULL AND id IN ({})",
            rows::placeholders(2, some.len())
        );
        changed += sql!(tx, execute, AssertSqlSafe(text), now.held(); each some.iter().copied())?;
    }
    Ok(changed)
}
