//! Who may do what only one may do at a time: the schedule, the sealing of the log. A lease ends by itself, so a holder
//! that crashed holds nothing for ever.

use std::time::Duration;

use crate::clock;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// Takes a lease or renews one's own; `false` while somebody else holds it.
///
/// # Errors
/// Whatever the database says.
pub async fn acquire(tx: &mut Tx, name: &str, owner: &str, lease: Duration) -> Result<bool> {
    let now = clock::now(tx).await?;
    let until = clock::until(tx, lease).await?;
    let changed = sql!(
        tx,
        execute,
        "INSERT INTO leases (name, owner, until) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
         WHERE leases.owner = excluded.owner OR leases.until <= $4",
        name,
        owner,
        until,
        now
    )?;
    Ok(changed == 1)
}

/// Renews one's own lease; `false` when it is gone, or somebody else's by now. Unlike [`acquire`] it takes nothing anew.
///
/// # Errors
/// Whatever the database says.
pub async fn renew(tx: &mut Tx, name: &str, owner: &str, lease: Duration) -> Result<bool> {
    let until = clock::until(tx, lease).await?;
    let renewed = sql!(
        tx,
        execute,
        "UPDATE leases SET until = $3 WHERE name = $1 AND owner = $2",
        name,
        owner,
        until
    )?;
    Ok(renewed == 1)
}

/// Gives a lease back before its end; `false` when somebody else has it by now.
///
/// # Errors
/// Whatever the database says.
pub async fn release(tx: &mut Tx, name: &str, owner: &str) -> Result<bool> {
    let given_back = sql!(
        tx,
        execute,
        "DELETE FROM leases WHERE name = $1 AND owner = $2",
        name,
        owner
    )?;
    Ok(given_back == 1)
}

/// Who holds a lease now.
///
/// # Errors
/// Whatever the database says.
pub async fn holder(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let now = clock::now(tx).await?;
    Ok(sql!(
        tx,
        fetch_optional::<(String,)>,
        "SELECT owner FROM leases WHERE name = $1 AND until > $2",
        name,
        now
    )?
    .map(|(owner,)| owner))
}
