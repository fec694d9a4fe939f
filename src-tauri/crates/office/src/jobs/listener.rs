//! The job that lets one listener hear one event. Many are heard in one transaction, which also ends their jobs: what a
//! listener wrote and that it ran cannot come apart. When one of them fails, each runs on its own, and only the one that
//! failed is tried again.

use serde::Deserialize;
use store::jobs::Job;

use crate::error::{Error, Result, Sentence};
use crate::events::{self, Listener};
use crate::jobs::lane;
use crate::jobs::settle::{Counts, Ended, Reason, settle, settle_alone};
use crate::office::Office;

#[derive(Deserialize)]
struct Payload {
    event_id: i64,
    listener: Listener,
}

pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    match together(office, owner, jobs).await {
        Ok(counts) => Ok(counts),
        Err(error) => {
            tracing::info!(%error, "one of {} listeners failed; each runs on its own now", jobs.len());
            one_by_one(office, owner, jobs).await
        }
    }
}

async fn together(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    let actor = lane::actor();
    let mut call = office.call(&actor).await;
    let mut tx = call.begin().await?;
    for job in jobs {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::fault)?;
        call.cause = Some(format!("event:{}", payload.event_id));
        if settle(&mut tx, &call, owner, job, &Ended::Done, &mut counts).await? {
            let event = store::events::find(&mut tx, payload.event_id).await?;
            let event = event.ok_or_else(|| Error::missing("Kejadian", "event"))?;
            crate::notify::tell(&mut tx, &call, &event, payload.listener).await?;
        }
    }
    tx.commit().await?;
    office.ring();
    Ok(counts)
}

async fn one_by_one(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    for job in jobs {
        let ended = match serde_json::from_value::<Payload>(job.payload.clone()) {
            Ok(payload) => match events::deliver(office, payload.event_id, payload.listener).await {
                Ok(()) => Ended::Done,
                Err(error) => Ended::Failed((&error).into()),
            },
            Err(error) => Ended::Final(unreadable(&error)),
        };
        settle_alone(office, owner, std::slice::from_ref(job), &ended, &mut counts).await?;
    }
    Ok(counts)
}

/// A payload that this program cannot read was written by another version of it.
pub(super) fn unreadable(error: &serde_json::Error) -> Reason {
    Reason {
        code: "job_unreadable",
        sentence: Sentence::new(
            format!("Isi pekerjaan tidak dikenali program ini ({error}). Perbarui program di komputer ini."),
            format!("This program cannot read the job ({error}). Update the program on this desk."),
        ),
    }
}
