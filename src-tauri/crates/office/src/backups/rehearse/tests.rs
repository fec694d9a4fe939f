//! Backups that open and are not what they say (failures.md T6).

use std::path::PathBuf;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use super::*;
use crate::backups::{Taken, seal_copy};

fn now() -> Timestamp {
    "2026-01-01T05:30:00Z".parse().unwrap()
}

fn passphrase() -> SecretString {
    SecretString::from("sapi makan rumput".to_owned())
}

struct Backup {
    folder: tempfile::TempDir,
    file: PathBuf,
}

async fn statement(database: &Path, text: &'static str) {
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

/// A backup of an office with two entries in its journal.
async fn backup() -> Backup {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("kantor-asli.sqlite");
    let store = Store::open(&Location::Sqlite(database.clone()), now())
        .await
        .unwrap();
    store.close().await;
    statement(
        &database,
        "INSERT INTO journal_entries (id, on_date, at, kind, actor) VALUES
           (1, '2026-01-01', 0, 'opening_debt', 'rina'), (2, '2026-01-01', 0, 'opening_debt', 'rina');
         INSERT INTO postings (entry_id, position, account, amount) VALUES
           (1, 0, 'bank', 150000), (1, 1, 'opening', -150000), (2, 0, 'bank', 20000), (2, 1, 'opening', -20000);",
    )
    .await;
    let store = Store::open(&Location::Sqlite(database), now()).await.unwrap();
    let taken = Taken {
        office: "Warga Net".to_owned(),
        desk: "meja".to_owned(),
        now: now(),
    };
    let file = folder.path().join("cadangan.tar.zst.age");
    let scratch = tempfile::tempdir().unwrap();
    seal_copy(&store, &taken, &passphrase(), &file, scratch.path())
        .await
        .unwrap();
    store.close().await;
    Backup { folder, file }
}

impl Backup {
    async fn rehearsed(&self) -> Result<Manifest> {
        let scratch = tempfile::tempdir().unwrap();
        rehearse(&self.file, &passphrase(), scratch.path(), now()).await
    }

    /// The same backup after somebody who knows the passphrase did this to the database inside; with `honest` the manifest
    /// says what is in it now.
    async fn with(&self, change: &'static str, honest: bool) -> Backup {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        let database = folder.path().join("isi.sqlite");
        let mut manifest = open_sealed(&self.file, &passphrase(), &database).await.unwrap();
        statement(&database, change).await;
        let digest = container::digest_of(&database).unwrap();
        (manifest.size, manifest.sha256) = (digest.size, digest.sha256);
        if honest {
            manifest.holds = store::backup::look_at(&database).await.unwrap().holdings;
        }
        let file = folder.path().join("cadangan.tar.zst.age");
        container::seal(&database, &manifest, &passphrase(), &file).unwrap();
        Backup { folder, file }
    }
}

#[tokio::test]
async fn t6_a_backup_is_put_back_checked_and_compared_before_it_counts() {
    let backup = backup().await;
    let manifest = backup.rehearsed().await.unwrap();
    assert_eq!(manifest.office, "Warga Net");
    assert_eq!(manifest.taken(), Some(now()));
    assert_eq!(
        (manifest.holds.journal.entries, manifest.holds.journal.turnover.0),
        (2, 170_000)
    );
    assert_eq!(manifest.holds.journal.accounts["bank"].0, 170_000);
}

#[tokio::test]
async fn t6_a_row_that_was_changed_inside_a_backup_is_found() {
    let backup = backup().await;
    for change in [
        // The books still balance.
        "UPDATE postings SET amount = amount * 2 WHERE entry_id = 2;",
        "DELETE FROM postings WHERE entry_id = 2; DELETE FROM journal_entries WHERE id = 2;",
        "UPDATE postings SET account = 'cash:rina' WHERE account = 'bank' AND entry_id = 1;",
    ] {
        let changed = backup.with(change, false).await;
        assert_eq!(
            changed.rehearsed().await.unwrap_err().code,
            "backup_changed",
            "{change}"
        );
    }
}

#[tokio::test]
async fn t6_a_backup_whose_books_are_wrong_is_not_sound() {
    let unbalanced = "UPDATE postings SET amount = amount + 1 WHERE entry_id = 2 AND position = 0;";
    let backup = backup().await;
    let changed = backup.with(unbalanced, true).await;
    let refused = changed.rehearsed().await.unwrap_err();
    assert_eq!(refused.code, "backup_unsound");
    assert!(
        refused.detail.en.contains("journal_balanced"),
        "{}",
        refused.detail.en
    );
}

#[tokio::test]
async fn a_backup_of_a_later_program_is_refused_and_one_that_is_gone_is_named() {
    let later = "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1;";
    let backup = backup().await;
    let changed = backup.with(later, false).await;
    assert_eq!(changed.rehearsed().await.unwrap_err().code, "database_newer");
    std::fs::remove_file(&backup.file).unwrap();
    assert_eq!(backup.rehearsed().await.unwrap_err().code, "backup_missing");
}
