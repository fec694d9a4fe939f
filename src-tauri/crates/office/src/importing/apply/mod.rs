//! A customer list becomes customers: shown first, taken in as one transaction, and undone as one.
//!
//! Debts from before become dated opening invoices, a line that was closed before becomes an override, and nobody of a
//! file is closed before a person has confirmed the first cut-off with them in it. Nothing here speaks to a router, and
//! nobody is sent a message about an invoice that another program has asked for already.

mod areas;
mod batches;
mod closed_before;
mod customer;
mod debts;
mod existing;
mod file;
mod first_billing;
mod first_cut_off;
mod happened_since;
mod mode;
mod months_owed;
mod numbering;
mod once;
mod packages;
mod preview;
mod sample;
mod take_in;
mod undo;
mod withdrawal;

pub use batches::{ImportView, ListImports};
pub use closed_before::release_settled;
pub(crate) use closed_before::{is_of_import, is_of_list};
pub use first_billing::FirstBilling;
pub use first_cut_off::{awaits_first_cut_off, confirm_first_cut_off};
pub use mode::ImportMode;
pub(crate) use numbering::reserve as reserve_numbers;
pub use once::{ApplyOnce, ShownFile, TakenIn, ToldProblem};
pub use preview::{ImportPreview, ImportTotals, PackageUse, PreviewImport};
pub use sample::SampleRow;
pub use take_in::{AppliedImport, ApplyImport};
pub use undo::{KeptCustomer, KeptPackage, UndoImport, UndoneImport};
