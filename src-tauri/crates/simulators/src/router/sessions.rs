//! PPP sessions: dialled with the secret's profile of that moment, kept with it until they are dropped.

use std::net::Ipv4Addr;

use tokio::time::Instant;

use super::state::State;
use super::table::written_id;
use super::traces::Traces;

/// A live session, with what the router's menu does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// User name.
    pub name: String,
    /// The `.id` in `/ppp/active`.
    pub id: String,
    /// The profile that it dialled with.
    pub profile: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// The rate limit that it dialled with.
    pub rate_limit: Option<String>,
}

/// A session that was ended by a command, and whether there was a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// User name.
    pub name: String,
    /// The `.id` that it had in `/ppp/active`.
    pub id: String,
    /// The profile that it carried.
    pub profile: String,
    /// The profile that its name dials with from then on; `None` if it may not dial.
    pub next_profile: Option<String>,
    /// It would have dialled again as the same: same profile, limit and fixed address. A customer was cut off for nothing.
    pub needless: bool,
}

/// A device that comes back by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redial {
    Ppp(String),
    /// A hotspot's device that kept its cookie.
    Hotspot(String),
}

#[derive(Debug, Clone)]
pub(crate) struct LiveSession {
    pub(crate) id: u64,
    pub(crate) profile: String,
    pub(crate) address: Ipv4Addr,
    pub(crate) rate_limit: Option<String>,
    pub(crate) since: Instant,
    traces: Traces,
}

/// Addresses for sessions whose profile names none: real routers refuse those, a training office should not.
const SPARE_POOL: (&str, &str) = ("", "10.64.0.2-10.127.255.254");

impl State {
    pub(crate) fn session(&self, name: &str) -> Option<Session> {
        let live = self.sessions.get(name)?;
        Some(Session {
            name: name.to_owned(),
            id: written_id(live.id),
            profile: live.profile.clone(),
            address: live.address,
            rate_limit: live.rate_limit.clone(),
        })
    }

    /// Lets a customer's device dial. `false` if the router turns it away; it is online already otherwise.
    pub(crate) fn dial(&mut self, name: &str) -> bool {
        if self.sessions.contains_key(name) {
            return true;
        }
        let Some(secret) = self
            .table("/ppp/secret")
            .and_then(|secrets| secrets.by_name(name))
        else {
            return false;
        };
        if secret.is("disabled") {
            return false;
        }
        let profile_name = secret.get("profile").unwrap_or_default().to_owned();
        let own_address = secret.get("remote-address").map(str::to_owned);
        let service = match secret.get("service") {
            Some("any") | None => "pppoe".to_owned(),
            Some(service) => service.to_owned(),
        };
        let Some(profile) = self
            .table("/ppp/profile")
            .and_then(|profiles| profiles.by_name(&profile_name))
        else {
            return false;
        };
        let wanted = own_address.or_else(|| profile.get("remote-address").map(str::to_owned));
        let rate_limit = profile.get("rate-limit").map(str::to_owned);
        let list = profile
            .get("address-list")
            .filter(|list| !list.is_empty())
            .map(str::to_owned);
        let Some(address) = self.take_address(wanted.as_deref()) else {
            return false;
        };

        let number = self.next_session;
        self.next_session = self.next_session.wrapping_add(1);
        let text = address.to_string();
        let caller = format!(
            "02:{:02X}:{:02X}:{:02X}:{:02X}:01",
            number >> 24,
            number >> 16 & 255,
            number >> 8 & 255,
            number & 255
        );
        let session_id = format!("0x{number:x}");
        let fields = [
            ("name", name),
            ("service", &service),
            ("caller-id", &caller),
            ("address", &text),
            ("session-id", &session_id),
        ];
        let Some(id) = self.insert("/ppp/active", &fields) else {
            return false;
        };
        let interface = format!("<{service}-{name}>");
        let traces = self.leave_traces(
            &text,
            list.as_deref(),
            &interface,
            &interface,
            rate_limit.as_deref(),
        );
        let since = Instant::now();
        let live = LiveSession {
            id,
            profile: profile_name,
            address,
            rate_limit,
            since,
            traces,
        };
        self.sessions.insert(name.to_owned(), live);
        true
    }

