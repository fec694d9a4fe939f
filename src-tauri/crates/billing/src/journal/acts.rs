//! The acts that move money, each as the entry that books it.

use crate::journal::{Account, Entry, EntryKind, JournalError, Posting};
use crate::{AllocationPart, InvoiceDraft, MoneyError, Rupiah};

/// What an invoice is made of, by account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuedInvoice {
    /// The payer.
    pub customer_id: i64,
    /// Which invoice.
    pub invoice_id: i64,
    /// Earned, without tax.
    pub revenue: Rupiah,
    /// PPN.
    pub tax: Rupiah,
    /// Kept for the customer.
    pub deposit: Rupiah,
    /// Owed from before this program kept the books.
    pub opening: Rupiah,
}

impl IssuedInvoice {
    /// The parts of a drafted invoice.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when a sum does not fit.
    pub fn of_draft(
        draft: &InvoiceDraft,
        customer_id: i64,
        invoice_id: i64,
    ) -> Result<IssuedInvoice, MoneyError> {
        let (deposit, opening) = (draft.deposit()?, draft.opening_debt()?);
        let revenue = draft.net.try_sub(deposit)?.try_sub(opening)?;
        Ok(IssuedInvoice {
            customer_id,
            invoice_id,
            revenue,
            tax: draft.tax,
            deposit,
            opening,
        })
    }

    /// What the customer owes for it.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the sum does not fit.
    pub fn total(&self) -> Result<Rupiah, MoneyError> {
        Rupiah::try_sum([self.revenue, self.tax, self.deposit, self.opening])
    }

    /// The other side of the receivable, as credits.
    fn credits(&self) -> Result<Vec<Posting>, MoneyError> {
        Ok(vec![
            own(Account::Revenue, self.revenue.try_neg()?),
            own(Account::Tax, self.tax.try_neg()?),
            of_customer(Account::Deposit, self.customer_id, self.deposit.try_neg()?),
            own(Account::Opening, self.opening.try_neg()?),
        ])
    }
}

/// A payment as it lies in the books: where its money is, and which invoices it pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedPayment<'a> {
    /// Who paid.
    pub customer_id: i64,
    /// Which payment.
    pub payment_id: i64,
    /// Where the money lies; see [`crate::Method::account`].
    pub account: &'a Account,
    /// What went to invoices.
    pub parts: &'a [AllocationPart],
    /// What went to the customer's credit.
    pub credit: Rupiah,
}

impl MovedPayment<'_> {
    /// The postings of money that comes in (`sign` 1) or goes back (`sign` −1).
    fn entry(&self, kind: EntryKind, sign: i64) -> Result<Entry, JournalError> {
        let signed = |amount: Rupiah| amount.try_ratio(sign, 1);
        for amount in self.parts.iter().map(|part| part.amount).chain([self.credit]) {
            not_negative(kind, amount)?;
        }
        let to_invoices = Rupiah::try_sum(self.parts.iter().map(|part| part.amount))?;
        let amount = to_invoices.try_add(self.credit)?;
        let mut postings = vec![own(self.account.clone(), signed(amount)?)];
        for part in self.parts {
            postings.push(receivable(
                self.customer_id,
                part.invoice_id,
                signed(part.amount.try_neg()?)?,
            ));
        }
        postings.push(of_customer(
            Account::CustomerCredit,
            self.customer_id,
            signed(self.credit.try_neg()?)?,
        ));
        Ok(entry(kind, postings)?
            .for_customer(self.customer_id)
            .for_payment(self.payment_id))
    }
}

/// An invoice is issued: the customer owes it. `None` for an invoice of nothing, which moves nothing.
///
/// # Errors
/// A total below zero, or an amount that does not fit.
pub fn invoice_issued(invoice: &IssuedInvoice) -> Result<Option<Entry>, JournalError> {
    let kind = EntryKind::InvoiceIssued;
    let total = invoice.total()?;
    not_negative(kind, total)?;
    let mut postings = vec![receivable(invoice.customer_id, invoice.invoice_id, total)];
    postings.extend(invoice.credits()?);
    Ok(optional(kind, postings)?.map(|it| {
        it.for_customer(invoice.customer_id)
            .for_invoice(invoice.invoice_id)
    }))
}

/// An invoice is declared void: what was issued by entry `reverses` is turned round, and the `paid` part of it (money and
/// credit, no write-off) goes to the customer's credit. `None` for an invoice of nothing.
///
/// An invoice of which a part was written off or moved on must have that turned round first.
///
/// # Errors
/// More paid than the total, or an amount that does not fit.
pub fn invoice_voided(
    invoice: &IssuedInvoice,
    paid: Rupiah,
    reverses: i64,
) -> Result<Option<Entry>, JournalError> {
    let kind = EntryKind::InvoiceVoided;
    let total = invoice.total()?;
    let remaining = total.try_sub(paid)?;
    not_negative(kind, paid)?;
    not_negative(kind, remaining)?;
    let mut postings = vec![
        receivable(invoice.customer_id, invoice.invoice_id, remaining.try_neg()?),
        of_customer(Account::CustomerCredit, invoice.customer_id, paid.try_neg()?),
    ];
    for credit in invoice.credits()? {
        postings.push(Posting {
            amount: credit.amount.try_neg()?,
            ..credit
        });
    }
    let entry = optional(kind, postings)?;
    Ok(entry.map(|it| {
        it.for_customer(invoice.customer_id)
            .for_invoice(invoice.invoice_id)
            .reversing(reverses)
    }))
}

