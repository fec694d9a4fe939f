//! A fresh database on each engine, and the macro that runs a test on both.

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{Location, Store};
use tempfile::TempDir;

use crate::invented::now;

/// A database of one test.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) location: Location,
    /// Removed when the test ends.
    _folder: Option<TempDir>,
}

impl Database {
    /// The file, on SQLite.
    pub(crate) fn path(&self) -> PathBuf {
        match &self.location {
            Location::Sqlite(path) => path.clone(),
            Location::Postgres(_) => panic!("a PostgreSQL database is no file"),
        }
    }
}

/// A file in a folder of its own.
pub(crate) async fn sqlite() -> Database {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("sambung.db"));
    Database {
        store: Store::open(&location, now()).await.unwrap(),
        location,
        _folder: Some(folder),
    }
}

/// A database of its own on the cluster; `None` without one, which is said aloud.
pub(crate) async fn postgres(test: &str) -> Option<Database> {
    let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        assert_ne!(
            std::env::var("SAMBUNG_REQUIRE_POSTGRES").as_deref(),
            Ok("1"),
            "SAMBUNG_REQUIRE_POSTGRES is set, but no cluster is"
        );
        // Not `eprintln!`, which the test harness swallows when the test passes.
        let said = "tests/postgres/with-cluster sets SAMBUNG_TEST_POSTGRES";
        let line = format!("SKIPPED {test} on PostgreSQL: {said}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return None;
    };
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "t{:x}_{}",
        // A process number comes again within one run of all tests.
        RandomState::new().hash_one(0),
        DATABASES.fetch_add(1, Ordering::Relaxed)
    );
    let mut connection = PgConnection::connect(&url(&cluster, "postgres")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let location = Location::Postgres(url(&cluster, &name));
    Some(Database {
        store: Store::open(&location, now()).await.unwrap(),
        location,
        _folder: None,
    })
}

/// `postgres://user@host/?…` with the database's name in it.
pub(crate) fn url(cluster: &str, database: &str) -> String {
    let (server, options) = cluster.split_once('?').unwrap_or((cluster, ""));
    format!("{}/{database}?{options}", server.trim_end_matches('/'))
}

/// Runs each named test, a function from a [`Database`], on both engines.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::engine::sqlite().await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(database) = crate::engine::postgres(stringify!($test)).await {
                        super::$test(database).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_both;
