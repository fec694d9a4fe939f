//! Money through the API: taken once however often it is sent, refused when it makes no sense, and never in fractions.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::http::Method;
use desk::{Desk, id, request};
use serde_json::{Value, json};

/// A billed customer who owes 200,000.
async fn debtor(desk: &Desk) -> i64 {
    let package = desk.package("P10", 200_000).await;
    let customer = desk.customer("Budi Santoso", package).await;
    desk.bill(1).await;
    let view = desk.get(&format!("/api/v1/customers/{customer}")).await;
    assert_eq!(view.ok()["balance"], 200_000);
    customer
}

fn paying(desk: &Desk, key: &str, body: &Value) -> axum::http::Request<axum::body::Body> {
    let mut request = request(Method::POST, "/api/v1/payments", Some(&desk.owner), Some(body));
    request
        .headers_mut()
        .insert("idempotency-key", key.parse().unwrap());
    request
}

#[tokio::test]
async fn a_payment_says_where_it_went_and_how_the_line_is() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let form =
        json!({ "customer_id": customer, "amount": 200_000, "method": "cash", "money_received": 250_000 });
    let taken = desk.post("/api/v1/payments", form).await;
    assert_eq!(taken.status.as_u16(), 201, "{}", taken.json);
    let payment = taken.ok();
    assert_eq!(
        (&payment["change"], &payment["credit"]),
        (&json!(50_000), &json!(0))
    );
    assert_eq!(payment["allocations"][0]["amount"], 200_000);
    assert_eq!(payment["access"]["desired"], "open");
    assert_eq!(payment["access"]["job_id"], Value::Null);
    assert_eq!(payment["reversed_at"], Value::Null);
    let read = desk.get(&format!("/api/v1/payments/{}", id(payment))).await;
    assert_eq!(read.ok()["number"], payment["number"]);
    assert_eq!(
        desk.get(&format!("/api/v1/customers/{customer}")).await.ok()["balance"],
        0
    );
}

#[tokio::test]
async fn at_the_counter_nothing_becomes_credit_by_accident() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let form =
        json!({ "customer_id": customer, "amount": 500_000, "method": "cash", "money_received": 500_000 });
    assert_eq!(
        desk.post("/api/v1/payments", form.clone()).await.problem(422),
        "overpaid"
    );
    let mut on_purpose = form;
    on_purpose["to_credit"] = json!(true);
    let taken = desk.post("/api/v1/payments", on_purpose).await;
    assert_eq!(taken.ok()["credit"], 300_000);
}

/// Issue 4 "to be shown" and failures.md M1: 100 copies over TCP at once are one payment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_copies_of_a_payment_at_once_are_one_payment() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let served = std::sync::Arc::new(desk.over_tcp().await);
    let body = json!({ "customer_id": customer, "amount": 50_000, "method": "transfer" }).to_string();
    let bearer = format!("Bearer {}", desk.owner);
    let copies = (0..100).map(|_| {
        let (served, body, bearer) = (std::sync::Arc::clone(&served), body.clone(), bearer.clone());
        tokio::spawn(async move {
            let headers = [
                ("Authorization", bearer.as_str()),
                ("Content-Type", "application/json"),
                ("Idempotency-Key", "one-payment"),
            ];
            served.send("POST", "/api/v1/payments", &headers, &body).await
        })
    });
    let mut numbers = std::collections::BTreeSet::new();
    for copy in futures::future::join_all(copies).await {
        let copy = copy.unwrap();
        assert_eq!(copy.status.as_u16(), 201, "{}", copy.json);
        numbers.insert(copy.json["number"].as_str().unwrap().to_owned());
    }
    assert_eq!(numbers.len(), 1);
    assert_eq!(desk.get("/api/v1/payments").await.ok()["total"], 1);
    assert_eq!(
        desk.get(&format!("/api/v1/customers/{customer}")).await.ok()["balance"],
        150_000
    );
    assert_eq!(desk.get("/api/v1/verify").await.ok()["ok"], true);
}

#[tokio::test]
async fn a_key_that_comes_with_another_payment_is_refused() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let first = json!({ "customer_id": customer, "amount": 50_000, "method": "cash" });
    let second = json!({ "customer_id": customer, "amount": 60_000, "method": "cash" });
    desk.send(paying(&desk, "k", &first)).await.ok();
    assert_eq!(
        desk.send(paying(&desk, "k", &second)).await.problem(409),
        "idempotency_key_used"
    );
    let endless = "k".repeat(201);
    assert_eq!(
        desk.send(paying(&desk, &endless, &second)).await.problem(422),
        "bad_idempotency_key"
    );
    let mut strange = request(Method::POST, "/api/v1/payments", Some(&desk.owner), Some(&second));
    let bytes = axum::http::HeaderValue::from_bytes("kunci-é".as_bytes()).unwrap();
    strange.headers_mut().insert("idempotency-key", bytes);
    assert_eq!(desk.send(strange).await.problem(422), "bad_idempotency_key");
    assert_eq!(desk.get("/api/v1/payments").await.ok()["total"], 1);
}

