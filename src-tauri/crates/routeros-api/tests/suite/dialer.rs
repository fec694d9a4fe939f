//! A connection that is opened again, and commands that are not sent again.

use std::time::Duration;

use routeros_api::{Command, Dialer, Error, Limits, Login};
use simulators::router::{Fault, RunningRouter};

use crate::{limits, router, target};

fn dialer(router: &RunningRouter, limits: Limits) -> Dialer {
    Dialer::new(target(router), Login::new("admin", ""), limits)
}

fn add() -> Command {
    Command::new("/ppp/secret/add").attribute("name", "budi")
}

#[tokio::test]
async fn one_connection_is_kept_and_a_new_one_opened_when_it_has_gone() {
    let router = router().await;
    let dialer = dialer(&router, limits());
    for _ in 0..3 {
        dialer.connection().await.unwrap().call(add()).await.ok();
    }
    assert_eq!(router.command_log().logins, 1);
    let kept = dialer.connection().await.unwrap();
    router.drop_connections();
    assert!(kept.call(add()).await.is_err());
    dialer.connection().await.unwrap();
    assert_eq!(router.command_log().logins, 2);
    let closed = dialer.connection().await.unwrap();
    dialer.hang_up().await;
    assert!(!closed.is_usable(), "it is closed for all who hold it");
    assert!(dialer.connection().await.unwrap().is_usable());
}

#[tokio::test]
async fn a_command_whose_answer_was_lost_is_sent_once() {
    let router = router().await;
    let dialer = dialer(&router, limits());
    let connection = dialer.connection().await.unwrap();
    router.set_fault(Fault::CloseMidReply).await.unwrap();
    let error = connection.call(add()).await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    router.set_fault(Fault::Normal).await.unwrap();
    dialer.connection().await.unwrap();
    assert_eq!(
        router.command_log().count("/ppp/secret/add"),
        1,
        "whether to ask again is the caller's to decide"
    );
    assert!(router.secret("budi").is_some(), "it had been carried out");
}

#[tokio::test]
async fn a_connection_that_is_hung_up_on_carries_nothing_out() {
    let router = router().await;
    let connection = dialer(&router, limits()).connection().await.unwrap();
    router.set_fault(Fault::HangUp).await.unwrap();
    let error = connection.call(add()).await.unwrap_err();
    assert!(error.outcome_unknown() && !connection.is_usable(), "{error}");
    assert!(router.secret("budi").is_none());
}

#[tokio::test]
async fn many_callers_share_one_attempt_and_its_failure() {
    let router = router().await;
    let dialer = dialer(&router, limits());
    let opened = futures::future::join_all((0..20).map(|_| dialer.connection())).await;
    assert!(opened.iter().all(Result::is_ok));
    assert_eq!(router.command_log().logins, 1);

    dialer.hang_up().await;
    router.set_fault(Fault::RefuseLogin).await.unwrap();
    let before = router.command_log().connections;
    let refused = futures::future::join_all((0..20).map(|_| dialer.connection())).await;
    let all_refused = refused
        .iter()
        .all(|refused| matches!(refused, Err(Error::BadLogin { .. })));
    assert!(all_refused, "{refused:?}");
    assert_eq!(
        router.command_log().connections - before,
        1,
        "nobody locks the user out"
    );
    assert!(dialer.connection().await.is_err(), "a later call tries again");
    assert_eq!(router.command_log().connections - before, 2);
}

#[tokio::test]
async fn an_attempt_that_its_caller_gave_up_does_not_hold_the_others() {
    let router = router().await;
    let dialer = dialer(&router, limits());
    router.set_fault(Fault::Deaf).await.unwrap();
    let hasty = tokio::time::timeout(Duration::from_millis(20), dialer.connection()).await;
    assert!(hasty.is_err(), "the router does not answer the login");
    router.set_fault(Fault::Normal).await.unwrap();
    assert!(dialer.connection().await.unwrap().is_usable());
}
