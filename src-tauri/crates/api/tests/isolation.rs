//! Plans through the API: what may be sent with an undo, and that a day without closings is a problem with its code.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod desk;

use axum::http::Method;
use desk::{Desk, id, request};
use serde_json::json;

#[tokio::test]
async fn a_hold_outside_0_to_30_days_is_refused_beside_its_field() {
    let desk = Desk::open().await;
    for days in [-1, 31] {
        let refused = desk
            .post("/api/v1/isolation/1/undo", json!({ "hold_days": days }))
            .await;
        assert_eq!(refused.problem(422), "invalid");
        assert_eq!(refused.field("hold_days"), "out_of_range");
    }
    for body in [json!({ "hold_days": "tiga" }), json!({ "hold": 3 })] {
        let refused = desk.post("/api/v1/isolation/1/undo", body).await;
        refused.problem(422);
    }
}

#[tokio::test]
async fn an_undo_needs_no_body_and_of_nothing_it_is_404() {
    let desk = Desk::open().await;
    let path = "/api/v1/isolation/99/undo";
    let empty = desk
        .send(request(Method::POST, path, Some(&desk.owner), None))
        .await;
    assert_eq!(empty.problem(404), "not_found");
    let held = desk.post(path, json!({ "hold_days": 30 })).await;
    assert_eq!(held.problem(404), "not_found");
}

#[tokio::test]
async fn letting_closings_through_on_a_holiday_is_a_conflict_that_names_the_next_day() {
    let mut desk = Desk::open().await;
    // A login would run out before March; a script's token does not.
    let token = desk
        .post(
            "/api/v1/auth/tokens",
            json!({ "name": "skrip", "abilities": ["*"] }),
        )
        .await;
    desk.owner = token.json["token"].as_str().unwrap().to_owned();
    let package = desk.package("P10", 150_000).await;
    let router = desk
        .post(
            "/api/v1/routers",
            json!({ "name": "Gedung A", "host": "127.0.0.1", "port": 1, "tls": false, "username": "admin",
                    "password": "x", "mode": "manage" }),
        )
        .await;
    let router = id(&router.json);
    let customer = desk
        .post(
            "/api/v1/customers",
            json!({ "name": "Bu Siti", "package_id": package, "connection_type": "pppoe", "router_id": router,
                    "pppoe_username": "siti", "phone": "0812-3456-7890", "billing_start": "2025-11-01" }),
        )
        .await;
    assert_eq!(customer.json["untold"]["because"], "waiting", "{}", customer.json);
    desk.bill(1).await;
    desk.clock.set("2026-03-02T09:00:00+07:00".parse().unwrap());
    let preview = desk.get("/api/v1/isolation/plan").await;
    assert_eq!(preview.ok()["not_closing"], json!(null));

    desk.patch(
        "/api/v1/settings",
        json!({ "isolation.holidays": ["2026-03-02"] }),
    )
    .await
    .ok();
    let preview = desk.get("/api/v1/isolation/plan").await;
    let said = preview.ok()["not_closing"].as_str().unwrap();
    assert!(said.contains("3 Maret 2026"), "{said}");
    let refused = desk
        .post("/api/v1/isolation/apply", json!({ "confirm": true }))
        .await;
    assert_eq!(refused.problem(409), "not_closing_now");
    assert!(
        refused.json["detail"].as_str().unwrap().contains("3 Maret 2026"),
        "{}",
        refused.json
    );
    let checked = desk
        .post(
            "/api/v1/schedule/billing:check-overdue/run",
            json!({ "confirm": true }),
        )
        .await;
    assert_eq!(checked.ok()["notes"][0]["code"], "not_closing_now");
    assert_eq!(checked.json["skipped"], 1);
}
