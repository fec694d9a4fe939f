//! The addresses that somebody at a router has at this moment: PPP sessions, leases, and whoever answered on the network.
//! A pool that held one of them would give it out a second time.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use routeros_api::{Command, Row};

use crate::network::connections::Session;
use crate::network::failure::Failure;

/// By what an address is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A PPP session.
    Session,
    /// A lease of the DHCP server.
    Lease,
    /// An ARP entry, written or learned from a device.
    Arp,
}

/// An address that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressInUse {
    /// The address.
    pub address: Ipv4Addr,
    /// By what.
    pub by: Use,
    /// What the router calls whoever has it: the session's name, else the device.
    pub name: String,
}

/// The addresses in use, in their order and each once.
///
/// # Errors
/// Whatever keeps a list from being read. A router without a DHCP server's package has no leases.
pub(super) async fn read(session: &Session) -> Result<Vec<AddressInUse>, Failure> {
    let sessions = Command::new("/ppp/active/print").proplist(["name", "address"]);
    let leases = Command::new("/ip/dhcp-server/lease/print").proplist(["address", "mac-address", "disabled"]);
    let arp = Command::new("/ip/arp/print").proplist(["address", "mac-address", "disabled"]);
    let (sessions, leases, arp) =
        tokio::join!(session.call(sessions), session.call(leases), session.call(arp));
    let leases = match leases {
        Err(Failure::Router(error)) if error.is_no_such_command() => Vec::new(),
        leases => leases?.rows,
    };
    // One that is not complete belongs to a device that did not answer.
    let mut arp = arp?.rows;
    arp.retain(|row| row.get("mac-address").is_some_and(|mac| !mac.is_empty()));
    let mut found = BTreeMap::new();
    for (by, name, rows) in [
        (Use::Session, "name", &sessions?.rows),
        (Use::Lease, "mac-address", &leases),
        (Use::Arp, "mac-address", &arp),
    ] {
        for row in rows {
            if let Some(address) = address(row)? {
                found.entry(address).or_insert_with(|| AddressInUse {
                    address,
                    by,
                    name: row.get(name).unwrap_or_default().to_owned(),
                });
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The address of a row that is switched on; a lease on a whole pool has none.
fn address(row: &Row) -> Result<Option<Ipv4Addr>, Failure> {
    if row.flag("disabled")? {
        return Ok(None);
    }
    Ok(row.get("address").and_then(|address| address.parse().ok()))
}
