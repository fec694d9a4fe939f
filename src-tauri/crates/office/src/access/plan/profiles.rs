//! The profiles of a plan, from their jobs to what is read of them. They go the way of its lines: they are stopped with them,
//! and brought back with them while they still say what the plan left.

use std::collections::HashMap;

use billing::ConnectionType;
use serde::Serialize;
use store::Tx;
use store::jobs::{Job, State as JobState};
use store::plans::{LineState, Plan, PlanProfile};
use utoipa::ToSchema;

use crate::access::plan::work::stop_waiting;
use crate::error::{Result, Sentence};
use crate::jobs;
use crate::network::ProfileSaid;
use crate::office::Call;

/// Where a job stands that was tried before and waits for its next try.
const RETRYING: &str = "retrying";

/// A profile that a plan makes or limits anew.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanProfileView {
    /// The row's id.
    pub id: i64,
    /// On which router.
    pub router_id: i64,
    /// The profile.
    pub profile: String,
    /// Of which lines it is: `pppoe` or `hotspot`.
    pub connection_type: ConnectionType,
    /// The code of its package; `null` for the profile of closed lines.
    pub package: Option<String>,
    /// The limit that it was to have when it was planned, upload/download in the router's spelling.
    pub rate_wanted: String,
    /// How many lines it limited then.
    pub lines: i64,
    /// `planned`, `struck`, `done`, `failed`, `skipped`, `undone` or `kept`.
    pub status: String,
    /// What the router said before.
    pub before: Option<ProfileSaid>,
    /// What it said afterwards; `null` until it was done.
    pub after: Option<ProfileSaid>,
    /// Why it failed, was skipped or kept, or still waits.
    pub error: Option<String>,
    /// When it came to its end, epoch milliseconds.
    pub finished_at: Option<i64>,
}

