//! What was asked of the lines while their jobs ran. Whoever lets a plan through while a line's job is running gets no
//! second one, so the running one looks again before it ends: under the customers' locks, which whoever writes or lets
//! through a plan takes as well. Without that a line of a plan would wait for ever for a job that has ended.

use std::collections::HashMap;

use billing::Access;
use store::Tx;
use store::jobs::Job;

use super::{Step, Work, decide};
use crate::error::Result;
use crate::jobs::registry::JobKind;
use crate::office::Call;

/// How a line goes on whose job comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Its job runs again at once.
    Again(JobKind),
    /// A plan wants it on another router, which needs a job of its own.
    OnRouter(i64, JobKind),
}

/// The kind of job that brings a line there.
pub(super) fn kind_for(desired: Access) -> JobKind {
    match desired {
        Access::Open => JobKind::OpenAccess,
        Access::Closed => JobKind::Access,
    }
}

/// Looks at the lines again: what was done is put down to the newest plan that wants just that, and what is still to be
/// done is said to go on.
pub(super) async fn look(tx: &mut Tx, call: &Call<'_>, router_id: i64, works: &mut [Work<'_>]) -> Result<()> {
    take_up_plans(tx, router_id, works).await?;
    let passed_over: Vec<Job> = works
        .iter()
        .filter(|work| matches!(work.step, Step::Skip(..)) && work.next.is_none())
        .map(|work| work.job.clone())
        .collect();
    if passed_over.is_empty() {
        return Ok(());
    }
    let mut anew: HashMap<i64, Work<'_>> = decide::plan(tx, call, router_id, &passed_over)
        .await?
        .into_iter()
        .map(|work| (work.job.id, work))
        .collect();
    for work in works {
        let Some(now) = anew.remove(&work.job.id) else {
            continue;
        };
        match now.step {
            Step::Skip(..) => (work.plan_line, work.step) = (now.plan_line, now.step),
            Step::Send(_, desired) => work.next = Some(Next::Again(kind_for(desired))),
            Step::Left(_) | Step::Gone | Step::Halted(_) | Step::Fail(_) | Step::Carried(..) => {
                work.next = Some(Next::Again(JobKind::Access));
            }
        }
    }
    Ok(())
}

/// Looks for lines of plans that were let through since the jobs were decided.
async fn take_up_plans(tx: &mut Tx, router_id: i64, works: &mut [Work<'_>]) -> Result<()> {
    let ids: Vec<i64> = works.iter().map(|work| work.customer_id).collect();
    let mut asked = decide::open_lines(tx, &ids).await?;
    for work in works {
        let known = work.plan_line.as_ref().map(|open| open.line.id);
        let Some(open) = asked
            .remove(&work.customer_id)
            .filter(|open| Some(open.line.id) != known)
        else {
            continue;
        };
        let kind = kind_for(open.line.action);
        if open.line.router_id != router_id {
            work.next = Some(Next::OnRouter(open.line.router_id, kind));
            continue;
        }
        match &work.step {
            // Whether it is still passed over is decided anew.
            Step::Skip(..) => {}
            Step::Fail(_) => work.plan_line = Some(open),
            // A plan that knows what stood there must find that, and says itself what it found.
            Step::Carried(wish, _) if *wish == open.line.action && open.line.before.is_none() => {
                work.plan_line = Some(open);
            }
            Step::Send(..) | Step::Left(_) | Step::Gone | Step::Halted(_) | Step::Carried(..) => {
                work.next = Some(Next::Again(kind));
            }
        }
    }
    Ok(())
}
