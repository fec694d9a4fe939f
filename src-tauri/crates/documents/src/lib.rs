//! What an office hands to people: invoices and receipts as PDF, receipts as bytes for a thermal printer, tables as
//! CSV, QRIS payloads, and amounts in words. Every document is drawn from plain data given by the caller.
//!
//! This crate refuses to know the database, to compute what is owed (it prints the figures that it is given), and to
//! read a clock: dates and instants come in with the data.

mod content;
mod dates;
mod deflate;
mod drawing;
mod error;
mod file;
mod fonts;
mod invoice;
mod language;
mod logo;
mod month_files;
mod office;
mod qr;
mod qris;
mod receipt;
mod spreadsheet;
mod subset;
mod words;
mod workbook;

pub use error::DocumentError;
pub use invoice::{
    Invoice, InvoiceLine, Layout, MOST_INVOICES_PER_FILE, Marking, Qr, ServiceSpan, Sheet, Tax, Totals,
    invoices_pdf,
};
pub use language::Language;
pub use logo::Logo;
pub use month_files::{MonthFile, MonthFiles};
pub use office::{BankAccount, Customer, Office};
pub use qris::{QrisError, QrisPayload};
pub use receipt::{Allocation, EscPos, Receipt, ReceiptPaper, Reversal, Roll, receipt_escpos, receipt_pdf};
pub use spreadsheet::{Cell, CsvTable, Separator};
pub use words::{in_words, terbilang};
pub use workbook::{MOST_ROWS, XlsxTable};