#[tokio::test]
async fn a_reversal_that_is_sent_twice_is_done_once() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let form = json!({ "customer_id": customer, "amount": 200_000, "method": "cash" });
    let payment = id(desk.post("/api/v1/payments", form).await.ok());
    let path = format!("/api/v1/payments/{payment}/reverse");
    let reverse = |key: &'static str| {
        let body = json!({ "reason": "salah pelanggan" });
        let mut request = request(Method::POST, &path, Some(&desk.owner), Some(&body));
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        desk.send(request)
    };
    let first = reverse("r1").await;
    assert_eq!(first.ok()["reversal_reason"], "salah pelanggan");
    assert_eq!(reverse("r1").await.ok(), first.ok());
    assert_eq!(reverse("r2").await.problem(409), "already_reversed");
    assert_eq!(
        desk.get(&format!("/api/v1/customers/{customer}")).await.ok()["balance"],
        200_000
    );
    let cashier = desk.staff("Rina", "cashier").await;
    let body = json!({ "reason": "x" });
    let refused = desk
        .send(request(Method::POST, &path, Some(&cashier), Some(&body)))
        .await;
    assert_eq!(refused.problem(403), "forbidden");
}

#[tokio::test]
async fn ten_percent_is_written_ten() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let body = json!({ "name": "Budi", "package_id": package, "connection_type": "pppoe", "taxed": false,
        "phone": "0812-3456-7890", "pppoe_username": "budi", "billing_start": "2025-01-01", "discount_type": "percent", "discount_value": 10 });
    let customer = desk.post("/api/v1/customers", body).await;
    let path = format!("/api/v1/customers/{}", id(customer.ok()));
    assert_eq!(customer.json["discount_value"], 10);
    desk.bill(1).await;
    assert_eq!(desk.get(&path).await.ok()["balance"], 180_000);

    let finer = desk.patch(&path, json!({ "discount_value": 12.5 })).await;
    assert_eq!(finer.ok()["discount_value"], 12.5);
    // What people see is kept when only the kind changes: 12.5 is no amount, 12 is Rp 12.
    let half = desk.patch(&path, json!({ "discount_type": "amount" })).await;
    assert_eq!(
        (half.problem(422), half.field("discount_value")),
        ("invalid", "bad_discount")
    );
    let whole = json!({ "discount_type": "amount", "discount_value": 25_000 });
    assert_eq!(desk.patch(&path, whole).await.ok()["discount_value"], 25_000);
    let none = desk.patch(&path, json!({ "discount_type": null })).await;
    assert_eq!(
        (&none.ok()["discount_type"], &none.json["discount_value"]),
        (&Value::Null, &json!(0))
    );
}

/// What lies on the counter is no debt: it cannot be less than nothing.
#[tokio::test]
async fn money_received_that_is_negative_is_called_that() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let body = json!({ "customer_id": customer, "amount": 100_000, "method": "cash", "money_received": -5 });
    let reply = desk.post("/api/v1/payments", body).await;
    reply.problem(422);
    let detail = reply.json["detail"].as_str().unwrap();
    assert!(
        detail.contains("tidak mungkin kurang dari nol") && !detail.contains("-Rp"),
        "{detail}"
    );
    assert_eq!(desk.get("/api/v1/payments").await.ok()["total"], 0);
}

