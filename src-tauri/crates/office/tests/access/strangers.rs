//! Something else on the router's port. Whoever answers what no router says is named at once, whoever takes the connection
//! and keeps silent is waited for once; neither is asked again in the hope of another answer, however many attempts the
//! router has.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use office::network::{RouterProblem, TestRouter};
use office::routers::ChangeRouter;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::desk::Desk;
use crate::engine::{Engine, on_both};

/// A peer that says these bytes to whoever connects, and then holds the line without a word.
struct Stranger {
    port: u16,
    visits: Arc<AtomicU64>,
}

impl Stranger {
    async fn saying(words: &'static [u8]) -> Stranger {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&visits);
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                // The client may have hung up on the first byte.
                let _ = stream.write_all(words).await;
                held.push(stream);
            }
        });
        Stranger { port, visits }
    }
}

/// What the test of a router says that has the stranger's port and three attempts of this length, and how often it called.
async fn tested(on: &Engine, words: &'static [u8], timeout_ms: i64) -> (RouterProblem, u64) {
    let desk = Desk::open(on).await;
    let stranger = Stranger::saying(words).await;
    let moved = ChangeRouter {
        id: desk.router_id,
        port: Some(i64::from(stranger.port)),
        timeout_ms: Some(timeout_ms),
        attempts: Some(3),
        ..ChangeRouter::default()
    };
    desk.ask(moved).await.unwrap();
    let router_id = desk.router_id;
    let tested = desk.ask(TestRouter { router_id }).await.unwrap();
    (tested.error.unwrap(), stranger.visits.load(Ordering::Relaxed))
}

async fn a_banner_or_a_web_page_is_named_at_once_as_no_routeros_api(on: Engine) {
    // With such patience nobody would see the end of this test if the limit had to run out.
    let patient = 120_000;
    for words in [
        &b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ] {
        let (problem, visits) = tested(&on, words, patient).await;
        assert_eq!(problem.code, "router_protocol_error");
        assert!(problem.message.id.contains("bukan API RouterOS"), "{problem:?}");
        assert_eq!(visits, 1, "it would say the same again");
    }
}

async fn a_peer_that_says_nothing_or_half_a_sentence_is_waited_for_once_and_no_longer_than_is_said(
    on: Engine,
) {
    for words in [&b""[..], b"\x05!do"] {
        let (problem, visits) = tested(&on, words, 500).await;
        assert_eq!(problem.code, "router_timed_out");
        assert!(
            problem.message.id.contains("saat login dalam 0,5 detik"),
            "{problem:?}"
        );
        // Whoever says nothing may be a TLS port, for which one more look is had.
        let looks = u64::from(words.is_empty());
        assert_eq!(visits, 1 + looks, "three tries would be waited for, and one told");
    }
}

on_both! {
    a_banner_or_a_web_page_is_named_at_once_as_no_routeros_api,
    a_peer_that_says_nothing_or_half_a_sentence_is_waited_for_once_and_no_longer_than_is_said,
}
