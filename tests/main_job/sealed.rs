//! Encrypted backups and backups of a server, made and put back by the command line, on either engine.

use serde_json::Value;

use crate::desk::{Desk, package};

const PASSPHRASE: &str = "sapi makan rumput\n";

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn path(desk: &Desk, name: &str) -> String {
    desk.folder().join(name).display().to_string()
}

/// Makes a backup of each kind, loses a package that is added after them, and brings the office back from each.
fn there_and_back(desk: &Desk, other: &Desk) {
    desk.run(&package("HEMAT"), "");
    let (plain, sealed) = (path(desk, "cadangan.sqlite"), path(desk, "cadangan.tar.zst.age"));
    let made = json(&desk.run(&["backup", &plain], ""));
    assert_eq!(made["holds"]["customers"], 0, "{made}");
    let short = desk.ended(&["backup", &path(desk, "x.age"), "--encrypt"], "pendek\n");
    assert_eq!(short.code, Some(1), "{short:?}");
    let made = json(&desk.run(&["backup", &sealed, "--encrypt"], PASSPHRASE));
    assert_eq!(made["rehearsed"], true, "{made}");

    desk.add_package("CEPAT").done();
    for (file, input) in [(&plain, ""), (&sealed, PASSPHRASE)] {
        let shown = json(&desk.run(&["restore", file, "--show"], input));
        assert_eq!(shown["backup"]["holds"]["customers"], 0, "{shown}");
        desk.add_package("CEPAT").failed(1, "package_code_taken", "kode");
        let restored = json(&desk.run(&["restore", file], input));
        let kept = restored["kept"].as_str().expect("what was there is kept");
        assert!(std::path::Path::new(kept).exists(), "{restored}");
        desk.add_package("CEPAT").done();
    }
    desk.ended(&["restore", &sealed], "sapi makan daun\n").failed(
        1,
        "backup_passphrase_wrong",
        "tidak membuka",
    );
    desk.ended(&["restore", &sealed], "")
        .failed(1, "backup_passphrase_wrong", "tidak membuka");
    let verdict = desk.run(&["verify"], "");
    assert!(verdict.starts_with("{\"ok\":true"), "{verdict}");

    // On another machine, whatever its engine is.
    other.run(&["restore", &sealed], PASSPHRASE);
    other.add_package("HEMAT").failed(1, "package_code_taken", "kode");
    let verdict = other.run(&["verify"], "");
    assert!(verdict.starts_with("{\"ok\":true"), "{verdict}");

    let mut bytes = std::fs::read(&sealed).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&sealed, bytes).expect("a file");
    desk.ended(&["restore", &sealed], PASSPHRASE)
        .failed(1, "backup_damaged", "rusak");
}

#[test]
fn a_backup_of_either_kind_brings_an_office_back_on_sqlite() {
    there_and_back(&Desk::on_sqlite(), &Desk::on_sqlite());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_server_brings_the_office_back_there_and_in_a_file() {
    if let Some(desk) = Desk::on_postgresql().await {
        there_and_back(&desk, &Desk::on_sqlite());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_file_brings_the_office_back_on_a_server() {
    if let Some(other) = Desk::on_postgresql().await {
        there_and_back(&Desk::on_sqlite(), &other);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_at_which_another_desk_works_is_not_replaced_under_it() {
    let Some(desk) = Desk::on_postgresql().await else {
        return;
    };
    desk.run(&package("HEMAT"), "");
    let file = path(&desk, "cadangan.sqlite");
    desk.run(&["backup", &file], "");
    let other = Desk::on_sqlite().on_server(desk.database().expect("an address"));
    // The other desk has a data folder, and so a key, of its own: it is the same office all the same.
    std::fs::create_dir_all(other.data()).expect("a folder");
    std::fs::copy(
        desk.data().join("secrets.sambung"),
        other.data().join("secrets.sambung"),
    )
    .expect("the key is brought along");
    let server = other.serve("").await;
    desk.ended(&["restore", &file], "")
        .failed(1, "office_open", "meja lain");
    server.stop().await;
    desk.run(&["restore", &file], "");
}

#[test]
fn a_database_that_is_damaged_is_replaced_and_kept_as_it_is() {
    let desk = Desk::on_sqlite();
    desk.run(&package("HEMAT"), "");
    let file = path(&desk, "cadangan.sqlite");
    desk.run(&["backup", &file], "");
    std::fs::write(desk.data().join("sambung.sqlite"), b"no database any more").expect("a file");
    let refused = desk.refused(&["verify"]);
    assert!(refused.contains("database_corrupt"), "{refused}");
    let restored = json(&desk.run(&["restore", &file], ""));
    let kept = restored["kept"].as_str().expect("what was there is kept");
    assert_eq!(std::fs::read(kept).expect("a file"), b"no database any more");
    desk.run(&["verify"], "");
}
