//! The routers as they are read.

use std::collections::HashMap;

use billing::{RouterMode, StaticIsolation};
use serde::Serialize;
use store::routers::Router;
use utoipa::ToSchema;

use super::PasswordState;
use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::office::{Call, Request};
use crate::secrets::Name;

/// A router.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterView {
    /// The row's id.
    pub id: i64,
    /// Its name in the office.
    pub name: String,
    /// Name or address.
    pub host: String,
    /// The API's TCP port.
    pub port: i64,
    /// Whether the API is spoken over TLS.
    pub tls: bool,
    /// The API user.
    pub username: String,
    /// Whether a password is kept for it here, one that is not empty.
    pub has_password: bool,
    /// What this desk logs in with.
    pub password_state: PasswordState,
    /// The other desks that are there and have a password for it: they work for it where this one cannot.
    pub known_at: Vec<String>,
    /// `observe` sends nothing; `manage` does.
    pub mode: RouterMode,
    /// The profile that closed PPPoE lines get.
    pub isolated_profile: String,
    /// How lines with a fixed address are closed.
    pub static_isolation: StaticIsolation,
    /// Whether it is in use.
    pub is_active: bool,
    /// The pinned certificate's SHA-256, hexadecimal.
    pub certificate_sha256: Option<String>,
    /// What it calls itself.
    pub identity: Option<String>,
    /// Its RouterOS version.
    pub ros_version: Option<String>,
    /// When it last answered, epoch milliseconds.
    pub last_seen_at: Option<i64>,
    /// Since when it does not answer, epoch milliseconds.
    pub unreachable_since: Option<i64>,
    /// Its last failure, in words.
    pub last_error: Option<String>,
    /// The stable code of its last failure.
    pub last_error_code: Option<String>,
    /// When this desk asks again whether it is back, epoch milliseconds; `null` while it answers, and where no work waits
    /// for it, since nothing is tried by itself then.
    pub next_try: Option<i64>,
    /// How long a command may take, milliseconds.
    pub timeout_ms: i64,
    /// How often a connection is tried.
    pub attempts: i64,
    /// How many commands may be on the wire at once.
    pub max_in_flight: i64,
    /// The router's profile whose addresses a profile takes over that is made there.
    pub default_profile: String,
    /// The `local-address` of a profile that is made there, an address or a pool, before that of `default_profile`.
    pub profile_local_address: Option<String>,
    /// The same for its `remote-address`.
    pub profile_remote_address: Option<String>,
    /// How many lines it serves.
    pub lines: i64,
    /// Rises with each change.
    pub version: i64,
}

/// A router with so many lines, as it is read.
pub(super) async fn view(call: &Call<'_>, router: Router, lines: i64) -> Result<RouterView> {
    let kept = call
        .office
        .secrets()
        .get(&Name::router_password(router.id))
        .await?;
    let password_state = PasswordState::of(kept.as_ref());
    let mut tx = call.read().await?;
    let knowing = crate::desks::knowing(&mut tx, router.id).await?;
    drop(tx);
    let others = knowing
        .into_iter()
        .filter(|desk| desk.id != call.office.desk_id());
    let details = router.details;
    Ok(RouterView {
        id: router.id,
        name: details.name,
        host: details.host,
        port: details.port,
        tls: details.tls,
        username: details.username,
        has_password: password_state == PasswordState::Kept,
        password_state,
        known_at: others.map(|desk| desk.name).collect(),
        mode: details.mode,
        isolated_profile: details.isolated_profile,
        static_isolation: details.static_isolation,
        is_active: details.is_active,
        certificate_sha256: details.certificate_sha256,
        identity: router.identity,
        ros_version: router.ros_version,
        last_seen_at: router.last_seen_at.map(|at| at.as_millisecond()),
        unreachable_since: router.unreachable_since.map(|at| at.as_millisecond()),
        last_error_code: router.last_error.as_deref().and_then(Sentence::code_of_held),
        last_error: router.last_error.map(|error| call.told_held(&error)),
        next_try: router
            .unreachable_since
            .and_then(|_| call.office.network().next_ask(router.id))
            .map(|at| at.as_millisecond()),
        timeout_ms: details.timeout_ms,
        attempts: details.attempts,
        max_in_flight: details.max_in_flight,
        default_profile: details.new_profiles.like,
        profile_local_address: details.new_profiles.local_address,
        profile_remote_address: details.new_profiles.remote_address,
        lines,
        version: router.version,
    })
}

/// Lists the routers, by name.
#[derive(Debug)]
pub struct ListRouters;

impl Request for ListRouters {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = Vec<RouterView>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<RouterView>> {
        let mut tx = call.read().await?;
        let counts: HashMap<i64, i64> = store::routers::customer_counts(&mut tx)
            .await?
            .into_iter()
            .collect();
        let routers = store::routers::all(&mut tx).await?;
        drop(tx);
        let mut views = Vec::with_capacity(routers.len());
        for router in routers {
            let lines = counts.get(&router.id).copied().unwrap_or(0);
            views.push(view(call, router, lines).await?);
        }
        Ok(views)
    }
}

/// Reads one router.
#[derive(Debug)]
pub struct ReadRouter {
    /// Which.
    pub id: i64,
}

impl Request for ReadRouter {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = RouterView;

    async fn run(self, call: &Call<'_>) -> Result<RouterView> {
        let mut tx = call.read().await?;
        let router = store::routers::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Router", "router"))?;
        let lines = store::routers::customer_counts(&mut tx)
            .await?
            .into_iter()
            .find(|(id, _)| *id == self.id);
        drop(tx);
        view(call, router, lines.map_or(0, |(_, lines)| lines)).await
    }
}
