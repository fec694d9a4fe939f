//! `billing:preview-closings`: the plan of tomorrow, written down the day before so that everybody sees it and single lines
//! can be struck. It is a word about lines and no plan to carry out: tomorrow's check asks the ledger anew and keeps only
//! what was struck, and what was approved ahead. Where nobody would be closed, or lines are not closed on that day, none is made.

use std::collections::HashSet;

use billing::Rupiah;
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use store::plans::{Kind, LineState, NewLine, NewPlan, Plan, State, Step};
use utoipa::ToSchema;

use crate::access::facts::Day;
use crate::access::plan::ahead::{self, ApprovedAhead, lines_in_words};
use crate::access::plan::draft::{self, Draft, DraftLine};
use crate::access::plan::preview::not_closing;
use crate::actor::Ability;
use crate::dates::date_words;
use crate::error::{Error, Language, Result, Sentence};
use crate::events::{self, Event};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::schedule::TaskSummary;

/// The task's name.
const TASK: &str = "billing:preview-closings";

/// Writes down who would be closed tomorrow.
#[derive(Clone, Copy, Debug, Default)]
pub struct PreviewTomorrow {
    /// Only says what it would write.
    pub dry_run: bool,
}

impl Request for PreviewTomorrow {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = TaskSummary;

    async fn run(self, call: &Call<'_>) -> Result<TaskSummary> {
        let mut summary = TaskSummary::new(TASK, call.today, self.dry_run);
        let tomorrow = call.today.tomorrow().map_err(Error::fault)?;
        let mut tx = if self.dry_run {
            call.read().await?
        } else {
            call.begin().await?
        };
        let draft = draft::draft(&mut tx, Day::on(call, tomorrow)).await?;
        let mut closing: Vec<&DraftLine> = draft.closable().collect();
        if let Some(why) = not_closing(&mut tx, call, tomorrow).await?
            && !closing.is_empty()
        {
            summary.skipped += closing.len() as u64;
            summary.note("not_closing_tomorrow", why);
            closing.clear();
        }
        let struck = struck_on(&mut tx, tomorrow).await?;
        let left: Vec<&DraftLine> = closing
            .iter()
            .filter(|line| !struck.contains(&line.customer_id))
            .copied()
            .collect();
        summary.skipped += (closing.len() - left.len()) as u64;
        let amount = Rupiah::try_sum(left.iter().map(|line| line.amount))?;
        if !left.is_empty() {
            summary.note(
                "closings_tomorrow",
                Sentence::new(
                    format!("Besok {} jalur ditutup, {amount}.", left.len()),
                    format!(
                        "{} will be closed tomorrow, {amount}.",
                        lines_in_words(left.len())
                    ),
                ),
            );
        }
        if self.dry_run {
            return Ok(summary);
        }
        put_away(&mut tx, call, tomorrow).await?;
        if !closing.is_empty() {
            let id = write(&mut tx, call, &draft, &closing).await?;
            let struck: Vec<i64> = struck.into_iter().collect();
            store::plans::strike(&mut tx, id, &struck, call.now).await?;
            let event = Event::ClosingsPreviewed {
                plan_id: id,
                day: tomorrow,
                lines: left.len() as u64,
                amount,
            };
            events::record(&mut tx, call, event).await?;
        }
        tx.commit().await?;
        call.office.ring();
        Ok(summary)
    }
}

async fn write(tx: &mut Tx, call: &Call<'_>, draft: &Draft, closing: &[&DraftLine]) -> Result<i64> {
    let amount = Rupiah::try_sum(closing.iter().map(|line| line.amount))?;
    let plan = NewPlan {
        kind: Kind::Preview,
        as_of: draft.day.today,
        state: State::Preview,
        closing: i64::try_from(closing.len()).unwrap_or(i64::MAX),
        opening: 0,
        amount,
        close_limit: i64::from(draft.limit.limit),
        reason: None,
        created_by: call.actor.label(),
    };
    let id = store::plans::insert(tx, &plan, call.now).await?;
    let lines: Vec<NewLine> = closing.iter().filter_map(|line| line.planned()).collect();
    store::plans::insert_lines(tx, id, &lines).await?;
    let entry = Entry::done(
        "plan_previewed",
        (
            format!(
                "Rencana {} ditulis untuk dilihat: {} tutup, {amount}",
                date_words(draft.day.today, Language::Indonesian),
                plan.closing
            ),
            format!(
                "The plan of {} was written to be looked at: {} to close, {amount}",
                date_words(draft.day.today, Language::English),
                plan.closing
            ),
        ),
    )
    .about("plan", id, Kind::Preview.as_str());
    logs::record(tx, call, entry).await?;
    Ok(id)
}

/// Whose lines a person struck in what was shown for a day.
pub(crate) async fn struck_on(tx: &mut Tx, day: Date) -> Result<HashSet<i64>> {
    let Some(plan) = store::plans::preview_of(tx, day).await? else {
        return Ok(HashSet::new());
    };
    Ok(store::plans::lines(tx, plan.id)
        .await?
        .into_iter()
        .filter(|line| line.state == LineState::Struck)
        .map(|line| line.customer_id)
        .collect())
}

/// The same, and whose lines a person struck in a plan of that day: what is made anew and what runs by itself later on that
/// day leaves them open too. On the next day the rules decide again.
pub(crate) async fn struck_for_the_day(tx: &mut Tx, day: Date) -> Result<HashSet<i64>> {
    let mut struck = struck_on(tx, day).await?;
    struck.extend(store::plans::struck_on(tx, day).await?);
    Ok(struck)
}

/// Puts away what is shown for any day up to this one, because its day's plan was made or a newer one takes its place.
/// What was struck in it holds on.
pub(crate) async fn put_away(tx: &mut Tx, call: &Call<'_>, until: Date) -> Result<()> {
    for plan in store::plans::in_state(tx, State::Preview).await? {
        if plan.as_of <= until {
            store::plans::step(tx, plan.id, Step::Dismiss, call.now).await?;
        }
    }
    Ok(())
}

/// Who closes tomorrow, by the books of now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TomorrowClosings {
    /// Where single lines can be struck.
    pub plan_id: i64,
    /// Tomorrow.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// How many lines close.
    pub lines: i64,
    /// What they owe.
    pub amount: Rupiah,
    /// How many lines were struck.
    pub struck: i64,
    /// What of them a person approved ahead; `null` where nobody did.
    pub approved: Option<ApprovedAhead>,
}

/// Who closes tomorrow, by the books of now, once the plan of tomorrow was written down; `None` where nobody is closed then.
/// What was struck and approved in what was written holds.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn tomorrow(tx: &mut Tx, call: &Call<'_>) -> Result<Option<TomorrowClosings>> {
    let day = call.today.tomorrow().map_err(Error::fault)?;
    let shown = store::plans::preview_of(tx, day).await?;
    let Some(plan) = shown.filter(|plan: &Plan| plan.state == State::Preview) else {
        return Ok(None);
    };
    let struck = struck_on(tx, day).await?;
    let draft = draft::draft(tx, Day::on(call, day)).await?;
    let (out, left): (Vec<_>, Vec<_>) = draft
        .closable()
        .partition(|line| struck.contains(&line.customer_id));
    let count = |lines: &[&DraftLine]| i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let approved = ahead::approved_on(tx, day).await?;
    Ok(Some(TomorrowClosings {
        plan_id: plan.id,
        day,
        lines: count(&left),
        amount: Rupiah::try_sum(left.iter().map(|line| line.amount))?,
        struck: count(&out),
        approved: approved.among(left.iter().map(|line| line.customer_id)),
    }))
}
