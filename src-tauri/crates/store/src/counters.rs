//! Numbers without gaps. The counter's row is updated in the transaction that uses the number: if that is taken back, so
//! is the number. Take it late, since on PostgreSQL everybody who wants the same counter waits until the commit.

use crate::error::Result;
use crate::transaction::{Tx, sql};

/// The next number of a counter, from 1.
///
/// # Errors
/// Whatever the database says.
pub async fn next(tx: &mut Tx, name: &str) -> Result<i64> {
    take(tx, name, 1).await
}

/// Takes `count` numbers and gives the first of them; the last is `first + count - 1`.
///
/// # Errors
/// Whatever the database says.
pub async fn take(tx: &mut Tx, name: &str, count: i64) -> Result<i64> {
    let (last,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO counters (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value",
        name,
        count
    )?;
    Ok(last - count + 1)
}

/// Sets a counter back to 0 and gives what it had come to; whoever counts on it waits until the commit.
///
/// # Errors
/// Whatever the database says.
pub async fn empty(tx: &mut Tx, name: &str) -> Result<i64> {
    let counted = take(tx, name, 0).await? - 1;
    take(tx, name, -counted).await?;
    Ok(counted)
}

/// The last number that was taken; 0 when none was.
///
/// # Errors
/// Whatever the database says.
pub async fn last(tx: &mut Tx, name: &str) -> Result<i64> {
    Ok(sql!(
        tx,
        fetch_optional::<(i64,)>,
        "SELECT value FROM counters WHERE name = $1",
        name
    )?
    .map_or(0, |row| row.0))
}

/// Moves a counter forward so that the next number is above `value`: for an office that brings numbers of its own.
///
/// # Errors
/// Whatever the database says.
pub async fn at_least(tx: &mut Tx, name: &str, value: i64) -> Result<()> {
    sql!(
        tx,
        execute,
        "INSERT INTO counters (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counters.value < excluded.value",
        name,
        value
    )?;
    Ok(())
}
