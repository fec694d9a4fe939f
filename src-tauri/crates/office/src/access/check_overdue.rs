//! `billing:check-overdue`: who must close and who must open, as one plan. Within the limit it is carried out at once;
//! above it the closings wait for a person while the openings go through. The numbers say what routers said, not what
//! they were asked. Lines that are closed by the books alone are looked at first.

use std::collections::HashSet;
use std::time::Duration;

use billing::Access;
use store::Tx;
use store::plans::{Kind, LineState};

use crate::access::facts::Day;
use crate::access::plan::{self, Draft, DraftLine, Gate, Stopped};
use crate::access::unseen;
use crate::actor::Ability;
use crate::customers;
use crate::error::{Result, Sentence};
use crate::jobs;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::schedule::TaskSummary;

/// The task's name.
pub const TASK: &str = "billing:check-overdue";
/// How often it is looked whether another worker has finished the lines that it took.
const LOOK: Duration = Duration::from_millis(50);
/// After that the task answers with what is known; the jobs go on.
const PATIENCE: Duration = Duration::from_secs(600);

/// Closes who must be closed and opens who must be opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckOverdue {
    /// Only says what it would do.
    pub dry_run: bool,
    /// Lets a plan above the limit through.
    pub confirm: bool,
}

impl Request for CheckOverdue {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = TaskSummary;

    async fn run(self, call: &Call<'_>) -> Result<TaskSummary> {
        let mut summary = TaskSummary::new(TASK, call.today, self.dry_run);
        if !self.dry_run {
            customers::pass_days(call).await?;
        }
        unseen::look(call, &mut summary).await?;
        let mut tx = call.read().await?;
        let draft = plan::draft(&mut tx, Day::of(call)).await?;
        count_blocked(&draft, &mut summary);
        let may_close = may_close(call, &draft, &mut summary);
        if self.dry_run {
            let struck = plan::struck_for_the_day(&mut tx, call.today).await?;
            let closing = left_by_stops(&mut tx, call, &draft, may_close, &mut summary).await?;
            let (kept_out, lines): (Vec<&DraftLine>, Vec<&DraftLine>) = closing
                .into_iter()
                .partition(|line| struck.contains(&line.customer_id));
            summary.skipped += kept_out.len() as u64;
            summary.opened = draft.openable().count() as u64;
            let gate = plan::gate(&mut tx, &draft, &lines).await?.with(self.confirm);
            note_gate(&gate, &mut summary);
            summary.isolated = gate.through.len() as u64;
            summary.waiting = gate.held.map_or(0, |held| held.lines.len() as u64);
            return Ok(summary);
        }
        drop(tx);
        let plans = self.make(call, &draft, may_close, &mut summary).await?;
        call.office.ring();
        carry_through(call, &plans).await?;
        let mut tx = call.read().await?;
        for plan in plans {
            count_lines(&mut tx, plan, &mut summary).await?;
        }
        Ok(summary)
    }
}

impl CheckOverdue {
    /// Writes the plans and lets through what may go; gives those that were let through.
    async fn make(
        self,
        call: &Call<'_>,
        draft: &Draft,
        may_close: bool,
        summary: &mut TaskSummary,
    ) -> Result<Vec<i64>> {
        let mut tx = call.begin().await?;
        draft.lock(&mut tx).await?;
        // What a person struck in the preview, or in a plan that waited, stays struck in the plan that follows from it. On a
        // day without closings none follows, and the plan goes on waiting.
        let mut struck = HashSet::new();
        if may_close {
            struck = plan::struck_for_the_day(&mut tx, call.today).await?;
            struck.extend(plan::supersede_waiting(&mut tx, call).await?);
        }
        let closing = left_by_stops(&mut tx, call, draft, may_close, summary).await?;
        let (kept_out, closing): (Vec<&DraftLine>, Vec<&DraftLine>) = closing
            .into_iter()
            .partition(|line| struck.contains(&line.customer_id));
        let kept: Vec<i64> = kept_out.iter().map(|line| line.customer_id).collect();
        let opening: Vec<&DraftLine> = draft.openable().collect();
        let mut through = Vec::new();
        let gate = plan::gate(&mut tx, draft, &closing).await?.with(self.confirm);
        note_gate(&gate, summary);
        if gate.held.is_none() && may_close {
            plan::put_previews_away(&mut tx, call, call.today).await?;
        }
        let waits = gate.held.is_some();
        let kind = if waits && gate.through.is_empty() {
            Kind::Reopen
        } else {
            Kind::Overdue
        };
        let mut lines: Vec<&DraftLine> = gate.through.into_iter().chain(opening).collect();
        let goes = !lines.is_empty();
        if goes {
            // Who was struck stands in the plan, struck: it says so to whoever looks, and to the next check of the day.
            let struck = if waits { &[][..] } else { &kept_out[..] };
            lines.extend(struck);
            let reason = gate.approval.map(|why| why.held());
            let id = plan::write_plan(&mut tx, call, draft, kind, &lines, reason.as_deref()).await?;
            if !waits {
                store::plans::strike(&mut tx, id, &kept, call.now).await?;
            }
            through.push(id);
        }
        if let Some(held) = gate.held {
            summary.waiting += held.lines.len() as u64;
            let lines: Vec<&DraftLine> = held.lines.into_iter().chain(kept_out.iter().copied()).collect();
            let why = held.why.held();
            let id = plan::write_plan(&mut tx, call, draft, Kind::Overdue, &lines, Some(&why)).await?;
            store::plans::strike(&mut tx, id, &kept, call.now).await?;
        }
        // A plan that is let through counts its struck lines itself.
        if waits || !goes {
            summary.skipped += kept_out.len() as u64;
        }
        for id in &through {
            plan::let_through(&mut tx, call, *id).await?;
        }
        for line in draft.closing.iter().chain(&draft.opening) {
            if let Some(blocked) = line.blocked.as_ref().filter(|blocked| blocked.is_failure) {
                let entry = Entry::failed("system_error", blocked.sentence.clone())
                    .about("customer", line.customer_id, &line.name)
                    .detail(serde_json::json!({ "code": blocked.code }));
                logs::record(&mut tx, call, entry).await?;
            }
        }
        tx.commit().await?;
        Ok(through)
    }
}

