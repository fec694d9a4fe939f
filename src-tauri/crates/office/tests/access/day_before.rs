//! The day before at four in the afternoon: who closes tomorrow is written down, single lines are struck, and tomorrow's
//! check keeps to it.

use jiff::civil::date;
use office::ReadDashboard;
use office::access::{ApplyPlan, PreviewPlan, StrikeLines};
use office::schedule::{ChangeTask, ReadSchedule, RunTask, TaskSummary};
use serde_json::json;

use crate::desk::{Desk, OVERDUE, PRICE, at, overdue};
use crate::engine::{Engine, on_both};

const TASK: &str = "billing:preview-closings";
/// The afternoon before [`OVERDUE`].
const FOUR: &str = "2026-03-01T16:00:00+07:00";
const A_DAY: i64 = 24 * 3_600;

async fn write_down(desk: &Desk) -> TaskSummary {
    let run = RunTask {
        task: TASK.into(),
        ..RunTask::default()
    };
    desk.ask(run).await.unwrap()
}

/// So many overdue lines on the afternoon before; gives the preview of the next day.
async fn afternoon(on: &Engine, count: usize) -> (Desk, Vec<i64>, i64) {
    let (desk, ids) = overdue(on, count).await;
    desk.clock.set(at(FOUR));
    write_down(&desk).await;
    let shown = desk.ask(ReadDashboard).await.unwrap().closing_tomorrow.unwrap();
    (desk, ids, shown.plan_id)
}

fn strike(id: i64, customer_id: i64, struck: bool) -> StrikeLines {
    StrikeLines {
        id,
        customer_ids: vec![customer_id],
        struck,
    }
}

async fn at_four_the_schedule_writes_down_who_closes_tomorrow_and_sends_nothing(on: Engine) {
    let (desk, ids) = overdue(&on, 3).await;
    desk.clock.set(at("2026-03-01T15:00:00+07:00"));
    let schedule = desk.ask(ReadSchedule).await.unwrap();
    for other in schedule.tasks.iter().filter(|task| task.task != TASK) {
        let pause = ChangeTask {
            task: other.task.clone(),
            cron: None,
            paused: Some(true),
        };
        desk.ask(pause).await.unwrap();
    }
    let task = schedule.tasks.iter().find(|task| task.task == TASK).unwrap();
    assert_eq!(
        task.next[0],
        at(FOUR).as_millisecond(),
        "four in the office's zone"
    );
    office::schedule::tick(&desk.office).await.unwrap();
    desk.clock.set(at(FOUR));
    assert_eq!(office::schedule::tick(&desk.office).await.unwrap(), 1);

    let shown = desk.ask(ReadDashboard).await.unwrap().closing_tomorrow.unwrap();
    assert_eq!(
        (shown.day, shown.lines, shown.amount, shown.struck),
        (date(2026, 3, 2), 3, billing::Rupiah(450_000), 0)
    );
    let plan = desk.plan(shown.plan_id).await;
    assert_eq!(
        (
            plan.plan.status.as_str(),
            plan.plan.kind.as_str(),
            plan.lines.len()
        ),
        ("preview", "preview", 3)
    );
    assert!(desk.events().await.contains(&"ClosingsPreviewed".to_owned()));
    desk.run_due().await;
    assert_eq!(desk.writes(), 0);
    assert_eq!(desk.status(ids[0]).await, billing::CustomerStatus::Active);
}

async fn what_was_struck_stays_open_and_all_else_is_asked_of_the_ledger_anew(on: Engine) {
    let (desk, ids, plan) = afternoon(&on, 4).await;
    desk.ask(strike(plan, ids[0], true)).await.unwrap();
    desk.ask(strike(plan, ids[1], true)).await.unwrap();
    desk.ask(strike(plan, ids[1], false)).await.unwrap();
    let shown = desk.ask(ReadDashboard).await.unwrap().closing_tomorrow.unwrap();
    assert_eq!((shown.lines, shown.struck), (3, 1));
    let request = PreviewPlan {
        as_of: Some(date(2026, 3, 2)),
    };
    let preview = desk.ask(request).await.unwrap();
    let struck: Vec<Option<bool>> = preview.closing.iter().map(|line| line.struck).collect();
    assert_eq!(struck, [Some(true), Some(false), Some(false), Some(false)]);
    assert_eq!(preview.amount, billing::Rupiah(450_000));

    desk.pay(ids[2], PRICE).await;
    desk.clock.set(at(OVERDUE));
    let dry_run = office::access::CheckOverdue {
        dry_run: true,
        confirm: false,
    };
    let would = desk.ask(dry_run).await.unwrap();
    assert_eq!((would.isolated, would.skipped), (2, 1), "{would:?}");
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.skipped), (2, 1), "{summary:?}");
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    assert_eq!(desk.profile("plg0002"), "isolated", "taken back in");
    assert_eq!(desk.plan(plan).await.plan.status, "dismissed");

    let again = desk.check_overdue(false).await;
    assert_eq!((again.isolated, again.skipped), (0, 1), "the word holds all day");
    let by_hand = desk.ask(ApplyPlan::default()).await.unwrap_err();
    assert_eq!(by_hand.code, "nothing_to_change");
    desk.forward(A_DAY);
    assert_eq!(
        desk.check_overdue(false).await.isolated,
        1,
        "and only on that day"
    );
}

