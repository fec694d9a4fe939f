//! Closing and opening one line by hand: an override with its reason, and the job run at once, so that the person hears
//! what the router said and not what it was asked. An opening ends a closing by hand; where the ledger would close the
//! line all the same it holds for some days and never for ever.

use std::time::Duration;

use billing::{Access, CustomerStatus, Observed, OverrideVerdict, RouterMode};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::customers::Customer;
use store::jobs::State;
use utoipa::ToSchema;

use crate::access::facts::{self, Day};
use crate::access::lines::LineBook;
use crate::access::overrides;
use crate::access::plan::USUAL_HOLD;
use crate::actor::{Ability, in_words};
use crate::dates::date_words;
use crate::error::{Error, FormCheck, Language, Result, Sentence};
use crate::jobs::{self, JobKind};
use crate::logs::{self, Entry};
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
        /// It cannot be done before a person has changed something; it is not tried again by itself.
        Failed => "failed",
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
    /// The last day on which the word of this opening or closing holds; `null` where the ledger decides at once, and for a
    /// closing, which holds until somebody opens.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
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

/// Opens a line by hand: a closing by hand ends with it. Where the ledger wants the line closed all the same, it is held
/// open until a last day, after which the ledger decides again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenByHand {
    /// Whose; set from the path.
    #[serde(skip)]
    pub customer_id: i64,
    /// Why.
    pub reason: String,
    /// The last day on which it is held open whatever is owed; when absent three days from today where the ledger would
    /// close it, and no hold where it would not.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default)]
    pub until: Option<Date>,
}

impl Request for IsolateByHand {
    const ABILITY: Ability = Ability::AccessControl;
    type Answer = HandAnswer;

    async fn run(self, call: &Call<'_>) -> Result<HandAnswer> {
        Box::pin(set(call, self.customer_id, Access::Closed, &self.reason, None)).await
    }
}

impl Request for OpenByHand {
    const ABILITY: Ability = Ability::AccessControl;
    type Answer = HandAnswer;

    async fn run(self, call: &Call<'_>) -> Result<HandAnswer> {
        Box::pin(set(
            call,
            self.customer_id,
            Access::Open,
            &self.reason,
            self.until,
        ))
        .await
    }
}

async fn set(
    call: &Call<'_>,
    customer_id: i64,
    desired: Access,
    reason: &str,
    until: Option<Date>,
) -> Result<HandAnswer> {
    let mut form = FormCheck::new();
    let reason = form.text("reason", reason, 200);
    overrides::check_until(&mut form, call, until);
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
    let until = match desired {
        Access::Closed => {
            let reason = Sentence::typed(&reason);
            overrides::set(&mut tx, call, customer_id, OverrideVerdict::Closed, &reason, None).await?;
            None
        }
        Access::Open => open(&mut tx, call, &customer, &reason, until).await?,
    };
    // A hand at the desk goes before the plans' closings, whichever way it points.
    let kind = match desired {
        Access::Open => JobKind::OpenAccess,
        Access::Closed => JobKind::CloseAccess,
    };
    let job = jobs::enqueue_access(&mut tx, call, kind, customer_id, router_id).await?;
    let router = store::routers::find(&mut tx, router_id).await?;
    tx.commit().await?;
    let is_parked = match job {
        Some(id) => find(call, id)
            .await?
            .is_some_and(|job| job.state == State::Parked),
        None => false,
    };
    let is_away = router.is_some_and(|router| router.unreachable_since.is_some());
    let away = if is_parked || is_away {
        away(call, router_id).await
    } else {
        None
    };
    call.office.ring();
    let job = match (&away, job) {
        // Whoever stands there is not kept waiting for a router that is not there.
        (Some(_), Some(id)) => find(call, id).await?,
        _ => await_outcome(call, router_id, job).await?,
    };
    let mut answer = answer(call, customer_id, router_id, desired, job, away).await?;
    answer.until = until;
    if desired == Access::Open {
        answer.message = with_end(&answer.message, until);
    }
    Ok(answer)
}

