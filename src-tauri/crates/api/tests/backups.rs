//! Backups over REST: made and rehearsed by whoever may change the settings; a passphrase goes in and never comes out.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::http::Method;
use desk::{Desk, id, request};
use serde_json::json;

const PASSPHRASE: &str = "sapi makan rumput";

async fn keep(desk: &Desk, passphrase: &str) -> desk::Reply {
    let form = json!({ "passphrase": passphrase });
    let put = request(
        Method::PUT,
        "/api/v1/backups/passphrase",
        Some(&desk.owner),
        Some(&form),
    );
    desk.send(put).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_made_listed_and_rehearsed_and_its_passphrase_is_told_nobody() {
    let desk = Desk::open().await;
    let refused = desk.post("/api/v1/backups", json!({})).await;
    assert_eq!(refused.problem(409), "backup_not_set_up");
    let folder = desk.folder.path().join("cadangan");
    std::fs::create_dir(&folder).unwrap();
    desk.patch("/api/v1/settings", json!({ "backup.folder": folder }))
        .await
        .ok();
    let refused = desk.post("/api/v1/backups", json!({})).await;
    assert_eq!(refused.problem(409), "backup_passphrase_missing");
    let short = keep(&desk, "pendek").await;
    assert_eq!(short.problem(422), "invalid");
    assert_eq!(short.field("passphrase"), "too_short");
    assert_eq!(keep(&desk, PASSPHRASE).await.status, 204);
    let setup = desk.get("/api/v1/backups/standing").await;
    assert_eq!(
        (
            &setup.ok()["has_passphrase"],
            &setup.json["standing"]["freshness"]
        ),
        (&json!(true), &json!("never"))
    );

    let made = desk.post("/api/v1/backups", json!({})).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        (&made.json["state"], &made.json["code"]),
        (&json!("passed"), &json!(null))
    );
    let list = desk.get("/api/v1/backups").await;
    assert_eq!(
        (&list.ok()["total"], &list.json["items"][0]),
        (&json!(1), &made.json)
    );
    let path = format!("/api/v1/backups/{}/rehearse", id(&made.json));
    assert_eq!(desk.post(&path, json!({})).await.ok()["state"], "passed");
    let unknown = desk.post("/api/v1/backups/99/rehearse", json!({})).await;
    assert_eq!(unknown.problem(404), "not_found");
    let dashboard = desk.get("/api/v1/dashboard").await;
    assert_eq!(dashboard.ok()["backup"]["freshness"], "fresh");

    let log = desk.get("/api/v1/billing-logs").await;
    for told in [&log, &setup, &list, &desk.get("/api/v1/settings").await] {
        assert!(!told.ok().to_string().contains(PASSPHRASE), "{}", told.json);
    }
}

#[tokio::test]
async fn a_cashier_neither_makes_backups_nor_sees_where_they_are() {
    let desk = Desk::open().await;
    let cashier = desk.staff("Rina", "cashier").await;
    for (method, path) in [
        (Method::GET, "/api/v1/backups"),
        (Method::POST, "/api/v1/backups"),
        (Method::GET, "/api/v1/backups/standing"),
        (Method::POST, "/api/v1/backups/1/rehearse"),
    ] {
        let reply = desk.send(request(method, path, Some(&cashier), None)).await;
        assert_eq!(reply.problem(403), "forbidden", "{path}");
    }
}
