//! What may limit a fixed address that has no queue for it alone: a queue for several addresses, for a network or an
//! interface on which it is, one that the router made by itself, or marks with which a queue tree deals. How much that leaves
//! to one line cannot be told, so such a line is not called unlimited.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use routeros_api::{Command, Query};

use super::queue::MENU;
use crate::network::connections::Session;
use crate::network::failure::Failure;

const TREE: &str = "/queue/tree";
/// Up to so many addresses are asked for by name beside what somebody wrote.
const BY_NAME: usize = 12;

/// The limits that are not for one line's address alone.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// First and last address of a network.
    networks: Vec<(Ipv4Addr, Ipv4Addr)>,
    interfaces: HashSet<String>,
    /// Whether a queue tree is in use. What it limits stands in marks that may come from anywhere.
    tree: bool,
}

impl Around {
    /// Reads them, for these addresses.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(super) async fn read(session: &Session, addresses: &[&str]) -> Result<Around, Failure> {
        let mut queues = Command::new(format!("{MENU}/print")).proplist(["target", "disabled"]);
        if addresses.len() <= BY_NAME {
            // What the router makes by itself, a queue for each session, would be most of the answer.
            let of_these = addresses
                .iter()
                .map(|address| Query::equals("target", &format!("{address}/32")));
            queues = queues.query(Query::any(of_these.chain([Query::equals("dynamic", "false")])));
        }
        let tree = Command::new(format!("{TREE}/print")).proplist(["name", "disabled"]);
        let (queues, tree) = tokio::join!(session.call(queues), session.call(tree));
        let mut around = Around::default();
        for row in &queues?.rows {
            if !row.flag("disabled")? {
                around.note(row.get("target").unwrap_or_default());
            }
        }
        let tree = match tree {
            Err(Failure::Router(error)) if error.is_no_such_command() => Vec::new(),
            tree => tree?.rows,
        };
        for row in &tree {
            around.tree |= !row.flag("disabled")?;
        }
        Ok(around)
    }

    /// Notes what a queue is for; without a target it is for everything.
    fn note(&mut self, target: &str) {
        for target in target.split(',').map(str::trim) {
            if let Some(network) = network(target) {
                self.networks.push(network);
            } else if !target.contains(':') {
                self.interfaces.insert(target.to_owned());
            }
        }
    }

    /// Whether one of them may limit this address, which is on this interface.
    pub(super) fn limits(&self, address: &str, interface: Option<&str>) -> bool {
        let Ok(address) = address.parse::<Ipv4Addr>() else {
            return true;
        };
        self.tree
            || self
                .networks
                .iter()
                .any(|(first, last)| (first..=last).contains(&&address))
            || interface.is_some_and(|interface| self.interfaces.contains(interface))
    }
}

/// First and last address of `10.0.0.0/24`, of a single address, or of nothing, which is everything.
fn network(target: &str) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if target.is_empty() {
        return Some((Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST));
    }
    let (address, length) = target.split_once('/').unwrap_or((target, "32"));
    let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
    let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
    let first = u32::from(address.parse::<Ipv4Addr>().ok()?) & !hosts;
    Some((first.into(), (first | hosts).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_for_a_network_several_addresses_or_the_interface_may_limit_an_address() {
        let limits = |target: &str| {
            let mut around = Around::default();
            around.note(target);
            around.limits("10.5.0.7", Some("bridge1"))
        };
        for target in [
            "10.5.0.0/24",
            "10.9.0.1/32,10.5.0.7/32",
            "10.5.0.7",
            "0.0.0.0/0",
            "bridge1",
            "",
        ] {
            assert!(limits(target), "{target}");
        }
        for target in [
            "10.5.1.0/24",
            "10.5.0.8/32",
            "ether2",
            "<pppoe-budi>",
            "2001:db8::/32",
        ] {
            assert!(!limits(target), "{target}");
        }
    }
}
