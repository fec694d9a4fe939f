//! Brings a database to the schema that this program knows: never down, never half, and on SQLite never without a copy
//! of the file. A database that knows more than this program is refused before anything is written.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use jiff::Timestamp;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::backup;
use crate::database::Location;
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql};

static SQLITE: Migrator = sqlx::migrate!("../../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../../migrations/postgres");

/// What a database says about the schema it carries: each applied version with its checksum.
type Applied = Vec<(i64, Vec<u8>)>;

/// What is to be done to a database.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// It has no schema yet.
    New,
    /// It carries this program's schema.
    Current,
    /// It carries the given version and lacks later ones.
    Behind(i64),
}

/// The newest schema version that this program knows.
#[must_use]
pub fn known_version() -> i64 {
    newest(&SQLITE)
}

fn newest(migrator: &Migrator) -> i64 {
    migrator
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

fn standing(migrator: &Migrator, applied: &Applied) -> Result<Standing> {
    let Some(found) = applied.iter().map(|(version, _)| *version).max() else {
        return Ok(Standing::New);
    };
    let known = newest(migrator);
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for (version, checksum) in applied {
        let ours = migrator.iter().find(|migration| migration.version == *version);
        if ours.is_none_or(|ours| ours.checksum.as_ref() != checksum.as_slice()) {
            return Err(Error::ForeignSchema(*version));
        }
    }
    Ok(if found < known {
        Standing::Behind(found)
    } else {
        Standing::Current
    })
}

pub(crate) async fn migrate_sqlite(
    path: &Path,
    options: &SqliteConnectOptions,
    now: Timestamp,
) -> Result<()> {
    bring_up(&SQLITE, path, options, now).await
}

async fn bring_up(
    migrator: &Migrator,
    path: &Path,
    options: &SqliteConnectOptions,
    now: Timestamp,
) -> Result<()> {
    // An empty file is what a first start leaves behind when it is killed at once: as good as none.
    let file = tokio::fs::metadata(path).await.ok().filter(|file| file.len() > 0);
    if let Some(file) = file {
        // SQLite would open it, and leave a write-ahead log beside it that may only be read, too: the office would stay
        // closed after the file's rights were mended.
        if file.permissions().readonly() {
            return Err(Error::ReadOnly);
        }
        match standing(migrator, &look(path).await?)? {
            Standing::Current => return Ok(()),
            Standing::New => {}
            Standing::Behind(version) => {
                let copy = copy_name(path, version, now);
                tracing::info!(copy = %copy.display(), "copying the database before its schema changes");
                backup::copy_file(path, &copy).await?;
            }
        }
    }
    // A migration that rebuilds a table needs foreign keys off, which only works outside a transaction; they are checked
    // before the commit instead. All pending migrations are one transaction under the write lock, since the tray and a
    // command may start together.
    let mut connection = options.clone().foreign_keys(false).connect().await?;
    let mut tx = connection.begin_with("BEGIN EXCLUSIVE").await?;
    // `run` takes a `&mut` that the compiler cannot prove to be `Send` for every lifetime; this is what it calls.
    migrator
        .run_direct(None, &mut *tx, false)
        .await
        .map_err(from_migrate)?;
    let orphans: Vec<(String, Option<i64>, String, i64)> = sqlx::query_as("PRAGMA foreign_key_check")
        .fetch_all(&mut *tx)
        .await?;
    if !orphans.is_empty() {
        return Err(Error::ForeignKey);
    }
    tx.commit().await?;
    connection.close().await?;
    Ok(())
}

/// The newest schema version that a file says it carries; `None` for one without any.
pub(crate) async fn schema_of(path: &Path) -> Result<Option<i64>> {
    Ok(look(path).await?.iter().map(|(version, _)| *version).max())
}

/// Whether an office may be carried to this place: where [`is_blank`], or a server's database with the tables of this very
/// schema, whose rows are for the caller to ask about. Nothing is changed by asking.
///
/// # Errors
/// As [`is_blank`].
pub async fn is_vacant(location: &Location) -> Result<bool> {
    if is_blank(location).await? {
        return Ok(true);
    }
    let Location::Postgres(url) = location else {
        return Ok(false);
    };
    let mut connection = PgConnectOptions::from_str(url)?.connect().await?;
    let applied = postgres_applied(&mut connection).await?;
    connection.close().await?;
    Ok(matches!(standing(&POSTGRES, &applied), Ok(Standing::Current)))
}

/// Whether nothing was ever put there: no file, or an empty one; on a server a database without tables. Nothing is changed by
/// asking.
///
/// # Errors
/// [`Error::Unreachable`], [`Error::Denied`], [`Error::NoDatabase`].
pub async fn is_blank(location: &Location) -> Result<bool> {
    let url = match location {
        Location::Sqlite(path) => {
            let file = tokio::fs::metadata(path).await.ok();
            return Ok(file.is_none_or(|file| file.is_file() && file.len() == 0));
        }
        Location::Postgres(url) => url,
    };
    let mut connection = PgConnectOptions::from_str(url)?.connect().await?;
    let (tables,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()")
            .fetch_one(&mut connection)
            .await?;
    connection.close().await?;
    Ok(tables == 0)
}

/// The newest schema version of the database that this transaction is on.
pub(crate) async fn version_of(tx: &mut Tx) -> Result<i64> {
    let newest = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";
    Ok(sql!(tx, fetch_one::<(i64,)>, newest)?.0)
}

/// Reads what a file says of its schema, read-only and without pragmas: a database that is refused must not have been
/// touched.
async fn look(path: &Path) -> Result<Applied> {
    let looking = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_WHILE_LOOKING);
    let mut connection = looking.connect().await?;
    let applied = sqlite_applied(&mut connection).await;
    connection.close().await?;
    applied
}

/// A copy that is just being opened may hold the file for a moment.
const BUSY_WHILE_LOOKING: std::time::Duration = std::time::Duration::from_secs(5);

/// `sambung.db` → `sambung.db.schema-1.20260301T000100000Z.backup`, in the same folder.
fn copy_name(path: &Path, version: i64, now: Timestamp) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(
        ".schema-{version}.{}.backup",
        now.strftime("%Y%m%dT%H%M%S%3NZ")
    ));
    PathBuf::from(name)
}

