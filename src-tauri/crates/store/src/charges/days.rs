//! Which days of service lines are charged for.

use billing::ChargeKind;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use super::Charge;
use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// Which days of a line are billed already.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Served {
    /// The line.
    pub customer_id: i64,
    /// What it is for.
    #[sqlx(try_from = "crate::column::Word")]
    pub kind: ChargeKind,
    /// Its period.
    pub period: String,
    /// The first day of service.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub service_from: Option<Date>,
    /// The last day of service.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub service_to: Option<Date>,
    /// How many days its price is for, where that is known.
    pub price_days: Option<i64>,
}

/// Which days are billed already of the customers from `first` to `last` by id, as far as service reaches `since` or
/// beyond: one read for a stride of the month run.
///
/// # Errors
/// Whatever the database says.
pub async fn served(tx: &mut Tx, first: i64, last: i64, since: Date) -> Result<Vec<Served>> {
    sql!(
        tx,
        fetch_all::<Served>,
        "SELECT customer_id, kind, period, service_from, service_to, price_days FROM charges
         WHERE customer_id >= $1 AND customer_id <= $2 AND kind IN ('subscription', 'proration', 'opening_debt')
         AND voided_at IS NULL AND (service_to IS NULL OR service_to >= $3) ORDER BY customer_id, period",
        first,
        last,
        since.held()
    )
}

/// The charges of these customers of which an amount off was taken, by customer and in the order in which they were billed, as far
/// as service reaches `since` or beyond.
///
/// # Errors
/// Whatever the database says.
pub async fn reduced(tx: &mut Tx, customers: &[i64], since: Date) -> Result<Vec<Charge>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT * FROM charges WHERE customer_id IN ({}) AND discount_kind = 'amount' AND price IS NOT NULL
             AND voided_at IS NULL AND service_to >= $1 ORDER BY customer_id, id",
            rows::placeholders(2, some.len())
        );
        found.extend(
            sql!(tx, fetch_all::<Charge>, AssertSqlSafe(text), since.held(); each some.iter().copied())?,
        );
    }
    Ok(found)
}

/// The first day of service of a line that was ever on a bill, a void one too; `None` before its first.
///
/// # Errors
/// Whatever the database says.
pub async fn first_day_of_service(tx: &mut Tx, customer_id: i64) -> Result<Option<Date>> {
    #[derive(sqlx::FromRow)]
    struct First {
        #[sqlx(try_from = "crate::column::MaybeCivil")]
        day: Option<Date>,
    }
    let first = sql!(
        tx,
        fetch_one::<First>,
        "SELECT MIN(service_from) AS day FROM charges WHERE customer_id = $1 AND kind IN ('subscription', 'proration')",
        customer_id
    )?;
    Ok(first.day)
}

/// The charges for service that invoices show, of the customers from `first` to `last` by id, as far as service reaches
/// `since` or beyond.
///
/// # Errors
/// Whatever the database says.
pub async fn for_service(tx: &mut Tx, first: i64, last: i64, since: Date) -> Result<Vec<Charge>> {
    sql!(
        tx,
        fetch_all::<Charge>,
        "SELECT * FROM charges WHERE customer_id >= $1 AND customer_id <= $2 AND kind IN ('subscription', 'proration')
         AND invoice_id IS NOT NULL AND voided_at IS NULL AND service_to >= $3 ORDER BY customer_id, id",
        first,
        last,
        since.held()
    )
}

/// The charges of a line that pay for days of service, as far as service reaches `since` or beyond, oldest first: those that
/// invoices show, and what waits for one since a package was changed.
///
/// # Errors
/// Whatever the database says.
pub async fn of_days(tx: &mut Tx, customer_id: i64, since: Date) -> Result<Vec<Charge>> {
    sql!(
        tx,
        fetch_all::<Charge>,
        "SELECT * FROM charges WHERE customer_id = $1 AND voided_at IS NULL AND service_to >= $2
         AND ((kind IN ('subscription', 'proration') AND invoice_id IS NOT NULL)
           OR (kind IN ('difference', 'correction') AND price IS NOT NULL))
         ORDER BY service_from, id",
        customer_id,
        since.held()
    )
}
