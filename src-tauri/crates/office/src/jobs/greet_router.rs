//! The job that asks a router for the first time, as soon as it was added: it answers, or its page says why not. One that is
//! away is asked again like any other that work waits for, and nothing is sent to it.

use serde_json::json;
use store::Tx;
use store::jobs::{Job, NewJob};

use crate::error::Result;
use crate::jobs::lane;
use crate::jobs::plan_profile;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, settle};
use crate::network::Failure;
use crate::office::{Call, Office};

/// Asks for a router that was just added to be asked who it is.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, router_id: i64) -> Result<()> {
    let job = NewJob {
        kind: JobKind::GreetRouter.as_str(),
        key: format!("greet_router:{router_id}"),
        payload: json!({ "router_id": router_id }),
        router_id: Some(router_id),
        run_at: call.now,
        event_id: None,
    };
    store::jobs::enqueue(tx, &job, call.now).await?;
    Ok(())
}

pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    let actor = lane::actor();
    for job in jobs {
        let mut call = office.call(&actor).await;
        call.cause = Some(format!("job:{}", job.id));
        let failure = match job.router_id {
            Some(router_id) => office.network().session(office, router_id).await.err(),
            None => None,
        };
        let ended = match &failure {
            // Somebody took it out of use meanwhile.
            None | Some(Failure::NotInUse) => Ended::Done,
            Some(failure) => failure.into(),
        };
        call.now = office.now();
        let mut tx = call.begin().await?;
        settle(&mut tx, &call, owner, job, &ended, &mut counts).await?;
        if matches!(ended, Ended::Parked(_)) {
            plan_profile::park(&mut tx, job, failure.as_ref()).await?;
        }
        tx.commit().await?;
    }
    office.ring();
    Ok(counts)
}
