//! Lines with DHCP leases: their addresses on the isolation list, read back over TCP; leases that stand for nobody in
//! particular are refused, and what others wrote stays.

use billing::{CustomerStatus, Observed, RouterMode, StaticIsolation};
use office::access::{
    Difference, HandOutcome, IsolateByHand, OpenByHand, ReadLeaks, ReadRouterPlan, UndoPlan,
};
use office::network::ReadLineTraffic;
use simulators::router::{Fault, Lease, RouterSpec};
use store::plans::LineState;

use crate::desk::{Desk, PRICE};
use crate::engine::{Engine, on_both};
use crate::entry::{ADDRESS, LIST, MAC, listed, load_rule};

/// An office whose one line, with a lease, is overdue.
async fn desk(on: &Engine) -> (Desk, i64) {
    let desk = Desk::open(on).await;
    let id = desk.leased("warung", MAC).await;
    desk.bill_and_wait().await;
    (desk, id)
}

fn load(desk: &Desk) {
    desk.router.load_leases([Lease {
        rate_limit: Some("5120k/10000k".into()),
        ..Lease::new(ADDRESS, MAC)
    }]);
}

fn lease(desk: &Desk, field: &str) -> Option<String> {
    let leases = desk.router.items("/ip/dhcp-server/lease");
    let of_device = |lease: &&std::collections::BTreeMap<String, String>| {
        lease.get("mac-address").map(String::as_str) == Some(MAC)
    };
    leases.iter().find(of_device)?.get(field).cloned()
}

async fn the_address_of_a_lease_is_listed_with_our_mark_and_taken_off_after_a_payment(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    load_rule(&desk);
    desk.router.insert(LIST, &[("list", "vip"), ("address", ADDRESS)]);
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 0), "{summary:?}");
    assert_eq!(listed(&desk, ADDRESS), ["Sambung: ID: NO-warung - warung"]);
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    assert_eq!(desk.observed(id).await, Observed::Closed);
    assert!(
        desk.acts("access_warning").await.is_empty(),
        "a rule matches the list"
    );

    desk.pay(id, PRICE).await;
    desk.run_due().await;
    assert_eq!(listed(&desk, ADDRESS), Vec::<String>::new());
    assert_eq!(
        desk.router.items(LIST).len(),
        1,
        "the other list keeps the address"
    );
    assert_eq!(
        (desk.status(id).await, desk.observed(id).await),
        (CustomerStatus::Active, Observed::Open)
    );
}

async fn a_list_that_no_rule_cuts_off_closes_nobody_and_nothing_is_sent(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    let off = [
        ("chain", "forward"),
        ("action", "drop"),
        ("src-address-list", "sambung-isolated"),
        ("disabled", "true"),
    ];
    desk.router.insert("/ip/firewall/filter", &off);
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(
        summary.errors[0].code, "isolation_without_effect",
        "a rule that is off closes nobody"
    );
    assert!(summary.errors[0].message.contains("sambung-isolated"));
    assert_eq!((desk.writes(), listed(&desk, ADDRESS)), (0, Vec::new()));
    assert_eq!(
        (desk.status(id).await, desk.observed(id).await),
        (CustomerStatus::Active, Observed::Open)
    );

    load_rule(&desk);
    desk.check_overdue(false).await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
}

async fn one_that_is_listed_already_does_not_fail_beside_others_that_are_closed_now(on: Engine) {
    let desk = Desk::open(&on).await;
    let mut ids = Vec::new();
    for number in 1..=3 {
        let mac = format!("02:00:00:00:00:0{number}");
        ids.push(desk.leased(&format!("warung{number}"), &mac).await);
        desk.router
            .load_leases([Lease::new(format!("10.5.0.{number}"), mac)]);
    }
    load_rule(&desk);
    let ours = [
        ("list", "sambung-isolated"),
        ("address", "10.5.0.2"),
        ("comment", "Sambung: ID: NO-warung2 - warung2"),
    ];
    desk.router.insert(LIST, &ours);
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (3, 0), "{summary:?}");
    for id in ids {
        assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    }
}

async fn a_learned_lease_is_an_error_that_says_make_static_and_nothing_is_written(on: Engine) {
    let (desk, id) = desk(&on).await;
    let learned = [
        ("address", ADDRESS),
        ("mac-address", MAC),
        ("server", "dhcp1"),
        ("dynamic", "true"),
        ("status", "bound"),
    ];
    desk.router.insert("/ip/dhcp-server/lease", &learned);
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "lease_dynamic");
    assert!(summary.errors[0].message.contains("make-static"));
    assert_eq!(desk.writes(), 0);
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
}

async fn a_lease_that_is_missing_or_switched_off_is_an_error_with_its_own_code(on: Engine) {
    let (desk, id) = desk(&on).await;
    let summary = desk.check_overdue(false).await;
    assert_eq!(summary.errors[0].code, "lease_missing", "{summary:?}");
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let drift = desk.ask(plan).await.unwrap();
    assert_eq!(drift.lines[0].difference, Difference::Missing);

    let off = [
        ("address", ADDRESS),
        ("mac-address", MAC),
        ("server", "dhcp1"),
        ("disabled", "true"),
    ];
    desk.router.insert("/ip/dhcp-server/lease", &off);
    desk.forward(70);
    desk.run_due().await;
    assert_eq!(desk.job(id).await.error_code.as_deref(), Some("lease_disabled"));
    assert_eq!((desk.writes(), desk.observed(id).await), (0, Observed::Unknown));
}

