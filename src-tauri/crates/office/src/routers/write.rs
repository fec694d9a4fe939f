//! Adding and changing routers.

use billing::{RouterMode, StaticIsolation};
use secrecy::SecretString;
use serde::Deserialize;
use store::routers::{Details, NewProfiles, Router};
use utoipa::ToSchema;

use super::form::check;
use super::read::{ReadRouter, RouterView, view};
use crate::access::closed_profile;
use crate::actor::Ability;
use crate::edits;
use crate::error::{Error, FormCheck, Result};
use crate::jobs;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::secrets::Name;

/// Adds a router. It starts in mode `observe`: nothing is sent until a person says so. Whether it answers is asked at once by
/// a job; the answer stands on the router's record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddRouter {
    /// Its name in the office.
    pub name: String,
    /// Name or address.
    pub host: String,
    /// The API's TCP port; 8729 with TLS and 8728 without when absent.
    pub port: Option<i64>,
    /// Whether to speak TLS; `true` when absent.
    pub tls: Option<bool>,
    /// The API user.
    pub username: String,
    /// The API user's password; may be empty, as on a new router.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
    /// `observe` when absent.
    pub mode: Option<RouterMode>,
    /// `isolated` when absent.
    pub isolated_profile: Option<String>,
    /// `arp_disable` when absent.
    pub static_isolation: Option<StaticIsolation>,
    /// `true` when absent.
    pub is_active: Option<bool>,
    /// How long a command may take, milliseconds; 10,000 when absent.
    pub timeout_ms: Option<i64>,
    /// How often a connection is tried; 3 when absent.
    pub attempts: Option<i64>,
    /// How many commands may be on the wire at once; 32 when absent.
    pub max_in_flight: Option<i64>,
    /// The router's profile whose addresses a profile takes over that is made there; `default` when absent.
    pub default_profile: Option<String>,
    /// The `local-address` of such a profile, an address or a pool.
    pub profile_local_address: Option<String>,
    /// The same for its `remote-address`.
    pub profile_remote_address: Option<String>,
}

impl Request for AddRouter {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = RouterView;

    async fn run(self, call: &Call<'_>) -> Result<RouterView> {
        let tls = self.tls.unwrap_or(true);
        let usual_port = if tls {
            routeros_api::TLS_PORT
        } else {
            routeros_api::PLAIN_PORT
        };
        let mut form = FormCheck::new();
        let details = Details {
            name: self.name,
            host: self.host,
            port: self.port.unwrap_or(i64::from(usual_port)),
            tls,
            username: self.username,
            certificate_sha256: None,
            mode: self.mode.unwrap_or(RouterMode::Observe),
            isolated_profile: self.isolated_profile.unwrap_or_else(|| "isolated".into()),
            static_isolation: self.static_isolation.unwrap_or(StaticIsolation::ArpDisable),
            is_active: self.is_active.unwrap_or(true),
            timeout_ms: self.timeout_ms.unwrap_or(10_000),
            attempts: self.attempts.unwrap_or(3),
            max_in_flight: self.max_in_flight.unwrap_or(32),
            new_profiles: NewProfiles {
                like: self.default_profile.unwrap_or_else(|| "default".into()),
                local_address: self.profile_local_address,
                remote_address: self.profile_remote_address,
            },
        };
        let details = check(details, None, &mut form);
        form.finish()?;
        let mut tx = call.begin().await?;
        must_not_be_taken(&mut tx, &details, None).await?;
        let router = store::routers::insert(&mut tx, &details, call.now).await?;
        let entry = Entry::done(
            "router_added",
            (
                format!("Router {} ditambahkan", details.name),
                format!("Router {} added", details.name),
            ),
        )
        .about("router", router.id, details.name);
        logs::record(&mut tx, call, entry).await?;
        if router.details.is_active {
            jobs::enqueue_greeting(&mut tx, call, router.id).await?;
        }
        // The password is kept before the commit: without a keyring there is no router either, and a password whose
        // row was never committed belongs to an id that the next router overwrites.
        call.office
            .secrets()
            .set(&Name::router_password(router.id), self.password)
            .await?;
        tx.commit().await?;
        call.office.ring();
        view(call, router, 0).await
    }
}

/// Changes a router; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRouter {
    /// Which; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// Its name in the office.
    pub name: Option<String>,
    /// Name or address.
    pub host: Option<String>,
    /// The API's TCP port.
    pub port: Option<i64>,
    /// Whether to speak TLS.
    pub tls: Option<bool>,
    /// The API user.
    pub username: Option<String>,
    /// A new password for the API user.
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<SecretString>,
    /// The profile that closed PPPoE lines get.
    pub isolated_profile: Option<String>,
    /// How lines with a fixed address are closed.
    pub static_isolation: Option<StaticIsolation>,
    /// Whether it is in use.
    pub is_active: Option<bool>,
    /// How long a command may take, milliseconds.
    pub timeout_ms: Option<i64>,
    /// How often a connection is tried.
    pub attempts: Option<i64>,
    /// How many commands may be on the wire at once.
    pub max_in_flight: Option<i64>,
    /// The router's profile whose addresses a profile takes over that is made there.
    pub default_profile: Option<String>,
    /// The `local-address` of such a profile; blank takes it away.
    pub profile_local_address: Option<String>,
    /// The same for its `remote-address`.
    pub profile_remote_address: Option<String>,
    /// `true` forgets the pinned certificate, so that the next one seen is pinned: a person agreed to the change.
    #[serde(default)]
    pub accept_new_certificate: bool,
    /// The version that was read; a change since then is refused.
    pub version: Option<i64>,
}

