//! Plans as they are read: those that were made, and each one's lines.

use std::collections::HashMap;

use billing::{Access, Rupiah};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tx;
use store::plans::{LineState, Plan, State};
use utoipa::ToSchema;

use crate::access::plan::ahead::{self, Approved, ApprovedAhead};
use crate::access::plan::profiles::{self, PlanProfileView};
use crate::access::plan::work::Work;
use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// A plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// The row's id.
    pub id: i64,
    /// `overdue`, `reopen`, `manual`, `reconcile`, or `preview` for what is only shown the day before.
    pub kind: String,
    /// The civil day that it decides for.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// `preview`, `waiting`, `approved`, `applying`, `applied`, `undoing`, `undone` or `dismissed`.
    pub status: String,
    /// How many lines it closes.
    pub closing: i64,
    /// How many lines it opens.
    pub opening: i64,
    /// What the closing lines owe.
    pub amount: Rupiah,
    /// How many lines may close without a person.
    pub limit: i64,
    /// Why it was made, or why it waits.
    pub reason: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When, epoch milliseconds.
    pub created_at: i64,
    /// Who let it through.
    pub approved_by: Option<String>,
    /// When its last line was done, epoch milliseconds.
    pub finished_at: Option<i64>,
    /// Who undid it.
    pub undone_by: Option<String>,
    /// When, epoch milliseconds.
    pub undone_at: Option<i64>,
    /// The last day on which the lines that undoing it opened stay open, whatever they owe; `null` where nothing holds
    /// them.
    #[schema(value_type = Option<String>, format = Date)]
    pub held_until: Option<Date>,
    /// Who stopped it while it was being carried out or taken back; the last who did.
    pub cancelled_by: Option<String>,
    /// When, epoch milliseconds.
    pub cancelled_at: Option<i64>,
    /// How many lines stand where: `{"done": 12, "failed": 1}`.
    pub lines_by_status: HashMap<String, i64>,
    /// The same of the profiles that it makes or limits anew.
    pub profiles_by_status: HashMap<String, i64>,
}

/// A plan with its lines and profiles.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanDetail {
    /// The plan.
    #[serde(flatten)]
    pub plan: PlanView,
    /// How many jobs of its lines and profiles stand where while it is carried out or taken back: `queued`, `running`, `parked` for
    /// a router that is away, `retrying` after a failure.
    pub jobs_by_status: HashMap<String, i64>,
    /// What of it a person approved ahead, while it is shown for a day to come; `null` where nobody did.
    pub approved: Option<ApprovedAhead>,
    /// Its lines.
    pub lines: Vec<PlanLineView>,
    /// The profiles that it makes or limits anew.
    pub profiles: Vec<PlanProfileView>,
}

/// A line of a plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanLineView {
    /// The row's id.
    pub id: i64,
    /// Whose line.
    pub customer_id: i64,
    /// The customer's number.
    pub customer_no: String,
    /// The customer's name.
    pub name: String,
    /// Where it ends.
    pub router_id: i64,
    /// What it becomes.
    pub action: Access,
    /// By what: `access` closes or opens it, `profile` gives it the profile of its package, `limit` gives its queue, its lease
    /// or its hotspot user what its package has, `secret` makes the secret that its router lacks, and `entries` whatever else
    /// stands for it.
    pub repair: String,
    /// Why.
    pub reason: String,
    /// What is owed.
    pub amount: Rupiah,
    /// `planned`, `struck`, `done`, `failed`, `skipped`, `undone` or `kept`.
    pub status: String,
    /// Whether a person approved the line ahead, while its plan is shown for a day to come; `null` where nobody approved
    /// anything of that day.
    pub approved: Option<bool>,
    /// What the router said before; of a repair that is still to be done, what it said when it was planned.
    pub before: Option<Value>,
    /// What it said afterwards.
    pub after: Option<Value>,
    /// Why it failed, was skipped or kept, still waits, or was not undone because somebody stopped that.
    pub error: Option<String>,
    /// When it came to its end, epoch milliseconds.
    pub finished_at: Option<i64>,
}

/// A plan that waits until a person approves it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaitingPlan {
    /// The plan's id.
    pub id: i64,
    /// How many lines it would close.
    pub closing: i64,
    /// How many lines it would open.
    pub opening: i64,
    /// What the closing lines owe.
    pub amount: Rupiah,
    /// Since when it waits, epoch milliseconds.
    pub since: i64,
    /// Why it waits.
    pub because: Option<String>,
}

/// The plans that wait for a person, oldest first. Lines that were struck in one do not count.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn waiting(tx: &mut Tx, call: &Call<'_>) -> Result<Vec<WaitingPlan>> {
    let mut waiting = Vec::new();
    for plan in store::plans::in_state(tx, State::Waiting).await? {
        let lines = store::plans::lines(tx, plan.id).await?;
        let left = |action: Access| {
            lines
                .iter()
                .filter(move |line| line.action == action && line.state == LineState::Planned)
        };
        let count = |action| i64::try_from(left(action).count()).unwrap_or(i64::MAX);
        waiting.push(WaitingPlan {
            id: plan.id,
            closing: count(Access::Closed),
            opening: count(Access::Open),
            amount: Rupiah::try_sum(left(Access::Closed).map(|line| line.amount))?,
            since: plan.created_at.as_millisecond(),
            because: plan.reason.map(|reason| call.told_held(&reason)),
        });
    }
    Ok(waiting)
}

