//! A message, whom it is for, and what became of it.

use std::fmt;

/// A phone number in the stored form: digits with country code, `6281234567890`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(String);

impl Recipient {
    /// Takes digits that begin with the country code.
    ///
    /// # Errors
    /// [`MessageError::BadRecipient`] for anything but 8 to 15 digits.
    pub fn new(digits: impl Into<String>) -> Result<Recipient, MessageError> {
        let digits = digits.into();
        if (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Recipient(digits))
        } else {
            Err(MessageError::BadRecipient)
        }
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Recipient {
    /// Masked, since numbers are personal data and debug output ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail = self.0.len().saturating_sub(3);
        write!(f, "Recipient(…{})", &self.0[tail..])
    }
}

/// A text for one recipient.
#[derive(Clone, Debug)]
pub struct Message {
    /// Whom it is for.
    pub to: Recipient,
    /// The text, as it will be read.
    pub text: String,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The provider took it; whether it arrived is another question.
    Accepted {
        /// The provider's own number for it.
        provider_id: String,
    },
    /// A person has to open the link and press send.
    Handed {
        /// A `https://wa.me/…` link.
        link: String,
    },
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// Not a phone number.
    #[error("the phone number is not 8 to 15 digits with a country code")]
    BadRecipient,
    /// The provider could not be reached in time.
    #[error("the message provider cannot be reached: {0}")]
    Unreachable(String),
    /// The provider refused the account or token.
    #[error("the message provider refuses the token; check it in the settings")]
    Unauthorised,
    /// The provider refused this message.
    #[error("the message provider refused the message: {0}")]
    Refused(String),
    /// The provider answered something that is not its documented form.
    #[error("the message provider gave an answer that is not understood: {0}")]
    NotUnderstood(String),
}

impl MessageError {
    /// Whether the same message may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_worth_retrying(&self) -> bool {
        matches!(
            self,
            MessageError::Unreachable(_) | MessageError::NotUnderstood(_)
        )
    }

    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            MessageError::BadRecipient => "bad_phone",
            MessageError::Unreachable(_) => "messenger_unreachable",
            MessageError::Unauthorised => "messenger_unauthorised",
            MessageError::Refused(_) => "messenger_refused",
            MessageError::NotUnderstood(_) => "messenger_not_understood",
        }
    }
}
