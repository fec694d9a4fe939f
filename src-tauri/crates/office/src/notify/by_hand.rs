//! Messages that a person sends: they open the link, press send in WhatsApp, and say so here. An opened link sent nothing
//! yet, so it is noted as handed over and no more. What was opened or said to be sent no gateway carries any more
//! (failures.md T5).

use serde_json::json;
use store::Tx;
use store::notifications::{Notification, State};

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::notify::NotificationView;
use crate::office::{Call, Request};
use crate::settings::MessageChannel;

/// Says that a message was opened in WhatsApp, where a person sends it. Said twice it changes nothing, and what was sent
/// stays sent.
#[derive(Clone, Copy, Debug)]
pub struct MarkHanded {
    /// Which message.
    pub id: i64,
}

impl Request for MarkHanded {
    const ABILITY: Ability = Ability::MessagesWrite;
    type Answer = NotificationView;

    async fn run(self, call: &Call<'_>) -> Result<NotificationView> {
        mark(call, self.id, Step::Handed).await
    }
}

/// Says that a message was sent by hand. Said twice it changes nothing; what a gateway sent before stays the gateway's.
#[derive(Clone, Copy, Debug)]
pub struct MarkSent {
    /// Which message.
    pub id: i64,
}

impl Request for MarkSent {
    const ABILITY: Ability = Ability::MessagesWrite;
    type Answer = NotificationView;

    async fn run(self, call: &Call<'_>) -> Result<NotificationView> {
        mark(call, self.id, Step::Sent).await
    }
}

/// How far a person got with a message.
#[derive(Clone, Copy)]
enum Step {
    Handed,
    Sent,
}

async fn mark(call: &Call<'_>, id: i64, step: Step) -> Result<NotificationView> {
    let mut tx = call.begin().await?;
    let before = for_sending(&mut tx, id).await?;
    let by_hand = MessageChannel::ByHand.as_str();
    let (is_new, act, told) = match step {
        Step::Handed => (
            store::notifications::handed_over(&mut tx, id, by_hand, call.now).await?,
            "message_handed",
            ("Pesan dibuka di WhatsApp", "The message was opened in WhatsApp"),
        ),
        Step::Sent => (
            store::notifications::sent_by_hand(&mut tx, id, by_hand, call.now).await?,
            "message_sent_by_hand",
            (
                "Pesan dikirim sendiri lewat WhatsApp",
                "The message was sent by hand through WhatsApp",
            ),
        ),
    };
    if is_new {
        record(&mut tx, call, &before, act, told).await?;
    }
    let after = message(&mut tx, id).await?;
    tx.commit().await?;
    Ok(after.into())
}

async fn message(tx: &mut Tx, id: i64) -> Result<Notification> {
    store::notifications::find(tx, id)
        .await?
        .ok_or_else(|| Error::missing("Pesan", "message"))
}

/// The message, unless nobody may send it.
async fn for_sending(tx: &mut Tx, id: i64) -> Result<Notification> {
    let message = message(tx, id).await?;
    match message.state {
        State::Skipped => Err(Error::conflict(
            "message_not_for_sending",
            "Pesan ini memang tidak dikirim: waktu ditulis, pelanggannya tidak punya nomor HP. Isi nomornya; pesan \
             berikutnya dapat dikirim.",
            "This message is not for sending: the customer had no phone number when it was written. Enter one; the \
             next message can be sent.",
        )),
        State::Withdrawn => Err(Error::conflict(
            "message_withdrawn",
            "Pesan ini sudah ditarik karena isinya tidak berlaku lagi. Tidak perlu dikirim.",
            "This message was taken back, since what it says is not so any more. It need not be sent.",
        )),
        State::Queued | State::Sent | State::Failed | State::Handed => Ok(message),
    }
}

async fn record(
    tx: &mut Tx,
    call: &Call<'_>,
    before: &Notification,
    act: &'static str,
    told: (&str, &str),
) -> Result<()> {
    let customer = store::customers::find(tx, before.customer_id).await?;
    let name = customer.map_or_else(String::new, |customer| customer.details.name);
    let entry = Entry::done(act, told)
        .about("customer", before.customer_id, name)
        .detail(json!({
            "notification_id": before.id, "kind": before.kind,
            "before": { "state": before.state.as_str(), "channel": before.channel },
        }));
    logs::record(tx, call, entry).await?;
    Ok(())
}
