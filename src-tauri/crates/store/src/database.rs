//! Where an office's database is, how it is opened, and how transactions begin on it.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Postgres, Transaction};

use crate::error::Result;
use crate::migration;
use crate::private;
use crate::transaction::Tx;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file on this machine; it is made when it does not exist, its folder is not. On Unix nobody but its owner may
    /// read it.
    Sqlite(PathBuf),
    /// A `postgres://` URL. It may hold a password, so it is never printed.
    Postgres(String),
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Location::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Location::Postgres(_) => f.debug_tuple("Postgres").field(&"…").finish(),
        }
    }
}

impl Location {
    /// How a person recognises it: a path, or a server with its database. A password is not in it.
    ///
    /// # Errors
    /// [`crate::Error::Unreachable`] for a URL that is none.
    pub fn told(&self) -> Result<String> {
        Ok(match self {
            Location::Sqlite(path) => path.display().to_string(),
            Location::Postgres(url) => {
                let server = PgConnectOptions::from_str(url)?;
                let database = server.get_database().unwrap_or_else(|| server.get_username());
                match server.get_socket() {
                    Some(socket) => format!("postgresql {} {database}", socket.display()),
                    None => format!(
                        "postgresql {}:{} {database}",
                        server.get_host(),
                        server.get_port()
                    ),
                }
            }
        })
    }
}

/// What an office may want otherwise.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long a writer waits for another copy of the program before [`crate::Error::Busy`].
    pub busy_timeout: Duration,
    /// Connections that only read (SQLite), or connections altogether (PostgreSQL).
    pub connections: u32,
    /// The largest size of a SQLite file in pages of 4 KiB, for an office that wants a bound; `None` is the disk's.
    pub max_pages: Option<u32>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            busy_timeout: Duration::from_secs(5),
            connections: 8,
            max_pages: None,
        }
    }
}

/// How the server names this program's connections.
const APPLICATION: &str = "sambung";

/// An open database. A clone is another handle on the same one.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) engine: Engine,
}

#[derive(Clone, Debug)]
pub(crate) enum Engine {
    /// One connection writes: within one copy of the program writers queue in the pool, fairly and without polling.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        path: PathBuf,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens the database, makes it if there is none, and brings its schema up to date. Before a SQLite file's schema is
    /// changed the file is copied beside itself; `now` stands in the copy's name.
    ///
    /// # Errors
    /// [`crate::Error::Newer`] for a database of a later program and [`crate::Error::ForeignSchema`] for one of another program, both
    /// before anything is written; [`crate::Error::Unreachable`], [`crate::Error::Corrupt`], [`crate::Error::ReadOnly`], [`crate::Error::Full`],
    /// [`crate::Error::Busy`].
    pub async fn open(location: &Location, now: Timestamp) -> Result<Store> {
        Store::open_with(location, &Options::default(), now).await
    }

