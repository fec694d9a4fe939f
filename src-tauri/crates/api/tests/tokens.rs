//! Tokens in use: when each was last used is known to the minute, a session that is used goes on, and none is made with
//! abilities that its owner lacks.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::http::Method;
use desk::{Desk, NOW, request};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

const TOKENS: &str = "/api/v1/auth/tokens";
const HOUR: i64 = 3_600;

fn after(seconds: i64) -> Timestamp {
    NOW.parse::<Timestamp>().unwrap() + seconds.seconds()
}

/// A token for a script of the owner's.
async fn script(desk: &Desk) -> String {
    let body = json!({ "name": "laporan", "abilities": ["customers.read"] });
    let made = desk.post(TOKENS, body).await;
    made.ok()["token"].as_str().unwrap().to_owned()
}

async fn last_used(desk: &Desk) -> Value {
    desk.get(TOKENS).await.ok()["items"][0]["last_used_at"].clone()
}

async fn use_it(desk: &Desk, token: &str) -> u16 {
    let request = request(Method::GET, "/api/v1/customers", Some(token), None);
    desk.send(request).await.status.as_u16()
}

#[tokio::test]
async fn a_tokens_use_is_noted_and_at_most_once_a_minute() {
    let desk = Desk::open().await;
    let token = script(&desk).await;
    assert_eq!(last_used(&desk).await, Value::Null);
    for (seconds, noted) in [(0, 0), (59, 0), (60, 60), (61, 60), (200, 200)] {
        desk.clock.set(after(seconds));
        assert_eq!(use_it(&desk, &token).await, 200);
        assert_eq!(
            last_used(&desk).await,
            json!(after(noted).as_millisecond()),
            "used after {seconds} s"
        );
    }
}

#[tokio::test]
async fn a_session_goes_on_while_it_is_used_and_ends_fourteen_hours_after_that() {
    let desk = Desk::open().await;
    for hours in [10, 20, 33] {
        desk.clock.set(after(hours * HOUR));
        assert_eq!(use_it(&desk, &desk.owner).await, 200, "after {hours} hours");
    }
    desk.clock.set(after(48 * HOUR));
    assert_eq!(
        use_it(&desk, &desk.owner).await,
        401,
        "it rested for longer than a day's work"
    );
}

#[tokio::test]
async fn a_token_is_not_made_with_abilities_that_its_owner_lacks() {
    let desk = Desk::open().await;
    let body = json!({ "name": "kasir", "role": "cashier", "password": desk::PASSWORD });
    desk.post("/api/v1/staff", body).await.ok();
    let token = |abilities: Value| json!({ "name": "loket", "user": "kasir", "abilities": abilities });
    let refused = desk
        .post(TOKENS, token(json!(["payments.write", "settings.write"])))
        .await;
    assert_eq!(
        (refused.problem(422), refused.field("abilities")),
        ("invalid", "beyond_the_owner")
    );
    let said = refused.json["errors"][0].to_string();
    assert!(
        said.contains("settings.write") && !said.contains("payments.write"),
        "{said}"
    );
    desk.post(TOKENS, token(json!(["payments.write"]))).await.ok();
    desk.post(TOKENS, token(json!(["*"]))).await.ok();
}
