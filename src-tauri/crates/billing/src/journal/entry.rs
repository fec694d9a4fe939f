//! An entry of the journal. It is balanced or it does not exist: there is no other way to make one.

use crate::journal::{Account, EntryKind};
use crate::{MoneyError, Rupiah};

/// An amount on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// Whose, on the accounts that belong to customers.
    pub customer_id: Option<i64>,
    /// For which invoice, on `receivable`.
    pub invoice_id: Option<i64>,
    /// Rupiah; debits are positive, credits negative, and none is zero.
    pub amount: Rupiah,
}

/// Why an entry cannot be made. Each of these is a mistake of the program, not of a person: an entry that fails is not
/// booked, and neither is what caused it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Debits and credits differ.
    #[error("a journal entry of kind {kind} is out of balance by {difference}; nothing was booked")]
    Unbalanced {
        /// The kind of the entry.
        kind: EntryKind,
        /// What is too much on the debit side.
        difference: Rupiah,
    },
    /// There is nothing to book.
    #[error("a journal entry of kind {0} moves no money; nothing was booked")]
    Empty(EntryKind),
    /// A posting of zero says nothing.
    #[error("a journal entry of kind {kind} has a posting of nothing on {account}; nothing was booked")]
    ZeroPosting {
        /// The kind of the entry.
        kind: EntryKind,
        /// The account of the posting.
        account: Account,
    },
    /// A posting on a customer's account without the customer, or on receivables without the invoice.
    #[error("a journal entry of kind {kind} does not say whose {account} it moves; nothing was booked")]
    Nobodys {
        /// The kind of the entry.
        kind: EntryKind,
        /// The account of the posting.
        account: Account,
    },
    /// An amount that an act may not have.
    #[error("a journal entry of kind {kind} cannot move {amount}; nothing was booked")]
    Amount {
        /// The kind of the entry.
        kind: EntryKind,
        /// The amount.
        amount: Rupiah,
    },
    /// What reverses something is not reversed itself; what it undid is booked anew.
    #[error("a journal entry of kind {0} is a reversal already; book the act anew instead")]
    ReversalOfReversal(EntryKind),
    /// An amount is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl JournalError {
    /// The stable code of this error.
    pub const CODE: &'static str = "journal";
}

/// A balanced entry, before the store gives it an identity, a date and an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    kind: EntryKind,
    customer_id: Option<i64>,
    invoice_id: Option<i64>,
    payment_id: Option<i64>,
    reverses_id: Option<i64>,
    memo: Option<String>,
    postings: Vec<Posting>,
}

impl Entry {
    /// An entry of these postings.
    ///
    /// # Errors
    /// [`JournalError`] when they do not add up to zero, are none, contain a zero, or leave open whose they are.
    pub fn new(kind: EntryKind, postings: Vec<Posting>) -> Result<Entry, JournalError> {
        for posting in &postings {
            if posting.amount.is_zero() {
                return Err(JournalError::ZeroPosting {
                    kind,
                    account: posting.account.clone(),
                });
            }
            let complete = match posting.account {
                Account::Receivable => posting.customer_id.is_some() && posting.invoice_id.is_some(),
                Account::CustomerCredit | Account::Deposit => posting.customer_id.is_some(),
                _ => true,
            };
            if !complete {
                return Err(JournalError::Nobodys {
                    kind,
                    account: posting.account.clone(),
                });
            }
        }
        let difference = Rupiah::try_sum(postings.iter().map(|posting| posting.amount))?;
        if !difference.is_zero() {
            return Err(JournalError::Unbalanced { kind, difference });
        }
        if postings.is_empty() {
            return Err(JournalError::Empty(kind));
        }
        Ok(Entry {
            kind,
            customer_id: None,
            invoice_id: None,
            payment_id: None,
            reverses_id: None,
            memo: None,
            postings,
        })
    }

    /// Names the customer whom it concerns.
    #[must_use]
    pub fn for_customer(mut self, customer_id: i64) -> Entry {
        self.customer_id = Some(customer_id);
        self
    }

    /// Names the invoice that caused it.
    #[must_use]
    pub fn for_invoice(mut self, invoice_id: i64) -> Entry {
        self.invoice_id = Some(invoice_id);
        self
    }

    /// Names the payment that caused it.
    #[must_use]
    pub fn for_payment(mut self, payment_id: i64) -> Entry {
        self.payment_id = Some(payment_id);
        self
    }

    /// Names the entry that it undoes; the store lets each be undone once.
    #[must_use]
    pub fn reversing(mut self, entry_id: i64) -> Entry {
        self.reverses_id = Some(entry_id);
        self
    }

    /// Adds a word of explanation.
    #[must_use]
    pub fn with_memo(mut self, memo: impl Into<String>) -> Entry {
        self.memo = Some(memo.into());
        self
    }

    /// What it records.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The customer whom it concerns.
    #[must_use]
    pub const fn customer_id(&self) -> Option<i64> {
        self.customer_id
    }

    /// The invoice that caused it.
    #[must_use]
    pub const fn invoice_id(&self) -> Option<i64> {
        self.invoice_id
    }

    /// The payment that caused it.
    #[must_use]
    pub const fn payment_id(&self) -> Option<i64> {
        self.payment_id
    }

    /// The entry that it undoes.
    #[must_use]
    pub const fn reverses_id(&self) -> Option<i64> {
        self.reverses_id
    }

    /// A word of explanation.
    #[must_use]
    pub fn memo(&self) -> Option<&str> {
        self.memo.as_deref()
    }

    /// Its postings; at least two, adding up to zero.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}
