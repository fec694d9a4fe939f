//! The isolation page: what a customer whose line is closed sees instead of the internet. Here is who is asking, what they
//! may be told and how often they may guess, and the preparation of a router so that closed lines reach the page at all.
//! How the page looks is the door's business; nothing of a customer leaves here before it is known who asks.

mod guard;
mod overlap;
mod page;
mod pool;
mod prepare;
mod reach;
mod record;
mod report;
mod standing;
mod visitors;

pub use page::{Claim, IsolationPage, OfficeCard, PageView, Refusal, Visitor};
pub use prepare::{PreparePage, PreviewPreparation, RemovePreparation};
pub use report::{Preparation, PreparationNote, PreparationStep};
pub use standing::{LineState, OwedInvoice, VisitorView};
pub use visitors::Pace;

pub(crate) use reach::check_settings;
