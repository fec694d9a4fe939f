//! The office's routers: how they are reached, how far the program may go on them, and what they last said. Passwords are
//! not here; they live in the keyring.

use billing::{RouterMode, StaticIsolation};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::column::{Column, Json};
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql};

/// A router.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Router {
    /// Key.
    pub id: i64,
    /// What a person decides about it.
    #[sqlx(flatten)]
    pub details: Details,
    /// By what lines were closed there before this program closed them.
    #[sqlx(try_from = "crate::column::Json")]
    pub closed_marks: ClosedMarks,
    /// What it called itself when it was last seen.
    pub identity: Option<String>,
    /// Its RouterOS version when it was last seen.
    pub ros_version: Option<String>,
    /// When it last answered.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub last_seen_at: Option<Timestamp>,
    /// Since when it does not answer; `None` while it does.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub unreachable_since: Option<Timestamp>,
    /// Why it last failed.
    pub last_error: Option<String>,
    /// When it was made.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it was last edited.
    #[sqlx(try_from = "crate::column::Millis")]
    pub updated_at: Timestamp,
    /// Grows with each edit.
    pub version: i64,
}

/// By what lines were closed on a router before this program closed them there, as an import of its lines found it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClosedMarks {
    /// Profiles, of PPPoE and of the hotspot.
    pub profiles: Vec<String>,
    /// Lists of the firewall.
    pub lists: Vec<String>,
}

impl TryFrom<Json> for ClosedMarks {
    type Error = serde_json::Error;

    fn try_from(stored: Json) -> std::result::Result<ClosedMarks, serde_json::Error> {
        serde_json::Value::try_from(stored).and_then(serde_json::from_value)
    }
}

/// What a person decides about a router.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Details {
    /// Unique whatever its case.
    pub name: String,
    /// Name or address.
    pub host: String,
    /// TCP port of the API.
    pub port: i64,
    /// API over TLS.
    pub tls: bool,
    /// The API user.
    pub username: String,
    /// The pinned certificate, hexadecimal.
    pub certificate_sha256: Option<String>,
    /// Whether anything is sent.
    #[sqlx(try_from = "crate::column::Word")]
    pub mode: RouterMode,
    /// The profile that closed PPPoE lines get.
    pub isolated_profile: String,
    /// How lines with a fixed address are closed.
    #[sqlx(try_from = "crate::column::Word")]
    pub static_isolation: StaticIsolation,
    /// Whether it is in use.
    pub is_active: bool,
    /// For one command.
    pub timeout_ms: i64,
    /// Tries to connect before it counts as unreachable.
    pub attempts: i64,
    /// Commands on the wire at once.
    pub max_in_flight: i64,
    /// What profiles get that are made there.
    #[sqlx(flatten)]
    pub new_profiles: NewProfiles,
}

/// The addresses of a PPP profile that is made on a router. One that exists keeps its own.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NewProfiles {
    /// The router's profile whose addresses a new one takes over where the office names none.
    #[sqlx(rename = "default_profile")]
    pub like: String,
    /// Its `local-address`: an address, or the name of a pool.
    #[sqlx(rename = "profile_local_address")]
    pub local_address: Option<String>,
    /// Its `remote-address`: an address, or the name of a pool.
    #[sqlx(rename = "profile_remote_address")]
    pub remote_address: Option<String>,
}

impl Default for NewProfiles {
    fn default() -> NewProfiles {
        NewProfiles {
            like: "default".to_owned(),
            local_address: None,
            remote_address: None,
        }
    }
}

/// Adds a router.
///
/// # Errors
/// [`crate::Promise::RouterName`].
pub async fn insert(tx: &mut Tx, details: &Details, now: Timestamp) -> Result<Router> {
    sql!(
        tx,
        fetch_one::<Router>,
        "INSERT INTO routers (name, host, port, tls, username, certificate_sha256, mode, isolated_profile,
           static_isolation, is_active, timeout_ms, attempts, max_in_flight, default_profile, profile_local_address,
           profile_remote_address, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17) RETURNING *",
        details.name.as_str(),
        details.host.as_str(),
        details.port,
        details.tls,
        details.username.as_str(),
        details.certificate_sha256.as_deref(),
        details.mode.as_str(),
        details.isolated_profile.as_str(),
        details.static_isolation.as_str(),
        details.is_active,
        details.timeout_ms,
        details.attempts,
        details.max_in_flight,
        details.new_profiles.like.as_str(),
        details.new_profiles.local_address.as_deref(),
        details.new_profiles.remote_address.as_deref(),
        now.held()
    )
}

/// The router with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Router>> {
    sql!(
        tx,
        fetch_optional::<Router>,
        "SELECT * FROM routers WHERE id = $1",
        id
    )
}

