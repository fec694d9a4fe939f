//! What stands on a router and belongs to no customer, of every kind of line: secrets, hotspot users, ARP entries, leases,
//! and addresses of which only a queue or a list tells. Routers are full of things that are nobody's line, so a kind other
//! than PPPoE is told of only where the office serves by it: on the interfaces, servers and lists of its own lines, or
//! where the router limits the address like a sold one. The router's own addresses, vouchers, and what is called like a
//! server or a device of the office are left out. Nothing is asked here and nothing decided.

mod ground;

use std::collections::HashMap;
use std::net::Ipv4Addr;

use billing::{ConnectionType, Rupiah};
use routeros_api::RateLimit;
use serde::Serialize;
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::worths::Worths;
use crate::network::{Inventory, ProfileSeen};
use crate::onboarding::{is_closing_name, is_isolated, is_voucher, not_a_customer};

use ground::Ground;
pub(super) use ground::Known;

billing::text_enum! {
    /// Where on a router something stands that no customer has.
    pub enum StrangerKind as "stranger" {
        /// A PPP secret that PPPoE dials; one of a tunnel is left out.
        Secret => "secret",
        /// A hotspot user.
        HotspotUser => "hotspot_user",
        /// An ARP entry that somebody wrote.
        Arp => "arp",
        /// A lease that somebody made static.
        Lease => "lease",
        /// A lease that comes and goes, in use now, of a server that serves customers.
        LeaseGiven => "lease_given",
        /// An address that the router learned on an interface of customers.
        ArpLearned => "arp_learned",
        /// A simple queue for one address.
        Queue => "queue",
        /// An address on a list of the firewall on which customers stand.
        AddressList => "address_list",
    }
}

/// Something on a router that no customer has.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stranger {
    /// Where it stands.
    pub kind: StrangerKind,
    /// What kind of line it would be.
    pub connection_type: ConnectionType,
    /// What the router calls it: a name, else an address or a device.
    pub name: String,
    /// Its address; for a secret the one that it always gets.
    pub address: Option<String>,
    /// Its device's MAC address.
    pub mac_address: Option<String>,
    /// The interface, the DHCP server or the list.
    pub place: Option<String>,
    /// Its profile, of secrets and hotspot users.
    pub profile: Option<String>,
    /// What limits it, upload/download in the router's spelling.
    pub rate_limit: Option<String>,
    /// Its comment, or what the device of a lease calls itself.
    pub comment: Option<String>,
    /// Whether it lets somebody in: switched on, and closed by no profile, block or list.
    pub live: bool,
    /// Whether it is online now.
    pub online: bool,
    /// When the last session of a secret ended, by the router's clock.
    #[schema(value_type = Option<String>)]
    pub last_logged_out: Option<jiff::civil::DateTime>,
    /// The package of its profile or its speed.
    pub package_id: Option<i64>,
    /// What the package costs a month, rupiah; `null` where no package fits.
    pub worth: Option<Rupiah>,
}

/// Everything on a router that is nobody's, by kind and name.
pub(super) fn strangers(read: &Inventory, router: &Router, known: &Known, worths: &Worths) -> Vec<Stranger> {
    let mut search = Search {
        read,
        router,
        known,
        worths,
        ground: Ground::of(read, router, known),
    };
    let mut found = search.secrets();
    found.extend(search.users());
    found.extend(search.written());
    found.extend(search.leases());
    found.extend(search.given());
    found.extend(search.learned());
    found.extend(search.queues());
    found.extend(search.lists());
    found.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| order(a).cmp(&order(b))));
    found
}

/// Addresses in the order of their numbers, names in that of their letters.
fn order(stranger: &Stranger) -> (Option<Ipv4Addr>, &str) {
    (stranger.name.parse().ok(), &stranger.name)
}

struct Search<'a> {
    read: &'a Inventory,
    router: &'a Router,
    known: &'a Known,
    worths: &'a Worths,
    ground: Ground<'a>,
}

