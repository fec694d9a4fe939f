//! What a router's ARP table does by itself: unless the interface only replies, the device behind a disabled entry
//! is learned again at once, and the disabling has closed nothing.

use super::state::State;

impl State {
    pub(crate) fn learn_again(&mut self, id: u64) {
        let Some(entry) = self.table("/ip/arp").and_then(|table| table.get(id)) else {
            return;
        };
        if entry.is("dynamic") {
            return;
        }
        let value = |name: &str| entry.get(name).unwrap_or_default().to_owned();
        let (address, interface, mac) = (value("address"), value("interface"), value("mac-address"));
        let learns = entry.is("disabled") && self.learns(&interface);
        let learned = self.table("/ip/arp").and_then(|table| {
            let same = |item: &super::table::Item, name: &str, wanted: &str| item.get(name) == Some(wanted);
            let mut dynamic = table.iter().filter(|item| item.is("dynamic"));
            let learned = dynamic
                .find(|item| same(item, "address", &address) && same(item, "interface", &interface))?;
            Some(learned.id)
        });
        match (learns, learned) {
            (true, None) => {
                let fields = [
                    ("address", address.as_str()),
                    ("mac-address", &mac),
                    ("interface", &interface),
                    ("dynamic", "true"),
                ];
                self.insert("/ip/arp", &fields);
            }
            (false, Some(learned)) => {
                if let Some(table) = self.tables.get_mut("/ip/arp") {
                    table.remove(learned);
                }
            }
            _ => {}
        }
    }

    fn learns(&self, interface: &str) -> bool {
        let ports = ["/interface/bridge", "/interface/ethernet", "/interface/vlan"];
        let port = ports.iter().find_map(|menu| self.table(menu)?.by_name(interface));
        port.and_then(|port| port.get("arp"))
            .is_some_and(|mode| !matches!(mode, "reply-only" | "disabled"))
    }
}
