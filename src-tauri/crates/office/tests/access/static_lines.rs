//! Lines with fixed addresses: ARP entries and the address list, read back over TCP.

use crate::desk::{Desk, PRICE};
use crate::engine::{Engine, on_both};
use billing::{CustomerStatus, Observed, RouterMode, StaticIsolation};
use simulators::router::{RouterSpec, StaticLine};

const ADDRESS: &str = "192.168.10.7";

async fn desk(on: &Engine, how: StaticIsolation) -> (Desk, i64) {
    let desk = Desk::with(on, RouterSpec::default(), RouterMode::Manage, how).await;
    let id = desk.fixed("warnet", ADDRESS).await;
    desk.bill_and_wait().await;
    (desk, id)
}

fn load(desk: &Desk, arp: &str) {
    desk.router
        .insert("/interface/bridge", &[("name", "bridge-uji"), ("arp", arp)]);
    desk.router.load_static_lines([StaticLine {
        address: ADDRESS.into(),
        mac_address: "02:00:00:00:00:07".into(),
        interface: "bridge-uji".into(),
        comment: None,
    }]);
}

async fn a12_the_arp_entry_really_is_disabled_and_enabled(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::ArpDisable).await;
    load(&desk, "reply-only");
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 0), "{summary:?}");
    assert!(!desk.router.arp_passes(ADDRESS));
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    assert!(desk.acts("access_warning").await.is_empty());
    desk.pay(id, PRICE).await;
    desk.run_due().await;
    assert!(desk.router.arp_passes(ADDRESS));
    assert_eq!(
        (desk.status(id).await, desk.observed(id).await),
        (CustomerStatus::Active, Observed::Open)
    );
}

async fn a12_an_interface_that_learns_by_itself_is_warned_about(on: Engine) {
    let (desk, _) = desk(&on, StaticIsolation::ArpDisable).await;
    load(&desk, "enabled");
    desk.check_overdue(false).await;
    let warnings = desk.acts("access_warning").await;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].message.contains("reply-only") && warnings[0].message.contains("address_list"));
}

async fn a12_a_missing_entry_is_an_error_and_not_a_success(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::ArpDisable).await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "arp_missing");
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
}

async fn a12_a_learned_entry_cannot_be_disabled_and_says_so(on: Engine) {
    let (desk, _) = desk(&on, StaticIsolation::ArpDisable).await;
    let fields = [
        ("address", ADDRESS),
        ("mac-address", "02:00:00:00:00:07"),
        ("interface", "bridge1"),
        ("dynamic", "true"),
    ];
    desk.router.insert("/ip/arp", &fields);
    let summary = desk.check_overdue(false).await;
    assert_eq!(summary.errors[0].code, "arp_dynamic", "{summary:?}");
    assert_eq!(desk.writes(), 0);
}

async fn by_address_list_the_address_is_listed_and_taken_off_and_other_lists_stay(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::AddressList).await;
    desk.router.insert(
        "/ip/firewall/address-list",
        &[("list", "vip"), ("address", ADDRESS)],
    );
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 0), "{summary:?}");
    let listed = |list: &str| {
        desk.router
            .items("/ip/firewall/address-list")
            .into_iter()
            .filter(|item| item.get("list").map(String::as_str) == Some(list))
            .count()
    };
    assert_eq!((listed("sambung-isolated"), listed("vip")), (1, 1));
    desk.pay(id, PRICE).await;
    desk.run_due().await;
    assert_eq!((listed("sambung-isolated"), listed("vip")), (0, 1));
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
}

async fn an_entry_that_somebody_else_listed_is_not_taken_off(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::AddressList).await;
    let fields = [
        ("list", "sambung-isolated"),
        ("address", ADDRESS),
        ("comment", "jangan dibuka"),
    ];
    desk.router.insert("/ip/firewall/address-list", &fields);
    desk.pay(id, PRICE).await;
    let open = office::access::OpenByHand {
        customer_id: id,
        reason: "uji".into(),
        until: None,
    };
    let answer = desk
        .office
        .perform(&office::Actor::console(), open)
        .await
        .unwrap();
    assert_eq!(answer.outcome, office::access::HandOutcome::Queued);
    assert_eq!(
        desk.job(id).await.error_code.as_deref(),
        Some("list_entry_foreign")
    );
    assert_eq!(desk.writes(), 0);
}

on_both! {
    a12_the_arp_entry_really_is_disabled_and_enabled,
    a12_an_interface_that_learns_by_itself_is_warned_about,
    a12_a_missing_entry_is_an_error_and_not_a_success,
    a12_a_learned_entry_cannot_be_disabled_and_says_so,
    by_address_list_the_address_is_listed_and_taken_off_and_other_lists_stay,
    an_entry_that_somebody_else_listed_is_not_taken_off,
}