/// Money comes in and goes where the allocation says.
///
/// # Errors
/// A part below zero, no money at all, or an amount that does not fit.
pub fn payment_received(payment: &MovedPayment<'_>) -> Result<Entry, JournalError> {
    payment.entry(EntryKind::PaymentReceived, 1)
}

/// A payment that entry `reverses` booked is taken back from where it is *now*: `payment.parts` are those that still pay
/// an invoice, `payment.credit` is the rest, which may have moved there when an invoice was voided. If the credit has been
/// used in the meantime it is overdrawn; un-apply it first.
///
/// # Errors
/// A part below zero, no money at all, or an amount that does not fit.
pub fn payment_reversed(payment: &MovedPayment<'_>, reverses: i64) -> Result<Entry, JournalError> {
    Ok(payment.entry(EntryKind::PaymentReversed, -1)?.reversing(reverses))
}

/// Credit of the customer pays an invoice.
///
/// # Errors
/// An amount that is not above zero.
pub fn credit_applied(customer_id: i64, invoice_id: i64, amount: Rupiah) -> Result<Entry, JournalError> {
    let kind = EntryKind::CreditApplied;
    positive(kind, amount)?;
    let postings = vec![
        of_customer(Account::CustomerCredit, customer_id, amount),
        receivable(customer_id, invoice_id, amount.try_neg()?),
    ];
    Ok(entry(kind, postings)?
        .for_customer(customer_id)
        .for_invoice(invoice_id))
}

/// Money on an invoice goes back to the customer's credit.
///
/// # Errors
/// An amount that is not above zero.
pub fn credit_unapplied(customer_id: i64, invoice_id: i64, amount: Rupiah) -> Result<Entry, JournalError> {
    let kind = EntryKind::CreditUnapplied;
    positive(kind, amount)?;
    let postings = vec![
        receivable(customer_id, invoice_id, amount),
        of_customer(Account::CustomerCredit, customer_id, amount.try_neg()?),
    ];
    Ok(entry(kind, postings)?
        .for_customer(customer_id)
        .for_invoice(invoice_id))
}

/// The customer is given credit for service that was billed and not served: a pause, a termination, a complaint. `tax` is
/// the part of the tax that was charged with it.
///
/// # Errors
/// Amounts below zero, or both zero.
pub fn credit_granted(customer_id: i64, revenue: Rupiah, tax: Rupiah) -> Result<Entry, JournalError> {
    let kind = EntryKind::Correction;
    not_negative(kind, revenue)?;
    not_negative(kind, tax)?;
    let credit = revenue.try_add(tax)?.try_neg()?;
    let postings = vec![
        own(Account::Revenue, revenue),
        own(Account::Tax, tax),
        of_customer(Account::CustomerCredit, customer_id, credit),
    ];
    Ok(entry(kind, postings)?.for_customer(customer_id))
}

/// An invoice stands for a debt from before this program kept the books.
///
/// # Errors
/// An amount that is not above zero.
pub fn opening_debt(customer_id: i64, invoice_id: i64, amount: Rupiah) -> Result<Entry, JournalError> {
    let kind = EntryKind::OpeningDebt;
    positive(kind, amount)?;
    let postings = vec![
        receivable(customer_id, invoice_id, amount),
        own(Account::Opening, amount.try_neg()?),
    ];
    Ok(entry(kind, postings)?
        .for_customer(customer_id)
        .for_invoice(invoice_id))
}

/// A customer brings credit from before this program kept the books.
///
/// # Errors
/// An amount that is not above zero.
pub fn opening_credit(customer_id: i64, amount: Rupiah) -> Result<Entry, JournalError> {
    let kind = EntryKind::OpeningDebt;
    positive(kind, amount)?;
    let postings = vec![
        own(Account::Opening, amount),
        of_customer(Account::CustomerCredit, customer_id, amount.try_neg()?),
    ];
    Ok(entry(kind, postings)?.for_customer(customer_id))
}

/// A debt on an invoice is given up.
///
/// # Errors
/// An amount that is not above zero.
pub fn write_off(customer_id: i64, invoice_id: i64, amount: Rupiah) -> Result<Entry, JournalError> {
    let kind = EntryKind::WriteOff;
    positive(kind, amount)?;
    let postings = vec![
        own(Account::WriteOff, amount),
        receivable(customer_id, invoice_id, amount.try_neg()?),
    ];
    Ok(entry(kind, postings)?
        .for_customer(customer_id)
        .for_invoice(invoice_id))
}

