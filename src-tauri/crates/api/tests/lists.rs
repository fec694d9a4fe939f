//! The form of answers: lists in pages, cursors that fit into a URL, and nothing ever left out.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use desk::Desk;
use serde_json::{Value, json};

/// Asserts that `value` has every property that the description promises of `schema`, and those of what is in it.
fn complete(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(target) = schema["$ref"].as_str() {
        let schema = document.pointer(target.trim_start_matches('#')).unwrap();
        return complete(document, schema, value, at);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        complete(document, part, value, at);
    }
    if let Some(choice) = schema["oneOf"].as_array().filter(|_| !value.is_null()) {
        for part in choice.iter().filter(|part| part["$ref"].is_string()) {
            complete(document, part, value, at);
        }
    }
    if let Some(object) = value.as_object() {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let inner = object
                .get(name)
                .unwrap_or_else(|| panic!("{at}.{name} is left out of {value}"));
            complete(document, property, inner, &format!("{at}.{name}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        complete(document, &schema["items"], item, &format!("{at}[]"));
    }
}

#[tokio::test]
async fn an_absent_value_is_null_and_never_left_out() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let customer = desk.customer("Budi Santoso", package).await;
    desk.post("/api/v1/areas", json!({ "name": "RT 03" })).await.ok();
    let router = json!({ "name": "Pusat", "host": "127.0.0.1", "port": 9, "tls": false, "username": "api",
        "password": "x", "attempts": 1, "timeout_ms": 500 });
    desk.post("/api/v1/routers", router).await.ok();
    desk.post(
        "/api/v1/auth/tokens",
        json!({ "name": "skrip", "abilities": ["*"] }),
    )
    .await
    .ok();
    desk.bill(1).await;
    desk.post(
        "/api/v1/payments",
        json!({ "customer_id": customer, "amount": 1, "method": "cash" }),
    )
    .await
    .ok();
    let document = serde_json::to_value(api::openapi()).unwrap();
    let mut asked = 0;
    // The router of this office is off, so what only a router can answer is an error here; nobody made a plan, and nobody
    // recorded a password.
    let elsewhere = [
        "/pppoe-password",
        "/plan",
        "/health",
        "/traffic",
        "/isolation-page",
        "/import-lines",
        "/profiles",
    ];
    let is_elsewhere = |path: &str| {
        // The times of a task are asked for with a cron text.
        path.ends_with("/isolation/{id}")
            || path.ends_with("/times")
            || (path.contains("{id}") && elsewhere.iter().any(|end| path.ends_with(end)))
    };
    for (path, item) in document["paths"].as_object().unwrap() {
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        if schema.is_null() || is_elsewhere(path) {
            continue;
        }
        let reply = desk.get(&path.replace("{id}", "1")).await;
        complete(&document, schema, reply.ok(), path);
        asked += 1;
    }
    assert!(asked > 25, "only {asked} were asked");
    let test = desk.post("/api/v1/routers/1/test", json!({})).await;
    let schema = json!({ "$ref": "#/components/schemas/RouterTested" });
    complete(&document, &schema, test.ok(), "test");
    assert_eq!(test.json["ok"], false);
    assert!(test.json["error"]["message"].is_string(), "{}", test.json);
}

#[tokio::test]
async fn pages_follow_one_another_by_cursors_that_fit_into_a_url() {
    let desk = Desk::open().await;
    let package = desk.package("P10", 200_000).await;
    let names = [
        "Ávila & Co/?#",
        "Budi %20",
        "Citra+Dewi",
        "Dédé ümlaut",
        "Eko",
        "Fajar",
        "Gita",
    ];
    for name in names {
        desk.customer(name, package).await;
    }
    for sort in [
        "name",
        "-name",
        "customer_no",
        "-customer_no",
        "balance",
        "created_at",
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = desk
                .get(&format!("/api/v1/customers?limit=2&sort={sort}&cursor={cursor}"))
                .await;
            let page = page.ok();
            assert_eq!(page["total"], names.len());
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["name"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["next_cursor"].as_str() else {
                assert_eq!(page["next_cursor"], Value::Null);
                break;
            };
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
            assert!(next.chars().all(plain), "{next} needs escaping");
            cursor = next.to_owned();
        }
        let once: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), once.len()), (names.len(), names.len()), "{sort}");
    }
}

