//! Withdrawing a customer of whom the import left traces in the books. Nothing that was booked is deleted: each opening
//! invoice is declared void by a reversing entry, and what remains is a customer who has left, owes nothing, stands in no
//! list, cannot be found by name, and has given up number, PPPoE name and address, so that the corrected file can be
//! imported again.

use billing::{CustomerStatus, EntryKind, Rupiah, journal};
use store::Tx;
use store::customers::{Customer, Standing};
use store::invoices::Invoice;

use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::notify;
use crate::office::Call;
use crate::payments::dated;

/// Takes back what the import made of this customer.
pub(super) async fn withdraw(
    tx: &mut Tx,
    call: &Call<'_>,
    batch_id: i64,
    customer: Customer,
    invoices: &[Invoice],
) -> Result<()> {
    let reason = format!("Impor {batch_id} dibatalkan");
    for invoice in invoices.iter().filter(|invoice| invoice.voided_at.is_none()) {
        take_back(tx, call, invoice, &reason).await?;
    }
    for line in store::plans::lines_of_customer(tx, customer.id, i64::MAX).await? {
        // Only a plan that waits can still have the line to do: see `happened_since`.
        store::plans::strike(tx, line.plan_id, &[customer.id], call.now).await?;
    }
    store::overrides::end(tx, customer.id, call.actor.label(), call.now).await?;
    let entry = Entry::done(
        "customer_withdrawn",
        (reason.as_str(), format!("Import {batch_id} was undone")),
    )
    .about("customer", customer.id, &customer.details.name)
    .detail(serde_json::json!({ "customer_no": customer.details.customer_no, "import": batch_id }));
    logs::record(tx, call, entry).await?;

    let standing = Standing::of(CustomerStatus::Terminated);
    store::customers::set_standing(tx, customer.id, &standing, call.now).await?;
    notify::review(tx, call, &[customer.id], None).await?;
    let mut withdrawn = customer;
    let details = &mut withdrawn.details;
    details.customer_no = store::customers::withdrawn_no(&details.customer_no, withdrawn.id);
    details.pppoe_password = None;
    store::customers::update(tx, &withdrawn, call.now).await?;
    Ok(store::customers::erase_words(tx, withdrawn.id).await?)
}

/// Declares an opening invoice void, by the entry that turns its own round.
async fn take_back(tx: &mut Tx, call: &Call<'_>, invoice: &Invoice, reason: &str) -> Result<()> {
    let opened = store::journal::entries_of_invoice(tx, invoice.id)
        .await?
        .into_iter()
        .find(|entry| entry.kind == EntryKind::OpeningDebt && entry.invoice_id == Some(invoice.id))
        .ok_or_else(|| Error::fault(format!("invoice {} was never opened", invoice.number)))?;
    let issued = journal::IssuedInvoice {
        customer_id: invoice.customer_id,
        invoice_id: invoice.id,
        revenue: Rupiah::ZERO,
        tax: Rupiah::ZERO,
        deposit: Rupiah::ZERO,
        opening: invoice.total,
    };
    store::invoices::void(tx, invoice.id, reason, call.now).await?;
    let entry = journal::invoice_voided(&issued, Rupiah::ZERO, opened.id).map_err(Error::fault)?;
    if let Some(entry) = entry {
        store::journal::post(tx, &entry.with_memo(reason), dated(call)).await?;
    }
    Ok(())
}