    /// Ends a session at a client's command and notes whether there was a reason.
    pub(crate) fn drop_session(&mut self, name: &str) -> bool {
        let Some(live) = self.sessions.get(name).cloned() else {
            return false;
        };
        let secret = self
            .table("/ppp/secret")
            .and_then(|secrets| secrets.by_name(name))
            .filter(|secret| !secret.is("disabled"));
        let next_profile = secret.and_then(|secret| secret.get("profile")).map(str::to_owned);
        let moves = secret
            .and_then(|secret| secret.get("remote-address")?.parse::<Ipv4Addr>().ok())
            .is_some_and(|address| address != live.address);
        let next_limit = next_profile
            .as_deref()
            .and_then(|profile| self.table("/ppp/profile")?.by_name(profile)?.get("rate-limit"));
        let needless = !moves
            && next_profile.as_deref() == Some(live.profile.as_str())
            && next_limit == live.rate_limit.as_deref();
        self.dropped.push(Dropped {
            name: name.to_owned(),
            id: written_id(live.id),
            profile: live.profile,
            next_profile,
            needless,
        });
        self.end_session(name)
    }

    /// Ends a session; its device dials again if it is still switched on.
    pub(crate) fn end_session(&mut self, name: &str) -> bool {
        let Some(live) = self.sessions.remove(name) else {
            return false;
        };
        self.addresses_in_use.remove(&live.address);
        if let Some(active) = self.tables.get_mut("/ppp/active") {
            active.remove(live.id);
        }
        self.wipe_traces(live.traces);
        let logged_out = self.now().strftime("%Y-%m-%d %H:%M:%S").to_string();
        if let Some(secrets) = self.tables.get_mut("/ppp/secret")
            && let Some(id) = secrets.by_name(name).map(|secret| secret.id)
        {
            secrets.set(id, vec![("last-logged-out", Some(logged_out))]);
        }
        self.want_redial(name);
        true
    }

    /// Notes that a device will dial, if it is switched on and not online.
    pub(crate) fn want_redial(&mut self, name: &str) {
        if self.devices.contains(name) && !self.sessions.contains_key(name) {
            self.redials.push(Redial::Ppp(name.to_owned()));
        }
    }

    /// Lets a device come back if it is still switched on.
    pub(crate) fn come_back(&mut self, redial: Redial) {
        match redial {
            Redial::Ppp(name) if self.devices.contains(&name) => {
                self.dial(&name);
            }
            Redial::Hotspot(name) if self.hotspot_devices.contains(&name) => {
                self.log_in_at_hotspot(&name);
            }
            // Its owner has switched it off meanwhile.
            Redial::Ppp(_) | Redial::Hotspot(_) => {}
        }
    }

    fn take_address(&mut self, wanted: Option<&str>) -> Option<Ipv4Addr> {
        if let Some(address) = wanted.and_then(|wanted| wanted.parse().ok()) {
            self.addresses_in_use.insert(address);
            return Some(address);
        }
        let (pool, ranges) = match wanted {
            None => (SPARE_POOL.0.to_owned(), SPARE_POOL.1.to_owned()),
            Some(pool) => {
                let ranges = self.table("/ip/pool")?.by_name(pool)?.get("ranges")?.to_owned();
                (pool.to_owned(), ranges)
            }
        };
        let ranges: Vec<(u32, u32)> = ranges.split(',').filter_map(range).collect();
        let size: usize = ranges
            .iter()
            .map(|(first, last)| (last - first) as usize + 1)
            .sum();
        let start = self.pool_cursors.get(&pool).copied().unwrap_or(0);
        for step in 0..size {
            let place = (start + step) % size;
            let address = nth(&ranges, place)?;
            if self.addresses_in_use.insert(address) {
                self.pool_cursors.insert(pool, place + 1);
                return Some(address);
            }
        }
        None
    }
}

