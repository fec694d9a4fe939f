//! Opening: migrations with their copy, databases of other programs and later ones, another copy at work, a full disk.

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection};
use store::{Error, Location, Options, Store, backup, settings};

use crate::engine::{self, Database, on_both};
use crate::invented::{later, now};

on_both!(
    an_open_database_is_opened_again_with_what_was_in_it,
    a_database_of_a_later_program_is_refused_untouched
);

async fn an_open_database_is_opened_again_with_what_was_in_it(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    settings::put(&mut tx, "office.name", &"Warga Net".into(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let again = Store::open(&database.location, later(1)).await.unwrap();
    let mut tx = again.read().await.unwrap();
    assert_eq!(
        settings::find(&mut tx, "office.name")
            .await
            .unwrap()
            .unwrap()
            .value,
        "Warga Net"
    );
}

async fn a_database_of_a_later_program_is_refused_untouched(database: Database) {
    let pretend = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                   SELECT 9999, 'later', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    database.store.close().await;
    let before = match &database.location {
        Location::Sqlite(path) => {
            let mut connection = raw(&database).await;
            sqlx::query(pretend).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            Some(std::fs::read(path).unwrap())
        }
        Location::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            sqlx::query(pretend).execute(&mut connection).await.unwrap();
            None
        }
    };
    let refused = Store::open(&database.location, now()).await.unwrap_err();
    assert_eq!(refused.code(), "database_newer");
    assert!(matches!(refused, Error::Newer { found: 9999, known } if known == store::known_version()));
    if let Some(before) = before {
        assert!(
            before == std::fs::read(database.path()).unwrap(),
            "not a byte of the file was changed"
        );
        assert!(copies(&database).is_empty(), "nor was it copied");
    }
}

/// A connection past the store, as another program would have it.
async fn raw(database: &Database) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(database.path())
        .connect()
        .await
        .unwrap()
}

fn copies(database: &Database) -> Vec<String> {
    let folder = database.path().parent().unwrap().to_owned();
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".backup")).collect()
}

#[tokio::test]
async fn a_schema_that_this_program_never_had_is_refused_and_not_copied() {
    let database = engine::sqlite().await;
    database.store.close().await;
    let mut connection = raw(&database).await;
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00'")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let refused = Store::open(&database.location, now()).await.unwrap_err();
    assert_eq!(refused.code(), "database_foreign_schema");
    assert!(copies(&database).is_empty());
}

#[tokio::test]
async fn a_file_of_another_program_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let mut other = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    sqlx::query("CREATE TABLE notes (text TEXT)")
        .execute(&mut other)
        .await
        .unwrap();
    other.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let refused = Store::open(&Location::Sqlite(path.clone()), now())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "database_foreign_schema");
    assert!(before == std::fs::read(&path).unwrap());
}

#[tokio::test]
async fn a_file_that_is_no_database_gets_a_clear_word() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sambung.db");
    std::fs::write(
        &path,
        "PNG, not a database, and long enough to be looked at ".repeat(100),
    )
    .unwrap();
    let refused = Store::open(&Location::Sqlite(path), now()).await.unwrap_err();
    assert_eq!(refused.code(), "database_corrupt");
}

#[tokio::test]
async fn a_folder_that_does_not_exist_gets_a_clear_word() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowhere").join("sambung.db");
    let refused = Store::open(&Location::Sqlite(path), now()).await.unwrap_err();
    assert_eq!(refused.code(), "database_unreachable");
}

#[tokio::test]
async fn a_server_that_is_not_there_gets_a_clear_word_without_the_password() {
    let location = Location::Postgres("postgres://sambung:geheim@127.0.0.1:1/office".into());
    let refused = Store::open(&location, now()).await.unwrap_err();
    assert_eq!(refused.code(), "database_unreachable");
    assert!(!format!("{refused} {refused:?} {location:?}").contains("geheim"));
}

#[tokio::test]
async fn a_server_that_answers_without_such_a_database_is_not_called_away() {
    let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        return;
    };
    let location = Location::Postgres(engine::url(&cluster, "nobody_made_this"));
    let refused = Store::open(&location, now()).await.unwrap_err();
    assert_eq!(refused.code(), "database_missing");
}

#[tokio::test]
async fn a_database_locked_by_another_copy_is_busy_and_nothing_is_lost() {
    let database = engine::sqlite().await;
    let options = Options {
        busy_timeout: Duration::from_millis(20),
        ..Options::default()
    };
    let tray = Store::open_with(&database.location, &options, now())
        .await
        .unwrap();
    let mut held = database.store.begin().await.unwrap();
    settings::put(&mut held, "office.name", &"first".into(), now())
        .await
        .unwrap();

    let refused = tray.begin().await.unwrap_err();
    assert_eq!(refused.code(), "database_busy");
    assert!(refused.is_transient());
    let mut read = tray.read().await.unwrap();
    assert!(
        settings::all(&mut read).await.unwrap().is_empty(),
        "a reader waits for nobody and sees what is committed"
    );

    held.commit().await.unwrap();
    let mut tx = tray.begin().await.unwrap();
    settings::put(&mut tx, "office.name", &"second".into(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn two_copies_that_start_together_make_one_schema() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("sambung.db"));
    let mut starting = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let location = location.clone();
        starting.spawn(async move { Store::open(&location, now()).await });
    }
    while let Some(opened) = starting.join_next().await {
        opened.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_gets_a_clear_word_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("sambung.db"));
    Store::open(&location, now()).await.unwrap().close().await;
    let pages = std::fs::metadata(folder.path().join("sambung.db")).unwrap().len() / 4096;
    let options = Options {
        max_pages: Some(u32::try_from(pages).unwrap() + 4),
        ..Options::default()
    };
    let store = Store::open_with(&location, &options, now()).await.unwrap();

    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "office.name", &"Warga Net".into(), now())
        .await
        .unwrap();
    let logo = serde_json::Value::String("x".repeat(1_000_000));
    let refused = settings::put(&mut tx, "office.logo", &logo, now())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "database_full");
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "office.logo", &logo, now())
        .await
        .unwrap_err();
    tx.rollback().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    assert!(
        settings::all(&mut tx).await.unwrap().is_empty(),
        "nothing of the transaction is left"
    );
    settings::put(&mut tx, "office.name", &"Warga Net".into(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_copy_while_somebody_writes_is_whole_and_opens() {
    let database = engine::sqlite().await;
    let mut tx = database.store.begin().await.unwrap();
    settings::put(&mut tx, "office.name", &"committed".into(), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut writing = database.store.begin().await.unwrap();
    settings::put(&mut writing, "office.name", &"not committed".into(), now())
        .await
        .unwrap();

    let target = database.path().with_file_name("copy.db");
    backup::copy(&database.store, &target, now()).await.unwrap();
    let again = backup::copy(&database.store, &target, now()).await.unwrap_err();
    assert_eq!(
        again.code(),
        "database_unreachable",
        "a copy is never written over"
    );
    writing.commit().await.unwrap();

    let copy = Store::open(&Location::Sqlite(target), now()).await.unwrap();
    let mut tx = copy.read().await.unwrap();
    assert_eq!(
        settings::find(&mut tx, "office.name")
            .await
            .unwrap()
            .unwrap()
            .value,
        "committed"
    );
}
