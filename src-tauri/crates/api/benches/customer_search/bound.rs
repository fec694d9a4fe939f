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

/// That the customer has the words from `from` on.
fn has(from: usize, words: usize, whose: &str) -> String {
    let conditions = (from..words).map(|word| {
        let (first, beyond) = (2 * word + 1, 2 * word + 2);
        format!(
            "EXISTS (SELECT 1 FROM customer_words w
               WHERE w.customer_id = {whose} AND w.word >= ${first} AND w.word < ${beyond} LIMIT 1 OFFSET 0)"
        )
    });
    let conditions: Vec<String> = conditions.collect();
    if conditions.is_empty() {
        "TRUE".to_owned()
    } else {
        conditions.join(" AND ")
    }
}

fn count_text(words: usize) -> String {
    format!(
        "SELECT COUNT(*) FROM {FIRST} WHERE {}",
        has(1, words, "hit.customer_id")
    )
}

fn page_text(words: usize, total: i64) -> String {
    let from = if total > MANY {
        format!("customers c WHERE {}", has(0, words, "c.id"))
    } else {
        let others = has(1, words, "hit.customer_id");
        format!("{FIRST} CROSS JOIN customers c WHERE {others} AND c.id = hit.customer_id")
    };
    format!("SELECT c.* FROM {from} ORDER BY LOWER(c.name), c.id LIMIT {PAGE}")
}
