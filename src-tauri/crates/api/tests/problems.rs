//! Every failure is a problem with a stable code, whoever refused: the router, axum, serde or the office.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use axum::body::Body;
use axum::http::{Method, Request, header};
use desk::{Desk, PASSWORD, request};
use serde_json::{Value, json};

/// Failures.md S3: what is not signed by a token that the office knows is refused, on every path that there is.
#[tokio::test]
async fn without_a_valid_token_every_path_is_401() {
    let desk = Desk::open().await;
    let document = serde_json::to_value(api::openapi()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path
            .replace("{id}", "1")
            .replace("{batch_id}", "1")
            .replace("{digest}", "ab");
        let path = path.replace("{task}", "billing:check-overdue");
        for (method, operation) in item.as_object().unwrap() {
            if !operation["security"].is_null() {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            for token in [None, Some("smb_0000"), Some("' OR 1=1 --")] {
                let reply = desk.send(request(method.clone(), &path, token, None)).await;
                assert_eq!(reply.problem(401), "unauthenticated", "{method} {path}");
                assert_eq!(reply.headers[header::WWW_AUTHENTICATE], "Bearer");
                asked += 1;
            }
        }
    }
    assert!(asked > 200, "only {asked} were asked");
}

#[tokio::test]
async fn a_body_of_a_stranger_is_not_even_looked_at() {
    let desk = Desk::open().await;
    let mut request = request(Method::POST, "/api/v1/customers/imports", None, None);
    *request.body_mut() = Body::from_stream(futures::stream::repeat_with(
        || -> Result<Vec<u8>, std::io::Error> { panic!("the body was read") },
    ));
    assert_eq!(desk.send(request).await.problem(401), "unauthenticated");
}

#[tokio::test]
async fn a_wrong_password_is_401_a_role_without_the_ability_403() {
    let desk = Desk::open().await;
    let wrong = desk
        .post(
            "/api/v1/auth/login",
            json!({ "name": "Sari", "password": "salah" }),
        )
        .await;
    assert_eq!(wrong.problem(401), "wrong_login");
    let cashier = desk.staff("Rina", "cashier").await;
    let reply = desk
        .send(request(
            Method::PATCH,
            "/api/v1/settings",
            Some(&cashier),
            Some(&json!({})),
        ))
        .await;
    assert_eq!(reply.problem(403), "forbidden");
}

#[tokio::test]
async fn a_session_that_was_ended_opens_nothing_any_more() {
    let desk = Desk::open().await;
    let cashier = desk.staff("Rina", "cashier").await;
    let ask = || request(Method::GET, "/api/v1/auth/me", Some(&cashier), None);
    let me = desk.send(ask()).await;
    assert_eq!(
        (&me.ok()["name"], &me.json["role"]),
        (&json!("Rina"), &json!("cashier"))
    );
    let out = desk
        .send(request(Method::POST, "/api/v1/auth/logout", Some(&cashier), None))
        .await;
    assert_eq!((out.status.as_u16(), out.bytes.len()), (204, 0));
    assert_eq!(desk.send(ask()).await.problem(401), "unauthenticated");
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist_are_problems() {
    let desk = Desk::open().await;
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v2/customers",
        "/nothing",
        "/",
    ] {
        assert_eq!(desk.get(path).await.problem(404), "no_such_path", "{path}");
    }
    for path in [
        "/api/v1/customers/1",
        "/api/v1/packages",
        "/api/openapi.json",
        "/healthz",
    ] {
        let reply = desk
            .send(request(Method::DELETE, path, Some(&desk.owner), None))
            .await;
        assert_eq!(reply.problem(405), "no_such_method", "{path}");
        assert!(
            reply.headers.contains_key(header::ALLOW),
            "{path} does not say what it allows"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_also_where_the_id_is_none() {
    let desk = Desk::open().await;
    for path in [
        "customers/99",
        "invoices/99",
        "payments/99",
        "routers/99",
        "packages/99",
        "isolation/99",
    ] {
        assert_eq!(
            desk.get(&format!("/api/v1/{path}")).await.problem(404),
            "not_found",
            "{path}"
        );
    }
    for path in ["customers/satu", "invoices/1.5", "payments/99999999999999999999"] {
        assert_eq!(
            desk.get(&format!("/api/v1/{path}")).await.problem(404),
            "invalid_path",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_name_that_is_taken_and_a_change_that_came_too_late_are_409() {
    let desk = Desk::open().await;
    let id = desk.package("P10", 150_000).await;
    let again = json!({ "code": "P10", "name": "x", "speed_download": 1, "speed_upload": 1, "price": 1 });
    let taken = desk.post("/api/v1/packages", again).await;
    taken.problem(409);
    assert_eq!(taken.field("code"), taken.json["code"].as_str().unwrap());
    let path = format!("/api/v1/packages/{id}");
    let version = desk.get(&path).await.ok()["version"].clone();
    desk.patch(&path, json!({ "price": 160_000, "version": version }))
        .await
        .ok();
    let late = desk
        .patch(&path, json!({ "price": 170_000, "version": version }))
        .await;
    assert_eq!(late.problem(409), "stale");
    let changed = &late.json["changed"];
    assert_eq!(
        (&changed["by"], &changed["desk"]),
        (&json!("Sari"), &json!("meja-uji"))
    );
    assert!(changed["at"].is_i64(), "{changed}");
    // The settings, the same way; another setting than the one that was changed is nobody's conflict.
    let read = desk.get("/api/v1/settings").await.ok()["version"].clone();
    let change = |key: &str, value: &str| json!({ key: value, "version": read });
    let path = "/api/v1/settings";
    desk.patch(path, change("office.phone", "0812")).await.ok();
    desk.patch(path, change("office.address", "RT 3")).await.ok();
    assert_eq!(
        desk.patch(path, change("office.phone", "0813"))
            .await
            .problem(409),
        "stale"
    );
    let staff = desk.get("/api/v1/staff").await.ok()["items"][0].clone();
    let path = format!("/api/v1/staff/{}", staff["id"]);
    let change = json!({ "is_active": true, "version": 99 });
    assert_eq!(desk.patch(&path, change).await.problem(409), "stale");
}

#[tokio::test]
async fn a_body_that_is_too_large_not_json_or_malformed_is_named() {
    let desk = Desk::open().await;
    let post = |content_type: Option<&str>, body: Body| {
        let mut request =
            Request::post("/api/v1/areas").header(header::AUTHORIZATION, format!("Bearer {}", desk.owner));
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        request.body(body).unwrap()
    };
    let json = Some("application/json");
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1024 * 1024));
    assert_eq!(
        desk.send(post(json, Body::from(large))).await.problem(413),
        "too_large"
    );
    assert_eq!(
        desk.send(post(Some("text/plain"), Body::from("{}")))
            .await
            .problem(415),
        "not_json"
    );
    assert_eq!(
        desk.send(post(None, Body::empty())).await.problem(415),
        "not_json"
    );
    for body in ["{", "", "{\"name\": }", "nama=x", "\u{feff}{}"] {
        assert_eq!(
            desk.send(post(json, Body::from(body))).await.problem(400),
            "malformed_json",
            "{body}"
        );
    }
    let not_text = desk.send(post(json, Body::from(vec![0xff, 0xfe, 0x00]))).await;
    assert_eq!(not_text.problem(400), "malformed_json");
    // Nesting without end is refused before it costs a stack.
    let mut deep = request(Method::PATCH, "/api/v1/settings", Some(&desk.owner), None);
    deep.headers_mut()
        .insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    *deep.body_mut() = Body::from(format!("{{\"office.name\": {}", "[".repeat(500_000)));
    assert_eq!(desk.send(deep).await.problem(400), "malformed_json");
}

#[tokio::test]
async fn a_field_of_the_wrong_form_is_named_beside_it() {
    let desk = Desk::open().await;
    let refused = |body| desk.post("/api/v1/packages", body);
    let whole = json!({ "code": "A", "name": "A", "speed_download": 1, "speed_upload": 1, "price": 1 });
    let with = |key: &str, value: serde_json::Value| {
        let mut body = whole.clone();
        body[key] = value;
        body
    };
    let text = refused(with("price", json!("mahal"))).await;
    assert_eq!(
        (text.problem(422), text.field("price")),
        ("invalid", "wrong_form")
    );
    let unknown = refused(with("harga", json!(1))).await;
    assert_eq!(
        (unknown.problem(422), unknown.field("harga")),
        ("invalid", "unknown_field")
    );
    let missing = refused(json!({ "code": "A" })).await;
    assert_eq!(
        (missing.problem(422), missing.field("name")),
        ("invalid", "required")
    );
    let list = refused(json!([1, 2])).await;
    assert_eq!(list.problem(422), "invalid");
}

/// What is said fits what was sent, names the choices, and is in the caller's language alone.
#[tokio::test]
async fn a_wrong_form_is_explained_in_the_callers_language() {
    let desk = Desk::open().await;
    let payment = |amount: &str, method: &str| {
        let body = format!(r#"{{"customer_id": 1, "amount": {amount}, "method": "{method}"}}"#);
        let mut request = request(Method::POST, "/api/v1/payments", Some(&desk.owner), None);
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        *request.body_mut() = Body::from(body);
        desk.send(request)
    };
    let said = |reply: &desk::Reply| reply.json["errors"][0]["message"].as_str().unwrap().to_owned();
    let huge = said(&payment("12345678901234567890", "cash").await);
    assert!(huge.contains("di luar batas"), "{huge}");
    let fraction = said(&payment("1.5", "cash").await);
    assert!(fraction.contains("angka bulat"), "{fraction}");
    let method = said(&payment("1", "gold").await);
    assert!(method.contains("cash, transfer, qris"), "{method}");
    let number = desk.post("/api/v1/areas", json!({ "name": 1 })).await;
    assert!(said(&number).contains("Isi teks"), "{}", said(&number));
    let day = desk
        .post("/api/v1/customers", json!({ "billing_start": "30/01/2026" }))
        .await;
    assert!(said(&day).contains("2026-01-31"), "{}", said(&day));
    for (query, word) in [
        ("customers?limit=banyak", "limit"),
        ("customers?status=foo", "active"),
        ("invoices?status=foo", "partial"),
        ("invoices?period=2026-13", "2026-01"),
    ] {
        let reply = desk.get(&format!("/api/v1/{query}")).await;
        assert_eq!(reply.problem(422), "invalid_query", "{query}");
        let detail = reply.json["detail"].as_str().unwrap();
        assert!(detail.contains(word), "{query}: {detail}");
        for english in ["invalid", "is not a", "expected", "string"] {
            assert!(!detail.contains(english), "{query}: {detail}");
        }
    }
}

/// Whatever is sent where a word of a list belongs, the refusal names the list, in both languages.
#[tokio::test]
async fn a_refused_word_names_the_words_that_are_allowed() {
    let desk = Desk::open().await;
    let payment = |method: Value| json!({ "customer_id": 1, "amount": 1, "method": method });
    for given in [json!("gold"), json!(5), Value::Null, json!(["cash"])] {
        let reply = desk.post("/api/v1/payments", payment(given.clone())).await;
        assert_eq!(reply.field("method"), "wrong_form", "{given}");
        let said = reply.json["errors"][0]["message"].as_str().unwrap();
        assert!(
            said.contains("cash, transfer, qris, ewallet, va, other"),
            "{given}: {said}"
        );
    }
    for (setting, value, words) in [
        ("billing.timing", json!("nanti"), "advance, arrears"),
        ("billing.timing", json!(1), "advance, arrears"),
        (
            "billing.bill_while_closed",
            json!("kadang"),
            "always, periods, never",
        ),
        (
            "schedule.billing:tutup",
            json!("0 6 * * *"),
            "billing:check-overdue",
        ),
    ] {
        let reply = desk.patch("/api/v1/settings", json!({ setting: value })).await;
        assert_eq!(reply.problem(422), "invalid", "{setting}");
        let said = reply.json["errors"][0]["message"].as_str().unwrap();
        assert!(said.contains(words), "{setting}: {said}");
    }
    for (list, word) in [
        ("notifications", "failed"),
        ("jobs", "parked"),
        ("isolation", "undoing"),
        ("customers", "suspended"),
    ] {
        let path = format!("/api/v1/{list}?status=foo");
        let reply = desk.get(&path).await;
        let detail = reply.json["detail"].as_str().unwrap();
        assert!(
            reply.status.as_u16() == 422 && detail.contains(word),
            "{path}: {detail}"
        );
    }
    let token = json!({ "name": "skrip", "abilities": ["uang.ambil"] });
    let reply = desk.post("/api/v1/auth/tokens", token).await;
    let said = reply.json["errors"][0]["message"].as_str().unwrap();
    assert!(said.contains("payments.write"), "{said}");
}

/// The message beside a field, in a language.
async fn beside(desk: &Desk, method: Method, path: &str, body: Value, field: &str, language: &str) -> String {
    let mut asked = request(method, path, Some(&desk.owner), Some(&body));
    asked
        .headers_mut()
        .insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
    let reply = desk.send(asked).await;
    assert_eq!(reply.problem(422), "invalid", "{body}");
    let problems = reply.json["errors"].as_array().unwrap();
    let problem = problems.iter().find(|problem| {
        let name = problem["field"].as_str().unwrap();
        name == field || name.starts_with(&format!("{field}."))
    });
    let problem = problem.unwrap_or_else(|| panic!("{field} is not refused in {}", reply.json));
    problem["message"].as_str().unwrap().to_owned()
}

/// Every setting, whatever of a wrong form or size is sent: the refusal is a sentence of the office's in the caller's
/// language that names what is expected, never a parser's.
#[tokio::test]
async fn a_refused_setting_names_what_is_expected_in_both_languages() {
    let desk = Desk::open().await;
    let settings = desk.get("/api/v1/settings").await;
    let parser = [
        "invalid",
        "expected",
        "u16",
        "i64",
        "integer `",
        "variant",
        "EOF",
        "failed to",
    ];
    let mut asked = 0;
    for key in settings.ok().as_object().unwrap().keys() {
        if key == "version" {
            continue;
        }
        for given in [json!({ "x": [1] }), json!([{}]), json!([[1]])] {
            for language in ["id", "en"] {
                let said = beside(
                    &desk,
                    Method::PATCH,
                    "/api/v1/settings",
                    json!({ key: given }),
                    key,
                    language,
                )
                .await;
                for word in parser {
                    assert!(!said.contains(word), "{key} {given} {language}: {said}");
                }
                assert!(!said.contains("Bentuk nilainya"), "{key}: {said}");
                asked += 1;
            }
        }
    }
    assert!(asked > 150, "only {asked} were asked");
    for (key, given, id, en) in [
        ("billing.grace_days", json!(-1), "0 sampai 365", "0 to 365"),
        ("billing.grace_days", json!(366), "0 sampai 365", "0 to 365"),
        ("billing.due", json!(20), "0 sampai 365", "1st to the 31st"),
        (
            "billing.due",
            json!({ "day_of_month": 32 }),
            "1 sampai 31",
            "1st to the 31st",
        ),
        ("tax.is_pkp", json!("ya"), "true (ya)", "true (yes)"),
        ("billing.tolerance", json!(1.5), "rupiah bulat", "whole rupiah"),
        (
            "billing.tolerance",
            json!(1e20),
            "Rp 0 sampai Rp 50.000",
            "Rp 0 to Rp 50.000",
        ),
        (
            "billing.tolerance",
            json!(-1),
            "Rp 0 sampai Rp 50.000",
            "Rp 0 to Rp 50.000",
        ),
        (
            "isolation.holidays",
            json!(["2026-02-30"]),
            "ada di kalender",
            "dates of the calendar",
        ),
        (
            "isolation.min_overdue_invoices",
            json!(0),
            "1 sampai 36",
            "1 to 36",
        ),
        (
            "messages.remind_days_before",
            json!([-3]),
            "0 sampai 60",
            "0 to 60",
        ),
        ("backup.keep_daily", json!(0.5), "1 sampai 400", "1 to 400"),
        ("office.language", json!(1), "id, en", "id, en"),
        (
            "billing.timing",
            json!(null),
            "advance, arrears",
            "advance, arrears",
        ),
    ] {
        for (language, word) in [("id", id), ("en", en)] {
            let body = json!({ key: given });
            let said = beside(&desk, Method::PATCH, "/api/v1/settings", body, key, language).await;
            assert!(said.contains(word), "{key} {given} {language}: {said}");
        }
    }
}

/// What the product itself refuses says what would be right: ranges of due rules, whole rupiah, two decimals.
#[tokio::test]
async fn a_refused_rule_amount_or_share_names_what_would_be_right() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let customer = desk.customer("Budi Santoso", package).await;
    let path = format!("/api/v1/customers/{customer}");
    let whole = |price: Value| json!({ "code": "A", "name": "A", "speed_download": 1, "speed_upload": 1, "price": price });
    let mut cases = Vec::new();
    for rule in [
        json!({ "after_issue": -1 }),
        json!({ "after_issue": 99_999 }),
        json!({ "day_of_month": 32 }),
        json!({ "day_of_month": 0 }),
        json!({ "setelah": 1 }),
        json!(20),
        json!("20"),
        json!([20]),
    ] {
        cases.push((
            Method::PATCH,
            path.clone(),
            json!({ "due_rule": rule }),
            "due_rule",
            ["0 sampai 365", "0 to 365"],
        ));
    }
    for price in [Value::Null, json!(true), json!("150000"), json!(1.5)] {
        cases.push((
            Method::POST,
            "/api/v1/packages".to_owned(),
            whole(price),
            "price",
            ["rupiah sebagai angka bulat", "whole number of rupiah"],
        ));
    }
    for share in [json!(12.345), json!("10"), json!(true)] {
        cases.push((
            Method::PATCH,
            path.clone(),
            json!({ "discount_type": "percent", "discount_value": share }),
            "discount_value",
            ["dua angka desimal", "two decimals"],
        ));
    }
    for (method, path, body, field, words) in cases {
        for (language, word) in [("id", words[0]), ("en", words[1])] {
            let said = beside(&desk, method.clone(), &path, body.clone(), field, language).await;
            assert!(said.contains(word), "{body} {language}: {said}");
        }
    }
}

/// `null` empties what may be empty; everything else is refused by its name, and nothing of the change is done. Of every
/// change that the API knows.
#[tokio::test]
async fn null_for_what_cannot_be_empty_is_refused_and_never_passed_over() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let customer = desk.customer("Budi Santoso", package).await;
    let path = format!("/api/v1/customers/{customer}");
    let body = json!({ "name": null, "package_id": null, "billing_day": null, "address": "Jl. Melati 1" });
    let reply = desk.patch(&path, body).await;
    assert_eq!(reply.problem(422), "invalid");
    for field in ["name", "package_id", "billing_day"] {
        assert_eq!(reply.field(field), "required");
    }
    assert_ne!(desk.get(&path).await.ok()["address"], "Jl. Melati 1");

    let area = desk.post("/api/v1/areas", json!({ "name": "Sukamaju" })).await;
    let form = json!({ "name": "Rina", "role": "cashier", "password": PASSWORD });
    let staff = desk::id(desk.post("/api/v1/staff", form).await.ok());
    let document = serde_json::to_value(api::openapi()).unwrap();
    let mut refused = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let id = match path.as_str() {
            "/api/v1/customers/{id}" => customer.to_string(),
            "/api/v1/packages/{id}" => package.to_string(),
            "/api/v1/areas/{id}" => area.ok()["id"].to_string(),
            "/api/v1/staff/{id}" => staff.to_string(),
            "/api/v1/schedule/{task}" => "billing:check-overdue".to_owned(),
            // A router that is not there is not looked for before the fields.
            "/api/v1/routers/{id}" => "1".to_owned(),
            "/api/v1/settings" => continue,
            other if item["patch"].is_object() => panic!("{other} is not tried"),
            _ => continue,
        };
        if !item["patch"].is_object() {
            continue;
        }
        let at = path.replace("{id}", &id).replace("{task}", &id);
        let form = &item["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let form = form.as_str().unwrap().rsplit('/').next().unwrap();
        let fields = &document["components"]["schemas"][form]["properties"];
        // The version is no field of the record: `null` is that none was read.
        let of_the_record = fields
            .as_object()
            .unwrap()
            .keys()
            .filter(|field| *field != "version");
        for field in of_the_record {
            let reply = desk.patch(&at, json!({ field: null })).await;
            if reply.status.is_success() {
                let now = &reply.json[field];
                assert!(
                    now.is_null() || field == "pppoe_password",
                    "{at} {field}: null was passed over, it is {now}"
                );
            } else {
                let shown = format!("{at} {field}: {}", reply.json);
                assert_eq!(reply.status.as_u16(), 422, "{shown}");
                let named = reply.json["errors"][0]["field"].as_str();
                assert_eq!(named, Some(field.as_str()), "{shown}");
                refused += 1;
            }
        }
    }
    assert!(refused > 30, "only {refused} were refused");
}

#[tokio::test]
async fn a_secret_of_the_wrong_form_is_not_repeated() {
    let desk = Desk::open().await;
    let form = json!({ "name": "Rina", "role": "cashier", "password": 123_456_789 });
    let reply = desk.post("/api/v1/staff", form).await;
    assert_eq!(
        (reply.problem(422), reply.field("password")),
        ("invalid", "wrong_form")
    );
    assert!(!reply.json.to_string().contains("123456789"));
}

#[tokio::test]
async fn a_problem_speaks_the_callers_language_and_the_code_stays() {
    let desk = Desk::open().await;
    let in_language = |language: &str| {
        let mut request = request(Method::GET, "/api/v1/customers/99", Some(&desk.owner), None);
        request
            .headers_mut()
            .insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
        desk.send(request)
    };
    let (indonesian, english) = (in_language("id").await, in_language("en-GB,en;q=0.9").await);
    assert_eq!(
        (indonesian.problem(404), english.problem(404)),
        ("not_found", "not_found")
    );
    assert!(
        indonesian.json["detail"]
            .as_str()
            .unwrap()
            .contains("tidak ditemukan")
    );
    assert!(
        english.json["detail"]
            .as_str()
            .unwrap()
            .contains("no such customer")
    );
    assert_eq!(english.headers[header::CONTENT_LANGUAGE], "en");
    assert_eq!(
        english.headers[header::CONTENT_LENGTH],
        english.bytes.len().to_string()
    );
    assert_eq!(in_language("fr").await.json["detail"], indonesian.json["detail"]);
    let mut wrong = request(Method::DELETE, "/api/v1/packages", Some(&desk.owner), None);
    wrong
        .headers_mut()
        .insert(header::ACCEPT_LANGUAGE, "en".parse().unwrap());
    let wrong = desk.send(wrong).await;
    wrong.problem(405);
    assert!(
        wrong.headers.contains_key(header::ALLOW),
        "the translation lost a header"
    );
}

#[tokio::test]
async fn a_query_of_the_wrong_form_is_422_and_an_empty_one_is_none() {
    let desk = Desk::open().await;
    for query in [
        "status=kaya",
        "limit=banyak",
        "router_id=x",
        "access=setengah",
        "overdue=mungkin",
    ] {
        let reply = desk.get(&format!("/api/v1/customers?{query}")).await;
        assert_eq!(reply.problem(422), "invalid_query", "{query}");
    }
    assert_eq!(
        desk.get("/api/v1/customers?limit=0").await.problem(422),
        "bad_limit"
    );
    assert_eq!(
        desk.get("/api/v1/customers?cursor=%00").await.problem(422),
        "bad_cursor"
    );
    assert_eq!(
        desk.get("/api/v1/customers?sort=warna").await.problem(422),
        "bad_sort"
    );
    desk.get("/api/v1/customers?search=&status=&sort=&cursor=&limit=")
        .await
        .ok();
}

#[tokio::test]
async fn after_five_wrong_passwords_the_account_rests() {
    let desk = Desk::open().await;
    for _ in 0..4 {
        let reply = desk
            .post("/api/v1/auth/login", json!({ "name": "Sari", "password": "x" }))
            .await;
        assert_eq!(reply.problem(401), "wrong_login");
    }
    for password in ["x", PASSWORD] {
        let reply = desk
            .post(
                "/api/v1/auth/login",
                json!({ "name": "Sari", "password": password }),
            )
            .await;
        assert_eq!(reply.problem(429), "locked_out");
    }
}

#[tokio::test]
async fn answers_are_careful_with_browsers() {
    let desk = Desk::open().await;
    for reply in [
        desk.get("/api/v1/dashboard").await,
        desk.get("/api/v1/nothing").await,
    ] {
        assert_eq!(reply.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(reply.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(reply.headers.contains_key(header::CONTENT_SECURITY_POLICY));
        assert!(!reply.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    }
}
