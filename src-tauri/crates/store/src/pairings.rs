//! One-time codes by which a further desk gets the office's secrets. The code itself is nowhere; a row has what it is
//! checked by and the bundle that only the code opens, for a short while and a few tries, all by the database's clock.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// A pairing whose code may still be used.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Pairing {
    /// Key.
    pub id: i64,
    /// What goes into the derivation beside the code, hexadecimal.
    pub salt: String,
    /// What tells the right code, hexadecimal.
    pub verifier: String,
    /// The secrets, sealed.
    pub sealed: String,
    /// How many wrong codes are still borne.
    pub tries_left: i64,
    /// Until when, by the database's clock.
    #[sqlx(try_from = "crate::column::Millis")]
    pub expires_at: Timestamp,
}

/// A pairing to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewPairing<'a> {
    /// What goes into the derivation beside the code, hexadecimal.
    pub salt: &'a str,
    /// What tells the right code, hexadecimal.
    pub verifier: &'a str,
    /// The secrets, sealed.
    pub sealed: &'a str,
    /// How many tries there are.
    pub tries: i64,
    /// Who made it.
    pub made_by: &'a str,
}

/// Keeps a pairing for as long as `valid`, instead of any that is open, and gives its end by the database's clock.
///
/// # Errors
/// Whatever the database says.
pub async fn open(tx: &mut Tx, pairing: &NewPairing<'_>, valid: Duration) -> Result<Timestamp> {
    close(tx).await?;
    let now = clock::now(tx).await?;
    let until = clock::until(tx, valid).await?;
    sql!(
        tx,
        execute,
        "INSERT INTO desk_pairings (salt, verifier, sealed, tries_left, made_by, made_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        pairing.salt,
        pairing.verifier,
        pairing.sealed,
        pairing.tries,
        pairing.made_by,
        now,
        until
    )?;
    Ok(Timestamp::from_millisecond(until).unwrap_or(Timestamp::MAX))
}

/// Throws away what open pairings had sealed; gives how many there were.
///
/// # Errors
/// Whatever the database says.
pub async fn close(tx: &mut Tx) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE desk_pairings SET sealed = NULL, tries_left = 0 WHERE sealed IS NOT NULL"
    )
}

/// Throws away what was sealed for codes whose time is over.
///
/// # Errors
/// Whatever the database says.
pub async fn expire(tx: &mut Tx) -> Result<u64> {
    let now = clock::now(tx).await?;
    sql!(
        tx,
        execute,
        "UPDATE desk_pairings SET sealed = NULL, tries_left = 0 WHERE sealed IS NOT NULL AND expires_at <= $1",
        now
    )
}

/// Spends a try on the open pairing and gives it; `None` when none is open. Commit before the code is looked at: a try is
/// spent whatever becomes of it.
///
/// # Errors
/// Whatever the database says.
pub async fn spend_try(tx: &mut Tx) -> Result<Option<Pairing>> {
    expire(tx).await?;
    sql!(
        tx,
        fetch_optional::<Pairing>,
        "UPDATE desk_pairings SET tries_left = tries_left - 1 WHERE sealed IS NOT NULL AND tries_left > 0 RETURNING *"
    )
}

/// Throws away what was sealed where every try was spent.
///
/// # Errors
/// Whatever the database says.
pub async fn give_up_spent(tx: &mut Tx) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE desk_pairings SET sealed = NULL WHERE sealed IS NOT NULL AND tries_left <= 0"
    )
}

/// Uses a pairing up for the desk of this name; `false` when somebody else was quicker, or its time is over.
///
/// # Errors
/// Whatever the database says.
pub async fn use_up(tx: &mut Tx, id: i64, desk: &str) -> Result<bool> {
    let now = clock::now(tx).await?;
    let changed = sql!(
        tx,
        execute,
        "UPDATE desk_pairings SET sealed = NULL, tries_left = 0, used_at = $2, used_by = $3
         WHERE id = $1 AND sealed IS NOT NULL AND expires_at > $2",
        id,
        now,
        desk
    )?;
    Ok(changed == 1)
}

/// Until when the code of the open pairing may be used, by the database's clock.
///
/// # Errors
/// Whatever the database says.
pub async fn open_until(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let now = clock::now(tx).await?;
    let found = sql!(
        tx,
        fetch_optional::<(i64,)>,
        "SELECT expires_at FROM desk_pairings WHERE sealed IS NOT NULL AND tries_left > 0 AND expires_at > $1",
        now
    )?;
    Ok(found.and_then(|(until,)| Timestamp::from_millisecond(until).ok()))
}
