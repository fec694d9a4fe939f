//! Putting a backup back: never under a copy of the program that goes on writing, and never a backup that is not sound.

use crate::desk::{Desk, package};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_not_restored_under_an_office_that_is_open() {
    let desk = Desk::on_sqlite();
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let backup = desk.folder().join("cadangan.sqlite").display().to_string();
    desk.run(&["backup", &backup], "");
    let server = desk.serve("").await;
    let told = desk.refused(&["restore", &backup]);
    assert!(told.contains("[office_open]"), "{told}");
    // What is done meanwhile stays.
    desk.run(
        &[
            "package",
            "add",
            "HEMAT",
            "--name",
            "Hemat",
            "--download",
            "10240",
            "--upload",
            "5120",
            "--price",
            "110.000",
        ],
        "",
    );
    server.stop().await;
    desk.run(&["restore", &backup], "");
    let verdict = desk.run(&["verify"], "");
    assert!(verdict.starts_with("{\"ok\":true"), "{verdict}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_backup_replaces_nothing_and_is_named() {
    let desk = Desk::on_sqlite();
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let picture = folder.path().join("foto.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n and no database at all").expect("a file");
    let empty = folder.path().join("kosong.sqlite");
    std::fs::write(&empty, b"").expect("a file");
    let of_others = folder.path().join("kontak.sqlite");
    database(&of_others, "CREATE TABLE contacts (name TEXT)").await;
    let without_tables = folder.path().join("tanpa-tabel.sqlite");
    database(&without_tables, "PRAGMA user_version = 1").await;

    let before = names(&desk);
    for file in [picture, empty, of_others, without_tables] {
        let told = desk.refused(&["restore", &file.display().to_string()]);
        assert!(told.contains("[backup_unreadable]"), "{told}");
        assert!(told.contains(&file.display().to_string()), "{told}");
    }
    assert_eq!(names(&desk), before, "nothing was left behind");
    let again = desk.refused(&["user", "add", "pemilik", "--role", "owner"]);
    assert!(!again.contains("database"), "the office is as it was: {again}");
}

/// A database file of another program.
async fn database(path: &std::path::Path, sql: &'static str) {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options)
        .await
        .expect("a database");
    sqlx::query(sql)
        .execute(&mut connection)
        .await
        .expect("its table");
    connection.close().await.expect("closes");
}

/// What is in the folder of the office.
fn names(desk: &Desk) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(desk.data())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_command_left_unencrypted_is_gone_with_the_next_start() {
    let desk = Desk::on_sqlite();
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let left = desk.data().join("sambung-scratch-mati");
    let leave = || {
        std::fs::create_dir(&left).expect("a folder");
        std::fs::write(left.join("latihan.sqlite"), b"customers and debts").expect("a file");
    };
    leave();
    desk.run(&["verify"], "");
    assert!(!left.exists());
    // While another copy of the program is there, the folder may be that one's.
    let server = desk.serve("").await;
    leave();
    desk.run(&["verify"], "");
    assert!(left.exists());
    server.stop().await;
    desk.run(&["verify"], "");
    assert!(!left.exists());
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_what_a_backup_and_a_restore_leave_behind() {
    use std::os::unix::fs::PermissionsExt as _;

    let desk = Desk::on_sqlite();
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("cadangan.sqlite");
    desk.run(&["backup", &backup.display().to_string()], "");
    let mode = |path: &std::path::Path| {
        let metadata = std::fs::metadata(path).expect("a file");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(&backup), 0o600);
    // As it comes back from another machine.
    std::fs::set_permissions(&backup, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    desk.run(&["restore", &backup.display().to_string()], "");
    let databases: Vec<String> = names(&desk)
        .into_iter()
        .filter(|name| name.contains(".sqlite") || name.contains(".db"))
        .collect();
    assert!(
        databases.len() > 1,
        "the office and what it replaced: {databases:?}"
    );
    for name in databases {
        assert_eq!(mode(&desk.data().join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_backup_opens_on_a_new_machine_and_says_which_passwords_must_be_typed_again() {
    let old = Desk::on_sqlite();
    old.run(&package("HEMAT"), "");
    let file = old.folder().join("pelanggan.csv");
    std::fs::write(
        &file,
        "Nama,Paket,Tipe,Username PPPoE,Password PPPoE\nBudi,HEMAT,pppoe,budi,rahasia\nSiti,HEMAT,pppoe,siti,rahasia\n",
    )
    .expect("a file");
    old.run(&["import", "customers", &file.display().to_string()], "");
    let backup = old.folder().join("cadangan.sqlite").display().to_string();
    old.run(&["backup", &backup], "");

    let new = Desk::on_sqlite();
    let restored = new.ended(&["restore", &backup], "");
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert!(restored.told.contains("2 kata sandi PPPoE"), "{restored:?}");
    assert!(restored.result.contains("\"passwords\":2"), "{restored:?}");
    let verdict = new.run(&["verify"], "");
    assert!(verdict.starts_with("{\"ok\":true"), "{verdict}");
    // The same once more, and on the machine that has the key: there it costs no password.
    let again = old.ended(&["restore", &backup], "");
    assert_eq!((again.code, again.told.as_str()), (Some(0), ""), "{again:?}");
}

#[test]
fn an_office_whose_secrets_are_lost_says_the_way_on_and_takes_it_when_it_is_confirmed() {
    let desk = Desk::on_sqlite();
    desk.run(&package("HEMAT"), "");
    let file = desk.folder().join("pelanggan.csv");
    std::fs::write(
        &file,
        "Nama,Paket,Tipe,Username PPPoE,Password PPPoE\nBudi,HEMAT,pppoe,budi,rahasia\n",
    )
    .expect("a file");
    desk.run(&["import", "customers", &file.display().to_string()], "");
    std::fs::remove_file(desk.data().join("secrets.sambung")).expect("the secrets were there");
    desk.ended(&["verify"], "")
        .failed(1, "office_key_missing", "sambung key new");
    desk.ended(&["key", "new"], "")
        .failed(1, "key_new_unconfirmed", "1 kata sandi pelanggan");
    desk.ended(&["verify"], "")
        .failed(1, "office_key_missing", "berkas rahasia");
    let first = desk.ended(&["key", "new", "--confirm"], "");
    assert!(first.told.contains("[passwords_given_up]"), "{first:?}");
    let second = desk.ended(&["key", "new"], "");
    assert_eq!((second.code, second.told.as_str()), (Some(0), ""), "{second:?}");
    desk.run(&["verify"], "");
}
