//! Closing and opening one line by hand: an override with its reason, and the job run at once, so that the person hears
//! what the router said and not what it was asked.

use std::time::Duration;

use billing::{Access, CustomerStatus, Observed, OverrideVerdict, RouterMode};
use serde::{Deserialize, Serialize};
use store::jobs::State;
use utoipa::ToSchema;

use crate::access::lines::LineBook;
use crate::access::overrides;
use crate::actor::Ability;
use crate::error::{Error, FormCheck, Result, Sentence};
use crate::jobs::{self, JobKind};
use crate::network::{Failure, Way};
use crate::office::{Call, Request};

/// How long the person waits for the router before hearing that it goes on without them.
const PATIENCE: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(20);

billing::text_enum! {
    /// What came of it.
    pub enum HandOutcome as "outcome" {
        /// The router said so.
        Done => "done",
        /// It waits: for the router, or for another try.
        Queued => "queued",
        /// The router is only observed; nothing was sent.
        ObservedOnly => "observed_only",
    }
}

/// The answer to a closing or opening by hand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandAnswer {
    /// Whose line.
    pub customer_id: i64,
    /// What is wanted.
    pub desired: Access,
    /// What the router was last seen to say.
    pub observed: Observed,
    /// What came of it.
    pub outcome: HandOutcome,
    /// The same in a sentence, in both languages.
    #[schema(value_type = Object)]
    pub message: Sentence,
}

/// Closes a line by hand; it stays closed until somebody opens it or ends the override.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IsolateByHand {
    /// Whose; set from the path.
    #[serde(skip)]
    pub customer_id: i64,
    /// Why.
    pub reason: String,
}

/// Opens a line by hand; it stays open until somebody closes it or ends the override.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenByHand {
    /// Whose; set from the path.
    #[serde(skip)]
    pub customer_id: i64,
    /// Why.
    pub reason: String,
}

impl Request for IsolateByHand {
    const ABILITY: Ability = Ability::AccessControl;
    type Answer = HandAnswer;

    async fn run(self, call: &Call<'_>) -> Result<HandAnswer> {
        set(call, self.customer_id, OverrideVerdict::Closed, &self.reason).await
    }
}

impl Request for OpenByHand {
    const ABILITY: Ability = Ability::AccessControl;
    type Answer = HandAnswer;

    async fn run(self, call: &Call<'_>) -> Result<HandAnswer> {
        set(call, self.customer_id, OverrideVerdict::Open, &self.reason).await
    }
}

async fn set(
    call: &Call<'_>,
    customer_id: i64,
    verdict: OverrideVerdict,
    reason: &str,
) -> Result<HandAnswer> {
    let mut form = FormCheck::new();
    let reason = form.text("reason", reason, 200);
    form.finish()?;
    let mut tx = call.begin().await?;
    let customer = store::customers::find(&mut tx, customer_id)
        .await?
        .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
    if customer.standing.status == CustomerStatus::Terminated {
        return Err(Error::conflict(
            "line_ended",
            "Pelanggan ini sudah berhenti.",
            "This line has ended already.",
        ));
    }
    // What cannot be done is said before anything is written: no override that nobody will ever carry out.
    let router_id = customer.details.router_id.ok_or(Failure::NoRouter)?;
    match LineBook::of(&mut tx, router_id).await?.line(&customer).way {
        Way::Unnamed => return Err(Failure::NoName.into()),
        Way::Pppoe { .. } | Way::Static { .. } | Way::Dhcp { .. } | Way::Hotspot { .. } => {}
    }
    overrides::set(&mut tx, call, customer_id, verdict, &reason, None).await?;
    // A hand at the desk goes before the plans' closings, whichever way it points.
    let job = jobs::enqueue_access(&mut tx, call, JobKind::OpenAccess, customer_id, router_id).await?;
    tx.commit().await?;
    call.office.ring();
    let job = await_outcome(call, router_id, job).await?;
    answer(call, customer_id, router_id, verdict.into(), job).await
}

/// Works on the router's lane until the job came to its first outcome; somebody else may have taken it.
async fn await_outcome(
    call: &Call<'_>,
    router_id: i64,
    job: Option<i64>,
) -> Result<Option<store::jobs::Job>> {
    let Some(id) = job else { return Ok(None) };
    let look = async {
        // A router that was away is asked once more now that somebody stands there waiting; if it answers, its work goes on.
        if is_parked(call, id).await?
            && let Err(failure) = call.office.network().session(call.office, router_id).await
        {
            tracing::debug!(router_id, %failure, "the router is still away");
        }
        loop {
            jobs::run_router(call.office, router_id).await?;
            let mut tx = call.read().await?;
            let job = store::jobs::find(&mut tx, id).await?;
            drop(tx);
            match job {
                Some(job) if job.state == State::Running => {}
                Some(job) if job.state == State::Queued && job.error_code.is_none() => {}
                job => return Ok::<_, Error>(job),
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(job) => job,
        // A slow router is no failure: the job goes on, and the answer says that it waits.
        Err(_) => {
            let mut tx = call.read().await?;
            Ok(store::jobs::find(&mut tx, id).await?)
        }
    }
}

async fn is_parked(call: &Call<'_>, job_id: i64) -> Result<bool> {
    let mut tx = call.read().await?;
    Ok(store::jobs::find(&mut tx, job_id)
        .await?
        .is_some_and(|job| job.state == State::Parked))
}

async fn answer(
    call: &Call<'_>,
    customer_id: i64,
    router_id: i64,
    desired: Access,
    job: Option<store::jobs::Job>,
) -> Result<HandAnswer> {
    let mut tx = call.read().await?;
    let observed = store::access::find(&mut tx, customer_id)
        .await?
        .map_or(Observed::Unknown, |row| row.observed);
    let router = store::routers::find(&mut tx, router_id).await?;
    let name = router.as_ref().map_or("", |router| router.details.name.as_str());
    let only_observed = router
        .as_ref()
        .is_some_and(|router| router.details.mode == RouterMode::Observe);
    let said = observed.agrees_with(desired) == Some(true)
        && job.as_ref().is_some_and(|job| job.state == State::Done);
    let (outcome, message) = if only_observed {
        let message = Sentence::new(
            format!("Dicatat. Router {name} masih dalam mode amati, jadi tidak ada yang dikirim."),
            format!("Noted. The router {name} is only observed, so nothing was sent."),
        );
        (HandOutcome::ObservedOnly, message)
    } else if said {
        let (id, en) = match desired {
            Access::Closed => ("tertutup", "closed"),
            Access::Open => ("terbuka", "open"),
        };
        let message = Sentence::new(
            format!("Router {name} mengatakan saluran sudah {id}."),
            format!("The router {name} says that the line is {en}."),
        );
        (HandOutcome::Done, message)
    } else {
        let why = job.and_then(|job| job.error).unwrap_or_default();
        let message = Sentence::new(
            format!("Dicatat, tetapi router {name} belum mengatakannya. Akan dicoba lagi. {why}"),
            format!("Noted, but the router {name} has not said so yet. It will be tried again. {why}"),
        );
        (HandOutcome::Queued, message)
    };
    Ok(HandAnswer {
        customer_id,
        desired,
        observed,
        outcome,
        message,
    })
}