    /// [`Store::open`] with other options.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with(location: &Location, options: &Options, now: Timestamp) -> Result<Store> {
        match location {
            Location::Sqlite(path) => {
                private::keep(path);
                let connect = sqlite_options(path, options);
                migration::migrate_sqlite(path, &connect, now).await?;
                // A pool that lets connections idle out would throw their prepared statements away.
                let pool = SqlitePoolOptions::new()
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .test_before_acquire(false)
                    .acquire_timeout(options.busy_timeout.max(Duration::from_secs(1)) * 6);
                let writer = pool
                    .clone()
                    .max_connections(1)
                    .connect_with(connect.clone())
                    .await?;
                let readers = pool
                    .max_connections(options.connections.max(1))
                    .connect_lazy_with(connect.pragma("query_only", "ON"));
                Ok(Store {
                    engine: Engine::Sqlite {
                        writer,
                        readers,
                        path: path.clone(),
                    },
                })
            }
            Location::Postgres(url) => {
                let connect = PgConnectOptions::from_str(url)?
                    .application_name(APPLICATION)
                    .options([
                        ("lock_timeout", options.busy_timeout.as_millis().to_string()),
                        ("client_min_messages", "warning".to_owned()),
                    ]);
                migration::migrate_postgres(&connect).await?;
                let pool = PgPoolOptions::new()
                    .max_connections(options.connections.max(2))
                    .acquire_timeout(options.busy_timeout.max(Duration::from_secs(1)) * 6)
                    .connect_with(connect)
                    .await?;
                Ok(Store {
                    engine: Engine::Postgres(pool),
                })
            }
        }
    }

    /// Opens a SQLite file to be read only and as it is: its schema is not brought up to date, and nothing is left beside it.
    ///
    /// # Errors
    /// [`crate::Error::Unreachable`], [`crate::Error::Corrupt`]; of what the file holds nothing is said.
    pub async fn look(path: &Path) -> Result<Store> {
        let looking = SqliteConnectOptions::new().filename(path).read_only(true);
        let readers = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(looking)
            .await?;
        Ok(Store {
            engine: Engine::Sqlite {
                writer: readers.clone(),
                readers,
                path: path.to_owned(),
            },
        })
    }

    /// The folder of the database's file; `None` on a server.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.engine {
            Engine::Sqlite { path, .. } => path.parent(),
            Engine::Postgres(_) => None,
        }
    }

    /// Begins a transaction that writes.
    ///
    /// On SQLite it takes the write lock at once, so that it cannot fail half way because another writer came first. On
    /// PostgreSQL it is `READ COMMITTED`: what must not happen twice is a unique index, what must not interleave is a
    /// locked row ([`crate::customers::lock`], [`crate::counters::next`]), and sums are updated in place; a stricter
    /// level would only turn waiting into failures that every caller had to repeat.
    ///
    /// # Errors
    /// [`crate::Error::Busy`] when another copy of the program writes for longer than the busy time-out.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match &self.engine {
            Engine::Sqlite { writer, .. } => Tx::Sqlite(begin_immediate(writer).await?),
            Engine::Postgres(pool) => {
                Tx::Postgres(begin_on_server(pool, "BEGIN ISOLATION LEVEL READ COMMITTED").await?)
            }
        })
    }

    /// Begins a transaction that only reads: everything it sees is the state of one moment. It waits for no writer.
    ///
    /// # Errors
    /// [`crate::Error::Unreachable`], or [`crate::Error::Busy`] when every connection is taken.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match &self.engine {
            Engine::Sqlite { readers, .. } => Tx::Sqlite(readers.begin_with("BEGIN DEFERRED").await?),
            Engine::Postgres(pool) => {
                Tx::Postgres(begin_on_server(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// Whether other machines may be at the same database.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Closes every connection, which on SQLite also folds the write-ahead log into the file.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

/// How many connections of this program the server has on that database: desks that are open. To be asked before one's own
/// [`Store`] is opened. Always 0 for a file, which is occupied by a lock beside it.
///
/// # Errors
/// [`crate::Error::Unreachable`], [`crate::Error::Denied`], [`crate::Error::NoDatabase`].
pub async fn connected(location: &Location) -> Result<i64> {
    let Location::Postgres(url) = location else {
        return Ok(0);
    };
    let mut connection = PgConnectOptions::from_str(url)?
        .application_name("sambung asking")
        .connect()
        .await?;
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
    )
    .bind(APPLICATION)
    .fetch_one(&mut connection)
    .await?;
    sqlx::Connection::close(connection).await?;
    Ok(count)
}

/// Begins a transaction, also when nobody waits for it any more: a request whose caller hangs up is dropped wherever it is,
/// and sqlx counts a transaction only once the server has answered to the `BEGIN`, so that a connection that was dropped
/// between the two would go back to the pool inside it.
async fn begin_on_server(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    Ok(begun.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
}

/// SQLite takes a transaction back by itself when the disk is full, and sqlx, which then asks for the same in vain, goes
/// on believing in it. Such a connection begins nothing any more; it is thrown away for a new one.
async fn begin_immediate(writer: &SqlitePool) -> sqlx::Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
    const BEGIN: &str = "BEGIN IMMEDIATE";
    match writer.begin_with(BEGIN).await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            writer.acquire().await?.close().await?;
            writer.begin_with(BEGIN).await
        }
        begun => begun,
    }
}

fn sqlite_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A receipt in a customer's hand must survive a power cut. NORMAL keeps the file sound but may forget the last
        // commits; FULL costs one sync for each commit, which a month run in batches does not feel.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.busy_timeout)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-16384")
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(256)
        .optimize_on_close(true, 400);
    match options.max_pages {
        Some(pages) => connect.pragma("max_page_count", pages.to_string()),
        None => connect,
    }
}
