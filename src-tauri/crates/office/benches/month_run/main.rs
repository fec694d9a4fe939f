//! What a month run costs: the product's own `billing:generate-invoices` on a database that is a file, beside two bounds
//! that only put the same rows into the same schema, all in one run.
//!
//! ```text
//! cargo bench -p office --bench month_run                             # 10,000 customers on SQLite
//! tests/postgres/with-cluster cargo bench -p office --bench month_run # and on PostgreSQL
//! cargo bench -p office --bench month_run -- 50000                    # another number
//! cargo bench -p office --bench month_run -- --growth                 # 1,000, 10,000 and 100,000
//! ```
//!
//! - `product`: [`office::invoicing::GenerateInvoices`] through [`office::Office::perform`]: reading customers, rules,
//!   numbers, invoices, charges, journal, debt history, projections, events, the jobs that will tell the customers, log.
//! - `sqlx loop`: the rows that the product wrote, read back from its database into memory beforehand and then inserted
//!   one by one with prepared statements through sqlx, as many customers in a transaction, table after table, into a copy
//!   of the database that the product began with. It decides, reads and updates nothing, so it does less.
//! - `C API`: the same rows in the same order and transactions by sqlite3_step on prepared statements (through
//!   rusqlite, which links the very SQLite of sqlx), in one thread.
//!
//! Every contender runs in a process of its own, so that memory is its own (VmHWM); the processes take turns, and the
//! quickest of the rounds counts. The databases are copies of one that was filled once.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod c_api;
mod contender;
#[allow(dead_code, reason = "another bench uses the rest")]
#[path = "../many/mod.rs"]
mod many;
mod product;
mod rows;
mod sqlx_loop;
mod table;

use std::path::PathBuf;

use contender::{Contender, Measured};
use store::Location;

/// Customers in a transaction, as in `office::invoicing::generate`.
const BATCH: usize = 400;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let [flag, contender, at, written] = arguments.as_slice()
        && flag == "--contender"
    {
        runtime.block_on(contender::run(contender.parse().unwrap(), at, written));
        return;
    }
    let counts = match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => vec![10_000],
        ["--growth"] => vec![1_000, 10_000, 100_000],
        [count] => vec![
            count
                .parse()
                .expect("the argument is a number of customers, or --growth"),
        ],
        _ => panic!("at most one argument: a number of customers, or --growth"),
    };
    let mut lines = Vec::new();
    for count in &counts {
        lines.extend(runtime.block_on(on_sqlite(*count)));
    }
    if let Some(cluster) = many::cluster() {
        for count in &counts {
            lines.extend(runtime.block_on(on_postgres(&cluster, *count)));
        }
    }
    table::print(&lines);
}

/// A large office is measured once, small ones several times: what else runs on the machine disturbs them more.
fn rounds(count: i64) -> usize {
    if count > 20_000 { 2 } else { 5 }
}

async fn on_sqlite(count: i64) -> Vec<table::Line> {
    let folder = tempfile::tempdir_in(folder_of_the_target()).unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    many::fill(&Location::Sqlite(path("template.sqlite")), count).await;
    let mut lines = Vec::new();
    for round in 0..rounds(count) {
        let written = path(&format!("product{round}.sqlite"));
        for contender in [Contender::Product, Contender::SqlxLoop, Contender::CApi] {
            let at = match contender {
                Contender::Product => written.clone(),
                _ => path("bound.sqlite"),
            };
            forget(&at);
            std::fs::copy(path("template.sqlite"), &at).unwrap();
            let measured = contender::spawn(contender, at.to_str().unwrap(), written.to_str().unwrap());
            note(&mut lines, "SQLite", contender, count, measured);
        }
        forget(&written);
    }
    lines
}

async fn on_postgres(cluster: &many::Cluster, count: i64) -> Vec<table::Line> {
    let template = cluster.make("month_template", None).await;
    many::fill(&Location::Postgres(template), count).await;
    let mut lines = Vec::new();
    for _ in 0..rounds(count) {
        let written = cluster.make("month_product", Some("month_template")).await;
        let measured = contender::spawn(Contender::Product, &written, &written);
        note(&mut lines, "PostgreSQL", Contender::Product, count, measured);
        let at = cluster.make("month_bound", Some("month_template")).await;
        let measured = contender::spawn(Contender::SqlxLoop, &at, &written);
        note(&mut lines, "PostgreSQL", Contender::SqlxLoop, count, measured);
    }
    lines
}

/// Keeps the quickest round of each contender.
fn note(
    lines: &mut Vec<table::Line>,
    engine: &'static str,
    contender: Contender,
    customers: i64,
    measured: Measured,
) {
    match lines.iter_mut().find(|line| line.contender == contender) {
        Some(line) => line.rounds.push(measured),
        None => lines.push(table::Line {
            engine,
            contender,
            customers,
            rounds: vec![measured],
        }),
    }
}

/// On the disk of the checkout: a temporary folder may be in memory.
fn folder_of_the_target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.parent().unwrap().to_owned()
}

fn forget(path: &std::path::Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                panic!("{}: {error}", name.display())
            }
            _ => {}
        }
    }
}