async fn what_is_struck_for_tomorrow_is_told_in_the_plan_of_today(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.clock.set(at("2026-03-02T16:00:00+07:00"));
    write_down(&desk).await;
    let shown = desk.ask(ReadDashboard).await.unwrap().closing_tomorrow.unwrap();
    desk.ask(strike(shown.plan_id, ids[0], true)).await.unwrap();
    let today = desk.ask(PreviewPlan { as_of: None }).await.unwrap();
    let told: Vec<_> = today
        .closing
        .iter()
        .map(|line| (line.struck, line.struck_tomorrow))
        .collect();
    assert_eq!(
        told,
        [(None, true), (None, false)],
        "today's plan itself is as it was"
    );
}

async fn a_line_that_was_struck_may_be_taken_back_in_on_its_day(on: Engine) {
    let (desk, ids, plan) = afternoon(&on, 1).await;
    desk.ask(strike(plan, ids[0], true)).await.unwrap();
    desk.clock.set(at(OVERDUE));
    assert_eq!(desk.check_overdue(false).await.isolated, 0);
    desk.ask(strike(plan, ids[0], false)).await.unwrap();
    assert_eq!(desk.check_overdue(false).await.isolated, 1);
    desk.forward(A_DAY);
    let late = desk.ask(strike(plan, ids[0], true)).await.unwrap_err();
    assert_eq!(late.code, "plan_not_waiting");
}

async fn what_was_struck_in_the_plan_of_the_day_is_not_counted_by_the_next_one(on: Engine) {
    let (desk, ids) = overdue(&on, 3).await;
    let apply = ApplyPlan {
        strike: vec![ids[0]],
        ..ApplyPlan::default()
    };
    desk.ask(apply).await.unwrap();
    desk.run_due().await;
    let shown = desk.ask(PreviewPlan::default()).await.unwrap();
    let still: Vec<(i64, Option<bool>)> = shown
        .closing
        .iter()
        .map(|line| (line.customer_id, line.struck))
        .collect();
    assert_eq!(still, [(ids[0], Some(true))], "it is shown as struck");
    assert_eq!(shown.amount, billing::Rupiah::ZERO, "and is counted nowhere");
    assert_eq!(desk.check_overdue(false).await.isolated, 0);
}

async fn writing_it_down_again_keeps_what_was_struck(on: Engine) {
    let (desk, ids, first) = afternoon(&on, 2).await;
    desk.ask(strike(first, ids[0], true)).await.unwrap();
    let summary = write_down(&desk).await;
    assert_eq!(summary.skipped, 1, "{summary:?}");
    let shown = desk.ask(ReadDashboard).await.unwrap().closing_tomorrow.unwrap();
    assert_ne!(shown.plan_id, first);
    assert_eq!((shown.lines, shown.struck), (1, 1));
    assert_eq!(desk.plan(first).await.plan.status, "dismissed");
}

async fn a_day_on_which_nobody_is_closed_has_no_preview(on: Engine) {
    let (desk, _) = overdue(&on, 2).await;
    desk.clock.set(at(FOUR));
    // Tomorrow is a Monday.
    desk.settings(json!({ "isolation.weekdays": [2] })).await;
    let summary = write_down(&desk).await;
    assert_eq!(summary.notes[0].code, "not_closing_tomorrow", "{summary:?}");
    let dashboard = desk.ask(ReadDashboard).await.unwrap();
    assert!(dashboard.closing_tomorrow.is_none());

    let (desk, ids) = overdue(&on, 1).await;
    desk.clock.set(at(FOUR));
    desk.pay(ids[0], PRICE).await;
    let summary = write_down(&desk).await;
    assert!(summary.notes.is_empty(), "{summary:?}");
    assert!(desk.ask(ReadDashboard).await.unwrap().closing_tomorrow.is_none());
    assert!(!desk.events().await.contains(&"ClosingsPreviewed".to_owned()));
}

async fn a_plan_that_waits_can_be_struck_too_and_one_that_ran_cannot(on: Engine) {
    let (desk, ids) = overdue(&on, 25).await;
    desk.check_overdue(false).await;
    let id = desk.plan_line(ids[0]).await.plan_id;
    let plan = desk.ask(strike(id, ids[0], true)).await.unwrap();
    assert_eq!(plan.plan.lines_by_status["struck"], 1);
    let strange = desk.ask(strike(id, 9_999, true)).await.unwrap_err();
    assert_eq!(strange.code, "not_found");
    let apply = ApplyPlan {
        plan_id: Some(id),
        strike: Vec::new(),
        confirm: true,
    };
    desk.ask(apply).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.plan(id).await.plan.lines_by_status["done"], 24);
    let late = desk.ask(strike(id, ids[1], true)).await.unwrap_err();
    assert_eq!(late.code, "plan_not_waiting");
}

on_both! {
    at_four_the_schedule_writes_down_who_closes_tomorrow_and_sends_nothing,
    what_was_struck_stays_open_and_all_else_is_asked_of_the_ledger_anew,
    what_is_struck_for_tomorrow_is_told_in_the_plan_of_today,
    a_line_that_was_struck_may_be_taken_back_in_on_its_day,
    what_was_struck_in_the_plan_of_the_day_is_not_counted_by_the_next_one,
    writing_it_down_again_keeps_what_was_struck,
    a_day_on_which_nobody_is_closed_has_no_preview,
    a_plan_that_waits_can_be_struck_too_and_one_that_ran_cannot,
}
