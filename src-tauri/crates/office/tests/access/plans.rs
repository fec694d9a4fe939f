//! Mass changes: the limit, waiting for a person, and a thousand lines.

use billing::{CustomerStatus, RouterMode, StaticIsolation};
use office::access::{ApplyPlan, DismissPlan, PreviewPlan};
use office::payments::TakePayment;
use office::{Actor, Role, Who};
use simulators::router::RouterSpec;
use store::plans::LineState;

use crate::desk::{Desk, PRICE, overdue};
use crate::engine::{Engine, on_both};

async fn a_plan_above_the_limit_waits_for_a_person_and_closes_nobody(on: Engine) {
    let (desk, ids) = overdue(&on, 25).await;
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
    let why = preview.waits_because.unwrap();
    assert!(why.contains("25 jalur di atas batas 20"), "{why}");
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

async fn a_preview_of_the_first_cut_off_after_an_import_says_that_it_waits_and_why(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let preview = async || desk.ask(PreviewPlan::default()).await.unwrap();
    assert_eq!(
        preview().await.waits_because,
        None,
        "a small plan goes through by itself"
    );
    // As an import with debts leaves it.
    let mut tx = desk.office.store().begin().await.unwrap();
    let row = store::import_batches::ImportRow {
        line_no: 2,
        customer_id: ids[0],
    };
    let now = desk.office.now();
    let batch = store::import_batches::insert(&mut tx, "pelanggan.csv", &[row], 0, "uji", now)
        .await
        .unwrap();
    let unconfirmed = serde_json::json!({ "batches": [batch] });
    store::settings::put(&mut tx, "internal.first_cut_off", &unconfirmed, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let shown = preview().await;
    assert!(shown.limit.within && shown.waiting_plan.is_none());
    let why = shown.waits_because.unwrap();
    assert!(why.starts_with("Penutupan pertama setelah impor"), "{why}");
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.waiting), (0, 2), "{summary:?}");
    assert_eq!(summary.notes[0].message, why, "the check says the same");
}

async fn openings_go_through_while_the_closings_wait(on: Engine) {
    let (desk, ids) = overdue(&on, 25).await;
    let close = office::access::IsolateByHand {
        customer_id: ids[0],
        reason: "uji".into(),
    };
    desk.office.perform(&Actor::console(), close).await.unwrap();
    desk.pay(ids[0], PRICE).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    store::overrides::end(&mut tx, ids[0], "uji", crate::desk::at(crate::desk::OVERDUE))
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

async fn a_confirmed_check_goes_through_and_a_dismissed_plan_does_nothing(on: Engine) {
    let (desk, _) = overdue(&on, 25).await;
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

async fn a_preview_says_who_why_and_what_will_be_sent(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
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

async fn a_cut_off_that_failed_does_not_raise_the_limit(on: Engine) {
    let desk = Desk::open(&on).await;
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

async fn the_log_names_who_let_a_plan_through_and_who_took_the_payment(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    let at = crate::desk::at(crate::desk::OVERDUE);
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
        language: office::Language::default(),
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
        reason: None,
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

async fn a11_a_thousand_lines_take_a_few_reads_one_login_and_pipelined_changes(on: Engine) {
    let (desk, ids) = overdue(&on, 1_000).await;
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

async fn lines_that_cannot_be_controlled_are_failures_and_lines_without_a_router_are_skipped(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Manage,
        StaticIsolation::ArpDisable,
    )
    .await;
    let id = desk.dhcp("warung").await;
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "line_without_name");
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
    let by_hand = office::access::IsolateByHand {
        customer_id: id,
        reason: "uji".into(),
    };
    let refused = desk.office.perform(&Actor::console(), by_hand).await.unwrap_err();
    assert_eq!(refused.code, "line_without_name");
}

on_both! {
    a_plan_above_the_limit_waits_for_a_person_and_closes_nobody,
    a_preview_of_the_first_cut_off_after_an_import_says_that_it_waits_and_why,
    openings_go_through_while_the_closings_wait,
    a_confirmed_check_goes_through_and_a_dismissed_plan_does_nothing,
    a_preview_says_who_why_and_what_will_be_sent,
    a_cut_off_that_failed_does_not_raise_the_limit,
    the_log_names_who_let_a_plan_through_and_who_took_the_payment,
    a11_a_thousand_lines_take_a_few_reads_one_login_and_pipelined_changes,
    lines_that_cannot_be_controlled_are_failures_and_lines_without_a_router_are_skipped,
}
