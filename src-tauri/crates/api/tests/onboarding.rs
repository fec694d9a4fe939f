//! A new office through the API: its first steps, and a router's lines shown, taken in, refused with problems beside their
//! lines, and undone.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use desk::{Desk, id};
use serde_json::{Value, json};
use simulators::router::{Profile, Router, RouterSpec, RunningRouter, Secret};

async fn with_router() -> (Desk, RunningRouter, String) {
    let desk = Desk::open().await;
    let router = Router::start(RouterSpec::default()).await.unwrap();
    router.load_profiles([Profile::new("sepuluh", "5M/10M")]);
    router.load_secrets([Secret::new("budi", "x")
        .with_profile("sepuluh")
        .with_comment("Budi Santoso / 081234567890 / Blok C")]);
    let form = json!({ "name": "Gedung A", "host": "127.0.0.1", "port": router.addr().port(), "tls": false,
        "username": "admin", "password": "" });
    let router_id = id(desk.post("/api/v1/routers", form).await.ok());
    (desk, router, format!("/api/v1/routers/{router_id}"))
}

/// The first line, decided.
fn decided(shown: &Value, with: Value) -> Value {
    let line = &shown["lines"][0];
    let mut decision = json!({ "key": line["key"], "digest": line["digest"], "action": "create" });
    let more = with.as_object().unwrap().clone();
    decision.as_object_mut().unwrap().extend(more);
    decision
}

#[tokio::test]
async fn lines_are_shown_taken_in_once_and_undone() {
    let (desk, _router, path) = with_router().await;
    let package = desk.package("P10", 150_000).await;
    let shown = desk.get(&format!("{path}/import-lines")).await;
    let shown = shown.ok();
    let line = &shown["lines"][0];
    assert_eq!(line["guess"]["name"], "Budi Santoso");
    assert_eq!(line["proposal"]["action"], "create");
    assert!(
        line["proposal"]["sentence"]
            .as_str()
            .unwrap()
            .starts_with("Belum ada")
    );
    let group = &shown["groups"][0];
    assert_eq!(
        (&group["package_id"], &group["map_profile"]),
        (&json!(package), &json!(true))
    );

    let body = json!({ "mappings": [{ "profile": "sepuluh", "package_id": package }],
        "lines": [decided(shown, json!({ "package_id": package, "phone": null }))] });
    let taken = desk.post(&format!("{path}/import-lines"), body.clone()).await;
    assert_eq!(taken.status.as_u16(), 201);
    assert_eq!(
        (&taken.json["created"], &taken.json["mappings"]),
        (&json!(1), &json!(1))
    );
    let again = desk.post(&format!("{path}/import-lines"), body).await;
    assert_eq!(
        (&again.ok()["already"], &again.json["batch_id"]),
        (&json!(1), &Value::Null)
    );
    let customers = desk.get("/api/v1/customers").await;
    let customer = &customers.ok()["items"][0];
    assert_eq!(
        (
            &customer["pppoe_username"],
            &customer["phone"],
            &customer["status"]
        ),
        (&json!("budi"), &Value::Null, &json!("active"))
    );

    let batch = &taken.json["batch_id"];
    let undone = desk
        .post(&format!("/api/v1/customers/imports/{batch}/undo"), json!({}))
        .await;
    assert_eq!(
        (&undone.ok()["removed"], &undone.json["restored"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(desk.get("/api/v1/customers").await.ok()["total"], 0);
}

#[tokio::test]
async fn what_is_wrong_is_a_problem_beside_its_line() {
    let (desk, router, path) = with_router().await;
    let path = format!("{path}/import-lines");
    let shown = desk.get(&path).await;
    let wrong = json!({ "lines": [decided(shown.ok(), json!({ "phone": "nomor" }))] });
    let refused = desk.post(&path, wrong).await;
    assert_eq!(refused.problem(422), "invalid");
    assert_eq!(refused.field("lines[0].phone"), "bad_phone");
    assert_eq!(refused.field("lines[0].package_id"), "required");
    router.load_secrets([Secret::new("budi", "x").with_comment("orang lain")]);
    let changed = json!({ "lines": [decided(&shown.json, json!({ "package_id": 1 }))] });
    let refused = desk.post(&path, changed).await;
    assert_eq!(refused.problem(409), "router_lines_changed");
    assert_eq!(refused.field("lines[0].digest"), "line_changed");
    let unknown = desk.get("/api/v1/routers/4711/import-lines").await;
    unknown.problem(404);
    let cashier = desk.staff("Kasir", "cashier").await;
    let refused = desk
        .send(desk::request(
            axum::http::Method::POST,
            &path,
            Some(&cashier),
            Some(&json!({ "lines": [] })),
        ))
        .await;
    assert_eq!(refused.problem(403), "forbidden");
}

#[tokio::test]
async fn a_package_is_mapped_to_a_profile_of_the_router() {
    let (desk, _router, path) = with_router().await;
    let package = desk.package("P10", 150_000).await;
    let read = desk.get(&format!("{path}/profiles")).await;
    assert_eq!(read.ok()["packages"][0]["profile"], "pkg-p10");
    let body = json!({ "mappings": [{ "package_id": package, "profile": "sepuluh" }] });
    let mapped = desk.post(&format!("{path}/profile-mappings"), body).await;
    assert_eq!(
        (
            &mapped.ok()["packages"][0]["profile"],
            &mapped.json["packages"][0]["mapped"]
        ),
        (&json!("sepuluh"), &json!(true))
    );
}

#[tokio::test]
async fn a_new_office_is_shown_its_first_steps_until_they_are_done() {
    let desk = Desk::open().await;
    let steps = async || desk.get("/api/v1/dashboard").await.ok()["first_steps"].clone();
    assert_eq!(
        steps().await,
        json!({ "company": false, "router_id": null, "packages": false, "customers": false })
    );
    let form = json!({ "name": "Gedung A", "host": "192.0.2.1", "username": "admin", "password": "" });
    let router_id = id(desk.post("/api/v1/routers", form).await.ok());
    let package = desk.package("P10", 150_000).await;
    desk.customer("Budi", package).await;
    assert_eq!(
        steps().await,
        json!({ "company": false, "router_id": router_id, "packages": true, "customers": true })
    );
    let address = json!({ "office.address": "Jl. Mawar 7, Bandung" });
    desk.patch("/api/v1/settings", address).await.ok();
    assert_eq!(steps().await, Value::Null);
}

#[tokio::test]
async fn an_office_that_bills_is_shown_no_first_steps() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 150_000).await;
    desk.customer("Budi", package).await;
    desk.bill(1).await;
    assert_eq!(
        desk.get("/api/v1/dashboard").await.ok()["first_steps"],
        Value::Null,
        "one without a router"
    );
}
