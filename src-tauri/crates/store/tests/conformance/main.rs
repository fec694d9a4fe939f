//! One suite, run on both engines: on SQLite always, on PostgreSQL where `SAMBUNG_TEST_POSTGRES` names a throwaway
//! cluster (`tests/postgres/with-cluster` starts one). Tests are named after what must not happen; those with a letter and
//! a number are rows of the list of failures that rival systems had.

// Clippy knows a test by its attribute and not by the file: these are the suite's own functions.
#![allow(clippy::unwrap_used, clippy::panic)]

mod access;
mod at_address;
mod customers;
mod desks;
mod engine;
mod events;
mod hung_up;
mod invented;
mod jobs;
mod journal;
mod log;
mod log_chain;
mod messages;
mod money;
mod office;
mod opening;
mod package_days;
mod plan_profiles;
mod plans;
mod schedule;
mod shortfalls;
mod transfer;
mod verify;
