//! Days and hours at which the office closes nobody: said with a stable code and the next time, by every way in.

use billing::CustomerStatus;
use jiff::civil::date;
use office::access::{ApplyPlan, CheckOverdue, PreviewPlan};
use office::schedule::ChangeTask;
use serde_json::json;

use crate::desk::{Desk, PRICE, overdue};
use crate::engine::{Engine, on_both};

/// What the preview says about closing, today or on another day.
async fn not_closing(desk: &Desk, as_of: Option<jiff::civil::Date>) -> Option<String> {
    let preview = desk.ask_in_english(PreviewPlan { as_of }).await.unwrap();
    preview.not_closing
}

async fn nobody_closes_on_a_day_that_the_office_does_not_close_on_but_payers_open(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(false).await;
    desk.pay(ids[0], PRICE).await;
    // The day of the check is a Monday.
    desk.settings(json!({ "isolation.weekdays": [2] })).await;
    let late = desk.pppoe(&["terlambat"]).await[0];
    let close = office::access::SetOverride {
        customer_id: late,
        verdict: billing::OverrideVerdict::Closed,
        reason: "uji".into(),
        until: None,
    };
    desk.ask(close).await.unwrap();
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
    let refused = desk.ask(ApplyPlan::default()).await.unwrap_err();
    assert_eq!(refused.code, "nothing_to_change");
}

async fn an_overdue_check_on_another_weekday_closes_nobody_and_counts_them_as_skipped(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.settings(json!({ "isolation.weekdays": [2] })).await;
    let monday = desk.check_overdue(false).await;
    assert_eq!((monday.isolated, monday.skipped), (0, 2), "{monday:?}");
    let refused = desk.ask(ApplyPlan::default()).await.unwrap_err();
    assert_eq!(refused.code, "not_closing_now");
    desk.forward(24 * 3_600);
    let tuesday = desk.check_overdue(false).await;
    assert_eq!((tuesday.isolated, tuesday.skipped), (2, 0), "{tuesday:?}");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

async fn a_check_on_a_day_without_closings_says_why_and_when_next_and_a_confirmation_changes_nothing(
    on: Engine,
) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.settings(json!({ "isolation.weekdays": [2], "isolation.holidays": ["2026-03-03"] }))
        .await;
    for (dry_run, confirm) in [(true, false), (true, true), (false, false), (false, true)] {
        let summary = desk.ask(CheckOverdue { dry_run, confirm }).await.unwrap();
        assert_eq!(
            (summary.isolated, summary.waiting, summary.skipped, summary.failed),
            (0, 0, 1, 0),
            "{summary:?}"
        );
        assert_eq!(summary.notes[0].code, "not_closing_now");
        let said = &summary.notes[0].message;
        assert!(
            said.contains("10 Maret 2026"),
            "the Tuesday after the holiday: {said}"
        );
    }
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.writes(), 0);
}

async fn a_person_cannot_let_a_waiting_plan_through_on_a_holiday_and_it_goes_on_waiting(on: Engine) {
    let (desk, ids) = overdue(&on, 25).await;
    desk.check_overdue(false).await;
    let preview = desk.ask(PreviewPlan::default()).await.unwrap();
    let id = preview.waiting_plan.unwrap().id;
    desk.settings(json!({ "isolation.holidays": ["2026-03-02"] }))
        .await;
    let approve = || ApplyPlan {
        plan_id: Some(id),
        strike: vec![ids[0]],
        confirm: true,
    };
    let refused = desk.ask(approve()).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.kind),
        ("not_closing_now", office::Kind::Conflict)
    );
    assert!(
        refused.detail.en.contains("3 March 2026"),
        "{}",
        refused.detail.en
    );
    desk.run_due().await;
    assert_eq!(desk.writes(), 0);
    desk.check_overdue(true).await;
    assert_eq!(
        desk.plan(id).await.plan.status,
        "waiting",
        "a check that closes nobody puts no plan away"
    );

    desk.forward(24 * 3_600);
    desk.ask(approve()).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.plan(id).await.plan.lines_by_status["done"], 24);
}

