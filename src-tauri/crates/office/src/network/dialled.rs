//! Who is behind an address at this moment: the names of the PPP sessions that have it. A few addresses are asked for by
//! themselves, since a router may have ten thousand sessions and is asked again and again.

use std::net::Ipv4Addr;

use routeros_api::{Command, Query};

use crate::network::connections::Session;
use crate::network::failure::Failure;

/// Up to so many addresses are asked for by themselves.
const BY_ADDRESS: usize = 24;

/// The sessions that have one of these addresses: address and name.
///
/// # Errors
/// When the router cannot be read; nothing is known about any of the addresses then.
pub(crate) async fn dialled(
    session: &Session,
    addresses: &[Ipv4Addr],
) -> Result<Vec<(Ipv4Addr, String)>, Failure> {
    let mut command = Command::new("/ppp/active/print").proplist(["name", "address"]);
    if addresses.len() <= BY_ADDRESS {
        let asked = addresses.iter().map(ToString::to_string);
        command = command.query(Query::any(
            asked.map(|address| Query::equals("address", &address)),
        ));
    }
    let reply = session.call(command).await?;
    let mut found = Vec::new();
    for row in &reply.rows {
        // A session that is just coming up has no address yet, and an IPv6 one is nobody's here.
        let Some(address) = row.get("address").and_then(|text| text.parse().ok()) else {
            continue;
        };
        if addresses.contains(&address) {
            found.push((address, row.require("name")?.to_owned()));
        }
    }
    Ok(found)
}
