//! Paper through the API: invoices, a month of them, and receipts.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::http::header;
use desk::{Desk, Reply, id};
use serde_json::json;

#[track_caller]
fn is_file(reply: &Reply, media_type: &str, name: &str, start: &[u8]) {
    assert!(reply.status.is_success(), "{}", reply.json);
    assert_eq!(reply.headers[header::CONTENT_TYPE], media_type);
    assert_eq!(
        reply.headers[header::CONTENT_DISPOSITION],
        format!("inline; filename=\"{name}\"")
    );
    assert!(reply.bytes.starts_with(start));
}

#[tokio::test]
async fn an_invoice_and_a_month_are_pdf_under_the_offices_own_names() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    desk.customer("Budi Santoso", package).await;
    desk.customer("Citra Dewi", package).await;
    desk.bill(1).await;
    let invoices = desk.get("/api/v1/invoices").await;
    let first = &invoices.ok()["items"][0];
    let name = format!("{}.pdf", first["number"].as_str().unwrap());
    for layout in ["", "?layout=a4", "?layout=a5"] {
        let pdf = desk
            .get(&format!("/api/v1/invoices/{}/pdf{layout}", id(first)))
            .await;
        is_file(&pdf, "application/pdf", &name, b"%PDF-");
    }
    let month = desk.get("/api/v1/invoices/pdf?period=2026-01&layout=a4").await;
    assert!(month.bytes.starts_with(b"%PDF-"), "{}", month.json);
    assert_eq!(
        month.headers[header::CONTENT_LENGTH],
        month.bytes.len().to_string()
    );
    assert!(
        month.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .contains("2026-01")
    );

    assert_eq!(
        desk.get("/api/v1/invoices/pdf?period=2025-12").await.problem(404),
        "nothing_to_print"
    );
    assert_eq!(
        desk.get("/api/v1/invoices/pdf").await.problem(422),
        "invalid_query"
    );
    assert_eq!(
        desk.get("/api/v1/invoices/pdf?period=Januari").await.problem(422),
        "invalid_query"
    );
    let wrong = desk
        .get(&format!("/api/v1/invoices/{}/pdf?layout=a3", id(first)))
        .await;
    assert_eq!(wrong.problem(422), "invalid_query");
    assert_eq!(
        desk.get("/api/v1/invoices/99/pdf").await.problem(404),
        "not_found"
    );
}

#[tokio::test]
async fn a_receipt_is_a_slip_a_sheet_or_the_printers_own_bytes() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let customer = desk.customer("Budi Santoso", package).await;
    desk.bill(1).await;
    let form =
        json!({ "customer_id": customer, "amount": 200_000, "method": "cash", "money_received": 200_000 });
    let payment = desk.post("/api/v1/payments", form).await;
    let number = payment.ok()["number"].as_str().unwrap();
    let path = format!("/api/v1/payments/{}/receipt", id(payment.ok()));
    for query in ["", "?format=pdf&width=58", "?format=pdf&width=80", "?format=a5"] {
        let receipt = desk.get(&format!("{path}{query}")).await;
        is_file(&receipt, "application/pdf", &format!("{number}.pdf"), b"%PDF-");
    }
    let bytes = desk.get(&format!("{path}?format=escpos&width=58")).await;
    is_file(
        &bytes,
        "application/octet-stream",
        &format!("{number}.bin"),
        b"\x1b",
    );
    assert_eq!(
        desk.get(&format!("{path}?width=70")).await.problem(422),
        "unknown_width"
    );
    assert_eq!(
        desk.get(&format!("{path}?format=png")).await.problem(422),
        "invalid_query"
    );
}
