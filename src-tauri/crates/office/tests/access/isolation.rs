//! Closing and opening PPPoE lines against a simulated router over TCP. Names follow reference/failures.md, part "Access".

use crate::desk::{Desk, PRICE, until};
use crate::engine::{Engine, on_both};
use billing::{Access, CustomerStatus, Observed, RouterMode, Rupiah, StaticIsolation};
use office::Actor;
use office::access::{ApplyPlan, CheckOverdue, HandOutcome, IsolateByHand, OpenByHand};
use simulators::router::RouterSpec;
use store::jobs::State;
use store::plans::LineState;

async fn an_overdue_line_gets_the_isolated_profile_and_loses_its_session(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    desk.bill_and_wait().await;
    desk.pay(ids[1], PRICE).await;

    let summary = desk.check_overdue(false).await;
    assert_eq!(
        (summary.isolated, summary.failed, summary.waiting),
        (1, 0, 0),
        "{summary:?}"
    );
    assert_eq!(desk.profile("budi"), "isolated");
    assert_eq!(desk.profile("siti"), "pkg-hemat-10", "who paid is left alone");
    desk.online_with("budi", "isolated").await;
    assert_eq!(
        desk.router.active("budi").unwrap().rate_limit.as_deref(),
        Some("64k/64k"),
        "never 0/0, unlimited"
    );
    assert_eq!((desk.router.drops("budi"), desk.router.drops("siti")), (1, 0));
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    assert_eq!(desk.observed(ids[0]).await, Observed::Closed);
    assert!(desk.events().await.contains(&"CustomerIsolated".to_owned()));
    let log = desk.acts("isolation_executed").await;
    assert_eq!(log.len(), 1);
    assert!(
        log[0].message.contains("INV-202601-00001"),
        "the log says why: {}",
        log[0].message
    );
    assert_eq!(
        log[0].detail.as_ref().unwrap()["after"]["profile"],
        "isolated",
        "and what the router said"
    );
}

async fn a1_a_trap_changes_nothing_and_is_tried_again(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.router.refuse("/ppp/secret/set", "failure: busy", 1);

    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "router_refused");
    assert!(
        summary.errors[0].message.contains("failure: busy"),
        "the router's words: {}",
        summary.errors[0].message
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    assert_eq!(
        desk.router.drops("budi"),
        0,
        "no session is dropped for a change that did not happen"
    );
    let job = desk.job(ids[0]).await;
    assert_eq!((job.state, job.tries), (State::Queued, 1));

    desk.forward(70);
    desk.run_due().await;
    assert_eq!(
        desk.status(ids[0]).await,
        CustomerStatus::Isolated,
        "the retry after a minute does it"
    );
    assert_eq!(desk.plan_line(ids[0]).await.state, LineState::Done);
}

async fn a3_opening_after_payment_drops_the_isolated_session_too(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    desk.online_with("budi", "isolated").await;

    let paid = desk.pay(ids[0], PRICE).await;
    assert_eq!(paid.access.desired, Access::Open);
    assert_eq!(
        paid.access.observed,
        Observed::Closed,
        "it is not called open before the router said so"
    );
    assert!(paid.access.job_id.is_some());
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    desk.online_with("budi", "pkg-hemat-10").await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.observed(ids[0]).await, Observed::Open);
    assert_eq!(
        desk.router.drops("budi"),
        2,
        "once when it closed, once when it opened"
    );
    assert!(desk.events().await.contains(&"CustomerAccessOpened".to_owned()));
}

async fn a4_a_payment_that_came_while_the_closing_waited_wins(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    let plan = desk
        .office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap();
    assert_eq!(desk.job(ids[0]).await.state, State::Queued);

    desk.pay(ids[0], PRICE).await;
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    assert_eq!(
        (desk.router.drops("budi"), desk.writes()),
        (0, 0),
        "the router is told nothing"
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    let plan = desk.plan(plan.plan.id).await;
    assert_eq!(
        (plan.plan.status.as_str(), plan.lines[0].status.as_str()),
        ("applied", "skipped")
    );
    assert!(
        plan.lines[0].error.is_some(),
        "the plan says why the line was skipped"
    );
}

async fn a4_a_payment_that_comes_while_the_closing_runs_wins(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.router.set_round_trip(std::time::Duration::from_millis(150));
    desk.office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap();
    let running = {
        let office = desk.office.clone();
        tokio::spawn(async move { office::jobs::run_due(&office, true).await })
    };
    until("the closing is on the wire", async || {
        desk.router.command_log().count("/ppp/secret/set") > 0
    })
    .await;
    desk.pay(ids[0], PRICE).await;
    running.await.unwrap().unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    desk.online_with("budi", "pkg-hemat-10").await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.observed(ids[0]).await, Observed::Open);
}

