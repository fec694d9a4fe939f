//! A halt for each plan whose lines are on their way back, called as soon as the undo is found stopped or the router may not
//! be changed any more, at this desk or at another.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::time::Duration;

use crate::access;
use crate::error::Result;
use crate::network::Halt;
use crate::office::Call;

/// How often that is asked while lines are sent.
const LOOK: Duration = Duration::from_millis(250);

/// The halts, by plan.
#[derive(Debug, Default)]
pub(super) struct Halts(HashMap<i64, Halt>);

impl Halts {
    /// The one of a plan.
    pub(super) fn of(&mut self, plan_id: i64) -> Halt {
        self.0.entry(plan_id).or_default().clone()
    }

    /// Halts what is not to be sent to the router any more, as long as it is waited for. It has no end of its own.
    pub(super) async fn watch(&self, call: &Call<'_>, router_id: i64) -> Infallible {
        if self.0.is_empty() {
            std::future::pending::<()>().await;
        }
        loop {
            tokio::time::sleep(LOOK).await;
            match self.stopped(call, router_id).await {
                Ok(stopped) => stopped
                    .iter()
                    .filter_map(|plan| self.0.get(plan))
                    .for_each(Halt::call),
                // The lines are settled in the same database, and fail there if it is gone.
                Err(error) => tracing::debug!(%error, "whether an undo was stopped could not be asked"),
            }
        }
    }

    async fn stopped(&self, call: &Call<'_>, router_id: i64) -> Result<Vec<i64>> {
        let mut tx = call.read().await?;
        let plans: BTreeSet<i64> = self.0.keys().copied().collect();
        if !store::routers::is_managed(&mut tx, router_id).await? {
            return Ok(plans.into_iter().collect());
        }
        let stopped = access::stopped_undos(&mut tx, &plans).await?;
        Ok(stopped.into_keys().collect())
    }
}
