//! The application: every use case of the office, with its permissions, its events, jobs, schedule and log, and the
//! reconciliation of the ledger with the routers. Both doors (the window and TCP) and the command line come in through
//! [`Office::perform`].
//!
//! This crate refuses to know HTTP, windows or the command line, to hold a rule of money (those are `billing`'s) and to
//! write SQL (that is `store`'s).

pub mod access;
mod actor;
pub mod backups;
pub mod catalogue;
mod change;
mod clock;
pub mod customers;
mod dashboard;
mod dates;
pub mod desks;
mod device_address;
mod edits;
mod error;
pub mod events;
mod idempotency;
pub mod importing;
pub mod invoicing;
pub mod isolation_page;
pub mod jobs;
mod lists;
pub mod logs;
pub mod moved;
pub mod network;
pub mod notify;
mod office;
mod office_key;
pub mod onboarding;
pub mod payments;
pub mod people;
pub mod printing;
pub mod routers;
pub mod schedule;
pub mod secrets;
pub mod settings;
mod verify;

pub use actor::{Ability, Actor, Role, Who};
pub use change::Change;
pub use clock::{Clock, SetClock, SystemClock};
pub use dashboard::{Dashboard, ReadDashboard};
pub use error::{
    Changed, Error, FieldProblem, Kind, Language, Result, Sentence, field_name, is_out_of_range, known,
    missing_fields,
};
pub use lists::Page;
pub use office::{Call, Office, Parts, Request};
pub use office_key::GivenUp;
pub use verify::{Check, Verdict, Verify};
