//! Requests that must not be carried out twice. A key is claimed in the transaction that does the work, so a crash frees
//! it and a copy that arrives meanwhile waits and then finds the answer.

use jiff::Timestamp;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql};

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// The digest of the request that came first.
    pub request: String,
    /// The status that it was answered with.
    pub status: Option<i64>,
    /// The body that it was answered with.
    pub response: Option<String>,
}

/// Claims a key for this transaction. `None`: it is ours, do the work. `Some`: it was carried out already; give the same
/// answer, or refuse if the request was another one.
///
/// # Errors
/// Whatever the database says; [`Error::Busy`] when the copy before this one takes too long.
pub async fn claim(
    tx: &mut Tx,
    actor: &str,
    key: &str,
    request: &str,
    now: Timestamp,
) -> Result<Option<Kept>> {
    // On PostgreSQL the insert waits for a transaction that holds the same key, so what is found afterwards is committed.
    let claimed = sql!(
        tx,
        execute,
        "INSERT INTO idempotency_keys (actor, key, request, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (actor, key) DO NOTHING",
        actor,
        key,
        request,
        now.held()
    )?;
    if claimed == 1 {
        return Ok(None);
    }
    sql!(
        tx,
        fetch_optional::<Kept>,
        "SELECT request, status, response FROM idempotency_keys WHERE actor = $1 AND key = $2",
        actor,
        key
    )?
    .map_or(Err(Error::Stale), |kept| Ok(Some(kept)))
}

/// Keeps the answer, in the same transaction. One that is there already stays: what was said first is said again.
///
/// # Errors
/// Whatever the database says.
pub async fn answer(tx: &mut Tx, actor: &str, key: &str, status: u16, response: &str) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE idempotency_keys SET status = $3, response = $4 WHERE actor = $1 AND key = $2 AND response IS NULL",
        actor,
        key,
        i64::from(status),
        response
    )?;
    Ok(())
}

/// Forgets keys that were claimed before `before`.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql!(
        tx,
        execute,
        "DELETE FROM idempotency_keys WHERE created_at < $1",
        before.held()
    )
}
