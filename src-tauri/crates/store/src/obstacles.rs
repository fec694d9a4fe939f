//! What stands in the way of closing lines, as their routers were last seen: a plan is drafted from the database alone and
//! says it before anything is sent. Each reading of a router replaces what the one before found there.

use jiff::Timestamp;

use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql, sql_rows};

/// Why a closing would not cut a line off.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Obstacle {
    /// The line.
    pub customer_id: i64,
    /// The router that it was seen on.
    pub router_id: i64,
    /// The stable word for programs.
    pub code: String,
    /// What it is and what to do, in Indonesian.
    pub said_id: String,
    /// The same in English.
    pub said_en: String,
}

/// Replaces what was found on a router.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a router or customer.
pub async fn replace(tx: &mut Tx, router_id: i64, found: &[Obstacle], now: Timestamp) -> Result<()> {
    forget(tx, router_id).await?;
    sql_rows!(
        tx,
        execute,
        "INSERT INTO closing_obstacles (customer_id, router_id, code, said_id, said_en, seen_at) VALUES",
        "ON CONFLICT (customer_id) DO UPDATE SET router_id = excluded.router_id, code = excluded.code,
           said_id = excluded.said_id, said_en = excluded.said_en, seen_at = excluded.seen_at",
        found,
        |line| [
            line.customer_id,
            router_id,
            line.code.as_str(),
            line.said_id.as_str(),
            line.said_en.as_str(),
            now.held()
        ]
    );
    Ok(())
}

/// Forgets what was found on a router: it closes its lines another way now.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &mut Tx, router_id: i64) -> Result<()> {
    sql!(
        tx,
        execute,
        "DELETE FROM closing_obstacles WHERE router_id = $1",
        router_id
    )?;
    Ok(())
}

/// What was found at `since` or later, by line. What is older may be mended by now, and the line is tried.
///
/// # Errors
/// Whatever the database says.
pub async fn since(tx: &mut Tx, since: Timestamp) -> Result<Vec<Obstacle>> {
    sql!(
        tx,
        fetch_all::<Obstacle>,
        "SELECT customer_id, router_id, code, said_id, said_en FROM closing_obstacles WHERE seen_at >= $1
         ORDER BY customer_id",
        since.held()
    )
}
