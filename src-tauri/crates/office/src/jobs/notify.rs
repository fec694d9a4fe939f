//! The job that hands one message to whoever carries it.

use serde::Deserialize;
use store::jobs::Job;

use crate::error::Result;
use crate::jobs::listener::unreadable;
use crate::jobs::settle::{Counts, Ended, settle_alone};
use crate::office::Office;

#[derive(Deserialize)]
struct Payload {
    notification_id: i64,
}

pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    for job in jobs {
        let ended = match serde_json::from_value::<Payload>(job.payload.clone()) {
            Ok(payload) => match crate::notify::deliver(office, payload.notification_id).await {
                Ok(_) => Ended::Done,
                Err(error) => Ended::Failed((&error).into()),
            },
            Err(error) => Ended::Final(unreadable(&error)),
        };
        settle_alone(office, owner, std::slice::from_ref(job), &ended, &mut counts).await?;
    }
    Ok(counts)
}
