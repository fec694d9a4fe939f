//! The double-entry journal: accounts, entries that cannot be unbalanced, and one function for each act that moves
//! money. Nothing here is ever changed or deleted; a mistake is answered by an entry that turns it round.
//!
//! Debits are positive and credits negative. What a customer owes is the sum of that customer's postings on `receivable`
//! and `customer_credit`: positive is debt, negative is credit.

mod account;
mod acts;
mod balance;
mod entry;

pub use account::{Account, EntryKind};
pub use acts::{
    IssuedInvoice, MovedPayment, credit_applied, credit_granted, credit_unapplied, invoice_issued,
    invoice_voided, opening_credit, opening_debt, payment_received, payment_reversed, reversal,
    shortfall_moved, shortfall_returned, write_off,
};
pub use balance::{credit_available, customer_balance, invoice_remaining};
pub use entry::{Entry, JournalError, Posting};

#[cfg(test)]
mod tests;
