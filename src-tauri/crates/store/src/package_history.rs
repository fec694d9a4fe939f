//! The packages that lines had before their present one. A period that is billed late, or again, is billed at the package that
//! was served in it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// A package that a line had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HadPackage {
    /// Whose line.
    pub customer_id: i64,
    /// What it had.
    pub package_id: i64,
    /// The first day of the next one.
    #[sqlx(try_from = "crate::column::Civil")]
    pub next_from: Date,
}

/// Keeps what a line had until the day on which the next package began.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer or package.
pub async fn keep(
    tx: &mut Tx,
    customer_id: i64,
    package_id: i64,
    next_from: Date,
    now: Timestamp,
) -> Result<()> {
    sql!(
        tx,
        execute,
        "INSERT INTO package_history (customer_id, package_id, next_from, created_at) VALUES ($1, $2, $3, $4)",
        customer_id,
        package_id,
        next_from.held(),
        now.held()
    )?;
    Ok(())
}

/// Lets what a line has now count from `from` on: of days after that, no earlier package is known any more.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_after(tx: &mut Tx, customer_id: i64, from: Date) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE package_history SET next_from = $2 WHERE customer_id = $1 AND next_from > $2",
        customer_id,
        from.held()
    )?;
    Ok(())
}

/// What the lines from `first` to `last` by id had after `since`, in the order in which it came to an end.
///
/// # Errors
/// Whatever the database says.
pub async fn since(tx: &mut Tx, first: i64, last: i64, since: Date) -> Result<Vec<HadPackage>> {
    sql!(
        tx,
        fetch_all::<HadPackage>,
        "SELECT customer_id, package_id, next_from FROM package_history
         WHERE customer_id >= $1 AND customer_id <= $2 AND next_from > $3 ORDER BY customer_id, next_from, id",
        first,
        last,
        since.held()
    )
}
