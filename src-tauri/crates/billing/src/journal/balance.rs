//! What the postings say: sums, and nothing else. Where a list needs such a sum as a column, the column repeats what is
//! computed here.

use crate::journal::{Account, Posting};
use crate::{MoneyError, Rupiah};

/// What a customer owes: the sum of the customer's postings on `receivable` and `customer_credit`. Negative is credit.
///
/// # Errors
/// [`MoneyError::Overflow`] when the sum does not fit.
pub fn customer_balance<'a>(
    postings: impl IntoIterator<Item = &'a Posting>,
    customer_id: i64,
) -> Result<Rupiah, MoneyError> {
    sum(postings, |posting| {
        posting.customer_id == Some(customer_id) && posting.account.is_customer_balance()
    })
}

/// What is still owed on an invoice: the sum of its postings on `receivable`.
///
/// # Errors
/// [`MoneyError::Overflow`] when the sum does not fit.
pub fn invoice_remaining<'a>(
    postings: impl IntoIterator<Item = &'a Posting>,
    invoice_id: i64,
) -> Result<Rupiah, MoneyError> {
    sum(postings, |posting| {
        posting.invoice_id == Some(invoice_id) && posting.account == Account::Receivable
    })
}

/// What a customer has to its credit, as a positive amount. Below zero it is overdrawn: a payment was taken back whose
/// credit had been used.
///
/// # Errors
/// [`MoneyError::Overflow`] when the sum does not fit.
pub fn credit_available<'a>(
    postings: impl IntoIterator<Item = &'a Posting>,
    customer_id: i64,
) -> Result<Rupiah, MoneyError> {
    let of_customer = |posting: &Posting| {
        posting.customer_id == Some(customer_id) && posting.account == Account::CustomerCredit
    };
    sum(postings, of_customer)?.try_neg()
}

fn sum<'a>(
    postings: impl IntoIterator<Item = &'a Posting>,
    counts: impl Fn(&Posting) -> bool,
) -> Result<Rupiah, MoneyError> {
    Rupiah::try_sum(
        postings
            .into_iter()
            .filter(|posting| counts(posting))
            .map(|posting| posting.amount),
    )
}
