//! The rows that the product wrote, read back from its database: what the bounds insert, in the product's transactions.

use sqlx::{AssertSqlSafe, Column as _, Row as _, TypeInfo as _};
use store::{Location, Store, Tx};

use crate::BATCH;

/// A value, with its type also where there is none.
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    Truth(Option<bool>),
}

/// The rows of one table.
pub(crate) struct Table {
    /// `INSERT INTO … VALUES ($1, …)`.
    pub(crate) insert: &'static str,
    /// The rows, by transaction.
    pub(crate) batches: Vec<Vec<Vec<Value>>>,
}

/// Every table in which a month run makes rows, parents first: its name, the invoice that a row belongs to, and where that
/// stands. The last row of the log belongs to none and goes with the last invoice.
const TABLES: [(&str, &str, &str); 8] = [
    ("invoices", "t.id", ""),
    ("charges", "t.invoice_id", ""),
    ("journal_entries", "t.invoice_id", ""),
    (
        "postings",
        "e.invoice_id",
        "JOIN journal_entries e ON e.id = t.entry_id",
    ),
    (
        "debt_history",
        "e.invoice_id",
        "JOIN journal_entries e ON e.id = t.entry_id",
    ),
    ("events", "t.subject_id", ""),
    ("jobs", "e.subject_id", "JOIN events e ON e.id = t.event_id"),
    ("billing_logs", "(SELECT MAX(id) FROM invoices)", ""),
];

/// How many rows there are.
pub(crate) fn count(tables: &[Table]) -> usize {
    tables.iter().flat_map(|table| &table.batches).map(Vec::len).sum()
}

/// Reads one table. A macro, since sqlx's engines have no row in common.
macro_rules! read {
    ($tx:expr, $select:expr) => {{
        let rows = sqlx::query(AssertSqlSafe($select))
            .fetch_all(&mut **$tx)
            .await
            .unwrap();
        let columns: Vec<(String, String)> = rows.first().map_or_else(Vec::new, |row| {
            let columns = row.columns().iter().skip(1);
            columns
                .map(|column| (column.name().to_owned(), column.type_info().name().to_owned()))
                .collect()
        });
        let read = rows.iter().map(|row| {
            let values = columns
                .iter()
                .enumerate()
                .map(|(index, (_, kind))| match kind.as_str() {
                    "TEXT" => Value::Text(row.get(index + 1)),
                    "BOOL" | "BOOLEAN" => Value::Truth(row.get(index + 1)),
                    _ => Value::Integer(row.get(index + 1)),
                });
            (row.get::<i64, _>(0), values.collect())
        });
        let read: Vec<(i64, Vec<Value>)> = read.collect();
        (columns, read)
    }};
}

/// Reads what a month run wrote into a database that had nothing in these tables before.
pub(crate) async fn written(at: &Location) -> Vec<Table> {
    let store = Store::open(at, crate::many::filled_at()).await.unwrap();
    let mut tx = store.read().await.unwrap();
    nothing_else(&mut tx).await;
    let (mut tables, mut first) = (Vec::new(), None);
    for (name, invoice, joined) in TABLES {
        let order = if name == "postings" {
            "t.entry_id, t.position"
        } else {
            "t.id"
        };
        let select = format!("SELECT {invoice} AS of_invoice, t.* FROM {name} t {joined} ORDER BY {order}");
        let (columns, rows) = match &mut tx {
            Tx::Sqlite(tx) => read!(tx, select),
            Tx::Postgres(tx) => read!(tx, select),
        };
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
        let insert = format!(
            "INSERT INTO {name} ({}) VALUES ({})",
            names.join(", "),
            places.join(", ")
        );
        let mut table = Table {
            insert: insert.leak(),
            batches: Vec::new(),
        };
        for (invoice, row) in rows {
            let batch = usize::try_from(invoice - *first.get_or_insert(invoice)).unwrap() / BATCH;
            if table.batches.len() <= batch {
                table.batches.resize_with(batch + 1, Vec::new);
            }
            table.batches[batch].push(row);
        }
        tables.push(table);
    }
    drop(tx);
    store.close().await;
    tables
}

/// Requires that the run left no row in a table that is not in [`TABLES`]: the bound would do too little.
async fn nothing_else(tx: &mut Tx) {
    for name in [
        "allocations",
        "payments",
        "notifications",
        "plans",
        "overrides",
        "access",
    ] {
        let select = AssertSqlSafe(format!("SELECT COUNT(*) FROM {name}"));
        let (rows,): (i64,) = match tx {
            Tx::Sqlite(tx) => sqlx::query_as(select).fetch_one(&mut **tx).await.unwrap(),
            Tx::Postgres(tx) => sqlx::query_as(select).fetch_one(&mut **tx).await.unwrap(),
        };
        assert_eq!(rows, 0, "the month run wrote into {name}");
    }
}