/// The schema version of an office on a server that is older than this program's, which opening it would bring up to date
/// under the desks that work there; `None` for any other. Nothing is changed by asking.
///
/// # Errors
/// As [`is_blank`].
pub async fn is_behind(location: &Location) -> Result<Option<i64>> {
    let Location::Postgres(url) = location else {
        return Ok(None);
    };
    let mut connection = PgConnectOptions::from_str(url)?.connect().await?;
    let applied = postgres_applied(&mut connection).await?;
    connection.close().await?;
    Ok(match standing(&POSTGRES, &applied) {
        Ok(Standing::Behind(version)) => Some(version),
        Ok(Standing::New | Standing::Current) | Err(_) => None,
    })
}

/// PostgreSQL takes its own backups; sqlx holds an advisory lock, so two desks that start together take turns.
pub(crate) async fn migrate_postgres(options: &PgConnectOptions) -> Result<()> {
    let mut connection = options.connect().await?;
    let standing = standing(&POSTGRES, &postgres_applied(&mut connection).await?)?;
    if standing != Standing::Current {
        if let Standing::Behind(version) = standing {
            tracing::warn!(
                version,
                "changing the schema of a PostgreSQL database; its backups are the server's"
            );
        }
        POSTGRES
            .run_direct(None, &mut connection, false)
            .await
            .map_err(from_migrate)?;
    }
    connection.close().await?;
    Ok(())
}

async fn sqlite_applied(connection: &mut SqliteConnection) -> Result<Applied> {
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    )
    .fetch_all(&mut *connection)
    .await?;
    if tables.iter().any(|(name,)| name == "_sqlx_migrations") {
        return Ok(sqlx::query_as(APPLIED).fetch_all(connection).await?);
    }
    // Tables but no history: somebody else's file.
    if tables.is_empty() {
        Ok(Vec::new())
    } else {
        Err(Error::ForeignSchema(0))
    }
}

async fn postgres_applied(connection: &mut PgConnection) -> Result<Applied> {
    let (exists,): (bool,) = sqlx::query_as("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    Ok(if exists {
        sqlx::query_as(APPLIED).fetch_all(connection).await?
    } else {
        Vec::new()
    })
}

const APPLIED: &str = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";

