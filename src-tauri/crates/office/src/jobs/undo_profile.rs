//! The job that brings one profile back to what it was before a plan: exactly that limit, none, or no profile at all. One that
//! says something else by now than the plan left, or that a later plan did again, is kept as it is and named. While its
//! router is only observed, it waits. A limit goes back before the lines of the plan do, whose sessions dial again, and a
//! profile that was made goes after them, since they may have it.

use std::collections::BTreeSet;

use serde_json::json;
use store::Tx;
use store::jobs::Job;
use store::plans::{LineState, PlanProfile, ProfileOutcome};

use crate::access;
use crate::error::{Result, Sentence};
use crate::jobs::lane;
use crate::jobs::line_access::Askers;
use crate::jobs::made::kept_nothing;
use crate::jobs::plan_profile::{self, profile_of, said};
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::network::{self, Failure, ProfileBack};
use crate::office::{Call, Office};

/// The key of the job that brings a profile of a plan back.
pub(crate) fn key(profile_id: i64) -> String {
    format!("undo_profile:{profile_id}")
}

/// Asks for a profile of a plan to be brought back; `was_made` says that the plan made it.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    call: &Call<'_>,
    (profile_id, router_id): (i64, i64),
    was_made: bool,
) -> Result<()> {
    let kind = if was_made {
        JobKind::UndoProfile
    } else {
        JobKind::UndoRate
    };
    plan_profile::ask(tx, call, (kind, key(profile_id)), profile_id, router_id).await
}

/// Runs the jobs, one profile after the other.
pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    let actor = lane::actor();
    for job in jobs {
        let mut call = office.call(&actor).await;
        call.cause = Some(format!("job:{}", job.id));
        let back = attempt(&call, job).await;
        end(&call, owner, job, back, &mut counts).await?;
    }
    office.ring();
    Ok(counts)
}

/// `None` where nothing is to be done any more.
async fn attempt(call: &Call<'_>, job: &Job) -> Result<Option<ProfileBack>, Failure> {
    let office = call.office;
    let mut tx = call.read().await?;
    let profile = store::plans::find_profile(&mut tx, profile_of(job)).await?;
    let Some(profile) = profile.filter(|profile| profile.state == LineState::Done) else {
        return Ok(None);
    };
    if let Some(plan) = store::plans::profile_done_later(&mut tx, &profile).await? {
        return Ok(Some(ProfileBack::Kept(Sentence::new(
            format!("Profil ini sudah diatur lagi oleh rencana {plan}, jadi dibiarkan apa adanya."),
            format!("Plan {plan} settled this profile again, so it was left as it is."),
        ))));
    }
    drop(tx);
    let before = said(&profile.before)?;
    let after = said(profile.after.as_ref().ok_or_else(kept_nothing)?)?;
    let session = office.network().session(office, profile.router_id).await?;
    network::require_managed(&session.router)?;
    let which = (profile.connection_type, profile.profile.as_str());
    match network::bring_profile_back(&session, which, &before, &after).await {
        Ok(back) => Ok(Some(back)),
        Err(failure) => Err(session.failed(office, failure).await),
    }
}

/// Writes down how a try ended, in one transaction.
async fn end(
    call: &Call<'_>,
    owner: &str,
    job: &Job,
    back: Result<Option<ProfileBack>, Failure>,
    counts: &mut Counts,
) -> Result<()> {
    let mut tx = call.begin().await?;
    let profile = store::plans::find_profile(&mut tx, profile_of(job)).await?;
    if let Some(profile) = &profile {
        store::plans::lock(&mut tx, profile.plan_id).await?;
    }
    let plans: BTreeSet<i64> = profile.iter().map(|profile| profile.plan_id).collect();
    let stopped = access::stopped_undos(&mut tx, &plans).await?.into_values().next();
    let ended = match &back {
        Ok(_) => Ended::Done,
        Err(failure) if stopped.is_some() && !failure.is_final() => Ended::Done,
        Err(failure) => Ended::of_undo(failure),
    };
    let dead = counts.dead;
    let kept = settle(&mut tx, call, owner, job, &ended, counts).await?;
    if let (Some(profile), true) = (&profile, kept) {
        let askers = Askers::of(&mut tx, std::iter::once(job)).await?;
        let given_up = counts.dead > dead;
        if let (Err(_), Some(why), Ended::Done) = (&back, &stopped, &ended) {
            store::plans::note_done_profile(&mut tx, profile.id, Some(&why.held())).await?;
        } else {
            note(&mut tx, &askers.call_for(call, job), profile, &back, given_up).await?;
        }
        access::finish_undo(&mut tx, call, profile.plan_id).await?;
    }
    plan_profile::park(&mut tx, job, back.as_ref().err()).await?;
    Ok(tx.commit().await?)
}

/// Notes on the profile what became of it, and tells the log.
async fn note(
    tx: &mut Tx,
    call: &Call<'_>,
    profile: &PlanProfile,
    back: &Result<Option<ProfileBack>, Failure>,
    given_up: bool,
) -> Result<()> {
    let (state, error) = match back {
        Ok(None) => return Ok(()),
        Ok(Some(ProfileBack::Done)) => {
            let (name, plan) = (&profile.profile, profile.plan_id);
            let message = (
                format!("Rencana {plan} dibatalkan: profil {name} dikembalikan seperti semula."),
                format!("Plan {plan} was undone: the profile {name} is as it was before."),
            );
            let evidence = json!({ "before": profile.after, "after": profile.before });
            plan_profile::record(tx, call, profile, message, evidence).await?;
            (LineState::Undone, None)
        }
        Ok(Some(ProfileBack::Kept(why))) => (LineState::Kept, Some(why.held())),
        // It had all its tries: the undo ends without it and names it.
        Err(failure) if given_up => (LineState::Kept, Some(failure.sentence().held())),
        Err(failure) => {
            return Ok(store::plans::note_profile(tx, profile.id, &failure.sentence().held()).await?);
        }
    };
    let outcome = ProfileOutcome {
        state,
        after: None,
        error: error.as_deref(),
    };
    Ok(store::plans::set_profile(tx, profile.id, outcome, call.now).await?)
}
