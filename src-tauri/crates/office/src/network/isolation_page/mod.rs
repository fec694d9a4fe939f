//! What a router needs so that closed lines see the office's page: compared with what is there, shown before anything is
//! sent, sent in an order that is harmless wherever it breaks off, and read back. Rules are told apart by their comment
//! ([`MARK`]); one that does not carry it is never changed, moved or removed, whatever it does.

mod closing;
mod found;
mod ground;
mod in_use;
mod plan;
mod rows;
mod send;

pub use found::{Found, TakenAddresses, read};
pub use ground::{KeptProfile, POOL};
pub use in_use::{AddressInUse, Use};
pub use plan::{Plan, Step, StepAction};
pub use rows::{Host, Wanted};
pub use send::{Sent, StepOutcome, send};

/// How the comments of our rules begin; the rule's own name follows.
pub const MARK: &str = "sambung:isolir:";
