//! Money that comes in: taking it, dividing it over invoices, keeping the rest as credit, and taking a payment back.

mod credit;
mod list;
mod reverse;
mod take;

pub(crate) use credit::{dated, free_credit, use_credit};
pub use list::{AllocationView, ListPayments, PaymentView, ReadPayment};
pub use reverse::ReversePayment;
pub use take::{TakePayment, TakenPayment};
