//! Who works in the office. Passwords are stored as the hash that the application made; this module never sees one.

use jiff::Timestamp;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql};

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct User {
    /// Key.
    pub id: i64,
    /// Unique whatever its case; also names the cash drawer.
    pub name: String,
    /// A word of the application's roles.
    pub role: String,
    /// PHC string.
    pub password_hash: String,
    /// Whether the account may log in.
    pub is_active: bool,
    /// Wrong passwords since the last right one.
    pub failed_logins: i64,
    /// No log-in before this.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub locked_until: Option<Timestamp>,
    /// When the account was made.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it was last edited.
    #[sqlx(try_from = "crate::column::Millis")]
    pub updated_at: Timestamp,
    /// Grows with each edit.
    pub version: i64,
}

/// Adds an account.
///
/// # Errors
/// [`crate::Promise::UserName`] when the name is taken.
pub async fn insert(
    tx: &mut Tx,
    name: &str,
    role: &str,
    password_hash: &str,
    now: Timestamp,
) -> Result<User> {
    sql!(
        tx,
        fetch_one::<User>,
        "INSERT INTO users (name, role, password_hash, is_active, created_at, updated_at)
         VALUES ($1, $2, $3, TRUE, $4, $4) RETURNING *",
        name,
        role,
        password_hash,
        now.held()
    )
}

/// The account with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<User>> {
    sql!(
        tx,
        fetch_optional::<User>,
        "SELECT * FROM users WHERE id = $1",
        id
    )
}

/// The account with this name, whatever its case.
///
/// # Errors
/// Whatever the database says.
pub async fn find_by_name(tx: &mut Tx, name: &str) -> Result<Option<User>> {
    sql!(
        tx,
        fetch_optional::<User>,
        "SELECT * FROM users WHERE LOWER(name) = $1",
        name.to_ascii_lowercase()
    )
}

/// Every account, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<User>> {
    sql!(
        tx,
        fetch_all::<User>,
        "SELECT * FROM users ORDER BY LOWER(name), id"
    )
}

/// How many accounts exist: none means that the first owner has yet to be made.
///
/// # Errors
/// Whatever the database says.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(sql!(tx, fetch_one::<(i64,)>, "SELECT COUNT(*) FROM users")?.0)
}

/// Writes role, password and whether the account is active, if nobody did since `user` was read.
///
/// # Errors
/// [`Error::Stale`].
pub async fn update(tx: &mut Tx, user: &User, now: Timestamp) -> Result<()> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE users SET role = $3, password_hash = $4, is_active = $5, updated_at = $6, version = version + 1
         WHERE id = $1 AND version = $2",
        user.id,
        user.version,
        user.role.as_str(),
        user.password_hash.as_str(),
        user.is_active,
        now.held()
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Counts a wrong password and gives the count; in place, so that guesses made at once are all counted.
///
/// # Errors
/// Whatever the database says; [`Error::Stale`] when the account is gone.
pub async fn login_failed(tx: &mut Tx, id: i64) -> Result<i64> {
    sql!(
        tx,
        fetch_optional::<(i64,)>,
        "UPDATE users SET failed_logins = failed_logins + 1 WHERE id = $1 RETURNING failed_logins",
        id
    )?
    .map(|(count,)| count)
    .ok_or(Error::Stale)
}

/// Allows no log-in before `until`.
///
/// # Errors
/// Whatever the database says.
pub async fn lock_until(tx: &mut Tx, id: i64, until: Timestamp) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE users SET locked_until = $2 WHERE id = $1",
        id,
        until.held()
    )?;
    Ok(())
}

/// Forgets wrong passwords after a right one.
///
/// # Errors
/// Whatever the database says.
pub async fn login_succeeded(tx: &mut Tx, id: i64) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE users SET failed_logins = 0, locked_until = NULL
         WHERE id = $1 AND (failed_logins > 0 OR locked_until IS NOT NULL)",
        id
    )?;
    Ok(())
}
