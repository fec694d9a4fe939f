//! Messages that a person sends: they open the link, press send in WhatsApp, and say so here. What was said to be sent is not
//! offered again, and no gateway carries it any more (failures.md T5).

use serde_json::json;
use store::notifications::State;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::notify::NotificationView;
use crate::office::{Call, Request};
use crate::settings::MessageChannel;

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
        let missing = || Error::missing("Pesan", "message");
        let mut tx = call.begin().await?;
        let before = store::notifications::find(&mut tx, self.id)
            .await?
            .ok_or_else(missing)?;
        if before.state == State::Skipped {
            return Err(Error::conflict(
                "message_not_for_sending",
                "Pesan ini memang tidak dikirim: waktu ditulis, pelanggannya tidak punya nomor HP. Isi nomornya; pesan \
                 berikutnya dapat dikirim.",
                "This message is not for sending: the customer had no phone number when it was written. Enter one; the \
                 next message can be sent.",
            ));
        }
        if before.state == State::Withdrawn {
            return Err(Error::conflict(
                "message_withdrawn",
                "Pesan ini sudah ditarik karena isinya tidak berlaku lagi. Tidak perlu dikirim.",
                "This message was taken back, since what it says is not so any more. It need not be sent.",
            ));
        }
        let by_hand = MessageChannel::ByHand.as_str();
        if store::notifications::sent_by_hand(&mut tx, self.id, by_hand, call.now).await? {
            let customer = store::customers::find(&mut tx, before.customer_id).await?;
            let name = customer.map_or_else(String::new, |customer| customer.details.name);
            let entry = Entry::done("message_sent_by_hand", "Pesan dikirim sendiri lewat WhatsApp")
                .about("customer", before.customer_id, name)
                .detail(json!({
                    "notification_id": before.id, "kind": before.kind,
                    "before": { "state": before.state.as_str(), "channel": before.channel },
                }));
            logs::record(&mut tx, call, entry).await?;
        }
        let after = store::notifications::find(&mut tx, self.id)
            .await?
            .ok_or_else(missing)?;
        tx.commit().await?;
        Ok(after.into())
    }
}
