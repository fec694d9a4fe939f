//! A customer list taken in, with its debts and closed lines, and undone: on SQLite always and on PostgreSQL where
//! `SAMBUNG_TEST_POSTGRES` names a throwaway cluster.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod debts;
mod first_billing;
mod first_cut_off;
mod lists;
#[allow(
    dead_code,
    reason = "this suite needs a part of the office that the tests of money open"
)]
#[path = "../money/opened.rs"]
mod opened;
mod standing;
mod taking_in;
mod undo;
