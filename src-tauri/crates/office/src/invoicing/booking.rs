//! Booking drafts: numbers, invoices, charges, journal, credit, events, in few statements for many invoices. The month run
//! and a reissue both book here, each in a transaction of its own; what is billed was decided before.

use std::collections::HashMap;

use billing::{DraftLine, InvoiceDraft, Period, Rupiah, journal};
use store::Tx;
use store::allocations::NewAllocation;
use store::charges::{Attached, NewCharge};
use store::invoices::NewInvoice;

use crate::error::{Error, Language, Result, Sentence};
use crate::events::{self, Event};
use crate::invoicing::stride::{Drafted, Run};
use crate::invoicing::words::{description, shortfall_of};
use crate::office::Call;
use crate::payments::dated;

/// Books the drafts of one batch and gives the ids of the new invoices, in the order of the drafts that have one. The
/// customers are the caller's to lock.
pub(super) async fn book(
    tx: &mut Tx,
    call: &Call<'_>,
    run: &Run<'_>,
    drafted: &[Drafted],
    origin: &str,
) -> Result<Vec<i64>> {
    let billed: Vec<(&Drafted, &InvoiceDraft)> = drafted
        .iter()
        .filter_map(|it| Some((it, it.draft.invoice.as_ref()?)))
        .collect();
    if billed.is_empty() {
        return Ok(Vec::new());
    }
    let numbers = numbers(tx, call, billed.len()).await?;
    let new: Vec<NewInvoice<'_>> = billed
        .iter()
        .zip(&numbers)
        .map(|((drafted, invoice), number)| NewInvoice {
            number: number.clone(),
            customer_id: drafted.payer.id,
            period: invoice.period,
            issue_date: invoice.issue_date,
            due_date: invoice.due_date,
            subtotal: invoice.subtotal,
            discount: invoice.discount,
            tax_base: invoice.tax_base,
            tax: invoice.tax,
            total: invoice.total,
            origin,
        })
        .collect();
    let ids = store::invoices::insert_all(tx, &new, call.now).await?;

    let (mut charges, mut attached, mut entries, mut happened) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (((drafted, invoice), id), number) in billed.iter().zip(&ids).zip(&numbers) {
        for line in &invoice.lines {
            let taxed = line.taxed && line.kind.is_taxable() && invoice.tax.is_positive();
            match (line.charge_id, &line.key) {
                (Some(charge_id), _) => {
                    attached.push(Attached {
                        charge_id,
                        invoice_id: *id,
                        amount: line.amount,
                        discount: line.discount,
                        taxed,
                    });
                    charges.extend(rest_of(line, drafted, *id)?);
                }
                (None, key) => charges.push(NewCharge {
                    customer_id: line.customer_id,
                    invoice_id: Some(*id),
                    kind: line.kind,
                    period: key.clone().unwrap_or_else(|| invoice.period.to_string()),
                    service_from: line.span.map(billing::ServiceSpan::from),
                    service_to: line.span.map(billing::ServiceSpan::to),
                    description: says(line, drafted, run, call, invoice.period),
                    amount: line.amount,
                    discount: line.discount,
                    billing_day: line.billing_day.map(i64::from),
                    left_out: i64::from(line.left_out),
                    price: line.price,
                    taxed: Some(taxed),
                    moved_from: line.moved_from,
                }),
            }
            if let Some(short) = line.moved_from {
                let moved =
                    journal::shortfall_moved(drafted.payer.id, short, line.amount).map_err(Error::fault)?;
                let memo = Sentence::new(
                    format!("Kekurangan dipindah ke {number}"),
                    format!("Shortfall moved to {number}"),
                );
                entries.push(moved.with_memo(memo.held()));
            }
        }
        let issued = journal::IssuedInvoice::of_draft(invoice, drafted.payer.id, *id)?;
        let entry = journal::invoice_issued(&issued).map_err(Error::fault)?;
        entries.extend(match besides_service(drafted, invoice) {
            Some(words) => entry.map(|entry| entry.with_memo(words)),
            None => entry,
        });
        happened.push(Event::InvoiceGenerated {
            invoice_id: *id,
            customer_id: drafted.payer.id,
        });
    }
    store::charges::insert_all(tx, &charges, call.now).await?;
    if store::charges::attach(tx, &attached).await? != attached.len() as u64 {
        return Err(Error::from(store::Error::Stale));
    }
    store::journal::post_all(tx, &entries, dated(call)).await?;
    apply_credit(tx, call, &billed, &ids).await?;
    events::record_all(tx, call, &happened).await?;
    Ok(ids)
}

