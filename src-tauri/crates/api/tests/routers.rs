//! Routers over REST: what is told of their passwords, which are only ever written.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use desk::{Desk, id};
use office::secrets::Name;
use serde_json::{Value, json};

fn told(router: &Value) -> (bool, &str) {
    assert!(router.get("password").is_none(), "{router}");
    let state = router["password_state"].as_str().unwrap();
    (router["has_password"].as_bool().unwrap(), state)
}

#[tokio::test]
async fn a_router_without_a_password_says_so_and_whether_that_is_known_or_only_not_here() {
    let desk = Desk::open().await;
    let form = json!({ "name": "Pusat", "host": "10.0.0.1", "username": "admin", "password": "" });
    let added = desk.post("/api/v1/routers", form).await;
    assert_eq!(
        told(added.ok()),
        (false, "empty"),
        "a new router's admin has none"
    );
    let router = id(&added.json);
    let path = format!("/api/v1/routers/{router}");

    let changed = desk.patch(&path, json!({ "password": "rahasia" })).await;
    assert_eq!(told(changed.ok()), (true, "kept"));
    let renamed = desk.patch(&path, json!({ "name": "Pusat 2" })).await;
    assert_eq!(told(renamed.ok()), (true, "kept"), "what is absent stays");
    let emptied = desk.patch(&path, json!({ "password": "" })).await;
    assert_eq!(told(emptied.ok()), (false, "empty"));

    desk.office
        .secrets()
        .delete(&Name::router_password(router))
        .await
        .unwrap();
    assert_eq!(told(desk.get(&path).await.ok()), (false, "missing"));
    let list = desk.get("/api/v1/routers").await;
    assert_eq!(told(&list.ok()["items"][0]), (false, "missing"));
}
