//! The change of a line that its router has not confirmed: what waits since when and for what, or what failed. It is read
//! from the job that carries it; nothing is concluded from a missing one.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::Tx;
use store::jobs::{Job, State};
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::words;
use crate::error::{Language, Result, Sentence};
use crate::jobs;
use crate::office::Call;

/// A change of the line that waits, runs or failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyChange {
    /// The job that carries it.
    pub job_id: i64,
    /// `queued`, `running`, `parked` while the router is away, or `dead` when it failed.
    pub state: String,
    /// Since when it stands so, as far as that is known; epoch milliseconds.
    pub since: i64,
    /// The stable code of what went wrong last.
    pub code: Option<String>,
    /// The same in a sentence.
    pub sentence: String,
}

/// The change as the database has it.
pub(super) struct Change {
    job: Job,
    router: Option<String>,
    /// Since when its router does not answer.
    away_since: Option<Timestamp>,
}

/// Where it stands, for whoever tells the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Its turn comes, or has come.
    Waits,
    /// Its router does not answer.
    RouterAway,
    /// It failed and is tried again.
    Retried,
    /// It was given up; a person has to look.
    Failed,
}

fn is_unfinished(job: &Job) -> bool {
    !matches!(job.state, State::Done | State::Cancelled)
}

/// What keeps a change waiting at a router that answers.
fn is_no_silence(code: &str) -> bool {
    matches!(code, "router_permission_missing" | "router_observed")
}

fn stands(job: &Job) -> Stands {
    match job.state {
        State::Parked => Stands::RouterAway,
        State::Dead => Stands::Failed,
        State::Queued if job.error_code.is_some() => Stands::Retried,
        State::Queued | State::Running | State::Done | State::Cancelled => Stands::Waits,
    }
}

impl Change {
    /// The newest change that was asked of the line, unless it came to its end.
    pub(super) async fn of(tx: &mut Tx, customer_id: i64, router: Option<&Router>) -> Result<Option<Change>> {
        let job = store::jobs::newest(tx, &jobs::access_key(customer_id)).await?;
        let job = job.filter(is_unfinished);
        Ok(job.map(|job| Change {
            job,
            router: router.map(|router| router.details.name.clone()),
            away_since: router.and_then(|router| router.unreachable_since),
        }))
    }

    /// Where the newest changes of these lines stand, by line, as [`Change::of`] reads each.
    pub(super) async fn of_some(tx: &mut Tx, customers: &[i64]) -> Result<HashMap<i64, Stands>> {
        let keys: Vec<String> = customers.iter().map(|&id| jobs::access_key(id)).collect();
        let newest = store::jobs::newest_of(tx, &keys).await?;
        let stands: HashMap<&str, Stands> = newest
            .iter()
            .filter(|job| is_unfinished(job))
            .map(|job| (job.key.as_str(), stands(job)))
            .collect();
        let of = |(&id, key): (&i64, &String)| Some((id, *stands.get(key.as_str())?));
        Ok(customers.iter().zip(&keys).filter_map(of).collect())
    }

    pub(super) fn stands(&self) -> Stands {
        stands(&self.job)
    }

    fn since(&self) -> Timestamp {
        match self.stands() {
            Stands::RouterAway => self.away_since.unwrap_or(self.job.created_at),
            Stands::Failed => self.job.finished_at.unwrap_or(self.job.created_at),
            Stands::Waits | Stands::Retried => self.job.created_at,
        }
    }

    /// What waits since when, or what failed and when.
    pub(super) fn sentence(&self, zone: &TimeZone) -> Sentence {
        let router = self.router.as_deref().unwrap_or_default();
        let since = |language| words::moment(&zone.to_datetime(self.since()), language);
        let (id, en) = (since(Language::Indonesian), since(Language::English));
        match self.stands() {
            // It answers, and yet something at it keeps the change waiting: a permission, its mode.
            Stands::RouterAway if self.job.error_code.as_deref().is_some_and(is_no_silence) => {
                let why = self.error();
                let job = self.job.id;
                Sentence::new(
                    format!("Perubahan menunggu sejak {id} (pekerjaan {job}): {}", why.id),
                    format!("The change waits since {en} (job {job}): {}", why.en),
                )
            }
            Stands::RouterAway => Sentence::new(
                format!(
                    "Router {router} tidak dapat dipakai sejak {id}; perubahan menunggu (pekerjaan {}) dan dijalankan begitu router menjawab.",
                    self.job.id
                ),
                format!(
                    "Router {router} cannot be used since {en}; the change waits (job {}) and is made as soon as the router answers.",
                    self.job.id
                ),
            ),
            Stands::Failed => {
                let why = self.error();
                let job = self.job.id;
                Sentence::new(
                    format!("Perubahan gagal pada {id} (pekerjaan {job}): {}", why.id),
                    format!("The change failed on {en} (job {job}): {}", why.en),
                )
            }
            Stands::Retried => {
                let why = self.error();
                let job = self.job.id;
                let again = |language| words::moment(&zone.to_datetime(self.job.run_at), language);
                let (again_id, again_en) = (again(Language::Indonesian), again(Language::English));
                Sentence::new(
                    format!(
                        "Perubahan yang diminta {id} gagal (pekerjaan {job}) dan dicoba lagi {again_id}: {}",
                        why.id
                    ),
                    format!(
                        "The change asked for on {en} failed (job {job}) and is tried again on {again_en}: {}",
                        why.en
                    ),
                )
            }
            Stands::Waits => Sentence::new(
                format!(
                    "Perubahan menunggu gilirannya sejak {id} (pekerjaan {}).",
                    self.job.id
                ),
                format!("The change waits for its turn since {en} (job {}).", self.job.id),
            ),
        }
    }

    /// What went wrong last.
    fn error(&self) -> Sentence {
        Sentence::from_held(self.job.error.as_deref().unwrap_or_default())
    }

    pub(super) fn view(&self, call: &Call<'_>) -> WhyChange {
        WhyChange {
            job_id: self.job.id,
            state: self.job.state.as_str().to_owned(),
            since: self.since().as_millisecond(),
            code: self.job.error_code.clone(),
            sentence: call.told(&self.sentence(&call.zone)),
        }
    }

    /// A failure as a part of the line's story.
    pub(super) fn failure(&self, zone: &TimeZone) -> Option<(i64, Sentence)> {
        matches!(self.stands(), Stands::Failed | Stands::Retried)
            .then(|| (self.since().as_millisecond(), self.sentence(zone)))
    }
}