/// Writes the word of an opening; gives the last day on which it holds, where it has to hold against the ledger or somebody
/// asked for it.
async fn open(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    reason: &str,
    until: Option<Date>,
) -> Result<Option<Date>> {
    let ledger = facts::ledger(tx, &Day::of(call), customer.id).await?;
    let would_close = ledger.is_some_and(|verdict| verdict.access == Access::Closed);
    store::customers::lock(tx, customer.id).await?;
    let word = store::overrides::in_force(tx, customer.id, call.today).await?;
    let holds = word.filter(|word| word.verdict == OverrideVerdict::Open);
    if until.is_none() && (!would_close || holds.is_some()) {
        // Somebody's word that keeps it open stays as it is; one that closed it ends here.
        if holds.is_none() {
            store::overrides::end(tx, customer.id, call.actor.label(), call.now).await?;
        }
        let who = |language| in_words(call.actor.label(), language);
        let entry = Entry::done(
            "opened_by_hand",
            (
                format!("Dibuka oleh {}: {reason}", who(Language::Indonesian)),
                format!("Opened by {}: {reason}", who(Language::English)),
            ),
        )
        .about("customer", customer.id, &customer.details.name);
        logs::record(tx, call, entry).await?;
        return Ok(holds.and_then(|word| word.until));
    }
    let until = until.unwrap_or_else(|| call.today.saturating_add(USUAL_HOLD.days()));
    let reason = Sentence::typed(reason);
    overrides::set(tx, call, customer.id, OverrideVerdict::Open, &reason, Some(until)).await?;
    Ok(Some(until))
}

/// The sentence with what comes after the opening.
fn with_end(message: &Sentence, until: Option<Date>) -> Sentence {
    let Some(until) = until else {
        return message.clone();
    };
    Sentence::new(
        format!(
            "{} Dibiarkan terbuka sampai {}; sesudah itu aturan tagihan berlaku lagi.",
            message.id,
            date_words(until, Language::Indonesian)
        ),
        format!(
            "{} It is held open until {}; then the ledger decides again.",
            message.en,
            date_words(until, Language::English)
        ),
    )
}

/// A router that was away is asked once more now that somebody stands there waiting; if it answers, its work goes on. Gives
/// why it does not.
async fn away(call: &Call<'_>, router_id: i64) -> Option<Sentence> {
    let asked = call.office.network().glance(call.office, router_id).await;
    asked.err().map(|failure| failure.sentence())
}

async fn find(call: &Call<'_>, job_id: i64) -> Result<Option<store::jobs::Job>> {
    let mut tx = call.read().await?;
    Ok(store::jobs::find(&mut tx, job_id).await?)
}

/// Works on the router's lane until the job came to its first outcome; somebody else may have taken it.
async fn await_outcome(
    call: &Call<'_>,
    router_id: i64,
    job: Option<i64>,
) -> Result<Option<store::jobs::Job>> {
    let Some(id) = job else { return Ok(None) };
    let look = async {
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
        Err(_) => find(call, id).await,
    }
}

async fn answer(
    call: &Call<'_>,
    customer_id: i64,
    router_id: i64,
    desired: Access,
    job: Option<store::jobs::Job>,
    away: Option<Sentence>,
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
            format!("Router {name} mengatakan jalur sudah {id}."),
            format!("The router {name} says that the line is {en}."),
        );
        (HandOutcome::Done, message)
    } else if let Some(why) = given_up(away.as_ref(), job.as_ref()) {
        let message = Sentence::new(
            format!(
                "Dicatat, tetapi router {name} tidak dapat melakukannya. {}",
                why.id
            ),
            format!("Noted, but the router {name} cannot do it. {}", why.en),
        );
        (HandOutcome::Failed, message)
    } else {
        let why = away.or_else(|| said_of(job)).unwrap_or_else(not_yet);
        let message = Sentence::new(
            format!(
                "Dicatat, tetapi router {name} belum mengatakannya. Akan dicoba lagi. {}",
                why.id
            ),
            format!(
                "Noted, but the router {name} has not said so yet. It will be tried again. {}",
                why.en
            ),
        );
        (HandOutcome::Queued, message)
    };
    Ok(HandAnswer {
        customer_id,
        desired,
        observed,
        outcome,
        until: None,
        message,
    })
}

/// Why it is not tried again by itself.
fn given_up(away: Option<&Sentence>, job: Option<&store::jobs::Job>) -> Option<Sentence> {
    let dead = job.filter(|job| away.is_none() && job.state == State::Dead)?;
    Some(Sentence::from_held(dead.error.as_deref().unwrap_or_default()))
}

/// Why the job did not do it, as it says itself.
fn said_of(job: Option<store::jobs::Job>) -> Option<Sentence> {
    let why = job.and_then(|job| job.error)?;
    Some(Sentence::from_held(&why))
}

fn not_yet() -> Sentence {
    let seconds = PATIENCE.as_secs();
    Sentence::new(
        format!("Dalam {seconds} detik router belum selesai menjawab."),
        format!("The router has not finished answering within {seconds} seconds."),
    )
}
