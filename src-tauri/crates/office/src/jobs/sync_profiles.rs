//! The job that brings the profiles of one router up to date with the packages.

use serde_json::json;
use store::Tx;
use store::jobs::{Job, NewJob};

use crate::error::{Kind, Result};
use crate::jobs::lane;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, settle_alone};
use crate::network::{self, Failure};
use crate::office::{Call, Office};

/// Asks for the profiles of a router to be synced. Nothing happens when that is asked for already.
///
/// # Errors
/// When the database cannot be written.
pub async fn enqueue(tx: &mut Tx, call: &Call<'_>, router_id: i64) -> Result<Option<i64>> {
    let job = NewJob {
        kind: JobKind::SyncProfiles.as_str(),
        key: format!("sync_profiles:{router_id}"),
        payload: json!({ "router_id": router_id }),
        router_id: Some(router_id),
        run_at: call.now,
        event_id: None,
    };
    Ok(store::jobs::enqueue(tx, &job, call.now).await?)
}

pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    let actor = lane::actor();
    for job in jobs {
        let mut call = office.call(&actor).await;
        call.cause = Some(format!("job:{}", job.id));
        let synced = match job.router_id {
            Some(router_id) => network::sync_router(&call, router_id).await,
            None => Err(Failure::NoRouter.into()),
        };
        let ended = match synced {
            Ok(_) => Ended::Done,
            Err(error) if error.kind == Kind::Elsewhere => Ended::Parked((&error).into()),
            Err(error) if error.code == "router_observed" => Ended::Final((&error).into()),
            Err(error) => Ended::Failed((&error).into()),
        };
        settle_alone(office, owner, std::slice::from_ref(job), &ended, &mut counts).await?;
    }
    Ok(counts)
}
