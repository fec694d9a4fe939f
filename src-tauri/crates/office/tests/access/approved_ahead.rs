//! What closes tomorrow, approved the afternoon before: those lines close by themselves whatever the limit is, others count
//! against it, and what was paid or struck in between stays open.

use billing::{CustomerStatus, OverrideVerdict};
use jiff::civil::date;
use office::ReadDashboard;
use office::access::{
    ApplyPlan, ApproveAhead, EndOverride, PlanDetail, PreviewPlan, ReadPlan, SetOverride, StrikeLines,
    UndoPlan,
};
use office::schedule::RunTask;

use crate::desk::{Desk, OVERDUE, PRICE, at, overdue};
use crate::engine::{Engine, on_both};

/// The afternoon before [`OVERDUE`].
const FOUR: &str = "2026-03-01T16:00:00+07:00";
/// One more than go through by themselves.
const MANY: usize = 21;

async fn write_down(desk: &Desk) {
    let task = RunTask {
        task: "billing:preview-closings".into(),
        ..RunTask::default()
    };
    desk.ask(task).await.unwrap();
}

/// So many overdue lines on the afternoon before, with what closes tomorrow written down.
async fn afternoon(on: &Engine, count: usize) -> (Desk, Vec<i64>) {
    let (desk, ids) = overdue(on, count).await;
    desk.clock.set(at(FOUR));
    write_down(&desk).await;
    (desk, ids)
}

async fn approve(desk: &Desk) -> PlanDetail {
    desk.ask(ApproveAhead::default()).await.unwrap()
}

/// Keeps these lines open for the afternoon, as an office's word does, so that they come to tomorrow's after it is written.
async fn spare(desk: &Desk, ids: &[i64]) {
    for &customer_id in ids {
        let word = SetOverride {
            customer_id,
            verdict: OverrideVerdict::Open,
            reason: "janji bayar".into(),
            until: Some(date(2026, 3, 2)),
        };
        desk.ask(word).await.unwrap();
    }
}

async fn release(desk: &Desk, ids: &[i64]) {
    for &customer_id in ids {
        desk.ask(EndOverride { customer_id }).await.unwrap();
    }
}

async fn what_was_approved_goes_through_above_the_limit_and_what_was_not_waits(on: Engine) {
    let (desk, ids) = afternoon(&on, MANY).await;
    desk.clock.set(at(OVERDUE));
    let waits = desk.check_overdue(false).await;
    assert_eq!((waits.isolated, waits.waiting), (0, MANY as u64), "{waits:?}");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);

    let (desk, ids) = afternoon(&on, MANY).await;
    let tomorrow = PreviewPlan {
        as_of: Some(date(2026, 3, 2)),
    };
    assert!(desk.ask(tomorrow).await.unwrap().waits_because.is_some());
    let approved = approve(&desk).await;
    assert_eq!(
        (
            approved.plan.status.as_str(),
            approved.plan.approved_by.as_deref()
        ),
        ("preview", Some("console"))
    );
    let shown = desk.ask(tomorrow).await.unwrap();
    assert!(shown.waits_because.is_none(), "{:?}", shown.waits_because);
    let ahead = shown.approved.unwrap();
    assert_eq!(
        (ahead.by.as_str(), ahead.lines, ahead.beyond),
        ("console", MANY as i64, 0)
    );
    let dashboard = desk.ask(ReadDashboard).await.unwrap();
    assert_eq!(
        dashboard.closing_tomorrow.unwrap().approved.unwrap().lines,
        MANY as i64
    );
    assert_eq!(desk.acts("plan_approved_ahead").await.len(), 1);
    assert_eq!(desk.writes(), 0, "nothing is sent before its day");

    desk.clock.set(at(OVERDUE));
    let check = desk.check_overdue(false).await;
    assert_eq!((check.isolated, check.waiting), (MANY as u64, 0), "{check:?}");
    assert!(check.notes.iter().any(|note| note.code == "plan_approved_ahead"));
    let plan = desk.plan(desk.plan_line(ids[0]).await.plan_id).await;
    let reason = plan.plan.reason.unwrap();
    assert!(reason.contains("disetujui baris perintah"), "{reason}");
}

