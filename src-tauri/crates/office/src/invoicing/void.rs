//! Voiding an invoice: the debt is taken back, what was paid on it becomes the customer's credit, and the period is free
//! to be billed again (failures.md M7). Nothing is deleted.

use billing::{Account, EntryKind, Rupiah, journal};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use crate::access;
use crate::actor::Ability;
use crate::error::{Error, FormCheck, Result};
use crate::invoicing::list::{InvoiceView, one};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::payments::{dated, use_credit};

/// Declares an invoice void.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidInvoice {
    /// Which; set from the path.
    #[serde(skip_deserializing)]
    pub id: i64,
    /// Why.
    pub reason: String,
}

impl Request for VoidInvoice {
    const ABILITY: Ability = Ability::InvoicesWrite;
    type Answer = InvoiceView;

    async fn run(self, call: &Call<'_>) -> Result<InvoiceView> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        form.finish()?;
        let mut tx = call.begin().await?;
        let invoice = store::invoices::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Tagihan", "invoice"))?;
        store::customers::lock(&mut tx, invoice.customer_id).await?;
        if !store::invoices::void(&mut tx, invoice.id, &reason, call.now).await? {
            return Err(Error::conflict(
                "already_void",
                "Tagihan ini sudah dibatalkan sebelumnya.",
                "This invoice was declared void before.",
            ));
        }
        // What is paid may have changed while the lock was waited for.
        let invoice = store::invoices::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Tagihan", "invoice"))?;
        if let Some((issued, entry_id)) = issued(&mut tx, invoice.customer_id, invoice.id).await? {
            let entry = journal::invoice_voided(&issued, invoice.paid, entry_id).map_err(Error::fault)?;
            if let Some(entry) = entry {
                store::journal::post(&mut tx, &entry.with_memo(reason.as_str()), dated(call)).await?;
            }
        }
        let standing = store::allocations::of_invoice(&mut tx, invoice.id).await?;
        let ids: Vec<i64> = standing.iter().map(|allocation| allocation.id).collect();
        store::allocations::reverse(&mut tx, &ids, call.now).await?;
        use_credit(&mut tx, call, invoice.customer_id).await?;

        let view = one(&mut tx, call, invoice.id).await?;
        let entry = Entry::done(
            "invoice_voided",
            format!("Tagihan {} dibatalkan: {reason}", invoice.number),
        )
        .about("invoice", invoice.id, invoice.number)
        .detail(
            serde_json::json!({ "customer": view.customer.customer_no, "total": invoice.total,
                "paid": invoice.paid }),
        );
        logs::record(&mut tx, call, entry).await?;
        access::check_auto_open(&mut tx, call, invoice.customer_id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(view)
    }
}

/// How the invoice was booked when it was issued, from the journal itself; `None` for one of Rp 0.
async fn issued(
    tx: &mut Tx,
    customer_id: i64,
    invoice_id: i64,
) -> Result<Option<(journal::IssuedInvoice, i64)>> {
    let entries = store::journal::entries_of_invoice(tx, invoice_id).await?;
    let issue = entries.into_iter().find(|entry| {
        entry.invoice_id == Some(invoice_id)
            && matches!(entry.kind, EntryKind::InvoiceIssued | EntryKind::OpeningDebt)
    });
    let Some(issue) = issue else { return Ok(None) };
    let postings = store::journal::postings_of(tx, &[issue.id]).await?;
    let credited = |account: Account| -> Result<Rupiah> {
        let of_account = postings
            .iter()
            .filter(|posting| posting.account == account)
            .map(|posting| posting.amount);
        Ok(Rupiah::try_sum(of_account)?.try_neg()?)
    };
    let issued = journal::IssuedInvoice {
        customer_id,
        invoice_id,
        revenue: credited(Account::Revenue)?,
        tax: credited(Account::Tax)?,
        deposit: credited(Account::Deposit)?,
        opening: credited(Account::Opening)?,
    };
    Ok(Some((issued, issue.id)))
}
