//! The schedule and the clock of the machine: it sleeps, it is set wrong and right again, and the office moves to another
//! zone.

use jiff::Timestamp;
use office::desks::ListDesks;
use office::schedule::{ReadSchedule, RunTask, Task, tick};

use crate::desk::{Desk, at};
use crate::engine::{Engine, on_both};

on_both! {
    t1_a_machine_that_slept_through_many_slots_runs_each_task_once,
    a_clock_that_ran_ahead_and_was_set_right_stops_the_schedule_no_longer,
    a_job_that_was_put_off_by_a_wrong_clock_is_not_lost,
    another_desk_whose_clock_is_a_little_ahead_is_not_taken_for_wrong,
    the_office_that_moves_to_another_zone_loses_no_day,
    a_run_by_hand_is_the_last_run_and_takes_no_slot,
    reminders_of_days_on_which_the_machine_was_off_are_dropped_and_counted,
}

async fn last_slot(desk: &Desk, task: Task) -> Timestamp {
    let mut tx = desk.office.store().read().await.unwrap();
    let row = store::schedule::find(&mut tx, task.as_str()).await.unwrap();
    row.unwrap().last_slot
}

async fn t1_a_machine_that_slept_through_many_slots_runs_each_task_once(on: Engine) {
    let desk = Desk::open(&on).await;
    // Closed before the new year's night, opened again ten days later.
    desk.clock.set(at("2026-01-11T09:00:00+07:00"));
    let ran = tick(&desk.office).await.unwrap();
    assert!(ran >= 3, "{ran}");
    assert_eq!(
        last_slot(&desk, Task::GenerateInvoices).await,
        at("2026-01-11T00:01:00+07:00"),
        "the month that began while it slept is billed with the newest slot"
    );
    assert_eq!(
        last_slot(&desk, Task::CheckOverdue).await,
        at("2026-01-11T06:00:00+07:00"),
        "ten mornings are one"
    );
    assert_eq!(tick(&desk.office).await.unwrap(), 0, "and nothing runs again");
}

async fn a_clock_that_ran_ahead_and_was_set_right_stops_the_schedule_no_longer(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.clock.set(at("2026-08-01T07:00:00+07:00"));
    tick(&desk.office).await.unwrap();
    assert!(last_slot(&desk, Task::CheckOverdue).await > at("2026-07-31T00:00:00+07:00"));

    // The battery of the clock was changed.
    desk.clock.set(at("2026-01-02T05:00:00+07:00"));
    tick(&desk.office).await.unwrap();
    assert_eq!(desk.acts("clock_set_back").await.len(), 1);
    desk.clock.set(at("2026-01-02T06:00:30+07:00"));
    assert!(
        tick(&desk.office).await.unwrap() >= 1,
        "six in the morning is six"
    );
    assert_eq!(
        last_slot(&desk, Task::CheckOverdue).await,
        at("2026-01-02T06:00:00+07:00")
    );
    tick(&desk.office).await.unwrap();
    assert_eq!(desk.acts("clock_set_back").await.len(), 1, "said once");
}

async fn a_job_that_was_put_off_by_a_wrong_clock_is_not_lost(on: Engine) {
    let desk = Desk::open(&on).await;
    let (right, wrong) = (at("2026-01-02T05:00:00+07:00"), at("2026-08-01T07:00:00+07:00"));
    let job = |key: &str, run_at: Timestamp| store::jobs::NewJob {
        kind: "settle_access",
        key: key.into(),
        payload: serde_json::json!({}),
        router_id: None,
        run_at,
        event_id: None,
    };
    let mut tx = desk.office.store().begin().await.unwrap();
    store::jobs::enqueue(&mut tx, &job("of the wrong day", wrong), wrong)
        .await
        .unwrap();
    // What is put off on purpose stays put off.
    let noon = at("2026-01-02T12:00:00+07:00");
    store::jobs::enqueue(&mut tx, &job("of noon", noon), right)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.clock.set(right);
    tick(&desk.office).await.unwrap();
    let mut tx = desk.office.store().read().await.unwrap();
    let due = |job: Option<store::jobs::Job>| job.unwrap().run_at;
    assert_eq!(
        due(store::jobs::pending(&mut tx, "of the wrong day").await.unwrap()),
        right
    );
    assert_eq!(due(store::jobs::pending(&mut tx, "of noon").await.unwrap()), noon);
}

