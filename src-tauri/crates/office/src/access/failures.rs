//! What a router should have been told of a line besides whether it is open, and was not: the jobs about the line that were
//! given up, each with what it was for, when and why it failed, and what to do. What waits is no failure.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::Tx;
use store::jobs::{Job, State};
use utoipa::ToSchema;

use crate::access::words;
use crate::error::{Language, Result, Sentence};
use crate::jobs::{self, JobKind};
use crate::office::Call;

/// Something about a line that failed and was given up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyFailure {
    /// The job; retry it once its cause is gone.
    pub job_id: i64,
    /// What it was for: `add_line`, `change_profile`, `change_password`, `rename_line` or `remove_line`.
    pub kind: String,
    /// When it was given up, epoch milliseconds.
    pub at: i64,
    /// The stable code of why.
    pub code: Option<String>,
    /// What failed, when, why, and what to do.
    pub sentence: String,
}

/// What failed about a line and was given up.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn of(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<Vec<WhyFailure>> {
    let kinds = jobs::LINE_KINDS.map(JobKind::as_str);
    let unsettled = store::jobs::unsettled(tx, &kinds).await?;
    let is_it = |job: &Job| {
        let customer = job.payload.get("customer_id").and_then(Value::as_i64);
        job.state == State::Dead && customer == Some(customer_id)
    };
    Ok(unsettled
        .into_iter()
        .filter(is_it)
        .map(|job| {
            let at = job.finished_at.unwrap_or(job.created_at);
            WhyFailure {
                job_id: job.id,
                at: at.as_millisecond(),
                sentence: call.told(&sentence(&job, at, call)),
                code: job.error_code,
                kind: job.kind,
            }
        })
        .collect())
}

fn sentence(job: &Job, at: Timestamp, call: &Call<'_>) -> Sentence {
    let why = Sentence::from_held(job.error.as_deref().unwrap_or_default());
    let (what_id, what_en) = match job.kind.parse::<JobKind>() {
        Ok(JobKind::AddLine) => ("Membuat jalur di router", "Making the line on its router"),
        Ok(JobKind::ChangeProfile) => (
            "Memberi jalur kecepatan paketnya di router",
            "Giving the line the speed of its package on its router",
        ),
        Ok(JobKind::ChangePassword) => (
            "Mengganti kata sandi PPPoE di router",
            "Changing the PPPoE password on the router",
        ),
        Ok(JobKind::RenameLine) => (
            "Mengganti nama jalur di router",
            "Renaming the line on its router",
        ),
        Ok(JobKind::RemoveLine) => ("Menghapus jalur dari router", "Taking the line off its router"),
        _ => ("Memberi tahu router", "Telling the router"),
    };
    let when = |language| words::moment(&call.zone.to_datetime(at), language);
    let (id, en, job) = (when(Language::Indonesian), when(Language::English), job.id);
    Sentence::new(
        format!(
            "{what_id} gagal pada {id}: {} Betulkan penyebabnya, lalu ulangi pekerjaan {job}.",
            why.id
        ),
        format!(
            "{what_en} failed on {en}: {} Put right what it failed at, then retry job {job}.",
            why.en
        ),
    )
}