#[tokio::test]
async fn short_lists_have_the_form_of_every_list() {
    let desk = Desk::open().await;
    desk.package("P10", 100_000).await;
    desk.package("P20", 200_000).await;
    for list in [
        "packages",
        "areas",
        "routers",
        "staff",
        "auth/tokens",
        "customers/imports",
        "schedule",
    ] {
        let page = desk.get(&format!("/api/v1/{list}?limit=200")).await;
        let page = page.ok();
        assert_eq!(page["next_cursor"], Value::Null, "{list}");
        assert_eq!(page["total"], page["items"].as_array().unwrap().len(), "{list}");
    }
    let found = desk.get("/api/v1/packages?search=p20").await;
    assert_eq!(
        (&found.ok()["total"], &found.json["items"][0]["code"]),
        (&json!(1), &json!("P20"))
    );
}

#[tokio::test]
async fn a_parameter_that_nobody_knows_is_refused_by_its_name() {
    let desk = Desk::open().await;
    for path in [
        "customers?statsu=active",
        "customers?search=budi&page=2",
        "invoices?priod=2026-01",
        "payments?form=2026-01-01",
        "jobs?state=dead",
        "notifications?customer=1",
        "billing-logs?aktor=rina",
        "isolation?kind_of=overdue",
        "packages?active=true",
        "roles?role=owner",
        "customers/imports?file=x",
        "find?query=budi",
        "events?after=3",
        "isolation/plan?asof=2026-01-10",
    ] {
        let reply = desk.get(&format!("/api/v1/{path}")).await;
        assert_eq!(reply.problem(400), "unknown_parameter", "{path}");
        let name = path.rsplit(['?', '&']).next().unwrap().split('=').next().unwrap();
        let detail = reply.json["detail"].as_str().unwrap();
        assert!(detail.contains(name), "{detail} does not name {name}");
    }
}

#[tokio::test]
async fn every_list_takes_a_limit_and_a_cursor_and_refuses_wrong_ones() {
    let desk = Desk::open().await;
    for list in [
        "customers",
        "invoices",
        "payments",
        "jobs",
        "notifications",
        "billing-logs",
        "events",
        "isolation",
        "packages",
        "areas",
        "routers",
        "staff",
        "roles",
        "auth/tokens",
        "customers/imports",
        "schedule",
    ] {
        for parameter in ["limit=1", "search=", "cursor=", "sort=", "status="] {
            desk.get(&format!("/api/v1/{list}?{parameter}")).await.ok();
        }
        for (parameter, code) in [
            ("limit=0", "bad_limit"),
            ("limit=501", "bad_limit"),
            ("cursor=x", "bad_cursor"),
            ("sort=warna", "bad_sort"),
        ] {
            let reply = desk.get(&format!("/api/v1/{list}?{parameter}")).await;
            assert_eq!(reply.problem(422), code, "{list}?{parameter}");
        }
    }
}

/// Passed over in silence it would answer with more than was asked for.
#[tokio::test]
async fn a_parameter_of_other_lists_is_refused_and_not_passed_over() {
    let desk = Desk::open().await;
    for (path, code) in [
        ("payments?status=reversed", "bad_status"),
        ("packages?status=kaya", "bad_status"),
        ("jobs?search=budi", "bad_search"),
        ("events?search=budi", "bad_search"),
        ("payments?sort=received_at", "bad_sort"),
        ("areas?sort=price", "bad_sort"),
    ] {
        let reply = desk.get(&format!("/api/v1/{path}")).await;
        assert_eq!(reply.problem(422), code, "{path}");
    }
}

