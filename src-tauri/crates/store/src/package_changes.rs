//! Packages that lines change to on a later day; at most one waits for each line. A change that came to pass or was given
//! up is gone from here: what happened stands in the log.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// A change that waits for its day.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PackageChange {
    /// The line.
    pub customer_id: i64,
    /// What it gets.
    pub package_id: i64,
    /// The first day of service with it.
    #[sqlx(try_from = "crate::column::Civil")]
    pub from_day: Date,
    /// Who decided.
    pub created_by: String,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
}

/// Lets a change wait for its day, in place of the one that waits already.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer or package.
pub async fn set(
    tx: &mut Tx,
    customer_id: i64,
    package_id: i64,
    from_day: Date,
    by: &str,
    now: Timestamp,
) -> Result<()> {
    sql!(
        tx,
        execute,
        "INSERT INTO package_changes (customer_id, package_id, from_day, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (customer_id) DO UPDATE SET package_id = excluded.package_id, from_day = excluded.from_day,
           created_by = excluded.created_by, created_at = excluded.created_at",
        customer_id,
        package_id,
        from_day.held(),
        by,
        now.held()
    )?;
    Ok(())
}

/// Takes the change of a line out; `false` when none waits.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(tx: &mut Tx, customer_id: i64) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "DELETE FROM package_changes WHERE customer_id = $1",
        customer_id
    )?;
    Ok(changed == 1)
}

/// The changes of these customers, by customer.
///
/// # Errors
/// Whatever the database says.
pub async fn of_customers(tx: &mut Tx, customers: &[i64]) -> Result<Vec<PackageChange>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT * FROM package_changes WHERE customer_id IN ({}) ORDER BY customer_id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<PackageChange>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The changes whose day has come, by customer.
///
/// # Errors
/// Whatever the database says.
pub async fn due(tx: &mut Tx, today: Date) -> Result<Vec<PackageChange>> {
    sql!(
        tx,
        fetch_all::<PackageChange>,
        "SELECT * FROM package_changes WHERE from_day <= $1 ORDER BY customer_id",
        today.held()
    )
}