/// The closings without those that somebody stopped today, which are counted as skipped and wait for a person.
async fn left_by_stops<'d>(
    tx: &mut Tx,
    call: &Call<'_>,
    draft: &'d Draft,
    may_close: bool,
    summary: &mut TaskSummary,
) -> Result<Vec<&'d DraftLine>> {
    if !may_close {
        return Ok(Vec::new());
    }
    let stopped = Stopped::on(tx, call.today).await?;
    if let Some(why) = stopped.sentence(draft.closable()) {
        summary.note("plan_stopped", why);
    }
    let (left_out, closing): (Vec<&DraftLine>, Vec<&DraftLine>) =
        draft.closable().partition(|line| stopped.has(line.customer_id));
    summary.skipped += left_out.len() as u64;
    Ok(closing)
}

/// Says why closings wait, or by whose word they go through.
fn note_gate(gate: &Gate<'_>, summary: &mut TaskSummary) {
    if let Some(held) = &gate.held {
        summary.note("plan_waits", held.why.clone());
    }
    if let Some(why) = &gate.approval {
        summary.note("plan_approved_ahead", why.clone());
    }
}

/// Counts the lines that something stands in the way of: a failure where a person must act, skipped where the office
/// wants it so, with one note for each router that the office does not let act.
fn count_blocked(draft: &Draft, summary: &mut TaskSummary) {
    for line in draft.closing.iter().chain(&draft.opening) {
        match &line.blocked {
            Some(blocked) if blocked.is_failure => {
                summary.fail(&line.customer_no, blocked.code, blocked.sentence.clone());
            }
            Some(blocked) => {
                summary.skipped += 1;
                let subject = line.router.as_deref().unwrap_or(&line.customer_no);
                let about = Sentence::new(
                    format!("{subject}: {}", blocked.sentence.id),
                    format!("{subject}: {}", blocked.sentence.en),
                );
                summary.note_once(blocked.code, about);
            }
            None => {}
        }
    }
}

/// Whether lines are closed at the call's day and hour. Who would be is counted as skipped, and the summary says by the
/// code `not_closing_now` why and when next; a confirmation changes nothing about it.
fn may_close(call: &Call<'_>, draft: &Draft, summary: &mut TaskSummary) -> bool {
    let Some(why) = plan::closings_wait(call) else {
        return true;
    };
    let count = draft.closable_count();
    if count > 0 {
        summary.skipped += u64::from(count);
        summary.note("not_closing_now", why);
    }
    false
}

/// Works on the plans until each of their lines came to its first outcome. Lines that another worker took are waited for;
/// lines whose router is away are not.
async fn carry_through(call: &Call<'_>, plans: &[i64]) -> Result<()> {
    let started = tokio::time::Instant::now();
    loop {
        jobs::run_due(call.office, true).await?;
        let mut tx = call.read().await?;
        let mut in_work = 0;
        for plan in plans {
            in_work += store::plans::in_work(&mut tx, *plan, jobs::ACCESS_KEY, call.office.now()).await?;
        }
        drop(tx);
        if in_work == 0 || started.elapsed() > PATIENCE {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn count_lines(tx: &mut Tx, plan: i64, summary: &mut TaskSummary) -> Result<()> {
    for line in store::plans::lines(tx, plan).await? {
        match (line.state, line.action) {
            (LineState::Done, Access::Closed) => summary.isolated += 1,
            (LineState::Done, Access::Open) => summary.opened += 1,
            // `waiting` is for what a person must decide. This one goes on by itself once its router answers.
            (LineState::Planned, _) => {
                summary.skipped += 1;
                note_its_router(tx, line.customer_id, summary).await?;
            }
            (LineState::Failed, _) => {
                let customer = store::customers::find(tx, line.customer_id).await?;
                let job = store::jobs::newest(tx, &jobs::access_key(line.customer_id)).await?;
                let code = job
                    .and_then(|job| job.error_code)
                    .unwrap_or_else(|| "failed".to_owned());
                let subject = customer.map_or_else(String::new, |customer| customer.details.customer_no);
                let why = Sentence::from_held(line.error.as_deref().unwrap_or_default());
                summary.fail(subject, code, why);
            }
            (LineState::Skipped | LineState::Struck | LineState::Undone | LineState::Kept, _) => {
                summary.skipped += 1
            }
        }
    }
    Ok(())
}

/// Says once of each router that is away why it is, so that whoever ran the task need not look for it.
async fn note_its_router(tx: &mut Tx, customer_id: i64, summary: &mut TaskSummary) -> Result<()> {
    let job = store::jobs::newest(tx, &jobs::access_key(customer_id)).await?;
    let parked = job.filter(|job| job.state == store::jobs::State::Parked);
    if let Some((code, why)) = parked.and_then(|job| job.error_code.zip(job.error)) {
        summary.note_once(&code, Sentence::from_held(&why));
    }
    Ok(())
}
