//! What a test looks at: the router as it is, past what its API shows, and what it was asked.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::handle::RunningRouter;
use super::network::Secret;
use super::sessions::{Dropped, Session};
use super::table::{Item, Table, written_id};

/// An entry of `/ip/arp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArpEntry {
    /// The `.id`.
    pub id: String,
    /// Address.
    pub address: String,
    /// MAC address.
    pub mac_address: String,
    /// Interface.
    pub interface: String,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether the router learned it by itself.
    pub dynamic: bool,
}

/// What a router was asked, since it was switched on or the log was cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLog {
    /// How often each command word came. At most 512 different words are counted.
    pub counts: BTreeMap<String, u64>,
    /// The last 4,096 commands with their attributes, passwords hidden.
    pub recent: Vec<String>,
    /// Connections that were accepted.
    pub connections: u64,
    /// Logins that succeeded.
    pub logins: u64,
    /// The most commands that were under way at once on one connection.
    pub most_under_way: usize,
}

impl CommandLog {
    /// How often a command came.
    #[must_use]
    pub fn count(&self, word: &str) -> u64 {
        self.counts.get(word).copied().unwrap_or(0)
    }
}

impl RunningRouter {
    /// The items of any menu, each as its fields with `.id`, in the router's order.
    #[must_use]
    pub fn items(&self, menu: &str) -> Vec<BTreeMap<String, String>> {
        let fields = |item: &Item| {
            let id = (".id".to_owned(), written_id(item.id));
            item.fields()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .chain([id])
                .collect()
        };
        self.core.with(|state| {
            state
                .table(menu)
                .map_or_else(Vec::new, |table| table.iter().map(fields).collect())
        })
    }

    /// All secrets, in the router's order.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        self.core.with(|state| {
            state
                .table("/ppp/secret")
                .map_or_else(Vec::new, |secrets| secrets.iter().map(secret).collect())
        })
    }

    /// A secret by its name.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.core
            .with(|state| state.table("/ppp/secret")?.by_name(name).map(secret))
    }

    /// The live session of a name, with the profile that it really carries.
    #[must_use]
    pub fn active(&self, name: &str) -> Option<Session> {
        self.core.with(|state| state.session(name))
    }

    /// How many sessions are live.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.core
            .with(|state| state.table("/ppp/active").map_or(0, Table::len))
    }

    /// The ARP entries of an address: the static one and, if the interface learns, the dynamic one.
    #[must_use]
    pub fn arp(&self, address: &str) -> Vec<ArpEntry> {
        let entry = |item: &Item| {
            let value = |name: &str| item.get(name).unwrap_or_default().to_owned();
            ArpEntry {
                id: written_id(item.id),
                address: value("address"),
                mac_address: value("mac-address"),
                interface: value("interface"),
                disabled: item.is("disabled"),
                dynamic: item.is("dynamic"),
            }
        };
        self.core.with(|state| {
            let table = state.table("/ip/arp").into_iter().flat_map(Table::iter);
            table
                .filter(|item| item.get("address") == Some(address))
                .map(entry)
                .collect()
        })
    }

    /// Whether traffic of a static line passes: some entry of its address is on.
    #[must_use]
    pub fn arp_passes(&self, address: &str) -> bool {
        self.arp(address).iter().any(|entry| !entry.disabled)
    }

    /// How often a name's session was dropped by a command.
    #[must_use]
    pub fn drops(&self, name: &str) -> u64 {
        self.core.with(|state| {
            let of_name = state.dropped.iter().filter(|dropped| dropped.name == name);
            of_name.count() as u64
        })
    }

    /// The sessions that were dropped by a command, in their order. One that was dropped without a change, or a second
    /// time for the same one, is [`needless`](Dropped::needless).
    #[must_use]
    pub fn dropped(&self) -> Vec<Dropped> {
        self.core.with(|state| state.dropped.clone())
    }

    /// What it was asked.
    #[must_use]
    pub fn command_log(&self) -> CommandLog {
        let core = &self.core;
        let (counts, recent) =
            core.with(|state| (state.counts.clone(), state.recent.iter().cloned().collect()));
        CommandLog {
            counts,
            recent,
            connections: core.connections.load(Ordering::Relaxed),
            logins: core.logins.load(Ordering::Relaxed),
            most_under_way: core.most_under_way.load(Ordering::Relaxed),
        }
    }

    /// The hotspot profile that a user's login carries; `None` if he is not logged in.
    #[must_use]
    pub fn hotspot_profile(&self, name: &str) -> Option<String> {
        self.core
            .with(|state| state.hotspot.get(name).map(|login| login.profile.clone()))
    }

    /// Whether the device with this MAC address holds a lease and is not blocked.
    #[must_use]
    pub fn lease_passes(&self, mac: &str) -> bool {
        self.core.with(|state| state.lease_passes(mac))
    }
}

fn secret(item: &Item) -> Secret {
    let value = |name: &str| item.get(name).unwrap_or_default().to_owned();
    Secret {
        name: value("name"),
        password: value("password"),
        profile: value("profile"),
        service: value("service"),
        remote_address: item.get("remote-address").map(str::to_owned),
        comment: item.get("comment").map(str::to_owned),
        disabled: item.is("disabled"),
    }
}
