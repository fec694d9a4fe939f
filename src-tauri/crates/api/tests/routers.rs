//! Routers over REST: what is told of their passwords, which are only ever written.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod desk;

use desk::{Desk, id};
use office::secrets::Name;
use serde_json::{Value, json};

fn told(router: &Value) -> (bool, &str) {
    assert!(router.get("password").is_none(), "{router}");
    let state = router["password_state"].as_str().unwrap();
    (router["has_password"].as_bool().unwrap(), state)
}

#[tokio::test]
async fn a_router_without_a_password_says_so_and_whether_that_is_known_or_only_not_here() {
    let desk = Desk::open().await;
    let form = json!({ "name": "Pusat", "host": "10.0.0.1", "username": "admin", "password": "" });
    let added = desk.post("/api/v1/routers", form).await;
    assert_eq!(
        told(added.ok()),
        (false, "empty"),
        "a new router's admin has none"
    );
    let router = id(&added.json);
    let path = format!("/api/v1/routers/{router}");

    let changed = desk.patch(&path, json!({ "password": "rahasia" })).await;
    assert_eq!(told(changed.ok()), (true, "kept"));
    let renamed = desk.patch(&path, json!({ "name": "Pusat 2" })).await;
    assert_eq!(told(renamed.ok()), (true, "kept"), "what is absent stays");
    let emptied = desk.patch(&path, json!({ "password": "" })).await;
    assert_eq!(told(emptied.ok()), (false, "empty"));

    desk.office
        .secrets()
        .delete(&Name::router_password(router))
        .await
        .unwrap();
    assert_eq!(told(desk.get(&path).await.ok()), (false, "missing"));
    let list = desk.get("/api/v1/routers").await;
    assert_eq!(told(&list.ok()["items"][0]), (false, "missing"));
}

#[tokio::test]
async fn a_router_is_found_by_a_part_of_its_name_or_host_by_whoever_may_see_it() {
    let desk = Desk::open().await;
    for (name, host) in [
        ("Gudang Pusat", "192.0.2.7"),
        ("Pusat Kota", "rb.pusat.example.id"),
    ] {
        let form = json!({ "name": name, "host": host, "username": "admin", "password": "" });
        desk.post("/api/v1/routers", form).await.ok();
    }
    let names = async |words: &str| -> Vec<String> {
        let found = desk.get(&format!("/api/v1/find?q={words}")).await;
        let routers = found.ok()["routers"].as_array().unwrap().clone();
        routers
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names("PUSAT").await,
        ["Pusat Kota", "Gudang Pusat"],
        "whose name begins so is first"
    );
    assert_eq!(names("192.0.2").await, ["Gudang Pusat"]);
    assert_eq!(names("rb.pusat").await, ["Pusat Kota"]);
    let collector = desk.staff("Penagih", "collector").await;
    let found = desk
        .send(desk::request(
            axum::http::Method::GET,
            "/api/v1/find?q=pusat",
            Some(&collector),
            None,
        ))
        .await;
    assert_eq!(found.ok()["routers"], json!([]));
}

#[tokio::test]
async fn every_required_field_that_is_missing_is_named_at_once() {
    let desk = Desk::open().await;
    let required = |path: &str| match path {
        "/api/v1/routers" => vec!["name", "host", "username", "password"],
        "/api/v1/packages" => vec!["code", "name", "speed_download", "speed_upload", "price"],
        _ => vec!["name", "phone", "package_id", "connection_type"],
    };
    for path in ["/api/v1/routers", "/api/v1/packages", "/api/v1/customers"] {
        let refused = desk.post(path, json!({})).await;
        let fields = refused.json["errors"].as_array().unwrap();
        let mut named: Vec<&str> = fields.iter().filter_map(|it| it["field"].as_str()).collect();
        let mut wanted = required(path);
        named.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(named, wanted, "{path}: {}", refused.json);
        assert!(
            fields.iter().all(|it| it["code"] == "required"),
            "{}",
            refused.json
        );
    }
    let one = json!({ "name": "Pusat", "host": "10.0.0.1", "username": "admin" });
    let refused = desk.post("/api/v1/routers", one).await;
    assert_eq!(refused.field("password"), "required");
}

