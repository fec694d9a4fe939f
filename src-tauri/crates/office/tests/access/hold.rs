//! The hold of an undone plan: the ledger still wants its lines closed, and for some days nobody closes them.

use billing::{CustomerStatus, OverrideVerdict};
use jiff::civil::{Date, date};
use office::access::{IsolateByHand, ReadWhy, SetOverride, UndoPlan};
use office::customers::ReadCustomer;
use simulators::router::Fault;
use store::overrides::Override;

use crate::desk::{Desk, PRICE, overdue};
use crate::engine::{Engine, on_both};

const A_DAY: i64 = 24 * 3_600;

/// Closes who is overdue, and undoes that with a hold; gives the plan.
async fn closed_and_undone(desk: &Desk, customer_id: i64, hold_days: Option<i64>) -> i64 {
    desk.check_overdue(false).await;
    let id = desk.plan_line(customer_id).await.plan_id;
    desk.ask(UndoPlan { id, hold_days }).await.unwrap();
    desk.run_due().await;
    id
}

async fn override_of(desk: &Desk, customer_id: i64, today: Date) -> Option<Override> {
    let mut tx = desk.office.store().read().await.unwrap();
    store::overrides::in_force(&mut tx, customer_id, today)
        .await
        .unwrap()
}

async fn the_next_mornings_check_does_not_close_again_what_was_undone(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let plan_id = closed_and_undone(&desk, ids[0], None).await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    let plan = desk.plan(plan_id).await.plan;
    assert_eq!(
        plan.held_until,
        Some(date(2026, 3, 5)),
        "three days after the 2nd"
    );

    desk.forward(A_DAY);
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 0), "{summary:?}");
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");

    let word = override_of(&desk, ids[0], date(2026, 3, 3)).await.unwrap();
    assert_eq!(
        (word.verdict, word.until, word.created_by.as_str()),
        (OverrideVerdict::Open, Some(date(2026, 3, 5)), "console")
    );
    assert!(
        word.reason.contains(&plan_id.to_string()) && word.reason.contains("oleh baris perintah"),
        "the plan and who undid it: {}",
        word.reason
    );
}

async fn the_customer_and_the_explanation_say_until_when_it_is_held(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    closed_and_undone(&desk, ids[0], Some(1)).await;
    let customer = desk.ask(ReadCustomer { id: ids[0] }).await.unwrap();
    assert_eq!(customer.overridden.unwrap().until, Some(date(2026, 3, 3)));
    let why = ReadWhy { customer_id: ids[0] };
    let why = desk.ask_in_english(why).await.unwrap();
    assert_eq!(why.reasons[0].code, "override");
    assert!(why.sentence.contains("until 3 March 2026"), "{}", why.sentence);
}

