//! Both logins, and what goes wrong at them.

use std::time::Duration;

use routeros_api::{Command, Connection, Error, Limits, Login, LoginStyle, Stage};
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

/// Opens a connection to a peer that says these bytes and then waits for the client to hang up.
async fn met(said: &'static [u8], limits: Limits) -> Error {
    let target = script::listen(move |mut peer| async move {
        peer.send(said).await;
        while peer.heard().await.is_some() {}
    })
    .await;
    Connection::open(&target, &Login::new("admin", ""), &limits)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn whoever_answers_what_no_router_says_is_named_at_once_also_where_the_bytes_look_like_a_long_word() {
    for said in [
        &b"\xff\xd8\xff\xe0 an image"[..],
        b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n",
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        b"220 mail ESMTP\r\n",
        b"\x15\x03\x03\x00\x02\x02\x0a",
        b"S",
        b"\x05!done\x8f\xff=ret=",
    ] {
        // Nobody waits so long: the limit is no way out here.
        let patient = Limits {
            login: Duration::from_secs(600),
            ..limits()
        };
        let error = met(said, patient).await;
        assert!(matches!(error, Error::Protocol { .. }), "{said:?}: {error}");
        assert!(error.is_unreachable(), "nothing is known about the router");
    }
}

#[tokio::test]
async fn a_peer_that_says_half_a_reply_or_nothing_runs_into_the_limit_of_the_login() {
    let limit = Duration::from_millis(100);
    for said in [&b""[..], b"\x05", b"\x05!do", b"\x05!done\x25=ret="] {
        let hasty = Limits {
            login: limit,
            ..limits()
        };
        let stage = Stage::Login;
        assert_eq!(
            met(said, hasty).await,
            Error::TimedOut { stage, limit },
            "{said:?}"
        );
    }
}
