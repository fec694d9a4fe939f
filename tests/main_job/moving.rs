//! An office that is moved to another database and back: the same totals, the same secrets, and the old one as it was.

use serde_json::Value;

use crate::desk::{Desk, package};

/// An office with customers whose passwords are sealed and who owe something.
fn some_business(desk: &Desk) {
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    desk.run(&package("HEMAT"), "");
    let file = desk.folder().join("pelanggan.csv");
    std::fs::write(
        &file,
        "Nama,Paket,Tipe,Username PPPoE,Password PPPoE,Hutang\nBudi,HEMAT,pppoe,budi,rahasia,200000\n\
         Siti,HEMAT,pppoe,siti,rahasia,200000\n",
    )
    .expect("a file");
    desk.run(&["import", "customers", &file.display().to_string()], "");
    desk.run(&["payment", "take", "PLG-00001", "--amount", "150.000"], "");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[track_caller]
fn sound(desk: &Desk) {
    let verdict = desk.run(&["verify"], "");
    assert!(verdict.starts_with("{\"ok\":true"), "{verdict}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_moves_to_a_server_and_back_with_equal_totals_and_its_key() {
    let Some(server) = Desk::on_postgresql().await else {
        return;
    };
    let url = server.database().expect("an address").to_owned();
    let desk = Desk::on_sqlite();
    some_business(&desk);
    let moved = desk.ended(&["move", "--to", &url], "");
    assert!(moved.told.contains("[office_moved]"), "{moved:?}");
    let moved = json(&moved.done());
    assert_eq!(
        (moved["equal"].as_bool(), &moved["source"]),
        (Some(true), &moved["target"])
    );
    assert_eq!(moved["target"]["customers"], 2);
    assert_eq!(
        moved["target"]["journal"]["accounts"]["cash:console"], 150_000,
        "{moved}"
    );
    // A plain start opens it where it is now: its key is there, and the numbers go on.
    let pay = ["payment", "take", "PLG-00002", "--amount", "50.000"];
    desk.run(&pay, "");
    sound(&desk);
    let mark = desk.data().join("office-on-server.txt");
    let told = std::fs::read_to_string(&mark).expect("the mark of the data folder");
    assert!(!told.contains("://") && told.starts_with("postgresql"), "{told}");

    // Two offices that bill the same lines could not be brought together again: whoever gets at the old one is refused.
    std::fs::remove_file(&mark).expect("the mark goes");
    desk.ended(&pay, "")
        .failed(1, "office_moved", "sudah dipindah ke");
    let copy = desk.folder().join("sesudah-pindah.sqlite");
    let held = json(&desk.run(&["backup", &copy.display().to_string()], ""));
    assert_eq!(held["holds"], moved["source"], "the old one holds what it held");

    let desk = desk.on_server(&url);
    sound(&desk);
    desk.ended(&["move", "--to", &desk.data().display().to_string()], "")
        .failed(1, "move_target_not_empty", "sudah berisi");

    let other = desk.folder().join("kembali");
    let back = json(&desk.run(&["move", "--to", &other.display().to_string()], ""));
    assert_eq!(back["equal"], true, "{back}");
    assert_eq!(back["target"]["payments"], 2);
    let words = [
        "--data-dir",
        &other.display().to_string(),
        "payment",
        "take",
        "PLG-00002",
        "--amount",
        "50.000",
    ];
    let desk = desk.in_its_file();
    desk.run(&words, "");
    desk.run(&["--data-dir", &other.display().to_string(), "verify"], "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_takes_a_move_back_opens_the_file_again() {
    let Some(server) = Desk::on_postgresql().await else {
        return;
    };
    let url = server.database().expect("an address").to_owned();
    let desk = Desk::on_sqlite();
    some_business(&desk);
    desk.run(&["move", "--to", &url], "");
    let there = json(&desk.run(&["verify"], ""));
    let back = json(&desk.run(&["move", "--undo"], ""));
    assert!(
        back["office"]
            .as_str()
            .is_some_and(|file| file.ends_with("sambung.sqlite")),
        "{back}"
    );
    assert!(!desk.data().join("office-on-server.txt").exists());
    assert_eq!(json(&desk.run(&["verify"], ""))["ok"], there["ok"]);
    // Secrets that were lost are said, and what to do.
    std::fs::write(desk.data().join("office-on-server.txt"), "postgresql").expect("a mark");
    std::fs::remove_file(desk.data().join("secrets.sambung")).expect("the secrets go");
    desk.ended(&["verify"], "")
        .failed(1, "server_address_missing", "--database-url");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_is_not_moved_over_another_one_or_while_somebody_works_in_it() {
    let desk = Desk::on_sqlite();
    let place = desk.data().display().to_string();
    let nothing = desk.ended(&["move", "--to", &place], "");
    nothing.failed(1, "office_missing", "Tidak ada kantor");
    some_business(&desk);
    desk.ended(&["move", "--to", &place], "")
        .failed(1, "move_to_itself", "sudah ada di situ");
    desk.ended(&["move", "--to", "mysql://kantor:rahasia@10.0.0.2/x"], "")
        .failed(2, "database_url_unknown", "postgres://");

    let neighbour = Desk::on_sqlite();
    neighbour.run(&package("LAIN"), "");
    let there = neighbour.data().display().to_string();
    let before = std::fs::read(neighbour.data().join("sambung.sqlite")).expect("the neighbour's");
    desk.ended(&["move", "--to", &there], "")
        .failed(1, "move_target_not_empty", "sudah berisi");
    assert_eq!(
        std::fs::read(neighbour.data().join("sambung.sqlite")).expect("the neighbour's"),
        before
    );

    let server = desk.serve("").await;
    let elsewhere = desk.folder().join("baru").display().to_string();
    desk.ended(&["move", "--to", &elsewhere], "")
        .failed(1, "office_open", "sedang dibuka");
    server.stop().await;
    let moved = json(&desk.run(&["move", "--to", &elsewhere], ""));
    assert_eq!(moved["equal"], true, "{moved}");
    let verdict = desk.run(&["--data-dir", &elsewhere, "verify"], "");
    assert!(verdict.starts_with("{\"ok\":true"), "{verdict}");

    // Whoever goes back says so; the office that was never moved has nothing to undo.
    desk.ended(&["verify"], "").failed(1, "office_moved", &elsewhere);
    let back = json(&desk.run(&["move", "--undo"], ""));
    assert!(
        back["was_moved_to"]
            .as_str()
            .is_some_and(|to| to.starts_with(&elsewhere)),
        "{back}"
    );
    sound(&desk);
    desk.ended(&["move", "--undo"], "")
        .failed(1, "office_not_moved", "tidak dipindah");
}
