//! Whether customers heard of the closing that an opening ends: "open again" means nothing to somebody whom nobody told that
//! the line was closed. A closing whose message was sent, or is on its way at this moment, was heard of; so was one that the
//! customer paid for. One from before Sambung is known by living without the line.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use store::Tx;
use store::events::Event;
use store::notifications::{Notification, State, Withdrawal};

use crate::error::Result;
use crate::events::EventKind;
use crate::notify::queue::ISOLATED;
use crate::office::Call;

/// Of these openings, `(customer, event)`, those that end a closing which nobody told the customer of; by event.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn unheard(
    tx: &mut Tx,
    call: &Call<'_>,
    openings: &BTreeSet<(i64, i64)>,
) -> Result<HashSet<i64>> {
    if openings.is_empty() {
        return Ok(HashSet::new());
    }
    let customers: BTreeSet<i64> = openings.iter().map(|(customer, _)| *customer).collect();
    let customers: Vec<i64> = customers.into_iter().collect();
    let kind = EventKind::CustomerIsolated.as_str();
    let mut closings: HashMap<i64, Vec<Event>> = HashMap::new();
    for event in store::events::of_customers(tx, kind, &customers).await? {
        closings.entry(event.subject_id).or_default().push(event);
    }
    let mut told: HashMap<i64, Notification> = HashMap::new();
    for message in store::notifications::of_customers(tx, ISOLATED, &customers).await? {
        told.insert(message.customer_id, message);
    }
    let sending = sending(tx, told.values()).await?;
    let day = |at: Timestamp| call.zone.to_datetime(at).date();
    let is_unheard = |&(customer, opening): &(i64, i64)| {
        let before = |closing: &&Event| closing.id < opening;
        let closing = closings.get(&customer)?.iter().rfind(before)?;
        let of_it = |message: &&Notification| {
            // A second closing on one day is told by the message about the first.
            message.event_id == Some(closing.id) || day(message.created_at) == day(closing.at)
        };
        let message = told.get(&customer).filter(of_it);
        let is_heard = message.is_some_and(|message| is_heard(message, &sending));
        (!is_heard).then_some(opening)
    };
    Ok(openings.iter().filter_map(is_unheard).collect())
}

fn is_heard(message: &Notification, sending: &HashSet<String>) -> bool {
    match message.state {
        State::Sent | State::Handed => true,
        // Nobody can be told anything; the message about the opening says the same.
        State::Skipped => true,
        State::Withdrawn if message.withdrawn == Some(Withdrawal::Paid) => true,
        State::Queued | State::Failed | State::Withdrawn => sending.contains(&job_key(message.id)),
    }
}

/// The keys of those messages' jobs that hand one over at this moment.
async fn sending(tx: &mut Tx, messages: impl Iterator<Item = &Notification>) -> Result<HashSet<String>> {
    let keys: Vec<String> = messages.map(|message| job_key(message.id)).collect();
    let jobs = store::jobs::pending_of(tx, &keys).await?;
    let running = jobs
        .into_iter()
        .filter(|job| job.state == store::jobs::State::Running);
    Ok(running.map(|job| job.key).collect())
}

/// The key of the job that hands a message over.
pub(super) fn job_key(message_id: i64) -> String {
    format!("notify:{message_id}")
}
