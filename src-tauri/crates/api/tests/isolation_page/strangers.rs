//! A visitor whom nobody knows, or who asks in strange ways: the form, the office's phone, and nothing of anybody.

use std::time::Duration;

use office::isolation_page::Pace;
use serde_json::json;
use simulators::router::Fault;

use crate::desk::Desk;
use crate::visit::{Served, send};

const HOME: &str = "127.0.7.1";
const ELSEWHERE: &str = "127.0.7.99";

async fn office() -> Desk {
    let desk = Desk::open().await;
    desk.set(json!({
        "office.name": "Desa Net",
        "office.phone": "0812-2786-543",
        "office.bank_accounts": [{ "bank": "BRI", "number": "0123-01-004567-50-8", "holder": "Desa Net" }],
    }))
    .await;
    desk.dialled("PLG-00001", "Siti Rahayu", HOME).await;
    desk.bill_and_wait().await;
    desk
}

const PRIVATE: [&str; 5] = ["PLG-00001", "Si••", "Rp ", "INV-", "0123-01"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_address_is_asked_for_its_number_and_shown_how_to_reach_the_office() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    let reply = page.get(ELSEWHERE, "/").await;
    assert_eq!(reply.status, 200);
    reply
        .shows(&[
            "Nomor pelanggan",
            "name=\"nomor\"",
            "name=\"hp\"",
            "Desa Net",
            "tel:+628122786543",
        ])
        .hides(&PRIVATE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_customers_behind_one_address_are_both_asked() {
    let desk = office().await;
    let (_second, second_id) = desk.second("Gedung B").await;
    desk.fixed("PLG-00002", HOME, second_id).await;
    let page = Served::open(&desk).await;
    page.get(HOME, "/")
        .await
        .shows(&["name=\"nomor\""])
        .hides(&PRIVATE);

    for (number, router_id) in [("PLG-00003", desk.router_id), ("PLG-00004", second_id)] {
        desk.fixed(number, "127.0.7.3", router_id).await;
    }
    page.get("127.0.7.3", "/")
        .await
        .shows(&["name=\"nomor\""])
        .hides(&PRIVATE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_is_off_makes_a_customer_unknown_and_not_the_page() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    page.get(HOME, "/").await.shows(&["Rp 150.000"]);
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let reply = page.get(HOME, "/").await;
    assert_eq!(reply.status, 200);
    reply
        .shows(&["name=\"nomor\"", "tel:+628122786543"])
        .hides(&PRIVATE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_never_answers_keeps_nobody_waiting_for_good() {
    let desk = office().await;
    let pace = Pace {
        patience: Duration::from_millis(50),
        ..Pace::default()
    };
    let page = Served::at_pace(&desk, pace).await;
    desk.router.set_fault(Fault::Deaf).await.unwrap();
    page.get(HOME, "/")
        .await
        .shows(&["name=\"nomor\""])
        .hides(&PRIVATE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_costs_the_router_one_question() {
    let desk = office().await;
    // An hour between two rounds and as long to believe: whatever the crowd does, there is one.
    let pace = Pace {
        every: Duration::from_secs(3600),
        believe: Duration::from_secs(3600),
        patience: Duration::from_millis(300),
        ..Pace::default()
    };
    let page = Served::at_pace(&desk, pace).await;
    page.get(HOME, "/").await.shows(&["Rp 150.000"]);
    desk.router.clear_command_log();
    let sources: Vec<String> = (0..120)
        .map(|number| format!("127.0.8.{}", number % 60 + 1))
        .collect();
    let crowd = sources.iter().map(|source| page.get(source, "/"));
    let home = (0..40).map(|_| page.get(HOME, "/"));
    let (strangers, known) = tokio::join!(futures::future::join_all(crowd), futures::future::join_all(home));
    assert!(
        strangers
            .iter()
            .all(|reply| reply.body.contains("name=\"nomor\""))
    );
    assert!(known.iter().all(|reply| reply.body.contains("Rp 150.000")));
    assert_eq!(
        desk.router.command_log().count("/ppp/active/print"),
        0,
        "the round of before was the one"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_addresses_at_once_share_a_round() {
    let desk = office().await;
    let pace = Pace {
        every: Duration::from_secs(3600),
        believe: Duration::from_secs(3600),
        patience: Duration::from_millis(300),
        ..Pace::default()
    };
    let page = Served::at_pace(&desk, pace).await;
    let sources: Vec<String> = (0..60).map(|number| format!("127.0.8.{}", number + 1)).collect();
    let replies = futures::future::join_all(sources.iter().map(|source| page.get(source, "/"))).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    assert_eq!(desk.router.command_log().count("/ppp/active/print"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_path_of_every_host_is_the_page_and_is_repeated_nowhere() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    let hostile = "jahat.example\"><script>alert(1)</script>";
    for path in [
        "/",
        "/isolir",
        "/api/v1/customers",
        "/healthz",
        "/../../etc/passwd",
        "/%00%ff/%3Cscript%3Ealert(1)%3C/script%3E",
        "/a?lang=%22%3E%3Cscript%3Ejahat",
        "http://jahat.example/masuk?x=1",
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {hostile}\r\nX-Forwarded-For: {HOME}\r\nForwarded: for={HOME}\r\n\r\n"
        );
        let reply = page.send(ELSEWHERE, &request).await;
        assert_eq!(reply.status, 200, "{path}");
        reply
            .shows(&["name=\"nomor\""])
            .hides(&PRIVATE)
            .hides(&["<script", "jahat", "passwd"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_reading_is_served_and_nothing_is_kept() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
        let request = format!("{method} /isolir HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");
        let reply = page.send(HOME, &request).await;
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET, HEAD")),
            "{method}"
        );
        assert_eq!(reply.body, "");
    }
    let head = page
        .send(HOME, "HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n")
        .await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let reply = page.get(HOME, "/").await;
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("content-type", "text/html; charset=utf-8"),
        ("connection", "close"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    assert!(reply.header("set-cookie").is_none());
    reply.hides(&["<script", "<link", "src=\"http", "url("]);
    assert!(reply.body.len() < 20_000, "{} bytes", reply.body.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_none_is_no_end_of_the_page() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    let huge = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    for rubbish in [
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
        "\r\n\r\n",
        "GET\r\n\r\n",
        huge.as_str(),
    ] {
        // A peer that sends rubbish may find the connection reset.
        let reply = send(page.at, ELSEWHERE, rubbish).await;
        assert!(reply.is_err() || reply.is_ok_and(|reply| reply.status != 200));
    }
    assert_eq!(page.get(ELSEWHERE, "/").await.status, 200);
}