async fn lines_that_came_since_count_against_the_limit_and_above_it_the_plan_waits_and_says_so(on: Engine) {
    // Twenty more than were approved go through by themselves.
    let (desk, ids) = overdue(&on, 40).await;
    desk.clock.set(at(FOUR));
    spare(&desk, &ids[20..]).await;
    write_down(&desk).await;
    approve(&desk).await;
    release(&desk, &ids[20..]).await;
    desk.clock.set(at(OVERDUE));
    let check = desk.check_overdue(false).await;
    assert_eq!((check.isolated, check.waiting), (40, 0), "{check:?}");

    // One more than that does not: these wait, and what was approved does not wait for them.
    let (desk, ids) = overdue(&on, 41).await;
    desk.clock.set(at(FOUR));
    spare(&desk, &ids[20..]).await;
    write_down(&desk).await;
    approve(&desk).await;
    release(&desk, &ids[20..]).await;
    let request = PreviewPlan {
        as_of: Some(date(2026, 3, 2)),
    };
    let shown = desk.ask(request).await.unwrap();
    let ahead = shown.approved.unwrap();
    assert_eq!((ahead.lines, ahead.beyond), (20, 21));
    desk.clock.set(at(OVERDUE));
    let check = desk.check_overdue(false).await;
    assert_eq!((check.isolated, check.waiting), (20, 21), "{check:?}");
    for (id, stands) in [
        (ids[0], CustomerStatus::Isolated),
        (ids[40], CustomerStatus::Active),
    ] {
        assert_eq!(desk.status(id).await, stands);
    }
    let why = &check
        .notes
        .iter()
        .find(|note| note.code == "plan_waits")
        .unwrap()
        .message;
    assert!(
        why.contains("20 jalur yang disetujui") && why.contains("21 jalur lagi"),
        "{why}"
    );

    // Who paid of those beyond brings it under the limit again.
    desk.pay(ids[40], PRICE).await;
    let again = desk.check_overdue(false).await;
    assert_eq!((again.isolated, again.waiting), (20, 0), "{again:?}");
}

async fn a_person_who_runs_the_day_sends_what_was_approved_and_sees_what_waits(on: Engine) {
    let (desk, ids) = overdue(&on, 41).await;
    desk.clock.set(at(FOUR));
    spare(&desk, &ids[20..]).await;
    write_down(&desk).await;
    approve(&desk).await;
    release(&desk, &ids[20..]).await;
    desk.clock.set(at(OVERDUE));
    let dry = RunTask {
        task: "billing:check-overdue".into(),
        dry_run: true,
        ..RunTask::default()
    };
    let dry = desk.ask(dry).await.unwrap();
    assert_eq!((dry.isolated, dry.waiting), (20, 21), "{dry:?}");
    let waits = desk.ask(ApplyPlan::default()).await.unwrap().plan;
    assert_eq!((waits.status.as_str(), waits.closing), ("waiting", 21));
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    assert_eq!(desk.status(ids[40]).await, CustomerStatus::Active);
    let apply = ApplyPlan {
        plan_id: Some(waits.id),
        confirm: true,
        ..ApplyPlan::default()
    };
    desk.ask(apply).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.status(ids[40]).await, CustomerStatus::Isolated);
}

async fn a_payment_or_a_strike_in_between_leaves_the_line_open(on: Engine) {
    let (desk, ids) = afternoon(&on, MANY + 2).await;
    let plan = approve(&desk).await;
    let strike = StrikeLines {
        id: plan.plan.id,
        customer_ids: vec![ids[0]],
        struck: true,
    };
    desk.ask(strike).await.unwrap();
    desk.pay(ids[1], PRICE).await;
    desk.clock.set(at(OVERDUE));
    let check = desk.check_overdue(false).await;
    assert_eq!((check.isolated, check.skipped), (MANY as u64, 1), "{check:?}");
    for id in &ids[..2] {
        assert_eq!(desk.status(*id).await, CustomerStatus::Active);
    }
}

