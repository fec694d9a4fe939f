//! The profiles of a router brought up to date by a person: shown first as a table, then carried out as a plan, so that what
//! stood there before is kept and one act takes it back. What the schedule brings up to date by itself is `network`'s.

use std::time::Duration;

use billing::ConnectionType;
use serde::{Deserialize, Serialize};
use store::plans::{Kind, LineState, NewProfile};
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::facts::Day;
use crate::access::plan::{self, Draft, PlanDetail};
use crate::access::rates;
use crate::access::router_reading;
use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::jobs;
use crate::network::{self, ComparedProfile, ProfileAction};
use crate::office::{Call, Request};

/// How long the answer waits for the router; after that the plan goes on without it.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it looks meanwhile whether somebody else's work at the router is done.
const LOOK: Duration = Duration::from_millis(50);

/// Brings the profiles of a router up to date with the packages, or shows what would be changed.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SyncRouterProfiles {
    /// The router; set from the path.
    #[serde(skip)]
    pub router_id: i64,
    /// Only shows the table; nothing is sent.
    pub dry_run: bool,
}

/// What a sync did, or would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SyncedProfiles {
    /// Whether this only shows what would be done.
    pub dry_run: bool,
    /// Each profile that is ours.
    pub synced: Vec<SyncedProfile>,
    /// The plan that keeps what stood there before; `null` where nothing was changed.
    pub plan: Option<PlanDetail>,
}

/// A profile of ours, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SyncedProfile {
    /// Its name.
    pub profile: String,
    /// Of which lines it is: `pppoe` or `hotspot`.
    pub connection_type: ConnectionType,
    /// What was done, or would be.
    pub action: ProfileAction,
    /// The code of its package; `null` for the profile of closed lines.
    pub package: Option<String>,
    /// The limit that the router had, upload/download in its spelling; `null` where it limited nothing or was not there.
    pub rate_before: Option<String>,
    /// The limit that it should have; the profile of closed lines is right with any.
    pub rate_wanted: String,
    /// How many lines have it.
    pub lines: u64,
}

impl Request for SyncRouterProfiles {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = SyncedProfiles;

    async fn run(self, call: &Call<'_>) -> Result<SyncedProfiles> {
        let (router, mut wanted) = router_reading::to_be_changed(call, self.router_id, self.dry_run).await?;
        let lines = wanted.take(router.id);
        let isolated = &router.details.isolated_profile;
        let compared = compare(call, &router, self.dry_run).await?;
        let mut synced = SyncedProfiles {
            dry_run: self.dry_run,
            synced: Vec::with_capacity(compared.len()),
            plan: None,
        };
        let mut profiles = Vec::new();
        for profile in &compared {
            let count = rates::lines_with(&lines, profile.our.kind, &profile.our.wanted.name, isolated);
            if profile.action != ProfileAction::Unchanged {
                profiles.push(planned(&router, profile, count));
            }
            synced.synced.push(shown(profile, count));
        }
        if self.dry_run || profiles.is_empty() {
            return Ok(synced);
        }
        let mut tx = call.begin().await?;
        let limit = plan::limit(&mut tx, wanted.active).await?;
        let draft = Draft {
            day: Day::of(call),
            closing: Vec::new(),
            opening: Vec::new(),
            profiles,
            limit,
        };
        let name = &router.details.name;
        let reason = Sentence::new(
            format!("Profil router {name} disamakan dengan paket"),
            format!("Profiles of the router {name} brought up to date"),
        );
        let id = plan::write_plan(&mut tx, call, &draft, Kind::Reconcile, &[], Some(&reason.held())).await?;
        plan::let_through(&mut tx, call, id).await?;
        tx.commit().await?;
        call.office.ring();
        synced.plan = Some(Box::pin(outcome(call, router.id, id)).await?);
        Ok(synced)
    }
}

async fn compare(call: &Call<'_>, router: &Router, only_looks: bool) -> Result<Vec<ComparedProfile>> {
    let session = if only_looks {
        call.office.network().glance(call.office, router.id).await?
    } else {
        call.office.network().session(call.office, router.id).await?
    };
    // Asked for with the router in hand: a package that was changed while this waited counts.
    let mut tx = call.read().await?;
    let ours = network::our_profiles(&mut tx, &session.router).await?;
    drop(tx);
    match network::compare_profiles(&session, ours).await {
        Ok(compared) => Ok(compared),
        Err(failure) => Err(session.gone(call.office, failure).await),
    }
}

fn planned(router: &Router, profile: &ComparedProfile, lines: u64) -> NewProfile {
    NewProfile {
        router_id: router.id,
        connection_type: profile.our.kind,
        profile: profile.our.wanted.name.clone(),
        package: profile.our.package.clone(),
        wanted: profile.our.wanted.rate.to_string(),
        lines: i64::try_from(lines).unwrap_or(i64::MAX),
        before: serde_json::json!(profile.now),
    }
}

fn shown(profile: &ComparedProfile, lines: u64) -> SyncedProfile {
    SyncedProfile {
        profile: profile.our.wanted.name.clone(),
        connection_type: profile.our.kind,
        action: profile.action,
        package: profile.our.package.clone(),
        rate_before: profile.now.rate.clone(),
        rate_wanted: profile.our.wanted.rate.to_string(),
        lines,
    }
}

/// Works at the router until each profile came to its first outcome; somebody else may have taken the jobs. A slow router is
/// no failure: its plan goes on.
///
/// # Errors
/// `profiles_not_synced` where a profile could not be brought up to date at the first try.
async fn outcome(call: &Call<'_>, router_id: i64, plan_id: i64) -> Result<PlanDetail> {
    let look = async {
        loop {
            jobs::run_router(call.office, router_id).await?;
            let detail = read(call, plan_id).await?;
            let waits = |state: &str| detail.jobs_by_status.contains_key(state);
            if !waits("queued") && !waits("running") {
                return Ok::<_, Error>(());
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    if let Ok(looked) = tokio::time::timeout(PATIENCE, look).await {
        looked?;
    }
    let mut tx = call.read().await?;
    let profiles = store::plans::profiles(&mut tx, plan_id).await?;
    drop(tx);
    let failed = profiles.into_iter().find_map(|profile| {
        let is_open = matches!(profile.state, LineState::Planned | LineState::Failed);
        let error = profile.error.filter(|_| is_open)?;
        Some((profile.profile, Sentence::from_held(&error)))
    });
    match failed {
        None => read(call, plan_id).await,
        Some((name, why)) => Err(Error::conflict(
            "profiles_not_synced",
            format!(
                "Profil {name} belum disamakan: {} Kelanjutannya ada di rencana {plan_id}.",
                why.id
            ),
            format!(
                "The profile {name} was not brought up to date: {} Plan {plan_id} tells how it goes on.",
                why.en
            ),
        )),
    }
}

async fn read(call: &Call<'_>, plan_id: i64) -> Result<PlanDetail> {
    let mut tx = call.read().await?;
    plan::detail(&mut tx, call, plan_id).await
}
