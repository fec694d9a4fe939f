//! Backups through the application, on SQLite always and on PostgreSQL where `SAMBUNG_TEST_POSTGRES` names a throwaway
//! cluster: made, rehearsed, kept by rule, and every way in which one turns out to be none.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod desk;
mod keeping;
mod making;
mod rehearsing;
