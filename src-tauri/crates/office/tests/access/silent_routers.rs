//! Routers that cannot be asked, each kind by its name: the work waits under a stable code, spends no try, and the customer
//! stands where they stood.

use billing::{CustomerStatus, Observed};
use office::Kind;
use office::access::{HandOutcome, IsolateByHand, OpenByHand, ReadRouterPlan};
use office::network::{ReadRouterHealth, TestRouter};
use office::routers::ChangeRouter;
use simulators::router::Fault;
use store::jobs::State;

use crate::desk::overdue;
use crate::engine::{Engine, on_both};

/// Lets everything that asks a router meet the fault: a check, a hand, a test, a comparison.
async fn meets(on: &Engine, fault: Fault, code: &str) {
    let (desk, ids) = overdue(on, 2).await;
    desk.router.set_fault(fault).await.unwrap();
    let summary = desk.check_overdue(false).await;
    assert_eq!(
        (summary.isolated, summary.failed, summary.skipped, summary.waiting),
        (0, 0, 2, 0),
        "nobody has to decide anything: {summary:?}"
    );
    let notes: Vec<&str> = summary.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(notes, [code], "one router is away, and that is said once");
    for &id in &ids {
        let job = desk.job(id).await;
        assert_eq!(
            (job.state, job.tries, job.error_code.as_deref()),
            (State::Parked, 0, Some(code)),
            "{job:?}"
        );
        assert_eq!(desk.status(id).await, CustomerStatus::Active);
        assert_eq!(
            desk.observed(id).await,
            Observed::Unknown,
            "unknown, not open and not closed"
        );
    }
    let row = desk.router_row().await;
    assert!(row.unreachable_since.is_some() && row.last_error.is_some());
    let log = desk.acts("system_error").await;
    assert_eq!(log.len(), 1, "said once: {log:?}");
    assert_eq!(log[0].detail.as_ref().unwrap()["code"], code);

    let hand = IsolateByHand {
        customer_id: ids[0],
        reason: "uji".into(),
    };
    let answer = desk.ask(hand).await.unwrap();
    assert_eq!(answer.outcome, HandOutcome::Queued);
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);

    let router_id = desk.router_id;
    let tested = desk.ask(TestRouter { router_id }).await.unwrap();
    assert_eq!((tested.ok, tested.error.unwrap().code.as_str()), (false, code));
    let compared = desk.ask(ReadRouterPlan { router_id }).await.unwrap_err();
    assert_eq!((compared.kind, compared.code), (Kind::Elsewhere, code));
}

async fn a_router_that_is_off(on: Engine) {
    meets(&on, Fault::Refuse, "router_unreachable").await;
}

async fn a_router_that_refuses_the_password(on: Engine) {
    meets(&on, Fault::RefuseLogin, "router_bad_login").await;
}

async fn a_router_that_answers_garbage(on: Engine) {
    meets(&on, Fault::Garbage, "router_protocol_error").await;
}

async fn a_router_that_hangs(on: Engine) {
    meets(&on, Fault::Deaf, "router_timed_out").await;
}

async fn a_router_that_closes_in_the_middle_of_a_reply(on: Engine) {
    meets(&on, Fault::CloseMidReply, "router_connection_closed").await;
}

async fn a_router_that_is_known_to_be_away_is_asked_once_by_who_looks_and_says_since_when(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let patient = ChangeRouter {
        id: desk.router_id,
        attempts: Some(3),
        ..ChangeRouter::default()
    };
    desk.ask(patient).await.unwrap();
    desk.router.set_fault(Fault::CloseMidReply).await.unwrap();
    desk.check_overdue(false).await;
    assert!(desk.router_row().await.unreachable_since.is_some());
    let router_id = desk.router_id;

    desk.router.clear_command_log();
    let health = desk.ask(ReadRouterHealth { router_id }).await.unwrap_err();
    assert_eq!(desk.router.command_log().connections, 1, "one try, not three");
    assert_eq!(health.code, "router_connection_closed");
    assert!(
        health
            .detail
            .id
            .contains("Tidak dapat dipakai sejak 2 Maret 2026"),
        "{}",
        health.detail.id
    );
    desk.router.clear_command_log();
    let hand = OpenByHand {
        customer_id: ids[0],
        reason: "uji".into(),
        until: None,
    };
    let answer = desk.ask(hand).await.unwrap();
    assert_eq!(answer.outcome, HandOutcome::Queued);
    assert!(
        answer.message.id.contains("terputus") && answer.message.en.contains("since"),
        "it says why: {:?}",
        answer.message
    );
}

async fn whoever_speaks_in_clear_and_is_cut_off_hears_of_tls(on: Engine) {
    let (desk, _) = overdue(&on, 1).await;
    desk.router.set_fault(Fault::HangUp).await.unwrap();
    let router_id = desk.router_id;
    let error = desk.ask(TestRouter { router_id }).await.unwrap().error.unwrap();
    assert_eq!(error.code, "router_connection_closed");
    assert!(error.message.id.contains("tanpa TLS"), "{:?}", error.message);
    assert!(error.message.en.contains("api-ssl"), "{:?}", error.message);
}

on_both! {
    a_router_that_is_known_to_be_away_is_asked_once_by_who_looks_and_says_since_when,
    whoever_speaks_in_clear_and_is_cut_off_hears_of_tls,
    a_router_that_is_off,
    a_router_that_refuses_the_password,
    a_router_that_answers_garbage,
    a_router_that_hangs,
    a_router_that_closes_in_the_middle_of_a_reply,
}
