//! Reading invoices, and what is owed on them.

use billing::{Period, Rupiah};
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use super::Invoice;
use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// What allocation and access need to know of an unpaid invoice.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Unpaid {
    /// Key.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// Who owes it.
    pub customer_id: i64,
    /// The last day on which it is paid in time.
    #[sqlx(try_from = "crate::column::Civil")]
    pub due_date: Date,
    /// What is asked for.
    #[sqlx(try_from = "crate::column::Amount")]
    pub total: Rupiah,
    /// What is still owed.
    #[sqlx(try_from = "crate::column::Amount")]
    pub remaining: Rupiah,
}

/// What one customer is late with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Overdue {
    /// Who.
    pub customer_id: i64,
    /// How many invoices.
    pub invoices: i64,
    /// How much.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
}

/// What is owed on invoices before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OwedBefore {
    /// The other.
    pub invoice_id: i64,
    /// How much.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
}

/// What the whole office is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct UnpaidSums {
    /// Unpaid invoices.
    pub invoices: i64,
    /// Owed on them.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
    /// Of these, overdue ones.
    pub overdue_invoices: i64,
    /// Owed on the overdue ones.
    #[sqlx(try_from = "crate::column::Amount")]
    pub overdue_amount: Rupiah,
}

/// The invoice with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Invoice>> {
    sql!(
        tx,
        fetch_optional::<Invoice>,
        "SELECT * FROM invoices WHERE id = $1",
        id
    )
}

/// The invoice with this number.
///
/// # Errors
/// Whatever the database says.
pub async fn find_by_number(tx: &mut Tx, number: &str) -> Result<Option<Invoice>> {
    sql!(
        tx,
        fetch_optional::<Invoice>,
        "SELECT * FROM invoices WHERE number = $1",
        number
    )
}

/// How the origin of an invoice begins that was issued in the place of a void one, whose number follows.
pub const REISSUE: &str = "reissue:";

/// Two invoices, one in the place of the other.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Reissue {
    /// The void one.
    pub old_id: i64,
    /// Its number.
    pub old_number: String,
    /// The one in its place.
    pub new_id: i64,
    /// Its number.
    pub new_number: String,
}

/// What stands in the place of these invoices, and in whose place they stand.
///
/// # Errors
/// Whatever the database says.
pub async fn reissues(tx: &mut Tx, invoices: &[i64]) -> Result<Vec<Reissue>> {
    let mut found = Vec::new();
    for side in ["old", "new"] {
        for some in invoices.chunks(500) {
            // A reissue has the payer of the void one, and by the payer both are found.
            let text = format!(
                "SELECT old.id AS old_id, old.number AS old_number, new.id AS new_id, new.number AS new_number
                 FROM invoices old JOIN invoices new ON new.customer_id = old.customer_id
                   AND new.origin = '{REISSUE}' || old.number WHERE {side}.id IN ({})",
                rows::placeholders(1, some.len())
            );
            found.extend(sql!(tx, fetch_all::<Reissue>, AssertSqlSafe(text); each some.iter().copied())?);
        }
    }
    Ok(found)
}

