//! Where a new entry belongs on a router: the interface of an address and the DHCP server behind it, by the router's own
//! networks, else by the neighbours that stand there already. Where that is not clear nothing is guessed.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use routeros_api::{Command, Query};

use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};

/// The interface of an address: where it was seen, else whose network it is in, else where its neighbours are.
pub(super) async fn interface(session: &Session, address: &str, seen_on: &[&str]) -> Result<String, Failure> {
    let seen_on = seen_on.iter().copied().map(str::to_owned).collect();
    if let Some(interface) = only(seen_on) {
        return Ok(interface);
    }
    if let Some(interface) = of_network(session, address).await? {
        return Ok(interface);
    }
    let neighbours = neighbours(session, "/ip/arp", "interface", address).await?;
    only(neighbours).ok_or_else(|| {
        unplaced(
            "interface_unknown",
            format!(
                "Tidak jelas di antarmuka mana alamat {address} berada: tidak ada /ip/address router yang memuatnya. Tambahkan \
                 alamat router untuk jaringan itu, atau buat entri ARP-nya di router."
            ),
            format!(
                "It is not clear on which interface the address {address} is: no /ip/address of the router holds it. Add the \
                 router's address of that network, or make the ARP entry on the router."
            ),
        )
    })
}

/// The DHCP server of an address: the only one, else that of the address's interface, else that of its neighbours.
pub(super) async fn server(session: &Session, address: &str) -> Result<String, Failure> {
    let command = Command::new("/ip/dhcp-server/print")
        .proplist(["name", "interface"])
        .query(Query::equals("disabled", "false"));
    let rows = session.call(command).await?.rows;
    let names = |interface: Option<&str>| -> BTreeSet<String> {
        rows.iter()
            .filter(|row| interface.is_none() || row.get("interface") == interface)
            .filter_map(|row| row.get("name"))
            .map(str::to_owned)
            .collect()
    };
    if let Some(server) = only(names(None)) {
        return Ok(server);
    }
    if let Some(interface) = of_network(session, address).await?
        && let Some(server) = only(names(Some(&interface)))
    {
        return Ok(server);
    }
    let neighbours = neighbours(session, "/ip/dhcp-server/lease", "server", address).await?;
    only(neighbours).ok_or_else(|| {
        unplaced(
            "dhcp_server_unknown",
            format!(
                "Tidak jelas server DHCP mana yang melayani {address}. Buat lease statisnya di router, atau tambahkan alamat router \
                 untuk jaringan itu."
            ),
            format!(
                "It is not clear which DHCP server serves {address}. Make the static lease on the router, or add the \
                 router's address of that network."
            ),
        )
    })
}

/// The interface whose network holds the address; the smallest network where several do.
async fn of_network(session: &Session, address: &str) -> Result<Option<String>, Failure> {
    let command = Command::new("/ip/address/print").proplist(["address", "interface", "disabled"]);
    let mut best: Option<(u32, BTreeSet<String>)> = None;
    for row in &session.call(command).await?.rows {
        let (Some(network), Some(interface)) = (row.get("address"), row.get("interface")) else {
            continue;
        };
        let Some(length) = holds(network, address).filter(|_| row.flag("disabled") != Ok(true)) else {
            continue;
        };
        match &mut best {
            Some((longest, interfaces)) if *longest == length => {
                interfaces.insert(interface.to_owned());
            }
            Some((longest, _)) if *longest > length => {}
            _ => best = Some((length, BTreeSet::from([interface.to_owned()]))),
        }
    }
    Ok(best.and_then(|(_, interfaces)| only(interfaces)))
}

/// The length of a network's prefix where it holds the address.
fn holds(network: &str, address: &str) -> Option<u32> {
    let (host, length) = network.split_once('/')?;
    let (host, address): (Ipv4Addr, Ipv4Addr) = (host.parse().ok()?, address.parse().ok()?);
    let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    (u32::from(host) & mask == u32::from(address) & mask).then_some(length)
}

/// What the written entries around an address have in a field.
async fn neighbours(
    session: &Session,
    menu: &str,
    field: &str,
    address: &str,
) -> Result<BTreeSet<String>, Failure> {
    let command = Command::new(format!("{menu}/print"))
        .proplist(["address", field])
        .query(Query::equals("dynamic", "false"));
    let around = format!("{address}/24");
    Ok(session
        .call(command)
        .await?
        .rows
        .iter()
        .filter(|row| {
            row.get("address")
                .is_some_and(|neighbour| holds(&around, neighbour).is_some())
        })
        .filter_map(|row| row.get(field))
        .map(str::to_owned)
        .collect())
}

fn only(some: BTreeSet<String>) -> Option<String> {
    let mut some = some.into_iter();
    some.next().filter(|_| some.next().is_none())
}

fn unplaced(code: &'static str, id: String, en: String) -> Failure {
    Failure::Unplaced(Obstacle {
        code,
        sentence: Sentence::new(id, en),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_own_addresses_and_no_others() {
        assert_eq!(holds("192.168.10.1/24", "192.168.10.7"), Some(24));
        assert_eq!(holds("192.168.10.1/24", "192.168.11.7"), None);
        assert_eq!(holds("0.0.0.0/0", "192.168.11.7"), Some(0));
        assert_eq!(holds("10.0.0.1", "10.0.0.1"), None);
        assert_eq!(holds("10.0.0.1/33", "10.0.0.1"), None);
    }
}
