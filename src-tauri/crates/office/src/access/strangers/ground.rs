//! What the office has on a router, and where that stands: by this a stranger is told from a thing that no customer would
//! have.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use billing::ConnectionType;
use store::customers::Details;
use store::routers::Router;

use crate::network::Inventory;
use crate::onboarding::{is_closing_name, is_isolated};

/// The lines of a router's customers, by everything that a router may call them.
#[derive(Debug, Default)]
pub(in crate::access) struct Known {
    pub secrets: HashSet<String>,
    pub users: HashSet<String>,
    addresses: HashSet<String>,
    devices: HashSet<String>,
    kinds: Vec<ConnectionType>,
}

impl Known {
    /// Notes a customer's line.
    pub(in crate::access) fn note(&mut self, details: &Details) {
        let kind = details.connection_type;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        // A hotspot user's name stands in the same field and says nothing about a secret.
        let names = match kind {
            ConnectionType::Hotspot => &mut self.users,
            _ => &mut self.secrets,
        };
        names.extend(details.pppoe_username.clone());
        self.addresses.extend(details.static_ip.clone());
        self.devices
            .extend(details.mac_address.as_deref().map(str::to_ascii_uppercase));
    }

    /// Whether the office has a line of this kind there.
    pub(in crate::access) fn serves(&self, kind: ConnectionType) -> bool {
        self.kinds.contains(&kind)
    }

    fn has(&self, address: Option<&str>, device: Option<&str>) -> bool {
        address.is_some_and(|address| self.addresses.contains(address))
            || device.is_some_and(|device| self.devices.contains(&device.to_ascii_uppercase()))
    }
}

/// Where the office's lines stand.
pub(super) struct Ground<'a> {
    router: &'a Router,
    known: &'a Known,
    /// Addresses of which something was said already, or that are nobody's line.
    taken: HashSet<String>,
    /// The interfaces on which its fixed addresses are.
    pub interfaces: HashSet<&'a str>,
    /// The DHCP servers of its leases.
    pub servers: HashSet<&'a str>,
    /// The lists on which its addresses are and that close nobody.
    pub lists: HashSet<&'a str>,
}

impl<'a> Ground<'a> {
    pub(super) fn of(read: &'a Inventory, router: &'a Router, known: &'a Known) -> Ground<'a> {
        let mut ground = Ground {
            router,
            known,
            taken: read.own_addresses.iter().map(Ipv4Addr::to_string).collect(),
            interfaces: HashSet::new(),
            servers: HashSet::new(),
            lists: HashSet::new(),
        };
        // What a secret hands out is told of by the secret.
        let dialled = read
            .sessions
            .values()
            .filter_map(|session| session.address.clone());
        let of_secrets = read
            .secrets
            .iter()
            .filter_map(|secret| secret.remote_address.clone());
        ground.taken.extend(dialled.chain(of_secrets));
        let arp = read.arp.iter().chain(&read.learned);
        for entry in arp.filter(|it| known.has(Some(&it.address), it.mac_address.as_deref())) {
            ground.taken.insert(entry.address.clone());
            ground.interfaces.insert(&entry.interface);
        }
        let leases = read.leases.iter().chain(&read.leases_given);
        for lease in leases.filter(|it| known.has(it.address.as_deref(), it.mac_address.as_deref())) {
            ground.taken.extend(lease.address.clone());
            ground.servers.insert(&lease.server);
        }
        if !known.serves(ConnectionType::Static) {
            // The devices of other lines are seen here and there; no fixed address is sold.
            ground.interfaces.clear();
        }
        for (address, lists) in &read.listed {
            if known.addresses.contains(&address.to_string()) {
                let open = lists.iter().filter(|list| !is_closed_list(list, router));
                ground.lists.extend(open.map(String::as_str));
            }
        }
        ground
    }

    /// Whether nothing was said of this address and this device yet; from now on it was.
    pub(super) fn take(&mut self, address: Option<&str>, device: Option<&str>) -> bool {
        if self.known.has(address, device) {
            return false;
        }
        address.is_none_or(|address| self.taken.insert(address.to_owned()))
    }

    pub(super) fn is_closed_list(&self, list: &str) -> bool {
        is_closed_list(list, self.router)
    }
}

/// Whether who stands on this list is closed: our own, one that an import found, or one that is called so.
fn is_closed_list(list: &str, router: &Router) -> bool {
    list == Inventory::OUR_LIST
        || router.closed_marks.lists.iter().any(|marked| marked == list)
        || is_isolated(list, router)
        || is_closing_name(list)
}
