//! The feed of events, in pages and live.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::http::Method;
use desk::{Desk, Served, request};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// Reads server-sent events off the wire until there are `count`: (id, event, data).
async fn read_events(stream: &mut TcpStream, count: usize) -> Vec<(String, String, Value)> {
    let mut text = String::new();
    let mut bytes = [0_u8; 4096];
    loop {
        let read = stream.read(&mut bytes).await.unwrap();
        assert!(read > 0, "the feed ended: {text}");
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        let mut events = Vec::new();
        let (mut id, mut event) = (String::new(), String::new());
        for line in text.lines() {
            if let Some(value) = line.strip_prefix("id: ") {
                id = value.to_owned();
            } else if let Some(value) = line.strip_prefix("event: ") {
                event = value.to_owned();
            } else if let Some(data) = line
                .strip_prefix("data: ")
                .and_then(|data| serde_json::from_str(data).ok())
            {
                events.push((id.clone(), event.clone(), data));
            }
        }
        if events.len() >= count {
            return events;
        }
    }
}

/// Waits until the server has begun to answer: from then on the feed knows where it starts.
async fn answered(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(
        head.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&head)
    );
}

async fn billed() -> (Desk, Served, String, i64) {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let customer = desk.customer("Budi Santoso", package).await;
    desk.bill(1).await;
    let served = desk.over_tcp().await;
    let bearer = format!("Bearer {}", desk.owner);
    (desk, served, bearer, customer)
}