async fn a3_a_session_that_dials_between_the_first_look_and_the_change_is_ended_too(on: Engine) {
    for comes_back in [false, true] {
        let desk = Desk::open(&on).await;
        let ids = desk.pppoe(&["budi"]).await;
        desk.bill_and_wait().await;
        if !comes_back {
            desk.router.hang_up("budi");
        }
        desk.router.clear_command_log();
        desk.router.set_round_trip(std::time::Duration::from_millis(250));
        let device = async {
            until("the sessions were looked at", async || {
                desk.router.command_log().count("/ppp/active/print") > 0
            })
            .await;
            if comes_back {
                desk.router.hang_up("budi");
            }
            assert!(desk.router.dial("budi"));
            assert_eq!(
                desk.router.command_log().count("/ppp/secret/set"),
                0,
                "it dialled before the change"
            );
        };
        let (summary, ()) = tokio::join!(desk.check_overdue(false), device);
        assert_eq!((summary.isolated, summary.failed), (1, 0), "{summary:?}");
        desk.online_with("budi", "isolated").await;
        assert_eq!(desk.router.drops("budi"), 1, "once");
        assert_eq!(desk.observed(ids[0]).await, Observed::Closed);
    }
}

async fn a7_who_dials_again_before_the_line_is_read_back_is_left_alone(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.router.set_redial_after(std::time::Duration::from_millis(1));
    desk.router.set_round_trip(std::time::Duration::from_millis(100));
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 0), "{summary:?}");
    assert_eq!(
        desk.router.drops("budi"),
        1,
        "the change was one, and so is the drop"
    );
    desk.online_with("budi", "isolated").await;
    assert_eq!(desk.observed(ids[0]).await, Observed::Closed);
}

async fn a7_a_session_is_dropped_once_for_a_change_and_never_without_one(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    desk.online_with("budi", "isolated").await;
    for _ in 0..3 {
        desk.forward(300);
        let again = desk.check_overdue(false).await;
        assert_eq!((again.isolated, again.failed), (0, 0), "{again:?}");
    }
    assert_eq!(desk.router.drops("budi"), 1);
    desk.online_with("budi", "isolated").await;
}

async fn a13_one_rupiah_opens_nothing(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    let paid = desk.pay(ids[0], Rupiah(1)).await;
    assert_eq!((paid.access.desired, paid.access.job_id), (Access::Closed, None));
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "isolated");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

async fn a_missing_secret_is_an_error_for_its_line_alone(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    desk.bill_and_wait().await;
    // A customer whose secret nobody ever made.
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut customer = store::customers::find(&mut tx, ids[0]).await.unwrap().unwrap();
    customer.details.pppoe_username = Some("budi-baru".into());
    store::customers::update(&mut tx, &customer, crate::desk::at(crate::desk::OVERDUE))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 1), "{summary:?}");
    assert_eq!(
        (
            summary.errors[0].subject.as_str(),
            summary.errors[0].code.as_str()
        ),
        ("NO-budi", "secret_missing")
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.status(ids[1]).await, CustomerStatus::Isolated);
}

async fn a_router_in_mode_observe_is_never_written_to(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    assert_eq!(
        (summary.isolated, summary.skipped, summary.failed),
        (0, 1, 0),
        "{summary:?}"
    );
    let by_hand = IsolateByHand {
        customer_id: ids[0],
        reason: "uji".into(),
    };
    let answer = desk.office.perform(&Actor::console(), by_hand).await.unwrap();
    assert_eq!(
        (answer.outcome, answer.observed),
        (HandOutcome::ObservedOnly, Observed::Open)
    );
    desk.pay(ids[0], PRICE).await;
    desk.run_due().await;
    assert_eq!(desk.writes(), 0, "{:?}", desk.router.command_log().recent);
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
}

async fn a_line_closed_and_opened_by_hand_answers_with_what_the_router_said(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    let close = IsolateByHand {
        customer_id: ids[0],
        reason: "dipinjam tetangga".into(),
    };
    let closed = desk.office.perform(&Actor::console(), close).await.unwrap();
    assert_eq!(
        (closed.outcome, closed.observed),
        (HandOutcome::Done, Observed::Closed)
    );
    assert_eq!(desk.profile("budi"), "isolated");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);

    let check = desk.check_overdue(false).await;
    assert_eq!(check.opened, 0, "the person's word outranks the ledger");
    let open = OpenByHand {
        customer_id: ids[0],
        reason: "sudah selesai".into(),
        until: None,
    };
    let opened = desk.office.perform(&Actor::console(), open).await.unwrap();
    assert_eq!(
        (opened.outcome, opened.observed),
        (HandOutcome::Done, Observed::Open)
    );
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    desk.online_with("budi", "pkg-hemat-10").await;
}

async fn a_dry_run_counts_and_touches_nothing(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    let request = CheckOverdue {
        dry_run: true,
        confirm: false,
    };
    let summary = desk.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!((summary.isolated, summary.dry_run), (1, true));
    assert_eq!(desk.router.command_log().connections, 0);
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
}

on_both! {
    an_overdue_line_gets_the_isolated_profile_and_loses_its_session,
    a1_a_trap_changes_nothing_and_is_tried_again,
    a3_opening_after_payment_drops_the_isolated_session_too,
    a4_a_payment_that_came_while_the_closing_waited_wins,
    a4_a_payment_that_comes_while_the_closing_runs_wins,
    a3_a_session_that_dials_between_the_first_look_and_the_change_is_ended_too,
    a7_who_dials_again_before_the_line_is_read_back_is_left_alone,
    a7_a_session_is_dropped_once_for_a_change_and_never_without_one,
    a13_one_rupiah_opens_nothing,
    a_missing_secret_is_an_error_for_its_line_alone,
    a_router_in_mode_observe_is_never_written_to,
    a_line_closed_and_opened_by_hand_answers_with_what_the_router_said,
    a_dry_run_counts_and_touches_nothing,
}