/// What is left of a correction that was larger than what the invoice had to take it off; it goes on waiting.
fn rest_of(line: &DraftLine, drafted: &Drafted, invoice_id: i64) -> Result<Option<NewCharge>> {
    let waited = drafted
        .waiting
        .iter()
        .find(|charge| Some(charge.id) == line.charge_id);
    let Some(waited) = waited.filter(|charge| charge.amount != line.amount) else {
        return Ok(None);
    };
    Ok(Some(NewCharge::waiting(
        waited.customer_id,
        waited.kind,
        format!("{}+{invoice_id}", waited.period),
        waited.description.clone(),
        waited.amount.try_sub(line.amount)?,
    )))
}

/// What an invoice is for that bills no service: its month would say nothing of it.
fn besides_service(drafted: &Drafted, invoice: &InvoiceDraft) -> Option<String> {
    if invoice.lines.iter().any(|line| line.kind.covers_service()) {
        return None;
    }
    let words = |line: &DraftLine| {
        let charge = drafted
            .waiting
            .iter()
            .find(|charge| Some(charge.id) == line.charge_id)?;
        Some(charge.description.clone())
    };
    let words: Vec<String> = invoice.lines.iter().filter_map(words).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What the invoice says of a line: a waiting charge has its own words already.
pub(super) fn says(
    line: &DraftLine,
    drafted: &Drafted,
    run: &Run<'_>,
    call: &Call<'_>,
    period: Period,
) -> String {
    let language = Language::from_tag(&call.settings.office_language);
    if let Some(charge) = line
        .charge_id
        .and_then(|id| drafted.waiting.iter().find(|charge| charge.id == id))
    {
        return charge.description.clone();
    }
    if let Some(short) = line
        .moved_from
        .and_then(|id| drafted.short.iter().find(|invoice| invoice.id == id))
    {
        return shortfall_of(&short.number, language);
    }
    let customer = drafted
        .lines
        .iter()
        .find(|customer| customer.id == line.customer_id);
    let package = line.package_id.and_then(|id| run.packages.get(&id));
    let package = package.map_or("", |package| package.details.name.as_str());
    let whose = customer
        .filter(|_| drafted.lines.len() > 1)
        .map(|customer| customer.details.name.as_str());
    description(line, package, period, whose, language)
}

/// The numbers of the batch, in its order: gapless, taken in the transaction that uses them.
async fn numbers(tx: &mut Tx, call: &Call<'_>, invoices: usize) -> Result<Vec<String>> {
    let month = Period::of(call.today);
    let name = format!("invoice:{month}");
    let count = i64::try_from(invoices).map_err(Error::fault)?;
    let first = store::counters::take(tx, &name, count).await?;
    Ok((first..first + count)
        .map(|n| format!("INV-{:04}{:02}-{n:05}", month.year(), month.month()))
        .collect())
}

/// Lets credit pay the new invoices at once. What all of them have to their credit is one read.
async fn apply_credit(
    tx: &mut Tx,
    call: &Call<'_>,
    billed: &[(&Drafted, &InvoiceDraft)],
    ids: &[i64],
) -> Result<()> {
    let payers = || billed.iter().map(|(drafted, _)| drafted.payer.id);
    let (Some(first), Some(last)) = (payers().min(), payers().max()) else {
        return Ok(());
    };
    let credits: HashMap<i64, Rupiah> = store::journal::credits(tx, first, last)
        .await?
        .into_iter()
        .map(|credit| (credit.customer_id, credit.amount))
        .collect();
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for ((drafted, invoice), id) in billed.iter().zip(ids) {
        let credit = credits.get(&drafted.payer.id).copied().unwrap_or_default();
        let part = billing::credit_to_apply(credit, invoice.total);
        if part.is_positive() {
            entries.push(journal::credit_applied(drafted.payer.id, *id, part).map_err(Error::fault)?);
            parts.push(NewAllocation {
                payment_id: None,
                invoice_id: *id,
                amount: part,
            });
        }
    }
    if !entries.is_empty() {
        store::journal::post_all(tx, &entries, dated(call)).await?;
        store::allocations::insert_all(tx, &parts, call.now).await?;
    }
    Ok(())
}
