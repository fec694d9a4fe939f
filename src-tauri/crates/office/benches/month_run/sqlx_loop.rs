//! The bound by sqlx: the same rows, one prepared `INSERT` each, in the same transactions, on connections that the store
//! opened, so that schema, indexes and pragmas are the product's own.

use std::time::{Duration, Instant};

use store::{Location, Store, Tx};

use crate::rows::{Table, Value};

/// Inserts one row. A macro, since sqlx's engines have no type in common.
macro_rules! insert {
    ($tx:expr, $table:expr, $row:expr) => {{
        let mut query = sqlx::query($table.insert);
        for value in $row {
            query = match value {
                Value::Integer(value) => query.bind(*value),
                Value::Text(value) => query.bind(value.as_deref()),
                Value::Truth(value) => query.bind(*value),
            };
        }
        query.execute(&mut **$tx).await.unwrap();
    }};
}

/// Inserts the rows and gives how long that took.
pub(crate) async fn run(at: &Location, tables: &[Table]) -> Duration {
    let store = Store::open(at, crate::many::filled_at()).await.unwrap();
    let batches = tables.iter().map(|table| table.batches.len()).max().unwrap_or(0);
    let start = Instant::now();
    for batch in 0..batches {
        let mut tx = store.begin().await.unwrap();
        for table in tables {
            for row in table.batches.get(batch).into_iter().flatten() {
                match &mut tx {
                    Tx::Sqlite(tx) => insert!(tx, table, row),
                    Tx::Postgres(tx) => insert!(tx, table, row),
                }
            }
        }
        tx.commit().await.unwrap();
    }
    let elapsed = start.elapsed();
    store.close().await;
    elapsed
}
