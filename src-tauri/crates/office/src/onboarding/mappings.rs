//! Which profile a router already has for a package, outside of an import: read beside the router's profiles, and changed
//! by a person. A mapped profile is the router's own: Sambung uses it and never changes it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::routers::Router;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, FormCheck, Result, Sentence};
use crate::jobs;
use crate::logs::{self, Entry};
use crate::network::{ProfileSeen, profile_name, profiles_of};
use crate::office::{Call, Request};
use crate::onboarding::closing::is_isolated;
use crate::onboarding::entry::Speed;

/// The profiles of a router and what the packages make of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterProfiles {
    /// The router.
    pub router_id: i64,
    /// When it was read, epoch milliseconds.
    pub read_at: i64,
    /// Its PPP profiles, by name.
    pub profiles: Vec<RouterProfile>,
    /// The packages, by code.
    pub packages: Vec<MappedPackage>,
}

/// A PPP profile of a router.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterProfile {
    /// Its name.
    pub name: String,
    /// Its limit in the router's spelling, upload first.
    pub rate_limit: Option<String>,
    /// Towards the customer, kbit/s; `null` without a limit.
    pub speed_download: Option<i64>,
    /// From the customer, kbit/s; `null` without a limit.
    pub speed_upload: Option<i64>,
    /// Whether closed lines have it.
    pub isolated: bool,
}

/// A package on a router.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MappedPackage {
    /// Which.
    pub package_id: i64,
    /// Its code.
    pub code: String,
    /// Towards the customer, kbit/s.
    pub speed_download: i64,
    /// From the customer, kbit/s.
    pub speed_upload: i64,
    /// The name of the profile that its lines have.
    pub profile: String,
    /// Whether that is a profile that the office mapped it to.
    pub mapped: bool,
    /// Whether the router has it; Sambung makes a missing one only where it is not mapped.
    pub exists: bool,
}

/// Reads a router's profiles beside the packages.
#[derive(Clone, Copy, Debug)]
pub struct ReadProfileMappings {
    /// The router.
    pub router_id: i64,
}

impl Request for ReadProfileMappings {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = RouterProfiles;

    async fn run(self, call: &Call<'_>) -> Result<RouterProfiles> {
        let (router, mut seen) = read(call, self.router_id).await?;
        let mut tx = call.read().await?;
        let packages = store::packages::all(&mut tx).await?;
        let mapped: HashMap<i64, String> = store::packages::profiles(&mut tx, self.router_id)
            .await?
            .into_iter()
            .map(|mapping| (mapping.package_id, mapping.profile))
            .collect();
        drop(tx);
        seen.sort_by(|a, b| a.name.cmp(&b.name));
        let packages = packages
            .into_iter()
            .map(|package| {
                let own = mapped.get(&package.id);
                let profile = own
                    .cloned()
                    .unwrap_or_else(|| profile_name(&package.details.code));
                MappedPackage {
                    package_id: package.id,
                    speed_download: package.details.speed_download,
                    speed_upload: package.details.speed_upload,
                    code: package.details.code,
                    mapped: own.is_some(),
                    exists: seen.iter().any(|seen| seen.name == profile),
                    profile,
                }
            })
            .collect();
        let profiles = seen
            .into_iter()
            .map(|seen| {
                let speed = seen.rate_limit.as_deref().and_then(Speed::read);
                RouterProfile {
                    isolated: is_isolated(&seen.name, &router),
                    name: seen.name,
                    rate_limit: seen.rate_limit,
                    speed_download: speed.map(|speed| speed.download),
                    speed_upload: speed.map(|speed| speed.upload),
                }
            })
            .collect();
        Ok(RouterProfiles {
            router_id: self.router_id,
            read_at: call.now.as_millisecond(),
            profiles,
            packages,
        })
    }
}

/// Says which profiles a router has for packages; what is not named stays. Nothing is sent to the router.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MapProfiles {
    /// The router; set from the path.
    #[serde(skip)]
    pub router_id: i64,
    /// The packages to be mapped anew.
    pub mappings: Vec<ProfileChoice>,
}

/// The profile of one package.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChoice {
    /// The package.
    pub package_id: i64,
    /// A profile that the router has; `null` goes back to `pkg-<code>`.
    pub profile: Option<String>,
}

impl Request for MapProfiles {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = RouterProfiles;

    async fn run(self, call: &Call<'_>) -> Result<RouterProfiles> {
        let (router, seen) = read(call, self.router_id).await?;
        let mut tx = call.begin().await?;
        let codes: HashMap<i64, String> = store::packages::all(&mut tx)
            .await?
            .into_iter()
            .map(|package| (package.id, package.details.code))
            .collect();
        let mut form = FormCheck::new();
        for (place, choice) in self.mappings.iter().enumerate() {
            if !codes.contains_key(&choice.package_id) {
                form.refuse(
                    format!("mappings[{place}].package_id"),
                    "not_found",
                    "Paket ini tidak ada lagi.",
                    "This package does not exist any more.",
                );
            }
            if let Some(profile) = &choice.profile {
                let there = seen.iter().any(|seen| seen.name == *profile);
                if !there {
                    form.refuse(
                        format!("mappings[{place}].profile"),
                        "profile_missing",
                        "Router tidak punya profil ini.",
                        "The router has no such profile.",
                    );
                } else if is_isolated(profile, &router) {
                    form.refuse(
                        format!("mappings[{place}].profile"),
                        "profile_isolated",
                        "Profil ini untuk jalur yang ditutup; pilih yang lain.",
                        "This is the profile of closed lines; choose another one.",
                    );
                }
            }
        }
        form.finish()?;
        for choice in &self.mappings {
            store::packages::set_profile(&mut tx, router.id, choice.package_id, choice.profile.as_deref())
                .await?;
            let code = codes.get(&choice.package_id).map_or("", String::as_str);
            let entry = Entry::done(
                "profile_mapped",
                mapped_to(code, choice.profile.as_deref(), &router),
            )
            .about("router", router.id, &router.details.name)
            .detail(json!({ "package_id": choice.package_id, "profile": choice.profile }));
            logs::record(&mut tx, call, entry).await?;
        }
        jobs::retry_router(&mut tx, call, router.id).await?;
        tx.commit().await?;
        call.office.ring();
        let router_id = self.router_id;
        ReadProfileMappings { router_id }.run(call).await
    }
}

async fn read(call: &Call<'_>, router_id: i64) -> Result<(store::routers::Router, Vec<ProfileSeen>)> {
    let mut tx = call.read().await?;
    if store::routers::find(&mut tx, router_id).await?.is_none() {
        return Err(Error::missing("Router", "router"));
    }
    drop(tx);
    let session = call.office.network().glance(call.office, router_id).await?;
    match profiles_of(&session).await {
        Ok(profiles) => Ok((session.router.clone(), profiles)),
        Err(failure) => Err(session.gone(call.office, failure).await),
    }
}

/// What the log says of a package and its profile on a router; `None` is the profile that the package has anyway.
pub(super) fn mapped_to(code: &str, profile: Option<&str>, router: &Router) -> Sentence {
    let router = &router.details.name;
    match profile {
        Some(profile) => Sentence::new(
            format!("Paket {code} memakai profil {profile} di router {router}"),
            format!("Package {code} has the profile {profile} on router {router}"),
        ),
        None => Sentence::new(
            format!("Paket {code} memakai profilnya sendiri di router {router}"),
            format!("Package {code} has its own profile on router {router}"),
        ),
    }
}
