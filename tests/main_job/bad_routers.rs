//! Routers on their bad days, as the command line and REST meet them: a router that cannot be used is saved with a word
//! of warning, closes nobody, and gets what waited for it when it is well again.

use std::time::Instant;

use serde_json::{Value, json};
use simulators::router::{Fault, Network, Profile, Router, RouterSpec, RunningRouter, Secret};

use crate::PATIENCE;
use crate::desk::{Desk, package};

const CUSTOMERS: &str = "Nama;Paket;Tipe;Username PPPoE;Mulai\nBudi Santoso;HEMAT;pppoe;budi;01/01/2025\n";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The whole story of a router that has this fault when it is added, when it is tested, and when a line behind it must
/// close; `code` and `words` are what the office has to say about it.
async fn bad_day(fault: Fault, code: &str, words: &str) {
    let desk = Desk::on_sqlite();
    let router = Router::start(RouterSpec::default())
        .await
        .expect("the simulated router starts");
    router.load(&Network {
        profiles: vec![Profile::new("pkg-hemat", "10240k/10240k")],
        secrets: vec![Secret::new("budi", "rahasia").with_profile("pkg-hemat")],
        online: true,
        ..Network::default()
    });
    router.set_fault(fault).await.expect("the fault");

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
    let added = desk.ended(&add, "\n");
    assert!(added.told.contains(words), "the warning: {added:?}");
    assert!(
        added.told.trim_end().ends_with(&format!("[{code}]")),
        "a failure has its code: {added:?}"
    );
    let added = parsed(&added.done());
    assert_eq!(
        (&added["test"]["ok"], &added["test"]["error"]["code"]),
        (&json!(false), &json!(code)),
        "{added}"
    );

    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let token = desk.run(
        &["token", "create", "skrip", "--user", "pemilik", "--ability", "*"],
        "",
    );
    let server = desk.serve(token.trim()).await;
    let path = format!("/routers/{}", added["router"]["id"]);
    let (changed, told) = server
        .patch(&path, json!({ "timeout_ms": 500, "attempts": 1 }))
        .await;
    assert_eq!(changed, 200, "{told}");
    let (tested, told) = server.post(&format!("{path}/test"), json!({})).await;
    assert_eq!(
        (tested, &told["ok"], &told["error"]["code"]),
        (200, &json!(false), &json!(code)),
        "{told}"
    );
    server.stop().await;

    desk.run(&package("HEMAT"), "");
    let file = desk.folder().join("pelanggan.csv");
    std::fs::write(&file, CUSTOMERS).expect("the file is written");
    desk.run(&["import", "customers", &file.display().to_string()], "");
    desk.run(
        &[
            "task",
            "billing:generate-invoices",
            "--as-of",
            "2026-01-01T00:01:00+07:00",
        ],
        "",
    );
    let checked = desk.ended(
        &[
            "task",
            "billing:check-overdue",
            "--as-of",
            "2026-02-10T06:00:00+07:00",
            "--confirm",
        ],
        "",
    );
    assert!(
        checked.told.contains(words) && checked.told.contains(&format!("[{code}]")),
        "{checked:?}"
    );
    let checked = parsed(&checked.done());
    assert_eq!(
        (&checked["isolated"], &checked["failed"], &checked["skipped"]),
        (&json!(0), &json!(0), &json!(1)),
        "{checked}"
    );
    let secret = router.secret("budi").expect("the secret");
    assert_eq!(
        (secret.profile.as_str(), router.drops("budi")),
        ("pkg-hemat", 0),
        "half closed"
    );

    let server = desk.serve(token.trim()).await;
    let budi = server.customer("Budi Santoso").await;
    assert_eq!(
        budi["status"], "active",
        "nobody is called closed before the router said so: {budi}"
    );
    router.set_fault(Fault::Normal).await.expect("the router is well");
    let (tested, told) = server.post(&format!("{path}/test"), json!({})).await;
    assert_eq!((tested, &told["ok"]), (200, &json!(true)), "{told}");
    let well = Instant::now();
    while server.customer("Budi Santoso").await["status"] != "isolated" {
        assert!(
            well.elapsed() < PATIENCE,
            "what waited for the router did not happen"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let secret = router.secret("budi").expect("the secret");
    assert_eq!(
        (secret.profile.as_str(), router.drops("budi")),
        ("isolated", 1),
        "once"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_is_off_closes_nobody_and_is_not_forgotten() {
    bad_day(Fault::Refuse, "router_unreachable", "tidak dapat dihubungi").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_refuses_the_login_closes_nobody_and_is_not_forgotten() {
    bad_day(
        Fault::RefuseLogin,
        "router_bad_login",
        "menolak nama pengguna atau kata sandi",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_answers_nonsense_closes_nobody_and_is_not_forgotten() {
    bad_day(Fault::Garbage, "router_protocol_error", "bukan API RouterOS").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_never_answers_closes_nobody_and_is_not_forgotten() {
    bad_day(Fault::Deaf, "router_timed_out", "tidak menjawab").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_hangs_up_in_the_middle_of_its_answer_closes_nobody_and_is_not_forgotten() {
    bad_day(
        Fault::CloseMidReply,
        "router_connection_closed",
        "terputus sebelum jawabannya tiba",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_was_added_without_a_password_says_so_wherever_it_refuses_the_login() {
    let desk = Desk::on_sqlite();
    let router = Router::start(RouterSpec::default())
        .await
        .expect("the simulated router starts");
    let add = |name, router: &RunningRouter| {
        let port = router.addr().port().to_string();
        let words = [
            "router",
            "add",
            name,
            "--host",
            "127.0.0.1",
            "--port",
            &port,
            "--user",
            "admin",
        ];
        desk.ended(&words, "\n")
    };
    let fresh = add("Baru", &router);
    assert!(fresh.told.contains("[password_empty]"), "{fresh:?}");
    let fresh = parsed(&fresh.done());
    assert_eq!(
        (
            &fresh["router"]["has_password"],
            &fresh["router"]["password_state"]
        ),
        (&json!(false), &json!("empty")),
        "{fresh}"
    );
    assert_eq!(fresh["test"]["ok"], true, "an empty password is a login: {fresh}");

    let other = Router::start(RouterSpec::default())
        .await
        .expect("the simulated router starts");
    other.set_fault(Fault::RefuseLogin).await.expect("the fault");
    let refused = add("Lama", &other);
    assert!(
        refused
            .told
            .contains("kata sandi admin yang disimpan untuk Lama kosong"),
        "{refused:?}"
    );
    let refused = parsed(&refused.done());
    assert_eq!(refused["test"]["error"]["code"], "router_bad_login", "{refused}");
}
