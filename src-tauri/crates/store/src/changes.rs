//! Hearing that somebody committed: another desk on the same server, another copy of the program on the same file, or this
//! one. What is heard only wakes and says roughly what to read again; the tables are the truth, and whoever was away hears
//! [`Change::Anything`]. On PostgreSQL the triggers of migration 13 notify; on SQLite the file's own counter of changes is
//! looked at, which reads no table while nothing happens.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, pool::PoolConnection};

use crate::database::{Engine, Store};
use crate::error::Result;

/// The channel that the triggers notify on.
const CHANNEL: &str = "sambung";
/// How often the counter of a SQLite file is looked at.
const LOOK: Duration = Duration::from_millis(400);
/// The longest silence of a server before it is asked whether it is still there: a dead network says nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Things of these kinds: the subjects of the log (`customer`, `package`, `office`, …), `event`, `job`.
    Of(BTreeSet<String>),
    /// Nobody knows what: this listener was away.
    Anything,
}

/// Listens to a database until it is dropped.
#[derive(Debug)]
pub struct Changes(Listening);

#[derive(Debug)]
enum Listening {
    Postgres {
        pool: PgPool,
        listener: Option<PgListener>,
    },
    Sqlite {
        readers: SqlitePool,
        connection: Option<PoolConnection<Sqlite>>,
        seen: Seen,
    },
}

/// How far a SQLite file was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    counter: i64,
    log: i64,
    event: i64,
    /// The newest job, and how many stand in each state that is not an end.
    jobs: (i64, i64, i64, i64, i64),
}

impl Store {
    /// Begins to listen. Nothing is asked of the database yet, so that this cannot fail while it is away.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes(match &self.engine {
            Engine::Postgres(pool) => Listening::Postgres {
                // A connection of its own: the others are for work, and this one waits for ever.
                pool: PgPoolOptions::new()
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect_lazy_with((*pool.connect_options()).clone()),
                listener: None,
            },
            Engine::Sqlite { readers, .. } => Listening::Sqlite {
                readers: readers.clone(),
                connection: None,
                seen: Seen::default(),
            },
        })
    }
}

impl Changes {
    /// Waits for the next change, or for the beginning: the first answer is [`Change::Anything`], once this is listening.
    /// After an error the next call begins anew, and says so with [`Change::Anything`] too.
    ///
    /// # Errors
    /// When the database cannot be reached; ask again after a pause.
    pub async fn next(&mut self) -> Result<Change> {
        match &mut self.0 {
            Listening::Postgres { pool, listener } => {
                let Some(heard) = listener else {
                    return begin(pool, listener).await;
                };
                match hear(heard).await {
                    Ok(Some(words)) => Ok(Change::Of(words)),
                    // The connection was lost, and with it what was told meanwhile.
                    Ok(None) => {
                        *listener = None;
                        begin(pool, listener).await
                    }
                    Err(error) => {
                        *listener = None;
                        Err(error)
                    }
                }
            }
            Listening::Sqlite {
                readers,
                connection,
                seen,
            } => {
                let Some(held) = connection else {
                    let mut begun = readers.acquire().await?;
                    *seen = look(&mut begun).await?;
                    *connection = Some(begun);
                    return Ok(Change::Anything);
                };
                let found = changed(held, seen).await;
                if found.is_err() {
                    *connection = None;
                }
                Ok(Change::Of(found?))
            }
        }
    }
}

async fn begin(pool: &PgPool, listener: &mut Option<PgListener>) -> Result<Change> {
    let mut begun = PgListener::connect_with(pool).await?;
    // A connection that came back by itself would hide that it was away.
    begun.eager_reconnect(false);
    begun.listen(CHANNEL).await?;
    *listener = Some(begun);
    Ok(Change::Anything)
}

/// The next words on the channel; `None` when the connection was lost.
async fn hear(listener: &mut PgListener) -> Result<Option<BTreeSet<String>>> {
    let first = loop {
        match tokio::time::timeout(SILENCE, listener.try_recv()).await {
            Ok(heard) => break heard?,
            // A server that vanished without a word is only found out by asking it something.
            Err(_) => {
                sqlx::query("SELECT 1").execute(&mut *listener).await?;
            }
        }
    };
    let Some(first) = first else {
        return Ok(None);
    };
    let mut words = BTreeSet::from([first.payload().to_owned()]);
    while let Some(more) = listener.next_buffered() {
        words.insert(more.payload().to_owned());
    }
    Ok(Some(words))
}

/// Waits until somebody commits something that is told of: renewed leases alone are nobody's news.
async fn changed(connection: &mut PoolConnection<Sqlite>, seen: &mut Seen) -> Result<BTreeSet<String>> {
    loop {
        if counter_of(connection).await? == seen.counter {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        let now = look(connection).await?;
        let words: Vec<(String,)> =
            sqlx::query_as("SELECT DISTINCT subject_kind FROM billing_logs WHERE id > $1 AND id <= $2")
                .bind(seen.log)
                .bind(now.log)
                .fetch_all(&mut **connection)
                .await?;
        let mut words: BTreeSet<String> = words.into_iter().map(|(word,)| word).collect();
        for (word, is_new) in [("event", now.event != seen.event), ("job", now.jobs != seen.jobs)] {
            if is_new {
                words.insert(word.to_owned());
            }
        }
        *seen = now;
        if !words.is_empty() {
            return Ok(words);
        }
    }
}

/// The counter is read before the tables: what is committed in between is looked at once more, not missed.
async fn look(connection: &mut PoolConnection<Sqlite>) -> Result<Seen> {
    let counter = counter_of(connection).await?;
    let (log, event): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT COALESCE(MAX(id), 0) FROM billing_logs), (SELECT COALESCE(MAX(id), 0) FROM events)",
    )
    .fetch_one(&mut **connection)
    .await?;
    let jobs = sqlx::query_as(
        "SELECT (SELECT COALESCE(MAX(id), 0) FROM jobs), (SELECT COUNT(*) FROM jobs WHERE state = 'queued'),
           (SELECT COUNT(*) FROM jobs WHERE state = 'running'), (SELECT COUNT(*) FROM jobs WHERE state = 'parked'),
           (SELECT COUNT(*) FROM jobs WHERE state = 'dead')",
    )
    .fetch_one(&mut **connection)
    .await?;
    Ok(Seen {
        counter,
        log,
        event,
        jobs,
    })
}

/// Moves whenever another connection has committed, in this process or another (sqlite.org/pragma.html#pragma_data_version).
async fn counter_of(connection: &mut PoolConnection<Sqlite>) -> Result<i64> {
    let (counter,): (i64,) = sqlx::query_as("PRAGMA data_version")
        .fetch_one(&mut **connection)
        .await?;
    Ok(counter)
}
