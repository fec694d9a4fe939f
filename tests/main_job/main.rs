//! The main job as a script of an office would do it: the real binary, its command line and its REST interface, against a
//! simulated router over TCP, on SQLite and, where `SAMBUNG_TEST_POSTGRES` names a throwaway cluster, on PostgreSQL.

#![allow(
    clippy::expect_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod bad_files;
mod bad_routers;
mod counter;
mod desk;
mod imports;
mod isolation;
mod log;
mod money;
mod moving;
mod restoring;
mod sealed;
mod several_desks;
mod small_office;
mod training;
mod wrong_use;

use std::time::{Duration, Instant};

use desk::Desk;
use serde_json::{Value, json};
use simulators::router::{Network, Profile, Router, RouterSpec, Secret, StaticLine};

/// How long anything may take before it counts as not happening; only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(60);
const LINES: usize = 1_000;

/// A file as an office has it: Indonesian headings, semicolons, phones in every spelling.
fn customers_file() -> String {
    let mut file =
        String::from("Nama;No HP;Alamat;Paket;Tipe;Username PPPoE;Password PPPoE;IP;SN ONT;Mulai\r\n");
    for n in 1..=LINES {
        let phone = match n % 3 {
            0 => format!("0812-{:04}-{:04}", n / 100 + 1_000, n),
            1 => format!("+62 813 {:04} {:04}", n / 100 + 1_000, n),
            _ => format!("8140{n:07}"),
        };
        let line = if n == 2 {
            "static;;;10.20.0.2".to_owned()
        } else {
            format!("pppoe;plg{n:05};sandi{n:05};")
        };
        file.push_str(&format!(
            "Pelanggan Nomor {n};{phone};Kp. Cikole No. {n};hemat;{line};ZTEG{n:08};01/01/2025\r\n"
        ));
    }
    file
}

fn network() -> Network {
    let secrets = (1..=LINES).filter(|n| *n != 2);
    Network {
        profiles: vec![Profile::new("pkg-hemat", "5120k/10240k")],
        secrets: secrets
            .map(|n| Secret::new(format!("plg{n:05}"), format!("sandi{n:05}")).with_profile("pkg-hemat"))
            .collect(),
        static_lines: vec![StaticLine {
            address: "10.20.0.2".into(),
            mac_address: "02:00:00:00:00:02".into(),
            interface: "bridge-tetap".into(),
            comment: None,
        }],
        online: true,
    }
}

