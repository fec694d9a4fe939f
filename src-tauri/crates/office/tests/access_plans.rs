//! Mass changes: the limit, waiting for a person, undo, and a thousand lines.

mod access_office;

use access_office::{Desk, PRICE};
use billing::{CustomerStatus, RouterMode, StaticIsolation};
use office::access::{ApplyPlan, DismissPlan, PreviewPlan, UndoPlan};
use office::payments::TakePayment;
use office::{Actor, Role, Who};
use simulators::router::{Fault, RouterSpec};
use store::plans::LineState;

fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("plg{number:04}")).collect()
}

async fn office_with(count: usize) -> (Desk, Vec<i64>) {
    let desk = Desk::open().await;
    let names = names(count);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ids = desk.pppoe(&names).await;
    desk.bill_and_wait().await;
    (desk, ids)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_above_the_limit_waits_for_a_person_and_closes_nobody() {
    let (desk, ids) = office_with(25).await;
    let summary = desk.check_overdue(false).await;
    assert_eq!(
        (summary.isolated, summary.waiting, summary.failed),
        (0, 25, 0),
        "{summary:?}"
    );
    assert_eq!(desk.writes(), 0);

    let preview = desk
        .office
        .perform(&Actor::console(), PreviewPlan::default())
        .await
        .unwrap();
    assert_eq!((preview.limit.limit, preview.limit.within), (20, false));
    let waiting = preview.waiting_plan.unwrap();
    let apply = |strike: Vec<i64>, confirm| ApplyPlan {
        plan_id: Some(waiting.id),
        strike,
        confirm,
    };
    let refused = desk
        .office
        .perform(&Actor::console(), apply(Vec::new(), false))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "plan_above_limit");
    let plan = desk
        .office
        .perform(&Actor::console(), apply(vec![ids[0]], true))
        .await
        .unwrap();
    assert_eq!(plan.plan.status, "applying");
    desk.run_due().await;
    let plan = desk.plan(waiting.id).await;
    assert_eq!(plan.plan.status, "applied");
    assert_eq!(
        (
            plan.plan.lines_by_status["done"],
            plan.plan.lines_by_status["struck"]
        ),
        (24, 1)
    );
    assert_eq!(
        desk.status(ids[0]).await,
        CustomerStatus::Active,
        "a struck line stays open"
    );
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    assert_eq!(desk.profile("plg0002"), "isolated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openings_go_through_while_the_closings_wait() {
    let (desk, ids) = office_with(25).await;
    let close = office::access::IsolateByHand {
        customer_id: ids[0],
        reason: "uji".into(),
    };
    desk.office.perform(&Actor::console(), close).await.unwrap();
    desk.pay(ids[0], PRICE).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    store::overrides::end(&mut tx, ids[0], "uji", access_office::at(access_office::OVERDUE))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let summary = desk.check_overdue(false).await;
    assert_eq!(
        (summary.isolated, summary.opened, summary.waiting),
        (0, 1, 24),
        "{summary:?}"
    );
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmed_check_goes_through_and_a_dismissed_plan_does_nothing() {
    let (desk, _) = office_with(25).await;
    desk.check_overdue(false).await;
    let preview = desk
        .office
        .perform(&Actor::console(), PreviewPlan::default())
        .await
        .unwrap();
    let id = preview.waiting_plan.unwrap().id;
    desk.office
        .perform(&Actor::console(), DismissPlan { id })
        .await
        .unwrap();
    desk.run_due().await;
    assert_eq!(desk.writes(), 0);
    let summary = desk.check_overdue(true).await;
    assert_eq!((summary.isolated, summary.waiting), (25, 0), "{summary:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_says_who_why_and_what_will_be_sent() {
    let (desk, ids) = office_with(1).await;
    let preview = desk
        .office
        .perform(&Actor::console(), PreviewPlan::default())
        .await
        .unwrap();
    let line = &preview.closing[0];
    assert_eq!((line.customer_id, line.amount), (ids[0], PRICE));
    assert!(line.reason.contains("INV-202601-00001"), "{}", line.reason);
    assert!(line.will_send.contains("profile=isolated"), "{}", line.will_send);
    assert_eq!(
        desk.router.command_log().connections,
        0,
        "a preview asks the database alone"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_survives_a_restart_restores_exactly_and_names_what_changed_since() {
    let (desk, ids) = office_with(3).await;
    // This one had a profile of its own before; undo brings back that, not the package's.
    desk.router
        .load_profiles([simulators::router::Profile::new("vip", "50M/50M")]);
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0002", "x").with_profile("vip")]);
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    // Somebody changed this line on the router meanwhile.
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0003", "x").with_profile("vip")]);

    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let undone = desk
        .office
        .perform(&Actor::console(), UndoPlan { id: plan_id })
        .await
        .unwrap();
    assert_eq!(undone.plan.status, "undoing");
    desk.run_due().await;
    let desk = desk.reopen().await;
    assert_eq!(
        desk.plan(plan_id).await.plan.status,
        "undoing",
        "it waits for the router"
    );

    desk.router.set_fault(Fault::Normal).await.unwrap();
    let test = office::network::TestRouter {
        router_id: desk.router_id,
    };
    desk.office.perform(&Actor::console(), test).await.unwrap();
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    assert_eq!(desk.profile("plg0002"), "vip");
    assert_eq!(desk.profile("plg0003"), "vip", "what changed since is left alone");
    desk.online_with("plg0001", "pkg-hemat-10").await;
    let kept = plan.lines.iter().find(|line| line.customer_id == ids[2]).unwrap();
    assert_eq!(kept.status, "kept");
    assert!(kept.error.is_some(), "and named");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    let again = desk
        .office
        .perform(&Actor::console(), UndoPlan { id: plan_id })
        .await
        .unwrap_err();
    assert_eq!(again.code, "plan_not_applied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_leaves_and_names_the_lines_that_were_settled_since() {
    let (desk, ids) = office_with(5).await;
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    desk.pay(ids[0], PRICE).await;
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    let word = office::access::SetOverride {
        customer_id: ids[1],
        verdict: billing::OverrideVerdict::Closed,
        reason: "alat rusak".into(),
        until: None,
    };
    desk.office.perform(&Actor::console(), word).await.unwrap();
    desk.run_due().await;
    // Somebody opened this one on the router, where it now says again what it said before the plan.
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0003", "x").with_profile("pkg-hemat-10")]);

    desk.router.clear_command_log();
    desk.office
        .perform(&Actor::console(), UndoPlan { id: plan_id })
        .await
        .unwrap();
    desk.run_due().await;
    assert_eq!(
        desk.router.command_log().count("/ppp/secret/set"),
        2,
        "nothing is sent for a line that changed since"
    );
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(
        (
            plan.plan.lines_by_status["undone"],
            plan.plan.lines_by_status["kept"]
        ),
        (2, 3)
    );
    for (id, word) in [(ids[0], "dibayar"), (ids[1], "manual"), (ids[2], "berubah")] {
        let line = plan.lines.iter().find(|line| line.customer_id == id).unwrap();
        let why = line.error.as_deref().unwrap();
        assert!(why.contains(word), "{}: {why}", line.name);
    }
    assert_eq!(desk.profile("plg0002"), "isolated", "a person's word stands");
    assert_eq!(desk.profile("plg0004"), "pkg-hemat-10");
    let report = &desk.acts("plan_undo_finished").await[0];
    assert!(report.message.contains("3 dibiarkan"), "{}", report.message);
    let detail = report.detail.as_ref().unwrap();
    assert_eq!(detail["kept"][0]["name"], "plg0001");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_that_was_cut_off_anywhere_knows_its_own_work_again() {
    for commands in 0..10 {
        let (desk, ids) = office_with(1).await;
        desk.check_overdue(false).await;
        let plan_id = desk.plan_line(ids[0]).await.plan_id;
        desk.office
            .perform(&Actor::console(), UndoPlan { id: plan_id })
            .await
            .unwrap();
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        let desk = desk.reopen().await;
        desk.router.set_fault(Fault::Normal).await.unwrap();
        let test = office::network::TestRouter {
            router_id: desk.router_id,
        };
        desk.office.perform(&Actor::console(), test).await.unwrap();
        desk.run_due().await;
        let line = desk.plan_line(ids[0]).await;
        assert_eq!(
            (line.state, line.error.as_deref()),
            (LineState::Undone, None),
            "cut off after {commands} commands"
        );
        assert_eq!(desk.plan(plan_id).await.plan.status, "undone");
        desk.online_with("plg0001", "pkg-hemat-10").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_keeps_a_line_that_a_later_plan_closed_again() {
    let (desk, ids) = office_with(2).await;
    desk.check_overdue(false).await;
    let first = desk.plan_line(ids[0]).await.plan_id;
    // Opened on the router behind the office's back, seen, and closed again by the next check.
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0001", "x").with_profile("pkg-hemat-10")]);
    let mut tx = desk.office.store().begin().await.unwrap();
    let seen = store::access::Sight {
        customer_id: ids[0],
        observed: billing::Observed::Open,
        evidence: None,
    };
    store::access::observe(&mut tx, &[seen], access_office::at(access_office::OVERDUE))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.check_overdue(false).await;
    let second = desk.plan_line(ids[0]).await.plan_id;
    assert_ne!(first, second);
    assert_eq!(desk.profile("plg0001"), "isolated");

    desk.office
        .perform(&Actor::console(), UndoPlan { id: first })
        .await
        .unwrap();
    desk.run_due().await;
    let plan = desk.plan(first).await;
    let kept = plan.lines.iter().find(|line| line.customer_id == ids[0]).unwrap();
    assert_eq!(kept.status, "kept");
    assert!(
        kept.error.as_deref().unwrap().contains(&second.to_string()),
        "{:?}",
        kept.error
    );
    assert_eq!(desk.profile("plg0001"), "isolated");
    assert_eq!(desk.profile("plg0002"), "pkg-hemat-10");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_off_that_failed_does_not_raise_the_limit() {
    let desk = Desk::open().await;
    let mut ids = Vec::new();
    for number in 1..=25 {
        // The router knows none of these addresses.
        ids.push(
            desk.fixed(&format!("warung{number}"), &format!("10.9.0.{number}"))
                .await,
        );
    }
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(true).await;
    assert_eq!((summary.isolated, summary.failed), (0, 25), "{summary:?}");
    let plan = desk.plan(desk.plan_line(ids[0]).await.plan_id).await;
    assert_eq!((plan.plan.status.as_str(), plan.plan.closing), ("applied", 25));
    let preview = desk
        .office
        .perform(&Actor::console(), PreviewPlan::default())
        .await
        .unwrap();
    assert_eq!((preview.limit.usual, preview.limit.limit), (None, 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_names_who_let_a_plan_through_and_who_took_the_payment() {
    let (desk, ids) = office_with(2).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    let at = access_office::at(access_office::OVERDUE);
    let user = store::users::insert(&mut tx, "rina", Role::Cashier.as_str(), "x", at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let rina = Actor {
        who: Who::User {
            id: user.id,
            name: user.name,
            role: Role::Cashier,
        },
        abilities: Role::Cashier.abilities(),
    };
    desk.check_overdue(false).await;
    let payment = TakePayment {
        customer_id: ids[0],
        invoice_id: None,
        amount: PRICE,
        method: billing::Method::Cash,
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: None,
        idempotency_key: None,
    };
    desk.office.perform(&rina, payment).await.unwrap();
    desk.run_due().await;
    for (act, actors) in [
        ("isolation_executed", &["console", "console"][..]),
        ("isolation_opened", &["rina"]),
    ] {
        let rows = desk.acts(act).await;
        let names: Vec<&str> = rows.iter().map(|row| row.actor.as_str()).collect();
        assert_eq!(names, actors, "{act}");
        assert!(
            rows.iter().all(|row| row
                .cause
                .as_deref()
                .is_some_and(|cause| cause.starts_with("job:"))),
            "and that a job did it"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a11_a_thousand_lines_take_a_few_reads_one_login_and_pipelined_changes() {
    let (desk, ids) = office_with(1_000).await;
    desk.router.clear_command_log();
    let summary = desk.check_overdue(true).await;
    assert_eq!(
        (summary.isolated, summary.failed, summary.waiting),
        (1_000, 0, 0),
        "{:?}",
        summary.errors
    );
    let log = desk.router.command_log();
    assert_eq!((log.connections, log.logins), (1, 1));
    assert_eq!(
        (log.count("/ppp/secret/set"), log.count("/ppp/active/remove")),
        (1_000, 1_000)
    );
    let reads: u64 = log
        .counts
        .iter()
        .filter(|(word, _)| word.ends_with("/print"))
        .map(|(_, count)| count)
        .sum();
    assert!(
        reads <= 40,
        "{reads} reads for a thousand lines: {:?}",
        log.counts
    );
    assert!(
        log.most_under_way > 8,
        "changes are pipelined, not sent one by one: {}",
        log.most_under_way
    );
    assert!(
        desk.router
            .secrets()
            .iter()
            .all(|secret| secret.profile == "isolated")
    );
    assert_eq!(desk.plan_line(ids[999]).await.state, LineState::Done);
    let preview = desk
        .office
        .perform(&Actor::console(), PreviewPlan::default())
        .await
        .unwrap();
    assert_eq!(
        preview.limit.usual,
        Some(1_000),
        "the next limit knows this cut-off"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_cannot_be_controlled_are_failures_and_lines_without_a_router_are_skipped() {
    let desk = Desk::with(
        RouterSpec::default(),
        RouterMode::Manage,
        StaticIsolation::ArpDisable,
    )
    .await;
    let id = desk.dhcp("warung").await;
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "unsupported_connection");
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
    let by_hand = office::access::IsolateByHand {
        customer_id: id,
        reason: "uji".into(),
    };
    let refused = desk.office.perform(&Actor::console(), by_hand).await.unwrap_err();
    assert_eq!(refused.code, "unsupported_connection");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_closes_on_a_day_that_the_office_does_not_close_on_but_payers_open() {
    let (desk, ids) = office_with(2).await;
    desk.check_overdue(false).await;
    desk.pay(ids[0], PRICE).await;
    // The day of the check is a Monday.
    let tuesdays = serde_json::json!({ "isolation.weekdays": [2] });
    let serde_json::Value::Object(tuesdays) = tuesdays else {
        return;
    };
    desk.office
        .perform(&Actor::console(), office::settings::ChangeSettings(tuesdays))
        .await
        .unwrap();
    let late = desk.pppoe(&["terlambat"]).await[0];
    let close = office::access::SetOverride {
        customer_id: late,
        verdict: billing::OverrideVerdict::Closed,
        reason: "uji".into(),
        until: None,
    };
    desk.office.perform(&Actor::console(), close).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        desk.profile("plg0001"),
        "pkg-hemat-10",
        "a payer is opened on any day"
    );
    assert_eq!(
        desk.profile("terlambat"),
        "isolated",
        "and so is a person's word carried out"
    );
    let refused = desk
        .office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap_err();
    assert_eq!(refused.code, "nothing_to_change");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overdue_check_on_another_weekday_closes_nobody_and_counts_them_as_skipped() {
    let (desk, ids) = office_with(2).await;
    let serde_json::Value::Object(tuesdays) = serde_json::json!({ "isolation.weekdays": [2] }) else {
        return;
    };
    desk.office
        .perform(&Actor::console(), office::settings::ChangeSettings(tuesdays))
        .await
        .unwrap();
    let monday = desk.check_overdue(false).await;
    assert_eq!((monday.isolated, monday.skipped), (0, 2), "{monday:?}");
    let refused = desk
        .office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap_err();
    assert_eq!(refused.code, "not_closing_now");
    desk.forward(24 * 3_600);
    let tuesday = desk.check_overdue(false).await;
    assert_eq!((tuesday.isolated, tuesday.skipped), (2, 0), "{tuesday:?}");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}
