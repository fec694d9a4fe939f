//! SQLite and PostgreSQL behind one [`Store`]: a module for each table with the shape of its row, its SQL and the
//! functions on a [`Tx`]. SQL is written once, in what both engines speak; where they differ a branch says why.
//!
//! This crate refuses to decide. It knows no rule of billing, no permission, no clock and no network; it keeps what it is
//! given, all of it or nothing, and says so in [`Error`]s with stable codes. Modules are called as their tables.

pub mod access;
pub mod allocations;
pub mod areas;
pub mod backup;
pub mod backups;
pub mod billing_logs;
mod changes;
pub mod charges;
mod clock;
mod column;
pub mod counters;
pub mod customers;
mod database;
pub mod desks;
mod error;
pub mod events;
pub mod holdings;
pub mod idempotency;
pub mod import_batches;
pub mod import_links;
pub mod invoices;
pub mod jobs;
pub mod journal;
pub mod leases;
pub mod leaves;
mod migration;
pub mod notifications;
pub mod obstacles;
pub mod overrides;
pub mod package_changes;
pub mod package_history;
pub mod packages;
pub mod page;
pub mod pairings;
pub mod payments;
pub mod plans;
mod private;
mod promise;
pub mod routers;
mod rows;
pub mod schedule;
mod search;
pub mod set_back;
pub mod settings;
pub mod tokens;
mod transaction;
pub mod transfer;
pub mod users;
pub mod verify;

pub use changes::{Change, Changes};
pub use column::UnknownWord;
pub use database::{Location, Options, Store, connected};
pub use error::{Error, Result};
pub use migration::{is_behind, is_blank, is_vacant, known_version};
pub use page::{BadCursor, Cursor, Page};
pub use promise::Promise;
pub use transaction::Tx;
