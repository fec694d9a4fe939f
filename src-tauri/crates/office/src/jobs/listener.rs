//! The job that lets one listener hear one event. Many are heard in one transaction, which also ends their jobs: what a
//! listener wrote and that it ran cannot come apart. When one of them fails, each runs on its own, and only the one that
//! failed is tried again.

use std::collections::HashMap;

use serde::Deserialize;
use store::events::Event;
use store::jobs::Job;

use crate::error::{Error, Result, Sentence};
use crate::events::{self, Listener};
use crate::jobs::lane;
use crate::jobs::settle::{Counts, Ended, Reason, finish_all, settle_alone};
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
    let call = office.call(&actor).await;
    let payload = |job: &Job| serde_json::from_value::<Payload>(job.payload.clone()).map_err(Error::fault);
    let payloads: Vec<Payload> = jobs.iter().map(payload).collect::<Result<_>>()?;
    let ids: Vec<i64> = payloads.iter().map(|payload| payload.event_id).collect();
    let mut tx = call.begin().await?;
    let all: Vec<&Job> = jobs.iter().collect();
    let finished = finish_all(&mut tx, &call, owner, &all, &mut counts).await?;
    let events = store::events::find_many(&mut tx, &ids).await?;
    let events: HashMap<i64, Event> = events.into_iter().map(|event| (event.id, event)).collect();
    let mut heard = Vec::with_capacity(jobs.len());
    for (_, payload) in jobs
        .iter()
        .zip(payloads)
        .filter(|(job, _)| finished.contains(&job.id))
    {
        let event = events.get(&payload.event_id).cloned();
        let event = event.ok_or_else(|| Error::missing("Kejadian", "event"))?;
        heard.push((event, payload.listener));
    }
    crate::notify::tell(&mut tx, &call, &heard).await?;
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