async fn an_entry_that_somebody_else_listed_closes_the_line_and_is_not_taken_off(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    let foreign = [
        ("list", "sambung-isolated"),
        ("address", ADDRESS),
        ("comment", "jangan dibuka"),
    ];
    desk.router.insert(LIST, &foreign);
    desk.pay(id, PRICE).await;
    let open = OpenByHand {
        customer_id: id,
        reason: "uji".into(),
        until: None,
    };
    let answer = desk.ask(open).await.unwrap();
    assert_eq!(answer.outcome, HandOutcome::Queued);
    assert_eq!(
        desk.job(id).await.error_code.as_deref(),
        Some("list_entry_foreign")
    );
    assert_eq!(
        (desk.writes(), listed(&desk, ADDRESS)),
        (0, vec!["jangan dibuka".to_owned()])
    );
}

async fn a_lease_that_somebody_blocked_is_freed_by_an_opening(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.leased("warung", MAC).await;
    desk.router.insert(
        "/ip/dhcp-server/lease",
        &[
            ("address", ADDRESS),
            ("mac-address", MAC),
            ("server", "dhcp1"),
            ("block-access", "true"),
        ],
    );
    let open = OpenByHand {
        customer_id: id,
        reason: "sudah selesai".into(),
        until: None,
    };
    let opened = desk.ask(open).await.unwrap();
    assert_eq!(
        (opened.outcome, opened.observed),
        (HandOutcome::Done, Observed::Open)
    );
    assert_eq!(lease(&desk, "block-access").as_deref(), Some("false"));
}

async fn an_undo_takes_off_what_the_plan_listed_and_leaves_what_was_blocked_before(on: Engine) {
    let (desk, id) = desk(&on).await;
    desk.router.insert(
        "/ip/dhcp-server/lease",
        &[
            ("address", ADDRESS),
            ("mac-address", MAC),
            ("server", "dhcp1"),
            ("block-access", "true"),
        ],
    );
    desk.check_overdue(false).await;
    let line = desk.plan_line(id).await;
    assert_eq!(line.state, LineState::Done);
    assert_eq!(
        line.before,
        Some(serde_json::json!({ "way": "lease", "listed": false, "blocked": true }))
    );
    assert_eq!(listed(&desk, ADDRESS).len(), 1);
    let undo = UndoPlan {
        id: line.plan_id,
        hold_days: None,
    };
    desk.ask(undo).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.plan(line.plan_id).await.plan.status, "undone");
    assert_eq!(listed(&desk, ADDRESS), Vec::<String>::new());
    assert_eq!(lease(&desk, "block-access").as_deref(), Some("true"));
}

async fn a_closing_that_was_cut_off_anywhere_is_completed_without_a_double(on: Engine) {
    for commands in 0..12 {
        let (desk, id) = desk(&on).await;
        load(&desk);
        load_rule(&desk);
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.check_overdue(false).await;
        desk.router_is_back().await;
        desk.forward(70);
        desk.run_due().await;
        assert_eq!(
            listed(&desk, ADDRESS).len(),
            1,
            "cut off after {commands} commands"
        );
        assert_eq!(
            desk.status(id).await,
            CustomerStatus::Isolated,
            "after {commands}"
        );
        assert_eq!(desk.observed(id).await, Observed::Closed, "after {commands}");
    }
}

async fn a_refused_entry_is_the_lines_failure_and_is_tried_again(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    load_rule(&desk);
    desk.router
        .refuse("/ip/firewall/address-list/add", "failure: busy", 1);
    let summary = desk.check_overdue(false).await;
    assert_eq!(summary.errors[0].code, "router_refused", "{summary:?}");
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
    desk.forward(70);
    desk.run_due().await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    assert_eq!(listed(&desk, ADDRESS).len(), 1);
}

async fn a_line_with_a_lease_is_known_to_drift_traffic_and_leaks(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let drift = desk.ask(plan).await.unwrap();
    assert_eq!(
        (drift.lines[0].observed, drift.lines[0].difference),
        (Observed::Open, Difference::ShouldClose)
    );
    let traffic = desk.ask(ReadLineTraffic { customer_id: id }).await.unwrap();
    assert!(traffic.online, "the queue of the lease is found by its device");
    let leaks = ReadLeaks { router_id: None };
    let leaks = desk.ask(leaks).await.unwrap();
    assert!(leaks[0].never_online.is_empty() && leaks[0].unbilled.is_empty());
}

async fn a_router_that_is_only_observed_is_told_nothing_of_a_lease(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let id = desk.leased("warung", MAC).await;
    load(&desk);
    let close = IsolateByHand {
        customer_id: id,
        reason: "uji".into(),
    };
    let answer = desk.ask(close).await.unwrap();
    assert_eq!(
        (answer.outcome, answer.observed),
        (HandOutcome::ObservedOnly, Observed::Open)
    );
    assert_eq!(desk.writes(), 0);
}

on_both! {
    the_address_of_a_lease_is_listed_with_our_mark_and_taken_off_after_a_payment,
    a_list_that_no_rule_cuts_off_closes_nobody_and_nothing_is_sent,
    one_that_is_listed_already_does_not_fail_beside_others_that_are_closed_now,
    a_learned_lease_is_an_error_that_says_make_static_and_nothing_is_written,
    a_lease_that_is_missing_or_switched_off_is_an_error_with_its_own_code,
    an_entry_that_somebody_else_listed_closes_the_line_and_is_not_taken_off,
    a_lease_that_somebody_blocked_is_freed_by_an_opening,
    an_undo_takes_off_what_the_plan_listed_and_leaves_what_was_blocked_before,
    a_closing_that_was_cut_off_anywhere_is_completed_without_a_double,
    a_refused_entry_is_the_lines_failure_and_is_tried_again,
    a_line_with_a_lease_is_known_to_drift_traffic_and_leaks,
    a_router_that_is_only_observed_is_told_nothing_of_a_lease,
}