#[tokio::test]
async fn short_lists_page_and_sort() {
    let desk = Desk::open().await;
    for (code, price) in [("P30", 100_000), ("P10", 300_000), ("P20", 200_000)] {
        desk.package(code, price).await;
    }
    desk.patch("/api/v1/packages/1", json!({ "is_active": false }))
        .await
        .ok();
    for (query, expected) in [
        ("sort=", ["P10", "P20", "P30"].as_slice()),
        ("sort=price", &["P30", "P20", "P10"]),
        ("sort=-price", &["P10", "P20", "P30"]),
        ("status=active&sort=-code", &["P20", "P10"]),
        ("status=inactive", &["P30"]),
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = desk
                .get(&format!("/api/v1/packages?limit=1&{query}&cursor={cursor}"))
                .await;
            assert_eq!(page.ok()["total"], expected.len(), "{query}");
            let items = page.json["items"].as_array().unwrap();
            assert_eq!(items.len(), 1, "{query}");
            seen.push(items[0]["code"].as_str().unwrap().to_owned());
            let Some(next) = page.json["next_cursor"].as_str() else {
                break;
            };
            cursor = next.to_owned();
        }
        assert_eq!(seen, expected, "{query}");
    }
}

#[tokio::test]
async fn the_roles_say_what_each_may_do() {
    let desk = Desk::open().await;
    let cashier = desk.staff("Rina", "cashier").await;
    let reply = desk
        .send(desk::request(
            axum::http::Method::GET,
            "/api/v1/roles",
            Some(&cashier),
            None,
        ))
        .await;
    let roles = reply.ok()["items"].as_array().unwrap().clone();
    let names: Vec<&str> = roles.iter().map(|role| role["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["owner", "admin", "cashier", "technician", "collector"]);
    let cashier = roles[2]["abilities"].as_array().unwrap();
    assert!(cashier.contains(&json!("payments.write")) && !cashier.contains(&json!("payments.reverse")));
}

#[tokio::test]
async fn one_job_can_be_read_by_its_id() {
    let desk = Desk::open().await;
    assert_eq!(desk.get("/api/v1/jobs/987654").await.problem(404), "not_found");
    let package = desk.package("P10", 200_000).await;
    desk.customer("Budi Santoso", package).await;
    desk.bill(1).await;
    let jobs = desk.get("/api/v1/jobs").await;
    let first = &jobs.ok()["items"][0];
    let read = desk.get(&format!("/api/v1/jobs/{}", desk::id(first))).await;
    assert_eq!(read.ok()["key"], first["key"]);
}

#[tokio::test]
async fn an_office_that_has_a_name_keeps_one() {
    let desk = Desk::open().await;
    for name in ["", "   "] {
        let reply = desk
            .patch("/api/v1/settings", json!({ "office.name": name }))
            .await;
        assert_eq!(
            (reply.problem(422), reply.field("office.name")),
            ("invalid", "required")
        );
    }
    assert_eq!(
        desk.get("/api/v1/settings").await.ok()["office.name"],
        "RT Net Mawar"
    );
}

#[tokio::test]
async fn a_schedule_that_never_rests_is_refused() {
    let desk = Desk::open().await;
    let reply = desk
        .patch(
            "/api/v1/settings",
            json!({ "schedule.billing:check-overdue": "* * * * *" }),
        )
        .await;
    assert_eq!(reply.problem(422), "invalid");
    assert_eq!(reply.field("schedule.billing:check-overdue"), "too_often");
}

#[tokio::test]
async fn settings_are_one_flat_object_that_can_be_changed_in_part() {
    let desk = Desk::open().await;
    let before = desk.get("/api/v1/settings").await;
    assert_eq!(before.ok()["office.name"], "RT Net Mawar");
    assert!(before.json["schedule.billing:check-overdue"].is_string());
    let after = desk
        .patch("/api/v1/settings", json!({ "billing.grace_days": 3 }))
        .await;
    assert_eq!(after.ok()["billing.grace_days"], 3);
    assert_eq!(after.json["office.name"], "RT Net Mawar");
    let wrong = desk
        .patch(
            "/api/v1/settings",
            json!({ "billing.grace_days": -1, "warna": 1 }),
        )
        .await;
    wrong.problem(422);
    assert_eq!(
        (wrong.field("billing.grace_days"), wrong.field("warna")),
        ("wrong_form", "unknown_setting")
    );
    assert_eq!(desk.get("/api/v1/settings").await.ok()["billing.grace_days"], 3);
}
