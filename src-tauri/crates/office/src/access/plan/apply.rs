//! Making plans, letting them through, and dismissing them. A plan above the limit waits for a person; openings never
//! wait.

use std::collections::BTreeSet;

use billing::Access;
use serde::Deserialize;
use serde_json::json;
use store::Tx;
use store::plans::{Kind, LineOutcome, LineState, NewLine, NewPlan, Plan, PlanLine, Repair, State, Step};
use utoipa::ToSchema;

use crate::access::closing_hours;
use crate::access::facts::Day;
use crate::access::plan::draft::{self, Draft, DraftLine};
use crate::access::plan::gate::{self, closings_wait};
use crate::access::plan::view::{self, PlanDetail};
use crate::access::plan::words;
use crate::access::plan::{cancel, day_before, profiles};
use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::importing;
use crate::jobs::{self, JobKind, LineAt};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Lets a plan through: the one that waits, or one that is made now.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApplyPlan {
    /// The plan that waits; without it a plan is made from what the ledger says now.
    pub plan_id: Option<i64>,
    /// Customers whose lines are taken out.
    pub strike: Vec<i64>,
    /// Lets a plan above the limit through.
    pub confirm: bool,
}

impl Request for ApplyPlan {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let mut tx = call.begin().await?;
        let plan_id = match self.plan_id {
            Some(id) => self.approve_waiting(&mut tx, call, id).await?,
            None => self.make(&mut tx, call).await?,
        };
        let detail = view::detail(&mut tx, call, plan_id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(detail)
    }
}

impl ApplyPlan {
    async fn approve_waiting(&self, tx: &mut Tx, call: &Call<'_>, id: i64) -> Result<i64> {
        let plan = store::plans::find(tx, id)
            .await?
            .ok_or_else(|| Error::missing("Rencana", "plan"))?;
        if plan.state != State::Waiting {
            return Err(not_waiting(&plan));
        }
        store::plans::strike(tx, id, &self.strike, call.now).await?;
        let closing = planned(tx, id, Access::Closed).await?;
        if let Some(why) = closings_wait(call).filter(|_| closing > 0) {
            return Err(closing_hours::not_now(why));
        }
        if closing > plan.close_limit && !self.confirm {
            return Err(Error::conflict(
                "plan_above_limit",
                format!(
                    "Rencana ini menutup {closing} jalur, di atas batas {}. Periksa daftarnya, lalu setujui dengan \
                     konfirmasi.",
                    plan.close_limit
                ),
                format!(
                    "This plan closes {closing} lines, above the limit of {}. Look through it, then approve it with a \
                     confirmation.",
                    plan.close_limit
                ),
            ));
        }
        day_before::put_away(tx, call, plan.as_of).await?;
        let_through(tx, call, id).await?;
        Ok(id)
    }