#[tokio::test]
async fn a_percentage_that_makes_no_sense_is_refused_beside_the_field() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    for (value, code) in [
        (json!(-1), "bad_discount"),
        (json!(0), "required"),
        (json!(100.01), "bad_discount"),
        (json!(1_000), "bad_discount"),
        (json!(12.345), "wrong_form"),
        (json!("10"), "wrong_form"),
        (json!("10%"), "wrong_form"),
    ] {
        let body = json!({ "name": "Budi", "package_id": package, "connection_type": "pppoe",
            "phone": "0812-3456-7890", "pppoe_username": "budi", "discount_type": "percent", "discount_value": value });
        let reply = desk.post("/api/v1/customers", body).await;
        assert_eq!(
            (reply.problem(422), reply.field("discount_value")),
            ("invalid", code),
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_reissue_that_is_sent_twice_gives_one_new_invoice() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let form = json!({ "customer_id": customer, "amount": 50_000, "method": "cash" });
    desk.post("/api/v1/payments", form).await.ok();
    let first = desk.get("/api/v1/invoices").await;
    let path = format!("/api/v1/invoices/{}/void", id(&first.ok()["items"][0]));
    let reissue = || {
        let body = json!({ "reason": "nama salah", "reissue": true });
        let mut request = request(Method::POST, &path, Some(&desk.owner), Some(&body));
        request
            .headers_mut()
            .insert("idempotency-key", "v1".parse().unwrap());
        desk.send(request)
    };
    let (once, twice) = (reissue().await, reissue().await);
    assert_eq!(once.ok(), twice.ok());
    assert_eq!(once.json["status"], "void");
    let new = &once.json["reissued"];
    assert_eq!(
        (&new["paid"], &new["remaining"]),
        (&json!(50_000), &json!(150_000))
    );
    assert_ne!(new["number"], once.json["number"]);
    assert_eq!(desk.get("/api/v1/invoices").await.ok()["total"], 2);
    assert_eq!(desk.get("/api/v1/verify").await.ok()["ok"], true);
    let plain = json!({ "reason": "sekali lagi" });
    assert_eq!(desk.post(&path, plain).await.problem(409), "already_void");
}

/// Issue 2, "Bad input": wrong money.
#[tokio::test]
async fn money_that_makes_no_sense_is_refused_and_nothing_is_booked() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    let form =
        |amount: &str| format!(r#"{{"customer_id": {customer}, "method": "cash", "amount": {amount}}}"#);
    let cases = [
        ("0", "amount_out_of_range"),
        ("-1", "amount_out_of_range"),
        ("-9223372036854775808", "amount_out_of_range"),
        ("9223372036854775807", "amount_out_of_range"),
        ("1.5", "wrong_form"),
        ("200000.0", "wrong_form"),
        ("12345678901234567890", "wrong_form"),
        ("1e5", "wrong_form"),
        ("\"200000\"", "wrong_form"),
        ("\"Rp 200.000\"", "wrong_form"),
        ("null", "wrong_form"),
    ];
    for (amount, code) in cases {
        let mut request = request(Method::POST, "/api/v1/payments", Some(&desk.owner), None);
        request
            .headers_mut()
            .insert("content-type", "application/json".parse().unwrap());
        *request.body_mut() = axum::body::Body::from(form(amount));
        let reply = desk.send(request).await;
        assert_eq!(
            (reply.problem(422), reply.field("amount")),
            ("invalid", code),
            "{amount}"
        );
    }
    assert_eq!(desk.get("/api/v1/payments").await.ok()["total"], 0);
    for price in [
        json!(-1),
        json!(1.5),
        json!("gratis"),
        json!(99_999_999_999_999_999_i64),
    ] {
        let package =
            json!({ "code": "X", "name": "X", "speed_download": 1, "speed_upload": 1, "price": price });
        let reply = desk.post("/api/v1/packages", package).await;
        reply.problem(422);
        reply.field("price");
    }
    assert_eq!(desk.get("/api/v1/packages").await.ok()["total"], 1);
}

/// Issue 2, "Bad input": days that do not exist, a billing day of 31, a PPPoE name that is taken.
#[tokio::test]
async fn a_customer_that_makes_no_sense_is_refused_beside_the_field() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let whole = json!({ "name": "Budi", "package_id": package, "connection_type": "pppoe",
        "phone": "0812-3456-7890", "pppoe_username": "budi" });
    let with = |key: &str, value: Value| {
        let mut body = whole.clone();
        body[key] = value;
        body
    };
    let cases = [
        ("billing_start", json!("2026-02-30")),
        ("billing_start", json!("30/01/2026")),
        ("discount_until", json!("2026-13-01")),
        ("billing_day", json!(31)),
        ("billing_day", json!(0)),
        ("phone", json!("telepon tetangga")),
        ("static_ip", json!("10.10.0.256")),
        ("mac_address", json!("AA:BB")),
        ("connection_type", json!("satelit")),
        ("name", json!("  ")),
    ];
    for (field, value) in cases {
        let reply = desk.post("/api/v1/customers", with(field, value.clone())).await;
        assert_eq!(reply.problem(422), "invalid", "{field}: {value}");
        reply.field(field);
    }
    assert_eq!(desk.get("/api/v1/customers").await.ok()["total"], 0);

    let router = json!({ "name": "Pusat", "host": "127.0.0.1", "port": 9, "tls": false, "username": "api",
        "password": "", "mode": "observe" });
    let router = id(desk.post("/api/v1/routers", router).await.ok());
    let on_router = with("router_id", json!(router));
    desk.post("/api/v1/customers", on_router.clone()).await.ok();
    let twin = desk.post("/api/v1/customers", on_router).await;
    twin.problem(409);
    twin.field("pppoe_username");
    assert_eq!(desk.get("/api/v1/customers").await.ok()["total"], 1);
}