async fn after_the_hold_the_ledger_decides_again(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    closed_and_undone(&desk, ids[0], Some(2)).await;
    for (days, isolated) in [(1, 0), (1, 0), (1, 1)] {
        desk.forward(days * A_DAY);
        let summary = desk.check_overdue(false).await;
        assert_eq!((summary.isolated, summary.failed), (isolated, 0), "{summary:?}");
    }
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

async fn an_undo_without_a_hold_is_closed_again_by_the_next_check(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let plan_id = closed_and_undone(&desk, ids[0], Some(0)).await;
    assert_eq!(desk.plan(plan_id).await.plan.held_until, None);
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    desk.forward(A_DAY);
    assert_eq!(desk.check_overdue(false).await.isolated, 1);
}

async fn a_hold_outside_0_to_30_days_is_refused_beside_its_field(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    let id = desk.plan_line(ids[0]).await.plan_id;
    for days in [-1, 31, i64::MAX] {
        let hold_days = Some(days);
        let refused = desk.ask(UndoPlan { id, hold_days }).await.unwrap_err();
        assert_eq!((refused.code, refused.kind), ("invalid", office::Kind::Invalid));
        assert_eq!(
            (refused.fields[0].field.as_str(), refused.fields[0].code),
            ("hold_days", "out_of_range")
        );
    }
    assert_eq!(
        desk.plan(id).await.plan.status,
        "applied",
        "and nothing was undone"
    );
    let hold_days = Some(30);
    let undone = desk.ask(UndoPlan { id, hold_days }).await.unwrap();
    assert_eq!(undone.plan.held_until, Some(date(2026, 4, 1)));
}

async fn a_word_that_is_in_force_is_left_as_it_is(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.check_overdue(false).await;
    let id = desk.plan_line(ids[0]).await.plan_id;
    let promise = SetOverride {
        customer_id: ids[0],
        verdict: OverrideVerdict::Open,
        reason: "janji bayar".into(),
        until: Some(date(2026, 3, 3)),
    };
    desk.ask(promise).await.unwrap();
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.router_is_back().await;
    let word = override_of(&desk, ids[0], date(2026, 3, 2)).await.unwrap();
    assert_eq!(
        (word.reason.as_str(), word.until),
        ("janji bayar", Some(date(2026, 3, 3)))
    );
}

async fn closed_by_a_person(desk: &Desk, customer_id: i64) {
    let word = SetOverride {
        customer_id,
        verdict: OverrideVerdict::Closed,
        reason: "alat dibawa pergi".into(),
        until: None,
    };
    desk.ask(word).await.unwrap();
    // A word of the same moment as the plan counts as later than it; this one was there before.
    desk.forward(60);
}

/// Writes down what an import does about a line that was closed before.
async fn closed_by_an_import(desk: &Desk, customer_id: i64, reason: &str) {
    let word = store::overrides::NewOverride {
        customer_id,
        verdict: OverrideVerdict::Closed,
        reason,
        until: None,
        created_by: "console",
    };
    let mut tx = desk.office.store().begin().await.unwrap();
    let now = crate::desk::at(crate::desk::OVERDUE);
    store::overrides::set(&mut tx, &word, now).await.unwrap();
    tx.commit().await.unwrap();
    desk.forward(60);
}

async fn the_closing_that_an_import_took_over_gives_way_to_the_hold(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    closed_by_an_import(&desk, ids[0], "Sudah diisolir sebelum diimpor").await;
    closed_and_undone(&desk, ids[0], None).await;
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    desk.forward(A_DAY);
    desk.check_overdue(false).await;
    assert_eq!(
        desk.profile("plg0001"),
        "pkg-hemat-10",
        "the undo is the later word"
    );
}

async fn a_persons_word_from_before_the_plan_outlives_its_undo(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    closed_by_a_person(&desk, ids[0]).await;
    let plan_id = closed_and_undone(&desk, ids[0], None).await;
    let word = override_of(&desk, ids[0], date(2026, 3, 2)).await.unwrap();
    assert_eq!(
        (word.verdict, word.reason.as_str()),
        (OverrideVerdict::Closed, "alat dibawa pergi")
    );
    assert_eq!(desk.profile("plg0001"), "isolated", "and the line stays closed");
    let plan = desk.plan(plan_id).await;
    let kept = plan.lines.iter().find(|line| line.customer_id == ids[0]).unwrap();
    assert_eq!(kept.status, "kept");
    assert!(
        kept.error.as_deref().unwrap().contains("manual"),
        "{:?}",
        kept.error
    );
    assert_eq!(desk.profile("plg0002"), "pkg-hemat-10");
}

async fn a_persons_word_outlives_the_undo_of_a_plan_whose_turn_had_not_come(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    closed_by_a_person(&desk, ids[0]).await;
    desk.check_overdue(false).await;
    let id = desk.plan_line(ids[0]).await.plan_id;
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    let word = override_of(&desk, ids[0], date(2026, 3, 2)).await.unwrap();
    assert_eq!(word.verdict, OverrideVerdict::Closed);
}

async fn what_failed_is_neither_held_nor_struck_by_the_undo(on: Engine) {
    let desk = Desk::open(&on).await;
    let closed = desk.pppoe(&["plg0001"]).await[0];
    let failed = desk.leased("tanpa-lease", "AA:BB:CC:00:00:01").await;
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 1), "{summary:?}");
    let id = desk.plan_line(closed).await.plan_id;
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.plan(id).await.plan.status, "undone");
    let line = desk.plan_line(failed).await;
    assert_eq!(line.state, store::plans::LineState::Failed);
    assert!(line.error.is_some(), "and it still says why");
    assert_eq!(override_of(&desk, failed, date(2026, 3, 2)).await, None);
    assert!(override_of(&desk, closed, date(2026, 3, 2)).await.is_some());
}

