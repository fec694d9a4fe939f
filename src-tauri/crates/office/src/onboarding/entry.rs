//! What a router holds, as lines that somebody may be billed for: each with a key by which a decision names it, a digest
//! of what matters about it, and whether somebody closed it by hand.

use std::collections::{HashMap, HashSet};
use std::net::Ipv4Addr;

use billing::ConnectionType;
use jiff::civil::DateTime;
use routeros_api::RateLimit;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use crate::network::{Inventory, Said};
use crate::onboarding::closing::{ClosedBy, ClosedProfiles};
use crate::onboarding::not_a_line::{NotALine, is_voucher, not_a_customer};

billing::text_enum! {
    /// Where on the router a line was found.
    pub enum Source as "source" {
        /// A PPP secret.
        Secret => "secret",
        /// A written ARP entry.
        Arp => "arp",
        /// A static DHCP lease.
        Lease => "lease",
        /// A hotspot user.
        HotspotUser => "hotspot_user",
    }
}

/// How fast a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Speed {
    /// Towards the customer, kbit/s.
    pub download: i64,
    /// From the customer, kbit/s.
    pub upload: i64,
}

impl Speed {
    /// Nothing for no limit.
    pub(super) fn of(limit: &RateLimit) -> Option<Speed> {
        let kbit = |bits: u64| i64::try_from(bits / 1000).ok().filter(|kbit| *kbit > 0);
        Some(Speed {
            download: kbit(limit.download)?,
            upload: kbit(limit.upload)?,
        })
    }

    /// Reads a limit in the router's spelling.
    pub(super) fn read(limit: &str) -> Option<Speed> {
        Speed::of(&limit.parse().ok()?)
    }
}

/// What a line was sold as, as far as a router knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum SoldAs {
    /// A PPP profile.
    Profile(String),
    /// A hotspot profile.
    HotspotProfile(String),
    /// A queue or a lease with a limit of its own.
    Speed(Speed),
    /// Nothing tells, as for a closed line whose own profile is gone.
    Unknown,
}

/// A line on a router.
#[derive(Debug)]
pub(super) struct Entry {
    pub key: String,
    pub digest: String,
    pub source: Source,
    pub kind: ConnectionType,
    pub user_name: Option<String>,
    pub address: Option<String>,
    pub mac_address: Option<String>,
    /// The interface or the server.
    pub place: Option<String>,
    pub service: Option<String>,
    pub profile: Option<String>,
    pub sold_as: SoldAs,
    pub comment: Option<String>,
    /// What the device calls itself.
    pub host_name: Option<String>,
    pub disabled: bool,
    pub closed: Option<ClosedBy>,
    /// The address list by which it was closed.
    pub closed_list: Option<String>,
    pub online: bool,
    pub last_logged_out: Option<DateTime>,
    pub left_out: Option<NotALine>,
    /// What the router says about it.
    pub said: Said,
    pub password: Option<SecretString>,
}

impl Entry {
    /// How the line is called on the router.
    pub(super) fn called(&self) -> &str {
        let address = self.address.as_deref().or(self.mac_address.as_deref());
        self.user_name.as_deref().or(address).unwrap_or(&self.key)
    }

    /// SHA-256 of what matters about the line. A session that comes and goes does not.
    fn seal(mut self) -> Entry {
        let facts = (
            (self.source.as_str(), &self.user_name, &self.place, &self.service),
            // A session's addresses are not the line's.
            (self.source != Source::Secret).then_some((&self.address, &self.mac_address)),
            (&self.profile, &self.comment, self.disabled, self.closed),
        );
        let mut hash = Sha256::new();
        hash.update(format!("{facts:?}"));
        self.digest = hex::encode(hash.finalize());
        self
    }
}

