//! The first screen says what is wrong from the first try on: a router that is away, with the work that waits for it, and work
//! that failed and is tried again; not only what was given up.

use billing::{CustomerStatus, Rupiah};
use office::access::{DismissPlan, StrikeLines};
use office::{Actor, Language, ReadDashboard};
use simulators::router::Fault;

use crate::desk::{PRICE, overdue};
use crate::engine::{Engine, on_both};

async fn a_router_that_is_away_is_told_once_with_the_work_that_waits_for_it(on: Engine) {
    let (desk, _) = overdue(&on, 3).await;
    assert!(desk.ask(ReadDashboard).await.unwrap().failures.is_empty());
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.check_overdue(false).await;
    let failures = desk.ask(ReadDashboard).await.unwrap().failures;
    let [away] = failures.as_slice() else {
        panic!("one for the router: {failures:?}")
    };
    assert_eq!(
        (away.kind.as_str(), away.router.as_deref(), away.waiting),
        ("router", Some("Gedung A"), 3)
    );
    assert_eq!(
        (away.router_id, away.job_id, away.code.as_deref()),
        (Some(desk.router_id), None, Some("router_unreachable"))
    );
    assert!(away.detail.is_some());
    desk.router_is_back().await;
    assert!(desk.ask(ReadDashboard).await.unwrap().failures.is_empty());
}

async fn work_that_failed_is_told_while_it_is_still_tried_again(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    // A customer whose secret nobody ever made.
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut customer = store::customers::find(&mut tx, ids[0]).await.unwrap().unwrap();
    customer.details.pppoe_username = Some("budi-baru".into());
    store::customers::update(&mut tx, &customer, desk.office.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.check_overdue(false).await;
    let job = desk.job(ids[0]).await;
    assert_eq!(job.state, store::jobs::State::Queued, "it is tried again");
    let failures = desk.ask(ReadDashboard).await.unwrap().failures;
    let told = failures
        .iter()
        .find(|failure| failure.job_id == Some(job.id))
        .unwrap();
    assert_eq!(
        (told.state.as_str(), told.next_try),
        ("queued", Some(job.run_at.as_millisecond()))
    );
    assert_eq!(told.code, job.error_code);
}

async fn jobs_that_failed_alike_are_one_entry_with_their_count_and_the_first_names(on: Engine) {
    let (desk, ids) = overdue(&on, 5).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    for id in &ids {
        let mut customer = store::customers::find(&mut tx, *id).await.unwrap().unwrap();
        customer.details.pppoe_username = Some(format!("tidak-ada-{id}"));
        store::customers::update(&mut tx, &customer, desk.office.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    desk.check_overdue(false).await;
    let read = desk.ask(ReadDashboard).await.unwrap();
    assert_eq!(read.routers, 1);
    let failures = read.failures;
    let [told] = failures.as_slice() else {
        panic!("one for all five: {failures:?}")
    };
    assert_eq!((told.count, told.names.len()), (5, 3), "{told:?}");
    assert_eq!(
        (told.state.as_str(), told.router.as_deref()),
        ("queued", Some("Gedung A"))
    );
    let newest = desk.job(ids[4]).await;
    assert_eq!(told.code, newest.error_code);
    let mut tx = desk.office.store().begin().await.unwrap();
    let named = store::customers::find_many(&mut tx, &ids).await.unwrap();
    let named: Vec<&str> = named
        .iter()
        .map(|customer| customer.details.name.as_str())
        .collect();
    assert!(
        told.names.iter().all(|name| named.contains(&name.as_str())),
        "{told:?}"
    );
}

async fn closed_lines_are_counted_as_customers_and_as_the_router_says(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(true).await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    let lines = desk.ask(ReadDashboard).await.unwrap().lines;
    assert_eq!((lines.isolated, lines.seen_closed), (2, 2));
}

async fn a_plan_that_waits_for_approval_is_told_with_the_reason_until_somebody_decides(on: Engine) {
    let (desk, ids) = overdue(&on, 25).await;
    assert!(desk.ask(ReadDashboard).await.unwrap().waiting_plans.is_empty());
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.waiting), (0, 25), "{summary:?}");
    let told = desk.ask(ReadDashboard).await.unwrap().waiting_plans;
    let [plan] = told.as_slice() else {
        panic!("one plan: {told:?}")
    };
    assert_eq!((plan.closing, plan.opening), (25, 0));
    assert_eq!(plan.amount, Rupiah(25 * PRICE.0));
    assert_eq!(plan.since, desk.office.now().as_millisecond());
    let because = plan.because.as_deref().unwrap();
    assert!(because.contains("menunggu persetujuan"), "{because}");

    let english = Actor::console().reading(Language::English);
    let read = desk.office.perform(&english, ReadDashboard).await.unwrap();
    let because = read.waiting_plans[0].because.as_deref().unwrap();
    assert!(because.contains("waits for approval"), "{because}");

    let strike = StrikeLines {
        id: plan.id,
        customer_ids: vec![ids[0]],
        struck: true,
    };
    desk.ask(strike).await.unwrap();
    assert_eq!(
        desk.ask(ReadDashboard).await.unwrap().waiting_plans[0].closing,
        24
    );
    desk.ask(DismissPlan { id: plan.id }).await.unwrap();
    assert!(desk.ask(ReadDashboard).await.unwrap().waiting_plans.is_empty());
}

on_both! {
    a_router_that_is_away_is_told_once_with_the_work_that_waits_for_it,
    work_that_failed_is_told_while_it_is_still_tried_again,
    jobs_that_failed_alike_are_one_entry_with_their_count_and_the_first_names,
    closed_lines_are_counted_as_customers_and_as_the_router_says,
    a_plan_that_waits_for_approval_is_told_with_the_reason_until_somebody_decides,
}
