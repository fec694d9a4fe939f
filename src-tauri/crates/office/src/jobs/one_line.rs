//! Work on one line of one router: what the jobs for a new line, another package, another name or password, and an ended
//! line have in common. Each says what the database wants of the line at the moment it runs and how the router is told;
//! nothing is asked for a router that is only observed, and an import asks for nothing at all.

use billing::{CustomerStatus, Observed, RouterMode};
use serde_json::{Value, json};
use store::Tx;
use store::customers::Customer;
use store::jobs::{Job, NewJob};
use store::routers::Router;

use crate::access::seen;
use crate::error::{Result, Sentence};
use crate::jobs::lane;
use crate::jobs::line_access::{ASKED_BY, Askers};
use crate::jobs::plan_line;
use crate::jobs::registry::JobKind;
use crate::jobs::sealed;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::logs::{self, Entry};
use crate::network::{self, Carried, Failure, Former, Learnt, Order, Said, Session};
use crate::office::{Call, Office};

/// The kinds of job that work on one line, for whoever asks whether a router has been told.
pub(crate) const KINDS: [JobKind; 5] = [
    JobKind::AddLine,
    JobKind::ChangeProfile,
    JobKind::ChangePassword,
    JobKind::RenameLine,
    JobKind::RemoveLine,
];

/// A line whose router has to be told something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineAt {
    /// Whose line.
    pub customer_id: i64,
    /// The router.
    pub router_id: i64,
}

/// What such a job wants and how the router is told.
pub(super) trait OneLine {
    /// Which job.
    const KIND: JobKind;
    /// What is wanted of the line.
    type Order: Send + Sync;

    /// Asks the database what is wanted now; `None` where nothing is any more.
    fn order(
        tx: &mut Tx,
        call: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> impl Future<Output = Result<Option<Self::Order>, Failure>> + Send;

    /// Tells the router and reads back what it says then.
    fn send(session: &Session, order: &Self::Order) -> impl Future<Output = Result<Report, Failure>> + Send;
}

/// What the log says, in Indonesian and in English.
pub(super) type Message = (&'static str, &'static str);

/// What a job did.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    /// What the router says about the line now, where that was read.
    pub said: Option<Said>,
    /// A password that the office did not have.
    pub learnt: Option<Learnt>,
    /// What that means for the customer, where more than the line's entries was looked at.
    pub observed: Option<Observed>,
    /// What the log is told; `None` where nothing had to be changed.
    pub entry: Option<(&'static str, Message, Value)>,
    /// What a plan keeps of it to go back from, where that is more than what the router says about the line.
    pub evidence: Option<Value>,
    /// Why a plan's line was left as it is, where somebody changed it since it was planned.
    pub kept: Option<Sentence>,
}

impl Report {
    /// What a plan keeps of it.
    pub(super) fn left_behind(&self) -> Option<Value> {
        let said = || self.said.as_ref().map(|said| json!(said));
        self.evidence.clone().or_else(said)
    }
}

/// Asks for such a job in the transaction that causes it. A dead letter about the same is put away: its successor says what
/// is wrong now.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) async fn ask(tx: &mut Tx, call: &Call<'_>, kind: JobKind, place: LineAt) -> Result<Option<i64>> {
    ask_about(tx, call, kind, place, None).await
}

/// Asks for such a job of many lines, on routers that are managed, whose customers are locked: a job that runs for one of them
/// looks at the database again before it ends. A dead letter about the same is put away once its successor has done it.
///
/// # Errors
/// When the database cannot be written.
pub(super) async fn ask_all(tx: &mut Tx, call: &Call<'_>, kind: JobKind, lines: &[LineAt]) -> Result<()> {
    let jobs: Vec<NewJob<'_>> = lines
        .iter()
        .map(|&place| new_job(call, kind, place, (key(kind, place), payload(call, place))))
        .collect();
    store::jobs::enqueue_all(tx, &jobs, call.now).await?;
    Ok(())
}

fn payload(call: &Call<'_>, place: LineAt) -> Value {
    json!({ "customer_id": place.customer_id, ASKED_BY: call.actor.label() })
}

fn new_job<'a>(call: &Call<'_>, kind: JobKind, place: LineAt, (key, payload): (String, Value)) -> NewJob<'a> {
    NewJob {
        kind: kind.as_str(),
        key,
        payload,
        router_id: Some(place.router_id),
        run_at: call.now,
        event_id: None,
    }
}

