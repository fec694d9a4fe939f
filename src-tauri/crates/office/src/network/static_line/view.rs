//! What a router has about fixed addresses at one moment: the written ARP entry and what was learned beside it, the place on
//! the isolation list, and whether either of the two closes anything there. Both ways are looked at whatever the router's
//! setting is, since a line may have been closed before that was changed.

use std::collections::{HashMap, HashSet};

use billing::{Access, Observed, StaticIsolation};
use routeros_api::Command;

use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::isolation_list::{self, Listed, Lists, Marked};
use crate::network::said::Said;
use crate::network::{arp_check, reading};

/// A written ARP entry.
#[derive(Clone, Debug)]
pub(in crate::network) struct Arp {
    pub id: String,
    pub interface: Option<String>,
    pub mac: Option<String>,
    pub comment: Option<String>,
    pub disabled: bool,
}

/// An entry that the router learned by itself.
#[derive(Clone, Debug)]
pub(in crate::network) struct Learned {
    pub interface: Option<String>,
    pub mac: Option<String>,
}

/// The ARP entries of one address.
#[derive(Clone, Debug, Default)]
pub(in crate::network) struct OfAddress {
    pub written: Option<Arp>,
    pub learned: Vec<Learned>,
}

/// What the router has about one line.
pub(super) struct There {
    pub arp: Option<Arp>,
    pub listed: Option<Listed>,
    pub marked: Vec<Marked>,
    pub said: Said,
}

/// What the router has about the addresses at one moment.
pub(in crate::network) struct View {
    how: StaticIsolation,
    arp: HashMap<String, OfAddress>,
    lists: Lists,
    learning: HashSet<String>,
    is_matched: bool,
}