    async fn make(&self, tx: &mut Tx, call: &Call<'_>) -> Result<i64> {
        let draft = draft::draft(tx, Day::of(call)).await?;
        draft.lock(tx).await?;
        let closings_wait = closings_wait(call);
        // What was struck stays out, whoever makes the day's plan: in the preview, or in a plan that this one replaces. A plan
        // that was carried out is over; who applies another one names anew what it leaves out.
        let previewed = day_before::struck_on(tx, call.today).await?;
        let mut struck = previewed.clone();
        struck.extend(struck_in_waiting(tx).await?);
        let wanted = |line: &&DraftLine| {
            !self.strike.contains(&line.customer_id)
                && (line.action == Access::Open || !struck.contains(&line.customer_id))
        };
        let closing: Vec<&DraftLine> = draft
            .closable()
            .filter(wanted)
            .filter(|_| closings_wait.is_none())
            .collect();
        let opening: Vec<&DraftLine> = draft.openable().filter(wanted).collect();
        // What is left out stands in the plan, struck, so that nothing that runs by itself today closes it.
        let is_left_out = |id: &i64| self.strike.contains(id) || struck.contains(id);
        let left_out: Vec<&DraftLine> = draft
            .closable()
            .filter(|line| is_left_out(&line.customer_id) && !previewed.contains(&line.customer_id))
            .filter(|_| !closing.is_empty())
            .collect();
        let strikes: Vec<i64> = left_out.iter().map(|line| line.customer_id).collect();
        if closing.is_empty() && opening.is_empty() {
            return Err(match closings_wait {
                Some(why) if draft.closable_count() > 0 => closing_hours::not_now(why),
                _ => Error::conflict(
                    "nothing_to_change",
                    "Tidak ada jalur yang perlu ditutup atau dibuka.",
                    "No line needs to be closed or opened.",
                ),
            });
        }
        if let Some(why) = closings_wait.filter(|_| draft.closable_count() > 0) {
            // Who paid waits for no day of closing; a plan that waits for its approval goes on waiting.
            let id = write_plan(tx, call, &draft, Kind::Reopen, &opening, Some(&why.held())).await?;
            let_through(tx, call, id).await?;
            return Ok(id);
        }
        let gate = gate::gate(tx, &draft, &closing).await?.with(self.confirm);
        supersede_waiting(tx, call).await?;
        let Some(held) = gate.held else {
            day_before::put_away(tx, call, call.today).await?;
            let lines: Vec<&DraftLine> = gate.through.into_iter().chain(opening).chain(left_out).collect();
            let reason = gate.approval.map(|why| why.held());
            let id = write_plan(tx, call, &draft, Kind::Overdue, &lines, reason.as_deref()).await?;
            store::plans::strike(tx, id, &strikes, call.now).await?;
            let_through(tx, call, id).await?;
            return Ok(id);
        };
        let kind = match gate.through.is_empty() {
            true => Kind::Reopen,
            false => Kind::Overdue,
        };
        let goes: Vec<&DraftLine> = gate.through.into_iter().chain(opening).collect();
        if !goes.is_empty() {
            let reason = gate.approval.map(|why| why.held());
            let id = write_plan(tx, call, &draft, kind, &goes, reason.as_deref()).await?;
            let_through(tx, call, id).await?;
        }
        let lines: Vec<&DraftLine> = held.lines.into_iter().chain(left_out).collect();
        let why = held.why.held();
        let id = write_plan(tx, call, &draft, Kind::Overdue, &lines, Some(&why)).await?;
        store::plans::strike(tx, id, &strikes, call.now).await?;
        Ok(id)
    }
}

fn not_waiting(plan: &Plan) -> Error {
    let stands = words::stands(plan.state);
    Error::conflict(
        "plan_not_waiting",
        format!(
            "Rencana {} tidak sedang menunggu ({}). Muat ulang daftarnya.",
            plan.id, stands.id
        ),
        format!(
            "Plan {} is not waiting ({}). Reload the list.",
            plan.id, stands.en
        ),
    )
}

