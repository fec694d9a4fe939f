//! The journal: append-only, double entry. [`post`] is the only writer of entries and postings, and of what is derived
//! from them: an invoice's `paid` and `remaining`, a customer's `balance`, and the history of the debt. That an entry is
//! balanced is [`billing::journal::Entry`]'s own promise.

mod post;
mod read;

use billing::{Account, EntryKind, Rupiah};
use jiff::Timestamp;
use jiff::civil::Date;

pub use post::{Dated, post, post_all};
pub use read::{
    AccountBalance, Credit, Statement, account_balances, balance_after_payment, balance_before, credit,
    credits, entries_of_invoice, entry_of_payment, entry_of_shortfall, find, granted_for, postings_of,
    statement,
};

/// An entry as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    /// Key.
    pub id: i64,
    /// The civil day that it counts for.
    #[sqlx(try_from = "crate::column::Civil")]
    pub on_date: Date,
    /// When it was recorded.
    #[sqlx(try_from = "crate::column::Millis")]
    pub at: Timestamp,
    /// What it records.
    #[sqlx(try_from = "crate::column::Word")]
    pub kind: EntryKind,
    /// Whom it concerns.
    pub customer_id: Option<i64>,
    /// The invoice that caused it.
    pub invoice_id: Option<i64>,
    /// The payment that caused it.
    pub payment_id: Option<i64>,
    /// The entry that it turns round.
    pub reverses_id: Option<i64>,
    /// Who.
    pub actor: String,
    /// A word of explanation.
    pub memo: Option<String>,
}

/// A posting as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PostingRow {
    /// Of which entry.
    pub entry_id: i64,
    /// Its place there, from 0.
    pub position: i64,
    /// Which account.
    #[sqlx(try_from = "crate::column::Word")]
    pub account: Account,
    /// Whose.
    pub customer_id: Option<i64>,
    /// For which invoice.
    pub invoice_id: Option<i64>,
    /// Debits are positive.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
}
