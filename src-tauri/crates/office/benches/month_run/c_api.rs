//! The bound by the plain SQLite C API: prepare, bind, step and reset in one thread, no runtime and no channel between.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::types::ToSql;
use sqlx::Row as _;
use store::{Location, Store, Tx};

use crate::rows::{Table, Value};

/// What the store sets on its connections; SQLite's own defaults are the rest.
const PRAGMAS: [(&str, &str); 7] = [
    ("foreign_keys", "1"),
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("temp_store", "2"),
    ("cache_size", "-16384"),
    ("journal_size_limit", "67108864"),
    ("busy_timeout", "5000"),
];
/// What is only compared.
const READ: [&str; 4] = ["page_size", "wal_autocheckpoint", "mmap_size", "locking_mode"];

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Value::Integer(value) => value.to_sql(),
            Value::Text(value) => value.to_sql(),
            Value::Truth(value) => value.to_sql(),
        }
    }
}

/// Inserts the rows and gives how long that took.
pub(crate) async fn run(at: &Path, tables: &[Table]) -> Duration {
    let of_the_store = pragmas_of_the_store(at).await;
    let connection = Connection::open(at).unwrap();
    for (name, value) in PRAGMAS {
        connection
            .execute_batch(&format!("PRAGMA {name} = {value}"))
            .unwrap();
    }
    assert_eq!(
        of_the_store,
        pragmas(&connection),
        "the pragmas differ from the store's"
    );
    let batches = tables.iter().map(|table| table.batches.len()).max().unwrap_or(0);
    let start = Instant::now();
    let mut statements: Vec<_> = tables
        .iter()
        .map(|table| (table, connection.prepare(table.insert).unwrap()))
        .collect();
    for batch in 0..batches {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for (table, statement) in &mut statements {
            for row in table.batches.get(batch).into_iter().flatten() {
                statement.execute(rusqlite::params_from_iter(row)).unwrap();
            }
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    start.elapsed()
}

fn names() -> impl Iterator<Item = &'static str> {
    PRAGMAS.iter().map(|(name, _)| *name).chain(READ)
}

fn pragmas(connection: &Connection) -> Vec<String> {
    names()
        .map(|name| connection.pragma_query_value(None, name, text_of).unwrap())
        .collect()
}

fn text_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<String> {
    Ok(match row.get_ref(0)? {
        rusqlite::types::ValueRef::Integer(value) => value.to_string(),
        other => other.as_str()?.to_owned(),
    })
}

async fn pragmas_of_the_store(at: &Path) -> Vec<String> {
    let store = Store::open(&Location::Sqlite(at.to_owned()), crate::many::filled_at())
        .await
        .unwrap();
    let mut values = Vec::new();
    let mut tx = store.begin().await.unwrap();
    let Tx::Sqlite(connection) = &mut tx else {
        panic!("a file is SQLite's")
    };
    for name in names() {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {name}")))
            .fetch_one(&mut **connection)
            .await;
        let row = row.unwrap();
        let number = row.try_get::<i64, _>(0).map(|value| value.to_string());
        values.push(number.unwrap_or_else(|_| row.get(0)));
    }
    tx.rollback().await.unwrap();
    store.close().await;
    values
}