pub(super) async fn view(tx: &mut Tx, call: &Call<'_>, plan: Plan) -> Result<PlanView> {
    let lines_by_status = store::plans::tally(tx, plan.id).await?.into_iter().collect();
    let profiles_by_status = store::plans::tally_profiles(tx, plan.id)
        .await?
        .into_iter()
        .collect();
    Ok(PlanView {
        id: plan.id,
        kind: plan.kind.as_str().to_owned(),
        as_of: plan.as_of,
        status: plan.state.as_str().to_owned(),
        closing: plan.closing,
        opening: plan.opening,
        amount: plan.amount,
        limit: plan.close_limit,
        reason: plan.reason.map(|reason| call.told_held(&reason)),
        created_by: plan.created_by,
        created_at: plan.created_at.as_millisecond(),
        approved_by: plan.approved_by,
        finished_at: plan.finished_at.map(|at| at.as_millisecond()),
        undone_by: plan.undone_by,
        undone_at: plan.undone_at.map(|at| at.as_millisecond()),
        held_until: plan.held_until,
        cancelled_by: plan.cancelled_by,
        cancelled_at: plan.cancelled_at.map(|at| at.as_millisecond()),
        lines_by_status,
        profiles_by_status,
    })
}

pub(in crate::access) async fn detail(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<PlanDetail> {
    let plan = store::plans::find(tx, plan_id)
        .await?
        .ok_or_else(|| Error::missing("Rencana", "plan"))?;
    let lines = store::plans::lines(tx, plan_id).await?;
    let work = match plan.state {
        State::Approved | State::Applying | State::Undoing => Some(Work::of(tx, &lines).await?),
        State::Preview | State::Waiting | State::Applied | State::Undone | State::Dismissed => None,
    };
    let mut jobs_by_status = work
        .as_ref()
        .map_or_else(HashMap::new, |work| work.counts(&lines));
    let (profiles, profile_jobs) = profiles::views(tx, call, plan_id).await?;
    if work.is_some() {
        for (state, jobs) in profile_jobs {
            *jobs_by_status.entry(state).or_default() += jobs;
        }
    }
    let ids: Vec<i64> = lines.iter().map(|line| line.customer_id).collect();
    let names: HashMap<i64, (String, String)> = store::customers::find_many(tx, &ids)
        .await?
        .into_iter()
        .map(|customer| (customer.id, (customer.details.customer_no, customer.details.name)))
        .collect();
    let ahead = match plan.state {
        State::Preview => ahead::approved_on(tx, plan.as_of).await?,
        _ => Approved::default(),
    };
    let planned = |line: &&store::plans::PlanLine| line.state == LineState::Planned;
    let approved = ahead.among(lines.iter().filter(planned).map(|line| line.customer_id));
    let lines = lines
        .into_iter()
        .map(|line| {
            let waits_for = work.as_ref().and_then(|work| work.error(&line));
            let (customer_no, name) = names.get(&line.customer_id).cloned().unwrap_or_default();
            PlanLineView {
                id: line.id,
                customer_id: line.customer_id,
                customer_no,
                name,
                router_id: line.router_id,
                action: line.action,
                repair: line.repair.as_str().to_owned(),
                reason: call.told_held(&line.reason),
                amount: line.amount,
                status: line.state.as_str().to_owned(),
                approved: ahead.word_on(line.customer_id),
                before: line.before,
                after: line.after,
                error: line.error.or(waits_for).map(|error| call.told_held(&error)),
                finished_at: line.finished_at.map(|at| at.as_millisecond()),
            }
        })
        .collect();
    Ok(PlanDetail {
        plan: view(tx, call, plan).await?,
        jobs_by_status,
        approved,
        lines,
        profiles,
    })
}

/// Lists plans, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPlans {
    /// Only those that stand so.
    pub status: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; at most 500.
    pub limit: Option<i64>,
}

impl Request for ListPlans {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Page<PlanView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<PlanView>> {
        let state = match self.status.as_deref().filter(|status| !status.is_empty()) {
            None => None,
            Some(word) => Some(word.parse::<State>().map_err(|_| {
                let words = State::ALL
                    .iter()
                    .map(|state| state.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                Error::invalid(
                    "invalid_status",
                    format!("Status rencana salah satu dari: {words}."),
                    format!("A plan's status is one of: {words}."),
                )
            })?),
        };
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let mut tx = call.read().await?;
        let page = store::plans::list(&mut tx, state, asked.cursor.as_ref(), asked.limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for plan in page.items {
            items.push(view(&mut tx, call, plan).await?);
        }
        Ok(Page {
            items,
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            total: page.total,
        })
    }
}

/// Reads one plan with its lines.
#[derive(Clone, Copy, Debug)]
pub struct ReadPlan {
    /// Which.
    pub id: i64,
}

impl Request for ReadPlan {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let mut tx = call.read().await?;
        detail(&mut tx, call, self.id).await
    }
}
