//! Undoing a plan: what was not done yet is taken out, what was done is brought back by jobs, so that it survives a
//! restart. Lines that changed since are kept and named. For some days the plan's lines are held open, since the ledger
//! still wants them closed and the next morning's check would close them again.

use std::collections::BTreeSet;

use billing::Access;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use store::Tx;
use store::plans::{LineState, Plan, PlanLine, Repair, State, Step};
use utoipa::ToSchema;

use crate::access::facts::{self, Day};
use crate::access::plan::hold::USUAL_HOLD;
use crate::access::plan::view::{self, PlanDetail};
use crate::access::plan::words;
use crate::access::plan::{apply, hold, profiles, stop_undo};
use crate::actor::Ability;
use crate::error::{Error, FormCheck, Result, Sentence};
use crate::jobs;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// How many it may at most; a longer word is an override with a reason of its own.
const LONGEST_HOLD: i64 = 30;

/// Undoes a plan.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoPlan {
    /// Which; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// For how many days after today the lines that it closed stay open whatever they owe: 0 to 30, 3 when absent. With 0
    /// the next overdue check decides.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 30)]
    pub hold_days: Option<i64>,
}

impl Request for UndoPlan {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let held_until = self.held_until(call.today)?;
        let mut tx = call.begin().await?;
        let plan = store::plans::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Rencana", "plan"))?;
        if !matches!(plan.state, State::Applied | State::Applying) {
            let stands = words::stands(plan.state);
            return Err(Error::conflict(
                "plan_not_applied",
                format!("Rencana {} tidak dapat dikembalikan ({}).", plan.id, stands.id),
                format!("Plan {} cannot be undone ({}).", plan.id, stands.en),
            ));
        }
        // A job that is at its end writes what it did before the lines are looked at, or finds the plan undone after.
        apply::lock_lines(&mut tx, plan.id).await?;
        let by = call.actor.label();
        store::plans::step(&mut tx, plan.id, Step::Undo { by, held_until }, call.now).await?;
        stop_undo::begin_again(&mut tx, plan.id).await?;
        let lines = store::plans::lines(&mut tx, plan.id).await?;
        let before_its_turn = Sentence::new(
            "Rencana dibatalkan sebelum gilirannya.",
            "The plan was undone before its turn.",
        );
        store::plans::close_open(&mut tx, plan.id, &before_its_turn.held(), call.now).await?;
        hold_untouched(&mut tx, call, self.id, &lines).await?;
        let done: Vec<(i64, i64)> = lines
            .iter()
            .filter(|line| line.state == LineState::Done)
            .map(|line| (line.id, line.router_id))
            .collect();
        jobs::enqueue_undo(&mut tx, call, &done).await?;
        let profiles = profiles::undo(&mut tx, call, plan.id, &before_its_turn).await?;
        let mut message = Sentence::new(
            format!("Rencana {} dikembalikan: {} jalur", plan.id, done.len()),
            format!("Plan {} undone: {} lines", plan.id, done.len()),
        );
        if profiles > 0 {
            message.id.push_str(&format!(", {profiles} profil"));
            message.en.push_str(&format!(", {profiles} profiles"));
        }
        let entry = Entry::done("plan_undone", message)
            .about("plan", plan.id, plan.kind.as_str())
            .detail(json!({ "held_until": held_until }));
        logs::record(&mut tx, call, entry).await?;
        finish_undo(&mut tx, call, self.id).await?;
        let detail = view::detail(&mut tx, call, self.id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(detail)
    }
}

impl UndoPlan {
    /// The last day of the hold; `None` without one.
    fn held_until(self, today: Date) -> Result<Option<Date>> {
        let days = self.hold_days.unwrap_or(USUAL_HOLD);
        let mut form = FormCheck::new();
        if !(0..=LONGEST_HOLD).contains(&days) {
            form.refuse(
                "hold_days",
                "out_of_range",
                format!("Jalur dibiarkan terbuka 0 sampai {LONGEST_HOLD} hari."),
                format!("Lines are held open for 0 to {LONGEST_HOLD} days."),
            );
        }
        form.finish()?;
        Ok((days > 0).then(|| today.saturating_add(days.days())))
    }
}

