//! How long a keystroke in the customer search takes, over 100,000 customers: the office's own
//! [`office::customers::ListCustomers`], and the whole answer of the API (router, token, query, JSON) in process, beside
//! the bare statements for the same page, prepared and through sqlx, in one run and by turns.
//!
//! ```text
//! cargo bench -p api --bench customer_search                             # 100,000 customers on SQLite
//! tests/postgres/with-cluster cargo bench -p api --bench customer_search # and on PostgreSQL
//! cargo bench -p api --bench customer_search -- 20000                    # another number
//! ```
//!
//! The bound counts the hits and fetches the first 50 customers by name, in one read transaction, and decodes none of
//! them. The office adds to that the names behind references, how each line is and what is overdue.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod bound;
#[allow(dead_code, reason = "another bench uses the rest")]
#[path = "../../../office/benches/many/mod.rs"]
mod many;
mod searches;
mod subject;
mod table;

use std::time::{Duration, Instant};

use searches::{Kind, Search};
use store::Location;
use subject::Subject;

/// The searches of one engine; every kind has its share.
const SEARCHES: i64 = 400;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let customers = match arguments.as_slice() {
        [] => 100_000,
        [count] => count.parse().expect("the argument is a number of customers"),
        _ => panic!("at most one argument: a number of customers"),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = Location::Sqlite(folder.path().join("search.sqlite"));
    runtime.block_on(measure("SQLite", &file, customers));
    if let Some(cluster) = many::cluster() {
        let database = runtime.block_on(cluster.make("customer_search", None));
        runtime.block_on(measure("PostgreSQL", &Location::Postgres(database), customers));
    }
}

/// What one search took.
pub(crate) struct Taken {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) total: i64,
    pub(crate) bound: Duration,
    pub(crate) office: Duration,
    pub(crate) api: Duration,
}

async fn measure(engine: &str, at: &Location, customers: i64) {
    many::fill(at, customers).await;
    let subject = Subject::open(at).await;
    let searches = searches::mix(SEARCHES, customers);
    // The first searches prepare statements and fill caches, as those of a morning do once.
    for search in searches.iter().step_by(10) {
        once(&subject, search).await;
    }
    let mut taken = Vec::with_capacity(searches.len());
    for search in &searches {
        taken.push(once(&subject, search).await);
    }
    table::print(engine, customers, &taken);
}

async fn once(subject: &Subject, search: &Search) -> Taken {
    let start = Instant::now();
    let (total, rows) = bound::page(subject.store(), &search.words).await;
    let bound = start.elapsed();

    let start = Instant::now();
    let page = subject.office_page(&search.text).await;
    let office = start.elapsed();
    assert_eq!(
        (page.total, page.items.len()),
        (total, rows),
        "{:?} finds the same",
        search.text
    );

    let start = Instant::now();
    let answer = subject.api_answer(&search.text).await;
    let api = start.elapsed();
    assert!(
        answer.starts_with(b"{\"items\":["),
        "{:?} is answered with a page",
        search.text
    );
    Taken {
        kind: search.kind,
        text: search.text.clone(),
        total,
        bound,
        office,
        api,
    }
}
