//! A consistent copy of the database while it is in use, and a backup taken in. Keeping, encrypting and rehearsing copies is
//! the application's business; this makes one file, whole or not at all, that nobody but its owner can read.

use std::path::{Path, PathBuf};

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::database::{Engine, Store};
use crate::error::{Error, Result};
use crate::{migration, private};

/// Copies the database as of this moment to `target`, which must not exist. The copy is compact, has no write-ahead log
/// beside it, and is on the disk when this returns.
///
/// # Errors
/// [`Error::Unsupported`] on PostgreSQL, whose own tools do this; [`Error::Full`]; [`Error::Unreachable`] when the target
/// cannot be written or exists.
pub async fn copy(store: &Store, target: &Path) -> Result<()> {
    match &store.engine {
        Engine::Sqlite { path, .. } => copy_file(path, target).await,
        Engine::Postgres(_) => Err(Error::Unsupported(
            "a database on a PostgreSQL server is backed up with the server's own tools (pg_dump)",
        )),
    }
}

/// Copies a backup to `target`, which must not exist, and requires that it is a Sambung database of whatever schema. A target
/// that was refused is the caller's to remove.
///
/// # Errors
/// [`Error::Corrupt`] and [`Error::ForeignSchema`] for what is none; [`Error::Full`]; [`Error::Unreachable`] when a file cannot
/// be read or written.
pub async fn take_in(file: &Path, target: &Path) -> Result<()> {
    private::make(target).map_err(sqlx::Error::Io)?;
    write_from(file, target).await.map_err(sqlx::Error::Io)?;
    match migration::schema_of(target).await? {
        Some(_) => Ok(()),
        None => Err(Error::ForeignSchema(0)),
    }
}

async fn write_from(file: &Path, target: &Path) -> std::io::Result<()> {
    let mut from = tokio::fs::File::open(file).await?;
    let mut to = tokio::fs::OpenOptions::new().write(true).open(target).await?;
    tokio::io::copy(&mut from, &mut to).await?;
    to.sync_all().await
}

/// `VACUUM INTO` reads one snapshot and disturbs no writer. It does not sync what it wrote, so that is done here, and only
/// then does the copy get its name.
pub(crate) async fn copy_file(source: &Path, target: &Path) -> Result<()> {
    if tokio::fs::try_exists(target).await.map_err(sqlx::Error::Io)? {
        return Err(Error::Unreachable(format!("{} exists already", target.display())));
    }
    let partial = with_suffix(target, ".partial");
    match tokio::fs::remove_file(&partial).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(sqlx::Error::Io(error).into());
        }
        _ => {}
    }
    let written = write(source, &partial, target).await;
    if written.is_err() {
        // The first error is the one to tell; a partial file that cannot be removed is overwritten next time.
        let _ = tokio::fs::remove_file(&partial).await;
    }
    written
}

async fn write(source: &Path, partial: &Path, target: &Path) -> Result<()> {
    let name = partial
        .to_str()
        .ok_or_else(|| Error::Unreachable(format!("{} is not UTF-8", partial.display())))?;
    // SQLite fills an empty file as it is, and would make one that everybody can read.
    private::make(partial).map_err(sqlx::Error::Io)?;
    let mut connection = SqliteConnectOptions::new().filename(source).connect().await?;
    sqlx::query("VACUUM INTO $1")
        .bind(name)
        .execute(&mut connection)
        .await?;
    sqlx::Connection::close(connection).await?;
    let file = tokio::fs::OpenOptions::new()
        .write(true)
        .open(partial)
        .await
        .map_err(sqlx::Error::Io)?;
    file.sync_all().await.map_err(sqlx::Error::Io)?;
    drop(file);
    tokio::fs::rename(partial, target)
        .await
        .map_err(sqlx::Error::Io)?;
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
