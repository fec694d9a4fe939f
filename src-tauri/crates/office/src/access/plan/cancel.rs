//! Stopping a plan while it is being carried out: what has not been sent by then is not sent. Lines that are just being
//! sent come to their end and are told; the plan then counts as applied, with what was done, and can be undone. An undo
//! under way is stopped by the same word.

use std::collections::HashSet;

use billing::Access;
use store::Tx;
use store::jobs::{Job, State as JobState};
use store::plans::{LineState, Plan, PlanLine, State, Step};

use crate::access::facts::{self, Day, Judged};
use crate::access::plan::apply::{finish_plan, lock_lines};
use crate::access::plan::profiles;
use crate::access::plan::stop_undo;
use crate::access::plan::view::{self, PlanDetail};
use crate::access::plan::words;
use crate::access::plan::work::{Work, stop_waiting};
use crate::actor::{Ability, in_words};
use crate::error::{Error, Language, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Stops a plan that is being carried out or taken back.
#[derive(Clone, Copy, Debug)]
pub struct CancelPlan {
    /// Which.
    pub id: i64,
}

impl Request for CancelPlan {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let mut tx = call.begin().await?;
        // Whoever ends jobs of these lines locks the customers, then the plan.
        lock_lines(&mut tx, self.id).await?;
        let plan = store::plans::lock(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Rencana", "plan"))?;
        match plan.state {
            State::Applying => {}
            State::Undoing => {
                stop_undo::stop(&mut tx, call, &plan).await?;
                let detail = view::detail(&mut tx, call, plan.id).await?;
                tx.commit().await?;
                return Ok(detail);
            }
            // A second click, a moment after the last line came to its end.
            State::Applied if plan.cancelled_at.is_some() => {
                return view::detail(&mut tx, call, plan.id).await;
            }
            _ => return Err(not_running(&plan)),
        }
        if plan.cancelled_at.is_none() {
            store::plans::step(&mut tx, plan.id, Step::Cancel(call.actor.label()), call.now).await?;
            let entry = Entry::done(
                "plan_cancelled",
                (
                    format!("Rencana {} dihentikan", plan.id),
                    format!("Plan {} stopped", plan.id),
                ),
            )
            .about("plan", plan.id, plan.kind.as_str());
            logs::record(&mut tx, call, entry).await?;
        }
        finish_plan(&mut tx, call, plan.id).await?;
        let detail = view::detail(&mut tx, call, plan.id).await?;
        tx.commit().await?;
        Ok(detail)
    }
}

fn not_running(plan: &Plan) -> Error {
    let stands = words::stands(plan.state);
    Error::conflict(
        "plan_not_running",
        format!(
            "Rencana {} tidak sedang dijalankan ({}), jadi tidak ada yang dihentikan. Yang sudah selesai dapat \
             dikembalikan.",
            plan.id, stands.id
        ),
        format!(
            "Plan {} is not being carried out ({}), so there is nothing to stop. What has been done can be undone.",
            plan.id, stands.en
        ),
    )
}

/// The plans that were stopped and whose last lines have not come to their end. Whoever ends a job of a line asks for them:
/// the job may have begun before such a plan asked for the line as well.
pub(crate) async fn stopped(tx: &mut Tx) -> Result<Vec<i64>> {
    let applying = store::plans::in_state(tx, State::Applying).await?;
    let stopped = applying.into_iter().filter(|plan| plan.cancelled_at.is_some());
    Ok(stopped.map(|plan| plan.id).collect())
}

/// Takes out of a stopped plan what has not been sent, with its jobs. Lines whose job runs at this moment are left to it:
/// this is asked again when it ends, so that it is not tried once more.
pub(super) async fn take_out_rest(tx: &mut Tx, call: &Call<'_>, plan: &Plan) -> Result<()> {
    let Some(by) = plan.cancelled_by.as_deref() else {
        return Ok(());
    };
    let why = Sentence::new(
        format!(
            "Rencana dihentikan oleh {} sebelum gilirannya.",
            in_words(by, Language::Indonesian)
        ),
        format!(
            "The plan was stopped by {} before its turn.",
            in_words(by, Language::English)
        ),
    )
    .held();
    profiles::take_out_rest(tx, call, plan, &why).await?;
    let lines: Vec<PlanLine> = store::plans::lines(tx, plan.id)
        .await?
        .into_iter()
        .filter(|line| matches!(line.state, LineState::Planned | LineState::Failed))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let work = Work::of(tx, &lines).await?;
    let customers: Vec<i64> = lines.iter().map(|line| line.customer_id).collect();
    let judged = facts::judge_some(tx, &Day::of(call), &customers).await?;
    let turned: HashSet<i64> = judged
        .iter()
        .filter(|judged| judged.desired() == Access::Open)
        .map(|judged: &Judged| judged.customer.id)
        .collect();
    let is_others = |line: &PlanLine, job: &Job| {
        // Somebody paid meanwhile, or had asked for the same before the plan was let through.
        let paid = line.action == Access::Closed && turned.contains(&line.customer_id);
        paid || plan.approved_at.is_some_and(|at| job.created_at < at)
    };
    let jobs = lines
        .iter()
        .filter_map(|line| work.job(line).filter(|job| !is_others(line, job)));
    let cancelled = stop_waiting(tx, call, jobs).await?;
    let is_out = |line: &&PlanLine| {
        work.job(line).is_none_or(|job| {
            cancelled.contains(&job.id) || job.state != JobState::Running && is_others(line, job)
        })
    };
    let out: Vec<i64> = lines.iter().filter(is_out).map(|line| line.id).collect();
    Ok(store::plans::take_out(tx, &out, &why, call.now).await?)
}
