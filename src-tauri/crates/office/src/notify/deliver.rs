//! Handing a message to whoever carries it, after the commit that wrote it.

use gateways::{Delivery, Fonnte, Message, MessageError, Messenger, Recipient};
use secrecy::SecretString;
use serde::Deserialize;
use store::notifications::State;
use utoipa::ToSchema;

use crate::actor::{Ability, Actor};
use crate::error::{Error, FormCheck, Kind, Result};
use crate::logs::{self, Entry};
use crate::notify::standing;
use crate::office::{Call, Office, Request};
use crate::secrets::Name;
use crate::settings::MessageChannel;

/// Where the Fonnte device's token is kept.
fn token_name() -> Name {
    Name::gateway("fonnte", "token")
}

/// Hands one message over, with what is so at this moment. A message that is not waiting any more is left alone, so it is
/// safe to run twice; one that no longer holds is taken back instead.
///
/// # Errors
/// The provider's refusal or absence, to be tried again by the job.
pub async fn deliver(office: &Office, notification_id: i64) -> Result<()> {
    let schedule = Actor::schedule();
    let call = office.call(&schedule).await;
    let mut tx = call.begin().await?;
    let Some(row) = store::notifications::find(&mut tx, notification_id).await? else {
        return Ok(());
    };
    if !matches!(row.state, State::Queued | State::Failed) {
        return Ok(());
    }
    let renewed = standing::renew(&mut tx, &call, row, None).await?;
    tx.commit().await?;
    let Some(row) = renewed else { return Ok(()) };
    let message = Message {
        to: Recipient::new(row.recipient.unwrap_or_default()).map_err(told)?,
        text: row.text,
    };
    let channel: MessageChannel = row
        .channel
        .parse()
        .map_err(|error: billing::UnknownWord| Error::fault(error))?;
    let messenger = match channel {
        MessageChannel::Fonnte => {
            let token = office.secrets().get(&token_name()).await?.ok_or_else(no_token)?;
            Messenger::Fonnte(Fonnte::new(Fonnte::BASE, token).map_err(told)?)
        }
        MessageChannel::ByHand | MessageChannel::Off => Messenger::ByHand,
    };
    let sent = messenger.send(&message).await;
    let now = office.now();
    let mut tx = office.store().begin().await?;
    match &sent {
        Ok(Delivery::Accepted { provider_id }) => {
            store::notifications::sent(&mut tx, row.id, State::Sent, Some(provider_id), now).await?;
        }
        Ok(Delivery::Handed { .. }) => {
            store::notifications::sent(&mut tx, row.id, State::Handed, None, now).await?;
        }
        Err(error) => {
            store::notifications::not_sent(&mut tx, row.id, State::Failed, &error.to_string()).await?
        }
    }
    tx.commit().await?;
    sent.map(|_| ()).map_err(told)
}

/// The link that opens WhatsApp with the text filled in; none for a number that is none.
pub(super) fn link(digits: &str, text: &str) -> Option<String> {
    let to = Recipient::new(digits).ok()?;
    Some(gateways::wa_link(&Message {
        to,
        text: text.to_owned(),
    }))
}

fn no_token() -> Error {
    Error::new(
        Kind::Elsewhere,
        "messenger_unauthorised",
        "Token Fonnte belum diisi. Isi di Pengaturan, bagian Pesan.",
        "There is no Fonnte token yet. Enter it in the settings, under Messages.",
    )
}

fn told(error: MessageError) -> Error {
    Error::new(
        Kind::Elsewhere,
        error.code(),
        format!("Pesan tidak terkirim ({error})."),
        format!("The message was not sent ({error})."),
    )
    .caused_by(error)
}

/// Keeps the token of the message gateway with the secrets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessengerToken {
    /// The Fonnte device's token.
    #[schema(value_type = String, format = Password)]
    pub token: SecretString,
}

impl Request for MessengerToken {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = ();

    async fn run(self, call: &Call<'_>) -> Result<()> {
        use secrecy::ExposeSecret as _;
        let mut form = FormCheck::new();
        form.text("token", self.token.expose_secret(), 200);
        form.finish()?;
        call.office.secrets().set(&token_name(), self.token).await?;
        let mut tx = call.begin().await?;
        logs::record(
            &mut tx,
            call,
            Entry::done(
                "messenger_token_changed",
                ("Token Fonnte diganti", "Fonnte's token was changed"),
            ),
        )
        .await?;
        Ok(tx.commit().await?)
    }
}