#[tokio::test]
async fn the_feed_goes_on_where_the_reader_left_off() {
    let (desk, _, _, customer) = billed().await;
    let first = desk.get("/api/v1/events").await;
    assert_eq!(first.ok()["items"][0]["kind"], "InvoiceGenerated");
    let cursor = first.json["next_cursor"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/events?cursor={cursor}");
    let nothing_yet = desk.get(&path).await;
    assert_eq!(nothing_yet.ok()["items"], json!([]));
    assert_eq!(nothing_yet.json["next_cursor"], cursor.as_str());
    desk.post(
        "/api/v1/payments",
        json!({ "customer_id": customer, "amount": 1000, "method": "cash" }),
    )
    .await
    .ok();
    let new = desk.get(&path).await;
    assert_eq!(new.ok()["items"].as_array().unwrap().len(), 1);
    assert_eq!(new.json["items"][0]["kind"], "PaymentReceived");
}

#[tokio::test]
async fn the_live_feed_tells_what_happens_and_resumes_after_the_last_event() {
    let (desk, served, bearer, customer) = billed().await;
    let auth = ("Authorization", bearer.as_str());
    let mut feed = served.open("GET", "/api/v1/events/stream", &[auth], "").await;
    let seen = read_events(&mut feed, 1).await;
    assert_eq!(
        (seen[0].1.as_str(), &seen[0].2["kind"]),
        ("InvoiceGenerated", &json!("InvoiceGenerated"))
    );
    drop(feed);
    // What happens while nobody listens is not missed.
    desk.post(
        "/api/v1/payments",
        json!({ "customer_id": customer, "amount": 1000, "method": "cash" }),
    )
    .await
    .ok();
    let resume = [auth, ("Last-Event-ID", seen[0].0.as_str())];
    let mut feed = served.open("GET", "/api/v1/events/stream", &resume, "").await;
    desk.post(
        "/api/v1/payments",
        json!({ "customer_id": customer, "amount": 2000, "method": "cash" }),
    )
    .await
    .ok();
    let later = read_events(&mut feed, 2).await;
    assert!(
        later.iter().all(|(_, event, _)| event == "PaymentReceived"),
        "{later:?}"
    );
    assert_ne!(later[0].0, later[1].0);
}

#[tokio::test]
async fn a_reader_that_asks_for_what_comes_from_now_on_is_not_told_the_past() {
    let (desk, served, bearer, customer) = billed().await;
    let auth = ("Authorization", bearer.as_str());
    let mut feed = served
        .open("GET", "/api/v1/events/stream?live=true", &[auth], "")
        .await;
    answered(&mut feed).await;
    desk.post(
        "/api/v1/payments",
        json!({ "customer_id": customer, "amount": 1000, "method": "cash" }),
    )
    .await
    .ok();
    let seen = read_events(&mut feed, 1).await;
    assert_eq!(seen[0].1, "PaymentReceived", "{seen:?}");
}

#[tokio::test]
async fn a_revoked_token_ends_the_live_feed_with_a_problem() {
    let (desk, served, _, _) = billed().await;
    let made = desk
        .post(
            "/api/v1/auth/tokens",
            json!({ "name": "feed", "abilities": ["log.read"] }),
        )
        .await;
    let bearer = format!("Bearer {}", made.ok()["token"].as_str().unwrap());
    let mut feed = served
        .open("GET", "/api/v1/events/stream", &[("Authorization", &bearer)], "")
        .await;
    read_events(&mut feed, 1).await;
    let path = format!("/api/v1/auth/tokens/{}", made.json["id"]);
    desk.send(request(Method::DELETE, &path, Some(&desk.owner), None))
        .await
        .ok();
    let mut rest = String::new();
    feed.read_to_string(&mut rest).await.unwrap();
    assert!(
        rest.contains("event: problem") && rest.contains("\"unauthenticated\""),
        "{rest}"
    );
}

/// The kinds that a reader of this token is told of from the first event on, and the cursor after them.
async fn told(desk: &Desk, token: &str, path: &str) -> (Vec<String>, String) {
    let reply = desk.send(request(Method::GET, path, Some(token), None)).await;
    let page = reply.ok();
    let kinds = page["items"].as_array().unwrap().iter();
    let kinds = kinds.map(|event| event["kind"].as_str().unwrap().to_owned());
    let cursor = page["next_cursor"].as_str().unwrap();
    (kinds.collect(), cursor.to_owned())
}

#[tokio::test]
async fn every_role_follows_the_feed_and_nobody_who_is_not_logged_in() {
    let (desk, _, _, customer) = billed().await;
    let paid = json!({ "customer_id": customer, "amount": 1000, "method": "cash" });
    desk.post("/api/v1/payments", paid).await.ok();
    for (name, role) in [
        ("Rina", "cashier"),
        ("Joko", "technician"),
        ("Ujang", "collector"),
    ] {
        let token = desk.staff(name, role).await;
        let (kinds, _) = told(&desk, &token, "/api/v1/events").await;
        assert_eq!(kinds, ["InvoiceGenerated", "PaymentReceived"], "{role}");
    }
    for path in ["/api/v1/events", "/api/v1/events/stream"] {
        let reply = desk.send(request(Method::GET, path, None, None)).await;
        assert_eq!(reply.problem(401), "unauthenticated");
    }
    let wrong = desk.get("/api/v1/events/stream?cursor=kemarin").await;
    assert_eq!(wrong.problem(422), "bad_cursor");
}

async fn token_for(desk: &Desk, abilities: &[&str]) -> String {
    let made = desk
        .post(
            "/api/v1/auth/tokens",
            json!({ "name": "feed", "abilities": abilities }),
        )
        .await;
    made.ok()["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_follows_what_its_abilities_let_it_see_and_its_cursor_goes_past_what_is_hidden() {
    let (desk, _, _, customer) = billed().await;
    let payments = token_for(&desk, &["payments.read"]).await;
    let (nothing, cursor) = told(&desk, &payments, "/api/v1/events").await;
    assert!(nothing.is_empty(), "the invoice is not for it: {nothing:?}");
    let (_, end) = told(&desk, &desk.owner, "/api/v1/events").await;
    assert_eq!(cursor, end, "what is hidden is not looked at again");
    for amount in [1000, 2000] {
        let paid = json!({ "customer_id": customer, "amount": amount, "method": "cash" });
        desk.post("/api/v1/payments", paid).await.ok();
    }
    // Page by page, none twice and none left out.
    let mut cursor = cursor;
    for _ in 0..2 {
        let path = format!("/api/v1/events?limit=1&cursor={cursor}");
        let (kinds, next) = told(&desk, &payments, &path).await;
        assert_eq!(kinds, ["PaymentReceived"]);
        assert_ne!(next, cursor);
        cursor = next;
    }
    let path = format!("/api/v1/events?cursor={cursor}");
    assert_eq!(told(&desk, &payments, &path).await, (Vec::new(), cursor));

    let routers = token_for(&desk, &["network.read"]).await;
    let reply = desk
        .send(request(Method::GET, "/api/v1/events", Some(&routers), None))
        .await;
    assert_eq!(reply.problem(403), "forbidden");
}

#[tokio::test]
async fn a_live_feed_that_hides_something_tells_what_comes_after_it() {
    let (desk, served, _, customer) = billed().await;
    let payments = format!("Bearer {}", token_for(&desk, &["payments.read"]).await);
    let auth = [("Authorization", payments.as_str())];
    let mut feed = served.open("GET", "/api/v1/events/stream", &auth, "").await;
    answered(&mut feed).await;
    let package = desk.package("P20", 100_000).await;
    desk.customer("Siti Aminah", package).await;
    desk.bill(1).await;
    let paid = json!({ "customer_id": customer, "amount": 1000, "method": "cash" });
    desk.post("/api/v1/payments", paid).await.ok();
    let seen = read_events(&mut feed, 1).await;
    assert_eq!(seen[0].1, "PaymentReceived", "{seen:?}");
}

#[tokio::test]
async fn what_anybody_writes_is_told_beside_the_events_to_whoever_asks() {
    let (desk, served, bearer, _) = billed().await;
    let auth = [("Authorization", bearer.as_str())];
    let stop = tokio_util::sync::CancellationToken::new();
    let listening = office::desks::spawn(desk.office.clone(), stop.clone());
    while !desk.office.is_listening() {
        tokio::task::yield_now().await;
    }
    let path = "/api/v1/events/stream?live=true&changes=true";
    let mut feed = served.open("GET", path, &auth, "").await;
    answered(&mut feed).await;
    let area = json!({ "name": "RT 03" });
    desk.post("/api/v1/areas", area).await.ok();
    // What the start of the office wrote may be told with it, or before.
    let mut told = read_events(&mut feed, 1).await;
    while !told
        .iter()
        .any(|(_, _, data)| data["subjects"].to_string().contains("area"))
    {
        told.extend(read_events(&mut feed, 1).await);
    }
    assert!(
        told.iter()
            .all(|(id, event, _)| event == "changed" && id.is_empty()),
        "they move no cursor: {told:?}"
    );
    stop.cancel();
    listening.await.unwrap();
}
