//! Plans as they are read: the one that would be made now, those that were made, and each one's lines.

use std::collections::HashMap;

use billing::{Access, PlanLimit, Rupiah};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tx;
use store::plans::{Kind, Plan, State};
use utoipa::ToSchema;

use crate::access::closing_hours;
use crate::access::facts::Day;
use crate::access::plan::draft::{self, DraftLine};
use crate::actor::Ability;
use crate::error::{Error, Language, Result};
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// A plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// The row's id.
    pub id: i64,
    /// `overdue`, `reopen`, `manual` or `reconcile`.
    pub kind: String,
    /// The civil day that it decides for.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// `waiting`, `approved`, `applying`, `applied`, `undoing`, `undone` or `dismissed`.
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
    /// How many lines stand where: `{"done": 12, "failed": 1}`.
    pub lines_by_status: HashMap<String, i64>,
}

/// A plan with its lines.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanDetail {
    /// The plan.
    #[serde(flatten)]
    pub plan: PlanView,
    /// Its lines.
    pub lines: Vec<PlanLineView>,
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
    /// Why.
    pub reason: String,
    /// What is owed.
    pub amount: Rupiah,
    /// `planned`, `struck`, `done`, `failed`, `skipped`, `undone` or `kept`.
    pub status: String,
    /// What the router said before.
    pub before: Option<Value>,
    /// What it said afterwards.
    pub after: Option<Value>,
    /// Why it failed, was skipped or kept, or still waits.
    pub error: Option<String>,
    /// When it came to its end, epoch milliseconds.
    pub finished_at: Option<i64>,
}

pub(super) async fn view(tx: &mut Tx, plan: Plan) -> Result<PlanView> {
    let lines_by_status = store::plans::tally(tx, plan.id).await?.into_iter().collect();
    Ok(PlanView {
        id: plan.id,
        kind: plan.kind.as_str().to_owned(),
        as_of: plan.as_of,
        status: plan.state.as_str().to_owned(),
        closing: plan.closing,
        opening: plan.opening,
        amount: plan.amount,
        limit: plan.close_limit,
        reason: plan.reason,
        created_by: plan.created_by,
        created_at: plan.created_at.as_millisecond(),
        approved_by: plan.approved_by,
        finished_at: plan.finished_at.map(|at| at.as_millisecond()),
        undone_by: plan.undone_by,
        undone_at: plan.undone_at.map(|at| at.as_millisecond()),
        lines_by_status,
    })
}

pub(super) async fn detail(tx: &mut Tx, plan_id: i64) -> Result<PlanDetail> {
    let plan = store::plans::find(tx, plan_id)
        .await?
        .ok_or_else(|| Error::missing("Rencana", "plan"))?;
    let lines = store::plans::lines(tx, plan_id).await?;
    let ids: Vec<i64> = lines.iter().map(|line| line.customer_id).collect();
    let names: HashMap<i64, (String, String)> = store::customers::find_many(tx, &ids)
        .await?
        .into_iter()
        .map(|customer| (customer.id, (customer.details.customer_no, customer.details.name)))
        .collect();
    let lines = lines
        .into_iter()
        .map(|line| {
            let (customer_no, name) = names.get(&line.customer_id).cloned().unwrap_or_default();
            PlanLineView {
                id: line.id,
                customer_id: line.customer_id,
                customer_no,
                name,
                router_id: line.router_id,
                action: line.action,
                reason: line.reason,
                amount: line.amount,
                status: line.state.as_str().to_owned(),
                before: line.before,
                after: line.after,
                error: line.error,
                finished_at: line.finished_at.map(|at| at.as_millisecond()),
            }
        })
        .collect();
    Ok(PlanDetail {
        plan: view(tx, plan).await?,
        lines,
    })
}

/// The plan as it would be made now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanPreview {
    /// The civil day that it decides for.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Lines that would close.
    pub closing: Vec<PreviewLine>,
    /// Lines that would open.
    pub opening: Vec<PreviewLine>,
    /// What the closing lines owe.
    pub amount: Rupiah,
    /// What would go through by itself.
    pub limit: LimitView,
    /// Why nobody is closed on that day; `null` when lines are.
    pub not_closing: Option<String>,
    /// The plan that waits for a person.
    pub waiting_plan: Option<PlanView>,
}

/// How many lines close without a person.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LimitView {
    /// So many.
    pub limit: u32,
    /// The active lines of the office.
    pub active_lines: u32,
    /// The usual cut-off.
    pub usual: Option<u32>,
    /// Whether the plan is no larger.
    pub within: bool,
}

impl LimitView {
    fn of(limit: PlanLimit, closing: u32) -> LimitView {
        LimitView {
            limit: limit.limit,
            active_lines: limit.active_lines,
            usual: limit.usual,
            within: limit.allows(closing),
        }
    }
}

/// A line that would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewLine {
    /// Whose line.
    pub customer_id: i64,
    /// The customer's number.
    pub customer_no: String,
    /// The customer's name.
    pub name: String,
    /// The router's name.
    pub router: Option<String>,
    /// Why.
    pub reason: String,
    /// What is owed.
    pub amount: Rupiah,
    /// What it becomes.
    pub action: Access,
    /// What the router will be told.
    pub will_send: String,
    /// Why nothing will be sent although it should be.
    pub blocked: Option<String>,
}

impl PreviewLine {
    fn of(line: &DraftLine, language: Language) -> PreviewLine {
        PreviewLine {
            customer_id: line.customer_id,
            customer_no: line.customer_no.clone(),
            name: line.name.clone(),
            router: line.router.clone(),
            reason: line.reason.for_language(language).to_owned(),
            amount: line.amount,
            action: line.action,
            will_send: line.will_send.clone(),
            blocked: line
                .blocked
                .as_ref()
                .map(|blocked| blocked.sentence.for_language(language).to_owned()),
        }
    }
}

/// Shows the plan as it would be made now, or for another day.
#[derive(Clone, Copy, Debug, Default)]
pub struct PreviewPlan {
    /// Another day than today: tomorrow, for the preview at four in the afternoon.
    pub as_of: Option<Date>,
    /// The reader's language.
    pub language: Language,
}

impl Request for PreviewPlan {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = PlanPreview;

    async fn run(self, call: &Call<'_>) -> Result<PlanPreview> {
        let as_of = self.as_of.unwrap_or(call.today);
        let mut tx = call.read().await?;
        let draft = draft::draft(&mut tx, Day::on(call, as_of)).await?;
        let waiting = store::plans::newest(&mut tx, Kind::Overdue, State::Waiting).await?;
        let waiting_plan = match waiting {
            Some(plan) => Some(view(&mut tx, plan).await?),
            None => None,
        };
        let moment = crate::access::calendar(&call.settings).on_day(as_of);
        let of = |lines: &[DraftLine]| {
            lines
                .iter()
                .map(|line| PreviewLine::of(line, self.language))
                .collect()
        };
        Ok(PlanPreview {
            as_of,
            amount: draft.closable().map(|line| line.amount).sum(),
            limit: LimitView::of(draft.limit, draft.closable_count()),
            not_closing: closing_hours::refusal(moment).map(|why| why.for_language(self.language).to_owned()),
            closing: of(&draft.closing),
            opening: of(&draft.opening),
            waiting_plan,
        })
    }
}

/// Lists plans, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
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
            items.push(view(&mut tx, plan).await?);
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
        detail(&mut tx, self.id).await
    }
}
