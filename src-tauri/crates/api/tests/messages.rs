//! Messages to customers over REST: the list of what is to be sent, and a person's word that it was.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::http::Method;
use desk::{Desk, id, request};
use serde_json::{Value, json};

/// An office with one message about an invoice that waits to be sent by hand.
async fn written() -> (Desk, i64) {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    desk.customer("Budi Santoso", package).await;
    desk.bill(1).await;
    office::jobs::run_due(&desk.office, true).await.unwrap();
    let list = desk.get("/api/v1/notifications?status=queued").await;
    assert_eq!(list.ok()["total"], 1, "{}", list.json);
    let message = id(&list.json["items"][0]);
    (desk, message)
}

#[tokio::test]
async fn whoever_sends_messages_says_so_and_the_list_of_what_waits_gets_shorter() {
    let (desk, message) = written().await;
    let path = format!("/api/v1/notifications/{message}/sent");
    for role in ["cashier", "technician", "collector"] {
        let token = desk.staff(role, role).await;
        let reply = desk.send(request(Method::POST, &path, Some(&token), None)).await;
        assert_eq!(reply.ok()["state"], "sent", "{role}");
        assert!(reply.json["sent_at"].is_i64(), "{}", reply.json);
    }
    let waits = desk.get("/api/v1/notifications?status=queued").await;
    assert_eq!(waits.ok()["total"], 0);
    let log = desk.get("/api/v1/billing-logs?act=message_sent_by_hand").await;
    assert_eq!(
        log.ok()["total"],
        1,
        "said by the first, and only repeated by the others"
    );
    assert_eq!(log.json["items"][0]["actor"], "cashier");
}

#[tokio::test]
async fn a_token_that_only_reads_customers_calls_nothing_sent_and_an_unknown_message_is_missing() {
    let (desk, message) = written().await;
    let form = json!({ "name": "laporan", "abilities": ["customers.read", "operations.read"] });
    let made = desk.post("/api/v1/auth/tokens", form).await;
    let token = made.ok()["token"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/notifications/{message}/sent");
    let reply = desk.send(request(Method::POST, &path, Some(&token), None)).await;
    assert_eq!(reply.problem(403), "forbidden");
    let unknown = desk.post("/api/v1/notifications/4711/sent", Value::Null).await;
    assert_eq!(unknown.problem(404), "not_found");
}
