//! An office whose router is to be prepared, and a look at what stands on it.

use std::collections::BTreeMap;

use billing::{RouterMode, StaticIsolation};
use office::Error;
use office::isolation_page::{Preparation, PreparePage, PreviewPreparation, RemovePreparation};
use office::network::isolation_page::{MARK, StepAction};
use routeros_api::{Command, Connection, Limits, Login, Target};
use serde_json::json;

use crate::desk::Desk;

pub(crate) const MENUS: [&str; 7] = [
    "/ip/firewall/filter",
    "/ip/firewall/nat",
    "/ip/firewall/address-list",
    "/ipv6/firewall/filter",
    "/ipv6/firewall/address-list",
    "/ip/pool",
    "/ppp/profile",
];

/// The rows of a menu with all that a client sees of them.
pub(crate) type Rows = Vec<BTreeMap<String, String>>;

/// An office with a page, and a router with the firewall that it has from its box.
pub(crate) async fn office(mode: RouterMode) -> Desk {
    office_by(mode, StaticIsolation::ArpDisable).await
}

/// The same, whose fixed addresses are closed so.
pub(crate) async fn office_by(mode: RouterMode, how: StaticIsolation) -> Desk {
    let desk = Desk::with(mode, how).await;
    desk.router.load_factory_firewall();
    desk.set(json!({
        "isolation_page.listen": "0.0.0.0:8791",
        "isolation_page.address": "192.168.10.5:8791",
        "isolation_page.payment_hosts": ["app.midtrans.com", "103.10.128.11"],
    }))
    .await;
    desk
}

pub(crate) async fn preview(desk: &Desk, pool: Option<&str>) -> Preparation {
    let request = PreviewPreparation {
        router_id: desk.router_id,
        pool: pool.map(str::to_owned),
        removing: false,
    };
    desk.ask(request).await.expect("a preview")
}

pub(crate) async fn try_to_prepare(
    desk: &Desk,
    router_id: i64,
    pool: Option<&str>,
) -> Result<Preparation, Error> {
    let request = PreparePage {
        router_id,
        pool: pool.map(str::to_owned),
    };
    desk.ask(request).await
}

pub(crate) async fn prepare(desk: &Desk, pool: Option<&str>) -> Preparation {
    try_to_prepare(desk, desk.router_id, pool)
        .await
        .expect("a preparation")
}

pub(crate) async fn remove(desk: &Desk) -> Preparation {
    let request = RemovePreparation {
        router_id: desk.router_id,
    };
    desk.ask(request).await.expect("a removal")
}

/// Everything that stands in the menus which a preparation touches.
pub(crate) fn everything(desk: &Desk) -> BTreeMap<&'static str, Rows> {
    MENUS
        .into_iter()
        .map(|menu| (menu, desk.router.items(menu)))
        .collect()
}

/// The names of our rules in a chain, in the router's order.
pub(crate) fn ours(desk: &Desk, menu: &str, chain: &str) -> Vec<String> {
    desk.router
        .items(menu)
        .iter()
        .filter(|row| row.get("chain").map(String::as_str) == Some(chain))
        .filter_map(|row| row.get("comment")?.strip_prefix(MARK).map(str::to_owned))
        .collect()
}

/// The comments of a chain's rules, in the router's order.
pub(crate) fn comments(desk: &Desk, menu: &str, chain: &str) -> Vec<String> {
    desk.router
        .items(menu)
        .iter()
        .filter(|row| row.get("chain").map(String::as_str) == Some(chain))
        .map(|row| row.get("comment").cloned().unwrap_or_default())
        .collect()
}

/// The id of the rule with this comment.
pub(crate) fn id_of(desk: &Desk, menu: &str, comment: &str) -> String {
    let rows = desk.router.items(menu);
    let row = rows
        .iter()
        .find(|row| row.get("comment").map(String::as_str) == Some(comment))
        .unwrap_or_else(|| panic!("no rule {comment} in {menu}"));
    row[".id"].clone()
}

/// The names of the steps that do this.
pub(crate) fn steps(preparation: &Preparation, action: StepAction) -> Vec<&str> {
    preparation
        .steps
        .iter()
        .filter(|step| step.action == action)
        .map(|step| step.name.as_str())
        .collect()
}

/// Somebody at the router's own terminal.
pub(crate) async fn by_hand(desk: &Desk, command: Command) {
    let target = Target::plain("127.0.0.1").with_port(desk.router.addr().port());
    let router = Connection::open(&target, &Login::new("admin", ""), &Limits::default())
        .await
        .expect("a connection");
    router.call(command).await.expect("the router takes it");
}
