//! The engines that every test of this suite runs on, each test on a database of its own.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Connection as _;
use store::Location;

/// The database engine that a test runs on.
pub(crate) enum Engine {
    Sqlite,
    /// The URL of a throwaway cluster.
    Postgres(String),
}

impl Engine {
    /// The cluster that the surroundings name; without one the test is skipped, which is said aloud.
    pub(crate) fn postgres(test: &str) -> Option<Engine> {
        let cluster = std::env::var("SAMBUNG_TEST_POSTGRES").ok();
        if cluster.is_none() {
            eprintln!("SKIPPED {test} on PostgreSQL: SAMBUNG_TEST_POSTGRES is not set");
        }
        cluster.map(Engine::Postgres)
    }

    /// A new, empty database, and the folder that it goes away with.
    pub(crate) async fn database(&self) -> (Location, Option<tempfile::TempDir>) {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let Engine::Postgres(cluster) = self else {
            let folder = tempfile::tempdir().expect("a folder");
            let location = Location::Sqlite(folder.path().join("kantor.db"));
            return (location, Some(folder));
        };
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        // A process number comes again within one run of all tests.
        let name = format!("access{:x}_{number}", RandomState::new().hash_one(0));
        let (server, options) = cluster.split_once('?').unwrap_or((cluster, ""));
        let url = |database: &str| format!("{}/{database}?{options}", server.trim_end_matches('/'));
        let mut connection = sqlx::PgConnection::connect(&url("postgres"))
            .await
            .expect("the cluster answers");
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .expect("a database");
        connection.close().await.expect("closes");
        (Location::Postgres(url(&name)), None)
    }
}

/// Runs each named test, a function from an [`Engine`], on both engines.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::engine::Engine::Sqlite).await;
                }
            )+
        }
        crate::engine::on_postgres!($($test),+);
    };
}
pub(crate) use on_both;

/// Runs each named test on PostgreSQL: what a file has no use for.
macro_rules! on_postgres {
    ($($test:ident),+ $(,)?) => {
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(engine) = crate::engine::Engine::postgres(stringify!($test)) {
                        super::$test(engine).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_postgres;