async fn planned(tx: &mut Tx, plan_id: i64, action: Access) -> Result<i64> {
    let lines = store::plans::lines(tx, plan_id).await?;
    let count = lines
        .iter()
        .filter(|line| line.state == LineState::Planned && line.action == action)
        .count();
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Writes a plan that waits, with these lines and the draft's profiles, and with why it waits or leaves something out. What
/// still stands in an older plan leaves it. The customers are to be [locked](Draft::lock) by then.
pub(crate) async fn write_plan(
    tx: &mut Tx,
    call: &Call<'_>,
    draft: &Draft,
    kind: Kind,
    lines: &[&DraftLine],
    reason: Option<&str>,
) -> Result<i64> {
    let of = |action: Access| {
        lines
            .iter()
            .filter(move |line| line.repair == Repair::Access && line.action == action)
    };
    let count = |action| i64::try_from(of(action).count()).unwrap_or(i64::MAX);
    let repairs = lines.iter().filter(|line| line.repair != Repair::Access).count();
    let plan = NewPlan {
        kind,
        as_of: draft.day.today,
        state: State::Waiting,
        closing: count(Access::Closed),
        opening: count(Access::Open),
        amount: of(Access::Closed).map(|line| line.amount).sum(),
        close_limit: i64::from(draft.limit.limit),
        reason,
        created_by: call.actor.label(),
    };
    let ids: Vec<i64> = lines.iter().map(|line| line.customer_id).collect();
    let older = store::plans::open_lines(tx, &ids).await?;
    let older_profiles = store::plans::plans_of_open_profiles(tx, &draft.profiles).await?;
    let id = store::plans::insert(tx, &plan, call.now).await?;
    let replaced = Sentence::new(
        format!("Diganti rencana {id}."),
        format!("Replaced by plan {id}."),
    );
    let why = replaced.held();
    let superseded = LineOutcome {
        state: LineState::Skipped,
        before: None,
        after: None,
        error: Some(&why),
    };
    for open in &older {
        // Why it had failed stays to be read.
        let failed = open
            .line
            .error
            .as_deref()
            .filter(|_| open.line.state == LineState::Failed);
        let error = failed.map(|failed| Sentence::from_held(failed).then(&replaced).held());
        let outcome = LineOutcome {
            error: error.as_deref().or(superseded.error),
            ..superseded
        };
        store::plans::set_line(tx, open.line.id, outcome, call.now).await?;
    }
    store::plans::insert_profiles(tx, id, &draft.profiles, &why, call.now).await?;
    // In one order everywhere, so that two that finish the same plans never wait for each other.
    let left: BTreeSet<i64> = older
        .iter()
        .map(|open| open.line.plan_id)
        .chain(older_profiles)
        .collect();
    for plan in left {
        finish_plan(tx, call, plan).await?;
    }
    let lines: Vec<NewLine> = lines.iter().filter_map(|line| line.planned()).collect();
    store::plans::insert_lines(tx, id, &lines).await?;
    let (closing, opening) = (plan.closing, plan.opening);
    let mut made = Sentence::new(
        format!("Rencana {id} dibuat: {closing} tutup, {opening} buka"),
        format!("Plan {id} made: {closing} to close, {opening} to open"),
    );
    if repairs > 0 {
        made.id.push_str(&format!(", {repairs} diperbaiki"));
        made.en.push_str(&format!(", {repairs} to repair"));
    }
    if !draft.profiles.is_empty() {
        let profiles = draft.profiles.len();
        made.id.push_str(&format!(", {profiles} profil"));
        made.en.push_str(&format!(", {profiles} profiles"));
    }
    if let Some(why) = reason.map(Sentence::from_held) {
        made.id.push_str(&format!(". {}", why.id));
        made.en.push_str(&format!(". {}", why.en));
    }
    let entry = Entry::done("plan_made", made)
        .about("plan", id, kind.as_str())
        .detail(json!({
            "closing": plan.closing, "opening": plan.opening, "repairs": repairs, "limit": draft.limit.limit,
            "profiles": draft.profiles.len(),
        }));
    logs::record(tx, call, entry).await?;
    Ok(id)
}

/// Lets a waiting plan through: its lines become jobs. A job that is running for one of them ends first and leaves the line
/// to a new one, or looks again after this and finds it.
pub(crate) async fn let_through(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<()> {
    lock_lines(tx, plan_id).await?;
    store::plans::step(tx, plan_id, Step::Approve(call.actor.label()), call.now).await?;
    store::plans::step(tx, plan_id, Step::Apply, call.now).await?;
    let lines = store::plans::lines(tx, plan_id).await?;
    let planned: Vec<&PlanLine> = lines
        .iter()
        .filter(|line| line.state == LineState::Planned)
        .collect();
    for (repair, action, kind) in [
        (Repair::Access, Access::Open, JobKind::OpenAccess),
        (Repair::Access, Access::Closed, JobKind::Access),
        // Whoever is only slower or faster than they should be waits behind who paid.
        (Repair::Profile, Access::Open, JobKind::Access),
    ] {
        let some: Vec<(i64, i64)> = planned
            .iter()
            .filter(|line| line.repair == repair && line.action == action)
            .map(|line| (line.customer_id, line.router_id))
            .collect();
        jobs::enqueue_access_all(tx, call, kind, &some).await?;
    }
    for line in &planned {
        let place = LineAt {
            customer_id: line.customer_id,
            router_id: line.router_id,
        };
        match line.repair {
            Repair::Secret | Repair::Entries => {
                jobs::enqueue_missing_line(tx, call, place, line.id).await?;
            }
            Repair::Limit => {
                jobs::enqueue_line_limit(tx, call, place, line.id).await?;
            }
            Repair::Access | Repair::Profile => {}
        }
    }
    profiles::let_through(tx, call, plan_id).await?;
    let closing: Vec<i64> = planned
        .iter()
        .filter(|line| line.repair == Repair::Access && line.action == Access::Closed)
        .map(|line| line.customer_id)
        .collect();
    importing::confirm_first_cut_off(tx, call, &closing).await?;
    let entry = Entry::done(
        "plan_approved",
        (
            format!("Rencana {plan_id} dijalankan"),
            format!("Plan {plan_id} carried out"),
        ),
    )
    .about("plan", plan_id, "plan");
    logs::record(tx, call, entry).await?;
    finish_plan(tx, call, plan_id).await
}

/// Locks the customers of a plan's lines, as whoever ends their jobs does.
pub(super) async fn lock_lines(tx: &mut Tx, plan_id: i64) -> Result<()> {
    let lines = store::plans::lines(tx, plan_id).await?;
    let customers: Vec<i64> = lines.iter().map(|line| line.customer_id).collect();
    Ok(store::customers::lock_all(tx, &customers).await?)
}

/// The customers that a person has struck in the plans that wait.
async fn struck_in_waiting(tx: &mut Tx) -> Result<Vec<i64>> {
    let mut struck = Vec::new();
    for plan in store::plans::in_state(tx, State::Waiting).await? {
        let lines = store::plans::lines(tx, plan.id).await?;
        let of_person = lines.iter().filter(|line| line.state == LineState::Struck);
        struck.extend(of_person.map(|line| line.customer_id));
    }
    Ok(struck)
}

/// Dismisses the plans that wait, because a newer one takes their place; gives the customers that a person had struck.
pub(crate) async fn supersede_waiting(tx: &mut Tx, call: &Call<'_>) -> Result<Vec<i64>> {
    let struck = struck_in_waiting(tx).await?;
    for plan in store::plans::in_state(tx, State::Waiting).await? {
        store::plans::step(tx, plan.id, Step::Dismiss, call.now).await?;
        let entry = Entry::skipped(
            "plan_dismissed",
            (
                format!("Rencana {} diganti yang lebih baru", plan.id),
                format!("Plan {} was replaced by a newer one", plan.id),
            ),
        )
        .about("plan", plan.id, plan.kind.as_str());
        logs::record(tx, call, entry).await?;
    }
    Ok(struck)
}

/// Ends a plan whose last line came to its end.
pub(crate) async fn finish_plan(tx: &mut Tx, call: &Call<'_>, plan_id: i64) -> Result<()> {
    let plan = store::plans::lock(tx, plan_id).await?;
    let Some(plan) = plan.filter(|plan| plan.state == State::Applying) else {
        return Ok(());
    };
    cancel::take_out_rest(tx, call, &plan).await?;
    let still = store::plans::tally(tx, plan_id)
        .await?
        .into_iter()
        .any(|(state, _)| state == LineState::Planned.as_str());
    if !still && !profiles::any(tx, plan_id, LineState::Planned).await? {
        store::plans::step(tx, plan_id, Step::Finish, call.now).await?;
    }
    Ok(())
}

/// Dismisses a plan that waits.
#[derive(Clone, Copy, Debug)]
pub struct DismissPlan {
    /// Which.
    pub id: i64,
}

impl Request for DismissPlan {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let mut tx = call.begin().await?;
        let plan = store::plans::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Rencana", "plan"))?;
        if plan.state != State::Waiting {
            return Err(not_waiting(&plan));
        }
        store::plans::step(&mut tx, self.id, Step::Dismiss, call.now).await?;
        // Whoever does not want it carried out takes back what was approved ahead of it.
        day_before::put_away(&mut tx, call, plan.as_of).await?;
        let entry = Entry::done(
            "plan_dismissed",
            (
                format!("Rencana {} dibatalkan sebelum dijalankan", plan.id),
                format!("Plan {} was dismissed before it was carried out", plan.id),
            ),
        )
        .about("plan", plan.id, plan.kind.as_str());
        logs::record(&mut tx, call, entry).await?;
        let detail = view::detail(&mut tx, call, self.id).await?;
        tx.commit().await?;
        Ok(detail)
    }
}
