//! TLS: first contact, the pinned certificate, and what is not it.

use routeros_api::{Command, Connection, Error, Fingerprint, Login, Target};
use simulators::router::{Router, RouterSpec, RunningRouter, Wire};

use crate::{limits, router};

async fn tls_router(wire: Wire) -> RunningRouter {
    Router::start(RouterSpec {
        wire,
        ..RouterSpec::default()
    })
    .await
    .unwrap()
}

async fn open(router: &RunningRouter, pinned: Option<Fingerprint>) -> Result<Connection, Error> {
    let target = Target::tls("127.0.0.1", pinned).with_port(router.addr().port());
    Connection::open(&target, &Login::new("admin", ""), &limits()).await
}

#[tokio::test]
async fn the_fingerprint_of_first_contact_is_pinned_and_a_change_is_refused() {
    let router = tls_router(Wire::Tls).await;
    let connection = open(&router, None).await.unwrap();
    let pinned = connection.fingerprint().unwrap();
    assert_eq!(
        Some(pinned.to_string()),
        router.fingerprint(),
        "it is the digest of the certificate itself"
    );
    assert!(
        connection
            .call(Command::new("/system/identity/print"))
            .await
            .is_ok()
    );
    assert!(
        open(&router, Some(pinned)).await.is_ok(),
        "the same certificate is welcome"
    );

    router.renew_certificate().unwrap();
    let error = open(&router, Some(pinned)).await.unwrap_err();
    let presented = router.fingerprint().unwrap().parse().unwrap();
    assert_eq!(error, Error::CertificateChanged { pinned, presented });
    assert!(error.needs_a_person() && !error.is_unreachable());
    assert_eq!(
        router.command_log().logins,
        2,
        "no password goes to a peer with another certificate"
    );
    assert!(
        open(&router, Some(presented)).await.is_ok(),
        "a person may agree to the new one"
    );
}

#[tokio::test]
async fn a_router_without_a_certificate_is_told_how_to_make_one() {
    let router = tls_router(Wire::TlsWithoutCertificate).await;
    let error = open(&router, None).await.unwrap_err();
    assert!(matches!(error, Error::TlsHandshake { .. }), "{error:?}");
    let advice = error.to_string();
    for command in [
        "/certificate add",
        "/certificate sign",
        "/ip service set api-ssl certificate=",
    ] {
        assert!(advice.contains(command), "`{command}` is missing in: {advice}");
    }
}

#[tokio::test]
async fn a_plain_port_that_is_asked_for_tls_is_told_as_that_however_patient_one_was() {
    let router = router().await;
    let target = Target::tls("127.0.0.1", None).with_port(router.addr().port());
    for patience in [30, 500] {
        let limits = routeros_api::Limits {
            connect: std::time::Duration::from_millis(patience),
            ..limits()
        };
        let error = Connection::open(&target, &Login::new("admin", ""), &limits)
            .await
            .unwrap_err();
        let port = router.addr().port();
        assert_eq!(error, Error::NotTls { port }, "after {patience} ms");
    }
    assert_eq!(router.command_log().logins, 0, "nobody logs in to find out");
}

#[tokio::test]
async fn a_tls_port_that_is_spoken_to_in_clear_is_told_as_that_with_and_without_a_certificate() {
    for wire in [Wire::Tls, Wire::TlsWithoutCertificate] {
        let router = tls_router(wire).await;
        let port = router.addr().port();
        let target = Target::plain("127.0.0.1").with_port(port);
        let error = Connection::open(&target, &Login::new("admin", ""), &limits())
            .await
            .unwrap_err();
        assert_eq!(error, Error::SpeaksTls { port }, "{wire:?}");
        assert!(error.needs_a_person() && !error.is_unreachable());
    }
}

#[tokio::test]
async fn many_calls_over_tls() {
    let router = tls_router(Wire::Tls).await;
    let connection = open(&router, None).await.unwrap();
    let answers = connection
        .call_all((0..300).map(|_| Command::new("/ppp/profile/print")).collect())
        .await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.as_ref().is_ok_and(|reply| reply.rows.len() == 2))
    );
}
