//! A router, an ACS and gateways that behave like the real ones, for tests, measurements and the training office.
//!
//! Each simulator speaks its protocol on a real socket with code of its own, so that a mistake in our clients cannot
//! hide behind the same mistake here. What counts is that other people's clients can drive them.

pub mod apart;
pub mod delay;
pub mod router;
