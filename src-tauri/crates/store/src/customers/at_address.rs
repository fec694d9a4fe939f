//! Who is where: at an address, as a page asks that sees nothing else, with a device, at a router.

use super::Customer;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// The lines in service that have a fixed address, by id.
///
/// # Errors
/// Whatever the database says.
pub async fn all_with_address(tx: &mut Tx) -> Result<Vec<Customer>> {
    sql!(
        tx,
        fetch_all::<Customer>,
        "SELECT * FROM customers WHERE static_ip IS NOT NULL AND status <> 'terminated' ORDER BY id"
    )
}

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

/// The lines in service on a router with this fixed address, or with this device by DHCP, by id. What is `None` is not
/// looked for.
///
/// # Errors
/// Whatever the database says.
pub async fn with_line(
    tx: &mut Tx,
    router_id: i64,
    address: Option<&str>,
    mac: Option<&str>,
) -> Result<Vec<Customer>> {
    sql!(
        tx,
        fetch_all::<Customer>,
        "SELECT * FROM customers
         WHERE router_id = $1 AND status <> 'terminated'
           AND (static_ip = $2 OR (connection_type = 'dhcp' AND mac_address = $3)) ORDER BY id",
        router_id,
        address,
        mac
    )
}

/// The numbers of the customers who are served at a router.
///
/// # Errors
/// Whatever the database says.
pub async fn served_at(tx: &mut Tx, router_id: i64) -> Result<Vec<String>> {
    let numbers = sql!(
        tx,
        fetch_all::<(String,)>,
        "SELECT customer_no FROM customers
         WHERE router_id = $1 AND status NOT IN ('pending', 'terminated') ORDER BY id",
        router_id
    )?;
    Ok(numbers.into_iter().map(|(number,)| number).collect())
}
