//! A plan that is stopped while it is carried out: what was not sent is not sent, what is under way is told.

use std::time::Duration;

use billing::CustomerStatus;
use office::access::{ApplyPlan, CancelPlan, PreviewPlan, UndoPlan};
use simulators::router::Fault;
use store::jobs::State;
use store::plans::LineState;

use crate::desk::{Desk, PRICE, overdue, until};
use crate::engine::{Engine, on_both};

const A_DAY: i64 = 24 * 3_600;

/// A plan whose lines wait for their router; gives it.
async fn waiting_for_the_router(desk: &Desk, customer_id: i64) -> i64 {
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.check_overdue(true).await;
    desk.plan_line(customer_id).await.plan_id
}

async fn job_of(desk: &Desk, customer_id: i64) -> State {
    let mut tx = desk.office.store().read().await.unwrap();
    let job = store::jobs::newest(&mut tx, &format!("access:{customer_id}"))
        .await
        .unwrap();
    job.unwrap().state
}

async fn what_was_not_sent_is_not_sent_and_the_lines_say_why(on: Engine) {
    let (desk, ids) = overdue(&on, 3).await;
    let id = waiting_for_the_router(&desk, ids[0]).await;
    let plan = desk.ask(CancelPlan { id }).await.unwrap();
    assert_eq!(
        (plan.plan.status.as_str(), plan.plan.cancelled_by.as_deref()),
        ("applied", Some("console"))
    );
    for line in &plan.lines {
        assert_eq!(line.status, "struck");
        assert!(
            line.error.as_deref().unwrap().contains("oleh baris perintah"),
            "{:?}",
            line.error
        );
    }
    assert_eq!(job_of(&desk, ids[0]).await, State::Cancelled);
    desk.router_is_back().await;
    assert_eq!(desk.writes(), 0, "nothing is sent when the router is back");
    assert_eq!(desk.acts("plan_cancelled").await.len(), 1);

    desk.forward(A_DAY);
    assert_eq!(
        desk.check_overdue(false).await.isolated,
        3,
        "the next check asks the ledger again"
    );
}

async fn a_stopped_plan_can_be_undone_and_its_lines_are_held(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let id = waiting_for_the_router(&desk, ids[0]).await;
    desk.ask(CancelPlan { id }).await.unwrap();
    let undone = desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    assert_eq!(undone.plan.status, "undone");
    desk.router_is_back().await;
    desk.forward(A_DAY);
    assert_eq!(desk.check_overdue(false).await.isolated, 0);
}

