//! The desks of an office: machines that work on one database, each with a place for secrets of its own. A desk is known by
//! that place, since it decides for which routers the desk can work. Which desk holds the schedule is a lease's to say; how a
//! desk hears of what the others do is here, and how a new one is let in.

mod identity;
mod list;
mod listening;
mod pairing;
mod presence;
mod reach;

pub use list::{DeskRouter, DeskView, DesksView, ForgetDesk, ListDesks};
pub use pairing::{ClosePairing, Joined, MadePairing, MakePairing};
pub use presence::spawn;

pub(crate) use identity::id_of;
pub(crate) use pairing::{fetch, note_joined};
pub(crate) use reach::{RoutersKnown, carries_messages, knowing, works_for};