/// Whether a router is one that may be changed: it is there and not only observed.
///
/// # Errors
/// Whatever the database says.
pub async fn is_managed(tx: &mut Tx, id: i64) -> Result<bool> {
    let router = find(tx, id).await?;
    Ok(router.is_some_and(|router| router.details.mode == RouterMode::Manage))
}

/// Every router, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Router>> {
    sql!(
        tx,
        fetch_all::<Router>,
        "SELECT * FROM routers ORDER BY LOWER(name), id"
    )
}

/// How many lines in service each router has: `(router, customers)`.
///
/// # Errors
/// Whatever the database says.
pub async fn customer_counts(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    sql!(
        tx,
        fetch_all::<(i64, i64)>,
        "SELECT router_id, COUNT(*) FROM customers WHERE router_id IS NOT NULL AND status <> 'terminated'
         GROUP BY router_id"
    )
}

/// Writes what a person decided, if nobody did since `router` was read.
///
/// # Errors
/// [`Error::Stale`], [`crate::Promise::RouterName`].
pub async fn update(tx: &mut Tx, router: &Router, now: Timestamp) -> Result<()> {
    let details = &router.details;
    let changed = sql!(
        tx,
        execute,
        "UPDATE routers SET name = $3, host = $4, port = $5, tls = $6, username = $7, certificate_sha256 = $8, mode = $9,
         isolated_profile = $10, static_isolation = $11, is_active = $12, timeout_ms = $13, attempts = $14,
         max_in_flight = $15, default_profile = $16, profile_local_address = $17, profile_remote_address = $18,
         updated_at = $19, version = version + 1 WHERE id = $1 AND version = $2",
        router.id,
        router.version,
        details.name.as_str(),
        details.host.as_str(),
        details.port,
        details.tls,
        details.username.as_str(),
        details.certificate_sha256.as_deref(),
        details.mode.as_str(),
        details.isolated_profile.as_str(),
        details.static_isolation.as_str(),
        details.is_active,
        details.timeout_ms,
        details.attempts,
        details.max_in_flight,
        details.new_profiles.like.as_str(),
        details.new_profiles.local_address.as_deref(),
        details.new_profiles.remote_address.as_deref(),
        now.held()
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Notes that the router answered; `true` when it had been away until now. Not an edit: the version stays.
///
/// # Errors
/// Whatever the database says.
pub async fn seen(tx: &mut Tx, id: i64, identity: &str, ros_version: &str, now: Timestamp) -> Result<bool> {
    // Of several that find it back at once, one has found it.
    let back = sql!(
        tx,
        execute,
        "UPDATE routers SET unreachable_since = NULL WHERE id = $1 AND unreachable_since IS NOT NULL",
        id
    )?;
    sql!(
        tx,
        execute,
        "UPDATE routers SET identity = $2, ros_version = $3, last_seen_at = $4, last_error = NULL WHERE id = $1",
        id,
        identity,
        ros_version,
        now.held()
    )?;
    Ok(back == 1)
}

/// Notes that a router that is there was asked something and answered. Not an edit: the version stays.
///
/// # Errors
/// Whatever the database says.
pub async fn still_there(tx: &mut Tx, id: i64, now: Timestamp) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE routers SET last_seen_at = $2 WHERE id = $1",
        id,
        now.held()
    )?;
    Ok(())
}

/// Notes that the router did not answer; `true` when it had answered until now.
///
/// # Errors
/// Whatever the database says.
pub async fn unreachable(tx: &mut Tx, id: i64, error: &str, now: Timestamp) -> Result<bool> {
    let fell = sql!(
        tx,
        execute,
        "UPDATE routers SET unreachable_since = $2 WHERE id = $1 AND unreachable_since IS NULL",
        id,
        now.held()
    )?;
    sql!(
        tx,
        execute,
        "UPDATE routers SET last_error = $2 WHERE id = $1",
        id,
        error
    )?;
    Ok(fell == 1)
}

/// Keeps the certificate that was shown at the first contact. Not an edit: the version stays.
///
/// # Errors
/// Whatever the database says.
pub async fn pin(tx: &mut Tx, id: i64, certificate_sha256: &str) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE routers SET certificate_sha256 = $2 WHERE id = $1 AND certificate_sha256 IS NULL",
        id,
        certificate_sha256
    )?;
    Ok(())
}

/// Keeps by what lines were closed there before. Not an edit: the version stays.
///
/// # Errors
/// Whatever the database says.
pub async fn set_closed_marks(tx: &mut Tx, id: i64, marks: &ClosedMarks) -> Result<()> {
    let marks = serde_json::to_string(marks).map_err(|error| Error::Unreadable(error.to_string()))?;
    sql!(
        tx,
        execute,
        "UPDATE routers SET closed_marks = $2 WHERE id = $1",
        id,
        marks.as_str()
    )?;
    Ok(())
}