/// A tolerated shortfall leaves its invoice. The same amount waits as an untaxed correction charge for the next invoice,
/// which earns it again, so that the revenue of the two together is what it would have been.
///
/// # Errors
/// An amount that is not above zero.
pub fn shortfall_moved(customer_id: i64, invoice_id: i64, amount: Rupiah) -> Result<Entry, JournalError> {
    let kind = EntryKind::Correction;
    positive(kind, amount)?;
    let postings = vec![
        own(Account::Revenue, amount),
        receivable(customer_id, invoice_id, amount.try_neg()?),
    ];
    Ok(entry(kind, postings)?
        .for_customer(customer_id)
        .for_invoice(invoice_id))
}

/// The invoice that carried a shortfall on is void: what entry `reverses` moved is owed on its own invoice again.
///
/// # Errors
/// An amount that is not above zero.
pub fn shortfall_returned(
    customer_id: i64,
    invoice_id: i64,
    amount: Rupiah,
    reverses: i64,
) -> Result<Entry, JournalError> {
    let kind = EntryKind::Correction;
    positive(kind, amount)?;
    let postings = vec![
        receivable(customer_id, invoice_id, amount),
        own(Account::Revenue, amount.try_neg()?),
    ];
    Ok(entry(kind, postings)?
        .for_customer(customer_id)
        .for_invoice(invoice_id)
        .reversing(reverses))
}

/// The entry that turns entry `entry_id` round, posting by posting.
///
/// For a payment or an invoice whose money has moved since, [`payment_reversed`] and [`invoice_voided`] know where it is
/// now; this is for everything else.
///
/// # Errors
/// A reversal is not reversed itself.
pub fn reversal(of: &Entry, entry_id: i64) -> Result<Entry, JournalError> {
    let kind = match of.kind() {
        EntryKind::InvoiceIssued => EntryKind::InvoiceVoided,
        EntryKind::PaymentReceived => EntryKind::PaymentReversed,
        EntryKind::CreditApplied => EntryKind::CreditUnapplied,
        EntryKind::CreditUnapplied => EntryKind::CreditApplied,
        EntryKind::OpeningDebt | EntryKind::Correction | EntryKind::WriteOff => EntryKind::Correction,
        kind @ (EntryKind::InvoiceVoided | EntryKind::PaymentReversed) => {
            return Err(JournalError::ReversalOfReversal(kind));
        }
    };
    if of.reverses_id().is_some() {
        return Err(JournalError::ReversalOfReversal(of.kind()));
    }
    let turned = of
        .postings()
        .iter()
        .map(|posting| {
            Ok(Posting {
                amount: posting.amount.try_neg()?,
                ..posting.clone()
            })
        })
        .collect::<Result<_, MoneyError>>()?;
    let mut it = Entry::new(kind, turned)?.reversing(entry_id);
    if let Some(customer_id) = of.customer_id() {
        it = it.for_customer(customer_id);
    }
    if let Some(invoice_id) = of.invoice_id() {
        it = it.for_invoice(invoice_id);
    }
    if let Some(payment_id) = of.payment_id() {
        it = it.for_payment(payment_id);
    }
    Ok(it)
}

/// A posting on an account of the office's own.
fn own(account: Account, amount: Rupiah) -> Posting {
    Posting {
        account,
        customer_id: None,
        invoice_id: None,
        amount,
    }
}

/// A posting on an account that belongs to a customer.
fn of_customer(account: Account, customer_id: i64, amount: Rupiah) -> Posting {
    Posting {
        account,
        customer_id: Some(customer_id),
        invoice_id: None,
        amount,
    }
}

fn receivable(customer_id: i64, invoice_id: i64, amount: Rupiah) -> Posting {
    Posting {
        account: Account::Receivable,
        customer_id: Some(customer_id),
        invoice_id: Some(invoice_id),
        amount,
    }
}

/// The entry of the postings that move something.
fn entry(kind: EntryKind, mut postings: Vec<Posting>) -> Result<Entry, JournalError> {
    postings.retain(|posting| !posting.amount.is_zero());
    Entry::new(kind, postings)
}

/// The same, or nothing where nothing moves.
fn optional(kind: EntryKind, mut postings: Vec<Posting>) -> Result<Option<Entry>, JournalError> {
    postings.retain(|posting| !posting.amount.is_zero());
    if postings.is_empty() {
        Ok(None)
    } else {
        Entry::new(kind, postings).map(Some)
    }
}

fn positive(kind: EntryKind, amount: Rupiah) -> Result<(), JournalError> {
    if amount.is_positive() {
        Ok(())
    } else {
        Err(JournalError::Amount { kind, amount })
    }
}

fn not_negative(kind: EntryKind, amount: Rupiah) -> Result<(), JournalError> {
    if amount.0 >= 0 {
        Ok(())
    } else {
        Err(JournalError::Amount { kind, amount })
    }
}
