//! What each line should be and what its router was last seen to say: a row for each line that was ever asked about.

use billing::{Access, Observed};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

/// A line's access.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LineAccess {
    /// The line.
    pub customer_id: i64,
    /// What the rules last wanted.
    #[sqlx(try_from = "crate::column::Word")]
    pub desired: Access,
    /// What the router was last seen to say.
    #[sqlx(try_from = "crate::column::Word")]
    pub observed: Observed,
    /// When it was seen.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub observed_at: Option<Timestamp>,
    /// The router's words: a profile, an ARP entry.
    pub evidence: Option<String>,
    /// Whether something was asked of the router that whoever asked it has not read back. A look at the router leaves it.
    pub unread: bool,
}

/// What was seen of a line.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    /// The line.
    pub customer_id: i64,
    /// What the router says.
    pub observed: Observed,
    /// In its words.
    pub evidence: Option<&'a str>,
}

/// What the rules want of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The line.
    pub customer_id: i64,
    /// What is wanted.
    pub desired: Access,
}

/// The access of one line; `None` while nobody asked.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, customer_id: i64) -> Result<Option<LineAccess>> {
    sql!(
        tx,
        fetch_optional::<LineAccess>,
        "SELECT * FROM access WHERE customer_id = $1",
        customer_id
    )
}

/// The access of these lines, by line; one that nobody asked about is not among them.
///
/// # Errors
/// Whatever the database says.
pub async fn of_customers(tx: &mut Tx, customers: &[i64]) -> Result<Vec<LineAccess>> {
    let mut found = Vec::with_capacity(customers.len());
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT * FROM access WHERE customer_id IN ({}) ORDER BY customer_id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<LineAccess>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The access of every line, by line: one read for a plan.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<LineAccess>> {
    sql!(
        tx,
        fetch_all::<LineAccess>,
        "SELECT * FROM access ORDER BY customer_id"
    )
}

/// The lines that the books call closed and of which nobody knows what their router says: `(line, router)`, by line.
///
/// # Errors
/// Whatever the database says.
pub async fn closed_unseen(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    sql!(
        tx,
        fetch_all::<(i64, i64)>,
        "SELECT c.id, c.router_id FROM customers c LEFT JOIN access a ON a.customer_id = c.id
         WHERE c.status IN ('isolated', 'suspended') AND c.router_id IS NOT NULL
         AND COALESCE(a.observed, 'unknown') = 'unknown' ORDER BY c.id"
    )
}

/// Notes what the rules want. What was seen is left alone; a new row was seen as nothing. Another wish than before waits to
/// be read back.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer.
pub async fn desire(tx: &mut Tx, wishes: &[Wish]) -> Result<()> {
    sql_rows!(
        tx,
        execute,
        "INSERT INTO access (customer_id, desired, observed) VALUES",
        "ON CONFLICT (customer_id) DO UPDATE SET unread = access.unread OR access.desired <> excluded.desired,
           desired = excluded.desired",
        wishes,
        |wish| [
            wish.customer_id,
            wish.desired.as_str(),
            Observed::Unknown.as_str()
        ]
    );
    Ok(())
}

/// Notes what a router is about to be told. From now until it is read back nobody knows what the router says of the line.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer.
pub async fn begin(tx: &mut Tx, wishes: &[Wish]) -> Result<()> {
    sql_rows!(
        tx,
        execute,
        "INSERT INTO access (customer_id, desired, observed, unread) VALUES",
        "ON CONFLICT (customer_id) DO UPDATE SET desired = excluded.desired, observed = excluded.observed,
           unread = excluded.unread",
        wishes,
        |wish| [
            wish.customer_id,
            wish.desired.as_str(),
            Observed::Unknown.as_str(),
            true
        ]
    );
    Ok(())
}

/// Notes what whoever asked something of these lines read back at `now`. What is wanted is left alone; for a line that
/// nobody asked about it is `open`.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer.
pub async fn observe(tx: &mut Tx, sights: &[Sight<'_>], now: Timestamp) -> Result<()> {
    const READ_BACK: &str = "ON CONFLICT (customer_id) DO UPDATE SET observed = excluded.observed,
        observed_at = excluded.observed_at, evidence = excluded.evidence, unread = FALSE";
    see(tx, sights, now, READ_BACK).await
}

/// Notes what somebody saw who only looked. What was asked and not read back stays so.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer.
pub async fn look(tx: &mut Tx, sights: &[Sight<'_>], now: Timestamp) -> Result<()> {
    const LOOKED: &str = "ON CONFLICT (customer_id) DO UPDATE SET observed = excluded.observed,
        observed_at = excluded.observed_at, evidence = excluded.evidence";
    see(tx, sights, now, LOOKED).await
}

async fn see(tx: &mut Tx, sights: &[Sight<'_>], now: Timestamp, known: &'static str) -> Result<()> {
    sql_rows!(
        tx,
        execute,
        "INSERT INTO access (customer_id, desired, observed, observed_at, evidence) VALUES",
        known,
        sights,
        |sight| [
            sight.customer_id,
            Access::Open.as_str(),
            sight.observed.as_str(),
            now.held(),
            sight.evidence
        ]
    );
    Ok(())
}

/// How many PPPoE lines of a router were last seen closed.
///
/// # Errors
/// Whatever the database says.
pub async fn closed_at(tx: &mut Tx, router_id: i64) -> Result<i64> {
    let (lines,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM customers c JOIN access a ON a.customer_id = c.id
         WHERE c.router_id = $1 AND c.connection_type = 'pppoe' AND a.observed = 'closed'",
        router_id
    )?;
    Ok(lines)
}

/// How many lines in service were last seen so: `(observed, lines)`; a line that was never seen counts as unknown.
///
/// # Errors
/// Whatever the database says.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    sql!(
        tx,
        fetch_all::<(String, i64)>,
        "SELECT COALESCE(a.observed, 'unknown') AS observed, COUNT(*) FROM customers c
         LEFT JOIN access a ON a.customer_id = c.id WHERE c.status IN ('active', 'isolated')
         GROUP BY COALESCE(a.observed, 'unknown') ORDER BY 1"
    )
}
