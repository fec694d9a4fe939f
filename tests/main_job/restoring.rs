//! Putting a backup back: never under a copy of the program that goes on writing, and never a backup that is not sound.

use crate::desk::Desk;

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

#[test]
fn a_file_that_is_no_backup_replaces_nothing() {
    let desk = Desk::on_sqlite();
    desk.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let picture = desk.folder().join("foto.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n and no database at all").expect("a file");
    let told = desk.refused(&["restore", &picture.display().to_string()]);
    assert!(told.contains("[database_corrupt]"), "{told}");
    let again = desk.refused(&["user", "add", "pemilik", "--role", "owner"]);
    assert!(!again.contains("database"), "the office is as it was: {again}");
}
