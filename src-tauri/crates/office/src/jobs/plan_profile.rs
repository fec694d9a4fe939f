//! The job that brings one profile where a plan wants it: made where it is missing, else limited anew, and read back. What it
//! should be is asked again when its turn comes; a profile that says something else by then than when it was planned is left
//! alone and named.

use serde_json::json;
use store::Tx;
use store::jobs::{Job, NewJob};
use store::plans::{LineState, PlanProfile, ProfileOutcome};

use crate::access;
use crate::error::{Result, Sentence};
use crate::jobs::lane;
use crate::jobs::line_access::{ASKED_BY, Askers};
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::logs::{self, Entry};
use crate::network::{self, Failure, ProfileSaid};
use crate::office::{Call, Office};

/// Where a job's payload names the profile of a plan.
const PROFILE: &str = "plan_profile_id";

/// The key of the job that carries out a profile of a plan.
pub(crate) fn key(profile_id: i64) -> String {
    format!("plan_profile:{profile_id}")
}

/// Asks for a profile of a plan to be carried out.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, profile_id: i64, router_id: i64) -> Result<()> {
    let kind = JobKind::PlanProfile;
    ask(tx, call, (kind, key(profile_id)), profile_id, router_id).await
}

/// Asks for a job about a profile of a plan.
pub(super) async fn ask(
    tx: &mut Tx,
    call: &Call<'_>,
    (kind, key): (JobKind, String),
    profile_id: i64,
    router_id: i64,
) -> Result<()> {
    let job = NewJob {
        kind: kind.as_str(),
        key,
        payload: json!({ PROFILE: profile_id, ASKED_BY: call.actor.label() }),
        router_id: Some(router_id),
        run_at: call.now,
        event_id: None,
    };
    store::jobs::enqueue(tx, &job, call.now).await?;
    Ok(())
}

/// The profile of a plan that a job is for.
pub(super) fn profile_of(job: &Job) -> i64 {
    job.payload
        .get(PROFILE)
        .and_then(serde_json::Value::as_i64)
        .unwrap_or_default()
}

/// What a plan kept of a profile.
///
/// # Errors
/// [`Failure::Unreadable`] where that is not to be read.
pub(super) fn said(kept: &serde_json::Value) -> Result<ProfileSaid, Failure> {
    serde_json::from_value(kept.clone()).map_err(|error| Failure::Unreadable(error.to_string()))
}

/// What was done about a profile.
enum Tried {
    /// It was made or limited anew, and says this now.
    Done { before: ProfileSaid, after: ProfileSaid },
    /// It was left as it is.
    Left(Sentence),
}

/// Runs the jobs, one profile after the other.
pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    let actor = lane::actor();
    for job in jobs {
        let mut call = office.call(&actor).await;
        call.cause = Some(format!("job:{}", job.id));
        let tried = attempt(&call, job).await;
        end(&call, owner, job, tried, &mut counts).await?;
    }
    office.ring();
    Ok(counts)
}

/// `None` where nothing is to be done any more.
async fn attempt(call: &Call<'_>, job: &Job) -> Result<Option<Tried>, Failure> {
    let office = call.office;
    let mut tx = call.read().await?;
    let profile = store::plans::open_profile(&mut tx, profile_of(job)).await?;
    drop(tx);
    let Some(profile) = profile else { return Ok(None) };
    let session = office.network().session(office, profile.router_id).await?;
    network::require_managed(&session.router)?;
    match carry_out(call, &session, &profile).await {
        Ok(tried) => Ok(Some(tried)),
        Err(failure) => Err(session.failed(office, failure).await),
    }
}

async fn carry_out(
    call: &Call<'_>,
    session: &network::Session,
    profile: &PlanProfile,
) -> Result<Tried, Failure> {
    let kind = profile.connection_type;
    let mut tx = call.read().await?;
    let ours = network::our_profiles(&mut tx, &session.router).await?;
    drop(tx);
    let is_it = |our: &network::OurProfile| our.kind == kind && our.wanted.name == profile.profile;
    let Some(our) = ours.into_iter().find(is_it) else {
        return Ok(Tried::Left(Sentence::new(
            "Tidak perlu lagi saat gilirannya tiba.",
            "It was not needed any more when its turn came.",
        )));
    };
    let before = said(&profile.before)?;
    let now = network::look_at_profile(session, kind, &profile.profile).await?;
    // What an earlier try of ours was about to write when it was cut off.
    let intended = profile.after.as_ref().map(said).transpose()?;
    let is_our_doing = intended.is_some_and(|intended| now.is_like(&intended));
    if network::profile_is_right(&now, &our, session).await {
        return Ok(if is_our_doing {
            Tried::Done { before, after: now }
        } else {
            Tried::Left(Sentence::new(
                "Router sudah punya saat gilirannya tiba, jadi dibiarkan apa adanya.",
                "The router had it already when its turn came, so it is left as it is.",
            ))
        });
    }
    if !now.is_like(&before) && !is_our_doing {
        return Ok(Tried::Left(network::profile_changed_since(&now)));
    }
    let mut tx = call.begin().await?;
    let intended = json!(now.limited(our.wanted.rate));
    store::plans::intend_profile(&mut tx, profile.id, &intended).await?;
    tx.commit().await?;
    let after = network::write_profile(session, &our).await?;
    Ok(Tried::Done { before, after })
}