async fn on_a_day_without_closings_a_person_may_still_open_who_paid_and_reads_what_was_left_out(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(false).await;
    let late = desk.pppoe(&["terlambat"]).await[0];
    desk.clock.set(crate::desk::at("2026-03-02T05:00:00+07:00"));
    desk.settings(json!({ "isolation.holidays": ["2026-03-02"] }))
        .await;
    let mut tx = desk.office.store().begin().await.unwrap();
    let free = store::customers::find(&mut tx, ids[0]).await.unwrap().unwrap();
    let mut exempt = free.clone();
    exempt.details.exempt = true;
    store::customers::update(&mut tx, &exempt, crate::desk::at(crate::desk::OVERDUE))
        .await
        .unwrap();
    let bill = store::customers::find(&mut tx, late).await.unwrap().unwrap();
    let mut on_another = bill.clone();
    on_another.details.payer_id = Some(ids[1]);
    store::customers::update(&mut tx, &on_another, crate::desk::at(crate::desk::OVERDUE))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let plan = desk.ask(ApplyPlan::default()).await.unwrap().plan;
    assert_eq!((plan.kind.as_str(), plan.closing, plan.opening), ("reopen", 0, 1));
    assert!(plan.reason.unwrap().contains("hari libur"));
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.status(late).await, CustomerStatus::Active);
}

async fn a_preview_knows_the_hours_of_closing(on: Engine) {
    let (desk, _) = overdue(&on, 1).await;
    desk.settings(json!({ "isolation.window": { "from": "08:00", "to": "16:00" } }))
        .await;
    // It is 06:00.
    let said = not_closing(&desk, None).await.unwrap();
    assert!(said.contains("08:00 to 16:00"), "{said}");
    assert!(said.contains("next from 2 March 2026 at 08:00"), "{said}");
    desk.forward(3 * 3_600);
    assert_eq!(not_closing(&desk, None).await, None);
    desk.forward(7 * 3_600);
    let late = not_closing(&desk, None).await.unwrap();
    assert!(late.contains("next from 3 March 2026 at 08:00"), "{late}");
}

async fn a_preview_of_tomorrow_asks_at_which_hour_the_check_runs_then(on: Engine) {
    let (desk, _) = overdue(&on, 1).await;
    let tomorrow = Some(date(2026, 3, 3));
    assert_eq!(not_closing(&desk, tomorrow).await, None);
    desk.settings(json!({ "isolation.window": { "from": "08:00", "to": "16:00" } }))
        .await;
    let said = not_closing(&desk, tomorrow).await.unwrap();
    assert!(
        said.starts_with("06:00 is outside"),
        "the check at six would close nobody on any day: {said}"
    );
    let later = ChangeTask {
        task: "billing:check-overdue".into(),
        cron: Some("0 6,9 * * *".into()),
        paused: None,
    };
    desk.ask(later).await.unwrap();
    assert_eq!(not_closing(&desk, tomorrow).await, None);
}

async fn outside_the_hours_nobody_is_closed_by_any_way_in(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.settings(json!({ "isolation.window": { "from": "08:00", "to": "16:00" } }))
        .await;
    let refused = desk.ask(ApplyPlan::default()).await.unwrap_err();
    assert_eq!(refused.code, "not_closing_now");
    assert_eq!(desk.check_overdue(true).await.notes[0].code, "not_closing_now");
    desk.forward(3 * 3_600);
    desk.ask(ApplyPlan::default()).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

on_both! {
    nobody_closes_on_a_day_that_the_office_does_not_close_on_but_payers_open,
    an_overdue_check_on_another_weekday_closes_nobody_and_counts_them_as_skipped,
    a_check_on_a_day_without_closings_says_why_and_when_next_and_a_confirmation_changes_nothing,
    a_person_cannot_let_a_waiting_plan_through_on_a_holiday_and_it_goes_on_waiting,
    on_a_day_without_closings_a_person_may_still_open_who_paid_and_reads_what_was_left_out,
    a_preview_knows_the_hours_of_closing,
    a_preview_of_tomorrow_asks_at_which_hour_the_check_runs_then,
    outside_the_hours_nobody_is_closed_by_any_way_in,
}
