//! Approving the afternoon before what closes tomorrow, so that a plan above the limit goes through by itself. What is
//! approved are lines, not a number: whoever became due since counts against the limit like everybody else, a line that is
//! struck or paid for stays open, and the word is spent once the plan of the day was let through.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use store::plans::{Kind, LineState, Plan, State, Step};
use utoipa::ToSchema;

use crate::access::plan::view::{self, PlanDetail};
use crate::access::plan::words;
use crate::actor::{Ability, in_words};
use crate::dates::date_words;
use crate::error::{Error, Language, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Approves ahead what is shown for a day, or takes that back.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveAhead {
    /// Which preview, set from the path; the newest of tomorrow where nobody names one.
    #[serde(skip)]
    pub id: Option<i64>,
    /// Takes the approval back.
    #[serde(default)]
    pub withdraw: bool,
}

impl Request for ApproveAhead {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let mut tx = call.begin().await?;
        let id = match self.id {
            Some(id) => id,
            None => of_tomorrow(&mut tx, call).await?,
        };
        let plan = store::plans::lock(&mut tx, id)
            .await?
            .ok_or_else(|| Error::missing("Rencana", "plan"))?;
        if plan.kind != Kind::Preview || plan.state != State::Preview || plan.as_of < call.today {
            return Err(not_shown(&plan));
        }
        if self.withdraw {
            withdraw(&mut tx, call, &plan).await?;
        } else {
            approve(&mut tx, call, &plan).await?;
        }
        let detail = view::detail(&mut tx, call, plan.id).await?;
        tx.commit().await?;
        Ok(detail)
    }
}

async fn of_tomorrow(tx: &mut Tx, call: &Call<'_>) -> Result<i64> {
    let day = call.today.tomorrow().map_err(Error::fault)?;
    let shown = store::plans::preview_of(tx, day).await?;
    let shown = shown.filter(|plan| plan.state == State::Preview);
    shown.map(|plan| plan.id).ok_or_else(|| {
        Error::conflict(
            "nothing_to_approve",
            "Belum ada rencana untuk besok yang dapat disetujui. Jadwal menuliskannya sore hari.",
            "No plan of tomorrow is there to be approved yet. The schedule writes it down in the afternoon.",
        )
    })
}

async fn approve(tx: &mut Tx, call: &Call<'_>, plan: &Plan) -> Result<()> {
    let lines = planned(tx, plan.id).await?;
    if lines.is_empty() {
        return Err(Error::conflict(
            "nothing_to_approve",
            "Semua jalur di rencana ini sudah dicoret, jadi tidak ada yang disetujui.",
            "Every line of this plan was struck, so there is nothing to approve.",
        ));
    }
    store::plans::step(tx, plan.id, Step::ApproveAhead(call.actor.label()), call.now).await?;
    let entry = Entry::done(
        "plan_approved_ahead",
        (
            format!(
                "{} jalur yang ditutup {} disetujui sebelumnya (rencana {})",
                lines.len(),
                date_words(plan.as_of, Language::Indonesian),
                plan.id
            ),
            format!(
                "{} closing on {} approved ahead (plan {})",
                lines_in_words(lines.len()),
                date_words(plan.as_of, Language::English),
                plan.id
            ),
        ),
    )
    .about("plan", plan.id, plan.kind.as_str())
    .detail(json!({ "as_of": plan.as_of, "lines": lines.len() }));
    logs::record(tx, call, entry).await
}

async fn withdraw(tx: &mut Tx, call: &Call<'_>, plan: &Plan) -> Result<()> {
    if store::plans::withdraw_approvals(tx, plan.as_of).await? == 0 {
        return Ok(());
    }
    let entry = Entry::done(
        "plan_approval_withdrawn",
        (
            format!(
                "Persetujuan untuk penutupan {} ditarik kembali",
                date_words(plan.as_of, Language::Indonesian)
            ),
            format!(
                "The approval of the closings of {} was withdrawn",
                date_words(plan.as_of, Language::English)
            ),
        ),
    )
    .about("plan", plan.id, plan.kind.as_str())
    .detail(json!({ "as_of": plan.as_of }));
    logs::record(tx, call, entry).await
}

