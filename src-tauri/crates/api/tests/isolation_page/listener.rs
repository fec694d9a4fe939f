//! The listener follows its setting: off by default, on, moved, off again, without a restart.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, until};
use crate::visit::send;

const GET: &str = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

/// A port that was free a moment ago.
async fn free_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    listener.local_addr().expect("an address")
}

async fn answers(at: SocketAddr) -> bool {
    send(at, "127.0.0.1", GET)
        .await
        .is_ok_and(|reply| reply.status == 200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_opens_moves_and_closes_with_its_setting() {
    let desk = Desk::open().await;
    let stop = CancellationToken::new();
    let following = tokio::spawn(api::isolir::follow(desk.office.clone(), stop.clone()));
    let (first, second) = (free_port().await, free_port().await);
    assert!(!answers(first).await, "off by default");
    desk.set(json!({ "isolation_page.listen": first.to_string() }))
        .await;
    until("the page is open", async || answers(first).await).await;
    desk.set(json!({ "office.name": "Desa Net" })).await;
    assert!(answers(first).await, "another setting is none of its business");
    desk.set(json!({ "isolation_page.listen": second.to_string() }))
        .await;
    until("the page has moved", async || {
        answers(second).await && !answers(first).await
    })
    .await;
    desk.set(json!({ "isolation_page.listen": "" })).await;
    until("the page is closed", async || !answers(second).await).await;
    stop.cancel();
    following.await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_is_taken_ends_nothing() {
    let desk = Desk::open().await;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let (taken_at, free) = (taken.local_addr().expect("an address"), free_port().await);
    let stop = CancellationToken::new();
    let following = tokio::spawn(api::isolir::follow(desk.office.clone(), stop.clone()));
    desk.set(json!({ "isolation_page.listen": taken_at.to_string() }))
        .await;
    desk.set(json!({ "isolation_page.listen": free.to_string() }))
        .await;
    until("the page is open elsewhere", async || answers(free).await).await;
    stop.cancel();
    following.await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_make_no_sense_are_refused_by_name() {
    let desk = Desk::open().await;
    for (key, value) in [
        ("isolation_page.listen", json!("8791")),
        ("isolation_page.listen", json!("0.0.0.0:0")),
        ("isolation_page.address", json!("kantor.example:8791")),
        ("isolation_page.address", json!("127.0.0.1:8791")),
        (
            "isolation_page.payment_hosts",
            json!(["https://app.midtrans.com"]),
        ),
        ("isolation_page.payment_hosts", json!("app.midtrans.com")),
        ("isolation_page.acs_host", json!("acs:7547")),
    ] {
        let change = serde_json::from_value(json!({ key: value })).expect("an object");
        let refused = desk
            .ask(office::settings::ChangeSettings(change))
            .await
            .expect_err("it is refused");
        assert_eq!(refused.fields[0].field, key, "{value}");
    }
}
