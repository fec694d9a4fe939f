//! Who has a fixed address: what a page that sees only an address asks.

use super::Customer;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// The lines in service with this fixed address, on any router, by id. An address is unique on a router only, and so is
/// its index: routers are gone through first, which `CROSS JOIN` says to SQLite.
///
/// # Errors
/// Whatever the database says.
pub async fn with_address(tx: &mut Tx, address: &str) -> Result<Vec<Customer>> {
    sql!(
        tx,
        fetch_all::<Customer>,
        "SELECT c.* FROM routers r CROSS JOIN customers c
         WHERE c.router_id = r.id AND c.static_ip = $1 AND c.status <> 'terminated' ORDER BY c.id",
        address
    )
}
