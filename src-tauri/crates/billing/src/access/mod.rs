//! Whether a line is open. One verdict, from what is known of the line and of what it owes, with every reason that
//! carried weight; job, preview, counter and "why?" all ask it.
//!
//! It says what a line should be. It does not know what the router says, and it sends nothing.

mod closing_time;
mod facts;
mod reason;
mod verdict;
mod words;

pub use closing_time::{ClosingCalendar, ClosingMoment, ClosingWindow, Weekdays, WeekdaysError};
pub use facts::{AccessPolicy, LineFacts, OverrideInForce, OwedInvoice, Shield, ShieldKind};
pub use reason::{OverdueInvoice, Reason};
pub use verdict::{Verdict, closing_day, verdict};
pub use words::{Access, Observed, OverrideVerdict};
