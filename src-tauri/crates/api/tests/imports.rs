//! Importing through the API: shown first, taken in by its digest, undone.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::body::Body;
use axum::http::{Method, header};
use desk::{Desk, Reply, id, request};
use serde_json::{Value, json};

async fn show(desk: &Desk, token: &str, bytes: Vec<u8>) -> Reply {
    let mut request = request(Method::POST, "/api/v1/customers/imports", Some(token), None);
    request
        .headers_mut()
        .insert(header::CONTENT_TYPE, "application/octet-stream".parse().unwrap());
    request
        .headers_mut()
        .insert("x-file-name", "Pelanggan%20RT%2003.csv".parse().unwrap());
    *request.body_mut() = Body::from(bytes);
    desk.send(request).await
}

const FILE: &str = "Nama;No HP;Paket;Username PPPoE;Tipe\n\
    Budi Santoso;0812-3456-7890;P10;budi;pppoe\n\
    Citra Dewi;bukan nomor;TIDAK-ADA;citra;pppoe\n";

#[tokio::test]
async fn a_file_is_shown_taken_in_by_its_digest_and_undone() {
    let desk = Desk::open().await;
    desk.package("P10", 150_000).await;
    let shown = show(&desk, &desk.owner, FILE.into()).await;
    let preview = shown.ok();
    assert_eq!(preview["file_name"], "Pelanggan RT 03.csv");
    assert_eq!(
        (&preview["rows"], &preview["good"], &preview["bad"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let problem = preview["problems"]
        .as_array()
        .unwrap()
        .iter()
        .find(|problem| problem["fatal"] == true)
        .unwrap();
    assert_eq!(problem["line_no"], 3);
    assert!(problem["message"].is_string() && problem["code"].is_string());
    assert_eq!(desk.get("/api/v1/customers").await.ok()["total"], 0);

    let path = format!(
        "/api/v1/customers/imports/{}/apply",
        preview["digest"].as_str().unwrap()
    );
    let whole = desk.post(&path, json!({ "mode": "all_or_nothing" })).await;
    whole.problem(422);
    assert_eq!(desk.get("/api/v1/customers").await.ok()["total"], 0);
    let taken = desk.post(&path, json!({ "mode": "good_rows" })).await;
    assert_eq!(
        (
            taken.status.as_u16(),
            &taken.json["imported"],
            &taken.json["refused"]
        ),
        (201, &json!(1), &json!(1))
    );
    assert_eq!(desk.get("/api/v1/customers").await.ok()["total"], 1);
    // Taken in once; the same file again has to be looked at again.
    assert_eq!(
        desk.post(&path, json!({ "mode": "good_rows" }))
            .await
            .problem(404),
        "import_not_shown"
    );

    let list = desk.get("/api/v1/customers/imports").await;
    assert_eq!(
        (&list.ok()["total"], &list.json["items"][0]["undone_at"]),
        (&json!(1), &Value::Null)
    );
    let undo = format!("/api/v1/customers/imports/{}/undo", taken.json["batch_id"]);
    let undone = desk
        .send(request(Method::POST, &undo, Some(&desk.owner), None))
        .await;
    assert_eq!(
        (&undone.ok()["removed"], &undone.json["kept"]),
        (&json!(1), &json!([]))
    );
    let again = desk
        .send(request(Method::POST, &undo, Some(&desk.owner), None))
        .await;
    assert_eq!(again.problem(409), "import_already_undone");
}

#[tokio::test]
async fn nobody_takes_in_what_somebody_else_was_shown() {
    let desk = Desk::open().await;
    desk.package("P10", 150_000).await;
    let technician = desk.staff("Tono", "technician").await;
    let shown = show(&desk, &technician, FILE.into()).await;
    let path = format!(
        "/api/v1/customers/imports/{}/apply",
        shown.ok()["digest"].as_str().unwrap()
    );
    assert_eq!(
        desk.post(&path, json!({ "mode": "good_rows" }))
            .await
            .problem(404),
        "import_not_shown"
    );
    let cashier = desk.staff("Rina", "cashier").await;
    assert_eq!(show(&desk, &cashier, FILE.into()).await.problem(403), "forbidden");
}

/// Issue 2, "Bad input": a CSV that is an image; and files that are too large or empty.
#[tokio::test]
async fn a_file_that_is_no_table_is_refused_with_a_sentence() {
    let desk = Desk::open().await;
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 4000]].concat();
    show(&desk, &desk.owner, png).await.problem(422);
    show(&desk, &desk.owner, Vec::new()).await.problem(422);
    let between = show(&desk, &desk.owner, vec![b'x'; 2 * 1024 * 1024]).await;
    assert_eq!(
        between.status.as_u16(),
        422,
        "a file of 2 MiB is small enough to be read: {}",
        between.json
    );
    let large = show(&desk, &desk.owner, vec![b'x'; 25 * 1024 * 1024 + 1]).await;
    assert_eq!(large.problem(413), "too_large");
    assert_eq!(desk.get("/api/v1/customers/imports").await.ok()["total"], 0);
}

#[tokio::test]
async fn an_undo_of_nothing_is_404() {
    let desk = Desk::open().await;
    let area = desk.post("/api/v1/areas", json!({ "name": "RT 03" })).await;
    assert!(id(area.ok()) > 0);
    let undo = desk
        .send(request(
            Method::POST,
            "/api/v1/customers/imports/99/undo",
            Some(&desk.owner),
            None,
        ))
        .await;
    assert_eq!(undo.problem(404), "not_found");
}