/// `10.0.0.2-10.0.0.9`, `10.0.0.0/24` or one address.
fn range(text: &str) -> Option<(u32, u32)> {
    let address = |text: &str| text.trim().parse::<Ipv4Addr>().ok().map(u32::from);
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (address(first)?, address(last)?);
        return (first <= last).then_some((first, last));
    }
    if let Some((network, length)) = text.split_once('/') {
        let length = length
            .parse::<u32>()
            .ok()
            .filter(|length| (1..=32).contains(length))?;
        let mask = u32::MAX << (32 - length);
        let first = address(network)? & mask;
        return Some((first, first | !mask));
    }
    let single = address(text)?;
    Some((single, single))
}

fn nth(ranges: &[(u32, u32)], mut place: usize) -> Option<Ipv4Addr> {
    for (first, last) in ranges {
        let size = (last - first) as usize + 1;
        if place < size {
            return Some(Ipv4Addr::from(first + u32::try_from(place).ok()?));
        }
        place -= size;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::RouterSpec;
    use super::super::network::{Network, Profile, Secret};
    use super::*;

    #[test]
    fn a_session_keeps_its_profile_until_it_is_dropped() {
        let mut state = State::new(RouterSpec::default());
        let profiles = vec![
            Profile::new("home", "5M/10M"),
            Profile {
                address_list: Some("isolated".to_owned()),
                ..Profile::new("isolated", "64k/64k")
            },
        ];
        let secrets = vec![Secret::new("budi", "x").with_profile("home")];
        state.load(&Network {
            profiles,
            secrets,
            online: true,
            ..Network::default()
        });
        let id = state
            .table("/ppp/secret")
            .and_then(|secrets| secrets.by_name("budi"))
            .unwrap()
            .id;
        let to_isolated = vec![("profile", Some("isolated".to_owned()))];
        state.tables.get_mut("/ppp/secret").unwrap().set(id, to_isolated);
        assert_eq!(
            state.session("budi").unwrap().profile,
            "home",
            "a changed secret leaves the session alone"
        );
        assert!(state.drop_session("budi"));
        assert_eq!(state.redials, [Redial::Ppp("budi".to_owned())]);
        assert!(!state.dropped[0].needless);
        assert!(state.dial("budi"));
        assert_eq!(state.session("budi").unwrap().profile, "isolated");
        let listed = state
            .table("/ip/firewall/address-list")
            .unwrap()
            .iter()
            .next()
            .unwrap();
        assert_eq!(
            listed.get("list"),
            Some("isolated"),
            "the profile's address list holds the session's address"
        );
        assert_eq!(
            state.table("/queue/simple").unwrap().len(),
            1,
            "the old session's queue is gone"
        );
        assert!(state.drop_session("budi"));
        assert!(
            state.dropped[1].needless,
            "it carried what it would dial with: {:?}",
            state.dropped
        );
    }

    #[test]
    fn a_pool_gives_every_address_once() {
        let mut state = State::new(RouterSpec::default());
        state.insert(
            "/ip/pool",
            &[("name", "small"), ("ranges", "10.0.0.2-10.0.0.3,10.0.1.0/31")],
        );
        let taken: Vec<_> = (0..5)
            .map(|_| {
                state
                    .take_address(Some("small"))
                    .map(|address| address.to_string())
            })
            .collect();
        let expected =
            ["10.0.0.2", "10.0.0.3", "10.0.1.0", "10.0.1.1"].map(|address| Some(address.to_owned()));
        assert_eq!(taken.get(..4), Some(expected.as_slice()));
        assert_eq!(
            taken.get(4),
            Some(&None),
            "an exhausted pool turns the device away"
        );
    }
}
