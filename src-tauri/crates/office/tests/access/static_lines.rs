//! Lines with fixed addresses: ARP entries and the address list, read back over TCP.

use crate::desk::{Desk, PRICE};
use crate::engine::{Engine, on_both};
use crate::entry::load_rule;
use billing::{CustomerStatus, Observed, RouterMode, StaticIsolation};
use office::access::{Difference, PreviewPlan, ReadRouterPlan};
use office::network::TestRouter;
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

async fn a12_a_line_that_would_be_learned_again_is_not_called_closed_and_nothing_is_sent(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::ArpDisable).await;
    load(&desk, "enabled");
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "arp_not_reply_only");
    let said = &summary.errors[0].message;
    assert!(
        said.contains("reply-only") && said.contains("Daftar alamat"),
        "{said}"
    );
    assert_eq!(
        (desk.status(id).await, desk.observed(id).await),
        (CustomerStatus::Active, Observed::Open)
    );
    assert_eq!(desk.writes(), 0);
}

async fn a12_an_entry_that_is_learned_again_later_is_seen_as_open_and_as_drift(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::ArpDisable).await;
    load(&desk, "reply-only");
    desk.check_overdue(false).await;
    assert_eq!(desk.observed(id).await, Observed::Closed);
    let learned = [
        ("address", ADDRESS),
        ("mac-address", "02:00:00:00:00:07"),
        ("interface", "bridge-uji"),
        ("dynamic", "true"),
    ];
    desk.router.insert("/ip/arp", &learned);
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let drift = desk.ask(plan).await.unwrap();
    assert_eq!(
        (drift.lines[0].observed, drift.lines[0].difference),
        (Observed::Open, Difference::ShouldClose)
    );
    assert_eq!(desk.observed(id).await, Observed::Open);
}

async fn one_that_is_closed_already_does_not_fail_beside_others_that_are_closed_now(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router.insert(
        "/interface/bridge",
        &[("name", "bridge-uji"), ("arp", "reply-only")],
    );
    let mut ids = Vec::new();
    for number in 1..=3 {
        let address = format!("192.168.10.{number}");
        ids.push(desk.fixed(&format!("warnet{number}"), &address).await);
        let mac = format!("02:00:00:00:00:0{number}");
        let fields = [
            ("address", address.as_str()),
            ("mac-address", mac.as_str()),
            ("interface", "bridge-uji"),
            ("disabled", if number == 2 { "true" } else { "false" }),
        ];
        desk.router.insert("/ip/arp", &fields);
    }
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (3, 0), "{summary:?}");
    for id in ids {
        assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    }
}

async fn another_way_of_closing_leaves_no_closed_line_behind(on: Engine) {
    let ways = [
        (StaticIsolation::ArpDisable, StaticIsolation::AddressList),
        (StaticIsolation::AddressList, StaticIsolation::ArpDisable),
    ];
    for (first, then) in ways {
        let (desk, id) = desk(&on, first).await;
        load(&desk, "reply-only");
        load_rule(&desk);
        desk.check_overdue(false).await;
        assert_eq!(desk.observed(id).await, Observed::Closed);
        desk.isolates_by(then).await;
        let plan = ReadRouterPlan {
            router_id: desk.router_id,
        };
        let drift = desk.ask(plan).await.unwrap();
        assert_eq!(
            (drift.lines[0].observed, drift.lines[0].difference),
            (Observed::Closed, Difference::None),
            "closed by {first:?}, now {then:?}"
        );
        desk.pay(id, PRICE).await;
        desk.run_due().await;
        assert_eq!(
            (desk.status(id).await, desk.observed(id).await),
            (CustomerStatus::Active, Observed::Open)
        );
        assert!(desk.router.arp_passes(ADDRESS));
        assert!(desk.router.items("/ip/firewall/address-list").is_empty());
    }
}