fn from_migrate(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Error::from(error),
        MigrateError::VersionMissing(version)
        | MigrateError::VersionMismatch(version)
        | MigrateError::Dirty(version) => Error::ForeignSchema(version),
        other => Error::Other(sqlx::Error::Migrate(Box::new(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// This program's migrations, and one more that a later program might bring.
    async fn later_program(folder: &Path, migration: &str) -> Migrator {
        for ours in SQLITE.iter() {
            let name = format!("{:04}_{}.sql", ours.version, ours.description.replace(' ', "_"));
            std::fs::write(folder.join(name), ours.sql.as_str()).unwrap();
        }
        std::fs::write(folder.join("9000_later.sql"), migration).unwrap();
        Migrator::new(folder).await.unwrap()
    }

    /// The program as it was with its first schema only.
    async fn first_program(folder: &Path) -> Migrator {
        let first = SQLITE.iter().next().unwrap();
        std::fs::write(folder.join("0001_office.sql"), first.sql.as_str()).unwrap();
        Migrator::new(folder).await.unwrap()
    }

    fn options(path: &Path) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
    }

    fn noon() -> Timestamp {
        "2026-02-01T05:00:00Z".parse().unwrap()
    }

    async fn office(path: &Path) {
        bring_up(&SQLITE, path, &options(path), noon()).await.unwrap();
        let mut connection = options(path).connect().await.unwrap();
        let add = "INSERT INTO settings (key, value, updated_at) VALUES ('office.name', '\"Warga Net\"', 0)";
        sqlx::query(add).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn names(path: &Path) -> Vec<(String,)> {
        let mut connection = options(path).connect().await.unwrap();
        sqlx::query_as("SELECT value FROM settings")
            .fetch_all(&mut connection)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_schema_change_copies_the_file_beside_itself_first() {
        let folder = tempfile::tempdir().unwrap();
        let (path, migrations) = (folder.path().join("sambung.db"), folder.path().join("migrations"));
        std::fs::create_dir(&migrations).unwrap();
        office(&path).await;

        let later = later_program(&migrations, "UPDATE settings SET value = '\"changed\"';").await;
        bring_up(&later, &path, &options(&path), noon()).await.unwrap();

        let copy = folder.path().join(format!(
            "sambung.db.schema-{}.20260201T050000000Z.backup",
            known_version()
        ));
        assert_eq!(names(&path).await, [("\"changed\"".to_owned(),)]);
        assert_eq!(
            names(&copy).await,
            [("\"Warga Net\"".to_owned(),)],
            "the copy is as it was before"
        );
        bring_up(&SQLITE, &copy, &options(&copy), noon()).await.unwrap();

        let refused = bring_up(&SQLITE, &path, &options(&path), noon())
            .await
            .unwrap_err();
        assert_eq!(
            refused.code(),
            "database_newer",
            "and the older program refuses what the later one made"
        );
    }

    #[tokio::test]
    async fn an_office_with_the_first_schema_is_copied_and_brought_along() {
        let folder = tempfile::tempdir().unwrap();
        let (path, migrations) = (folder.path().join("sambung.db"), folder.path().join("migrations"));
        std::fs::create_dir(&migrations).unwrap();
        let first = first_program(&migrations).await;
        bring_up(&first, &path, &options(&path), noon()).await.unwrap();
        let mut connection = options(&path).connect().await.unwrap();
        let add = "INSERT INTO settings (key, value, updated_at) VALUES ('office.name', '\"Warga Net\"', 0);
                   INSERT INTO plans (kind, as_of, state, closing, opening, amount, close_limit, created_by, created_at)
                   VALUES ('overdue', '2026-01-31', 'applied', 0, 0, 0, 20, 'jadwal', 0);";
        sqlx::raw_sql(add).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();

        bring_up(&SQLITE, &path, &options(&path), noon()).await.unwrap();
        assert!(
            folder
                .path()
                .join("sambung.db.schema-1.20260201T050000000Z.backup")
                .exists(),
            "the file was copied before its schema changed"
        );
        let mut connection = options(&path).connect().await.unwrap();
        let held: Vec<(Option<String>,)> = sqlx::query_as("SELECT held_until FROM plans")
            .fetch_all(&mut connection)
            .await
            .unwrap();
        assert_eq!(held, [(None,)], "a plan of before is held by nothing");
        assert_eq!(names(&path).await, [("\"Warga Net\"".to_owned(),)]);
    }

    #[tokio::test]
    async fn a_migration_that_fails_half_way_leaves_the_old_schema() {
        let folder = tempfile::tempdir().unwrap();
        let (path, migrations) = (folder.path().join("sambung.db"), folder.path().join("migrations"));
        std::fs::create_dir(&migrations).unwrap();
        office(&path).await;

        let broken = "UPDATE settings SET value = '\"changed\"'; CREATE TABLE settings (key TEXT);";
        let later = later_program(&migrations, broken).await;
        bring_up(&later, &path, &options(&path), noon())
            .await
            .unwrap_err();
        assert_eq!(names(&path).await, [("\"Warga Net\"".to_owned(),)]);
        bring_up(&SQLITE, &path, &options(&path), noon()).await.unwrap();

        let orphan = "INSERT INTO tokens (user_id, kind, name, digest, abilities, created_at)
                      VALUES (7, 'api', 'x', 'x', '[]', 0);";
        std::fs::remove_dir_all(&migrations).unwrap();
        std::fs::create_dir(&migrations).unwrap();
        let later = later_program(&migrations, orphan).await;
        let later_noon = noon() + jiff::SignedDuration::from_secs(1);
        let refused = bring_up(&later, &path, &options(&path), later_noon)
            .await
            .unwrap_err();
        assert_eq!(
            refused.code(),
            "reference_missing",
            "a migration may not leave rows that refer to nothing"
        );
        bring_up(&SQLITE, &path, &options(&path), noon()).await.unwrap();
    }
}
