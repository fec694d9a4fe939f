//! Work that failed at something which a person mends: it goes on by itself once that is mended, and what was done in the
//! end is no failure any more.

use billing::{CustomerStatus, RouterMode, StaticIsolation};
use office::ReadDashboard;
use office::access::{ReadRouterPlan, ReadWhy, ReconcileRouter};
use office::customers::{ChangeCustomer, CustomerFields, ReadCustomer};
use office::network::TestRouter;
use simulators::router::{Group, Profile, RouterSpec, StaticLine, User};
use store::jobs::State;

use crate::desk::{Desk, PRICE, overdue};
use crate::engine::{Engine, on_both};
use crate::entry::load_rule;

const TOO_FEW: &str = "api,read,sensitive";
const ENOUGH: &str = "api,read,write,sensitive";
const ADDRESS: &str = "192.168.10.7";

fn of(policies: &str) -> RouterSpec {
    RouterSpec {
        users: vec![User {
            name: "admin".into(),
            password: String::new(),
            group: Group::Of {
                name: "billing".into(),
                policies: policies.into(),
            },
        }],
        ..RouterSpec::default()
    }
}

/// Gives the API user's group these policies, as somebody in Winbox does.
fn grant(desk: &Desk, policies: &str) {
    let group = ("name", "billing");
    let changed = desk.router.change("/user/group", group, &[("policy", policies)]);
    assert_eq!(changed, 1);
}

/// A line with a fixed address on an interface that learns addresses, so that its closing would have no effect.
async fn learning(on: &Engine) -> (Desk, i64) {
    let desk = Desk::open(on).await;
    let id = desk.fixed("warnet", ADDRESS).await;
    let bridge = [("name", "bridge-uji"), ("arp", "enabled")];
    desk.router.insert("/interface/bridge", &bridge);
    desk.router.load_static_lines([StaticLine {
        address: ADDRESS.into(),
        mac_address: "02:00:00:00:00:07".into(),
        interface: "bridge-uji".into(),
        comment: None,
    }]);
    (desk, id)
}

async fn what_a_missing_policy_keeps_from_being_done_waits_without_tries_until_it_is_granted(on: Engine) {
    let desk = Desk::with(&on, of(TOO_FEW), RouterMode::Manage, StaticIsolation::ArpDisable).await;
    let ids = desk.pppoe(&["budi", "siti", "wati"]).await;
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    assert_eq!(
        (summary.isolated, summary.failed, summary.skipped),
        (0, 0, 3),
        "nobody is closed and nothing is given up: {summary:?}"
    );
    assert_eq!(summary.notes[0].code, "router_permission_missing");
    for &id in &ids {
        let job = desk.job(id).await;
        assert_eq!((job.state, job.tries), (State::Parked, 0), "{job:?}");
    }
    let failures = desk.ask(ReadDashboard).await.unwrap().failures;
    assert_eq!(failures.len(), 1, "said once, of the router: {failures:?}");
    assert_eq!(failures[0].waiting, 3);
    let said = failures[0].detail.clone().unwrap();
    assert!(said.contains("write") && said.contains("/user group"), "{said}");
    let ask = ReadWhy { customer_id: ids[0] };
    let change = desk.ask(ask).await.unwrap().change.unwrap();
    assert!(
        change.sentence.contains("/user group") && !change.sentence.contains("begitu router menjawab"),
        "{change:?}"
    );

    // Whoever asks whether it is back is told so again, and nothing is sent.
    let router_id = desk.router_id;
    let probed = desk.office.network().session(&desk.office, router_id).await;
    assert_eq!(probed.unwrap_err().code(), "router_permission_missing");
    desk.run_due().await;
    assert_eq!(desk.job(ids[0]).await.state, State::Parked);

    grant(&desk, ENOUGH);
    desk.office
        .network()
        .session(&desk.office, router_id)
        .await
        .expect("it is as it should be");
    desk.run_due().await;
    for &id in &ids {
        assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    }
    assert!(desk.ask(ReadDashboard).await.unwrap().failures.is_empty());
}