async fn a_preview_that_is_written_anew_keeps_what_was_approved_and_no_more(on: Engine) {
    let (desk, ids) = overdue(&on, 42).await;
    desk.clock.set(at(FOUR));
    spare(&desk, &ids[MANY..]).await;
    write_down(&desk).await;
    let first = approve(&desk).await.plan.id;
    release(&desk, &ids[MANY..]).await;
    write_down(&desk).await;
    let request = PreviewPlan {
        as_of: Some(date(2026, 3, 2)),
    };
    let shown = desk.ask(request).await.unwrap();
    let id = shown.shown.unwrap().id;
    assert_ne!(id, first);
    let ahead = shown.approved.unwrap();
    assert_eq!((ahead.lines, ahead.beyond), (21, 21));
    assert!(shown.waits_because.is_some());
    // The plan that was written anew says so too, of the day and of each line, and so does the plan of today.
    let written = desk.ask(ReadPlan { id }).await.unwrap();
    let ahead = written.approved.unwrap();
    assert_eq!((ahead.lines, ahead.beyond), (21, 21));
    let of = |customer: i64| written.lines.iter().find(|line| line.customer_id == customer);
    assert_eq!(of(ids[0]).unwrap().approved, Some(true));
    assert_eq!(of(ids[41]).unwrap().approved, Some(false));
    let today = desk.ask(PreviewPlan::default()).await.unwrap();
    assert_eq!(
        today.approved.map(|ahead| ahead.lines),
        None,
        "it is for tomorrow"
    );
    let tomorrow = today.tomorrow.unwrap();
    assert_eq!((tomorrow.lines, tomorrow.approved.unwrap().lines), (42, 21));
    // Whoever pays is off the list at once, and not only when it is written again.
    desk.pay(ids[41], PRICE).await;
    let after = desk.ask(PreviewPlan::default()).await.unwrap().tomorrow.unwrap();
    assert_eq!(after.lines, 41);
    approve(&desk).await;
    desk.clock.set(at(OVERDUE));
    assert_eq!(desk.check_overdue(false).await.isolated, 41);
}

async fn an_approval_is_taken_back_and_is_spent_by_the_plan_of_its_day(on: Engine) {
    let (desk, _) = afternoon(&on, MANY).await;
    approve(&desk).await;
    let withdraw = ApproveAhead {
        withdraw: true,
        ..ApproveAhead::default()
    };
    let plan = desk.ask(withdraw).await.unwrap();
    assert_eq!(plan.plan.approved_by, None);
    assert_eq!(desk.acts("plan_approval_withdrawn").await.len(), 1);
    desk.clock.set(at(OVERDUE));
    assert_eq!(desk.check_overdue(false).await.waiting, MANY as u64);

    let (desk, ids) = afternoon(&on, MANY).await;
    let preview = approve(&desk).await.plan.id;
    desk.clock.set(at(OVERDUE));
    assert_eq!(desk.check_overdue(false).await.isolated, MANY as u64);
    let id = desk.plan_line(ids[0]).await.plan_id;
    let undo = UndoPlan {
        id,
        hold_days: Some(0),
    };
    desk.ask(undo).await.unwrap();
    desk.run_due().await;
    let again = desk.check_overdue(false).await;
    assert_eq!(
        (again.isolated, again.waiting),
        (0, MANY as u64),
        "whoever undid it is asked: {again:?}"
    );
    let late = ApproveAhead {
        id: Some(preview),
        withdraw: false,
    };
    assert_eq!(desk.ask(late).await.unwrap_err().code, "plan_not_shown");
}

async fn only_what_is_shown_for_a_day_to_come_can_be_approved(on: Engine) {
    let (desk, ids) = overdue(&on, MANY).await;
    let nothing = desk.ask(ApproveAhead::default()).await.unwrap_err();
    assert_eq!(nothing.code, "nothing_to_approve");
    desk.check_overdue(false).await;
    let waiting = ApproveAhead {
        id: Some(desk.plan_line(ids[0]).await.plan_id),
        withdraw: false,
    };
    assert_eq!(desk.ask(waiting).await.unwrap_err().code, "plan_not_shown");

    let (desk, ids) = afternoon(&on, 1).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    let strike = StrikeLines {
        id: plan_id,
        customer_ids: ids,
        struck: true,
    };
    desk.ask(strike).await.unwrap();
    let empty = desk.ask(ApproveAhead::default()).await.unwrap_err();
    assert_eq!(empty.code, "nothing_to_approve");
}

