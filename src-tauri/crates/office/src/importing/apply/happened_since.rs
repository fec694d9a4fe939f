//! What has happened to an imported customer beyond what the import itself has made: the reasons for which undoing the
//! import leaves the customer alone.

use billing::Rupiah;
use store::Tx;
use store::customers::Customer;
use store::invoices::Invoice;
use store::plans::{LineState, State};

use crate::error::{Result, Sentence};
use crate::importing::apply::closed_before;
use crate::importing::apply::debts::ORIGIN;

/// Something that has happened to a customer since the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trace {
    Payments,
    Invoices,
    Entries,
    PaysForOthers,
    Plan,
    Override,
    Messages,
    Changed,
}

impl Trace {
    /// A stable word.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Trace::Payments => "has_payments",
            Trace::Invoices => "has_invoices",
            Trace::Entries => "has_entries",
            Trace::PaysForOthers => "pays_for_others",
            Trace::Plan => "in_a_plan",
            Trace::Override => "has_override",
            Trace::Messages => "has_messages",
            Trace::Changed => "changed",
        }
    }

    /// What it is, for people.
    pub(super) fn sentence(self) -> Sentence {
        let (id, en) = match self {
            Trace::Payments => ("Sudah ada pembayaran.", "There are payments."),
            Trace::Invoices => (
                "Sudah ditagih sejak diimpor.",
                "Invoices were made since the import.",
            ),
            Trace::Entries => (
                "Sudah ada pembukuan lain.",
                "There are other entries in the books.",
            ),
            Trace::PaysForOthers => ("Membayar untuk pelanggan lain.", "This customer pays for others."),
            Trace::Plan => (
                "Sudah ada rencana yang menutup atau membuka jalurnya.",
                "A plan closes or opens the line.",
            ),
            Trace::Override => (
                "Sudah ada keputusan petugas tentang jalurnya.",
                "Somebody has decided about the line.",
            ),
            Trace::Messages => ("Sudah dikirimi pesan.", "Messages were sent to the customer."),
            Trace::Changed => (
                "Datanya sudah diubah sejak diimpor.",
                "The customer was changed since the import.",
            ),
        };
        Sentence::new(id, en)
    }
}

/// What has happened to the customer, the weightiest first; nothing where there is only what the import has made.
pub(super) async fn happened_since(
    tx: &mut Tx,
    customer: &Customer,
    invoices: &[Invoice],
) -> Result<Option<Trace>> {
    let id = customer.id;
    let payments = store::payments::Filter {
        customer_id: Some(id),
        limit: 1,
        ..store::payments::Filter::default()
    };
    if store::payments::list(tx, &payments).await?.total > 0 {
        return Ok(Some(Trace::Payments));
    }
    if invoices
        .iter()
        .any(|invoice| invoice.origin != ORIGIN || invoice.paid != Rupiah::ZERO)
    {
        return Ok(Some(Trace::Invoices));
    }
    // A void invoice owes nothing, so what the opening invoices still owe is all that the books may say.
    if Rupiah::try_sum(invoices.iter().map(|invoice| invoice.remaining))? != customer.balance {
        return Ok(Some(Trace::Entries));
    }
    if !store::customers::having_payer(tx, id).await?.is_empty() {
        return Ok(Some(Trace::PaysForOthers));
    }
    if is_in_a_plan(tx, id).await? {
        return Ok(Some(Trace::Plan));
    }
    let overrides = store::overrides::history(tx, id).await?;
    if overrides
        .iter()
        .any(|word| !closed_before::is_of_import(word) || word.ended_at.is_some())
    {
        return Ok(Some(Trace::Override));
    }
    let messages = store::notifications::Filter {
        customer_id: Some(id),
        limit: 1,
        ..store::notifications::Filter::default()
    };
    if store::notifications::list(tx, &messages).await?.total > 0 {
        return Ok(Some(Trace::Messages));
    }
    Ok((customer.updated_at != customer.created_at).then_some(Trace::Changed))
}

/// Whether a plan has changed the line or is at it. One that still waits has done nothing: the first cut-off after an
/// import waits for a person, and a person who sees there that the file was wrong must be able to undo it.
async fn is_in_a_plan(tx: &mut Tx, customer_id: i64) -> Result<bool> {
    for line in store::plans::lines_of_customer(tx, customer_id, i64::MAX).await? {
        let touched = match line.state {
            LineState::Struck | LineState::Skipped => false,
            LineState::Planned => store::plans::find(tx, line.plan_id).await?.is_some_and(|plan| {
                !matches!(plan.state, State::Preview | State::Waiting | State::Dismissed)
            }),
            LineState::Done | LineState::Failed | LineState::Undone | LineState::Kept => true,
        };
        if touched {
            return Ok(true);
        }
    }
    Ok(false)
}
