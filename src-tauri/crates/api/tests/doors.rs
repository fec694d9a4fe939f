//! The two doors: what only the window may do, what TCP serves, the window's files, and an end that comes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use api::{Asset, Door, Ui};
use axum::http::{Method, StatusCode, header};
use desk::{Desk, PASSWORD, Served, empty, first_start, request};
use serde_json::json;
use tower::ServiceExt as _;

#[tokio::test]
async fn the_first_owner_is_made_through_the_window_and_never_over_tcp() {
    let (office, _, _folder) = empty().await;
    let router = api::router(office);
    let served = Served::start(router.clone()).await;
    let form = first_start().to_string();
    for body in [form.as_str(), "{}", "", "not json"] {
        let reply = served
            .send(
                "POST",
                "/api/v1/setup",
                &[("Content-Type", "application/json")],
                body,
            )
            .await;
        assert_eq!(reply.problem(403), "setup_is_local", "{body}");
    }
    // A header cannot claim to be the window.
    let claimed = [
        ("Content-Type", "application/json"),
        ("Door", "Local"),
        ("X-Forwarded-For", "127.0.0.1"),
    ];
    assert_eq!(
        served
            .send("POST", "/api/v1/setup", &claimed, &form)
            .await
            .problem(403),
        "setup_is_local"
    );
    let state = served.send("GET", "/api/v1/setup", &[], "").await;
    assert_eq!(
        (&state.ok()["needs_owner"], &state.json["local"]),
        (&json!(true), &json!(false))
    );

    let local = || {
        let mut request = request(Method::POST, "/api/v1/setup", None, Some(&first_start()));
        request.extensions_mut().insert(Door::Local);
        router.clone().oneshot(request)
    };
    assert_eq!(local().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(local().await.unwrap().status(), StatusCode::CONFLICT);
    let state = served.send("GET", "/api/v1/setup", &[], "").await;
    assert_eq!(
        (&state.ok()["needs_owner"], &state.json["name"]),
        (&json!(false), &json!("RT Net Mawar"))
    );
}

#[tokio::test]
async fn a_script_logs_in_over_tcp_and_works() {
    let desk = Desk::open().await;
    let served = desk.over_tcp().await;
    let json = ("Content-Type", "application/json");
    let login = json!({ "name": "sari", "password": PASSWORD }).to_string();
    let session = served.send("POST", "/api/v1/auth/login", &[json], &login).await;
    let bearer = format!("Bearer {}", session.ok()["token"].as_str().unwrap());
    let auth = ("Authorization", bearer.as_str());
    let made = served
        .send("POST", "/api/v1/areas", &[json, auth], r#"{"name": "RT 03"}"#)
        .await;
    assert_eq!((made.status.as_u16(), &made.json["name"]), (201, &json!("RT 03")));
    let listed = served.send("GET", "/api/v1/areas", &[auth], "").await;
    assert_eq!(listed.ok()["total"], 1);
    let packed = served
        .send("GET", "/api/openapi.json", &[("Accept-Encoding", "gzip")], "")
        .await;
    assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
    assert_eq!(
        served.send("GET", "/healthz", &[], "").await.ok(),
        &json!({ "status": "ok" })
    );
    assert_eq!(
        served
            .send("GET", "/api/v1/nothing", &[auth], "")
            .await
            .problem(404),
        "no_such_path"
    );
}

#[tokio::test]
async fn a_token_has_what_it_was_given_and_dies_when_it_is_revoked() {
    let desk = Desk::open().await;
    let form = json!({ "name": "laporan", "abilities": ["invoices.read"] });
    let made = desk.post("/api/v1/auth/tokens", form).await;
    let token = made.ok()["token"].as_str().unwrap();
    let get = |path: &str| desk.send(request(Method::GET, path, Some(token), None));
    get("/api/v1/invoices").await.ok();
    assert_eq!(get("/api/v1/payments").await.problem(403), "forbidden");
    let listed = desk.get("/api/v1/auth/tokens").await;
    assert_eq!(listed.ok()["items"][0]["token"], serde_json::Value::Null);
    let path = format!("/api/v1/auth/tokens/{}", made.json["id"]);
    let revoked = desk
        .send(request(Method::DELETE, &path, Some(&desk.owner), None))
        .await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    assert_eq!(get("/api/v1/invoices").await.problem(401), "unauthenticated");
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    std::fs::create_dir_all(dist.join("assets")).unwrap();
    std::fs::write(dist.join("index.html"), "<!doctype html>Sambung").unwrap();
    std::fs::write(dist.join("assets/app-1a2b.js"), "export {}").unwrap();
    std::fs::write(folder.path().join("secret.txt"), "rahasia").unwrap();
    (folder, dist)
}

async fn serves_the_window(ui: Ui) {
    let desk = Desk::open().await;
    let served = Served::start(api::with_ui(desk.router.clone(), Some(ui))).await;
    let get = |path: &'static str| served.send("GET", path, &[], "");
    for screen in ["/", "/customers", "/customers/7/edit"] {
        let page = get(screen).await;
        assert_eq!(page.status, StatusCode::OK, "{screen}");
        assert!(page.bytes.starts_with(b"<!doctype html>"), "{screen}");
        assert_eq!(page.headers[header::CONTENT_TYPE], "text/html", "{screen}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-cache", "{screen}");
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'self'") && !policy.contains("unsafe-eval"),
            "{policy}"
        );
    }
    let asset = get("/assets/app-1a2b.js").await;
    assert_eq!(asset.status, StatusCode::OK);
    assert!(
        asset.headers[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let old = get("/assets/app-0000.js").await;
    assert_eq!(old.problem(404), "no_such_path");
    assert_eq!(old.headers[header::CACHE_CONTROL], "no-cache");
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    ] {
        assert!(
            !get(path).await.bytes.windows(7).any(|word| word == b"rahasia"),
            "{path}"
        );
    }
    for path in [
        "/api/v1/nothing",
        "/webhook",
        "/webhook/payment/x",
        "/api/webhook/payment/x",
        "/isolir",
        "/isolir/x",
    ] {
        assert_eq!(get(path).await.problem(404), "no_such_path", "{path}");
    }
    assert_eq!(
        served
            .send("POST", "/webhook/payment/x", &[], "")
            .await
            .problem(404),
        "no_such_path"
    );
    assert_eq!(get("/isolira").await.status, StatusCode::OK);
    assert_eq!(get("/api/v1/customers").await.problem(401), "unauthenticated");
    assert_eq!(
        served.send("POST", "/customers", &[], "").await.problem(405),
        "no_such_method"
    );
}

#[tokio::test]
async fn the_windows_files_come_from_a_folder() {
    let (_folder, dist) = folder();
    serves_the_window(Ui::Folder(dist)).await;
}

#[tokio::test]
async fn the_windows_files_come_from_the_program() {
    let find = |path: &str| {
        let (bytes, media_type) = match path {
            "index.html" => ("<!doctype html>Sambung", "text/html"),
            "assets/app-1a2b.js" => ("export {}", "text/javascript"),
            _ => return None,
        };
        Some(Asset {
            bytes: Cow::Borrowed(bytes.as_bytes()),
            media_type: media_type.to_owned(),
        })
    };
    serves_the_window(Ui::Embedded(Arc::new(find))).await;
}

#[tokio::test]
async fn the_server_ends_when_it_is_told_to_even_under_a_live_feed() {
    let desk = Desk::open().await;
    let mut served = desk.over_tcp().await;
    let bearer = format!("Bearer {}", desk.owner);
    let feed = served
        .open("GET", "/api/v1/events/stream", &[("Authorization", &bearer)], "")
        .await;
    feed.readable().await.unwrap();
    served.stop.take().unwrap().send(()).unwrap();
    (&mut served.done).await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(served.at).await.is_err());
}
