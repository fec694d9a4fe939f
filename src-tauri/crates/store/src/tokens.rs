//! Bearer tokens, known by the digest of their secret. A token is never deleted: revoking is a date.

use jiff::Timestamp;

use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// A token.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Token {
    /// Key.
    pub id: i64,
    /// Whose rights it carries at most.
    pub user_id: i64,
    /// `session` or `api`; the application's words.
    pub kind: String,
    /// What the person called it.
    pub name: String,
    /// The abilities it is narrowed to, as the application wrote them.
    #[sqlx(try_from = "crate::column::Json")]
    pub abilities: serde_json::Value,
    /// When it was made.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it stops working by itself.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to within the application's patience.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub last_used_at: Option<Timestamp>,
    /// When it was taken back.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub revoked_at: Option<Timestamp>,
}

/// What a new token is.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// Whose.
    pub user_id: i64,
    /// `session` or `api`.
    pub kind: &'a str,
    /// What the person calls it.
    pub name: &'a str,
    /// The digest of the secret.
    pub digest: &'a str,
    /// What it may do.
    pub abilities: &'a serde_json::Value,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
}

/// Adds a token.
///
/// # Errors
/// [`crate::Promise::Token`]; [`crate::Error::ForeignKey`] without such a user.
pub async fn insert(tx: &mut Tx, token: &NewToken<'_>, now: Timestamp) -> Result<i64> {
    Ok(sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO tokens (user_id, kind, name, digest, abilities, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        token.user_id,
        token.kind,
        token.name,
        token.digest,
        token.abilities.held(),
        now.held(),
        token.expires_at.held()
    )?
    .0)
}

/// The token with this digest if it works at `now`.
///
/// # Errors
/// Whatever the database says.
pub async fn find_valid(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<Option<Token>> {
    sql!(
        tx,
        fetch_optional::<Token>,
        "SELECT * FROM tokens WHERE digest = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        digest,
        now.held()
    )
}

/// The token with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Token>> {
    sql!(
        tx,
        fetch_optional::<Token>,
        "SELECT * FROM tokens WHERE id = $1",
        id
    )
}

/// Tokens of a kind that work at `now`, newest first; of one user, or of all.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, kind: &str, user_id: Option<i64>, now: Timestamp) -> Result<Vec<Token>> {
    sql!(
        tx,
        fetch_all::<Token>,
        "SELECT * FROM tokens WHERE kind = $1 AND ($2 IS NULL OR user_id = $2) AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > $3) ORDER BY id DESC",
        kind,
        user_id,
        now.held()
    )
}

/// Notes a use and, for a session, moves its end.
///
/// # Errors
/// Whatever the database says.
pub async fn used(tx: &mut Tx, id: i64, now: Timestamp, expires_at: Option<Timestamp>) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE tokens SET last_used_at = $2, expires_at = COALESCE($3, expires_at) WHERE id = $1",
        id,
        now.held(),
        expires_at.held()
    )?;
    Ok(())
}

/// Takes a token back; `false` when it did not work any more.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        id,
        now.held()
    )?;
    Ok(changed == 1)
}

/// Takes every token of a user back: after a change of password or role.
///
/// # Errors
/// Whatever the database says.
pub async fn revoke_all(tx: &mut Tx, user_id: i64, now: Timestamp) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL",
        user_id,
        now.held()
    )
}
