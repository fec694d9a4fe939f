//! A consistent copy of the database while it is in use, and a backup taken in. Keeping, encrypting and rehearsing copies is
//! the application's business; this makes one file, whole or not at all, that nobody but its owner can read. It is a SQLite
//! file whatever the office is on, so that it can be put back on either.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::database::{Engine, Location, Store};
use crate::error::{Error, Result};
use crate::holdings::{self, Holdings};
use crate::{migration, private, transfer};

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its schema version.
    pub schema: i64,
    /// What is in it. The journal's sums are the source's own, as of the moment that the copy is of.
    pub holdings: Holdings,
}

/// Copies the database as of this moment to `target`, which must not exist. The copy is compact, has no write-ahead log
/// beside it, and is on the disk when this returns. A PostgreSQL database is carried row by row into a new file; `now` dates
/// nothing that is in it.
///
/// # Errors
/// [`Error::Full`]; [`Error::Unreachable`] when the target cannot be written or exists; [`Error::Unequal`] when the copy's
/// journal is not the source's.
pub async fn copy(store: &Store, target: &Path, now: Timestamp) -> Result<Copied> {
    match &store.engine {
        Engine::Sqlite { path, .. } => {
            copy_file(path, target).await?;
            let copied = compared(store, target).await;
            if copied.is_err() {
                // The difference is what has to be told; a copy that is not one must not stay.
                let _ = tokio::fs::remove_file(target).await;
            }
            copied
        }
        Engine::Postgres(_) => carried_into_file(store, target, now).await,
    }
}

/// What a copy of this file holds, after its journal was compared with the source's of the same moment.
async fn compared(source: &Store, target: &Path) -> Result<Copied> {
    let copied = look_at(target).await?;
    let mut tx = source.read().await?;
    // One writer at a time gives out the ids, so everything up to the copy's last entry is what stood there then.
    let then = holdings::journal_until(&mut tx, copied.holdings.journal.last).await?;
    if then == copied.holdings.journal {
        Ok(copied)
    } else {
        Err(Error::Unequal("the journal's totals".to_owned()))
    }
}

/// What a file holds, read as it is.
///
/// # Errors
/// [`Error::ForeignSchema`] and [`Error::Corrupt`] for what is no office; [`Error::Newer`] for one of a later program.
pub async fn look_at(file: &Path) -> Result<Copied> {
    let schema = migration::schema_of(file).await?.ok_or(Error::ForeignSchema(0))?;
    let known = migration::known_version();
    if schema > known {
        return Err(Error::Newer { found: schema, known });
    }
    let store = Store::look(file).await?;
    let mut tx = store.read().await?;
    let holdings = holdings::of(&mut tx).await;
    drop(tx);
    store.close().await;
    Ok(Copied {
        schema,
        holdings: holdings?,
    })
}

async fn carried_into_file(store: &Store, target: &Path, now: Timestamp) -> Result<Copied> {
    if tokio::fs::try_exists(target).await.map_err(sqlx::Error::Io)? {
        return Err(Error::Unreachable(format!("{} exists already", target.display())));
    }
    let draft = with_suffix(target, ".draft");
    remove(&draft).await?;
    let written = draft_of(store, &draft, now).await;
    let copied = match written {
        Ok(copied) => copy_file(&draft, target).await.map(|()| copied),
        Err(error) => Err(error),
    };
    // What is left of a draft is removed before the next one; the first error is the one to tell.
    let removed = remove(&draft).await;
    let copied = copied?;
    removed?;
    Ok(copied)
}

async fn draft_of(store: &Store, draft: &Path, now: Timestamp) -> Result<Copied> {
    let made = Store::open(&Location::Sqlite(draft.to_owned()), now).await?;
    let carried = carry_into(store, &made).await;
    made.close().await;
    let carried = carried?;
    Ok(Copied {
        schema: carried.schema,
        holdings: carried.source,
    })
}

async fn carry_into(store: &Store, made: &Store) -> Result<transfer::Carried> {
    let mut from = store.read().await?;
    let mut to = made.begin().await?;
    let carried = transfer::carry(&mut from, &mut to).await?;
    to.commit().await?;
    Ok(carried)
}

/// Removes a database with what lies beside it.
async fn remove(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        match tokio::fs::remove_file(with_suffix(path, suffix)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(sqlx::Error::Io(error).into());
            }
            _ => {}
        }
    }
    Ok(())
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