async fn lines_whose_turn_had_not_come_are_held_as_well(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let waiting = desk.check_overdue(false).await;
    assert_eq!((waiting.isolated, waiting.skipped), (0, 1), "{waiting:?}");
    let id = desk.plan_line(ids[0]).await.plan_id;
    let undone = desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    assert_eq!(undone.plan.status, "undone");
    desk.router_is_back().await;
    desk.forward(A_DAY);
    assert_eq!(desk.check_overdue(false).await.isolated, 0);
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
}

async fn the_undo_of_an_opening_holds_nothing_open(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let close = IsolateByHand {
        customer_id: ids[0],
        reason: "uji".into(),
    };
    desk.ask(close).await.unwrap();
    desk.pay(ids[0], PRICE).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    let now = crate::desk::at(crate::desk::OVERDUE);
    store::overrides::end(&mut tx, ids[0], "uji", now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(desk.check_overdue(false).await.opened, 1);
    let id = desk.plan_line(ids[0]).await.plan_id;
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("plg0001"), "isolated");
    assert_eq!(override_of(&desk, ids[0], date(2026, 3, 2)).await, None);
}

async fn a_closing_that_was_at_the_router_while_its_plan_was_undone_is_brought_back(on: Engine) {
    for hold_days in [0, 3] {
        let (desk, ids) = overdue(&on, 1).await;
        desk.router.set_round_trip(std::time::Duration::from_millis(100));
        let plan = desk.ask(office::access::ApplyPlan::default()).await.unwrap().plan;
        let running = {
            let office = desk.office.clone();
            tokio::spawn(async move { office::jobs::run_due(&office, true).await })
        };
        crate::desk::until("the closing is on the wire", async || {
            desk.router.command_log().count("/ppp/secret/set") > 0
        })
        .await;
        let undo = UndoPlan {
            id: plan.id,
            hold_days: Some(hold_days),
        };
        desk.ask(undo).await.unwrap();
        running.await.unwrap().unwrap();
        desk.run_due().await;
        assert_eq!(
            desk.profile("plg0001"),
            "pkg-hemat-10",
            "hold of {hold_days} days"
        );
        desk.online_with("plg0001", "pkg-hemat-10").await;
        assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    }
}

async fn a_closing_that_an_import_found_on_the_router_outlives_the_undo(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    closed_by_an_import(
        &desk,
        ids[0],
        "Sudah ditutup di router sebelum diimpor (profil EXPIRED)",
    )
    .await;
    closed_and_undone(&desk, ids[0], None).await;
    let word = override_of(&desk, ids[0], date(2026, 3, 2)).await.unwrap();
    assert_eq!(
        (word.verdict, word.until),
        (OverrideVerdict::Closed, None),
        "somebody had closed it there, and an undo opens nothing that was closed by hand"
    );
}

on_both! {
    the_next_mornings_check_does_not_close_again_what_was_undone,
    the_customer_and_the_explanation_say_until_when_it_is_held,
    after_the_hold_the_ledger_decides_again,
    an_undo_without_a_hold_is_closed_again_by_the_next_check,
    a_hold_outside_0_to_30_days_is_refused_beside_its_field,
    a_word_that_is_in_force_is_left_as_it_is,
    the_closing_that_an_import_took_over_gives_way_to_the_hold,
    a_persons_word_from_before_the_plan_outlives_its_undo,
    a_persons_word_outlives_the_undo_of_a_plan_whose_turn_had_not_come,
    what_failed_is_neither_held_nor_struck_by_the_undo,
    lines_whose_turn_had_not_come_are_held_as_well,
    the_undo_of_an_opening_holds_nothing_open,
    a_closing_that_was_at_the_router_while_its_plan_was_undone_is_brought_back,
    a_closing_that_an_import_found_on_the_router_outlives_the_undo,
}
