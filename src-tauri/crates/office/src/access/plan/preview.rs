//! The plan as it would be made now or on another day: who, why, what will be sent, and whether anybody is closed then at
//! all. It reads the database alone and changes nothing.

use std::collections::{HashMap, HashSet};

use billing::{Access, PlanLimit, Rupiah};
use jiff::civil::{Date, Time};
use serde::Serialize;
use store::Tx;
use store::plans::{Kind, LineState, State};
use utoipa::ToSchema;

use crate::access::closing_hours;
use crate::access::facts::Day;
use crate::access::plan::ahead::{self, Approved, ApprovedAhead};
use crate::access::plan::day_before::{self, TomorrowClosings};
use crate::access::plan::draft::{self, DraftLine};
use crate::access::plan::gate::gate;
use crate::access::plan::stopped::Stopped;
use crate::access::plan::view::{PlanView, view};
use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::office::{Call, Request};
use crate::schedule::{self, Task};

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
    /// What the closing lines owe, without those that were struck for that day.
    pub amount: Rupiah,
    /// What would go through by itself.
    pub limit: LimitView,
    /// Why nobody is closed now, or at the times of that day's overdue check, and when lines are closed next; `null` when
    /// they are.
    pub not_closing: Option<String>,
    /// Why closing these lines, but for those that were approved ahead, waits for a person: they are more than the limit, or
    /// the first after an import with debts. `null` where the overdue check closes all of them by itself.
    pub waits_because: Option<String>,
    /// That lines of that day wait for a person because their plan was stopped, as a sentence; `null` where there are none.
    pub stopped: Option<String>,
    /// The plan that waits for a person.
    pub waiting_plan: Option<PlanView>,
    /// What was written down for that day the day before, where lines can be struck.
    pub shown: Option<PlanView>,
    /// What of it a person approved ahead, so that it goes through by itself; `null` where nobody did.
    pub approved: Option<ApprovedAhead>,
    /// What closes on the day after, in the plan of today, once that was written down; `null` where nobody does.
    pub tomorrow: Option<TomorrowClosings>,
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
    pub(in crate::access) fn of(limit: PlanLimit, closing: u32) -> LimitView {
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
    /// Whether the line was struck, in what was written down the day before or in a plan of the day; `null` where it stands
    /// in neither.
    pub struck: Option<bool>,
    /// Whether the line was struck in what is shown for tomorrow, so that whoever closes lines today leaves it out as well;
    /// only said of today's plan.
    pub struck_tomorrow: bool,
    /// Whether a person approved the line ahead; `null` where nobody approved anything of that day.
    pub approved: Option<bool>,
}

impl PreviewLine {
    fn of(line: &DraftLine, said: &Said, call: &Call<'_>) -> PreviewLine {
        PreviewLine {
            customer_id: line.customer_id,
            customer_no: line.customer_no.clone(),
            name: line.name.clone(),
            router: line.router.clone(),
            reason: call.told(&line.reason),
            amount: line.amount,
            action: line.action,
            will_send: line.will_send.clone(),
            blocked: line.blocked.as_ref().map(|blocked| call.told(&blocked.sentence)),
            struck: said.shown.get(&line.customer_id).copied(),
            struck_tomorrow: said.struck_tomorrow.contains(&line.customer_id),
            approved: said.approved.word_on(line.customer_id),
        }
    }
}

/// What people said of single lines.
struct Said {
    /// Whether each line that was shown for the day was struck.
    shown: HashMap<i64, bool>,
    struck_tomorrow: HashSet<i64>,
    approved: Approved,
}

/// Shows the plan as it would be made now, or for another day.
#[derive(Clone, Copy, Debug, Default)]
pub struct PreviewPlan {
    /// Another day than today: tomorrow, for the preview at four in the afternoon.
    pub as_of: Option<Date>,
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
            Some(plan) => Some(view(&mut tx, call, plan).await?),
            None => None,
        };
        let not_closing = not_closing(&mut tx, call, as_of).await?;
        let mut shown_lines = HashMap::new();
        let mut shown = None;
        if let Some(plan) = store::plans::preview_of(&mut tx, as_of).await? {
            let lines = store::plans::lines(&mut tx, plan.id).await?;
            let states = lines
                .iter()
                .map(|line| (line.customer_id, line.state == LineState::Struck));
            shown_lines.extend(states);
            shown = Some(view(&mut tx, call, plan).await?);
        }
        // Who was struck in a plan of that day stays out of the next one as well.
        let struck = store::plans::struck_on(&mut tx, as_of).await?;
        shown_lines.extend(struck.into_iter().map(|customer_id| (customer_id, true)));
        let approved = ahead::approved_on(&mut tx, as_of).await?;
        let left: Vec<&DraftLine> = draft
            .closable()
            .filter(|line| shown_lines.get(&line.customer_id) != Some(&true))
            .collect();
        let stopped = Stopped::on(&mut tx, as_of).await?.sentence(left.iter().copied());
        let held = gate(&mut tx, &draft, &left).await?.held;
        let (tomorrow, struck_tomorrow) = if as_of == call.today {
            let day = as_of.tomorrow().map_err(Error::fault)?;
            let struck = day_before::struck_on(&mut tx, day).await?;
            (day_before::tomorrow(&mut tx, call).await?, struck)
        } else {
            (None, HashSet::new())
        };
        let approved_ahead = approved.among(left.iter().map(|line| line.customer_id));
        let said = Said {
            shown: shown_lines,
            struck_tomorrow,
            approved,
        };
        let of = |lines: &[DraftLine]| {
            let lines = lines.iter();
            lines.map(|line| PreviewLine::of(line, &said, call)).collect()
        };
        let count = u32::try_from(left.len()).unwrap_or(u32::MAX);
        Ok(PlanPreview {
            as_of,
            amount: left.iter().map(|line| line.amount).sum(),
            limit: LimitView::of(draft.limit, count),
            not_closing: not_closing.map(|why| call.told(&why)),
            waits_because: held.map(|held| call.told(&held.why)),
            stopped: stopped.map(|why| call.told(&why)),
            closing: of(&draft.closing),
            opening: of(&draft.opening),
            waiting_plan,
            shown,
            approved: approved_ahead,
            tomorrow,
        })
    }
}

/// Why nobody is closed: today at this hour, on another day at every hour at which the overdue check runs then.
pub(super) async fn not_closing(tx: &mut Tx, call: &Call<'_>, day: Date) -> Result<Option<Sentence>> {
    let calendar = crate::access::calendar(&call.settings);
    let mut times = if day == call.today {
        vec![day.to_datetime(call.time_of_day)]
    } else {
        schedule::times_on(tx, call, Task::CheckOverdue, day).await?
    };
    if times.is_empty() {
        // Nothing runs by itself on that day; a person may still close in its hours.
        let opens = calendar.window.map_or(Time::midnight(), |window| window.from);
        times.push(day.to_datetime(opens));
    }
    let mut first = None;
    for at in times {
        match closing_hours::refusal(&calendar, at) {
            None => return Ok(None),
            Some(why) => first = first.or(Some(why)),
        }
    }
    Ok(first)
}