/// In English.
pub(super) fn lines_in_words(lines: usize) -> String {
    format!("{lines} {}", if lines == 1 { "line" } else { "lines" })
}

fn not_shown(plan: &Plan) -> Error {
    let stands = words::stands(plan.state);
    Error::conflict(
        "plan_not_shown",
        format!(
            "Rencana {} bukan rencana yang ditulis untuk hari yang akan datang ({}), jadi tidak dapat disetujui sebelumnya.",
            plan.id, stands.id
        ),
        format!(
            "Plan {} is not one that is shown for a day to come ({}), so it cannot be approved ahead.",
            plan.id, stands.en
        ),
    )
}

/// The customers of a preview whose lines were not struck.
async fn planned(tx: &mut Tx, plan_id: i64) -> Result<HashSet<i64>> {
    Ok(store::plans::lines(tx, plan_id)
        .await?
        .into_iter()
        .filter(|line| line.state == LineState::Planned)
        .map(|line| line.customer_id)
        .collect())
}

/// The lines that a person approved ahead for a day.
#[derive(Debug, Default)]
pub(crate) struct Approved {
    lines: HashSet<i64>,
    /// Who, in the words of the record, and when, by the newest approval.
    by: Option<(String, i64)>,
}

/// What was approved ahead for a day. A preview that was written anew keeps what was approved in the one before it; once
/// the plan of the day was let through nothing is approved any more.
pub(crate) async fn approved_on(tx: &mut Tx, day: Date) -> Result<Approved> {
    let shown = store::plans::preview_of(tx, day).await?;
    if shown.is_none_or(|plan| plan.state != State::Preview) {
        return Ok(Approved::default());
    }
    let mut approved = Approved::default();
    for plan in store::plans::approved_previews(tx, day).await? {
        approved.lines.extend(planned(tx, plan.id).await?);
        let by = plan.approved_by.zip(plan.approved_at);
        approved.by = approved
            .by
            .or_else(|| by.map(|(by, at)| (by, at.as_millisecond())));
    }
    Ok(approved)
}

impl Approved {
    /// Whether a customer's line is among them.
    pub(crate) fn has(&self, customer_id: i64) -> bool {
        self.lines.contains(&customer_id)
    }

    /// What is said of one line of the day: whether it was approved, `None` where nobody approved any.
    pub(super) fn word_on(&self, customer_id: i64) -> Option<bool> {
        self.by.as_ref().map(|_| self.has(customer_id))
    }

    /// Who approved them, as a part of a sentence.
    pub(super) fn by(&self) -> Sentence {
        let by = self.by.as_ref().map_or("", |(by, _)| by.as_str());
        Sentence::new(
            in_words(by, Language::Indonesian),
            in_words(by, Language::English),
        )
    }

    /// Why so many lines go through although they are more than the limit.
    pub(super) fn sentence(&self, lines: usize) -> Sentence {
        let by = self.by();
        Sentence::new(
            format!("{lines} jalur sudah disetujui {} sebelumnya.", by.id),
            format!(
                "{} {} approved ahead by {}.",
                lines_in_words(lines),
                if lines == 1 { "was" } else { "were" },
                by.en
            ),
        )
    }

    /// What of these lines was approved; `None` where nobody approved anything.
    pub(super) fn among(&self, lines: impl Iterator<Item = i64>) -> Option<ApprovedAhead> {
        let (by, at) = self.by.clone()?;
        let (mut approved, mut beyond) = (0, 0);
        for id in lines {
            *(if self.has(id) { &mut approved } else { &mut beyond }) += 1;
        }
        Some(ApprovedAhead {
            by,
            at,
            lines: approved,
            beyond,
        })
    }
}

/// What of a day's closings a person approved ahead.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovedAhead {
    /// Who.
    pub by: String,
    /// When, epoch milliseconds.
    pub at: i64,
    /// How many of the lines that would close.
    pub lines: i64,
    /// How many would close beside them; these count against the limit.
    pub beyond: i64,
}