async fn a_dead_closing_is_taken_up_when_the_test_finds_the_router_mended(on: Engine) {
    let (desk, id) = learning(&on).await;
    desk.bill_and_wait().await;
    assert_eq!(desk.check_overdue(false).await.failed, 1);
    assert_eq!(desk.job(id).await.state, State::Dead);
    let test = TestRouter {
        router_id: desk.router_id,
    };
    let tested = desk.ask(test).await.unwrap();
    assert_eq!(tested.warnings[0].code, "arp_not_reply_only");
    desk.run_due().await;
    assert_eq!(desk.job(id).await.state, State::Dead, "it is as it was");

    let bridge = ("name", "bridge-uji");
    desk.router
        .change("/interface/bridge", bridge, &[("arp", "reply-only")]);
    assert!(desk.ask(test).await.unwrap().ok);
    desk.run_due().await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    assert_eq!(desk.acts("jobs_retried").await.len(), 1);
}

async fn a_dead_closing_is_taken_up_when_the_way_of_closing_is_changed(on: Engine) {
    let (desk, id) = learning(&on).await;
    load_rule(&desk);
    desk.bill_and_wait().await;
    assert_eq!(desk.check_overdue(false).await.failed, 1);
    desk.isolates_by(StaticIsolation::AddressList).await;
    desk.run_due().await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
}

async fn a_dead_opening_is_taken_up_when_the_customers_record_is_mended(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    // Somebody renames the secret in Winbox, and the customer pays.
    let name = ("name", "plg0001");
    desk.router.change("/ppp/secret", name, &[("name", "siti-baru")]);
    desk.pay(ids[0], PRICE).await;
    for _ in 0..5 {
        desk.run_due().await;
        desk.forward(700);
    }
    assert_eq!(desk.job(ids[0]).await.state, State::Dead);
    let fields = CustomerFields {
        pppoe_username: Some(Some("siti-baru".to_owned())),
        ..CustomerFields::default()
    };
    desk.ask(ChangeCustomer { id: ids[0], fields }).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.profile("siti-baru"), "pkg-hemat-10");
}

async fn what_was_done_in_the_end_is_no_failure_any_more(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router
        .refuse("/ppp/secret/set", "failure: database is busy", 4);
    assert_eq!(desk.check_overdue(false).await.failed, 1);
    for _ in 0..4 {
        desk.forward(700);
        desk.run_due().await;
    }
    let dead = desk.job(ids[0]).await;
    assert_eq!(dead.state, State::Dead, "{dead:?}");
    assert_eq!(desk.ask(ReadDashboard).await.unwrap().failures.len(), 1);

    desk.forward(86_400);
    assert_eq!(desk.check_overdue(false).await.isolated, 1);
    assert_eq!(desk.job(ids[0]).await.state, State::Done);
    let mut tx = desk.office.store().read().await.unwrap();
    let put_away = store::jobs::find(&mut tx, dead.id).await.unwrap().unwrap();
    drop(tx);
    assert_eq!(put_away.state, State::Cancelled);
    assert!(desk.ask(ReadDashboard).await.unwrap().failures.is_empty());
    let customer = desk.ask(ReadCustomer { id: ids[0] }).await.unwrap();
    assert!(customer.untold.is_none(), "{:?}", customer.untold);
}

async fn a_router_that_lacks_a_policy_says_so_to_whoever_looks(on: Engine) {
    let desk = Desk::with(&on, of(TOO_FEW), RouterMode::Manage, StaticIsolation::ArpDisable).await;
    desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    assert_eq!(
        desk.ask(plan).await.unwrap_err().code,
        "router_permission_missing"
    );
    let test = TestRouter {
        router_id: desk.router_id,
    };
    let tested = desk.ask(test).await.unwrap();
    assert_eq!(tested.permissions.missing, ["write"], "a test names each");
}

