//! Routers and workers on their bad days: nobody is closed by a failure, nothing is done twice, nothing is lost.

use crate::desk::{Desk, PRICE, until};
use crate::engine::{Engine, on_both};
use billing::{CustomerStatus, Observed};
use office::Actor;
use office::access::{ApplyPlan, HandOutcome, IsolateByHand};
use office::network::TestRouter;
use simulators::router::Fault;
use store::jobs::State;

async fn a1_four_failures_make_a_dead_letter_that_says_why(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.router.refuse("/ppp/secret/set", "failure: busy", 4);
    desk.check_overdue(false).await;
    for pause in [70, 340, 670] {
        assert_eq!(desk.job(ids[0]).await.state, State::Queued);
        desk.forward(pause);
        desk.run_due().await;
    }
    let job = desk.job(ids[0]).await;
    assert_eq!(
        (job.state, job.tries, job.error_code.as_deref()),
        (State::Dead, 4, Some("router_refused"))
    );
    assert_eq!(
        desk.acts("system_error").await.len(),
        1,
        "a person sees it in the log"
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
}

async fn a6_a_router_that_fails_in_any_way_closes_nobody_and_parks_the_work(on: Engine) {
    for fault in [
        Fault::Refuse,
        Fault::Deaf,
        Fault::Garbage,
        Fault::RefuseLogin,
        Fault::CloseMidReply,
    ] {
        let desk = Desk::open(&on).await;
        let ids = desk.pppoe(&["budi"]).await;
        desk.bill_and_wait().await;
        desk.router.set_fault(fault).await.unwrap();

        let summary = desk.check_overdue(false).await;
        assert_eq!(
            (summary.isolated, summary.failed, summary.skipped, summary.waiting),
            (0, 0, 1, 0),
            "{fault:?}: {summary:?}"
        );
        assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active, "{fault:?}");
        let job = desk.job(ids[0]).await;
        assert_eq!(
            (job.state, job.tries),
            (State::Parked, 0),
            "{fault:?} spends no try"
        );
        let row = desk.router_row().await;
        assert!(
            row.unreachable_since.is_some() && row.last_error.is_some(),
            "{fault:?} stands on the router's row"
        );
        assert_eq!(
            desk.acts("system_error").await.len(),
            1,
            "{fault:?} is logged once"
        );

        desk.router.set_fault(Fault::Normal).await.unwrap();
        let test = desk
            .office
            .perform(
                &Actor::console(),
                TestRouter {
                    router_id: desk.router_id,
                },
            )
            .await
            .unwrap();
        assert!(test.ok, "{fault:?}: {test:?}");
        desk.run_due().await;
        assert_eq!(
            desk.status(ids[0]).await,
            CustomerStatus::Isolated,
            "{fault:?}: what waited happens"
        );
        assert!(desk.router_row().await.unreachable_since.is_none());
        desk.online_with("budi", "isolated").await;
    }
}

async fn a3_a_change_that_was_cut_off_before_the_session_was_dropped_is_completed(on: Engine) {
    let set_at = position_of_the_set(&on).await;
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    // The set is carried out and not answered: nobody knows, and the session is still the old one.
    desk.office
        .perform(
            &Actor::console(),
            TestRouter {
                router_id: desk.router_id,
            },
        )
        .await
        .unwrap();
    desk.router.clear_command_log();
    desk.office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap();
    desk.router.fault_after(set_at, Fault::Mute);
    desk.run_due().await;
    assert_eq!(desk.job(ids[0]).await.state, State::Parked);
    assert_eq!(
        desk.profile("budi"),
        "isolated",
        "the router did it without saying so"
    );
    assert_eq!(desk.router.drops("budi"), 0);
    assert_eq!(
        desk.status(ids[0]).await,
        CustomerStatus::Active,
        "nothing is called done that was not read back"
    );

    desk.router.set_fault(Fault::Normal).await.unwrap();
    desk.office
        .perform(
            &Actor::console(),
            TestRouter {
                router_id: desk.router_id,
            },
        )
        .await
        .unwrap();
    desk.run_due().await;
    desk.online_with("budi", "isolated").await;
    assert_eq!(desk.router.drops("budi"), 1);
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

/// How many commands come before the `set`, found out on an office of its own that does the same.
#[expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
async fn position_of_the_set(on: &Engine) -> u64 {
    let other = Desk::open(on).await;
    other.pppoe(&["budi"]).await;
    other.bill_and_wait().await;
    other
        .office
        .perform(
            &Actor::console(),
            TestRouter {
                router_id: other.router_id,
            },
        )
        .await
        .unwrap();
    other.router.clear_command_log();
    other
        .office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap();
    other.run_due().await;
    let log = other.router.command_log();
    log.recent
        .iter()
        .position(|line| line.starts_with("/ppp/secret/set"))
        .unwrap() as u64
}

async fn a_hand_on_a_router_that_is_away_hears_that_it_waits(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let close = IsolateByHand {
        customer_id: ids[0],
        reason: "uji".into(),
    };
    let answer = desk.office.perform(&Actor::console(), close).await.unwrap();
    assert_eq!(answer.outcome, HandOutcome::Queued);
    assert_eq!(answer.observed, Observed::Unknown);
    assert_eq!(desk.job(ids[0]).await.state, State::Parked);
}

async fn a_payment_opens_the_line_while_a_worker_runs_and_another_router_is_deaf(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    let deaf = desk.second_router("Gedung B", Fault::Deaf, "tono").await;
    let shutdown = tokio_util::sync::CancellationToken::new();
    let worker = office::jobs::spawn_worker(desk.office.clone(), shutdown.clone());
    until("the worker waits for the deaf router", async || {
        deaf.router.command_log().connections > 0
    })
    .await;
    desk.pay(ids[0], PRICE).await;
    until("the router says that the line is open", async || {
        desk.observed(ids[0]).await == Observed::Open
    })
    .await;
    desk.online_with("budi", "pkg-hemat-10").await;
    assert_eq!(desk.observed(deaf.customer_id).await, Observed::Unknown);
    shutdown.cancel();
    worker.await.unwrap();
}

async fn t2_work_of_a_worker_that_died_is_taken_over_when_its_lease_ends(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap();
    let mut tx = desk.office.store().begin().await.unwrap();
    let claim = store::jobs::Claim {
        owner: "meja yang mati",
        now: crate::desk::at(crate::desk::OVERDUE),
        lease: std::time::Duration::ZERO,
        kinds: &["access"],
        routers: None,
        limit: 1,
    };
    assert_eq!(store::jobs::claim(&mut tx, &claim).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

on_both! {
    a1_four_failures_make_a_dead_letter_that_says_why,
    a6_a_router_that_fails_in_any_way_closes_nobody_and_parks_the_work,
    a3_a_change_that_was_cut_off_before_the_session_was_dropped_is_completed,
    a_hand_on_a_router_that_is_away_hears_that_it_waits,
    a_payment_opens_the_line_while_a_worker_runs_and_another_router_is_deaf,
    t2_work_of_a_worker_that_died_is_taken_over_when_its_lease_ends,
}