/// The invoices with these ids, by id.
///
/// # Errors
/// Whatever the database says.
pub async fn find_many(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Invoice>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let text = format!(
            "SELECT * FROM invoices WHERE id IN ({}) ORDER BY id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Invoice>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// A customer's invoices, newest first, void ones too.
///
/// # Errors
/// Whatever the database says.
pub async fn of_customer(tx: &mut Tx, customer_id: i64) -> Result<Vec<Invoice>> {
    sql!(
        tx,
        fetch_all::<Invoice>,
        "SELECT * FROM invoices WHERE customer_id = $1 ORDER BY issue_date DESC, id DESC",
        customer_id
    )
}

/// A stride of a month's invoices that are not void, by id, for printing them all: start at 0 and go on from the last id.
///
/// # Errors
/// Whatever the database says.
pub async fn in_period(tx: &mut Tx, period: Period, after: i64, limit: i64) -> Result<Vec<Invoice>> {
    sql!(
        tx,
        fetch_all::<Invoice>,
        "SELECT * FROM invoices WHERE period = $1 AND id > $2 AND voided_at IS NULL ORDER BY id LIMIT $3",
        period.to_string(),
        after,
        limit
    )
}

/// How many invoices of a month are not void.
///
/// # Errors
/// Whatever the database says.
pub async fn count_in_period(tx: &mut Tx, period: Period) -> Result<i64> {
    Ok(sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM invoices WHERE period = $1 AND voided_at IS NULL",
        period.to_string()
    )?
    .0)
}

/// What a customer owes, the oldest due date first, and of one day the oldest period: the order in which money is allocated.
///
/// # Errors
/// Whatever the database says.
pub async fn unpaid(tx: &mut Tx, customer_id: i64) -> Result<Vec<Unpaid>> {
    sql!(
        tx,
        fetch_all::<Unpaid>,
        "SELECT id, number, customer_id, due_date, total, remaining FROM invoices
         WHERE customer_id = $1 AND remaining > 0 AND voided_at IS NULL ORDER BY due_date, period, id",
        customer_id
    )
}

/// What is still owed on part-paid invoices of the customers from `first` to `last` by id, at most `tolerance` on each,
/// and not carried on by another invoice: one read for a stride of the month run. The rule is
/// [`billing::is_shortfall`]; what lies on an invoice that nobody has paid anything on is no shortfall.
///
/// # Errors
/// Whatever the database says.
pub async fn short(tx: &mut Tx, first: i64, last: i64, tolerance: Rupiah) -> Result<Vec<Unpaid>> {
    sql!(
        tx,
        fetch_all::<Unpaid>,
        "SELECT id, number, customer_id, due_date, total, remaining FROM invoices i
         WHERE customer_id >= $1 AND customer_id <= $2 AND voided_at IS NULL
           AND remaining > 0 AND remaining <= $3 AND paid > 0
           AND NOT EXISTS (SELECT 1 FROM charges c WHERE c.moved_from = i.id AND c.voided_at IS NULL)
         ORDER BY customer_id, due_date, id",
        first,
        last,
        tolerance.held()
    )
}

/// What everybody owes that was due before `due_before`, by customer and then the oldest due date first: one read for the
/// whole of an overdue check.
///
/// # Errors
/// Whatever the database says.
pub async fn unpaid_of_all(tx: &mut Tx, due_before: Date) -> Result<Vec<Unpaid>> {
    sql!(
        tx,
        fetch_all::<Unpaid>,
        "SELECT id, number, customer_id, due_date, total, remaining FROM invoices
         WHERE remaining > 0 AND voided_at IS NULL AND due_date < $1 ORDER BY customer_id, due_date, id",
        due_before.held()
    )
}

/// What these customers owe that was due before `due_before`, by customer and then the oldest due date first.
///
/// # Errors
/// Whatever the database says.
pub async fn unpaid_of_some(tx: &mut Tx, customers: &[i64], due_before: Date) -> Result<Vec<Unpaid>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT id, number, customer_id, due_date, total, remaining FROM invoices
             WHERE remaining > 0 AND voided_at IS NULL AND due_date < $1 AND customer_id IN ({})
             ORDER BY customer_id, due_date, id",
            rows::placeholders(2, some.len())
        );
        found.extend(
            sql!(tx, fetch_all::<Unpaid>, AssertSqlSafe(text), due_before.held(); each some.iter().copied())?,
        );
    }
    Ok(found)
}

/// What each of these customers is late with on `today`; who is not late is not among them.
///
/// # Errors
/// Whatever the database says.
pub async fn overdue_amounts(tx: &mut Tx, customers: &[i64], today: Date) -> Result<Vec<Overdue>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT customer_id, COUNT(*) AS invoices, CAST(SUM(remaining) AS BIGINT) AS amount FROM invoices
             WHERE due_date < $1 AND remaining > 0 AND voided_at IS NULL AND customer_id IN ({})
             GROUP BY customer_id",
            rows::placeholders(2, some.len())
        );
        found.extend(
            sql!(tx, fetch_all::<Overdue>, AssertSqlSafe(text), today.held(); each some.iter().copied())?,
        );
    }
    Ok(found)
}

/// What the customer of each of these invoices owes on invoices before it: of an earlier month, or made earlier in the same
/// one. An invoice with nothing unpaid before it is not among them.
///
/// # Errors
/// Whatever the database says.
pub async fn owed_before(tx: &mut Tx, invoices: &[i64]) -> Result<Vec<OwedBefore>> {
    let mut found = Vec::new();
    for some in invoices.chunks(500) {
        let text = format!(
            "SELECT i.id AS invoice_id, CAST(SUM(e.remaining) AS BIGINT) AS amount FROM invoices i
             JOIN invoices e ON e.customer_id = i.customer_id AND e.remaining > 0 AND e.voided_at IS NULL
               AND (e.period < i.period OR (e.period = i.period AND e.id < i.id))
             WHERE i.id IN ({}) GROUP BY i.id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<OwedBefore>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// What the office is owed in all on `today`.
///
/// # Errors
/// Whatever the database says.
pub async fn unpaid_sums(tx: &mut Tx, today: Date) -> Result<UnpaidSums> {
    sql!(
        tx,
        fetch_one::<UnpaidSums>,
        "SELECT COUNT(*) AS invoices, COALESCE(CAST(SUM(remaining) AS BIGINT), 0) AS amount,
           COALESCE(CAST(SUM(CASE WHEN due_date < $1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS overdue_invoices,
           COALESCE(CAST(SUM(CASE WHEN due_date < $1 THEN remaining ELSE 0 END) AS BIGINT), 0) AS overdue_amount
         FROM invoices WHERE remaining > 0 AND voided_at IS NULL",
        today.held()
    )
}
