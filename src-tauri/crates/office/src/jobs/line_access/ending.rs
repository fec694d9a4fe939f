//! How the lines came out, in one transaction: the jobs, the plan's lines, what was seen, where the customers stand. The
//! verdict is taken once more here, under the customers' locks, so that a payment that came meanwhile is not lost.

use std::collections::{BTreeSet, HashMap};

use billing::{Access, CustomerStatus, Observed};
use serde_json::json;
use store::Tx;
use store::plans::{LineOutcome, LineState, OpenLine, Repair};
use store::routers::Router;

use super::meanwhile::{self, Next, kind_for};
use super::{Askers, Step, Work, decide, enqueue, standing};
use crate::access::{self, Judged, seen};
use crate::error::{Result, Sentence};
use crate::jobs::one_line;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::logs::{self, Entry};
use crate::network::{Carried, Failure};
use crate::office::Call;

/// Writes down how the lines came out. `lost` says that the router as a whole went away.
pub(super) async fn settle_all(
    call: &mut Call<'_>,
    owner: &str,
    mut works: Vec<Work<'_>>,
    router: Option<&Router>,
    observes: bool,
    lost: Option<&Failure>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut tx = call.begin().await?;
    let ids: Vec<i64> = works.iter().map(|work| work.customer_id).collect();
    // A payment that is being booked ends first and is seen, or begins after and finds the job gone.
    store::customers::lock_all(&mut tx, &ids).await?;
    if let Some(router_id) = works.first().and_then(|work| work.job.router_id) {
        meanwhile::look(&mut tx, call, router_id, &mut works).await?;
    }
    let plan_lines: HashMap<i64, OpenLine> = works
        .iter()
        .filter_map(|work| work.plan_line.clone().map(|open| (work.customer_id, open)))
        .collect();
    let judged = decide::judge(&mut tx, call, &ids, &plan_lines).await?;
    let askers = Askers::of(&mut tx, works.iter().map(|work| work.job)).await?;
    // In one order everywhere, so that two that finish the same plans never wait for each other.
    let mut plans = BTreeSet::new();
    let mut sights = Vec::new();
    let mut wishes = Vec::new();
    for work in &works {
        call.cause = Some(format!("job:{}", work.job.id));
        let turned = match &work.step {
            Step::Carried(wish, _) if !observes => judged
                .get(&work.customer_id)
                .filter(|judged| judged.desired() != *wish && !is_held_back(call, judged, work)),
            _ => None,
        };
        let ended = match (&work.step, turned, work.next) {
            (Step::Fail(failure), ..) => Ended::from(failure),
            (_, Some(judged), _) => Ended::Again(kind_for(judged.desired()).as_str()),
            (_, None, Some(Next::Again(kind))) => Ended::Again(kind.as_str()),
            (_, None, Some(Next::OnRouter(..)) | None) => Ended::Done,
        };
        if !settle(&mut tx, call, owner, work.job, &ended, &mut counts).await? {
            continue;
        }
        if let (Some(Next::OnRouter(router_id, kind)), Ended::Done) = (work.next, &ended) {
            enqueue(&mut tx, call, kind, work.customer_id, router_id).await?;
        }
        if let Step::Carried(_, carried) = &work.step {
            sights.push(seen::Seen {
                customer_id: work.customer_id,
                observed: carried.observed,
                said: carried.after.clone(),
            });
        }
        // Nothing was sent, or what was sent has no effect: the line is open, and said to be.
        if let Step::Fail(Failure::NoEffect { said, .. }) = &work.step {
            sights.push(seen::Seen {
                customer_id: work.customer_id,
                observed: Observed::Open,
                said: said.clone(),
            });
        }
        if let (Step::Left(said), Some(router)) = (&work.step, router) {
            let observed = said.observed(&router.details.isolated_profile);
            // What was about to be asked was not asked.
            let stands = match observed {
                Observed::Closed => Access::Closed,
                Observed::Open | Observed::Unknown => Access::Open,
            };
            wishes.push((work.customer_id, stands));
            sights.push(seen::Seen {
                customer_id: work.customer_id,
                observed,
                said: said.clone(),
            });
        }
        if let Some(open) = &work.plan_line {
            plans.insert(open.line.plan_id);
            close_plan_line(&mut tx, call, open, work, &ended, observes).await?;
        }
        if let (Step::Carried(wish, carried), None, false) = (&work.step, turned, observes)
            && let Some(judged) = judged.get(&work.customer_id)
        {
            // A payment that turned a closing into an opening was not asked for by whoever let the plan through.
            let as_asked = work
                .plan_line
                .as_ref()
                .is_none_or(|open| open.line.action == *wish);
            let repaired = work.plan_line.as_ref().filter(|open| {
                open.line.repair == Repair::Profile
                    && judged.customer.standing.status == CustomerStatus::Active
            });
            if let Some(open) = repaired.filter(|_| as_asked) {
                if is_done_by_us(carried, work) {
                    let call = askers.call_for(call, work.job);
                    let before = open.line.before.as_ref();
                    standing::profile_changed(&mut tx, &call, judged, before, carried).await?;
                }
            } else if as_asked {
                let call = askers.call_for(call, work.job);
                standing::stand(&mut tx, &call, judged, *wish, (carried, work.resumes), router).await?;
            } else {
                standing::stand(&mut tx, call, judged, *wish, (carried, work.resumes), router).await?;
            }
        }
    }
    seen::ask(&mut tx, &wishes).await?;
    seen::note(&mut tx, &sights, call.now).await?;
    plans.extend(access::stopped_plans(&mut tx).await?);
    for plan in plans {
        access::finish_plan(&mut tx, call, plan).await?;
        access::bring_back_late(&mut tx, call, plan).await?;
    }
    if let (Some(failure), Some(router)) = (lost, router) {
        store::jobs::park_router(&mut tx, router.id, failure.code(), &failure.sentence().held()).await?;
    }
    tx.commit().await?;
    Ok(counts)
}