#[tokio::test]
async fn days_of_a_query_that_do_not_exist_are_refused() {
    let desk = Desk::open().await;
    let customer = debtor(&desk).await;
    for path in [
        format!("customers/{customer}/statement?from=2026-02-30"),
        "payments?from=kemarin".to_owned(),
        "invoices?period=2026-13".to_owned(),
        "isolation/plan?as_of=2026-00-10".to_owned(),
    ] {
        assert_eq!(
            desk.get(&format!("/api/v1/{path}")).await.problem(422),
            "invalid_query",
            "{path}"
        );
    }
    let backwards = desk
        .get(&format!(
            "/api/v1/customers/{customer}/statement?from=2026-02-01&to=2026-01-01"
        ))
        .await;
    assert_eq!(backwards.problem(422), "ends_before_start");
    let statement = desk
        .get(&format!("/api/v1/customers/{customer}/statement?to=2026-01-31"))
        .await;
    assert_eq!(statement.ok()["closing"], 200_000);
}

#[tokio::test]
async fn a_month_run_that_is_sent_twice_answers_the_same_and_another_month_needs_another_key() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    desk.customer("Budi Santoso", package).await;
    let run = |key: &str, body: Value| {
        let path = "/api/v1/invoices/generate";
        let mut request = request(Method::POST, path, Some(&desk.owner), Some(&body));
        request
            .headers_mut()
            .insert("idempotency-key", key.parse().unwrap());
        desk.send(request)
    };
    let january = json!({ "month": 1, "year": 2026 });
    // A dry run makes nothing and takes no key away.
    let dry = run("g1", json!({ "month": 1, "year": 2026, "dry_run": true })).await;
    assert_eq!(dry.ok()["created"], 1);
    let first = run("g1", january.clone()).await;
    assert_eq!(
        (&first.ok()["created"], &first.json["amount"]),
        (&json!(1), &json!(200_000))
    );
    let again = run("g1", january.clone()).await;
    assert_eq!(again.ok(), &first.json);
    assert_eq!(
        run("g1", json!({ "month": 2, "year": 2026 })).await.problem(409),
        "idempotency_key_used"
    );
    assert_eq!(desk.get("/api/v1/invoices").await.ok()["total"], 1);
    // Under another key it is another request, and there is nothing left to bill.
    assert_eq!(run("g2", january).await.ok()["created"], 0);
    assert_eq!(
        run("", json!({ "month": 2, "year": 2026 })).await.problem(422),
        "bad_idempotency_key"
    );
}

#[tokio::test]
async fn a_new_customer_has_a_phone_and_what_the_line_needs() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let whole = json!({ "name": "Budi", "phone": "0812-3456-7890", "package_id": package, "connection_type": "pppoe",
        "pppoe_username": "budi" });
    let with = |changes: Value| {
        let mut body = whole.clone();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for (changes, field) in [
        (json!({ "phone": null }), "phone"),
        (json!({ "phone": "  " }), "phone"),
        (json!({ "pppoe_username": null }), "pppoe_username"),
        (json!({ "connection_type": "static" }), "static_ip"),
    ] {
        let reply = desk.post("/api/v1/customers", with(changes.clone())).await;
        assert_eq!(
            (reply.problem(422), reply.field(field)),
            ("invalid", "required"),
            "{changes}"
        );
    }
    desk.post("/api/v1/customers", with(json!({ "connection_type": "dhcp" })))
        .await
        .ok();
    let sneaked = desk
        .post("/api/v1/customers", with(json!({ "source": "program" })))
        .await;
    assert_eq!(
        (sneaked.problem(422), sneaked.field("source")),
        ("invalid", "unknown_field")
    );
}

/// A crash between the batches of a month run: its key is claimed and has no answer.
#[tokio::test]
async fn a_month_run_that_was_cut_off_goes_on_under_its_key() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    desk.customer("Budi Santoso", package).await;
    let run = || {
        let body = json!({ "month": 1, "year": 2026 });
        let path = "/api/v1/invoices/generate";
        let mut request = request(Method::POST, path, Some(&desk.owner), Some(&body));
        request
            .headers_mut()
            .insert("idempotency-key", "g1".parse().unwrap());
        desk.send(request)
    };
    assert_eq!(run().await.ok()["created"], 1);
    let url = format!("sqlite:{}", desk.folder.path().join("office.sqlite").display());
    let database = sqlx::SqlitePool::connect(&url).await.unwrap();
    let cut_off = sqlx::query("UPDATE idempotency_keys SET status = NULL, response = NULL WHERE key = 'g1'")
        .execute(&database)
        .await
        .unwrap();
    assert_eq!(cut_off.rows_affected(), 1);
    database.close().await;
    desk.customer("Citra Dewi", package).await;
    let rest = run().await;
    assert_eq!(rest.ok()["created"], 1, "what was left, and nothing twice");
    assert_eq!(run().await.ok(), &rest.json);
    assert_eq!(desk.get("/api/v1/invoices").await.ok()["total"], 2);
}
