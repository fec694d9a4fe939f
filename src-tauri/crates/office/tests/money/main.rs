//! Bills and payments through the application, on SQLite always and on PostgreSQL where `SAMBUNG_TEST_POSTGRES` names a
//! throwaway cluster. After each test the office's own `verify` has to find nothing.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod again;
mod as_of;
mod back_dating;
mod described;
mod further;
mod languages;
mod late_or_again;
mod line;
mod month_run;
mod opened;
mod package_changes;
mod package_days;
mod payments;
mod rehearsal;
mod reissue;
mod sequences;
mod settled;
mod terms;
mod tolerance;
mod unbilled_days;
mod unserved;