impl View {
    /// Reads what the router has about these addresses, and about all where none is named.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(in crate::network) async fn read(session: &Session, addresses: &[&str]) -> Result<View, Failure> {
        let (arp, lists, learning, is_matched) = tokio::join!(
            arp(session, addresses),
            Lists::read(session),
            arp_check::learning_interfaces(session),
            isolation_list::is_matched(session),
        );
        Ok(View {
            how: session.router.details.static_isolation,
            arp: arp?,
            lists: lists?,
            learning,
            is_matched,
        })
    }

    /// Reads the entries of these addresses again; what stands around them is taken to be as it was a moment ago.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(super) async fn again(&self, session: &Session, addresses: &[&str]) -> Result<View, Failure> {
        let (arp, lists) = tokio::join!(arp(session, addresses), Lists::read(session));
        Ok(View {
            how: self.how,
            arp: arp?,
            lists: lists?,
            learning: self.learning.clone(),
            is_matched: self.is_matched,
        })
    }

    /// What the router says about an address.
    ///
    /// # Errors
    /// [`Failure::MissingArp`].
    pub(in crate::network) fn about(&self, address: &str) -> Result<Said, Failure> {
        self.there(address).map(|there| there.said)
    }

    pub(super) fn there(&self, address: &str) -> Result<There, Failure> {
        let of_address = self.arp.get(address);
        let arp = of_address.and_then(|entries| entries.written.clone());
        // What somebody else listed for a purpose of his own closes nobody here unless a rule says so.
        let counts =
            |entry: &&Listed| entry.is_ours || self.is_matched || self.how == StaticIsolation::AddressList;
        let listed = self.lists.ours.get(address).filter(counts).cloned();
        let marked = self.lists.marked(address).to_vec();
        let on_a_list = listed.is_some() || !marked.is_empty();
        if self.how == StaticIsolation::ArpDisable && of_address.is_none() && !on_a_list {
            return Err(Failure::MissingArp(address.to_owned()));
        }
        let said = Said::Address {
            disabled: arp.as_ref().is_some_and(|arp| arp.disabled),
            listed: listed.is_some(),
            marked: isolation_list::names(&marked),
        };
        Ok(There {
            arp,
            listed,
            marked,
            said,
        })
    }

    /// The comment of the entry that somebody wrote for an address.
    pub(in crate::network) fn comment(&self, address: &str) -> Option<&str> {
        self.written(address)?.comment.as_deref()
    }

    /// The entry that somebody wrote for an address.
    pub(in crate::network) fn written(&self, address: &str) -> Option<&Arp> {
        self.arp.get(address)?.written.as_ref()
    }

    /// Why the entry of an address cannot be switched off.
    pub(super) fn nothing_to_switch(&self, address: &str) -> Failure {
        match self.arp.get(address) {
            Some(_) => Failure::DynamicArp(address.to_owned()),
            None => Failure::MissingArp(address.to_owned()),
        }
    }

    /// What it means for the customer that the router says this about the address.
    pub(in crate::network) fn observed(&self, address: &str, said: &Said) -> Observed {
        let Said::Address {
            disabled,
            listed,
            marked,
        } = said
        else {
            return said.observed("");
        };
        let is_cut = *disabled && self.learns(address).is_none();
        // That the office's own lists close lines is what was found, or said, when they were marked.
        if is_cut || (*listed && self.is_matched) || !marked.is_empty() {
            Observed::Closed
        } else {
            Observed::Open
        }
    }

    /// Why what the router says about a line that is to be closed does not close it.
    pub(super) fn obstacle(&self, address: &str, said: &Said) -> Option<Obstacle> {
        if self.observed(address, said) == Observed::Closed {
            return None;
        }
        Some(match self.how {
            StaticIsolation::AddressList => isolation_list::unmatched(),
            StaticIsolation::ArpDisable => {
                let interface = self.learns(address).unwrap_or("?");
                if self.learning.contains(interface) {
                    arp_check::learns(interface, address)
                } else {
                    arp_check::still_learned(interface, address)
                }
            }
        })
    }

    /// Why a closing of this line would not close it, where that is known before anything is sent.
    pub(in crate::network) fn in_the_way(&self, address: &str) -> Option<Obstacle> {
        let there = self.there(address).ok()?;
        if self.how == StaticIsolation::ArpDisable && there.arp.is_none() {
            return None;
        }
        self.obstacle(address, &Said::of_static(Access::Closed, self.how, &there.said))
    }

    /// The interface on which the address is learned, or would be as soon as its written entry is switched off.
    fn learns(&self, address: &str) -> Option<&str> {
        let entries = self.arp.get(address)?;
        let written = entries.written.as_ref().and_then(|arp| arp.interface.as_deref());
        if let Some(interface) = written.filter(|interface| self.learning.contains(*interface)) {
            return Some(interface);
        }
        let learned = entries.learned.first()?;
        Some(learned.interface.as_deref().unwrap_or("?"))
    }
}

/// The ARP entries of these addresses, and of all where none is named.
///
/// # Errors
/// Any [`Failure`] of reading.
pub(in crate::network) async fn arp(
    session: &Session,
    addresses: &[&str],
) -> Result<HashMap<String, OfAddress>, Failure> {
    let command = Command::new("/ip/arp/print").proplist([
        ".id",
        "address",
        "mac-address",
        "interface",
        "comment",
        "disabled",
        "dynamic",
    ]);
    let reply = session
        .call(reading::narrowed(command, "address", Some(addresses)))
        .await?;
    let mut entries: HashMap<String, OfAddress> = HashMap::new();
    for row in &reply.rows {
        let entry = entries.entry(row.require("address")?.to_owned()).or_default();
        let interface = reading::text(row, "interface");
        let mac = reading::text(row, "mac-address");
        if row.flag("dynamic")? {
            // One that is not complete belongs to a device that did not answer.
            if mac.is_some() && !row.flag("disabled")? {
                entry.learned.push(Learned { interface, mac });
            }
            continue;
        }
        entry.written = Some(Arp {
            id: row.require(".id")?.to_owned(),
            interface,
            mac,
            comment: reading::text(row, "comment"),
            disabled: row.flag("disabled")?,
        });
    }
    entries.retain(|_, entry| entry.written.is_some() || !entry.learned.is_empty());
    Ok(entries)
}
