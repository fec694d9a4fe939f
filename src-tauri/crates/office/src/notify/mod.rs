//! What customers are told: the texts, the queue of messages, and handing them to whoever carries them. One message per
//! customer, subject and day (failures.md T5); an office without a gateway gets links that a person opens.

mod by_hand;
mod closing_told;
mod deliver;
mod known;
mod queue;
mod standing;
mod texts;

pub use by_hand::{MarkHanded, MarkSent};
pub use deliver::{MessengerToken, deliver};
pub use queue::{ListNotifications, NotificationView};
pub(crate) use queue::{REMINDER, Told, WHY, facts, put, still_by_hand, tell};
pub(crate) use standing::{review, review_payer};