impl Request for ChangeRouter {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = RouterView;

    async fn run(self, call: &Call<'_>) -> Result<RouterView> {
        let id = self.id;
        let before = record(call, id).await?;
        let was = before.details.clone();
        let mut form = FormCheck::new();
        let details = Details {
            name: self.name.unwrap_or(was.name.clone()),
            host: self.host.unwrap_or(was.host.clone()),
            port: self.port.unwrap_or(was.port),
            tls: self.tls.unwrap_or(was.tls),
            username: self.username.unwrap_or(was.username.clone()),
            certificate_sha256: was
                .certificate_sha256
                .clone()
                .filter(|_| !self.accept_new_certificate),
            mode: was.mode,
            isolated_profile: self.isolated_profile.unwrap_or(was.isolated_profile.clone()),
            static_isolation: self.static_isolation.unwrap_or(was.static_isolation),
            is_active: self.is_active.unwrap_or(was.is_active),
            timeout_ms: self.timeout_ms.unwrap_or(was.timeout_ms),
            attempts: self.attempts.unwrap_or(was.attempts),
            max_in_flight: self.max_in_flight.unwrap_or(was.max_in_flight),
            new_profiles: NewProfiles {
                like: self.default_profile.unwrap_or(was.new_profiles.like.clone()),
                local_address: self
                    .profile_local_address
                    .or(was.new_profiles.local_address.clone()),
                remote_address: self
                    .profile_remote_address
                    .or(was.new_profiles.remote_address.clone()),
            },
        };
        let details = check(details, Some(&was.new_profiles), &mut form);
        form.finish()?;
        let closes_otherwise = details.isolated_profile != was.isolated_profile;
        if closes_otherwise {
            closed_profile::must_not_be_a_packages(call, &before, &details.isolated_profile).await?;
            closed_profile::may_be_renamed(call, &before).await?;
        }
        let after = Router { details, ..before };
        let mut tx = call.begin().await?;
        if (&after.details.host, after.details.port, after.details.is_active)
            != (&was.host, was.port, was.is_active)
        {
            must_not_be_taken(&mut tx, &after.details, Some(id)).await?;
        }
        edits::check(&mut tx, edits::ROUTER, id, self.version, after.version).await?;
        let done = store::routers::update(&mut tx, &after, call.now).await;
        edits::written(&mut tx, edits::ROUTER, id, done).await?;
        if after.details.static_isolation != was.static_isolation {
            // Its lines are closed another way now; what is in the way of that one the next reading tells.
            store::obstacles::forget(&mut tx, id).await?;
        }
        jobs::retry_router(&mut tx, call, id).await?;
        let facts = |details: &Details, new_password: bool| {
            serde_json::json!({
                "name": details.name, "host": details.host, "port": details.port, "tls": details.tls,
                "username": details.username, "isolated_profile": details.isolated_profile,
                "static_isolation": details.static_isolation, "is_active": details.is_active,
                "timeout_ms": details.timeout_ms, "attempts": details.attempts, "max_in_flight": details.max_in_flight,
                "default_profile": details.new_profiles.like,
                "profile_local_address": details.new_profiles.local_address,
                "profile_remote_address": details.new_profiles.remote_address,
                "password_changed": new_password,
            })
        };
        let detail = serde_json::json!({
            "before": facts(&was, false), "after": facts(&after.details, self.password.is_some()),
        });
        let entry = Entry::done(
            "router_changed",
            (
                format!("Router {} diubah", after.details.name),
                format!("Router {} changed", after.details.name),
            ),
        )
        .about("router", id, after.details.name)
        .detail(detail);
        logs::record(&mut tx, call, entry).await?;
        if let Some(password) = self.password {
            call.office
                .secrets()
                .set(&Name::router_password(id), password)
                .await?;
        }
        tx.commit().await?;
        call.office.network().forget(id);
        call.office.ring();
        if closes_otherwise && after.last_seen_at.is_some() {
            closed_profile::read_again(call, id).await;
        }
        ReadRouter { id }.run(call).await
    }
}

/// Refuses a router in use that has the host and port of another one in use: both would send to the same box, each as if
/// it were alone there.
///
/// # Errors
/// `router_taken`.
async fn must_not_be_taken(tx: &mut store::Tx, details: &Details, own: Option<i64>) -> Result<()> {
    if !details.is_active {
        return Ok(());
    }
    let is_same = |other: &Details| {
        other.is_active && other.port == details.port && other.host.eq_ignore_ascii_case(&details.host)
    };
    let routers = store::routers::all(tx).await?;
    let Some(other) = routers
        .iter()
        .find(|router| Some(router.id) != own && is_same(&router.details))
    else {
        return Ok(());
    };
    let (host, port, name) = (&details.host, details.port, &other.details.name);
    Err(Error::conflict(
        "router_taken",
        format!(
            "Router {name} sudah tercatat dengan alamat yang sama ({host} port {port}). Pakai router itu, atau isi alamat \
             yang lain."
        ),
        format!(
            "The router {name} has the same address already ({host} port {port}). Use that one, or enter another address."
        ),
    ))
}

async fn record(call: &Call<'_>, id: i64) -> Result<Router> {
    let mut tx = call.read().await?;
    let router = store::routers::find(&mut tx, id).await?;
    router.ok_or_else(|| Error::missing("Router", "router"))
}