/// The profiles of a plan as they are read, and how many of their jobs stand where.
pub(super) async fn views(
    tx: &mut Tx,
    call: &Call<'_>,
    plan_id: i64,
) -> Result<(Vec<PlanProfileView>, HashMap<String, i64>)> {
    let profiles = store::plans::profiles(tx, plan_id).await?;
    let work = work(tx, &profiles).await?;
    let mut counts = HashMap::new();
    for job in work.values() {
        let word = match job.state {
            JobState::Queued if job.error_code.is_some() => RETRYING,
            state => state.as_str(),
        };
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    let views = profiles
        .into_iter()
        .map(|profile| {
            let waits = matches!(profile.state, LineState::Planned | LineState::Done);
            let waits_for = work.get(&profile.id).filter(|_| waits);
            let waits_for = waits_for.and_then(|job| job.error.clone());
            let was_written = matches!(
                profile.state,
                LineState::Done | LineState::Undone | LineState::Kept
            );
            let said = |said: serde_json::Value| serde_json::from_value(said).ok();
            PlanProfileView {
                id: profile.id,
                router_id: profile.router_id,
                profile: profile.profile,
                connection_type: profile.connection_type,
                package: profile.package,
                rate_wanted: profile.wanted,
                lines: profile.lines,
                status: profile.state.as_str().to_owned(),
                before: said(profile.before),
                after: profile.after.filter(|_| was_written).and_then(said),
                error: profile.error.or(waits_for).map(|error| call.told_held(&error)),
                finished_at: profile.finished_at.map(|at| at.as_millisecond()),
            }
        })
        .collect();
    Ok((views, counts))
}

/// The jobs of profiles that have not come to their end, by the profile's id.
async fn work(tx: &mut Tx, profiles: &[PlanProfile]) -> Result<HashMap<i64, Job>> {
    let keys: HashMap<String, i64> = profiles
        .iter()
        .filter_map(|profile| Some((key(profile)?, profile.id)))
        .collect();
    let words: Vec<String> = keys.keys().cloned().collect();
    let jobs = store::jobs::pending_of(tx, &words).await?;
    Ok(jobs
        .into_iter()
        .filter_map(|job| Some((*keys.get(&job.key)?, job)))
        .collect())
}

fn key(profile: &PlanProfile) -> Option<String> {
    match profile.state {
        LineState::Planned | LineState::Failed => Some(jobs::plan_profile_key(profile.id)),
        // Only a plan that is being taken back has such a job.
        LineState::Done => Some(jobs::undo_profile_key(profile.id)),
        LineState::Struck | LineState::Skipped | LineState::Undone | LineState::Kept => None,
    }
}

/// Asks for the profiles of a plan that was let through.
pub(super) async fn let_through(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<()> {
    for (id, router_id) in in_state(tx, plan_id, LineState::Planned).await? {
        jobs::enqueue_plan_profile(tx, call, id, router_id).await?;
    }
    Ok(())
}

/// Whether a profile of the plan stands so.
pub(super) async fn any(tx: &mut Tx, plan_id: i64, state: LineState) -> Result<bool> {
    let tally = store::plans::tally_profiles(tx, plan_id).await?;
    Ok(tally.iter().any(|(word, _)| word == state.as_str()))
}

/// `(profile, router)` of those that stand so.
async fn in_state(tx: &mut Tx, plan_id: i64, state: LineState) -> Result<Vec<(i64, i64)>> {
    Ok(store::plans::profiles(tx, plan_id)
        .await?
        .into_iter()
        .filter(|profile| profile.state == state)
        .map(|profile| (profile.id, profile.router_id))
        .collect())
}

/// Takes out of a stopped plan the profiles that have not been sent, with their jobs. One whose job runs at this moment is
/// left to it.
pub(super) async fn take_out_rest(tx: &mut Tx, call: &Call<'_>, plan: &Plan, why: &str) -> Result<()> {
    let profiles: Vec<PlanProfile> = store::plans::profiles(tx, plan.id)
        .await?
        .into_iter()
        .filter(|profile| matches!(profile.state, LineState::Planned | LineState::Failed))
        .collect();
    let work = work(tx, &profiles).await?;
    let cancelled = stop_waiting(tx, call, work.values()).await?;
    for profile in profiles {
        let is_out = work
            .get(&profile.id)
            .is_none_or(|job| cancelled.contains(&job.id));
        if is_out {
            store::plans::take_out_profile(tx, profile.id, why, call.now).await?;
        }
    }
    Ok(())
}

/// Leaves the profiles as the plan left them that its undo has not brought back, with their jobs. One whose job runs at this
/// moment is left to it.
pub(super) async fn stop_undo(tx: &mut Tx, call: &Call<'_>, plan_id: i64, why: &str) -> Result<()> {
    let mut profiles = store::plans::profiles(tx, plan_id).await?;
    profiles.retain(|profile| profile.state == LineState::Done);
    let work = work(tx, &profiles).await?;
    let cancelled = stop_waiting(tx, call, work.values()).await?;
    for profile in profiles {
        let stays = work
            .get(&profile.id)
            .is_none_or(|job| cancelled.contains(&job.id));
        if stays {
            store::plans::note_done_profile(tx, profile.id, Some(why)).await?;
        }
    }
    Ok(())
}

/// Notes on the profiles that the plan has changed why they stay so; `None` takes such a note off.
pub(super) async fn note_done(tx: &mut Tx, plan_id: i64, why: Option<&str>) -> Result<()> {
    for (id, _) in in_state(tx, plan_id, LineState::Done).await? {
        store::plans::note_done_profile(tx, id, why).await?;
    }
    Ok(())
}

/// Takes out what has not been sent of a plan that is taken back, asks for the rest to be brought back, and gives how many
/// that are.
pub(super) async fn undo(tx: &mut Tx, call: &Call<'_>, plan_id: i64, why: &Sentence) -> Result<usize> {
    for (id, _) in in_state(tx, plan_id, LineState::Planned).await? {
        store::plans::take_out_profile(tx, id, &why.held(), call.now).await?;
    }
    bring_back(tx, call, plan_id).await
}

/// Asks for the profiles to be brought back that the plan had changed, and gives how many that are.
pub(super) async fn bring_back(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<usize> {
    let mut done = store::plans::profiles(tx, plan_id).await?;
    done.retain(|profile| profile.state == LineState::Done);
    for profile in &done {
        let said = serde_json::from_value::<ProfileSaid>(profile.before.clone());
        // What cannot be read is refused by the job, which says so.
        let was_made = said.is_ok_and(|before| !before.exists);
        jobs::enqueue_undo_profile(tx, call, (profile.id, profile.router_id), was_made).await?;
    }
    Ok(done.len())
}