async fn an_entry_that_was_learned_before_the_interface_was_mended_is_named(on: Engine) {
    let (desk, id) = learning(&on).await;
    desk.bill_and_wait().await;
    assert_eq!(desk.check_overdue(false).await.failed, 1);
    let bridge = ("name", "bridge-uji");
    desk.router
        .change("/interface/bridge", bridge, &[("arp", "reply-only")]);
    let learned = [
        ("address", ADDRESS),
        ("mac-address", "02:00:00:00:00:07"),
        ("interface", "bridge-uji"),
        ("dynamic", "true"),
    ];
    desk.router.insert("/ip/arp", &learned);
    let test = TestRouter {
        router_id: desk.router_id,
    };
    let tested = desk.ask(test).await.unwrap();
    assert_eq!(tested.warnings[0].code, "arp_learned_stays");
    assert!(tested.warnings[0].message.id.contains("dinamis"), "{tested:?}");
    assert_eq!(desk.router.remove("/ip/arp", ("dynamic", "true")), 1);
    desk.ask(test).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
}

async fn a_line_whose_closing_would_cut_nobody_off_is_said_to_be_so_by_the_comparison(on: Engine) {
    let (desk, _) = learning(&on).await;
    desk.bill_and_wait().await;
    let router_id = desk.router_id;
    let compared = desk.ask(ReadRouterPlan { router_id }).await.unwrap();
    let reason = &compared.lines[0].reason;
    assert!(reason.contains("masih mempelajari ARP"), "{reason}");
    let shown = ReconcileRouter {
        router_id,
        dry_run: true,
        ..ReconcileRouter::default()
    };
    let shown = desk.ask(shown).await.unwrap();
    assert!(shown.lines[0].blocked.is_some(), "nothing is sent in vain");
}

async fn a_profile_of_closed_lines_that_limits_nothing_closes_nobody(on: Engine) {
    for rate in ["0/0", ""] {
        let (desk, ids) = overdue(&on, 1).await;
        desk.router.load_profiles([Profile {
            address_list: Some("isolated".into()),
            ..Profile::new("isolated", rate)
        }]);
        let summary = desk.check_overdue(false).await;
        assert_eq!((summary.isolated, summary.failed), (0, 1), "{rate}: {summary:?}");
        assert_eq!(summary.errors[0].code, "isolated_profile_without_effect");
        assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
        let router_id = desk.router_id;
        let compared = desk.ask(ReadRouterPlan { router_id }).await.unwrap();
        assert_eq!(compared.totals.wrong_rate, 1, "{:?}", compared.wrong_rates);

        // A rule that keeps the list out is as good as a limit.
        let rule = [
            ("chain", "forward"),
            ("action", "drop"),
            ("src-address-list", "isolated"),
        ];
        desk.router.insert("/ip/firewall/filter", &rule);
        let compared = desk.ask(ReadRouterPlan { router_id }).await.unwrap();
        assert_eq!(compared.totals.wrong_rate, 0, "{:?}", compared.wrong_rates);
        desk.ask(TestRouter { router_id }).await.unwrap();
        desk.run_due().await;
        assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    }
}

on_both! {
    an_entry_that_was_learned_before_the_interface_was_mended_is_named,
    a_line_whose_closing_would_cut_nobody_off_is_said_to_be_so_by_the_comparison,
    a_profile_of_closed_lines_that_limits_nothing_closes_nobody,
    what_a_missing_policy_keeps_from_being_done_waits_without_tries_until_it_is_granted,
    a_dead_closing_is_taken_up_when_the_test_finds_the_router_mended,
    a_dead_closing_is_taken_up_when_the_way_of_closing_is_changed,
    a_dead_opening_is_taken_up_when_the_customers_record_is_mended,
    what_was_done_in_the_end_is_no_failure_any_more,
    a_router_that_lacks_a_policy_says_so_to_whoever_looks,
}
