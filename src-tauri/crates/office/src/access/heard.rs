//! Whether a router ever heard of a line, as far as it remembers: a secret keeps when its last session ended, a hotspot user
//! how long he was logged in, a lease when its device was last seen. An ARP entry keeps nothing: it says whether the device
//! answers now. Where a router says neither, nothing is said of the line.

use std::collections::{HashMap, HashSet};

use billing::{ConnectionType, StaticIsolation};
use store::customers::Details;
use store::routers::Router;

use crate::network::{ArpEntry, HotspotUser, Inventory, Lease};

/// What a router remembers of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// It was online, or is; or nobody can tell.
    Sometime,
    /// The router has it and never saw it online.
    Never,
    /// The router does not have it.
    NotThere,
}

/// What a router remembers.
pub(super) struct Sessions<'a> {
    read: &'a Inventory,
    by_arp: bool,
    /// Whether the secret of this name had a session.
    secrets: HashMap<&'a str, bool>,
    users: HashMap<&'a str, &'a HotspotUser>,
    arp: HashMap<&'a str, &'a ArpEntry>,
    learned: HashSet<&'a str>,
    leases: HashMap<String, Vec<&'a Lease>>,
}

impl<'a> Sessions<'a> {
    pub(super) fn of(read: &'a Inventory, router: &Router) -> Sessions<'a> {
        let mut leases: HashMap<String, Vec<&Lease>> = HashMap::new();
        for lease in read.leases.iter().chain(&read.leases_given) {
            let device = lease.mac_address.as_deref().map(str::to_ascii_uppercase);
            for key in device.into_iter().chain(lease.address.clone()) {
                leases.entry(key).or_default().push(lease);
            }
        }
        let secrets = read
            .secrets
            .iter()
            .map(|secret| (secret.name.as_str(), secret.last_logged_out.is_some()));
        Sessions {
            read,
            by_arp: router.details.static_isolation == StaticIsolation::ArpDisable,
            secrets: secrets.collect(),
            users: read
                .hotspot_users
                .iter()
                .map(|user| (user.name.as_str(), user))
                .collect(),
            arp: read
                .arp
                .iter()
                .map(|entry| (entry.address.as_str(), entry))
                .collect(),
            learned: read.learned.iter().map(|entry| entry.address.as_str()).collect(),
            leases,
        }
    }

    /// What the line of this record is called on the router, and what the router remembers of it; nothing where the record
    /// does not say which line it is.
    pub(super) fn heard<'d>(&self, details: &'d Details) -> Option<(&'d str, Heard)> {
        let (name, address) = (details.pppoe_username.as_deref(), details.static_ip.as_deref());
        match details.connection_type {
            ConnectionType::Pppoe => name.map(|name| (name, self.secret(name))),
            ConnectionType::Hotspot => name.map(|name| (name, self.user(name))),
            ConnectionType::Static => address.map(|address| (address, self.address(address))),
            ConnectionType::Dhcp => {
                let device = details.mac_address.as_deref();
                let line = device.or(address)?;
                Some((line, self.lease(device, address)))
            }
        }
    }

    fn secret(&self, name: &str) -> Heard {
        match self.secrets.get(name) {
            _ if self.read.sessions.contains_key(name) => Heard::Sometime,
            Some(true) => Heard::Sometime,
            Some(false) => Heard::Never,
            None => Heard::NotThere,
        }
    }

    fn user(&self, name: &str) -> Heard {
        match self.users.get(name) {
            _ if self.read.hotspot_online.contains(name) => Heard::Sometime,
            Some(user) if user.never_used => Heard::Never,
            Some(_) => Heard::Sometime,
            None => Heard::NotThere,
        }
    }

    fn lease(&self, device: Option<&str>, address: Option<&str>) -> Heard {
        let of_device = device.and_then(|device| self.leases.get(&device.to_ascii_uppercase()));
        let leases = of_device.or_else(|| self.leases.get(address?));
        match leases.map(Vec::as_slice) {
            None | Some([]) => Heard::NotThere,
            Some(leases) if leases.iter().all(|lease| lease.never_seen && !lease.bound) => Heard::Never,
            Some(_) => Heard::Sometime,
        }
    }

    fn address(&self, address: &str) -> Heard {
        match self.arp.get(address) {
            _ if self.learned.contains(address) => Heard::Sometime,
            Some(entry) if entry.unanswered && !entry.disabled => Heard::Never,
            Some(_) => Heard::Sometime,
            // Where lists close lines an address needs no entry.
            None if self.by_arp => Heard::NotThere,
            None => Heard::Sometime,
        }
    }
}
