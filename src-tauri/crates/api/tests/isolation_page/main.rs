//! The isolation page: what a router is told for it, over TCP against the simulated router, and what a visitor is told,
//! over HTTP from an address of their own.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod claims;
mod desk;
mod known;
mod listener;
mod pools;
mod preparing;
mod removing;
mod rest;
mod router;
mod still_closed;
mod strangers;
mod visit;
