//! Reading customers one at a time, or all of them in strides.

use sqlx::AssertSqlSafe;

use billing::{ConnectionType, CustomerStatus};
use jiff::civil::Date;

use super::Customer;
use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// The customer with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Customer>> {
    sql!(
        tx,
        fetch_optional::<Customer>,
        "SELECT * FROM customers WHERE id = $1",
        id
    )
}

/// The customer with this id, kept from everybody else until the commit. Whoever decides by what a customer owes takes
/// this first, so that two payments at once see each other.
///
/// # Errors
/// [`crate::Error::Busy`] when another desk keeps the customer for longer than the busy time-out.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<Option<Customer>> {
    // SQLite's writer has the whole database, and no words for locking a row.
    let text = if tx.is_postgres() {
        "SELECT * FROM customers WHERE id = $1 FOR UPDATE"
    } else {
        "SELECT * FROM customers WHERE id = $1"
    };
    sql!(tx, fetch_optional::<Customer>, text, id)
}

/// Keeps these customers from everybody else until the commit, as [`lock`] does, in the order of their ids: two that want
/// the same customers then wait for each other and not each for the other.
///
/// # Errors
/// As [`lock`].
pub async fn lock_all(tx: &mut Tx, ids: &[i64]) -> Result<()> {
    if !tx.is_postgres() {
        return Ok(());
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    for some in ids.chunks(500) {
        let text = format!(
            "SELECT id FROM customers WHERE id IN ({}) ORDER BY id FOR UPDATE",
            rows::placeholders(1, some.len())
        );
        sql!(tx, fetch_all::<(i64,)>, AssertSqlSafe(text); each some.iter().copied())?;
    }
    Ok(())
}

/// The customers with these ids, by id.
///
/// # Errors
/// Whatever the database says.
pub async fn find_many(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Customer>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let text = format!(
            "SELECT * FROM customers WHERE id IN ({}) ORDER BY id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Customer>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The customer with this number, whatever its case.
///
/// # Errors
/// Whatever the database says.
pub async fn find_by_no(tx: &mut Tx, customer_no: &str) -> Result<Option<Customer>> {
    sql!(
        tx,
        fetch_optional::<Customer>,
        "SELECT * FROM customers WHERE LOWER(customer_no) = $1",
        customer_no.to_ascii_lowercase()
    )
}

/// The line in service with this PPPoE name on a router.
///
/// # Errors
/// Whatever the database says.
pub async fn find_by_pppoe(tx: &mut Tx, router_id: i64, username: &str) -> Result<Option<Customer>> {
    sql!(
        tx,
        fetch_optional::<Customer>,
        "SELECT * FROM customers WHERE router_id = $1 AND pppoe_username = $2 AND status <> 'terminated'",
        router_id,
        username
    )
}

/// Whether a router has any line in service of this kind.
///
/// # Errors
/// Whatever the database says.
pub async fn any_of_kind(tx: &mut Tx, router_id: i64, kind: ConnectionType) -> Result<bool> {
    let found = sql!(
        tx,
        fetch_optional::<(i64,)>,
        "SELECT id FROM customers WHERE router_id = $1 AND connection_type = $2 AND status <> 'terminated' LIMIT 1",
        router_id,
        kind.as_str()
    )?;
    Ok(found.is_some())
}

/// The lines in service of a package whose rate stands in an entry of their own, on routers that may be changed:
/// `(customer, router)`, by customer.
///
/// # Errors
/// Whatever the database says.
pub async fn with_own_rate(tx: &mut Tx, package_id: i64) -> Result<Vec<(i64, i64)>> {
    sql!(
        tx,
        fetch_all::<(i64, i64)>,
        "SELECT c.id, c.router_id FROM customers c JOIN routers r ON r.id = c.router_id
         WHERE c.package_id = $1 AND c.connection_type IN ('static', 'dhcp')
         AND c.status NOT IN ('pending', 'terminated') AND r.mode = 'manage' ORDER BY c.id",
        package_id
    )
}

/// How many lines in service of this kind a router has.
///
/// # Errors
/// Whatever the database says.
pub async fn count_of_kind(tx: &mut Tx, router_id: i64, kind: ConnectionType) -> Result<i64> {
    let (lines,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM customers WHERE router_id = $1 AND connection_type = $2 AND status <> 'terminated'",
        router_id,
        kind.as_str()
    )?;
    Ok(lines)
}

/// The customers whose invoices go to this one.
///
/// # Errors
/// Whatever the database says.
pub async fn having_payer(tx: &mut Tx, payer_id: i64) -> Result<Vec<Customer>> {
    sql!(
        tx,
        fetch_all::<Customer>,
        "SELECT * FROM customers WHERE payer_id = $1 ORDER BY id",
        payer_id
    )
}

/// Everybody whose invoices go to somebody else, by id; of those that ended, the ones whose last day of service is
/// `ended_since` or later.
///
/// # Errors
/// Whatever the database says.
pub async fn dependants(tx: &mut Tx, ended_since: Date) -> Result<Vec<Customer>> {
    sql!(
        tx,
        fetch_all::<Customer>,
        "SELECT * FROM customers WHERE payer_id IS NOT NULL AND (status <> 'terminated' OR terminated_on >= $1)
         ORDER BY id",
        ended_since.held()
    )
}

/// The lines that no router has to be told of and whose day has passed before `today`: the last day of one that is on leave
/// or has no router, and the last day of a leave of one without a router.
///
/// # Errors
/// Whatever the database says.
pub async fn passed_unsaid(tx: &mut Tx, today: Date) -> Result<Vec<i64>> {
    let passed = sql!(
        tx,
        fetch_all::<(i64,)>,
        "SELECT id FROM customers WHERE status <> 'terminated'
         AND ((terminated_on < $1 AND (status = 'suspended' OR router_id IS NULL))
           OR (paused_until < $1 AND status = 'suspended' AND router_id IS NULL)) ORDER BY id",
        today.held()
    )?;
    Ok(passed.into_iter().map(|(id,)| id).collect())
}

/// A stride of all customers that are not terminated, by id: for work that goes over everybody without holding everybody
/// in memory. Start at 0 and go on from the last id; an empty stride is the end.
///
/// # Errors
/// Whatever the database says.
pub async fn after(tx: &mut Tx, id: i64, limit: i64) -> Result<Vec<Customer>> {
    sql!(
        tx,
        fetch_all::<Customer>,
        "SELECT * FROM customers WHERE id > $1 AND status <> 'terminated' ORDER BY id LIMIT $2",
        id,
        limit
    )
}

/// A stride of everybody whom a bill may concern, by id as [`after`]: those that are not terminated, and those whose last
/// day of service is `ended_since` or later. With `lock` each is kept from everybody else until the commit as [`lock`]
/// does; by id, so that two strides never wait for each other.
///
/// # Errors
/// [`crate::Error::Busy`] when another desk keeps one of them for longer than the busy time-out.
pub async fn billable(
    tx: &mut Tx,
    id: i64,
    ended_since: Date,
    limit: i64,
    lock: bool,
) -> Result<Vec<Customer>> {
    // SQLite's writer has the whole database.
    let text = if lock && tx.is_postgres() {
        "SELECT * FROM customers WHERE id > $1 AND (status <> 'terminated' OR terminated_on >= $2)
         ORDER BY id LIMIT $3 FOR NO KEY UPDATE"
    } else {
        "SELECT * FROM customers WHERE id > $1 AND (status <> 'terminated' OR terminated_on >= $2)
         ORDER BY id LIMIT $3"
    };
    sql!(tx, fetch_all::<Customer>, text, id, ended_since.held(), limit)
}

/// How many customers have a sealed password.
///
/// # Errors
/// Whatever the database says.
pub async fn count_passwords(tx: &mut Tx) -> Result<u64> {
    let (count,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM customers WHERE pppoe_password IS NOT NULL"
    )?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many customers there are of each status.
///
/// # Errors
/// Whatever the database says.
pub async fn count_by_status(tx: &mut Tx) -> Result<Vec<(CustomerStatus, i64)>> {
    #[derive(sqlx::FromRow)]
    struct Count {
        #[sqlx(try_from = "crate::column::Word")]
        status: CustomerStatus,
        customers: i64,
    }
    let counts = sql!(
        tx,
        fetch_all::<Count>,
        "SELECT status, COUNT(*) AS customers FROM customers GROUP BY status ORDER BY status"
    )?;
    Ok(counts
        .into_iter()
        .map(|count| (count.status, count.customers))
        .collect())
}
