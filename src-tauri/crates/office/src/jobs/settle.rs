//! How a job ends: well, again later, aside until its router answers, or dead where a person sees it. One try and three
//! retries after 60, 300 and 600 seconds; work that waits for a router spends none.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use rand::Rng as _;
use store::Tx;
use store::jobs::Job;

use crate::error::Result;
use crate::error::{Error, Sentence};
use crate::logs::{self, Entry};
use crate::network::Failure;
use crate::office::{Call, Office};

/// The pauses before the second, third and fourth try.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(600),
];
/// Up to a tenth is added by chance, so that what failed together does not come back together.
const JITTER_PARTS: u64 = 10;

/// How a try went.
#[derive(Clone, Debug)]
pub(super) enum Ended {
    /// It did what it was for, or there was nothing left to do.
    Done,
    /// What it is about changed while it ran; it runs again at once as this kind.
    Again(&'static str),
    /// It failed and may do better later.
    Failed(Reason),
    /// It failed, and trying again cannot help.
    Final(Reason),
    /// Its router is away.
    Parked(Reason),
}

/// Why a job did not do what it was for.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    pub code: &'static str,
    pub sentence: Sentence,
}

impl From<&Failure> for Reason {
    fn from(failure: &Failure) -> Reason {
        Reason {
            code: failure.code(),
            sentence: failure.sentence(),
        }
    }
}

impl From<&Error> for Reason {
    fn from(error: &Error) -> Reason {
        Reason {
            code: error.code,
            sentence: error.detail.clone(),
        }
    }
}

impl From<&Failure> for Ended {
    fn from(failure: &Failure) -> Ended {
        let reason = Reason::from(failure);
        if failure.is_of_router() {
            Ended::Parked(reason)
        } else if failure.is_final() {
            Ended::Final(reason)
        } else {
            Ended::Failed(reason)
        }
    }
}

impl Ended {
    /// How the try of an undo ends that failed: while its router is only observed it waits, as for one that is away.
    pub(super) fn of_undo(failure: &Failure) -> Ended {
        if failure.is_of_mode() {
            Ended::Parked(failure.into())
        } else {
            failure.into()
        }
    }
}

/// How many jobs ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Claimed; the sum of the others.
    pub claimed: u64,
    /// Done.
    pub done: u64,
    /// Failed, to be tried again.
    pub failed: u64,
    /// Given up.
    pub dead: u64,
    /// Set aside for a router that is away.
    pub parked: u64,
}

impl Counts {
    /// Adds the counts of other work.
    pub fn add(&mut self, other: Counts) {
        self.claimed += other.claimed;
        self.done += other.done;
        self.failed += other.failed;
        self.dead += other.dead;
        self.parked += other.parked;
    }
}

/// Writes down how a job ended. `false` when the lease was lost meanwhile: whatever the job found out is then somebody
/// else's to write, and the caller writes nothing about it.
pub(super) async fn settle(
    tx: &mut Tx,
    call: &Call<'_>,
    owner: &str,
    job: &Job,
    ended: &Ended,
    counts: &mut Counts,
) -> Result<bool> {
    let now = call.now;
    let mut after = Counts {
        claimed: 1,
        ..Counts::default()
    };
    let kept = match ended {
        Ended::Done => {
            after.done = 1;
            let kept = store::jobs::finish(tx, job.id, owner, now).await?;
            if kept {
                store::jobs::supersede(tx, &[job.id], now).await?;
            }
            kept
        }
        Ended::Again(kind) => {
            after.done = 1;
            store::jobs::requeue(tx, job.id, owner, kind, now).await?
        }
        Ended::Parked(reason) => {
            after.parked = 1;
            store::jobs::park(tx, job.id, owner, reason.code, &reason.sentence.held()).await?
        }
        Ended::Failed(reason) | Ended::Final(reason) => {
            let retry_at = match ended {
                Ended::Failed(_) => next_try(job.tries, now),
                _ => None,
            };
            let kept = store::jobs::fail(
                tx,
                job.id,
                owner,
                reason.code,
                &reason.sentence.held(),
                retry_at,
                now,
            )
            .await?;
            after.failed = u64::from(retry_at.is_some());
            after.dead = u64::from(retry_at.is_none());
            if kept && retry_at.is_none() {
                let entry = Entry::failed(
                    "system_error",
                    (
                        format!("Pekerjaan {} gagal: {}", job.kind, reason.sentence.id),
                        format!("The job {} failed: {}", job.kind, reason.sentence.en),
                    ),
                )
                .about("job", job.id, &job.key)
                .detail(
                    serde_json::json!({ "code": reason.code, "payload": job.payload, "tries": job.tries }),
                );
                logs::record(tx, call, entry).await?;
            }
            kept
        }
    };
    if kept {
        counts.add(after);
    } else {
        warn_of_lost(job);
    }
    Ok(kept)
}

/// Ends jobs that did what they were for and gives those whose lease held. About the others the caller writes nothing, as
/// after [`settle`].
pub(super) async fn finish_all(
    tx: &mut Tx,
    call: &Call<'_>,
    owner: &str,
    jobs: &[&Job],
    counts: &mut Counts,
) -> Result<HashSet<i64>> {
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    let finished = store::jobs::finish_all(tx, &ids, owner, call.now).await?;
    store::jobs::supersede(tx, &finished, call.now).await?;
    let finished: HashSet<i64> = finished.into_iter().collect();
    for job in jobs {
        if finished.contains(&job.id) {
            counts.claimed += 1;
            counts.done += 1;
        } else {
            warn_of_lost(job);
        }
    }
    Ok(finished)
}

fn warn_of_lost(job: &Job) {
    tracing::warn!(job = job.id, kind = %job.kind, "the lease on a job was lost while it ran");
}

/// Settles jobs that share one end, in a transaction of its own.
pub(super) async fn settle_alone(
    office: &Office,
    owner: &str,
    jobs: &[Job],
    ended: &Ended,
    counts: &mut Counts,
) -> Result<()> {
    let actor = crate::actor::Actor::schedule();
    let call = office.call(&actor).await;
    let mut tx = call.begin().await?;
    for job in jobs {
        settle(&mut tx, &call, owner, job, ended, counts).await?;
    }
    Ok(tx.commit().await?)
}

/// When a job that was tried so often is tried again; `None` when it has had all its tries.
fn next_try(tries: i64, now: Timestamp) -> Option<Timestamp> {
    let pause = *PAUSES.get(usize::try_from(tries.checked_sub(1)?).ok()?)?;
    let most = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX) / JITTER_PARTS;
    let jitter = Duration::from_millis(rand::rng().random_range(0..=most));
    now.checked_add(pause + jitter).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_try_and_three_retries_at_growing_pauses_with_jitter() {
        let now = Timestamp::UNIX_EPOCH;
        for (tries, pause) in [(1, 60), (2, 300), (3, 600)] {
            for _ in 0..50 {
                let waited = next_try(tries, now).unwrap().as_millisecond();
                assert!(
                    (pause * 1_000..=pause * 1_100).contains(&waited),
                    "{waited} ms after try {tries}"
                );
            }
        }
        assert_eq!(next_try(4, now), None, "the fourth failure is the last");
    }
}
