//! The preparation over REST: who may look, who may prepare, and the reader's language.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use billing::RouterMode;
use office::people::SetUp;
use secrecy::SecretString;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::desk::Desk;
use crate::router::office;

async fn owner(desk: &Desk) -> String {
    let set_up = SetUp {
        office_name: "Desa Net".into(),
        owner_name: "Sari".into(),
        password: SecretString::from("kata sandi yang panjang"),
        zone: None,
        language: None,
    };
    let token = set_up.run(&desk.office, true).await.expect("an owner").token;
    // The first start begins with the settings as they come.
    desk.set(json!({ "isolation_page.address": "192.168.10.5:8791" }))
        .await;
    token
}

async fn send(api: &Router, method: &str, path: &str, token: &str, body: Option<Value>) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::ACCEPT_LANGUAGE, "en");
    let request = match body {
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    let answer = api
        .clone()
        .oneshot(request.expect("a request"))
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX)
        .await
        .expect("a body");
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preparation_is_shown_made_and_taken_away() {
    let desk = office(RouterMode::Manage).await;
    let token = owner(&desk).await;
    let api = api::router(desk.office.clone());
    let path = format!("/api/v1/routers/{}/isolation-page", desk.router_id);

    let (status, shown) = send(&api, "GET", &format!("{path}?pool=10.77.1.0/24"), &token, None).await;
    assert_eq!((status, &shown["done"]), (200, &json!(false)), "{shown}");
    let rest = shown["steps"].as_array().expect("steps");
    let rest = rest.iter().find(|step| step["name"] == "rest").expect("the rest");
    assert_eq!(
        (&rest["action"], &rest["purpose"], &rest["outcome"]),
        (&json!("add"), &json!("Everything else is dropped."), &Value::Null)
    );

    let (status, made) = send(
        &api,
        "POST",
        &path,
        &token,
        Some(json!({ "pool": "10.77.1.0/24" })),
    )
    .await;
    assert_eq!((status, &made["done"]), (200, &json!(true)), "{made}");
    assert_eq!(made["pool"], "10.77.1.1-10.77.1.254");
    let (status, again) = send(&api, "POST", &path, &token, None).await;
    assert_eq!(
        (status, &again["done"]),
        (200, &json!(true)),
        "a body may be absent: {again}"
    );
    let (status, gone) = send(&api, "DELETE", &path, &token, None).await;
    assert_eq!((status, &gone["done"]), (200, &json!(true)), "{gone}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_and_wrong_forms_reach_no_router() {
    let desk = office(RouterMode::Manage).await;
    let token = owner(&desk).await;
    let api = api::router(desk.office.clone());
    let path = format!("/api/v1/routers/{}/isolation-page", desk.router_id);
    for method in ["GET", "POST", "DELETE"] {
        let (status, problem) = send(&api, method, &path, "not-a-token", None).await;
        assert_eq!(status, 401, "{method}: {problem}");
        let (status, problem) = send(&api, method, "/api/v1/routers/99/isolation-page", &token, None).await;
        assert_eq!((status, &problem["code"]), (404, &json!("not_found")), "{method}");
    }
    let (status, problem) = send(&api, "POST", &path, &token, Some(json!({ "pool": "semua" }))).await;
    assert_eq!((status, &problem["code"]), (422, &json!("pool_range")));
    let (status, _) = send(&api, "POST", &path, &token, Some(json!({ "router_id": 2 }))).await;
    assert_eq!(status, 422, "a form says nothing about which router");
    assert_eq!(desk.writes(), 0);
}
