//! The log over REST: narrowed, told in the reader's language, handed out as a table, and emptied of a person's data.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::http::{Method, header};
use desk::{Desk, Reply, request};
use serde_json::{Value, json};

/// An office that did something with two customers.
async fn busy() -> (Desk, i64) {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let budi = desk.customer("Budi Santoso", package).await;
    desk.customer("=HYPERLINK(\"http://x\")", package).await;
    desk.bill(1).await;
    let pay = json!({ "customer_id": budi, "amount": 200_000, "method": "cash" });
    desk.post("/api/v1/payments", pay).await.ok();
    desk.patch(
        &format!("/api/v1/customers/{budi}"),
        json!({ "phone": "0813-9999-8888", "address": "Jl. Melati No. 7 RT 03" }),
    )
    .await
    .ok();
    (desk, budi)
}

async fn total(desk: &Desk, query: &str) -> i64 {
    let found = desk.get(&format!("/api/v1/billing-logs?{query}")).await;
    found.ok()["total"].as_i64().unwrap()
}

/// What a file is called and says.
fn file(reply: &Reply) -> (&str, &str, &str) {
    reply.ok();
    let head = |name| reply.headers[name].to_str().unwrap();
    (
        head(header::CONTENT_TYPE.as_str()),
        head(header::CONTENT_DISPOSITION.as_str()),
        std::str::from_utf8(&reply.bytes).unwrap_or_default(),
    )
}

#[tokio::test]
async fn the_log_is_narrowed_by_everything_that_a_row_says() {
    let (desk, budi) = busy().await;
    assert_eq!(total(&desk, "act=payment_received").await, 1);
    assert_eq!(total(&desk, "actor=Sari&act=payment_received").await, 1);
    assert_eq!(total(&desk, "actor=nobody").await, 0);
    assert_eq!(total(&desk, "desk=meja-uji&act=payment_received").await, 1);
    assert_eq!(total(&desk, "outcome=failed").await, 0);
    assert_eq!(
        total(
            &desk,
            &format!("subject_kind=customer&subject_id={budi}&act=customer_added")
        )
        .await,
        1
    );
    assert_eq!(total(&desk, "search=budi+pay&act=payment_received").await, 1);
    assert_eq!(
        total(&desk, "search=pembayaran+budi").await,
        total(&desk, "search=payment+budi").await,
        "both wordings are searched"
    );
    let refused = desk.get("/api/v1/billing-logs?outcome=maybe").await;
    assert_eq!(refused.problem(422), "invalid_outcome");
}

#[tokio::test]
async fn an_entry_reads_in_the_language_that_is_asked_for() {
    let (desk, _) = busy().await;
    let path = "/api/v1/billing-logs?act=payment_received";
    let mut asked = request(Method::GET, path, Some(&desk.owner), None);
    asked
        .headers_mut()
        .insert(header::ACCEPT_LANGUAGE, "en-GB,en".parse().unwrap());
    let english = desk.send(asked).await;
    assert_eq!(
        english.ok()["items"][0]["message"],
        "Payment PAY-20260110-00001 of Rp 200.000"
    );
    let indonesian = desk.get(path).await;
    assert_eq!(
        indonesian.ok()["items"][0]["message"],
        "Pembayaran PAY-20260110-00001 sebesar Rp 200.000"
    );
}

#[tokio::test]
async fn a_telephone_number_and_an_address_are_masked_in_the_log() {
    let (desk, budi) = busy().await;
    let changed = desk
        .get(&format!(
            "/api/v1/billing-logs?act=customer_changed&subject_id={budi}"
        ))
        .await;
    let detail = &changed.ok()["items"][0]["detail"];
    assert_eq!(
        detail,
        &json!({
            "before": { "phone": "62812••••890", "address": null },
            "after": { "phone": "62813••••888", "address": "Jl. M•••• 03" },
        })
    );
}