impl Search<'_> {
    fn secrets(&self) -> Vec<Stranger> {
        let limits = limits(&self.read.profiles);
        let nobodys = self
            .read
            .secrets
            .iter()
            // A tunnel is nobody's line; the import leaves it out too.
            .filter(|secret| matches!(secret.service.as_str(), "pppoe" | "any"))
            .filter(|secret| !self.known.secrets.contains(&secret.name));
        nobodys
            .map(|secret| {
                let rate = limits.get(secret.profile.as_str()).copied().flatten();
                let closed = secret.disabled || self.is_closed_profile(&secret.profile);
                self.valued(Stranger {
                    address: secret.remote_address.clone(),
                    profile: Some(secret.profile.clone()),
                    rate_limit: rate.map(str::to_owned),
                    comment: secret.comment.clone(),
                    live: !closed,
                    online: self.read.sessions.contains_key(&secret.name),
                    last_logged_out: secret.last_logged_out,
                    ..blank(StrangerKind::Secret, ConnectionType::Pppoe, &secret.name)
                })
            })
            .collect()
    }

    fn users(&self) -> Vec<Stranger> {
        let limits = limits(&self.read.hotspot_profiles);
        let mut found = Vec::new();
        for user in &self.read.hotspot_users {
            let online = self.read.hotspot_online.contains(&user.name);
            let comment = user.comment.as_deref();
            let is_nobodys = user.runs_out
                || comment.is_some_and(is_voucher)
                || not_a_customer(&[Some(&user.name), comment]).is_some();
            // Where the office sells no hotspot lines, only one that is used tells that somebody does.
            if is_nobodys
                || self.known.users.contains(&user.name)
                || !(online || self.known.serves(ConnectionType::Hotspot))
            {
                continue;
            }
            let rate = limits.get(user.profile.as_str()).copied().flatten();
            found.push(self.valued(Stranger {
                mac_address: user.mac_address.clone(),
                profile: Some(user.profile.clone()),
                rate_limit: rate.map(str::to_owned),
                comment: user.comment.clone(),
                live: !user.disabled && !self.is_closed_profile(&user.profile),
                online,
                ..blank(StrangerKind::HotspotUser, ConnectionType::Hotspot, &user.name)
            }));
        }
        found
    }

    fn written(&mut self) -> Vec<Stranger> {
        let mut found = Vec::new();
        for entry in &self.read.arp {
            let comment = entry.comment.as_deref();
            let is_sold = self.ground.interfaces.contains(entry.interface.as_str())
                || self.read.queues.contains_key(&entry.address);
            if !is_sold
                || not_a_customer(&[comment]).is_some()
                || !self
                    .ground
                    .take(Some(&entry.address), entry.mac_address.as_deref())
            {
                continue;
            }
            found.push(self.of_address(
                Stranger {
                    mac_address: entry.mac_address.clone(),
                    place: Some(entry.interface.clone()),
                    comment: entry.comment.clone(),
                    live: !entry.disabled,
                    online: entry.complete && !entry.disabled,
                    ..blank(StrangerKind::Arp, ConnectionType::Static, &entry.address)
                },
                &entry.address,
            ));
        }
        found
    }

    fn leases(&mut self) -> Vec<Stranger> {
        let read = self.read;
        let found = read.leases.iter().filter_map(|lease| {
            let limited = lease.rate_limit.is_some()
                || lease
                    .address
                    .as_ref()
                    .is_some_and(|address| read.queues.contains_key(address));
            let is_sold = limited || self.ground.servers.contains(lease.server.as_str());
            self.lease(StrangerKind::Lease, lease, is_sold)
        });
        found.collect()
    }

    fn given(&mut self) -> Vec<Stranger> {
        let read = self.read;
        let found = read.leases_given.iter().filter_map(|lease| {
            let is_sold = self.ground.servers.contains(lease.server.as_str());
            self.lease(StrangerKind::LeaseGiven, lease, is_sold)
        });
        found.collect()
    }

    fn lease(
        &mut self,
        kind: StrangerKind,
        lease: &crate::network::Lease,
        is_sold: bool,
    ) -> Option<Stranger> {
        let (address, mac) = (lease.address.as_deref(), lease.mac_address.as_deref());
        let name = address.or(mac)?;
        let (comment, host) = (lease.comment.as_deref(), lease.host_name.as_deref());
        if !is_sold || not_a_customer(&[comment, host]).is_some() || !self.ground.take(address, mac) {
            return None;
        }
        let closed = lease
            .address_lists
            .iter()
            .any(|list| self.ground.is_closed_list(list));
        let stranger = Stranger {
            mac_address: lease.mac_address.clone(),
            place: Some(lease.server.clone()).filter(|server| !server.is_empty()),
            rate_limit: lease.rate_limit.clone(),
            comment: comment.or(host).map(str::to_owned),
            live: !(lease.disabled || lease.blocked || closed),
            online: lease.bound,
            ..blank(kind, ConnectionType::Dhcp, name)
        };
        Some(self.of_address(stranger, address.unwrap_or_default()))
    }

    fn learned(&mut self) -> Vec<Stranger> {
        let mut found = Vec::new();
        for entry in &self.read.learned {
            if !self.ground.interfaces.contains(entry.interface.as_str())
                || !self
                    .ground
                    .take(Some(&entry.address), entry.mac_address.as_deref())
            {
                continue;
            }
            found.push(self.of_address(
                Stranger {
                    mac_address: entry.mac_address.clone(),
                    place: Some(entry.interface.clone()),
                    live: true,
                    online: entry.complete,
                    ..blank(StrangerKind::ArpLearned, ConnectionType::Static, &entry.address)
                },
                &entry.address,
            ));
        }
        found
    }

    /// A queue for an address that has no other entry was sold to somebody, where the office sells addresses.
    fn queues(&mut self) -> Vec<Stranger> {
        let mut found = Vec::new();
        if !self.known.serves(ConnectionType::Static) && !self.known.serves(ConnectionType::Dhcp) {
            return found;
        }
        for (address, queue) in &self.read.queues {
            let texts = [queue.name.as_deref(), queue.comment.as_deref()];
            if not_a_customer(&texts).is_some() || !self.ground.take(Some(address), None) {
                continue;
            }
            found.push(self.of_address(
                Stranger {
                    comment: queue.comment.clone().or_else(|| queue.name.clone()),
                    live: true,
                    ..blank(StrangerKind::Queue, ConnectionType::Static, address)
                },
                address,
            ));
        }
        found
    }

    fn lists(&mut self) -> Vec<Stranger> {
        let mut found = Vec::new();
        for (address, lists) in &self.read.listed {
            let Some(list) = lists
                .iter()
                .find(|list| self.ground.lists.contains(list.as_str()))
            else {
                continue;
            };
            let comment = self.read.listed_comments.get(address);
            let name = address.to_string();
            if not_a_customer(&[comment.map(String::as_str)]).is_some()
                || !self.ground.take(Some(&name), None)
            {
                continue;
            }
            found.push(self.of_address(
                Stranger {
                    place: Some(list.clone()),
                    comment: comment.cloned(),
                    live: true,
                    ..blank(StrangerKind::AddressList, ConnectionType::Static, &name)
                },
                &name,
            ));
        }
        found
    }

    /// With what the queue and the lists of its address tell.
    fn of_address(&self, mut stranger: Stranger, address: &str) -> Stranger {
        let lists = address
            .parse::<Ipv4Addr>()
            .ok()
            .and_then(|address| self.read.listed.get(&address));
        let is_closed = lists
            .into_iter()
            .flatten()
            .any(|list| self.ground.is_closed_list(list));
        stranger.live &= !is_closed;
        stranger.address = Some(address.to_owned()).filter(|address| !address.is_empty());
        if stranger.rate_limit.is_none() {
            stranger.rate_limit = self.read.queues.get(address).map(|queue| queue.limit.to_string());
        }
        self.valued(stranger)
    }

    fn valued(&self, mut stranger: Stranger) -> Stranger {
        let limit: Option<RateLimit> = stranger
            .rate_limit
            .as_deref()
            .and_then(|limit| limit.parse().ok());
        let package = self.worths.package(stranger.profile.as_deref(), limit);
        (stranger.package_id, stranger.worth) = package.unzip();
        stranger
    }

    fn is_closed_profile(&self, profile: &str) -> bool {
        is_isolated(profile, self.router) || is_closing_name(profile)
    }
}

fn blank(kind: StrangerKind, connection_type: ConnectionType, name: &str) -> Stranger {
    Stranger {
        kind,
        connection_type,
        name: name.to_owned(),
        address: None,
        mac_address: None,
        place: None,
        profile: None,
        rate_limit: None,
        comment: None,
        live: false,
        online: false,
        last_logged_out: None,
        package_id: None,
        worth: None,
    }
}

fn limits(profiles: &[ProfileSeen]) -> HashMap<&str, Option<&str>> {
    profiles
        .iter()
        .map(|profile| (profile.name.as_str(), profile.rate_limit.as_deref()))
        .collect()
}
