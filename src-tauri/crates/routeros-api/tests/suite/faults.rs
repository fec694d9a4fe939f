//! Each bad day of a router, and what the caller is told.

use std::time::Duration;

use routeros_api::{Command, Error, Limits, Stage};
use simulators::router::{Fault, Secret};

use crate::{limits, open, open_with, router};

fn short() -> Limits {
    let short = Duration::from_millis(100);
    Limits {
        connect: short,
        login: short,
        command: short,
        ..Limits::default()
    }
}

fn print() -> Command {
    Command::new("/ppp/secret/print")
}

#[tokio::test]
async fn a_router_that_is_off_cannot_be_reached_and_can_be_when_it_is_back() {
    let router = router().await;
    let connection = open(&router).await;
    router.set_fault(Fault::Refuse).await.unwrap();
    let error = open_with(&router, limits()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(error.is_unreachable() && !error.outcome_unknown());
    let error = connection.call(print()).await.unwrap_err();
    assert!(error.is_unreachable(), "the kept connection was cut: {error}");
    assert!(!connection.is_usable());

    router.set_fault(Fault::Normal).await.unwrap();
    assert!(
        open(&router).await.call(print()).await.is_ok(),
        "a new connection on the same port works"
    );
    assert!(
        connection.call(print()).await.is_err(),
        "the old one stays given up"
    );
}

#[tokio::test]
async fn a_deaf_router_runs_into_the_limit_of_the_login_or_of_the_command() {
    let router = router().await;
    let connection = open_with(
        &router,
        Limits {
            command: Duration::from_millis(100),
            ..limits()
        },
    )
    .await
    .unwrap();
    router.set_fault(Fault::Deaf).await.unwrap();
    let error = connection.call(print()).await.unwrap_err();
    let limit = Duration::from_millis(100);
    let stage = Stage::Command("/ppp/secret/print".to_owned());
    assert_eq!(error, Error::TimedOut { stage, limit });
    assert!(error.is_unreachable() && error.outcome_unknown());
    assert!(
        !connection.is_usable(),
        "a late answer must not meet the next question"
    );

    let error = open_with(&router, short()).await.unwrap_err();
    assert_eq!(
        error,
        Error::TimedOut {
            stage: Stage::Login,
            limit
        }
    );
}

#[tokio::test]
async fn a_mute_router_has_done_it_and_the_outcome_is_called_unknown() {
    let router = router().await;
    let connection = open_with(
        &router,
        Limits {
            command: Duration::from_millis(100),
            ..limits()
        },
    )
    .await
    .unwrap();
    router.set_fault(Fault::Mute).await.unwrap();
    let add = Command::new("/ppp/secret/add").attribute("name", "budi");
    let error = connection.call(add).await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    assert!(router.secret("budi").is_some(), "the router has carried it out");
}

#[tokio::test]
async fn one_command_that_is_late_takes_the_others_with_it_and_says_so() {
    let router = router().await;
    let connection = open(&router).await;
    router.set_fault(Fault::Deaf).await.unwrap();
    let hasty = print().time_limit(Duration::from_millis(50));
    let (patient, hasty) = tokio::join!(connection.call(print()), connection.call(hasty));
    assert!(matches!(hasty, Err(Error::TimedOut { .. })), "{hasty:?}");
    assert!(matches!(patient, Err(Error::Closed { .. })), "{patient:?}");
}

#[tokio::test]
async fn a_slow_router_is_waited_for_and_asked_less_at_a_time() {
    let router = router().await;
    let limits = Limits {
        slow_after: Duration::from_millis(1),
        in_flight: 8,
        ..limits()
    };
    let connection = open_with(&router, limits).await.unwrap();
    assert_eq!(connection.in_flight_limit(), 8);
    router
        .set_fault(Fault::Slow(Duration::from_millis(5)))
        .await
        .unwrap();
    let answers = connection.call_all((0..40).map(|_| print()).collect()).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(
        connection.in_flight_limit(),
        1,
        "it was halved down to one command at a time"
    );
}

#[tokio::test]
async fn a_refused_login_is_not_an_outage() {
    let router = router().await;
    router.set_fault(Fault::RefuseLogin).await.unwrap();
    let error = open_with(&router, limits()).await.unwrap_err();
    assert!(
        matches!(error, Error::BadLogin { .. }) && !error.is_unreachable(),
        "{error}"
    );
}

#[tokio::test]
async fn a6_a_reply_that_is_cut_off_is_an_error_and_the_connection_is_given_up() {
    let router = router().await;
    router.load_secrets((0..100).map(|number| Secret::new(format!("plg{number}"), "x")));
    let connection = open(&router).await;
    router.set_fault(Fault::CloseMidReply).await.unwrap();
    let error = connection.call(print()).await.unwrap_err();
    assert!(matches!(error, Error::Closed { .. }), "{error}");
    assert!(error.is_unreachable() && error.outcome_unknown() && !connection.is_usable());
}

#[tokio::test]
async fn garbage_is_named_and_the_connection_is_given_up() {
    let router = router().await;
    let connection = open(&router).await;
    router.set_fault(Fault::Garbage).await.unwrap();
    let error = connection.call(print()).await.unwrap_err();
    assert!(matches!(error, Error::Protocol { .. }), "{error}");
    assert!(!connection.is_usable());
    let error = open_with(&router, limits()).await.unwrap_err();
    assert!(
        matches!(error, Error::Protocol { .. }),
        "at the login as well: {error}"
    );
}

#[tokio::test]
async fn a_router_that_goes_in_the_middle_leaves_each_command_answered_or_unknown() {
    let router = router().await;
    let connection = open(&router).await;
    router.fault_after(10, Fault::CloseMidReply);
    let adds =
        (0..40).map(|number| Command::new("/ppp/secret/add").attribute("name", format!("plg{number}")));
    let answers = connection.call_all(adds.collect()).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(
        (1..=10).contains(&done),
        "{done} commands were answered before the router went"
    );
    for (number, answer) in answers.iter().enumerate() {
        match answer {
            Ok(_) => assert!(
                router.secret(&format!("plg{number}")).is_some(),
                "what is reported done is done"
            ),
            Err(Error::Unusable { .. }) => {
                assert!(
                    router.secret(&format!("plg{number}")).is_none(),
                    "what was not sent is not there"
                );
            }
            Err(error) => assert!(error.outcome_unknown(), "{error}"),
        }
    }
}

#[tokio::test]
async fn an_idle_connection_closes_and_says_that_nothing_was_sent() {
    let router = router().await;
    let connection = open_with(
        &router,
        Limits {
            idle: Duration::from_millis(50),
            ..limits()
        },
    )
    .await
    .unwrap();
    assert!(connection.call(print()).await.is_ok());
    tokio::time::timeout(Duration::from_secs(60), async {
        while connection.is_usable() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    let error = connection.call(print()).await.unwrap_err();
    assert!(
        matches!(error, Error::Unusable { .. }) && !error.outcome_unknown(),
        "{error}"
    );
}

#[tokio::test]
async fn no_route_and_unknown_names_are_unreachable() {
    let target = routeros_api::Target::plain("router.invalid");
    let login = routeros_api::Login::new("admin", "");
    let error = routeros_api::Connection::open(&target, &login, &limits())
        .await
        .unwrap_err();
    assert!(error.is_unreachable(), "{error}");
}
