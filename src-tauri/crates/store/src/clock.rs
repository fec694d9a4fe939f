//! The database's own clock, for leases: desks whose clocks differ must agree on who holds what. Everything else is dated
//! by the caller.

use crate::error::Result;
use crate::transaction::{Tx, sql};

/// The database's time in epoch milliseconds, as of this statement.
pub(crate) async fn now(tx: &mut Tx) -> Result<i64> {
    // No way to ask for the time is common to both engines.
    let text = if tx.is_postgres() {
        "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    } else {
        "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
    Ok(sql!(tx, fetch_one::<(i64,)>, text)?.0)
}

/// The end of a lease that begins now.
pub(crate) async fn until(tx: &mut Tx, lease: std::time::Duration) -> Result<i64> {
    Ok(now(tx)
        .await?
        .saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX)))
}
