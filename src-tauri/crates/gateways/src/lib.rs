//! Providers outside the office: whoever carries a message to a customer (and, later, whoever collects a payment). Each
//! provider is one file that knows how its interface really answers.
//!
//! This crate refuses to know customers, invoices or the database; of ours it uses nothing but what it is handed.

mod fonnte;
mod message;
mod wa_link;

pub use fonnte::Fonnte;
pub use message::{Delivery, Message, MessageError, Recipient};
pub use wa_link::wa_link;

/// Whoever carries messages for the office.
#[derive(Debug)]
pub enum Messenger {
    /// A person at the desk: every message becomes a link that opens WhatsApp with the text filled in.
    ByHand,
    /// Fonnte, a WhatsApp gateway.
    Fonnte(Fonnte),
}

impl Messenger {
    /// Hands `message` over.
    ///
    /// # Errors
    /// [`MessageError`] when the provider did not take it; [`MessageError::is_worth_retrying`] says whether to try again.
    pub async fn send(&self, message: &Message) -> Result<Delivery, MessageError> {
        match self {
            Messenger::ByHand => Ok(Delivery::Handed {
                link: wa_link(message),
            }),
            Messenger::Fonnte(gateway) => gateway.send(message).await,
        }
    }
}