#[tokio::test]
async fn what_new_profiles_get_is_an_address_or_a_pool() {
    let desk = Desk::open().await;
    let form = |local: &str, remote: &str| {
        json!({
            "name": "Pusat", "host": "10.0.0.1", "username": "admin", "password": "",
            "profile_local_address": local, "profile_remote_address": remote,
        })
    };
    let refused = desk
        .post("/api/v1/routers", form("10.10.0.0/24", "0.0.0.0"))
        .await;
    assert_eq!(refused.field("profile_local_address"), "not_an_address_or_pool");
    assert_eq!(refused.field("profile_remote_address"), "not_an_address_or_pool");
    let added = desk
        .post("/api/v1/routers", form("10.10.0.1", "pool-pelanggan"))
        .await;
    assert_eq!(added.ok()["profile_remote_address"], "pool-pelanggan");
    assert_eq!(added.json["next_try"], Value::Null);
}

#[tokio::test]
async fn an_address_of_no_device_and_one_that_another_customer_has_are_refused_with_the_name() {
    let desk = Desk::open().await;
    let package = desk.package("HEMAT", 100_000).await;
    let router = json!({ "name": "Pusat", "host": "10.0.0.1", "username": "admin", "password": "" });
    let router = id(&desk.post("/api/v1/routers", router).await.json);
    let form = |name: &str, kind: &str, line: Value| {
        let mut form = json!({
            "name": name, "phone": "081234567890", "package_id": package, "router_id": router,
            "connection_type": kind,
        });
        form.as_object_mut()
            .unwrap()
            .extend(line.as_object().unwrap().clone());
        form
    };
    let path = "/api/v1/customers";
    for address in ["0.0.0.0", "127.0.0.1", "255.255.255.255", "224.0.0.5"] {
        for kind in ["static", "dhcp"] {
            let refused = desk
                .post(path, form("Siti", kind, json!({ "static_ip": address })))
                .await;
            assert_eq!(refused.field("static_ip"), "not_of_a_device", "{address}");
        }
    }
    let budi = json!({ "mac_address": "02:00:00:00:00:07", "static_ip": "10.0.0.7" });
    let budi = desk.post(path, form("Budi", "dhcp", budi)).await;
    budi.ok();
    let number = budi.json["customer_no"].as_str().unwrap();

    let twin = json!({ "mac_address": "02-00-00-00-00-07" });
    let refused = desk.post(path, form("Siti", "dhcp", twin)).await;
    assert_eq!(
        (refused.status.as_u16(), refused.field("mac_address")),
        (409, "mac_address_taken")
    );
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains(number) && said.contains("Budi"), "{said}");
    for kind in ["static", "dhcp"] {
        let refused = desk
            .post(path, form("Siti", kind, json!({ "static_ip": "10.0.0.7" })))
            .await;
        assert_eq!(refused.field("static_ip"), "static_ip_taken", "{}", refused.json);
        assert!(refused.json["detail"].as_str().unwrap().contains("Budi"));
    }
    let other = json!({ "mac_address": "02:00:00:00:00:08" });
    let siti = id(desk.post(path, form("Siti", "dhcp", other)).await.ok());
    let changed = json!({ "mac_address": "02:00:00:00:00:07" });
    let refused = desk.patch(&format!("{path}/{siti}"), changed).await;
    assert_eq!(refused.field("mac_address"), "mac_address_taken");
    let same = json!({ "mac_address": "02:00:00:00:00:08", "name": "Siti A" });
    desk.patch(&format!("{path}/{siti}"), same).await.ok();
}
