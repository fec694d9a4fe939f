//! What happens while lines are on their way, at this desk or at another: a plan is stopped, a router may not be changed any
//! more, a bill is paid. A line that has not been sent is taken back then. Where somebody paid, the rest of the piece gives
//! way as well: it is taken up again at once, behind the opening of who paid (A4).

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::time::Duration;

use billing::Access;
use store::plans::OpenLine;

use super::{Step, Work, decide};
use crate::access;
use crate::error::Result;
use crate::network::Halt;
use crate::office::Call;

/// How often it is asked.
const LOOK: Duration = Duration::from_millis(250);

/// The lines of a piece.
pub(super) struct Watch {
    router_id: i64,
    lines: Vec<Watched>,
    plan_lines: HashMap<i64, OpenLine>,
}

struct Watched {
    customer_id: i64,
    desired: Access,
    halt: Halt,
}

impl Watch {
    /// Gives each order a halt of its own.
    pub(super) fn over(works: &mut [Work<'_>], router_id: i64) -> Watch {
        let mut lines = Vec::new();
        let mut plan_lines = HashMap::new();
        for work in works {
            let Step::Send(order, desired) = &mut work.step else {
                continue;
            };
            let halt = Halt::default();
            order.halt = halt.clone();
            lines.push(Watched {
                customer_id: work.customer_id,
                desired: *desired,
                halt,
            });
            plan_lines.extend(work.plan_line.clone().map(|open| (work.customer_id, open)));
        }
        Watch {
            router_id,
            lines,
            plan_lines,
        }
    }

    /// Halts what is not to be sent any more, as long as it is waited for. It has no end of its own.
    pub(super) async fn watch(&self, call: &Call<'_>) -> Infallible {
        loop {
            tokio::time::sleep(LOOK).await;
            if let Err(error) = self.look(call).await {
                // The lines are settled in the same database, and fail there if it is gone.
                tracing::debug!(%error, "what happened to lines on their way could not be asked");
            }
        }
    }

    async fn look(&self, call: &Call<'_>) -> Result<()> {
        let closing = self.lines.iter().filter(|line| line.desired == Access::Closed);
        let closing: Vec<i64> = closing.map(|line| line.customer_id).collect();
        let mut tx = call.read().await?;
        let may_send = store::routers::is_managed(&mut tx, self.router_id).await?;
        let stopped: BTreeSet<i64> = access::stopped_plans(&mut tx).await?.into_iter().collect();
        let judged = decide::judge(&mut tx, call, &closing, &self.plan_lines).await?;
        drop(tx);
        // Also where it is this very line that was closed a moment ago: its opening waits for the end of the piece.
        let is_paid = judged.values().any(|judged| judged.desired() == Access::Open);
        let is_stopped = |line: &Watched| {
            let open = self.plan_lines.get(&line.customer_id);
            open.is_some_and(|open| stopped.contains(&open.line.plan_id))
        };
        for line in &self.lines {
            if !may_send || is_stopped(line) || (is_paid && line.desired == Access::Closed) {
                line.halt.call();
            }
        }
        Ok(())
    }
}