/// Writes down how a try ended, in one transaction.
async fn end(
    call: &Call<'_>,
    owner: &str,
    job: &Job,
    tried: Result<Option<Tried>, Failure>,
    counts: &mut Counts,
) -> Result<()> {
    let mut tx = call.begin().await?;
    let profile = store::plans::find_profile(&mut tx, profile_of(job)).await?;
    if let Some(profile) = &profile {
        // Whoever stops the plan or takes it back does so before this, or finds what became of the profile.
        store::plans::lock(&mut tx, profile.plan_id).await?;
    }
    let ended = tried.as_ref().map_or_else(Ended::from, |_| Ended::Done);
    let kept = settle(&mut tx, call, owner, job, &ended, counts).await?;
    if let (Some(profile), true) = (&profile, kept) {
        let askers = Askers::of(&mut tx, std::iter::once(job)).await?;
        note(&mut tx, &askers.call_for(call, job), profile, &tried, &ended).await?;
        access::finish_plan(&mut tx, call, profile.plan_id).await?;
        access::bring_back_late(&mut tx, call, profile.plan_id).await?;
    }
    park(&mut tx, job, tried.as_ref().err()).await?;
    Ok(tx.commit().await?)
}

/// Sets the other work of a router aside that went away in the middle.
pub(super) async fn park(tx: &mut Tx, job: &Job, failure: Option<&Failure>) -> Result<()> {
    if let (Some(failure), Some(router_id)) =
        (failure.filter(|failure| failure.is_of_router()), job.router_id)
    {
        store::jobs::park_router(tx, router_id, failure.code(), &failure.sentence().held()).await?;
    }
    Ok(())
}

/// Notes on the profile what became of it, and tells the log.
async fn note(
    tx: &mut Tx,
    call: &Call<'_>,
    profile: &PlanProfile,
    tried: &Result<Option<Tried>, Failure>,
    ended: &Ended,
) -> Result<()> {
    // It left its plan while the job was on its way.
    let is_open = store::plans::find_profile(tx, profile.id)
        .await?
        .is_some_and(|now| matches!(now.state, LineState::Planned | LineState::Failed));
    let (state, after, error) = match tried {
        Ok(Some(Tried::Done { before, after })) => {
            changed(tx, call, profile, before, after).await?;
            (LineState::Done, Some(json!(after)), None)
        }
        _ if !is_open => return Ok(()),
        Ok(Some(Tried::Left(why))) => {
            let entry = Entry::skipped("repair_skipped", why.clone())
                .about("plan", profile.plan_id, format!("plan {}", profile.plan_id))
                .detail(json!({ "code": "left", "profile": profile.profile, "plan_profile_id": profile.id }));
            logs::record(tx, call, entry).await?;
            (LineState::Skipped, None, Some(why.held()))
        }
        // Its plan was stopped or taken back, which says so on the profile.
        Ok(None) => return Ok(()),
        Err(failure) if matches!(ended, Ended::Parked(_)) => {
            return Ok(store::plans::note_profile(tx, profile.id, &failure.sentence().held()).await?);
        }
        Err(failure) => (LineState::Failed, None, Some(failure.sentence().held())),
    };
    let outcome = ProfileOutcome {
        state,
        after: after.as_ref(),
        error: error.as_deref(),
    };
    Ok(store::plans::set_profile(tx, profile.id, outcome, call.now).await?)
}

async fn changed(
    tx: &mut Tx,
    call: &Call<'_>,
    profile: &PlanProfile,
    before: &ProfileSaid,
    after: &ProfileSaid,
) -> Result<()> {
    let (name, plan) = (&profile.profile, profile.plan_id);
    let (was, is) = (before.words(), after.words());
    let message = (
        format!("Profil {name}: {} → {} (rencana {plan})", was.id, is.id),
        format!("Profile {name}: {} → {} (plan {plan})", was.en, is.en),
    );
    record(
        tx,
        call,
        profile,
        message,
        json!({ "before": before, "after": after }),
    )
    .await
}

/// Tells the log, on the router's own page, that a profile changed.
pub(super) async fn record(
    tx: &mut Tx,
    call: &Call<'_>,
    profile: &PlanProfile,
    message: (String, String),
    mut evidence: serde_json::Value,
) -> Result<()> {
    evidence["profile"] = json!(profile.profile);
    evidence["plan_id"] = json!(profile.plan_id);
    let router = store::routers::find(tx, profile.router_id).await?;
    let name = router.map_or_else(String::new, |router| router.details.name);
    let entry = Entry::done("profile_changed", message)
        .about("router", profile.router_id, name)
        .detail(evidence);
    logs::record(tx, call, entry).await
}
