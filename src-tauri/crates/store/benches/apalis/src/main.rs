//! How many jobs a worker of apalis takes and finishes in a second, for ../../job_throughput.rs to stand beside: its own schema
//! and queries, the database set as Sambung's is (WAL and a sync a commit on SQLite), pieces of 250 and one by one, no work
//! done for a job. The quickest of three rounds counts; filling the queue does not.
//!
//! ```text
//! tests/postgres/with-cluster src-tauri/crates/store/benches/apalis/run           # 20,000 jobs, then both beside each other
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use apalis::prelude::*;
use futures::stream;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

const ROUNDS: usize = 3;
const ONE_BY_ONE: usize = 2_000;
/// How often an empty queue is looked at; short, so that waiting is no part of the figure.
const POLL: Duration = Duration::from_millis(1);

#[tokio::main]
async fn main() {
    let count = std::env::args()
        .nth(1)
        .map_or(20_000, |count| count.parse().expect("a number of jobs"));
    println!(
        "{:<11} {:>7} {:>6} {:>12}",
        "engine", "jobs", "piece", "apalis /s"
    );
    for (piece, count) in [(250, count), (1, ONE_BY_ONE.min(count))] {
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            best = best.min(on_sqlite(count, piece).await);
        }
        told("SQLite", count, piece, best);
    }
    let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        println!("PostgreSQL: SKIPPED, tests/postgres/with-cluster sets SAMBUNG_TEST_POSTGRES");
        return;
    };
    for (piece, count) in [(250, count), (1, ONE_BY_ONE.min(count))] {
        let mut best = Duration::MAX;
        for round in 0..ROUNDS {
            best = best.min(on_postgres(&cluster, &format!("apalis_{piece}_{round}"), count, piece).await);
        }
        told("PostgreSQL", count, piece, best);
    }
}

fn told(engine: &str, count: usize, piece: usize, took: Duration) {
    let rate = count as f64 / took.as_secs_f64();
    println!("{engine:<11} {count:>7} {piece:>6} {rate:>12.0}");
}

/// What the workers have finished, and of how many.
#[derive(Clone)]
struct Tally {
    done: Arc<AtomicUsize>,
    count: usize,
}

impl Tally {
    fn of(count: usize) -> Tally {
        Tally {
            done: Arc::default(),
            count,
        }
    }
}

async fn finish(_job: usize, tally: Data<Tally>, worker: WorkerContext) -> Result<(), BoxDynError> {
    if tally.done.fetch_add(1, Ordering::SeqCst) + 1 == tally.count {
        worker.stop()?;
    }
    Ok(())
}

async fn on_sqlite(count: usize, piece: usize) -> Duration {
    use apalis_sqlite::{Config, SqliteStorage};

    // On the disk of the checkout: a temporary folder may be in memory.
    let program = std::env::current_exe().expect("a program");
    let folder = tempfile::tempdir_in(program.parent().expect("a folder")).expect("a folder");
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("apalis.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30));
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .expect("opens");
    SqliteStorage::setup(&pool).await.expect("its schema");
    let strategy = Strategy::new().interval(POLL);
    let config = Config::default().queue("bench").batch_size(piece);
    let mut backend = SqliteStorage::new(&pool)
        .with_config(config)
        .poll_with_strategy(strategy);
    backend
        .push_all(&mut stream::iter((0..count).map(|n| TaskBuilder::new(n).build())))
        .await
        .expect("the queue is filled");
    let worker = WorkerBuilder::new("bench")
        .backend(backend)
        .data(Tally::of(count))
        .build(finish);
    let began = Instant::now();
    worker.run().await.expect("every job is finished");
    let took = began.elapsed();
    let (done,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM Jobs WHERE status = 'Done'")
        .fetch_one(&pool)
        .await
        .expect("counted");
    assert_eq!(usize::try_from(done), Ok(count), "every job was finished");
    took
}

async fn on_postgres(cluster: &str, name: &str, count: usize, piece: usize) -> Duration {
    use apalis_postgres::{Config, PostgresStorage};
    use sqlx::{Connection as _, PgConnection};

    let (server, options) = cluster.split_once('?').unwrap_or((cluster, ""));
    let url = |database: &str| format!("{}/{database}?{options}", server.trim_end_matches('/'));
    let mut connection = PgConnection::connect(&url("postgres"))
        .await
        .expect("the cluster answers");
    let create = format!("CREATE DATABASE {name}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create))
        .execute(&mut connection)
        .await
        .expect("a database");
    let pool = sqlx::PgPool::connect(&url(name)).await.expect("opens");
    PostgresStorage::setup(&pool).await.expect("its schema");
    let strategy = Strategy::new().interval(POLL);
    let config = Config::default().queue("bench").batch_size(piece);
    let mut backend = PostgresStorage::new(&pool)
        .with_config(config)
        .poll_with_strategy(strategy);
    backend
        .push_all(&mut stream::iter((0..count).map(|n| TaskBuilder::new(n).build())))
        .await
        .expect("the queue is filled");
    let worker = WorkerBuilder::new("bench")
        .backend(backend)
        .data(Tally::of(count))
        .build(finish);
    let began = Instant::now();
    worker.run().await.expect("every job is finished");
    let took = began.elapsed();
    let (done,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM apalis.jobs WHERE status = 'Done'")
        .fetch_one(&pool)
        .await
        .expect("counted");
    assert_eq!(usize::try_from(done), Ok(count), "every job was finished");
    took
}