/// Every line of a router, in an order that people find things in: by kind, then by name or address.
pub(super) fn entries(read: Inventory, closed_profiles: ClosedProfiles<'_>) -> Vec<Entry> {
    let marked = |list: Option<String>| -> Vec<String> {
        list.into_iter()
            .filter(|list| list != Inventory::OUR_LIST)
            .collect()
    };
    let is_ours = |lists: &[String]| lists.iter().any(|list| list == Inventory::OUR_LIST);
    let Inventory {
        secrets,
        sessions,
        arp,
        leases,
        hotspot_users,
        hotspot_online,
        queues,
        listed,
        ..
    } = read;
    let lists_of = |address: Option<&str>| -> &[String] {
        let address: Option<Ipv4Addr> = address.and_then(|address| address.parse().ok());
        address
            .and_then(|address| listed.get(&address))
            .map_or(&[], Vec::as_slice)
    };
    let speed_of = |address: &str| queues.get(address).and_then(|queue| Speed::of(&queue.limit));
    let mut entries = Vec::with_capacity(secrets.len() + arp.len() + leases.len() + hotspot_users.len());
    for secret in secrets {
        let session = sessions.get(&secret.name);
        let isolated = closed_profiles.has(&secret.profile);
        let closed_list = closed_profiles.first_list(lists_of(secret.remote_address.as_deref()));
        let closed = match (secret.disabled, isolated) {
            (true, _) => Some(ClosedBy::Disabled),
            (false, true) => Some(ClosedBy::IsolatedProfile),
            (false, false) => closed_list.is_some().then_some(ClosedBy::AddressList),
        };
        let is_pppoe = ["pppoe", "any"].contains(&secret.service.as_str());
        let left_out = if is_pppoe {
            not_a_customer(&[Some(&secret.name), secret.comment.as_deref()])
        } else {
            Some(NotALine::OtherService)
        };
        let prefix = if is_pppoe { "pppoe" } else { &secret.service };
        let live = session.and_then(|session| session.address.clone());
        let caller = session.and_then(|session| session.caller_id.as_deref());
        entries.push(Entry {
            key: format!("{prefix}:{}", secret.name),
            digest: String::new(),
            source: Source::Secret,
            kind: ConnectionType::Pppoe,
            address: secret.remote_address.and_then(ipv4).or(live),
            mac_address: caller.and_then(mac),
            place: None,
            service: Some(secret.service),
            sold_as: if isolated {
                SoldAs::Unknown
            } else {
                SoldAs::Profile(secret.profile.clone())
            },
            host_name: None,
            said: Said::Pppoe {
                profile: secret.profile.clone(),
                disabled: secret.disabled,
            },
            profile: Some(secret.profile),
            comment: secret.comment,
            disabled: secret.disabled,
            closed,
            closed_list,
            online: session.is_some(),
            last_logged_out: secret.last_logged_out,
            left_out,
            password: secret.password,
            user_name: Some(secret.name),
        });
    }
    let written: HashSet<String> = arp.iter().map(|entry| entry.address.clone()).collect();
    for entry in arp {
        let lists = lists_of(Some(&entry.address));
        let closed_list = closed_profiles.first_list(lists);
        let on_list = closed_list.is_some().then_some(ClosedBy::AddressList);
        entries.push(Entry {
            key: format!("arp:{}@{}", entry.address, entry.interface),
            digest: String::new(),
            source: Source::Arp,
            kind: ConnectionType::Static,
            user_name: None,
            mac_address: entry.mac_address.as_deref().and_then(mac),
            place: Some(entry.interface).filter(|place| !place.is_empty()),
            service: None,
            profile: None,
            sold_as: speed_of(&entry.address).map_or(SoldAs::Unknown, SoldAs::Speed),
            host_name: None,
            disabled: entry.disabled,
            closed: entry.disabled.then_some(ClosedBy::Disabled).or(on_list),
            closed_list: closed_list.clone(),
            online: entry.complete && !entry.disabled,
            last_logged_out: None,
            left_out: not_a_customer(&[entry.comment.as_deref()]),
            comment: entry.comment,
            said: Said::Address {
                disabled: entry.disabled,
                listed: is_ours(lists),
                marked: marked(closed_list),
            },
            password: None,
            address: Some(entry.address),
        });
    }
    for lease in leases {
        let address = lease.address.and_then(ipv4);
        let name = lease
            .mac_address
            .as_deref()
            .or(address.as_deref())
            .unwrap_or_default();
        let own = lease.rate_limit.as_deref().and_then(Speed::read);
        let speed = own.or_else(|| address.as_deref().and_then(speed_of));
        let twice = address.as_ref().is_some_and(|address| written.contains(address));
        let comment = lease.comment;
        let lists = lists_of(address.as_deref());
        let closed_list = closed_profiles
            .first_list(&lease.address_lists)
            .or_else(|| closed_profiles.first_list(lists));
        let on_list = closed_list.is_some().then_some(ClosedBy::AddressList);
        entries.push(Entry {
            key: format!("lease:{name}@{}", lease.server),
            digest: String::new(),
            source: Source::Lease,
            kind: ConnectionType::Dhcp,
            user_name: None,
            mac_address: lease.mac_address.as_deref().and_then(mac),
            address,
            place: Some(lease.server).filter(|place| !place.is_empty()),
            service: None,
            profile: None,
            sold_as: speed.map_or(SoldAs::Unknown, SoldAs::Speed),
            host_name: lease.host_name,
            disabled: lease.disabled,
            // A lease that is switched off closes nothing: its device gets another address.
            closed: lease.blocked.then_some(ClosedBy::Blocked).or(on_list),
            closed_list: closed_list.clone(),
            online: lease.bound,
            last_logged_out: None,
            left_out: twice
                .then_some(NotALine::SameAddress)
                .or_else(|| not_a_customer(&[comment.as_deref()])),
            comment,
            said: Said::Lease {
                listed: is_ours(lists),
                blocked: lease.blocked,
                marked: marked(closed_list),
            },
            password: None,
        });
    }
    for user in hotspot_users {
        let isolated = closed_profiles.has(&user.profile);
        let marked = isolated.then(|| user.profile.clone());
        let left_out = if user.runs_out || user.comment.as_deref().is_some_and(is_voucher) {
            Some(NotALine::Voucher)
        } else {
            not_a_customer(&[Some(&user.name), user.comment.as_deref()])
        };
        entries.push(Entry {
            key: format!("hotspot:{}", user.name),
            digest: String::new(),
            source: Source::HotspotUser,
            kind: ConnectionType::Hotspot,
            address: None,
            mac_address: user.mac_address.as_deref().and_then(mac),
            place: None,
            service: None,
            sold_as: if isolated {
                SoldAs::Unknown
            } else {
                SoldAs::HotspotProfile(user.profile.clone())
            },
            profile: Some(user.profile.clone()),
            comment: user.comment,
            host_name: None,
            disabled: user.disabled,
            closed: match (user.disabled, isolated) {
                (true, _) => Some(ClosedBy::Disabled),
                (false, true) => Some(ClosedBy::IsolatedProfile),
                (false, false) => None,
            },
            closed_list: None,
            online: hotspot_online.contains(&user.name),
            last_logged_out: None,
            left_out,
            said: Said::Hotspot {
                disabled: user.disabled,
                marked,
            },
            password: user.password,
            user_name: Some(user.name),
        });
    }
    entries.sort_by(|a, b| a.source.cmp(&b.source).then_with(|| order(a).cmp(&order(b))));
    let mut used: HashMap<String, usize> = HashMap::new();
    for entry in &mut entries {
        let times = used.entry(entry.key.clone()).or_default();
        *times += 1;
        if *times > 1 {
            entry.key = format!("{}#{times}", entry.key);
        }
    }
    entries.into_iter().map(Entry::seal).collect()
}

/// Addresses in the order of their numbers, names in that of their letters.
fn order(entry: &Entry) -> (Option<Ipv4Addr>, String) {
    let address = match entry.source {
        Source::Arp | Source::Lease => entry.address.as_deref().and_then(|address| address.parse().ok()),
        Source::Secret | Source::HotspotUser => None,
    };
    (address, entry.called().to_lowercase())
}

fn ipv4(text: String) -> Option<String> {
    text.parse::<Ipv4Addr>().is_ok().then_some(text)
}

/// A MAC address as routers write it.
fn mac(text: &str) -> Option<String> {
    let pairs: Vec<&str> = text.split(':').collect();
    let is_mac = pairs.len() == 6
        && pairs
            .iter()
            .all(|pair| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_mac.then(|| text.to_ascii_uppercase())
}

#[cfg(test)]
mod tests;
