//! Invoices: the month run and its preview, reading, voiding and reissuing.

mod booking;
mod further;
mod generate;
mod list;
mod not_come;
mod rehearsal;
mod stride;
mod unbilled;
mod untold;
mod void;
mod wanted;
mod words;

pub use further::{AddCharge, AddedCharge, ListWaitingCharges, WaitingCharge, WithdrawCharge};
pub use generate::{GenerateInvoices, GenerateOnce, Generated, PreviewItem};
pub use list::{
    InvoiceCustomer, InvoiceLineView, InvoiceView, ListInvoices, OtherInvoice, ReadInvoice, ShortfallMove,
};
pub use rehearsal::{CauseSum, Difference, Rehearsal, RehearseNextMonth, RehearsedLine};
pub use unbilled::{BillPeriod, ReadUnbilled, UnbilledPeriod};
pub use void::{VoidInvoice, VoidedInvoice};
pub(crate) use words::shown as shown_words;
