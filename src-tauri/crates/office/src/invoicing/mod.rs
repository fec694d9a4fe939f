//! Invoices: the month run and its preview, reading, voiding and reissuing.

mod generate;
mod list;
mod stride;
mod void;
mod words;

pub use generate::{GenerateInvoices, Generated, PreviewItem};
pub use list::{InvoiceCustomer, InvoiceLineView, InvoiceView, ListInvoices, ReadInvoice};
pub use void::VoidInvoice;
