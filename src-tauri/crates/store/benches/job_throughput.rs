//! How many jobs a worker claims and finishes in a second, beside plain SQL that makes the same updates in the same
//! transactions on the same schema, in one run. No work is done for a job: this is the cost of keeping the promise.
//!
//! ```text
//! tests/postgres/with-cluster cargo bench -p store --bench job_throughput            # 20,000 jobs
//! tests/postgres/with-cluster cargo bench -p store --bench job_throughput -- 100000
//! ```
//!
//! - `product`: [`store::jobs::claim`] and [`store::jobs::finish_all`], each in a transaction, as a lane of the worker does.
//! - `plain SQL`: two statements and two commits a piece, prepared once, through a connection of its own: no lease clock,
//!   no owner asked for, no rows read back.
//!
//! In pieces of 250, as lines of a router and listeners are taken up, and one by one, as messages are. The quickest of three
//! rounds counts.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use store::jobs::{self, Claim, NewJob};
use store::{Location, Store};

const ROUNDS: usize = 3;
/// One by one is slow on a disk that syncs; a part of the jobs says as much.
const ONE_BY_ONE: usize = 2_000;

fn main() {
    let count = std::env::args()
        .skip(1)
        .find(|argument| argument != "--bench")
        .map_or(20_000, |count| {
            count.parse().expect("the argument is a number of jobs")
        });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    println!(
        "{:<11} {:>7} {:>6} {:>12} {:>14} {:>7}",
        "engine", "jobs", "piece", "product /s", "plain SQL /s", "ratio"
    );
    runtime.block_on(async {
        measure("SQLite", count, None).await;
        match std::env::var("SAMBUNG_TEST_POSTGRES") {
            Ok(cluster) => measure("PostgreSQL", count, Some(&cluster)).await,
            Err(_) => println!("PostgreSQL: SKIPPED, tests/postgres/with-cluster sets SAMBUNG_TEST_POSTGRES"),
        }
    });
}

async fn measure(engine: &str, count: usize, cluster: Option<&str>) {
    for (piece, count) in [(250, count), (1, ONE_BY_ONE.min(count))] {
        let (mut product, mut plain) = (Duration::MAX, Duration::MAX);
        for round in 0..ROUNDS {
            let place = Place::make(cluster, &format!("jobs_{piece}_{round}")).await;
            product = product.min(by_product(&place, count, piece).await);
            let place = Place::make(cluster, &format!("plain_{piece}_{round}")).await;
            plain = plain.min(by_plain_sql(&place, count, piece).await);
        }
        let rate = |took: Duration| count as f64 / took.as_secs_f64();
        println!(
            "{engine:<11} {count:>7} {piece:>6} {:>12.0} {:>14.0} {:>7.2}",
            rate(product),
            rate(plain),
            product.as_secs_f64() / plain.as_secs_f64()
        );
    }
}

/// A database of one contender.
struct Place {
    location: Location,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    async fn make(cluster: Option<&str>, name: &str) -> Place {
        let Some(cluster) = cluster else {
            // On the disk of the checkout: a temporary folder may be in memory.
            let program = std::env::current_exe().unwrap();
            let folder = tempfile::tempdir_in(program.parent().unwrap()).unwrap();
            return Place {
                location: Location::Sqlite(folder.path().join("sambung.sqlite")),
                _folder: Some(folder),
            };
        };
        let (server, options) = cluster.split_once('?').unwrap_or((cluster, ""));
        let url = |database: &str| format!("{}/{database}?{options}", server.trim_end_matches('/'));
        let mut connection = PgConnection::connect(&url("postgres")).await.unwrap();
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        Place {
            location: Location::Postgres(url(name)),
            _folder: None,
        }
    }

    /// Opens it and queues the jobs.
    async fn filled(&self, count: usize) -> Store {
        let store = Store::open(&self.location, now()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        for n in 0..count {
            let job = NewJob {
                kind: "listener",
                key: format!("listener:{n}"),
                payload: serde_json::json!({ "event_id": n }),
                router_id: None,
                event_id: None,
                run_at: now(),
            };
            jobs::enqueue(&mut tx, &job, now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        store
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

async fn by_product(place: &Place, count: usize, piece: usize) -> Duration {
    let store = place.filled(count).await;
    let claim = Claim {
        owner: "bench",
        now: now(),
        lease: Duration::from_secs(60),
        kinds: &["listener"],
        routers: Some(&[]),
        limit: i64::try_from(piece).unwrap(),
    };
    let began = Instant::now();
    let mut finished = 0;
    loop {
        let mut tx = store.begin().await.unwrap();
        let taken = jobs::claim(&mut tx, &claim).await.unwrap();
        tx.commit().await.unwrap();
        if taken.is_empty() {
            break;
        }
        let ids: Vec<i64> = taken.iter().map(|job| job.id).collect();
        let mut tx = store.begin().await.unwrap();
        finished += jobs::finish_all(&mut tx, &ids, "bench", now())
            .await
            .unwrap()
            .len();
        tx.commit().await.unwrap();
    }
    let took = began.elapsed();
    assert_eq!(finished, count, "every job was finished once");
    store.close().await;
    took
}

const TAKE: &str =
    "UPDATE jobs SET state = 'running', tries = tries + 1, lease_owner = 'plain', lease_until = 1
     WHERE id IN (SELECT id FROM jobs WHERE state = 'queued' ORDER BY run_at, id LIMIT $1)";
const END: &str = "UPDATE jobs SET state = 'done', finished_at = 1, lease_owner = NULL, lease_until = NULL
     WHERE state = 'running'";

async fn by_plain_sql(place: &Place, count: usize, piece: usize) -> Duration {
    place.filled(count).await.close().await;
    let limit = i64::try_from(piece).unwrap();
    match &place.location {
        Location::Sqlite(path) => {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let mut connection: SqliteConnection = options.connect().await.unwrap();
            let began = Instant::now();
            for _ in 0..count.div_ceil(piece) {
                let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
                sqlx::query(TAKE).bind(limit).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
                let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
                sqlx::query(END).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
            }
            began.elapsed()
        }
        Location::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            let began = Instant::now();
            for _ in 0..count.div_ceil(piece) {
                let mut tx = connection.begin().await.unwrap();
                sqlx::query(TAKE).bind(limit).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
                let mut tx = connection.begin().await.unwrap();
                sqlx::query(END).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
            }
            began.elapsed()
        }
    }
}