async fn lines_under_way_come_to_their_end_and_are_told(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router.set_round_trip(Duration::from_millis(300));
    let id = desk.ask(ApplyPlan::default()).await.unwrap().plan.id;
    let running = {
        let office = desk.office.clone();
        tokio::spawn(async move { office::jobs::run_due(&office, true).await })
    };
    until("the closing is on the wire", async || {
        desk.router.command_log().count("/ppp/secret/set") > 0
    })
    .await;
    let plan = desk.ask(CancelPlan { id }).await.unwrap();
    assert_eq!(
        (plan.plan.status.as_str(), plan.lines[0].status.as_str()),
        ("applying", "planned"),
        "it is being sent at this moment"
    );
    desk.ask(CancelPlan { id })
        .await
        .expect("a second click is no error");
    running.await.unwrap().unwrap();
    desk.ask(CancelPlan { id })
        .await
        .expect("nor is one that comes when all has come to its end");
    let plan = desk.plan(id).await;
    assert_eq!(
        (plan.plan.status.as_str(), plan.lines[0].status.as_str()),
        ("applied", "done")
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    assert!(desk.events().await.contains(&"CustomerIsolated".to_owned()));

    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
}

async fn what_is_under_way_and_does_not_get_through_is_not_tried_again(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router.set_round_trip(Duration::from_millis(100));
    let id = desk.ask(ApplyPlan::default()).await.unwrap().plan.id;
    let running = {
        let office = desk.office.clone();
        tokio::spawn(async move { office::jobs::run_due(&office, true).await })
    };
    until("the job runs", async || {
        job_of(&desk, ids[0]).await == State::Running
    })
    .await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.ask(CancelPlan { id }).await.unwrap();
    running.await.unwrap().unwrap();
    let plan = desk.plan(id).await;
    assert_eq!(plan.plan.status, "applied", "{plan:?}");
    assert_ne!(plan.lines[0].status, "planned");
    assert!(!matches!(
        job_of(&desk, ids[0]).await,
        State::Queued | State::Running | State::Parked
    ));
}

async fn who_paid_meanwhile_is_still_opened(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let id = waiting_for_the_router(&desk, ids[0]).await;
    desk.pay(ids[0], PRICE).await;
    desk.ask(CancelPlan { id }).await.unwrap();
    assert_eq!(
        job_of(&desk, ids[0]).await,
        State::Parked,
        "the payment's opening waits on"
    );
    assert_eq!(job_of(&desk, ids[1]).await, State::Cancelled);
    assert_eq!(desk.plan_line(ids[0]).await.state, LineState::Struck);
    desk.router_is_back().await;
    assert_eq!(job_of(&desk, ids[0]).await, State::Done);
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
}

async fn only_a_plan_that_is_being_carried_out_can_be_stopped(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    let id = desk.plan_line(ids[0]).await.plan_id;
    let refused = desk.ask(CancelPlan { id }).await.unwrap_err();
    assert_eq!(refused.code, "plan_not_running");
    let missing = desk.ask(CancelPlan { id: 999 }).await.unwrap_err();
    assert_eq!(missing.code, "not_found");
}

async fn every_line_that_waits_for_its_router_says_why(on: Engine) {
    // More than one piece: the jobs of the second were never tried.
    let (desk, ids) = overdue(&on, 260).await;
    let id = waiting_for_the_router(&desk, ids[0]).await;
    let plan = desk.plan(id).await;
    assert_eq!(plan.plan.lines_by_status["planned"], 260);
    assert_eq!(plan.jobs_by_status["parked"], 260);
    let silent = plan.lines.iter().filter(|line| line.error.is_none()).count();
    assert_eq!(silent, 0, "lines without a reason");
}

async fn what_waits_for_its_turn_within_a_piece_is_not_sent_either(on: Engine) {
    let (desk, ids) = overdue(&on, 100).await;
    desk.router.set_round_trip(Duration::from_millis(500));
    let plan = desk
        .ask(ApplyPlan {
            confirm: true,
            ..ApplyPlan::default()
        })
        .await
        .unwrap();
    let running = {
        let office = desk.office.clone();
        tokio::spawn(async move { office::jobs::run_due(&office, true).await })
    };
    until("the first lines are on the wire", async || {
        desk.router.command_log().count("/ppp/secret/set") > 0
    })
    .await;
    desk.ask(CancelPlan { id: plan.plan.id }).await.unwrap();
    running.await.unwrap().unwrap();

    let plan = desk.plan(plan.plan.id).await;
    let count = |status: &str| plan.lines.iter().filter(|line| line.status == status).count();
    let closed = (1..=100)
        .filter(|number| desk.profile(&format!("plg{number:04}")) == "isolated")
        .count();
    assert_eq!(
        count("done"),
        closed,
        "what is called done is what the router was told"
    );
    assert_eq!(
        count("done") + count("struck"),
        100,
        "{:?}",
        plan.plan.lines_by_status
    );
    assert!(count("struck") >= 50, "{:?}", plan.plan.lines_by_status);
    assert_eq!(plan.plan.status, "applied");
    for line in plan.lines.iter().filter(|line| line.status == "struck") {
        assert_eq!(desk.status(line.customer_id).await, CustomerStatus::Active);
    }
    let mut tx = desk.office.store().read().await.unwrap();
    let dead = store::jobs::count_by_state(&mut tx).await.unwrap();
    assert!(
        !dead.iter().any(|(state, _)| state == State::Dead.as_str()),
        "to be stopped is no failure: {dead:?}"
    );
    drop(tx);

    desk.router.set_round_trip(Duration::ZERO);
    desk.forward(A_DAY);
    let again = desk.check_overdue(true).await;
    assert_eq!(
        (again.isolated, again.failed),
        (count("struck") as u64, 0),
        "{again:?}"
    );
    assert_eq!(ids.len(), 100);
}

async fn lines_of_other_kinds_stop_within_a_piece_as_well(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router.insert(
        "/interface/bridge",
        &[("name", "bridge-uji"), ("arp", "reply-only")],
    );
    let addresses: Vec<String> = (1..=100).map(|number| format!("192.168.10.{number}")).collect();
    for (number, address) in addresses.iter().enumerate() {
        desk.fixed(&format!("warnet{number}"), address).await;
        let mac = format!("02:00:00:00:01:{number:02X}");
        let fields = [
            ("address", address.as_str()),
            ("mac-address", mac.as_str()),
            ("interface", "bridge-uji"),
        ];
        desk.router.insert("/ip/arp", &fields);
    }
    desk.bill_and_wait().await;
    desk.router.set_round_trip(Duration::from_millis(500));
    let apply = ApplyPlan {
        confirm: true,
        ..ApplyPlan::default()
    };
    let plan = desk.ask(apply).await.unwrap();
    let running = {
        let office = desk.office.clone();
        tokio::spawn(async move { office::jobs::run_due(&office, true).await })
    };
    until("the first lines are on the wire", async || {
        desk.router.command_log().count("/ip/arp/set") > 0
    })
    .await;
    desk.ask(CancelPlan { id: plan.plan.id }).await.unwrap();
    running.await.unwrap().unwrap();
    let plan = desk.plan(plan.plan.id).await;
    let count = |status: &str| plan.lines.iter().filter(|line| line.status == status).count();
    let closed = addresses
        .iter()
        .filter(|address| !desk.router.arp_passes(address))
        .count();
    assert_eq!(count("done"), closed);
    assert_eq!(count("done") + count("struck"), 100);
    assert!(count("struck") >= 30, "{:?}", plan.plan.lines_by_status);
}

async fn what_a_stop_left_out_is_offered_to_a_person_and_closed_by_no_schedule_on_that_day(on: Engine) {
    let (desk, ids) = overdue(&on, 3).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let apply = ApplyPlan {
        strike: vec![ids[0]],
        ..ApplyPlan::default()
    };
    let id = desk.ask(apply).await.unwrap().plan.id;
    desk.ask(CancelPlan { id }).await.unwrap();
    desk.router_is_back().await;

    let shown = desk.ask(PreviewPlan::default()).await.unwrap();
    let struck: Vec<i64> = shown
        .closing
        .iter()
        .filter(|line| line.struck == Some(true))
        .map(|line| line.customer_id)
        .collect();
    assert_eq!(struck, [ids[0]], "only what a person struck");
    assert!(shown.stopped.unwrap().starts_with("2 jalur"), "it says so");
    let check = desk.check_overdue(false).await;
    assert_eq!((check.isolated, check.skipped), (0, 3), "{check:?}");
    assert!(
        check.notes.iter().any(|note| note.code == "plan_stopped"),
        "{check:?}"
    );
    assert_eq!(desk.writes(), 0);

    let again = desk.ask(ApplyPlan {
        strike: vec![ids[0]],
        ..ApplyPlan::default()
    });
    assert_eq!(again.await.unwrap().plan.lines_by_status["planned"], 2);
    desk.run_due().await;
    assert_eq!(desk.status(ids[2]).await, CustomerStatus::Isolated);
    assert!(desk.ask(PreviewPlan::default()).await.unwrap().stopped.is_none());
}

on_both! {
    lines_of_other_kinds_stop_within_a_piece_as_well,
    what_was_not_sent_is_not_sent_and_the_lines_say_why,
    a_stopped_plan_can_be_undone_and_its_lines_are_held,
    lines_under_way_come_to_their_end_and_are_told,
    what_is_under_way_and_does_not_get_through_is_not_tried_again,
    who_paid_meanwhile_is_still_opened,
    only_a_plan_that_is_being_carried_out_can_be_stopped,
    every_line_that_waits_for_its_router_says_why,
    what_waits_for_its_turn_within_a_piece_is_not_sent_either,
    what_a_stop_left_out_is_offered_to_a_person_and_closed_by_no_schedule_on_that_day,
}
