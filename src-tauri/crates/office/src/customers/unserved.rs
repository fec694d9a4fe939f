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
    let mut sum = Rupiah::ZERO;
    let mut payers = Vec::new();
    for it in adjustments(tx, customer, before, after).await? {
        let words = words(&it.charge, it.days);
        if it.credit.is_positive() {
            grant(tx, call, &it.invoice, it.credit, words).await?;
            payers.push(it.invoice.customer_id);
        } else if !it.credit.is_zero() {
            ask(tx, call, &it.charge, it.credit.try_neg()?, words).await?;
        }
        sum = sum.try_add(it.credit)?;
    }
    payers.sort_unstable();
    payers.dedup();
    for payer_id in payers {
        use_credit(tx, call, payer_id).await?;
    }
    Ok(sum)
}

/// What [`square`] would give back, its tax included; below zero for what the next invoice would ask for, before its tax.
pub(super) async fn foreseen(
    tx: &mut Tx,
    customer: &Customer,
    before: &Standing,
    after: &Standing,
) -> Result<Rupiah> {
    let mut sum = Rupiah::ZERO;
    for it in adjustments(tx, customer, before, after).await? {
        sum = sum.try_add(it.credit)?;
        if it.credit.is_positive() {
            sum = sum.try_add(tax_on(&it.invoice, it.credit)?)?;
        }
    }
    Ok(sum)
}

/// A billed period of which other days are served than before.
struct Adjustment {
    charge: Charge,
    invoice: Invoice,
    days: u32,
    /// Before tax; below zero for days that are served after all.
    credit: Rupiah,
}

async fn adjustments(
    tx: &mut Tx,
    customer: &Customer,
    before: &Standing,
    after: &Standing,
) -> Result<Vec<Adjustment>> {
    let Some(since) = [before, after].into_iter().filter_map(first_unserved).min() else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for charge in store::charges::billed_since(tx, customer.id, since).await? {
        let Some(invoice) = invoice_of(tx, &charge).await? else {
            continue;
        };
        if let Some((days, credit)) = credit_of(&charge, before, after)? {
            found.push(Adjustment {
                charge,
                invoice,
                days,
                credit,
            });
        }
    }
    Ok(found)
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

/// Takes back what was asked for days that an invoice, void by now, had given back: with it they are not owed any more.
/// What waits is not asked for; what another invoice shows becomes credit.
pub(crate) async fn forget_asked(
    tx: &mut Tx,
    call: &Call<'_>,
    charges: &[Charge],
    reason: &str,
) -> Result<()> {
    for charge in charges.iter().filter(|charge| charge.kind.covers_service()) {
        for asked in
            store::charges::keyed(tx, charge.customer_id, ChargeKind::Difference, &key(charge)).await?
        {
            match invoice_of(tx, &asked).await? {
                Some(invoice) => {
                    let words = Sentence::new(reason, reason);
                    grant(tx, call, &invoice, asked.amount, words).await?;
                }
                None => {
                    store::charges::void(tx, asked.id, call.now).await?;
                }
            }
        }
    }
    Ok(())
}

/// How the keys of charges begin that ask for days of this one again.
fn key(charge: &Charge) -> String {
    format!("{}#served:", charge.period)
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
fn credit_of(charge: &Charge, before: &Standing, after: &Standing) -> Result<Option<(u32, Rupiah)>> {
    let span = charge.service_from.zip(charge.service_to);
    let Some(span) = span.and_then(|(from, to)| ServiceSpan::new(from, to)) else {
        return Ok(None);
    };
    let unserved = |standing: &Standing| unserved_days(span, pause(standing), standing.terminated_on);
    let (was, is) = (unserved(before), unserved(after));
    if was == is {
        return Ok(None);
    }
    let left_out = u32::try_from(charge.left_out).map_err(Error::fault)?;
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
    let tax = tax_on(invoice, revenue)?;
    let entry = journal::credit_granted(invoice.customer_id, revenue, tax)
        .map_err(Error::fault)?
        .for_invoice(invoice.id)
        .with_memo(words.held());
    store::customers::lock(tx, invoice.customer_id).await?;
    store::journal::post(tx, &entry, dated(call)).await?;
    Ok(())
}

/// The part of the invoice's tax that falls on this much of it.
fn tax_on(invoice: &Invoice, revenue: Rupiah) -> Result<Rupiah> {
    let net = invoice.subtotal.try_sub(invoice.discount)?;
    if invoice.tax.is_positive() && net.is_positive() {
        Ok(invoice.tax.try_ratio(revenue.0, net.0)?)
    } else {
        Ok(Rupiah::ZERO)
    }
}

/// Lets the next invoice ask for days that are served after all.
async fn ask(tx: &mut Tx, call: &Call<'_>, charge: &Charge, amount: Rupiah, words: Sentence) -> Result<()> {
    // The next invoice says it, in the language that the office writes to its customers in.
    let language = Language::from_tag(&call.settings.office_language);
    let again = NewCharge {
        customer_id: charge.customer_id,
        invoice_id: None,
        kind: ChargeKind::Difference,
        period: format!("{}{}", key(charge), call.now.as_millisecond()),
        service_from: None,
        service_to: None,
        description: words.for_language(language).to_owned(),
        amount,
        discount: Rupiah::ZERO,
        left_out: 0,
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
