//! Both logins, and what goes wrong at them.

use routeros_api::{Command, Connection, Error, Login, LoginStyle};
use simulators::router::{Group, Router, RouterSpec, User};

use crate::{limits, open, router, script, target};

async fn old_router() -> simulators::router::RunningRouter {
    let users = vec![User {
        name: "admin".to_owned(),
        password: "passTest".to_owned(),
        group: Group::Full,
    }];
    Router::start(RouterSpec {
        version: (6, 42),
        users,
        ..RouterSpec::default()
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn the_password_login_of_today() {
    let router = router().await;
    assert!(open(&router).await.is_usable());
    assert_eq!(router.command_log().logins, 1);
}

#[tokio::test]
async fn a_wrong_password_or_an_unknown_user_is_a_refusal_and_not_an_outage() {
    let router = router().await;
    for login in [Login::new("admin", "wrong"), Login::new("nobody", "")] {
        let error = Connection::open(&target(&router), &login, &limits())
            .await
            .unwrap_err();
        assert_eq!(
            error,
            Error::BadLogin {
                message: "invalid user name or password (6)".to_owned()
            }
        );
        assert!(!error.is_unreachable() && error.needs_a_person() && !error.outcome_unknown());
    }
}

#[tokio::test]
async fn the_challenge_login_of_old_routers() {
    let router = old_router().await;
    let mut login = Login::new("admin", "passTest");
    let connection = Connection::open(&target(&router), &login, &limits())
        .await
        .unwrap();
    let identity = connection
        .call(Command::new("/system/identity/print"))
        .await
        .unwrap();
    assert_eq!(identity.first().and_then(|row| row.get("name")), Some("MikroTik"));

    login.style = LoginStyle::ChallengeOnly;
    router.clear_command_log();
    Connection::open(&target(&router), &login, &limits())
        .await
        .unwrap();
    let sent = router.command_log().recent;
    assert_eq!(
        sent,
        ["/login", "/login name=admin response=***"],
        "the password itself is not sent"
    );

    login.password = "wrong".into();
    let error = Connection::open(&target(&router), &login, &limits())
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::BadLogin {
            message: "cannot log in".to_owned()
        }
    );
}

#[tokio::test]
async fn a_challenge_is_answered_with_the_digest_of_the_reference() {
    let target = script::listen(|mut peer| async move {
        peer.heard().await;
        peer.say(&["!done", "=ret=856780b7411eefd3abadee2058c149a3"])
            .await;
        let response = "=response=005062f7a5ef124d34675bf3e81f56c556";
        assert_eq!(peer.heard().await.unwrap(), ["/login", "=name=admin", response]);
        peer.say(&["!done"]).await;
        peer.heard().await;
    })
    .await;
    let opened = Connection::open(&target, &Login::new("admin", ""), &limits()).await;
    assert!(opened.is_ok(), "{opened:?}");
}

#[tokio::test]
async fn a_user_without_the_policy_api_lacks_a_permission() {
    let group = Group::Of {
        name: "web".to_owned(),
        policies: "read,write,web".to_owned(),
    };
    let users = vec![User {
        name: "admin".to_owned(),
        password: String::new(),
        group,
    }];
    let router = Router::start(RouterSpec {
        users,
        ..RouterSpec::default()
    })
    .await
    .unwrap();
    let error = Connection::open(&target(&router), &Login::new("admin", ""), &limits())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotEnoughPermissions { .. }), "{error}");
}

#[tokio::test]
async fn a_peer_that_hangs_up_or_ends_the_session_during_the_login_is_named() {
    let target = script::listen(|mut peer| async move {
        peer.heard().await;
    })
    .await;
    let error = Connection::open(&target, &Login::new("admin", ""), &limits())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Closed { .. }), "{error}");

    let target = script::listen(|mut peer| async move {
        peer.heard().await;
        peer.say(&["!fatal", "too many connections"]).await;
        peer.heard().await;
    })
    .await;
    let error = Connection::open(&target, &Login::new("admin", ""), &limits())
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::Fatal {
            message: "too many connections".to_owned()
        }
    );
}

#[tokio::test]
async fn a_web_server_on_the_port_is_no_router() {
    let target = script::listen(|mut peer| async move {
        peer.heard().await;
        peer.send(b"\xff\xd8\xff\xe0 an image").await;
        peer.heard().await;
    })
    .await;
    let error = Connection::open(&target, &Login::new("admin", ""), &limits())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Protocol { .. }), "{error}");
    assert!(error.is_unreachable(), "nothing is known about the router");
}
