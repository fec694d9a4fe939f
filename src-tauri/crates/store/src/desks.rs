//! The desks of the office: each place for secrets from which the program works, when it was last heard of, and which
//! routers it can log in to. Seen by the database's clock, so that desks whose clocks differ agree on who is there.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock;
use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// A desk.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Desk {
    /// Names its place for secrets; made once, by chance.
    pub id: String,
    /// What the machine is called.
    pub name: String,
    /// The program's version there.
    pub version: String,
    /// The ids of the routers whose passwords it has, as a list.
    #[sqlx(try_from = "crate::column::Json")]
    pub routers: Value,
    /// The names of the gateways whose credentials it has, as a list.
    #[sqlx(try_from = "crate::column::Json")]
    pub gateways: Value,
    /// When it first worked here, by the database's clock.
    #[sqlx(try_from = "crate::column::Millis")]
    pub first_seen_at: Timestamp,
    /// When it was last heard of, by the database's clock.
    #[sqlx(try_from = "crate::column::Millis")]
    pub last_seen_at: Timestamp,
}

impl Desk {
    /// Whether it has the password of this router.
    #[must_use]
    pub fn reaches(&self, router_id: i64) -> bool {
        self.routers
            .as_array()
            .is_some_and(|routers| routers.iter().any(|router| router.as_i64() == Some(router_id)))
    }

    /// Whether it has the credentials of this gateway.
    #[must_use]
    pub fn carries(&self, provider: &str) -> bool {
        self.gateways
            .as_array()
            .is_some_and(|gateways| gateways.iter().any(|gateway| gateway.as_str() == Some(provider)))
    }
}

/// What a desk says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Presence<'a> {
    /// Names its place for secrets.
    pub id: &'a str,
    /// What the machine is called.
    pub name: &'a str,
    /// The program's version there.
    pub version: &'a str,
    /// The ids of the routers whose passwords it has.
    pub routers: &'a [i64],
    /// The names of the gateways whose credentials it has.
    pub gateways: &'a [&'a str],
}

/// Writes down that a desk is there.
///
/// # Errors
/// Whatever the database says.
pub async fn report(tx: &mut Tx, desk: &Presence<'_>) -> Result<()> {
    let now = clock::now(tx).await?;
    sql!(
        tx,
        execute,
        "INSERT INTO desks (id, name, version, routers, gateways, first_seen_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version, routers = excluded.routers,
           gateways = excluded.gateways, last_seen_at = excluded.last_seen_at",
        desk.id,
        desk.name,
        desk.version,
        serde_json::json!(desk.routers).held(),
        serde_json::json!(desk.gateways).held(),
        now
    )?;
    Ok(())
}

/// Every desk that ever worked here, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Desk>> {
    sql!(
        tx,
        fetch_all::<Desk>,
        "SELECT * FROM desks ORDER BY LOWER(name), id"
    )
}

/// The desks that were heard of within `lately`, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn present(tx: &mut Tx, lately: Duration) -> Result<Vec<Desk>> {
    let since = clock::now(tx)
        .await?
        .saturating_sub(i64::try_from(lately.as_millis()).unwrap_or(i64::MAX));
    sql!(
        tx,
        fetch_all::<Desk>,
        "SELECT * FROM desks WHERE last_seen_at > $1 ORDER BY LOWER(name), id",
        since
    )
}

/// Takes a desk off the list, as one that is gone for good; `false` when it is not on it. One that still works comes back
/// by itself.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(sql!(tx, execute, "DELETE FROM desks WHERE id = $1", id)? == 1)
}