async fn main_job(desk: Desk) {
    let spec = RouterSpec {
        redial_after: Duration::from_millis(20),
        ..RouterSpec::default()
    };
    let router = Router::start(spec).await.expect("the simulated router starts");
    router.insert(
        "/interface/bridge",
        &[("name", "bridge-tetap"), ("arp", "reply-only")],
    );
    router.load(&network());

    // The owner and a token, by the command line.
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let token = desk.run(
        &["token", "create", "skrip", "--user", "pemilik", "--ability", "*"],
        "",
    );
    let server = desk.serve(token.trim()).await;
    let (created, _) = server.post("/packages", json!({
        "code": "hemat", "name": "Hemat 10 Mbps", "speed_download": 10240, "speed_upload": 5120, "price": 200000,
    })).await;
    assert_eq!(created, 201, "a package is made");
    let port = router.addr().port().to_string();
    let add = [
        "router",
        "add",
        "Pusat",
        "--host",
        "127.0.0.1",
        "--port",
        &port,
        "--user",
        "admin",
        "--mode",
        "manage",
    ];
    let added: Value = serde_json::from_str(&desk.run(&add, "\n")).expect("JSON");
    assert_eq!(added["test"]["ok"], true, "the router answers its test: {added}");

    // A thousand customers from a file.
    let file = desk.folder().join("pelanggan.csv");
    std::fs::write(&file, customers_file()).expect("the file is written");
    let imported: Value =
        serde_json::from_str(&desk.run(&["import", "customers", &file.display().to_string()], ""))
            .expect("JSON");
    assert_eq!(imported["imported"], LINES, "every row is taken: {imported}");

    // January is billed once, however often.
    let new_year = ["--as-of", "2026-01-01T00:01:00+07:00"];
    let bill = |extra: &[&str]| -> Value {
        let mut words = vec!["task", "billing:generate-invoices"];
        words.extend(new_year);
        words.extend(extra);
        serde_json::from_str(&desk.run(&words, "")).expect("JSON")
    };
    assert_eq!(bill(&["--dry-run"])["created"], LINES);
    assert_eq!(bill(&[])["created"], LINES, "a dry run made nothing");
    assert_eq!(bill(&[])["created"], 0, "twice gives nothing twice");

    // Everybody but the first five pays in time.
    let customers = server.all("/customers").await;
    let invoices = server.all("/invoices").await;
    assert_eq!(invoices.len(), LINES);
    for customer in customers.iter().filter(|customer| owes(customer)) {
        let (status, paid) = server
            .post(
                "/payments",
                json!({
                    "customer_id": customer["id"], "amount": customer["balance"], "method": "cash",
                }),
            )
            .await;
        assert_eq!(status, 201, "{paid}");
    }

    // Those five are closed on the router itself, and the books say so only then.
    let check: Value = serde_json::from_str(&desk.run(
        &[
            "task",
            "billing:check-overdue",
            "--as-of",
            "2026-02-10T06:00:00+07:00",
            "--confirm",
        ],
        "",
    ))
    .expect("JSON");
    assert_eq!(
        (check["isolated"].as_u64(), check["failed"].as_u64()),
        (Some(5), Some(0)),
        "{check}"
    );
    for user in ["plg00001", "plg00003", "plg00004", "plg00005"] {
        assert_eq!(
            router.secret(user).expect("the secret").profile,
            "isolated",
            "{user} is closed"
        );
    }
    let entries = router.arp("10.20.0.2");
    assert!(
        entries.iter().any(|entry| entry.disabled),
        "a static line really is closed (A12): {entries:?}"
    );
    assert_eq!(
        router.secret("plg00006").expect("the secret").profile,
        "pkg-hemat",
        "a payer stays open"
    );
    let first = server.customer("Pelanggan Nomor 1").await;
    assert_eq!(
        (first["status"].as_str(), first["access"]["observed"].as_str()),
        (Some("isolated"), Some("closed"))
    );
    let why = server.get(&format!("/customers/{}/why", first["id"])).await;
    assert_eq!(why["reasons"][0]["code"], "overdue", "{why}");

    // Rp 1 opens nothing (A13); the whole sum opens at once, session and all (A3).
    server
        .post(
            "/payments",
            json!({ "customer_id": first["id"], "amount": 1, "method": "cash" }),
        )
        .await;
    assert_eq!(router.secret("plg00001").expect("the secret").profile, "isolated");
    let (status, paid) = server
        .post(
            "/payments",
            json!({
                "customer_id": first["id"], "amount": 199_999, "method": "cash", "money_received": 200_000,
            }),
        )
        .await;
    assert_eq!((status, paid["change"].as_i64()), (201, Some(1)), "{paid}");
    let opened = Instant::now();
    let open = loop {
        let customer = server.get(&format!("/customers/{}", first["id"])).await;
        if customer["access"]["observed"] == "open" {
            break customer;
        }
        assert!(opened.elapsed() < PATIENCE, "the line did not open: {customer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    eprintln!(
        "open, read back, {} ms after the payment was answered",
        opened.elapsed().as_millis()
    );
    assert_eq!(open["status"], "active");
    assert_eq!(
        router.secret("plg00001").expect("the secret").profile,
        "pkg-hemat"
    );
    assert_eq!(
        router.drops("plg00001"),
        2,
        "dropped once to close and once to open (A7)"
    );

    // The month on paper, and the books checked.
    let out = desk.folder().join("cetak");
    let printed = desk.run(
        &[
            "invoice",
            "pdf",
            "--period",
            "2026-01",
            "--out",
            &out.display().to_string(),
        ],
        "",
    );
    let printed: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(
        printed["files"].as_array().map(Vec::len),
        Some(2),
        "at most five hundred invoices a file: {printed}"
    );
    let verdict: Value = serde_json::from_str(&desk.run(&["verify"], "")).expect("JSON");
    assert_eq!(verdict["ok"], true, "{verdict}");
    server.stop().await;
}

fn owes(customer: &Value) -> bool {
    let debtors = [
        "Pelanggan Nomor 1",
        "Pelanggan Nomor 2",
        "Pelanggan Nomor 3",
        "Pelanggan Nomor 4",
        "Pelanggan Nomor 5",
    ];
    customer["balance"].as_i64().is_some_and(|balance| balance > 0)
        && !debtors.contains(&customer["name"].as_str().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_from_import_to_reopening_on_sqlite() {
    main_job(Desk::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_from_import_to_reopening_on_postgresql() {
    if let Some(desk) = Desk::on_postgresql().await {
        main_job(desk).await;
    }
}