/// Asks for such a job as the line of a plan; it is told apart from the same one that an edit of the record asked for.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) async fn ask_for_plan(
    tx: &mut Tx,
    call: &Call<'_>,
    kind: JobKind,
    place: LineAt,
    plan_line: i64,
) -> Result<Option<i64>> {
    let of_line = (of_plan(plan_line), plan_line::PLAN_LINE, plan_line.into());
    ask_about(tx, call, kind, place, Some(of_line)).await
}

/// The key of the job that [`ask_for_plan`] asks for.
pub(super) fn key_for_plan(kind: JobKind, place: LineAt, plan_line: i64) -> String {
    format!("{}:{}", key(kind, place), of_plan(plan_line))
}

fn of_plan(plan_line: i64) -> String {
    format!("plan-line-{plan_line}")
}

/// The key of such a job about the line as a whole.
pub(super) fn key(kind: JobKind, place: LineAt) -> String {
    format!("{kind}:{}:{}", place.customer_id, place.router_id)
}

/// Asks for the job; what it is about besides the line stands at the end of its key, and in its payload under a word.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) async fn ask_about(
    tx: &mut Tx,
    call: &Call<'_>,
    kind: JobKind,
    place: LineAt,
    about: Option<(String, &'static str, Value)>,
) -> Result<Option<i64>> {
    let router = store::routers::find(tx, place.router_id).await?;
    if router.is_none_or(|router| router.details.mode == RouterMode::Observe) {
        return Ok(None);
    }
    let mut key = key(kind, place);
    let mut payload = payload(call, place);
    if let Some((of_key, word, value)) = about {
        key = format!("{key}:{of_key}");
        payload[word] = value;
    }
    store::jobs::bury(tx, &key, call.now).await?;
    let job = new_job(call, kind, place, (key, payload));
    Ok(store::jobs::enqueue(tx, &job, call.now).await?)
}

/// Where the payload of a job that an older version asked for has the PPPoE name that it is about.
const NAME: &str = "name";

/// Asks for such a job about what the line was on its router before, which tells it apart from others of the line.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) async fn ask_about_former(
    tx: &mut Tx,
    call: &Call<'_>,
    kind: JobKind,
    place: LineAt,
    former: &Former,
) -> Result<Option<i64>> {
    let of_former = (former.name().to_owned(), FORMER, json!(former));
    ask_about(tx, call, kind, place, Some(of_former)).await
}

/// Where a job's payload has what the line was on its router.
const FORMER: &str = "former";

/// What the line was on its router that a job is about. A job of an older version knows a PPPoE name alone.
pub(super) fn former(job: &Job) -> Result<Former, Failure> {
    match job.payload.get(FORMER) {
        Some(former) => {
            serde_json::from_value(former.clone()).map_err(|error| Failure::Unreadable(error.to_string()))
        }
        None => {
            let name = job.payload.get(NAME).and_then(Value::as_str);
            Ok(Former::Pppoe(name.unwrap_or_default().to_owned()))
        }
    }
}

/// Carries out one order and gives what the router says then.
///
/// # Errors
/// Any [`Failure`] of the line or of its router.
pub(super) async fn carried(session: &Session, order: &Order) -> Result<Carried, Failure> {
    let carried = network::carry_out(session, std::slice::from_ref(order)).await;
    carried.into_iter().next().ok_or(Failure::NoName)?
}

/// Whether the customer is served and their line is on the job's router; else the job came too late.
pub(super) fn is_here(job: &Job, customer: &Customer) -> bool {
    let is_served = !matches!(
        customer.standing.status,
        CustomerStatus::Pending | CustomerStatus::Terminated
    );
    is_served && job.router_id.is_some() && customer.details.router_id == job.router_id
}

/// Where a job's payload says that its router was about to be told.
const SENT: &str = "sent";

/// Whether an earlier try may have reached the router without hearing its answer. One that was set aside because the router
/// could not be reached at all did not.
pub(super) fn was_tried(job: &Job) -> bool {
    job.payload.get(SENT).and_then(Value::as_bool).unwrap_or_default()
}

/// Notes whether the router is about to be told, on the job's own row.
pub(super) async fn note_sent(tx: &mut Tx, owner: &str, job: &Job, sent: bool) -> Result<()> {
    let mut payload = job.payload.clone();
    payload[SENT] = sent.into();
    store::jobs::annotate(tx, job.id, owner, &payload).await?;
    Ok(())
}

