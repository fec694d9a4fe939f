//! Jobs as a person sees them, and what they promise: identities and not states, retries, parking, a hand on them.

use crate::desk::{Desk, PRICE, until};
use crate::engine::{Engine, on_both};
use billing::CustomerStatus;
use office::Actor;
use office::access::{ApplyPlan, ReadWhy};
use office::jobs::{CancelJob, ListJobs, ReadJob, RetryJob};
use office::routers::ReadRouter;
use office::secrets::Name;
use simulators::router::{Fault, Profile};
use store::jobs::State;

async fn a5_a_job_writes_the_profile_of_the_moment_it_runs(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    desk.pay(ids[0], PRICE).await;
    // While the opening waits, the office says that this router has the package under another name.
    desk.router
        .load_profiles([Profile::new("paket-lama", "5120k/10M")]);
    let mut tx = desk.office.store().begin().await.unwrap();
    store::packages::set_profile(&mut tx, desk.router_id, desk.package_id, Some("paket-lama"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "paket-lama");
}

async fn a_mapped_profile_that_the_router_lacks_is_an_error_and_is_not_made(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    store::packages::set_profile(&mut tx, desk.router_id, desk.package_id, Some("tidak-ada"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.pay(ids[0], PRICE).await;
    desk.run_due().await;
    assert_eq!(
        desk.job(ids[0]).await.error_code.as_deref(),
        Some("profile_missing")
    );
    assert_eq!(desk.profile("budi"), "isolated");
    assert_eq!(
        desk.status(ids[0]).await,
        CustomerStatus::Isolated,
        "nothing is called open that is not"
    );
    assert!(
        desk.router
            .items("/ppp/profile")
            .iter()
            .all(|profile| profile["name"] != "tidak-ada")
    );
}

async fn t3_a_missing_password_parks_its_router_alone_and_loudly(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.secrets
        .delete(&Name::router_password(desk.router_id))
        .await
        .unwrap();
    let other = desk.second_router("Gedung B", Fault::Normal, "tono").await;
    other
        .router
        .load_secrets([simulators::router::Secret::new("tono", "x")]);
    desk.check_overdue(false).await;
    let job = desk.job(ids[0]).await;
    assert_eq!(
        (job.state, job.error_code.as_deref()),
        (State::Parked, Some("router_password_missing"))
    );
    assert!(desk.router_row().await.last_error.is_some());
    assert_eq!(
        desk.status(other.customer_id).await,
        CustomerStatus::Isolated,
        "the other router goes on"
    );
}

/// A failure is kept in both wordings, since who reads it later is not known when it happens.
async fn a_failed_job_and_its_router_tell_each_reader_in_his_language(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.check_overdue(false).await;
    let id = desk.job(ids[0]).await.id;
    let ours = desk.ask(ReadJob { id }).await.unwrap().error.unwrap();
    let theirs = desk.ask_in_english(ReadJob { id }).await.unwrap().error.unwrap();
    assert!(ours.contains("tidak") && !ours.contains('{'), "{ours}");
    assert!(theirs.contains("router") && !theirs.contains("tidak"), "{theirs}");
    let router = || ReadRouter { id: desk.router_id };
    assert_eq!(desk.ask(router()).await.unwrap().last_error, Some(ours.clone()));
    assert_eq!(
        desk.ask_in_english(router()).await.unwrap().last_error,
        Some(theirs.clone())
    );
    let why = ReadWhy { customer_id: ids[0] };
    let (here, there) = (
        desk.ask(why).await.unwrap(),
        desk.ask_in_english(why).await.unwrap(),
    );
    assert_eq!(here.router.unwrap().error, Some(ours));
    assert_eq!(there.router.unwrap().error, Some(theirs));
}

async fn what_waits_for_a_router_happens_when_it_comes_back_without_a_person(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let shutdown = tokio_util::sync::CancellationToken::new();
    let worker = office::jobs::spawn_worker(desk.office.clone(), shutdown.clone());
    desk.pay(ids[0], PRICE).await;
    until("the opening is parked", async || {
        desk.job(ids[0]).await.state == State::Parked
    })
    .await;
    desk.router.set_fault(Fault::Normal).await.unwrap();
    until("the line is open", async || {
        desk.status(ids[0]).await == CustomerStatus::Active
    })
    .await;
    desk.online_with("budi", "pkg-hemat-10").await;
    assert_eq!(desk.job(ids[0]).await.tries, 1, "the absence spent no try");
    shutdown.cancel();
    worker.await.unwrap();
}

async fn a_person_cancels_and_retries_a_job(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.office
        .perform(&Actor::console(), ApplyPlan::default())
        .await
        .unwrap();
    let id = desk.job(ids[0]).await.id;
    let cancelled = desk
        .office
        .perform(&Actor::console(), CancelJob { id })
        .await
        .unwrap();
    assert_eq!(cancelled.status, "cancelled");
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    assert_eq!(
        desk.office
            .perform(&Actor::console(), CancelJob { id })
            .await
            .unwrap_err()
            .code,
        "job_not_waiting"
    );

    desk.office
        .perform(&Actor::console(), RetryJob { id })
        .await
        .unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "isolated");
    assert_eq!(
        desk.office
            .perform(&Actor::console(), RetryJob { id })
            .await
            .unwrap_err()
            .code,
        "job_not_stopped"
    );
    let kind = Some("access".to_owned());
    let page = desk
        .office
        .perform(
            &Actor::console(),
            ListJobs {
                kind,
                ..ListJobs::default()
            },
        )
        .await
        .unwrap();
    assert_eq!((page.total, page.items[0].status.as_str()), (1, "done"));
    let wrong = ListJobs {
        status: Some("selesai".into()),
        ..ListJobs::default()
    };
    assert_eq!(
        desk.office
            .perform(&Actor::console(), wrong)
            .await
            .unwrap_err()
            .code,
        "invalid_status"
    );
}

async fn an_event_is_told_once_however_often_its_job_runs(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    let told = async || {
        let mut tx = desk.office.store().read().await.unwrap();
        let filter = store::notifications::Filter {
            customer_id: Some(ids[0]),
            kind: Some("isolated"),
            limit: 10,
            ..store::notifications::Filter::default()
        };
        store::notifications::list(&mut tx, &filter).await.unwrap().total
    };
    assert_eq!(told().await, 1);
    let kind = Some("listener".to_owned());
    let jobs = desk
        .office
        .perform(
            &Actor::console(),
            ListJobs {
                kind,
                ..ListJobs::default()
            },
        )
        .await
        .unwrap();
    let mut tx = desk.office.store().begin().await.unwrap();
    for job in &jobs.items {
        let again = store::jobs::NewJob {
            kind: "listener",
            key: format!("{}:again", job.key),
            payload: job.payload.clone(),
            router_id: None,
            run_at: crate::desk::at(crate::desk::OVERDUE),
            event_id: None,
        };
        store::jobs::enqueue(&mut tx, &again, crate::desk::at(crate::desk::OVERDUE))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    desk.run_due().await;
    assert_eq!(told().await, 1);
}

on_both! {
    a5_a_job_writes_the_profile_of_the_moment_it_runs,
    a_mapped_profile_that_the_router_lacks_is_an_error_and_is_not_made,
    t3_a_missing_password_parks_its_router_alone_and_loudly,
    a_failed_job_and_its_router_tell_each_reader_in_his_language,
    what_waits_for_a_router_happens_when_it_comes_back_without_a_person,
    a_person_cancels_and_retries_a_job,
    an_event_is_told_once_however_often_its_job_runs,
}
