//! Invoices: the month run and its preview, reading, voiding and reissuing.

mod booking;
mod generate;
mod list;
mod not_come;
mod rehearsal;
mod stride;
mod void;
mod words;

pub use generate::{GenerateInvoices, GenerateOnce, Generated, PreviewItem};
pub use list::{InvoiceCustomer, InvoiceLineView, InvoiceView, ListInvoices, ReadInvoice, ShortfallMove};
pub use rehearsal::{CauseSum, Difference, Rehearsal, RehearseNextMonth, RehearsedLine};
pub use void::{VoidInvoice, VoidedInvoice};
