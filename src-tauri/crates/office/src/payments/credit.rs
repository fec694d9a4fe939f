//! A customer's credit. It pays what is unpaid as soon as there is both, so an invoice and credit never stand side by
//! side; taking money back takes the credit back first.

use billing::{Rupiah, credit_to_apply, journal};
use store::Tx;
use store::allocations::NewAllocation;
use store::journal::Dated;

use crate::error::{Error, Result};
use crate::office::Call;

/// Lets the customer's credit pay what is unpaid, oldest first; gives what was used.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn use_credit(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<Rupiah> {
    let mut credit = store::journal::credit(tx, customer_id).await?;
    let mut used = Rupiah::ZERO;
    if !credit.is_positive() {
        return Ok(used);
    }
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for invoice in store::invoices::unpaid(tx, customer_id).await? {
        let part = credit_to_apply(credit, invoice.remaining);
        if part.is_zero() {
            break;
        }
        credit = credit.try_sub(part)?;
        used = used.try_add(part)?;
        entries.push(journal::credit_applied(customer_id, invoice.id, part).map_err(Error::fault)?);
        parts.push(NewAllocation {
            payment_id: None,
            invoice_id: invoice.id,
            amount: part,
        });
    }
    store::journal::post_all(tx, &entries, dated(call)).await?;
    store::allocations::insert_all(tx, &parts, call.now).await?;
    Ok(used)
}

/// Takes credit back from invoices, the newest use first, until there is `needed` of it.
///
/// # Errors
/// `fault` when there never was that much, which the journal rules out.
pub(crate) async fn free_credit(
    tx: &mut Tx,
    call: &Call<'_>,
    customer_id: i64,
    needed: Rupiah,
) -> Result<()> {
    let mut credit = store::journal::credit(tx, customer_id).await?;
    for invoice in store::invoices::of_customer(tx, customer_id).await? {
        if credit >= needed {
            return Ok(());
        }
        let uses = store::allocations::of_invoice(tx, invoice.id).await?;
        for usage in uses.into_iter().rev().filter(|usage| usage.payment_id.is_none()) {
            let short = needed.try_sub(credit)?;
            if !short.is_positive() {
                return Ok(());
            }
            let freed = usage.amount.min(short);
            store::allocations::reverse(tx, &[usage.id], call.now).await?;
            let stays = usage.amount.try_sub(freed)?;
            if stays.is_positive() {
                let rest = NewAllocation {
                    payment_id: None,
                    invoice_id: invoice.id,
                    amount: stays,
                };
                store::allocations::insert_all(tx, &[rest], call.now).await?;
            }
            let entry = journal::credit_unapplied(customer_id, invoice.id, freed).map_err(Error::fault)?;
            store::journal::post(tx, &entry, dated(call)).await?;
            credit = credit.try_add(freed)?;
        }
    }
    if credit >= needed {
        Ok(())
    } else {
        Err(Error::fault("credit was used that was never given"))
    }
}

/// The date, instant and actor under which this call books.
pub(crate) fn dated<'a>(call: &'a Call<'_>) -> Dated<'a> {
    Dated {
        on_date: call.today,
        at: call.now,
        actor: call.actor.label(),
    }
}
