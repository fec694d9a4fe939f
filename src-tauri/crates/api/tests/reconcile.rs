//! A router's repair through the API: the table first, then the plan, its progress and its undo.

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

/// An office with one customer whose secret has a profile that is not the package's.
async fn with_drift() -> (Desk, RunningRouter, String) {
    let desk = Desk::open().await;
    let router = Router::start(RouterSpec::default()).await.unwrap();
    router.load_profiles([Profile::new("vip", "50M/50M")]);
    router.load_secrets([Secret::new("budi", "x").with_profile("vip")]);
    let form = json!({ "name": "Gedung A", "host": "127.0.0.1", "port": router.addr().port(), "tls": false,
        "username": "admin", "password": "" });
    let router_id = id(desk.post("/api/v1/routers", form).await.ok());
    let package = desk.package("P10", 150_000).await;
    let customer = json!({ "name": "Budi", "package_id": package, "router_id": router_id, "connection_type": "pppoe",
        "pppoe_username": "budi", "phone": "0812-3456-7890" });
    desk.post("/api/v1/customers", customer).await.ok();
    (desk, router, format!("/api/v1/routers/{router_id}"))
}

#[tokio::test]
async fn the_table_is_shown_then_the_plan_is_carried_out_and_undone() {
    let (desk, router, path) = with_drift().await;
    let compared = desk.get("/api/v1/routers/plan").await;
    assert_eq!(compared.ok()[0]["plan"]["totals"]["wrong_profile"], 1);
    let reconcile = format!("{path}/reconcile");
    let observed = desk.post(&reconcile, json!({})).await;
    assert_eq!(observed.problem(409), "router_observed");
    desk.post(&format!("{path}/mode"), json!({ "mode": "manage" }))
        .await
        .ok();

    let shown = desk
        .post(
            &reconcile,
            json!({ "dry_run": true, "repairs": ["wrong_profile"] }),
        )
        .await;
    let line = &shown.ok()["lines"][0];
    assert_eq!(
        (&line["before"]["profile"], &line["after"]["profile"]),
        (&json!("vip"), &json!("pkg-p10"))
    );
    assert_eq!(shown.json["plan"], Value::Null);
    assert_eq!(router.secret("budi").unwrap().profile, "vip");

    let made = desk.post(&reconcile, json!({})).await;
    let plan = id(&made.ok()["plan"]);
    office::jobs::run_due(&desk.office, true).await.unwrap();
    let plan_path = format!("/api/v1/isolation/{plan}");
    let done = desk.get(&plan_path).await;
    assert_eq!(
        (&done.ok()["kind"], &done.json["lines"][0]["status"]),
        (&json!("reconcile"), &json!("done"))
    );
    assert_eq!(router.secret("budi").unwrap().profile, "pkg-p10");
    let again = desk.post(&reconcile, json!({})).await;
    assert_eq!(again.problem(409), "nothing_to_change");

    desk.post(&format!("{plan_path}/undo"), json!({})).await.ok();
    office::jobs::run_due(&desk.office, true).await.unwrap();
    assert_eq!(desk.get(&plan_path).await.ok()["lines"][0]["status"], "undone");
    assert_eq!(router.secret("budi").unwrap().profile, "vip");
}

#[tokio::test]
async fn what_is_wrong_is_a_problem_and_a_cashier_repairs_nothing() {
    let (desk, _router, path) = with_drift().await;
    desk.post(&format!("{path}/mode"), json!({ "mode": "manage" }))
        .await
        .ok();
    let path = format!("{path}/reconcile");
    let stray = desk
        .post(&path, json!({ "customer_ids": [4711], "dry_run": true }))
        .await;
    assert_eq!(stray.problem(422), "invalid");
    assert_eq!(stray.field("customer_ids"), "not_on_router");
    let unknown = desk.post(&path, json!({ "repairs": ["strangers"] })).await;
    unknown.problem(422);
    desk.post("/api/v1/routers/4711/reconcile", json!({}))
        .await
        .problem(404);
    let cashier = desk.staff("Kasir", "cashier").await;
    let refused = desk
        .send(desk::request(
            axum::http::Method::POST,
            &path,
            Some(&cashier),
            Some(&json!({ "dry_run": true })),
        ))
        .await;
    assert_eq!(refused.problem(403), "forbidden");
}

#[tokio::test]
async fn profiles_are_shown_before_they_are_synced_and_their_plan_takes_them_back() {
    let (desk, router, path) = with_drift().await;
    router.load_profiles([Profile::new("pkg-p10", "1M/2M")]);
    let sync = format!("{path}/sync-profiles");
    let shown = desk.post(&sync, json!({ "dry_run": true })).await;
    let row = &shown.ok()["synced"][0];
    assert_eq!(
        (
            &row["profile"],
            &row["action"],
            &row["rate_before"],
            &row["lines"]
        ),
        (&json!("pkg-p10"), &json!("updated"), &json!("1M/2M"), &json!(1))
    );
    assert_eq!(
        (&shown.json["dry_run"], &shown.json["plan"]),
        (&json!(true), &Value::Null)
    );
    let observed = desk.post(&sync, json!({})).await;
    assert_eq!(observed.problem(409), "router_observed");
    desk.post(&format!("{path}/mode"), json!({ "mode": "manage" }))
        .await
        .ok();

    let done = desk.post(&sync, json!({})).await;
    assert_eq!(done.ok()["synced"][0]["action"], "updated");
    let plan = format!("/api/v1/isolation/{}", id(&done.json["plan"]));
    let detail = desk.get(&plan).await;
    let profile = &detail.ok()["profiles"][0];
    assert_eq!(
        (
            &profile["status"],
            &profile["before"]["rate"],
            &profile["before"]["exists"]
        ),
        (&json!("done"), &json!("1M/2M"), &json!(true))
    );
    assert_eq!(profile["after"]["rate"], profile["rate_wanted"]);

    desk.post(&format!("{plan}/undo"), json!({})).await.ok();
    office::jobs::run_due(&desk.office, true).await.unwrap();
    let undone = desk.get(&plan).await;
    assert_eq!(
        (&undone.ok()["status"], &undone.json["profiles"][0]["status"]),
        (&json!("undone"), &json!("undone"))
    );
    let profiles = router.items("/ppp/profile");
    let ours = profiles.iter().find(|it| it["name"] == "pkg-p10").unwrap();
    assert_eq!(ours["rate-limit"], "1M/2M");
}
