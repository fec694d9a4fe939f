//! Everything that gave up, once more: after a router's password was mended or a gateway came back, nobody wants to press a
//! button for each of four hundred jobs.

use serde::{Deserialize, Serialize};
use store::Tx;
use store::jobs::Dead;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::jobs::line_access;
use crate::jobs::registry::JobKind;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Tries every job again that gave up, or those of one kind.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RetryJobs {
    /// Only of this kind.
    pub kind: Option<String>,
}

/// What was taken up again.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RetriedJobs {
    /// How many jobs wait their turn again.
    pub retried: u64,
}

impl Request for RetryJobs {
    const ABILITY: Ability = Ability::OperationsWrite;
    type Answer = RetriedJobs;

    async fn run(self, call: &Call<'_>) -> Result<RetriedJobs> {
        let kind = self.kind.filter(|kind| !kind.is_empty());
        if let Some(word) = &kind {
            word.parse::<JobKind>().map_err(|error| {
                let words = JobKind::WORDS.join(", ");
                Error::invalid(
                    "invalid_kind",
                    format!("Jenis pekerjaan salah satu dari: {words}."),
                    format!("A job's kind is one of: {words}."),
                )
                .caused_by(error)
            })?;
        }
        let mut tx = call.begin().await?;
        let dead = Dead {
            kind: kind.as_deref(),
            ..Dead::default()
        };
        let retried = store::jobs::retry_dead(&mut tx, dead, call.now).await?;
        if retried > 0 {
            let message = Sentence::new(
                format!("{retried} pekerjaan yang gagal diulang"),
                format!("{retried} jobs that had failed were taken up again"),
            );
            let detail = serde_json::json!({ "kind": kind, "retried": retried });
            logs::record(&mut tx, call, Entry::done("jobs_retried", message).detail(detail)).await?;
        }
        tx.commit().await?;
        call.office.ring();
        Ok(RetriedJobs { retried })
    }
}

/// Takes up again what a router's lines failed at, since a person has changed something about the router or found it as it
/// should be. Each line's verdict is taken anew when its turn comes.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn retry_router(tx: &mut Tx, call: &Call<'_>, router_id: i64) -> Result<()> {
    let dead = Dead {
        router_id: Some(router_id),
        ..Dead::default()
    };
    taken_up(tx, call, dead).await
}

/// The same for one line whose record was changed.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn retry_line(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<()> {
    let key = line_access::key(customer_id);
    let dead = Dead {
        key: Some(&key),
        ..Dead::default()
    };
    taken_up(tx, call, dead).await
}

async fn taken_up(tx: &mut Tx, call: &Call<'_>, dead: Dead<'_>) -> Result<()> {
    let retried = store::jobs::retry_dead(tx, dead, call.now).await?;
    if retried > 0 {
        let message = Sentence::new(
            format!("{retried} pekerjaan yang gagal diulang, karena penyebabnya mungkin sudah dibetulkan"),
            format!(
                "{retried} jobs that had failed were taken up again, as what they failed at may be mended"
            ),
        );
        let detail = serde_json::json!({ "router_id": dead.router_id, "key": dead.key, "retried": retried });
        logs::record(tx, call, Entry::done("jobs_retried", message).detail(detail)).await?;
    }
    Ok(())
}
