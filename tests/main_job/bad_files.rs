//! The disk on its bad days, as far as a file system without tricks can play them; a full one is `tests/disk`. Each time
//! the office says what is wrong, keeps what it had, and works again once the cause is gone.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::desk::Desk;

#[test]
fn a_file_that_is_no_database_is_called_damaged_and_left_as_it_is() {
    let desk = Desk::on_sqlite();
    let file = desk.data().join("sambung.sqlite");
    let letter = b"Surat untuk Pak RT, bukan basis data. ".repeat(40);
    std::fs::create_dir(desk.data()).expect("a folder");
    std::fs::write(&file, &letter).expect("a file");
    desk.add_package("HEMAT")
        .failed(1, "database_corrupt", "Pulihkan cadangan");
    assert_eq!(std::fs::read(&file).expect("the file"), letter);
    std::fs::remove_file(&file).expect("the file is moved away");
    desk.add_package("HEMAT").done();
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_the_way_out() {
    let desk = Desk::on_sqlite();
    std::fs::write(desk.data(), b"").expect("a file in the place of the folder");
    desk.add_package("HEMAT").failed(1, "data_dir", "--data-dir");
    std::fs::remove_file(desk.data()).expect("the file goes");
    desk.add_package("HEMAT").done();
}

#[cfg(unix)]
mod rights {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use sqlx::Connection as _;

    use super::held;
    use crate::desk::{Desk, Ended, ended, package};

    fn set(path: &Path, mode: u32) {
        set_permissions(path, Permissions::from_mode(mode)).expect("the rights are set");
    }

    /// Adds a package as somebody whom rights stop.
    fn add_package(desk: &Desk, code: &str) -> Ended {
        let mut command = desk.powerless();
        command.args(package(code));
        ended(command, "")
    }

    #[test]
    fn a_database_file_that_may_only_be_read_is_named_and_works_once_its_rights_are_back() {
        let desk = Desk::on_sqlite();
        add_package(&desk, "A").done();
        let file = desk.data().join("sambung.sqlite");
        set(&file, 0o400);
        add_package(&desk, "B").failed(1, "database_read_only", "hak tulis");
        set(&file, 0o600);
        add_package(&desk, "B").done();
    }

    #[tokio::test]
    async fn a_folder_that_may_only_be_read_is_named_and_works_once_its_rights_are_back() {
        let desk = Desk::on_sqlite();
        add_package(&desk, "A").done();
        // A write-ahead log that was left behind could be written to without a right on the folder, so it is folded in.
        held(&desk).await.close().await.expect("the connection ends");
        set(&desk.data(), 0o500);
        add_package(&desk, "B").failed(1, "database_read_only", "folder");
        set(&desk.data(), 0o700);
        add_package(&desk, "B").done();
    }

    #[test]
    fn a_first_start_in_a_folder_that_may_only_be_read_makes_nothing() {
        let desk = Desk::on_sqlite();
        std::fs::create_dir(desk.data()).expect("a folder");
        set(&desk.data(), 0o500);
        add_package(&desk, "A").failed(1, "data_dir", "tidak dapat ditulisi");
        set(&desk.data(), 0o700);
        let left = std::fs::read_dir(desk.data()).expect("the folder").count();
        assert_eq!(left, 0, "something was left in a folder that cannot be used");
        add_package(&desk, "A").done();
    }
}

/// The database with its write lock taken, as by another copy of the program.
async fn held(desk: &Desk) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(desk.data().join("sambung.sqlite"));
    let mut other = options.connect().await.expect("a connection");
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .expect("the write lock");
    other
}

#[tokio::test]
async fn a_database_that_another_copy_holds_is_called_busy_and_nothing_is_half_done() {
    let desk = Desk::on_sqlite();
    desk.add_package("A").done();
    let mut other = held(&desk).await;
    desk.add_package("B")
        .failed(1, "database_busy", "salinan Sambung yang lain");
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut other)
        .await
        .expect("the lock goes");
    other.close().await.expect("the connection ends");
    // The code is free, so the first try left nothing.
    desk.add_package("B").done();
}
