//! The bound: the two statements that a page of customers needs, by themselves. They are the store's plan written down a
//! second time: count the hits of the first word that have the others too; fetch a page from these, or, when they are
//! very many, from the names in order.

use sqlx::AssertSqlSafe;
use store::{Store, Tx};

/// The first page has so many rows.
const PAGE: usize = 50;
/// Above this many hits the names are walked in order.
const MANY: i64 = 4_000;

/// Runs one statement with the bounds of the words. A macro, since sqlx's engines have no type in common.
macro_rules! fetch_all {
    ($tx:expr, $text:expr, $words:expr) => {{
        let bounds: Vec<String> = $words
            .iter()
            .flat_map(|word| [word.clone(), format!("{word}{}", char::MAX)])
            .collect();
        match $tx {
            Tx::Sqlite(tx) => {
                let mut query = sqlx::query(AssertSqlSafe($text));
                for bound in &bounds {
                    query = query.bind(bound.as_str());
                }
                query
                    .fetch_all(&mut **tx)
                    .await
                    .unwrap()
                    .iter()
                    .map(first)
                    .collect::<Vec<i64>>()
            }
            Tx::Postgres(tx) => {
                let mut query = sqlx::query(AssertSqlSafe($text));
                for bound in &bounds {
                    query = query.bind(bound.as_str());
                }
                query
                    .fetch_all(&mut **tx)
                    .await
                    .unwrap()
                    .iter()
                    .map(first)
                    .collect::<Vec<i64>>()
            }
        }
    }};
}

/// The hits and the rows of the first page.
pub(crate) async fn page(store: &Store, words: &[String]) -> (i64, usize) {
    let mut tx = store.read().await.unwrap();
    let total = fetch_all!(&mut tx, count_text(words.len()), words)[0];
    let rows = fetch_all!(&mut tx, page_text(words.len(), total), words).len();
    (total, rows)
}

fn first<'r, R>(row: &'r R) -> i64
where
    R: sqlx::Row,
    i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    usize: sqlx::ColumnIndex<R>,
{
    row.get(0)
}

const FIRST: &str = "(SELECT DISTINCT customer_id FROM customer_words WHERE word >= $1 AND word < $2) hit";

fn has(from: usize, words: usize) -> Vec<String> {
    (from..words)
        .map(|word| {
            format!(
                "EXISTS (SELECT 1 FROM customer_words w WHERE w.customer_id = c.id AND w.word >= ${} AND w.word < ${})",
                2 * word + 1,
                2 * word + 2
            )
        })
        .collect()
}

fn joined(words: usize) -> String {
    let mut conditions = vec!["c.id = hit.customer_id".to_owned()];
    conditions.extend(has(1, words));
    format!(
        "{FIRST} CROSS JOIN customers c WHERE {}",
        conditions.join(" AND ")
    )
}

fn count_text(words: usize) -> String {
    if words == 1 {
        format!("SELECT COUNT(*) FROM {FIRST}")
    } else {
        format!("SELECT COUNT(*) FROM {}", joined(words))
    }
}

fn page_text(words: usize, total: i64) -> String {
    let from = if total > MANY {
        format!("customers c WHERE {}", has(0, words).join(" AND "))
    } else {
        joined(words)
    };
    format!(
        "SELECT c.* FROM {from} ORDER BY LOWER(c.name), c.id LIMIT {}",
        PAGE
    )
}
