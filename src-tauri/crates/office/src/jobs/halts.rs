//! A halt for each plan whose lines are on their way, called as soon as the plan is found stopped, at this desk or at another.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::time::Duration;

use crate::access;
use crate::error::Result;
use crate::network::Halt;
use crate::office::Call;

/// How often it is asked whether a plan was stopped while its lines are sent.
const LOOK: Duration = Duration::from_millis(250);

/// The halts, by plan.
#[derive(Debug, Default)]
pub(super) struct Halts(HashMap<i64, Halt>);

impl Halts {
    /// The one of a plan.
    pub(super) fn of(&mut self, plan_id: i64) -> Halt {
        self.0.entry(plan_id).or_default().clone()
    }

    /// Halts what belongs to plans that are found stopped, as long as it is waited for. It has no end of its own.
    pub(super) async fn watch(&self, call: &Call<'_>, whither: Whither) -> Infallible {
        if self.0.is_empty() {
            std::future::pending::<()>().await;
        }
        loop {
            tokio::time::sleep(LOOK).await;
            match self.stopped(call, whither).await {
                Ok(stopped) => stopped
                    .iter()
                    .filter_map(|plan| self.0.get(plan))
                    .for_each(Halt::call),
                // The lines are settled in the same database, and fail there if it is gone.
                Err(error) => tracing::debug!(%error, "whether a plan was stopped could not be asked"),
            }
        }
    }

    async fn stopped(&self, call: &Call<'_>, whither: Whither) -> Result<Vec<i64>> {
        let mut tx = call.read().await?;
        match whither {
            Whither::There => access::stopped_plans(&mut tx).await,
            Whither::Back => {
                let plans: BTreeSet<i64> = self.0.keys().copied().collect();
                Ok(access::stopped_undos(&mut tx, &plans)
                    .await?
                    .into_keys()
                    .collect())
            }
        }
    }
}

/// On which way lines are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whither {
    /// Where their plan wants them.
    There,
    /// To what they were before it.
    Back,
}