#[tokio::test]
async fn s6_the_log_as_a_table_runs_no_formula() {
    let (desk, _) = busy().await;
    let csv = desk.get("/api/v1/billing-logs/export?act=customer_added").await;
    let (kind, name, text) = file(&csv);
    assert_eq!(kind, "text/csv");
    assert!(name.contains("log-2026-01-10.csv"), "{name}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "the headings and two entries: {text}");
    assert!(lines[0].contains("Keterangan"), "{text}");
    assert!(text.contains("'=HYPERLINK"), "{text}");
    assert!(!text.contains(";=") && !text.contains(";\"="), "{text}");
    assert!(
        lines[1].contains("2026-01-10 10:00:00"),
        "in the office's zone: {text}"
    );

    let xlsx = desk
        .get("/api/v1/billing-logs/export?format=xlsx&act=customer_added")
        .await;
    let (kind, name, _) = file(&xlsx);
    assert!(kind.ends_with("spreadsheetml.sheet"), "{kind}");
    assert!(name.contains("log-2026-01-10.xlsx"), "{name}");
    assert_eq!(&xlsx.bytes[..4], b"PK\x03\x04");

    let unknown = desk.get("/api/v1/billing-logs/export?format=pdf").await;
    unknown.problem(422);
    let cashier = desk.staff("Rina", "cashier").await;
    let refused = request(Method::GET, "/api/v1/billing-logs/export", Some(&cashier), None);
    assert_eq!(desk.send(refused).await.problem(403), "forbidden");
}

async fn erase(desk: &Desk, id: i64, form: Value) -> Reply {
    let path = format!("/api/v1/customers/{id}/erase-personal-data");
    desk.post(&path, form).await
}

#[tokio::test]
async fn a_persons_data_is_erased_on_request_while_the_chain_stays_whole() {
    let (desk, budi) = busy().await;
    seal(&desk).await;
    let customer = desk.get(&format!("/api/v1/customers/{budi}")).await;
    let number = customer.ok()["customer_no"].as_str().unwrap().to_owned();
    let form = |confirm: &str| json!({ "reason": "permintaan tertulis 10 Januari", "confirm": confirm });

    for role in ["cashier", "technician", "collector"] {
        let token = desk.staff(role, role).await;
        let path = format!("/api/v1/customers/{budi}/erase-personal-data");
        let asked = request(Method::POST, &path, Some(&token), Some(&form(&number)));
        assert_eq!(desk.send(asked).await.problem(403), "forbidden", "{role}");
    }
    let unsure = erase(&desk, budi, form("PLG-99999")).await;
    assert_eq!(unsure.problem(422), "invalid");
    assert_eq!(unsure.field("confirm"), "confirmation_differs");

    let erased = erase(&desk, budi, form(&number)).await;
    assert!(erased.ok()["entries"].as_i64().unwrap() >= 3, "{}", erased.json);
    assert_eq!(erased.json["record"], false, "they are still a customer");
    let verdict = desk.get("/api/v1/verify").await;
    assert_eq!(verdict.ok()["ok"], true, "{}", verdict.json);
    assert_eq!(verdict.json["erased"], erased.json["entries"]);
    assert_eq!(total(&desk, "search=budi").await, 0);

    let own = format!("/api/v1/billing-logs?subject_kind=customer&subject_id={budi}");
    let rows = desk.get(&own).await;
    let rows = rows.ok()["items"].as_array().unwrap().clone();
    let (said, emptied) = rows.split_first().unwrap();
    assert_eq!(said["act"], "personal_data_erased");
    assert_eq!(
        (&said["subject_name"], &said["actor"]),
        (&json!(number), &json!("Sari"))
    );
    assert!(said["message"].as_str().unwrap().contains("permintaan tertulis"));
    for row in emptied {
        assert_eq!(
            (&row["erased"], &row["subject_name"], &row["detail"]),
            (&json!(true), &Value::Null, &Value::Null)
        );
        assert_eq!(row["message"], "Data pribadi sudah dihapus atas permintaan");
    }
    let again = erase(&desk, budi, form(&number)).await;
    assert_eq!(again.problem(409), "nothing_to_erase");
}

#[tokio::test]
async fn who_has_left_keeps_neither_telephone_number_nor_address() {
    let (desk, budi) = busy().await;
    let word = json!({ "verdict": "open", "reason": "Budi Santoso berjanji membayar hari Jumat" });
    desk.post(&format!("/api/v1/customers/{budi}/override"), word)
        .await
        .ok();
    let left = json!({ "on": "2026-01-09", "reason": "pindah" });
    desk.post(&format!("/api/v1/customers/{budi}/terminate"), left)
        .await
        .ok();
    let path = format!("/api/v1/customers/{budi}");
    let number = desk.get(&path).await.ok()["customer_no"].clone();
    let form = json!({ "reason": "permintaan", "confirm": number });
    let erased = erase(&desk, budi, form.clone()).await;
    assert_eq!(erased.ok()["record"], true, "{}", erased.json);
    assert!(
        erased.json["elsewhere"].as_u64().unwrap() >= 1,
        "what was promised is nobody's business any more: {}",
        erased.json
    );
    let mut tx = desk.office.store().read().await.unwrap();
    let words = store::overrides::history(&mut tx, budi).await.unwrap();
    drop(tx);
    assert!(
        words.iter().all(|word| !word.reason.contains("Budi")),
        "{words:?}"
    );
    assert_eq!(erase(&desk, budi, form).await.problem(409), "nothing_to_erase");
    let customer = desk.get(&path).await;
    assert_eq!(
        (
            &customer.ok()["phone"],
            &customer.json["address"],
            &customer.json["name"]
        ),
        (&Value::Null, &Value::Null, &json!("Budi Santoso")),
        "the name stays on the invoices that the books have to keep"
    );
    let found = desk.get("/api/v1/customers?search=budi").await;
    assert_eq!(found.ok()["total"], 0, "nobody finds them by name any more");
    let verdict = desk.get("/api/v1/verify").await;
    assert_eq!(verdict.ok()["ok"], true, "{}", verdict.json);
}

#[tokio::test]
async fn verify_says_in_the_readers_language_what_is_wrong_with_the_chain() {
    let (desk, _) = busy().await;
    seal(&desk).await;
    let verdict = desk.get("/api/v1/verify").await;
    assert!(verdict.ok()["head"].is_string(), "{}", verdict.json);
    tamper(&desk, "UPDATE billing_logs SET actor = 'x' WHERE id = 2").await;
    let said = |reply: &Reply| {
        let checks = reply.ok()["checks"].as_array().unwrap().clone();
        let chain = checks.into_iter().find(|check| check["name"] == "log_chain");
        chain.unwrap()["wrong"].clone()
    };
    assert_eq!(
        said(&desk.get("/api/v1/verify").await),
        json!(["catatan 2 diubah setelah disegel"])
    );
    let mut asked = request(Method::GET, "/api/v1/verify", Some(&desk.owner), None);
    asked
        .headers_mut()
        .insert(header::ACCEPT_LANGUAGE, "en".parse().unwrap());
    assert_eq!(
        said(&desk.send(asked).await),
        json!(["log 2 was changed after it was sealed"])
    );
}

async fn seal(desk: &Desk) {
    let mut tx = desk.office.store().begin().await.unwrap();
    store::billing_logs::seal::advance(&mut tx, 1_000).await.unwrap();
    tx.commit().await.unwrap();
}

async fn tamper(desk: &Desk, text: &'static str) {
    let mut tx = desk.office.store().begin().await.unwrap();
    let store::Tx::Sqlite(sqlite) = &mut tx else {
        panic!("this office is a file")
    };
    sqlx::query(text).execute(&mut **sqlite).await.unwrap();
    tx.commit().await.unwrap();
}
