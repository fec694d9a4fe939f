//! What is typed wrongly, or lacks what it needs: the exit code, one Indonesian sentence with a stable code, and nothing
//! left behind that would stand in the way of the right words.

use crate::desk::{Desk, ended};

#[test]
fn a_database_that_is_not_postgresql_is_wrong_use_and_its_password_is_not_repeated() {
    let desk = Desk::on_sqlite();
    for url in [
        "mysql://kantor:rahasia@10.0.0.2/sambung",
        "sqlite://sambung.db",
        "sambung.db",
        "",
    ] {
        let refused = desk.ended(&["--database-url", url, "verify"], "");
        refused.failed(2, "database_url_unknown", "harus berawalan postgres://");
        assert!(!refused.told.contains("rahasia"), "{refused:?}");
    }
    assert!(
        !desk.data().join("sambung.sqlite").exists(),
        "no office was made instead"
    );
}

#[test]
fn a_postgresql_that_is_not_there_is_unreachable_and_so_is_one_whose_address_is_none() {
    let desk = Desk::on_sqlite();
    for url in [
        "postgres://127.0.0.1:1/sambung",
        "postgres://127.0.0.1:bukan-port/sambung",
    ] {
        let refused = desk.ended(&["--database-url", url, "verify"], "");
        refused.failed(1, "database_unreachable", "tidak dapat dijangkau");
    }
}

#[test]
fn a_backup_of_a_postgresql_that_is_not_there_is_no_file() {
    let desk = Desk::on_sqlite();
    let file = desk.folder().join("cadangan.sqlite");
    let words = [
        "--database-url",
        "postgres://127.0.0.1:1/sambung",
        "backup",
        &file.display().to_string(),
    ];
    desk.ended(&words, "")
        .failed(1, "database_unreachable", "tidak dapat dijangkau");
    assert!(!file.exists());
}

#[test]
fn an_unknown_task_is_wrong_use_and_the_known_ones_are_named() {
    let desk = Desk::on_sqlite();
    let refused = desk.ended(&["task", "billing:isolate-everybody"], "");
    refused.failed(2, "unknown_task", "billing:check-overdue");
}

#[test]
fn a_word_that_is_none_and_a_number_out_of_range_are_wrong_use() {
    let desk = Desk::on_sqlite();
    let add = [
        "router", "add", "Pusat", "--host", "10.0.0.1", "--user", "sambung", "--port",
    ];
    for words in [
        &["tagih"][..],
        &["user", "add", "kasir", "--role", "raja"],
        &["payment", "take", "PLG-00001", "--amount", "banyak"],
        &[
            "payment",
            "take",
            "PLG-00001",
            "--amount",
            "1",
            "--method",
            "daun",
        ],
        &[
            "task",
            "billing:generate-invoices",
            "--month",
            "13",
            "--year",
            "2026",
        ],
        &["invoice", "pdf", "--period", "2026-13", "--out", "x"],
        &["training", "--customers", "0"],
        &["serve", "--listen", "di sini"],
        &["isolation"],
        &["isolation", "apply", "--plan", "satu"],
        &["isolation", "undo"],
        &["isolation", "undo", "1", "--hold-days", "31"],
        &["isolation", "plan", "--date", "2026-02-30"],
        &["import", "undo", "satu"],
        &["import", "list", "--limit", "0"],
        &["payment", "receipt", "PAY-1"],
        &["payment", "receipt", "PAY-1", "--out", "x", "--format", "a4"],
        &[&add[..], &["0"]].concat(),
        &[&add[..], &["65536"]].concat(),
    ] {
        let refused = desk.ended(words, "");
        assert_eq!(
            (refused.code, refused.result.as_str()),
            (Some(2), ""),
            "{words:?}: {refused:?}"
        );
        assert!(
            refused.told.contains("[usage_"),
            "{words:?} was refused without a code: {refused:?}"
        );
    }
    assert!(!desk.data().exists(), "not even a folder was made");
}

#[test]
fn wrong_use_is_told_in_the_language_of_the_reader_with_what_would_be_right() {
    let desk = Desk::on_sqlite();
    let told = |words: &[&str], code: &str, sentence: &str| desk.ended(words, "").failed(2, code, sentence);
    told(
        &["isolaton"],
        "usage_unknown_word",
        "isolaton tidak dikenal di sini. Mungkin maksudnya isolation.",
    );
    told(
        &["verify", "--cepat"],
        "usage_unknown_word",
        "--cepat tidak dikenal",
    );
    told(
        &["invoice", "pdf", "--out", "x"],
        "usage_missing",
        "--period <PERIOD>|--number <NUMBER>",
    );
    told(
        &[
            "invoice", "pdf", "--out", "x", "--period", "2026-01", "--number", "INV-1",
        ],
        "usage_conflict",
        "Pilih salah satu",
    );
    told(
        &["payment", "receipt", "PAY-1", "--out", "x", "--format", "a4"],
        "usage_bad_value",
        "Yang ada: a5, 58, 80, escpos",
    );
    told(&["import"], "usage_incomplete", "belum lengkap");
    let mut english = desk.command();
    english.env("LC_ALL", "en_GB.UTF-8").arg("isolaton");
    let english = ended(english, "");
    assert!(
        english
            .told
            .contains("isolaton is not known here. Perhaps isolation was meant. [usage_unknown_word]"),
        "{english:?}"
    );
    for answer in ["--help", "--version"] {
        assert_ne!(desk.run(&[answer], ""), "", "{answer} is an answer");
    }
}

#[test]
fn a_passphrase_that_is_no_protection_makes_no_file() {
    let desk = Desk::on_sqlite();
    let with = |passphrase: &str| {
        let mut command = desk.command();
        command.env("SAMBUNG_PASSPHRASE", passphrase).arg("verify");
        ended(command, "")
    };
    with("").failed(1, "passphrase_missing", "SAMBUNG_PASSPHRASE");
    for short in ["a", "tujuh77"] {
        with(short).failed(1, "passphrase_short", "paling sedikit 8 karakter");
    }
    assert!(!desk.data().join("secrets.sambung").exists());
    with("delapan8").done();
    with("a").failed(1, "passphrase_wrong", "salah");
    with("delapan8").done();
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_a_keyring_hears_what_to_do_instead_and_the_file_does_it() {
    let desk = Desk::on_sqlite();
    let mut command = desk.command();
    command
        .env("SAMBUNG_SECRETS", "keyring")
        .env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", desk.folder().join("no-bus").display()),
        )
        .args(["user", "add", "pemilik", "--role", "owner"]);
    ended(command, "kata sandi panjang\n").failed(1, "keyring_missing", "--secrets file");
    // Nobody was added: the same name is free.
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
}

#[test]
fn an_address_that_somebody_else_has_is_named() {
    let desk = Desk::on_sqlite();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    desk.ended(&["serve", "--listen", &address], "")
        .failed(1, "cannot_listen", "--listen");
}
