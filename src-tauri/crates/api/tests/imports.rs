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

/// The file is gone once it is taken in; the answer is not.
#[tokio::test]
async fn an_import_that_is_sent_twice_is_taken_in_once_and_answered_twice() {
    let desk = Desk::open().await;
    desk.package("P10", 150_000).await;
    let digest = show(&desk, &desk.owner, FILE.into()).await.ok()["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let apply = |digest: &str, key: &str, mode: &str| {
        let path = format!("/api/v1/customers/imports/{digest}/apply");
        let body = json!({ "mode": mode });
        let mut request = request(Method::POST, &path, Some(&desk.owner), Some(&body));
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        desk.send(request)
    };
    // What is refused is not claimed: the same key may try again once it is right.
    assert_eq!(
        apply(&digest, "i1", "all_or_nothing").await.problem(422),
        "import_bad_rows"
    );
    let first = apply(&digest, "i1", "good_rows").await;
    assert_eq!((first.status.as_u16(), &first.json["imported"]), (201, &json!(1)));
    assert!(!first.json["problems"].as_array().unwrap().is_empty());
    for _ in 0..2 {
        let again = apply(&digest, "i1", "good_rows").await;
        assert_eq!((again.status.as_u16(), &again.json), (201, &first.json));
        assert_eq!(desk.get("/api/v1/customers").await.ok()["total"], 1);
        // Also when the file was looked at once more meanwhile.
        show(&desk, &desk.owner, FILE.into()).await;
    }
    assert_eq!(
        apply(&digest, "i1", "all_or_nothing").await.problem(409),
        "idempotency_key_used"
    );
    let other = show(&desk, &desk.owner, FILE.replace("Budi", "Bayu").into()).await;
    let other = other.ok()["digest"].as_str().unwrap();
    assert_eq!(
        apply(other, "i1", "good_rows").await.problem(409),
        "idempotency_key_used"
    );
    assert_eq!(desk.get("/api/v1/customers/imports").await.ok()["total"], 1);
}

#[tokio::test]
async fn a_form_with_a_file_in_it_is_not_read_as_a_table() {
    let desk = Desk::open().await;
    desk.package("P10", 150_000).await;
    let path = "/api/v1/customers/imports";
    let mut form = request(Method::POST, path, Some(&desk.owner), None);
    form.headers_mut().insert(
        header::CONTENT_TYPE,
        "Multipart/Form-Data; boundary=x".parse().unwrap(),
    );
    *form.body_mut() = Body::from(format!("--x\r\n\r\n{FILE}\r\n--x--\r\n"));
    assert_eq!(desk.send(form).await.problem(415), "import_not_a_form");
    let named = format!("{path}?file_name=a.csv");
    let mut named = request(Method::POST, &named, Some(&desk.owner), None);
    *named.body_mut() = Body::from(FILE);
    assert_eq!(desk.send(named).await.problem(400), "unknown_parameter");
}