async fn a_person_who_runs_the_plan_of_the_day_needs_no_confirmation_for_what_was_approved(on: Engine) {
    let (desk, ids) = afternoon(&on, MANY).await;
    approve(&desk).await;
    desk.clock.set(at(OVERDUE));
    let plan = desk.ask(ApplyPlan::default()).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        desk.plan(plan.plan.id).await.plan.lines_by_status["done"],
        MANY as i64
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

async fn a_line_of_a_plan_that_waits_is_closed_by_no_job_of_its_own(on: Engine) {
    let (desk, ids) = overdue(&on, MANY + 1).await;
    spare(&desk, &ids[..1]).await;
    desk.run_due().await;
    desk.check_overdue(false).await;
    // The word ends, and the line is looked at by itself, while all others wait for a person.
    release(&desk, &ids[..1]).await;
    let check = desk.check_overdue(false).await;
    assert_eq!((check.isolated, check.waiting), (0, MANY as u64 + 1), "{check:?}");
    spare(&desk, &ids[1..2]).await;
    release(&desk, &ids[1..2]).await;
    desk.run_due().await;
    for &id in &ids[..2] {
        assert_eq!(desk.status(id).await, CustomerStatus::Active);
        assert_eq!(
            desk.plan_line(id).await.state.as_str(),
            "planned",
            "and it still stands in the plan"
        );
    }
}

async fn a_line_that_is_struck_stays_open_in_the_plan_that_takes_the_place_of_its_own(on: Engine) {
    let (desk, ids) = overdue(&on, MANY).await;
    desk.check_overdue(false).await;
    let strike = StrikeLines {
        id: desk.plan_line(ids[0]).await.plan_id,
        customer_ids: vec![ids[0]],
        struck: true,
    };
    desk.ask(strike).await.unwrap();
    let anew = ApplyPlan {
        plan_id: None,
        strike: Vec::new(),
        confirm: true,
    };
    let plan = desk.ask(anew).await.unwrap();
    assert_eq!(plan.plan.lines_by_status["struck"], 1);
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.status(ids[1]).await, CustomerStatus::Isolated);
    assert_eq!(
        desk.check_overdue(true).await.isolated,
        0,
        "nor by the next check of the day"
    );
}

async fn a_line_that_is_struck_from_a_waiting_plan_is_counted_and_not_closed(on: Engine) {
    let (desk, ids) = overdue(&on, MANY).await;
    desk.check_overdue(false).await;
    let id = desk.plan_line(ids[0]).await.plan_id;
    let strike = StrikeLines {
        id,
        customer_ids: vec![ids[0], ids[1]],
        struck: true,
    };
    desk.ask(strike).await.unwrap();
    let back = StrikeLines {
        id,
        customer_ids: vec![ids[1]],
        struck: false,
    };
    let plan = desk.ask(back).await.unwrap();
    assert_eq!(
        (
            plan.plan.lines_by_status["struck"],
            plan.plan.lines_by_status["planned"]
        ),
        (1, MANY as i64 - 1)
    );
    let waiting = &desk.ask(ReadDashboard).await.unwrap().waiting_plans[0];
    assert_eq!(waiting.closing, MANY as i64 - 1);
    let apply = ApplyPlan {
        plan_id: Some(id),
        strike: Vec::new(),
        confirm: true,
    };
    desk.ask(apply).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.status(ids[1]).await, CustomerStatus::Isolated);
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    // Not by the next check of the day either; on the next day the rules decide again.
    let again = desk.check_overdue(false).await;
    assert_eq!((again.isolated, again.skipped), (0, 1), "{again:?}");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    desk.forward(86_400);
    assert_eq!(desk.check_overdue(false).await.isolated, 1);
}

on_both! {
    what_was_approved_goes_through_above_the_limit_and_what_was_not_waits,
    a_person_who_runs_the_day_sends_what_was_approved_and_sees_what_waits,
    lines_that_came_since_count_against_the_limit_and_above_it_the_plan_waits_and_says_so,
    a_payment_or_a_strike_in_between_leaves_the_line_open,
    a_preview_that_is_written_anew_keeps_what_was_approved_and_no_more,
    an_approval_is_taken_back_and_is_spent_by_the_plan_of_its_day,
    only_what_is_shown_for_a_day_to_come_can_be_approved,
    a_person_who_runs_the_plan_of_the_day_needs_no_confirmation_for_what_was_approved,
    a_line_that_is_struck_from_a_waiting_plan_is_counted_and_not_closed,
    a_line_that_is_struck_stays_open_in_the_plan_that_takes_the_place_of_its_own,
    a_line_of_a_plan_that_waits_is_closed_by_no_job_of_its_own,
}
