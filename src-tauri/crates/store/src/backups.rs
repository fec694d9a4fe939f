//! The backups that were made, and how their rehearsals ended. The files themselves are [`crate::backup`]'s and the
//! application's.

use jiff::Timestamp;

use crate::column::{Column, word_enum};
use crate::error::{Error, Result};
use crate::page::{self, Cursor, Page};
use crate::transaction::{Tx, sql};

word_enum! {
    /// How far a backup has come.
    pub enum State {
        /// Its file is being written.
        Making => "making",
        /// It is being put back somewhere else, to see whether it can be.
        Rehearsing => "rehearsing",
        /// It could be put back when that was last tried.
        Passed => "passed",
        /// It could not be made, or could not be put back.
        Failed => "failed",
    }
}

/// A backup.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Backup {
    /// Key.
    pub id: i64,
    /// The desk on whose disk it is.
    pub desk: String,
    /// Its path there.
    pub file: String,
    /// Bytes; 0 until it is made.
    pub size: i64,
    /// The digest of the file, hexadecimal; `None` until it is made.
    pub sha256: Option<String>,
    /// How far it has come.
    #[sqlx(try_from = "crate::column::Word")]
    pub state: State,
    /// Why it failed, in both wordings with the code.
    pub error: Option<String>,
    /// The moment that it is of.
    #[sqlx(try_from = "crate::column::Millis")]
    pub taken_at: Timestamp,
    /// Who made it.
    pub taken_by: String,
    /// When it was last put back to see whether it can be.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub rehearsed_at: Option<Timestamp>,
    /// When its file was removed.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub removed_at: Option<Timestamp>,
}

/// Begins a backup and gives its id.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(tx: &mut Tx, desk: &str, file: &str, by: &str, now: Timestamp) -> Result<i64> {
    let (id,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO backups (desk, file, size, state, taken_at, taken_by) VALUES ($1, $2, 0, 'making', $3, $4)
         RETURNING id",
        desk,
        file,
        now.held(),
        by
    )?;
    Ok(id)
}

/// Notes that the file is there; it is rehearsed next.
///
/// # Errors
/// [`Error::Stale`] when there is no such backup.
pub async fn made(tx: &mut Tx, id: i64, size: i64, sha256: &str) -> Result<()> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE backups SET size = $2, sha256 = $3, state = 'rehearsing' WHERE id = $1",
        id,
        size,
        sha256
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Notes how the backup, or another look at it, ended.
///
/// # Errors
/// [`Error::Stale`] when there is no such backup.
pub async fn ended(tx: &mut Tx, id: i64, state: State, error: Option<&str>, now: Timestamp) -> Result<()> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE backups SET state = $2, error = $3, rehearsed_at = $4 WHERE id = $1",
        id,
        state.as_str(),
        error,
        now.held()
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Declares what a desk had under way to have failed: the program that did it is gone. Gives those backups.
///
/// # Errors
/// Whatever the database says.
pub async fn interrupted(tx: &mut Tx, desk: &str, error: &str) -> Result<Vec<Backup>> {
    sql!(
        tx,
        fetch_all::<Backup>,
        "UPDATE backups SET state = 'failed', error = $2 WHERE desk = $1 AND state IN ('making', 'rehearsing')
         RETURNING *",
        desk,
        error
    )
}

/// Notes that the file was removed.
///
/// # Errors
/// Whatever the database says.
pub async fn removed(tx: &mut Tx, id: i64, now: Timestamp) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE backups SET removed_at = $2 WHERE id = $1",
        id,
        now.held()
    )?;
    Ok(())
}

/// The backup with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Backup>> {
    sql!(
        tx,
        fetch_optional::<Backup>,
        "SELECT * FROM backups WHERE id = $1",
        id
    )
}

/// The backups whose file a desk should still have, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn at_desk(tx: &mut Tx, desk: &str) -> Result<Vec<Backup>> {
    sql!(
        tx,
        fetch_all::<Backup>,
        "SELECT * FROM backups WHERE desk = $1 AND sha256 IS NOT NULL AND removed_at IS NULL ORDER BY taken_at, id",
        desk
    )
}

/// The backup that was begun last, at whatever desk.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(tx: &mut Tx) -> Result<Option<Backup>> {
    sql!(
        tx,
        fetch_optional::<Backup>,
        "SELECT * FROM backups ORDER BY id DESC LIMIT 1"
    )
}

/// The moment of the newest backup that could be put back when that was tried and whose file is still kept.
///
/// # Errors
/// Whatever the database says.
pub async fn last_good(tx: &mut Tx) -> Result<Option<Backup>> {
    sql!(
        tx,
        fetch_optional::<Backup>,
        "SELECT * FROM backups WHERE state = 'passed' AND removed_at IS NULL ORDER BY taken_at DESC, id DESC LIMIT 1"
    )
}

/// Backups, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, cursor: Option<&Cursor>, limit: i64) -> Result<Page<Backup>> {
    let (total,) = sql!(tx, fetch_one::<(i64,)>, "SELECT COUNT(*) FROM backups")?;
    let items = sql!(
        tx,
        fetch_all::<Backup>,
        "SELECT * FROM backups WHERE ($1 IS NULL OR id < $1) ORDER BY id DESC LIMIT $2",
        cursor.map(|cursor| cursor.id),
        page::ask(limit)
    )?;
    Ok(Page::of(items, limit, total, |backup| Cursor::at(backup.id)))
}