/// Holds the closings open whose turn had not come and that a bill would have closed: the plan was taken back for them as
/// well. What failed was never closed, and what somebody's word closes is not the plan's to hold open.
async fn hold_untouched(tx: &mut Tx, call: &Call<'_>, plan_id: i64, lines: &[PlanLine]) -> Result<()> {
    let plan = store::plans::find(tx, plan_id)
        .await?
        .ok_or_else(|| Error::missing("Rencana", "plan"))?;
    // In the order of their ids, in which everybody locks customers.
    let untouched: BTreeSet<i64> = lines
        .iter()
        .filter(|line| line.repair == Repair::Access && line.action == Access::Closed)
        .filter(|line| line.state == LineState::Planned || was_stopped(line))
        .map(|line| line.customer_id)
        .collect();
    let untouched: Vec<i64> = untouched.into_iter().collect();
    for judged in facts::judge_some(tx, &Day::on(call, plan.as_of), &untouched).await? {
        if judged.closes_for_a_bill() {
            hold::line(tx, call, &plan, judged.customer.id).await?;
        }
    }
    Ok(())
}

/// Whether a line was taken out because its plan was stopped, rather than by a person who did not want it closed.
fn was_stopped(line: &PlanLine) -> bool {
    line.state == LineState::Struck && line.error.is_some()
}

/// Asks for the lines and profiles of an undone plan to be brought back that were done while it was being undone: their job
/// was at the router at that moment, so nobody could ask for it then.
pub(crate) async fn bring_back_late(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<()> {
    let is_undone = store::plans::find(tx, plan_id)
        .await?
        .is_some_and(|plan| matches!(plan.state, State::Undoing | State::Undone));
    if !is_undone {
        return Ok(());
    }
    let late: Vec<(i64, i64)> = store::plans::lines(tx, plan_id)
        .await?
        .into_iter()
        .filter(|line| line.state == LineState::Done)
        .map(|line| (line.id, line.router_id))
        .collect();
    jobs::enqueue_undo(tx, call, &late).await?;
    profiles::bring_back(tx, call, plan_id).await?;
    Ok(())
}

/// Ends the undoing of a plan whose last line and last profile were brought back or kept, and says which were kept. One that
/// was stopped while the last of them were on their way is undone all the same.
pub(crate) async fn finish_undo(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<()> {
    let plan = store::plans::lock(tx, plan_id).await?;
    let was_stopped = |plan: &Plan| plan.state == State::Applied && plan.undone_at.is_some();
    let Some(plan) = plan.filter(|plan| plan.state == State::Undoing || was_stopped(plan)) else {
        return Ok(());
    };
    let still = store::plans::tally(tx, plan_id)
        .await?
        .into_iter()
        .any(|(state, _)| state == LineState::Done.as_str());
    if still || profiles::any(tx, plan_id, LineState::Done).await? {
        return Ok(());
    }
    store::plans::step(tx, plan_id, Step::Undone, call.now).await?;
    report(tx, call, &plan).await
}

/// Says in the log how many lines and profiles were brought back, and names those that were not.
async fn report(tx: &mut Tx, call: &Call<'_>, plan: &Plan) -> Result<()> {
    let detail = view::detail(tx, call, plan.id).await?;
    let of = |state: LineState| {
        detail
            .lines
            .iter()
            .filter(move |line| line.status == state.as_str())
    };
    let profiles_of = |state: LineState| {
        detail
            .profiles
            .iter()
            .filter(move |profile| profile.status == state.as_str())
    };
    let kept: Vec<_> = of(LineState::Kept)
        .map(|line| json!({ "customer_id": line.customer_id, "name": line.name, "why": line.error }))
        .chain(
            profiles_of(LineState::Kept)
                .map(|profile| json!({ "profile": profile.profile, "why": profile.error })),
        )
        .collect();
    let undone = of(LineState::Undone).count();
    let mut message = Sentence::new(
        format!("Rencana {} selesai dikembalikan: {undone} jalur", plan.id),
        format!("Plan {} was undone to its end: {undone} lines", plan.id),
    );
    let profiles = profiles_of(LineState::Undone).count();
    if profiles > 0 {
        message.id.push_str(&format!(", {profiles} profil"));
        message.en.push_str(&format!(", {profiles} profiles"));
    }
    if !kept.is_empty() {
        let kept = kept.len();
        message
            .id
            .push_str(&format!("; {kept} dibiarkan karena sudah berubah"));
        message
            .en
            .push_str(&format!("; {kept} left as they changed since"));
    }
    let entry = Entry::done("plan_undo_finished", message)
        .about("plan", plan.id, plan.kind.as_str())
        .detail(
            json!({ "undone": undone, "profiles": profiles, "kept": kept, "held_until": plan.held_until }),
        );
    logs::record(tx, call, entry).await
}
