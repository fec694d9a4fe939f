//! DHCP leases and the devices that hold them: a static lease binds its device, a blocked one keeps it out, and a device
//! whose lease is switched off or removed simply gets another address, so that switching off closes nothing.
//!
//! Devices renew at once here, where real ones may take until half their lease has passed.

use std::net::Ipv4Addr;

use super::menu::menu;
use super::state::State;
use super::table::{Changes, Item, Table};

const PATH: &str = "/ip/dhcp-server/lease";

/// A static lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Address.
    pub address: String,
    /// MAC address of the device, such as `02:00:00:00:00:07`.
    pub mac_address: String,
    /// Name of the DHCP server.
    pub server: String,
    /// Rate limit as the router is told it, upload first.
    pub rate_limit: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Whether the device is switched on.
    pub online: bool,
}

impl Lease {
    /// A lease of the server `dhcp1` whose device is on.
    #[must_use]
    pub fn new(address: impl Into<String>, mac_address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            mac_address: mac_address.into(),
            server: "dhcp1".to_owned(),
            rate_limit: None,
            comment: None,
            online: true,
        }
    }
}

impl State {
    pub(crate) fn load_lease(&mut self, lease: &Lease) {
        let limit = lease.rate_limit.as_deref().map(super::rates::kept);
        let mut fields = vec![
            ("address", lease.address.as_str()),
            ("mac-address", lease.mac_address.as_str()),
            ("server", lease.server.as_str()),
        ];
        fields.extend(limit.as_deref().map(|limit| ("rate-limit", limit)));
        fields.extend(lease.comment.as_deref().map(|comment| ("comment", comment)));
        self.load_keyed(PATH, &fields);
        if lease.online {
            self.lease_devices.insert(lease.mac_address.clone());
        }
        self.renew(&lease.mac_address);
    }

    /// Whether a device has an address and is let through.
    pub(crate) fn lease_passes(&self, mac: &str) -> bool {
        let mut leases = self.table(PATH).into_iter().flat_map(Table::iter);
        leases.any(|lease| lease.get("active-mac-address") == Some(mac) && !lease.is("blocked"))
    }

    /// A device asks for its address again; without a static lease that is on it gets one from the pool.
    pub(crate) fn renew(&mut self, mac: &str) {
        let of_device = |lease: &&Item| lease.get("mac-address") == Some(mac);
        let leases: Vec<Item> = self
            .table(PATH)
            .into_iter()
            .flat_map(Table::iter)
            .filter(of_device)
            .cloned()
            .collect();
        let on = self.lease_devices.contains(mac);
        let own = leases
            .iter()
            .find(|lease| !lease.is("dynamic") && !lease.is("disabled"))
            .map(|lease| lease.id);
        let mut learned = None;
        for lease in &leases {
            if lease.is("dynamic") {
                match own.is_none() && on {
                    true => learned = Some(lease.id),
                    false => self.forget_lease(lease.id),
                }
            } else {
                let bound = on && own == Some(lease.id);
                self.bind(lease, bound.then_some(mac));
            }
        }
        if on && own.is_none() && learned.is_none() {
            let number = self.table(PATH).map_or(0, Table::next_id);
            let address = Ipv4Addr::from(0x0A05_3C00 + u32::try_from(number % 0xFFFF).unwrap_or_default());
            let address = address.to_string();
            let fields = [
                ("address", address.as_str()),
                ("mac-address", mac),
                ("server", "dhcp1"),
                ("dynamic", "true"),
                ("status", "bound"),
                ("active-address", &address),
                ("active-mac-address", mac),
            ];
            self.insert(PATH, &fields);
        }
    }

    /// Forgets a lease with what it made.
    pub(crate) fn forget_lease(&mut self, id: u64) {
        if let Some(traces) = self.lease_traces.remove(&id) {
            self.wipe_traces(traces);
        }
        if let Some(table) = self.tables.get_mut(PATH) {
            table.remove(id);
        }
    }

    /// Shows in a static lease whether its device holds it, and makes what follows from that.
    fn bind(&mut self, lease: &Item, device: Option<&str>) {
        if let Some(traces) = self.lease_traces.remove(&lease.id) {
            self.wipe_traces(traces);
        }
        let value = |name: &str| lease.get(name).unwrap_or_default().to_owned();
        let address = value("address");
        let blocked = lease.is("block-access");
        let state = [
            ("status", Some(if device.is_some() { "bound" } else { "waiting" })),
            ("active-address", device.map(|_| address.as_str())),
            ("active-mac-address", device),
            ("blocked", Some(if blocked { "true" } else { "false" })),
        ];
        let changes: Changes = state
            .into_iter()
            .filter_map(|(name, value)| Some((menu(PATH)?.field(name)?.name, value.map(str::to_owned))))
            .collect();
        if let Some(table) = self.tables.get_mut(PATH) {
            table.set(lease.id, changes);
        }
        if let Some(mac) = device {
            let (lists, limit) = (value("address-lists"), lease.get("rate-limit"));
            let lists = lists.split(',').filter(|list| !list.is_empty());
            let queue = format!("dhcp-ds<{mac}>");
            let traces = self.leave_traces(&address, lists, &queue, &address, limit);
            self.lease_traces.insert(lease.id, traces);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RouterSpec;
    use super::*;

    const MAC: &str = "02:00:00:00:00:07";

    fn with_lease() -> (State, u64) {
        let mut state = State::new(RouterSpec::default());
        state.load_lease(&Lease {
            rate_limit: Some("5120k/10000k".to_owned()),
            ..Lease::new("10.5.0.7", MAC)
        });
        let id = state
            .table(PATH)
            .and_then(|table| table.iter().next())
            .unwrap()
            .id;
        (state, id)
    }

    fn change(state: &mut State, id: u64, name: &'static str, value: &str) {
        let changes = vec![(name, Some(value.to_owned()))];
        state.tables.get_mut(PATH).unwrap().set(id, changes);
        state.renew(MAC);
    }

    #[test]
    fn a_blocked_lease_keeps_its_device_out_and_a_disabled_one_does_not() {
        let (mut state, id) = with_lease();
        assert!(state.lease_passes(MAC));
        change(&mut state, id, "block-access", "true");
        assert!(!state.lease_passes(MAC));
        change(&mut state, id, "block-access", "false");
        assert!(state.lease_passes(MAC));

        change(&mut state, id, "disabled", "true");
        assert!(state.lease_passes(MAC), "the device has another address");
        assert_eq!(state.table(PATH).unwrap().len(), 2);
        change(&mut state, id, "disabled", "false");
        assert_eq!(state.table(PATH).unwrap().len(), 1, "and goes back to its own");
    }

    #[test]
    fn a_bound_lease_is_limited_and_listed_while_it_is_bound() {
        let (mut state, id) = with_lease();
        let limit = |state: &State| {
            let queue = state.table("/queue/simple").unwrap().iter().next();
            queue.and_then(|queue| queue.get("max-limit")).map(str::to_owned)
        };
        assert_eq!(limit(&state).as_deref(), Some("5120k/10M"));
        change(&mut state, id, "address-lists", "isolated");
        assert_eq!(state.table("/ip/firewall/address-list").unwrap().len(), 1);
        change(&mut state, id, "address-lists", "");
        assert_eq!(state.table("/ip/firewall/address-list").unwrap().len(), 0);
        state.forget_lease(id);
        assert_eq!(limit(&state), None);
    }
}
