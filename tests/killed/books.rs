//! The office's database read from outside, with SQL of the test's own: what the program says of itself is not asked.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, FromRow, PgConnection, SqliteConnection};

use crate::desk::Desk;

/// The database of an office.
pub(crate) enum Books {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Books {
    /// Opens the books of this office.
    pub(crate) async fn of(desk: &Desk) -> Books {
        match desk.database() {
            Some(url) => Books::Postgres(PgConnection::connect(url).await.expect("the cluster answers")),
            None => Books::in_file(&desk.data().join("sambung.sqlite")).await,
        }
    }

    async fn in_file(path: &Path) -> Books {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(Duration::from_secs(30));
        Books::Sqlite(options.connect().await.expect("the file opens"))
    }

    /// What a query gives.
    pub(crate) async fn rows<T>(&mut self, sql: &str) -> Vec<T>
    where
        T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        let text = AssertSqlSafe(sql.to_owned());
        let rows = match self {
            Books::Sqlite(connection) => {
                sqlx::query_as::<sqlx::Sqlite, T>(text)
                    .fetch_all(&mut *connection)
                    .await
            }
            Books::Postgres(connection) => {
                sqlx::query_as::<sqlx::Postgres, T>(text)
                    .fetch_all(&mut *connection)
                    .await
            }
        };
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The one number that a query gives.
    pub(crate) async fn number(&mut self, sql: &str) -> i64 {
        let rows: Vec<(i64,)> = self.rows(sql).await;
        rows.first().expect("a number").0
    }

    /// Carries out a statement and says how many rows it changed.
    pub(crate) async fn change(&mut self, sql: &str) -> u64 {
        let text = AssertSqlSafe(sql.to_owned());
        let changed = match self {
            Books::Sqlite(connection) => {
                let done = sqlx::query::<sqlx::Sqlite>(text).execute(&mut *connection).await;
                done.map(|done| done.rows_affected())
            }
            Books::Postgres(connection) => {
                let done = sqlx::query::<sqlx::Postgres>(text)
                    .execute(&mut *connection)
                    .await;
                done.map(|done| done.rows_affected())
            }
        };
        changed.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The database's own clock, by which leases end: SQL for epoch milliseconds.
    pub(crate) fn clock(&self) -> &'static str {
        match self {
            Books::Sqlite(_) => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Books::Postgres(_) => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// Lets go of them.
    pub(crate) async fn shut(self) {
        match self {
            Books::Sqlite(connection) => connection.close().await,
            Books::Postgres(connection) => connection.close().await,
        }
        .expect("the connection ends");
    }
}