/// Runs the jobs, one line after the other.
pub(super) async fn run<W: OneLine>(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    let actor = lane::actor();
    for job in jobs {
        let mut call = office.call(&actor).await;
        call.cause = Some(format!("job:{}", job.id));
        let tried = attempt::<W>(&call, owner, job).await;
        call.now = office.now();
        end::<W>(&call, owner, job, tried, &mut counts).await?;
    }
    office.ring();
    Ok(counts)
}

/// A try that came to its end: for which version of the record, and what was done.
struct Tried {
    customer: Customer,
    /// The version of the package by which it was done.
    package: Option<i64>,
    report: Report,
    isolated: Router,
}

/// `None` where there was nothing to do.
async fn attempt<W: OneLine>(call: &Call<'_>, owner: &str, job: &Job) -> Result<Option<Tried>, Failure> {
    let office = call.office;
    let mut tx = call.read().await?;
    let id = job.payload.get("customer_id").and_then(Value::as_i64);
    let customer = store::customers::find(&mut tx, id.unwrap_or_default()).await?;
    let Some(customer) = customer else { return Ok(None) };
    let package = package_of(&mut tx, &customer).await?;
    let order = W::order(&mut tx, call, job, &customer).await?;
    drop(tx);
    let Some(order) = order else { return Ok(None) };
    let router_id = job.router_id.ok_or(Failure::NoRouter)?;
    let session = office.network().session(office, router_id).await?;
    network::require_managed(&session.router)?;
    if !was_tried(job) {
        let mut tx = call.begin().await?;
        note_sent(&mut tx, owner, job, true).await?;
        tx.commit().await?;
    }
    match W::send(&session, &order).await {
        Ok(report) => Ok(Some(Tried {
            customer,
            package,
            report,
            isolated: session.router.clone(),
        })),
        Err(failure) => Err(session.failed(office, failure).await),
    }
}

/// The version of a customer's package.
async fn package_of(tx: &mut Tx, customer: &Customer) -> Result<Option<i64>> {
    let package = store::packages::find(tx, customer.details.package_id).await?;
    Ok(package.map(|package| package.version))
}

/// Writes down how a try ended, in one transaction.
async fn end<W: OneLine>(
    call: &Call<'_>,
    owner: &str,
    job: &Job,
    tried: Result<Option<Tried>, Failure>,
    counts: &mut Counts,
) -> Result<()> {
    let mut tx = call.begin().await?;
    let ended = match &tried {
        Err(failure) => Ended::from(failure),
        Ok(None) => Ended::Done,
        Ok(Some(tried)) => {
            let now = store::customers::lock(&mut tx, tried.customer.id).await?;
            let package = package_of(&mut tx, &tried.customer).await?;
            // The record or its package changed while the router was told of what it was before.
            if now.is_some_and(|now| now.version != tried.customer.version) || package != tried.package {
                Ended::Again(W::KIND.as_str())
            } else {
                Ended::Done
            }
        }
    };
    if matches!(ended, Ended::Again(_)) {
        // What was sent was read back; the next try begins anew.
        note_sent(&mut tx, owner, job, false).await?;
    }
    let kept = settle(&mut tx, call, owner, job, &ended, counts).await?;
    if kept {
        let tried = tried
            .as_ref()
            .map(|tried| tried.as_ref().map(|tried| &tried.report));
        plan_line::end(&mut tx, call, job, tried, &ended).await?;
    }
    if let Ok(Some(tried)) = &tried
        && let Some(learnt) = &tried.report.learnt
    {
        // The router has it, whatever becomes of the job.
        sealed::learn(&mut tx, call, &tried.customer, learnt).await?;
    }
    if let (Ok(Some(tried)), true) = (&tried, kept) {
        let customer = &tried.customer;
        let askers = Askers::of(&mut tx, std::iter::once(job)).await?;
        let call = askers.call_for(call, job);
        if let Some(said) = &tried.report.said {
            let sight = seen::Seen {
                customer_id: customer.id,
                observed: tried
                    .report
                    .observed
                    .unwrap_or_else(|| said.observed(&tried.isolated)),
                said: said.clone(),
            };
            seen::note(&mut tx, &[sight], call.now).await?;
        }
        if let Some((act, message, detail)) = &tried.report.entry {
            let entry = Entry::done(act, *message)
                .about("customer", customer.id, &customer.details.name)
                .detail(detail.clone());
            logs::record(&mut tx, &call, entry).await?;
        }
    }
    if let (Err(failure), Some(router_id)) = (&tried, job.router_id)
        && failure.is_of_router()
    {
        store::jobs::park_router(&mut tx, router_id, failure.code(), &failure.sentence().held()).await?;
    }
    Ok(tx.commit().await?)
}
