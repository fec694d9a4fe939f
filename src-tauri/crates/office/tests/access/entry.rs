//! What stands on the simulated router for lines that are no PPPoE ones: where it stands, one line of each kind, and the
//! surroundings in which such a line can be made and closed.

use std::collections::BTreeMap;

use billing::{ConnectionType, RouterMode, StaticIsolation};
use office::access::SwitchRouterMode;
use office::customers::{AddCustomer, ChangeCustomer, CustomerFields};
use secrecy::SecretString;
use simulators::router::RouterSpec;

use crate::desk::Desk;
use crate::engine::Engine;

pub(crate) const MAC: &str = "02:00:00:00:00:07";
pub(crate) const ADDRESS: &str = "10.5.0.7";
pub(crate) const LABEL: &str = "ID: PLG-7 - Bu Siti";
pub(crate) const ARP: &str = "/ip/arp";
pub(crate) const QUEUE: &str = "/queue/simple";
pub(crate) const LEASE: &str = "/ip/dhcp-server/lease";
pub(crate) const USER: &str = "/ip/hotspot/user";
pub(crate) const LIST: &str = "/ip/firewall/address-list";
/// The kinds of line, and where what stands for one of them is found.
pub(crate) const KINDS: [(ConnectionType, &[&str]); 3] = [
    (ConnectionType::Static, &[ARP, QUEUE]),
    (ConnectionType::Dhcp, &[LEASE]),
    (ConnectionType::Hotspot, &[USER]),
];

/// The record of a line of this kind.
pub(crate) fn fields(desk: &Desk, kind: ConnectionType) -> CustomerFields {
    let is_hotspot = kind == ConnectionType::Hotspot;
    CustomerFields {
        customer_no: Some("PLG-7".into()),
        name: Some("Bu Siti".into()),
        package_id: Some(desk.package_id),
        router_id: Some(Some(desk.router_id)),
        connection_type: Some(kind),
        static_ip: (!is_hotspot).then(|| Some(ADDRESS.into())),
        mac_address: (!is_hotspot).then(|| Some(MAC.into())),
        pppoe_username: is_hotspot.then(|| Some("siti".into())),
        pppoe_password: is_hotspot.then(|| Some(SecretString::from("rahasia"))),
        ..CustomerFields::default()
    }
}

pub(crate) async fn add(desk: &Desk, fields: CustomerFields) -> i64 {
    let id = desk.ask(AddCustomer(fields)).await.unwrap().id;
    desk.run_due().await;
    id
}

pub(crate) async fn change(desk: &Desk, id: i64, fields: CustomerFields) {
    desk.ask(ChangeCustomer { id, fields }).await.unwrap();
    desk.run_due().await;
}

/// A line on its managed router, as the office made it there.
pub(crate) async fn made(on: &Engine, kind: ConnectionType) -> (Desk, i64) {
    let desk = Desk::open(on).await;
    load_network(&desk);
    let id = add(&desk, fields(&desk, kind)).await;
    (desk, id)
}

/// A line that its router lacks: entered while the router was only observed.
pub(crate) async fn lacking(on: &Engine, fields: impl Fn(&Desk) -> CustomerFields) -> (Desk, i64) {
    let how = StaticIsolation::ArpDisable;
    let desk = Desk::with(on, RouterSpec::default(), RouterMode::Observe, how).await;
    load_network(&desk);
    let id = add(&desk, fields(&desk)).await;
    let manage = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Manage,
        dry_run: false,
    };
    desk.ask(manage).await.unwrap();
    (desk, id)
}

/// The one item of a menu that is not the router's own.
pub(crate) fn only(desk: &Desk, menu: &str) -> BTreeMap<String, String> {
    let mut written = written(desk, menu).into_iter();
    let item = written.next().unwrap_or_else(|| panic!("nothing in {menu}"));
    assert!(written.next().is_none(), "more than one in {menu}");
    item
}

pub(crate) fn field<'a>(item: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    item.get(name).map_or("", String::as_str)
}

pub(crate) fn is_empty(desk: &Desk, menu: &str) -> bool {
    written(desk, menu).is_empty()
}

fn written(desk: &Desk, menu: &str) -> Vec<BTreeMap<String, String>> {
    let mut items = desk.router.items(menu);
    items.retain(|item| field(item, "dynamic") != "true");
    items
}

/// The router's own address in the network of the line, its DHCP server, and an interface that learns no ARP by itself.
pub(crate) fn load_network(desk: &Desk) {
    let fields = [
        ("address", "10.5.0.1/24"),
        ("network", "10.5.0.0"),
        ("interface", "bridge1"),
    ];
    desk.router.insert("/ip/address", &fields);
    let fields = [("name", "dhcp1"), ("interface", "bridge1")];
    desk.router.insert("/ip/dhcp-server", &fields);
    desk.router
        .change("/interface/bridge", ("name", "bridge1"), &[("arp", "reply-only")]);
}

/// A rule that makes the isolation list close anything at all.
pub(crate) fn load_rule(desk: &Desk) {
    let rule = [
        ("chain", "forward"),
        ("action", "drop"),
        ("src-address-list", "sambung-isolated"),
    ];
    desk.router.insert("/ip/firewall/filter", &rule);
}

/// The comments of what stands on the isolation list for an address.
pub(crate) fn listed(desk: &Desk, address: &str) -> Vec<String> {
    desk.router
        .items(LIST)
        .into_iter()
        .filter(|item| field(item, "list") == "sambung-isolated" && field(item, "address") == address)
        .map(|item| field(&item, "comment").to_owned())
        .collect()
}