async fn another_desk_whose_clock_is_a_little_ahead_is_not_taken_for_wrong(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.clock.set(at("2026-01-02T06:00:10+07:00"));
    tick(&desk.office).await.unwrap();
    let slot = last_slot(&desk, Task::CheckOverdue).await;
    desk.clock.set(at("2026-01-02T05:40:00+07:00"));
    assert_eq!(tick(&desk.office).await.unwrap(), 0);
    assert_eq!(last_slot(&desk, Task::CheckOverdue).await, slot);
    assert_eq!(desk.acts("clock_set_back").await.len(), 0);
}

async fn the_office_that_moves_to_another_zone_loses_no_day(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.clock.set(at("2026-01-02T06:00:30+07:00"));
    tick(&desk.office).await.unwrap();
    // Six in Jakarta is eight in Jayapura: that day was checked.
    desk.settings(serde_json::json!({ "office.zone": "Asia/Jayapura" }))
        .await;
    assert_eq!(tick(&desk.office).await.unwrap(), 0);
    desk.clock.set(at("2026-01-03T06:00:30+09:00"));
    assert!(tick(&desk.office).await.unwrap() >= 1);
    assert_eq!(
        last_slot(&desk, Task::CheckOverdue).await,
        at("2026-01-03T06:00:00+09:00")
    );
    // And back: the morning comes once more, two hours later, and is checked again rather than left out.
    desk.settings(serde_json::json!({ "office.zone": "Asia/Jakarta" }))
        .await;
    desk.clock.set(at("2026-01-03T06:00:30+07:00"));
    assert!(tick(&desk.office).await.unwrap() >= 1);
    assert_eq!(
        last_slot(&desk, Task::CheckOverdue).await,
        at("2026-01-03T06:00:00+07:00")
    );
}

async fn a_run_by_hand_is_the_last_run_and_takes_no_slot(on: Engine) {
    let desk = Desk::open(&on).await;
    let now = at("2026-01-01T05:00:00+07:00");
    desk.clock.set(now);
    let run = |dry_run| RunTask {
        task: Task::CheckOverdue.as_str().to_owned(),
        dry_run,
        ..RunTask::default()
    };
    let shown = async || {
        let schedule = desk.ask(ReadSchedule).await.unwrap();
        let row = schedule
            .tasks
            .into_iter()
            .find(|row| row.task == Task::CheckOverdue.as_str());
        row.unwrap().last_started
    };
    desk.ask(run(true)).await.unwrap();
    assert_eq!(shown().await, None, "a question is no run");
    desk.ask(run(false)).await.unwrap();
    assert_eq!(shown().await, Some(now.as_millisecond()));
    desk.clock.set(at("2026-01-01T06:00:30+07:00"));
    assert!(
        tick(&desk.office).await.unwrap() >= 1,
        "six in the morning is still to come"
    );
    assert!(desk.ask(ListDesks).await.is_ok());
}

async fn reminders_of_days_on_which_the_machine_was_off_are_dropped_and_counted(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.settings(serde_json::json!({ "messages.remind_days_before": [3], "messages.whatsapp": "by_hand" }))
        .await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    desk.bill_and_wait().await;
    let mut tx = desk.office.store().read().await.unwrap();
    let due = store::invoices::of_customer(&mut tx, ids[0]).await.unwrap()[0].due_date;
    drop(tx);
    let noon = |days: i64| {
        let day = due.checked_add(jiff::Span::new().days(days)).unwrap();
        at(&format!("{day}T12:00:00+07:00"))
    };
    // On the fourth day before it was on, on the third it was not, on the second it is again.
    desk.clock.set(noon(-4));
    tick(&desk.office).await.unwrap();
    desk.clock.set(noon(-2));
    tick(&desk.office).await.unwrap();
    let dropped = desk.acts("reminders_dropped").await;
    assert_eq!(dropped.len(), 1);
    let detail = dropped[0].detail.as_ref().unwrap();
    assert_eq!(
        (detail["count"].as_i64(), &detail["from"]),
        (Some(2), &detail["until"]),
        "{detail}"
    );
    desk.clock.set(noon(-1));
    tick(&desk.office).await.unwrap();
    assert_eq!(desk.acts("reminders_dropped").await.len(), 1, "once");
}