async fn a_list_that_no_rule_cuts_off_closes_nobody_and_nothing_is_sent(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::AddressList).await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "isolation_without_effect");
    assert_eq!(
        (desk.status(id).await, desk.observed(id).await),
        (CustomerStatus::Active, Observed::Open)
    );
    assert_eq!(desk.writes(), 0);
}

async fn what_keeps_a_closing_from_cutting_is_known_before_anything_is_sent(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::ArpDisable).await;
    load(&desk, "enabled");
    let test = TestRouter {
        router_id: desk.router_id,
    };
    let tested = desk.ask(test).await.unwrap();
    assert!(tested.ok, "{tested:?}");
    assert_eq!(tested.warnings[0].code, "arp_not_reply_only");
    let preview = PreviewPlan { as_of: None };
    let blocked = desk.ask(preview).await.unwrap().closing[0].blocked.clone();
    assert!(blocked.unwrap().contains("Daftar alamat"));
    let summary = desk.check_overdue(false).await;
    assert_eq!(summary.errors[0].code, "arp_not_reply_only", "{summary:?}");

    // Another way of closing is another matter, and a test of what was mended frees the line at once.
    desk.isolates_by(StaticIsolation::AddressList).await;
    assert_eq!(
        desk.ask(test).await.unwrap().warnings[0].code,
        "isolation_without_effect"
    );
    load_rule(&desk);
    // The router's own clock is none of the desk's, which is told too.
    let warnings = desk.ask(test).await.unwrap().warnings;
    assert!(warnings.iter().all(|warning| warning.code == "router_clock_off"));
    assert_eq!(desk.writes(), 0);
    desk.check_overdue(false).await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
}

async fn a_rule_of_the_offices_own_is_as_good_as_ours(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::AddressList).await;
    let rule = [
        ("chain", "forward"),
        ("action", "reject"),
        ("dst-address-list", "sambung-isolated"),
        ("comment", "punya kantor"),
    ];
    desk.router.insert("/ip/firewall/filter", &rule);
    desk.check_overdue(false).await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
}

async fn connections_that_a_closed_address_has_open_are_ended_and_others_are_not(on: Engine) {
    let (desk, id) = desk(&on, StaticIsolation::AddressList).await;
    load_rule(&desk);
    let others = ["192.168.10.77:40000", "192.168.10.70:40000"];
    for source in ["192.168.10.7:40000", "192.168.10.7:40001", "192.168.10.7"]
        .into_iter()
        .chain(others)
    {
        let fields = [
            ("protocol", "tcp"),
            ("src-address", source),
            ("dst-address", "1.1.1.1:443"),
        ];
        desk.router.insert("/ip/firewall/connection", &fields);
    }
    desk.check_overdue(false).await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    let left: Vec<String> = desk
        .router
        .items("/ip/firewall/connection")
        .into_iter()
        .filter_map(|connection| connection.get("src-address").cloned())
        .collect();
    assert_eq!(left, others);
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
    load_rule(&desk);
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
    a12_a_line_that_would_be_learned_again_is_not_called_closed_and_nothing_is_sent,
    a12_an_entry_that_is_learned_again_later_is_seen_as_open_and_as_drift,
    one_that_is_closed_already_does_not_fail_beside_others_that_are_closed_now,
    another_way_of_closing_leaves_no_closed_line_behind,
    a_list_that_no_rule_cuts_off_closes_nobody_and_nothing_is_sent,
    what_keeps_a_closing_from_cutting_is_known_before_anything_is_sent,
    a_rule_of_the_offices_own_is_as_good_as_ours,
    connections_that_a_closed_address_has_open_are_ended_and_others_are_not,
    a12_a_missing_entry_is_an_error_and_not_a_success,
    a12_a_learned_entry_cannot_be_disabled_and_says_so,
    by_address_list_the_address_is_listed_and_taken_off_and_other_lists_stay,
    an_entry_that_somebody_else_listed_is_not_taken_off,
}
