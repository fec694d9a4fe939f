//! The worker: finds lanes that have work due, runs each of them once at a time and side by side, and rests until a job
//! rings, a job's time comes, or an absent router is to be asked again.

use std::collections::HashSet;
use std::time::Duration;

use rand::Rng as _;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};
use crate::jobs::lane::{self, Lane};
use crate::jobs::probing::Probes;
use crate::jobs::settle::Counts;
use crate::office::Office;

/// The longest rest. Another process on the same database rings no bell here.
const REST: Duration = Duration::from_secs(1);

struct Worker {
    office: Office,
    owner: String,
    lanes: JoinSet<(Lane, Result<Counts>)>,
    busy: HashSet<Lane>,
    /// Lanes that looked due and gave nothing, for instance jobs of a kind that only a newer program knows.
    barren: HashSet<Lane>,
    counts: Counts,
}

impl Worker {
    fn new(office: &Office) -> Worker {
        // Another name for each worker, so that a lease of one that crashed is never taken for one's own.
        let owner = format!("{}#{:016x}", office.desk(), rand::rng().random::<u64>());
        Worker {
            office: office.clone(),
            owner,
            lanes: JoinSet::new(),
            busy: HashSet::new(),
            barren: HashSet::new(),
            counts: Counts::default(),
        }
    }

    /// Starts every lane that has work due and is not running.
    async fn start_due(&mut self) -> Result<()> {
        let mut tx = self.office.store().read().await?;
        let due = store::jobs::due_lanes(&mut tx, self.office.now()).await?;
        drop(tx);
        for lane in due.into_iter().flat_map(Lane::of) {
            if !self.barren.contains(&lane) && self.busy.insert(lane) {
                let work = lane::drain(self.office.clone(), self.owner.clone(), lane);
                self.lanes.spawn(async move { (lane, work.await) });
            }
        }
        Ok(())
    }

    /// Asks the absent routers that it is time to ask.
    async fn start_probes(&mut self, probes: &mut Probes) -> Result<()> {
        let mut tx = self.office.store().read().await?;
        let parked = store::jobs::parked_routers(&mut tx).await?;
        drop(tx);
        let due = probes.due(&parked, Instant::now());
        let now = self.office.now();
        let asks = probes.waits(Instant::now()).map(|(router, wait)| {
            let at = now.checked_add(wait).unwrap_or(now);
            (router, at)
        });
        self.office.network().will_ask(asks.collect());
        for router in due {
            let lane = Lane::Router(router);
            if self.busy.insert(lane) {
                let office = self.office.clone();
                self.lanes.spawn(async move {
                    // A router that another desk can log in to is that desk's to ask.
                    if lane.is_of(&office).await.unwrap_or(false)
                        && let Err(failure) = office.network().probe(&office, router).await
                    {
                        tracing::debug!(router, %failure, "an absent router is still away");
                    }
                    (
                        lane,
                        Ok(Counts {
                            claimed: 1,
                            ..Counts::default()
                        }),
                    )
                });
            }
        }
        Ok(())
    }

    /// Takes note of a lane that came to its end.
    fn ended(
        &mut self,
        ended: std::result::Result<(Lane, Result<Counts>), tokio::task::JoinError>,
    ) -> Result<()> {
        let (lane, counts) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                // Its jobs are taken over when their lease runs out; no lane may stay blocked by it.
                self.busy.clear();
                let wrong = "Pekerjaan di latar berhenti mendadak; akan dicoba lagi dalam satu menit.";
                let wrong_en = "Background work stopped unexpectedly; it is tried again within a minute.";
                return Err(
                    Error::new(crate::Kind::Fault, "worker_stopped", wrong, wrong_en).caused_by(error)
                );
            }
        };
        self.busy.remove(&lane);
        let counts = counts?;
        if counts.claimed == 0 {
            self.barren.insert(lane);
        }
        self.counts.add(counts);
        Ok(())
    }
}

/// Runs what is due now. With `until_empty` also what that causes, until nothing is due; retries and parked work stay for
/// later. Another worker may run beside this one: leases keep them apart.
///
/// # Errors
/// When the database cannot be read or written; failures of jobs are in the counts and on their rows.
pub async fn run_due(office: &Office, until_empty: bool) -> Result<Counts> {
    let mut worker = Worker::new(office);
    let mut bell = office.bell();
    worker.start_due().await?;
    loop {
        tokio::select! {
            ended = worker.lanes.join_next() => match ended {
                Some(ended) => worker.ended(ended)?,
                None => return Ok(worker.counts),
            },
            // What follows from a piece of lines is done while the router is busy with the next.
            () = bell.rings(), if until_empty => {
                worker.barren.remove(&Lane::Events);
            },
        }
        if until_empty {
            worker.start_due().await?;
        }
    }
}

/// Runs what is due for one router now, until nothing is.
///
/// # Errors
/// As [`run_due`].
pub(crate) async fn run_router(office: &Office, router_id: i64) -> Result<Counts> {
    let worker = Worker::new(office);
    lane::drain(worker.office, worker.owner, Lane::Router(router_id)).await
}

/// Runs jobs until `shutdown`; what is under way then is finished first.
pub fn spawn_worker(office: Office, shutdown: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut worker = Worker::new(&office);
        let mut bell = office.bell();
        let mut probes = Probes::default();
        while !shutdown.is_cancelled() {
            let started = match worker.start_due().await {
                Ok(()) => worker.start_probes(&mut probes).await,
                Err(error) => Err(error),
            };
            if let Err(error) = started {
                // A database that is locked or away comes back; the worker must still be there then.
                tracing::error!(%error, "jobs could not be looked for");
            }
            let rest = tokio::time::sleep(REST);
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = bell.rings() => worker.barren.clear(),
                () = rest => worker.barren.clear(),
                Some(ended) = worker.lanes.join_next() => if let Err(error) = worker.ended(ended) {
                    tracing::error!(%error, "a lane of jobs failed");
                    // Without this pause a database that refuses every write would be asked without a rest.
                    tokio::time::sleep(REST).await;
                },
            }
        }
        while let Some(ended) = worker.lanes.join_next().await {
            if let Err(error) = worker.ended(ended) {
                tracing::error!(%error, "a lane of jobs failed while the program ended");
            }
        }
    })
}
