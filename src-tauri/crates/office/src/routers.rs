//! The routers as records: where they are and how they are worked with. Passwords go to the office's secrets and never
//! into the database. Talking to a router is `network`'s.

mod password_state;

use std::collections::HashMap;

use billing::{RouterMode, StaticIsolation};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::routers::{Details, NewProfiles, Router};
use utoipa::ToSchema;

use crate::access::closed_profile;
use crate::actor::Ability;
use crate::edits;
use crate::error::{Error, FormCheck, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::secrets::Name;

pub use password_state::PasswordState;

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

async fn view(call: &Call<'_>, router: Router, lines: i64) -> Result<RouterView> {
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

/// Adds a router. It starts in mode `observe`: nothing is sent until a person says so.
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
        let details = check(details, &mut form);
        form.finish()?;
        let mut tx = call.begin().await?;
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
        // The password is kept before the commit: without a keyring there is no router either, and a password whose
        // row was never committed belongs to an id that the next router overwrites.
        call.office
            .secrets()
            .set(&Name::router_password(router.id), self.password)
            .await?;
        tx.commit().await?;
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
        let details = check(details, &mut form);
        form.finish()?;
        let closes_otherwise = details.isolated_profile != was.isolated_profile;
        if closes_otherwise {
            closed_profile::must_not_be_a_packages(call, &before, &details.isolated_profile).await?;
            closed_profile::may_be_renamed(call, &before).await?;
        }
        let after = Router { details, ..before };
        let mut tx = call.begin().await?;
        edits::check(&mut tx, edits::ROUTER, id, self.version, after.version).await?;
        let done = store::routers::update(&mut tx, &after, call.now).await;
        edits::written(&mut tx, edits::ROUTER, id, done).await?;
        if after.details.static_isolation != was.static_isolation {
            // Its lines are closed another way now; what is in the way of that one the next reading tells.
            store::obstacles::forget(&mut tx, id).await?;
        }
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
        if closes_otherwise && after.last_seen_at.is_some() {
            closed_profile::read_again(call, id).await;
        }
        ReadRouter { id }.run(call).await
    }
}

async fn record(call: &Call<'_>, id: i64) -> Result<Router> {
    let mut tx = call.read().await?;
    let router = store::routers::find(&mut tx, id).await?;
    router.ok_or_else(|| Error::missing("Router", "router"))
}

/// Whether a text can be an address or a host's name: an IPv6 address has colons, and nothing else does.
fn is_host(host: &str) -> bool {
    let has_port = host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err();
    !has_port && !host.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '@' | '?' | '#' | '[' | ']'))
}

/// Refuses what is no router, and trims what is.
fn check(details: Details, form: &mut FormCheck) -> Details {
    let name = form.text("name", &details.name, 60);
    let host = form.text("host", &details.host, 253);
    if !is_host(&host) {
        form.refuse(
            "host",
            "not_a_host",
            "Isi alamat IP atau nama host saja, tanpa http:// dan tanpa port.",
            "Only an address or a host name, without http:// and without a port.",
        );
    }
    let username = form.text("username", &details.username, 60);
    let isolated_profile = form.text("isolated_profile", &details.isolated_profile, 60);
    let mut address = |field: &str, value: Option<&str>| form.optional_text(field, value, 60);
    let new_profiles = NewProfiles {
        local_address: address(
            "profile_local_address",
            details.new_profiles.local_address.as_deref(),
        ),
        remote_address: address(
            "profile_remote_address",
            details.new_profiles.remote_address.as_deref(),
        ),
        like: form.text("default_profile", &details.new_profiles.like, 60),
    };
    let mut range = |field: &str, value: i64, least: i64, most: i64| {
        if !(least..=most).contains(&value) {
            form.refuse(
                field,
                "out_of_range",
                format!("Isi angka {least} sampai {most}."),
                format!("A number from {least} to {most}."),
            );
        }
    };
    range("port", details.port, 1, 65_535);
    range("timeout_ms", details.timeout_ms, 500, 120_000);
    range("attempts", details.attempts, 1, 10);
    range("max_in_flight", details.max_in_flight, 1, 256);
    Details {
        name,
        host,
        username,
        isolated_profile,
        new_profiles,
        ..details
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_has_no_port() {
        for host in ["10.0.0.1", "router.desa.id", "fe80::1", "rb-gedung-a"] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "10.0.0.1:8728",
            "router.desa.id:8729",
            "[fe80::1]:8728",
            "http://10.0.0.1",
            "a b",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
