//! Days that were billed and are not served after all, because a line is set aside or ends: they become credit, which pays
//! what is unpaid at once. Days that are served after all, since a pause was made shorter, wait as a charge for the next
//! invoice. A bill that is made while the pause is known leaves the days out by itself, so nothing is given back of it.

use billing::{ChargeKind, Pause, Rupiah, ServiceSpan, journal, unserved_credit, unserved_days};
use jiff::civil::Date;
use store::Tx;
use store::charges::{Charge, NewCharge};
use store::customers::{Customer, Standing};
use store::invoices::Invoice;

use crate::dates::date_words;
use crate::error::{Error, Language, Result, Sentence};
use crate::office::Call;
use crate::payments::{dated, free_credit, use_credit};

/// Squares what was billed with where a line stands now; gives what the payer got back, below zero for what is asked with
/// the next invoice. The customer is to be locked.
pub(super) async fn square(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    before: &Standing,
    after: &Standing,
) -> Result<Rupiah> {
    let Some(since) = [before, after].into_iter().filter_map(first_unserved).min() else {
        return Ok(Rupiah::ZERO);
    };
    let mut sum = Rupiah::ZERO;
    let mut payers = Vec::new();
    for charge in store::charges::billed_since(tx, customer.id, since).await? {
        let Some(invoice) = invoice_of(tx, &charge).await? else {
            continue;
        };
        let Some((days, credit)) = credit_of(tx, &charge, before, after).await? else {
            continue;
        };
        let words = words(&charge, days);
        if credit.is_positive() {
            grant(tx, call, &invoice, credit, words).await?;
            payers.push(invoice.customer_id);
        } else if !credit.is_zero() {
            ask(tx, call, &charge, credit.try_neg()?, words).await?;
        }
        sum = sum.try_add(credit)?;
    }
    payers.sort_unstable();
    payers.dedup();
    for payer_id in payers {
        use_credit(tx, call, payer_id).await?;
    }
    Ok(sum)
}

/// Takes back what was given back of an invoice that is declared void: what it bills is not owed any more at all.
pub(crate) async fn take_back(tx: &mut Tx, call: &Call<'_>, invoice: &Invoice, reason: &str) -> Result<()> {
    for granted in store::journal::granted_for(tx, invoice.id).await? {
        let postings = store::journal::postings_of(tx, &[granted.id]).await?;
        let of = |account: journal::Account| {
            let amounts = postings
                .iter()
                .filter(|posting| posting.account == account)
                .map(|posting| posting.amount);
            Rupiah::try_sum(amounts)
        };
        let (revenue, tax) = (of(journal::Account::Revenue)?, of(journal::Account::Tax)?);
        free_credit(tx, call, invoice.customer_id, revenue.try_add(tax)?).await?;
        let entry = journal::credit_granted(invoice.customer_id, revenue, tax).map_err(Error::fault)?;
        let back = journal::reversal(&entry.for_invoice(invoice.id), granted.id).map_err(Error::fault)?;
        store::journal::post(tx, &back.with_memo(reason), dated(call)).await?;
    }
    Ok(())
}

fn pause(standing: &Standing) -> Option<Pause> {
    standing.paused_from.map(|from| Pause {
        from,
        until: standing.paused_until,
    })
}

fn first_unserved(standing: &Standing) -> Option<Date> {
    let ended = standing.terminated_on.and_then(|day| day.tomorrow().ok());
    standing.paused_from.into_iter().chain(ended).min()
}

async fn invoice_of(tx: &mut Tx, charge: &Charge) -> Result<Option<Invoice>> {
    match charge.invoice_id {
        Some(id) => Ok(store::invoices::find(tx, id)
            .await?
            .filter(|it| it.voided_at.is_none())),
        None => Ok(None),
    }
}

/// By how many days a charge is adjusted, and what becomes credit of it, before tax.
async fn credit_of(
    tx: &mut Tx,
    charge: &Charge,
    before: &Standing,
    after: &Standing,
) -> Result<Option<(u32, Rupiah)>> {
    let span = charge.service_from.zip(charge.service_to);
    let Some(span) = span.and_then(|(from, to)| ServiceSpan::new(from, to)) else {
        return Ok(None);
    };
    let unserved = |standing: &Standing| unserved_days(span, pause(standing), standing.terminated_on);
    let (was, is) = (unserved(before), unserved(after));
    if was == is {
        return Ok(None);
    }
    // Nothing was given back of days that the bill had left out.
    let left_out = match charge.invoice_id {
        Some(id) if was > 0 && store::journal::granted_for(tx, id).await?.is_empty() => was,
        _ => 0,
    };
    let net = charge.amount.try_sub(charge.discount)?;
    let credit = unserved_credit(net, (span.days(), left_out), was, is)?;
    Ok(Some((was.abs_diff(is), credit)))
}

/// Books the credit with its part of the invoice's tax.
async fn grant(
    tx: &mut Tx,
    call: &Call<'_>,
    invoice: &Invoice,
    revenue: Rupiah,
    words: Sentence,
) -> Result<()> {
    let net = invoice.subtotal.try_sub(invoice.discount)?;
    let tax = if invoice.tax.is_positive() && net.is_positive() {
        invoice.tax.try_ratio(revenue.0, net.0)?
    } else {
        Rupiah::ZERO
    };
    let entry = journal::credit_granted(invoice.customer_id, revenue, tax)
        .map_err(Error::fault)?
        .for_invoice(invoice.id)
        .with_memo(words.held());
    store::customers::lock(tx, invoice.customer_id).await?;
    store::journal::post(tx, &entry, dated(call)).await?;
    Ok(())
}

/// Lets the next invoice ask for days that are served after all.
async fn ask(tx: &mut Tx, call: &Call<'_>, charge: &Charge, amount: Rupiah, words: Sentence) -> Result<()> {
    // The next invoice says it, in the language that the office writes to its customers in.
    let language = Language::from_tag(&call.settings.office_language);
    let again = NewCharge {
        customer_id: charge.customer_id,
        invoice_id: None,
        kind: ChargeKind::Difference,
        period: format!("{}#served:{}", charge.period, call.now.as_millisecond()),
        service_from: None,
        service_to: None,
        description: words.for_language(language).to_owned(),
        amount,
        discount: Rupiah::ZERO,
        moved_from: None,
    };
    store::charges::insert_all(tx, &[again], call.now).await?;
    Ok(())
}

fn words(charge: &Charge, days: u32) -> Sentence {
    let span = |language| {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| date_words(day, language));
        (day(charge.service_from), day(charge.service_to))
    };
    let (from_id, to_id) = span(Language::Indonesian);
    let (from_en, to_en) = span(Language::English);
    Sentence::new(
        format!("Penyesuaian {days} hari dari layanan {from_id} – {to_id}"),
        format!("{days} days of the service {from_en} – {to_en}, adjusted"),
    )
}
