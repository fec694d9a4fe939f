//! Bringing a router's lines in: preview, match, taking in and undo, against a simulated router over TCP; on SQLite always
//! and on PostgreSQL where `SAMBUNG_TEST_POSTGRES` names a throwaway cluster.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod asked;
mod bad_routers;
mod closed_by_list;
mod closed_by_profile;
mod desk;
#[path = "../access/engine.rs"]
mod engine;
mod matching;
mod nameless;
mod office_with_router;
mod preview;
mod profiles;
mod size;
mod taking_in;
mod terms;
mod undo;