/// A line that was opened and that the ledger would close: that is the next plan's business, not this job's.
fn is_held_back(call: &Call<'_>, judged: &Judged, work: &Work<'_>) -> bool {
    decide::refusal(call, judged, work.plan_line.as_ref()).is_some()
}

/// Whether this try or an earlier one changed what the router says, rather than somebody else.
fn is_done_by_us(carried: &Carried, work: &Work<'_>) -> bool {
    carried.changed() || one_line::was_tried(work.job)
}

async fn close_plan_line(
    tx: &mut Tx,
    call: &Call<'_>,
    open: &OpenLine,
    work: &Work<'_>,
    ended: &Ended,
    observes: bool,
) -> Result<()> {
    let values = |carried: &Carried| (json!(carried.before), json!(carried.after));
    let (state, before, after, error) = match &work.step {
        Step::Fail(failure) if matches!(ended, Ended::Parked(_)) => {
            return Ok(store::plans::note_line(tx, open.line.id, &failure.sentence().held()).await?);
        }
        Step::Fail(failure) => (LineState::Failed, None, None, Some(failure.sentence().held())),
        Step::Carried(_, carried) if observes => {
            let (_, after) = values(carried);
            let why = Sentence::new(
                "Router masih dalam mode amati; tidak ada yang dikirim.",
                "The router is only observed; nothing is sent to it.",
            );
            (LineState::Skipped, None, Some(after), Some(why.held()))
        }
        Step::Carried(wish, carried) if *wish == open.line.action => {
            let (before, after) = values(carried);
            match &open.line.before {
                None => (LineState::Done, Some(before), Some(after), None),
                // What stood there when it was planned is what an undo brings back, also after a try that was cut off.
                Some(_) if is_done_by_us(carried, work) => (LineState::Done, None, Some(after), None),
                Some(_) => {
                    let why = Sentence::new(
                        "Sudah benar di router saat gilirannya tiba.",
                        "It was right on the router already when its turn came.",
                    );
                    (LineState::Skipped, None, None, Some(why.held()))
                }
            }
        }
        // The line was opened instead of closed: the payment won.
        Step::Carried(..) => (
            LineState::Skipped,
            None,
            None,
            Some(
                Sentence::new(
                    "Sudah dibayar saat gilirannya tiba; jalur dibuka.",
                    "It was paid when its turn came; the line was opened.",
                )
                .held(),
            ),
        ),
        Step::Skip(code, why) => {
            record_skipped(tx, call, open, code, why).await?;
            (LineState::Skipped, None, None, Some(why.held()))
        }
        Step::Left(said) => {
            let why = super::changed_by_hand(said);
            record_skipped(tx, call, open, "changed_since", &why).await?;
            (LineState::Skipped, None, None, Some(why.held()))
        }
        Step::Send(..) => return Ok(()),
    };
    let outcome = LineOutcome {
        state,
        before: before.as_ref(),
        after: after.as_ref(),
        error: error.as_deref(),
    };
    Ok(store::plans::set_line(tx, open.line.id, outcome, call.now).await?)
}

async fn record_skipped(
    tx: &mut Tx,
    call: &Call<'_>,
    open: &OpenLine,
    code: &str,
    why: &Sentence,
) -> Result<()> {
    let act = match open.line.before {
        Some(_) => "repair_skipped",
        None => "isolation_skipped",
    };
    let entry = Entry::skipped(act, why.id.clone())
        .about("plan", open.line.plan_id, format!("plan {}", open.line.plan_id))
        .detail(json!({ "code": code, "customer_id": open.line.customer_id, "plan_line_id": open.line.id }));
    logs::record(tx, call, entry).await
}
