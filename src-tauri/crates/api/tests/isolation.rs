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

/// An office with one overdue line behind a router that does not answer, on the morning of 2 March.
async fn one_overdue() -> Desk {
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
    desk
}

#[tokio::test]
async fn letting_closings_through_on_a_holiday_is_a_conflict_that_names_the_next_day() {
    let desk = one_overdue().await;
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

#[tokio::test]
async fn what_is_struck_the_day_before_is_left_out_and_taken_back_in_by_the_same_path() {
    let desk = one_overdue().await;
    desk.clock.set("2026-03-01T16:00:00+07:00".parse().unwrap());
    desk.post("/api/v1/schedule/billing:preview-closings/run", json!({}))
        .await
        .ok();
    let dashboard = desk.get("/api/v1/dashboard").await;
    let shown = &dashboard.ok()["closing_tomorrow"];
    assert_eq!(
        (&shown["day"], &shown["lines"]),
        (&json!("2026-03-02"), &json!(1)),
        "{shown}"
    );
    let path = format!("/api/v1/isolation/{}/strike", shown["plan_id"]);
    let plan = desk.get("/api/v1/isolation/plan?as_of=2026-03-02").await;
    let customer = plan.ok()["closing"][0]["customer_id"].clone();
    let struck = desk.post(&path, json!({ "customer_ids": [customer] })).await;
    assert_eq!(struck.ok()["lines"][0]["status"], "struck");
    let plan = desk.get("/api/v1/isolation/plan?as_of=2026-03-02").await;
    assert_eq!(
        (&plan.ok()["closing"][0]["struck"], &plan.json["amount"]),
        (&json!(true), &json!(0))
    );
    let back = desk
        .post(&path, json!({ "customer_ids": [customer], "struck": false }))
        .await;
    assert_eq!(back.ok()["lines"][0]["status"], "planned");
    let strange = desk.post(&path, json!({ "customer_ids": [999] })).await;
    assert_eq!(strange.problem(404), "not_found");
}

#[tokio::test]
async fn a_plan_that_waits_for_its_router_is_stopped_and_one_that_does_not_run_is_a_conflict() {
    let desk = one_overdue().await;
    let applied = desk
        .post("/api/v1/isolation/apply", json!({ "confirm": true }))
        .await;
    let path = format!("/api/v1/isolation/{}/cancel", id(applied.ok()));
    let stopped = desk.post(&path, json!({})).await;
    assert_eq!(stopped.ok()["lines"][0]["status"], "struck", "{}", stopped.json);
    assert!(stopped.json["cancelled_by"].is_string() && stopped.json["cancelled_at"].is_i64());
    assert_eq!(stopped.json["status"], "applied");
    let again = desk.post(&path, json!({})).await;
    assert_eq!(
        again.ok()["cancelled_at"],
        stopped.json["cancelled_at"],
        "a second click"
    );
    let undo = path.replace("cancel", "undo");
    assert_eq!(desk.post(&undo, json!({})).await.ok()["status"], "undone");
    assert_eq!(desk.post(&path, json!({})).await.problem(409), "plan_not_running");
}
