//! A day on which everything goes wrong at once: five routers that hang up, answer by halves, refuse, go deaf and lag by
//! chance, customers whose lines are all to be closed, payments and people's words coming in meanwhile, hands on the
//! routers. In the evening every line is what the ledger says, nobody was cut off for nothing, and the log tells the story.
//!
//! `SAMBUNG_CHAOS_LINES` says how many customers (500), `SAMBUNG_CHAOS_SEED` which day. A failure names the seed; what
//! chance does to the commands follows from it, the order of commands that run side by side does not.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod day;
#[path = "../access/engine.rs"]
mod engine;
mod evening;
mod town;

use std::str::FromStr;

use engine::{Engine, on_both};
use town::Town;

/// Names the day when the test fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the day of chaos was SAMBUNG_CHAOS_SEED={}", self.0);
        }
    }
}

fn wished<T: FromStr>(variable: &str, usual: T) -> T {
    match std::env::var(variable) {
        Ok(text) => text.parse().ok().unwrap_or_else(|| panic!("{variable}={text}")),
        Err(_) => usual,
    }
}

async fn a_line_that_is_not_what_the_ledger_says_or_was_dropped_for_nothing(on: Engine) {
    let seed = Seed(wished("SAMBUNG_CHAOS_SEED", 20_260_302));
    let town = Town::found(&on, wished("SAMBUNG_CHAOS_LINES", 500)).await;
    // A whole day is a large future; on the heap the stack of a worker stays as it is.
    let past = Box::pin(day::spend(&town, seed.0)).await;
    evening::settle(&town).await;
    evening::look_at_every_router(&town).await;
    evening::reckon(&town, &past).await;
}

on_both! {
    a_line_that_is_not_what_the_ledger_says_or_was_dropped_for_nothing,
}
