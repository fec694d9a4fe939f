//! What comes out, read back by poppler: text, fonts, pages, and that nothing overlaps.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod invoices;
mod poppler;
mod receipts;
mod samples;
