//! Days that were billed and are not served after all, because a line is set aside or ends: they become credit, which pays
//! what is unpaid at once. Days that are served after all, since a pause was made shorter, wait as a charge for the next
//! invoice. Each charge is settled against what its served days are worth by its own terms, whatever was settled before; so
//! it does not matter in how many steps, and in which order, a person came to where the line stands now.

use billing::{
    ChargeKind, Pause, Period, Rupiah, ServicePrice, ServiceSpan, TaxTable, journal, unserved_days,
};
use jiff::civil::Date;
use store::Tx;
use store::charges::{Charge, NewCharge};
use store::customers::{Customer, Standing};
use store::invoices::Invoice;

use crate::access;
use crate::dates::date_words;
use crate::error::{Error, Language, Result, Sentence};
use crate::notify;
use crate::office::Call;
use crate::payments::{dated, free_credit, use_credit};

/// On which days a line is not served.
pub(crate) struct Unserved {
    pauses: Vec<Pause>,
    last_day: Option<Date>,
}

impl Unserved {
    /// Where a line stands so, with its earlier leaves as far as they reach `since` or beyond.
    pub(crate) async fn of(tx: &mut Tx, line: i64, standing: &Standing, since: Date) -> Result<Unserved> {
        let earlier = store::leaves::since(tx, line, line, since).await?;
        Ok(Unserved::with(standing, &earlier))
    }

    fn with(standing: &Standing, earlier: &[store::leaves::Leave]) -> Unserved {
        let mut pauses: Vec<Pause> = earlier.iter().map(store::leaves::Leave::pause).collect();
        pauses.extend(standing.pause());
        Unserved {
            pauses,
            last_day: standing.terminated_on,
        }
    }

    /// How many days of the span are served.
    pub(crate) fn served(&self, span: ServiceSpan) -> u32 {
        span.days() - unserved_days(span, &self.pauses, self.last_day)
    }
}

/// Squares what was billed with where a line stands now, `before` it stood otherwise; gives what the payer got back, below
/// zero for what is asked with the next invoice. The customer is to be locked, and the leaves kept that made place.
pub(super) async fn square(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    before: &Standing,
    after: &Standing,
) -> Result<Rupiah> {
    let found = adjustments(tx, customer, before, after, None).await?;
    book(tx, call, found).await
}

/// Squares the shares that the bills of a line have of an amount off, after something that had one came or went whose days begin
/// on `since` or later: the amount is that of a period, and is taken off it once.
pub(crate) async fn share_amount_off(tx: &mut Tx, call: &Call<'_>, line: i64, since: Date) -> Result<()> {
    if let Some(customer) = store::customers::lock(tx, line).await? {
        let standing = &customer.standing;
        let found = adjustments_since(tx, line, (standing, standing), None, since).await?;
        book(tx, call, found).await?;
    }
    Ok(())
}

/// Books what is to be given back or asked for, and gives their sum as [`square`] does.
async fn book(tx: &mut Tx, call: &Call<'_>, adjustments: Vec<Adjustment>) -> Result<Rupiah> {
    let mut sum = Rupiah::ZERO;
    let mut payers = Vec::new();
    for it in adjustments {
        let words = words(&it.charge, it.days);
        let Some(invoice) = &it.invoice else {
            // It waits for its invoice: there it will be right.
            store::charges::reprice(tx, it.charge.id, it.charge.amount.try_sub(it.back)?).await?;
            continue;
        };
        if it.back.is_positive() {
            let rest = withdraw_asked(tx, call, &it.charge, it.back).await?;
            if rest.is_positive() {
                grant(tx, call, invoice, &it.charge, rest, words).await?;
                payers.push(invoice.customer_id);
            }
        } else {
            ask(tx, call, &it.charge, it.back.try_neg()?, words).await?;
        }
        sum = sum.try_add(it.back)?;
        store::charges::set_returned(tx, it.charge.id, it.charge.returned.try_add(it.back)?).await?;
    }
    payers.sort_unstable();
    payers.dedup();
    for payer_id in payers {
        use_credit(tx, call, payer_id).await?;
        // Other lines of the payer may have been closed for what is paid now, and messages may ask for it.
        access::check_auto_open(tx, call, payer_id).await?;
        notify::review_payer(tx, call, payer_id).await?;
    }
    Ok(sum)
}

/// What [`square`] would give back, its tax included; below zero for what the next invoice would ask for, before its tax.
/// `made_place` is the leave that would be kept.
pub(super) async fn foreseen(
    tx: &mut Tx,
    customer: &Customer,
    before: &Standing,
    after: &Standing,
    made_place: Option<Pause>,
) -> Result<Rupiah> {
    let mut sum = Rupiah::ZERO;
    for it in adjustments(tx, customer, before, after, made_place).await? {
        let Some(invoice) = &it.invoice else { continue };
        if it.back.is_positive() {
            let asked: Vec<Rupiah> = waiting_asked(tx, &it.charge)
                .await?
                .iter()
                .map(|asked| asked.amount)
                .collect();
            let withdrawn = Rupiah::try_sum(asked)?.min(it.back);
            let (revenue, tax) = parts(invoice, &it.charge, it.back.try_sub(withdrawn)?)?;
            sum = sum.try_add(withdrawn)?.try_add(revenue)?.try_add(tax)?;
        } else {
            sum = sum.try_add(it.back)?;
        }
    }
    Ok(sum)
}

/// A charge of which other days are served than it was settled for.
struct Adjustment {
    charge: Charge,
    /// The invoice that shows it; `None` while it waits for one.
    invoice: Option<Invoice>,
    /// How many days more or fewer are served than before.
    days: u32,
    /// What is given back, as the charge was priced; below zero for what is asked for.
    back: Rupiah,
}

async fn adjustments(
    tx: &mut Tx,
    customer: &Customer,
    before: &Standing,
    after: &Standing,
    made_place: Option<Pause>,
) -> Result<Vec<Adjustment>> {
    match [before, after].into_iter().filter_map(first_unserved).min() {
        Some(since) => adjustments_since(tx, customer.id, (before, after), made_place, since).await,
        None => Ok(Vec::new()),
    }
}

async fn adjustments_since(
    tx: &mut Tx,
    line: i64,
    (before, after): (&Standing, &Standing),
    made_place: Option<Pause>,
    since: Date,
) -> Result<Vec<Adjustment>> {
    // An amount off is settled over a period, and a bill of it may lie before the day that changes: with bridges between billing
    // days, a period has more than a month.
    let whole_period = since.checked_sub(jiff::Span::new().days(92)).unwrap_or(since);
    let charges = store::charges::of_days(tx, line, whole_period).await?;
    // Of the earliest ones that were read, other bills of their period may not have been; they do not change.
    let reach = |charge: &&Charge| charge.service_to.is_some_and(|to| to >= since);
    let periods: Vec<Period> = charges
        .iter()
        .filter(reach)
        .filter_map(|it| it.period_reduced(&charges))
        .collect();
    // A charge begins before the day that changes, and an earlier leave may lie there.
    let earliest = charges.iter().filter_map(|charge| charge.service_from).min();
    let earlier = store::leaves::since(tx, line, line, earliest.unwrap_or(since)).await?;
    let was = Unserved::with(before, &earlier);
    let mut is = Unserved::with(after, &earlier);
    is.pauses.extend(made_place);
    let mut found = Vec::new();
    for charge in &charges {
        let Some(span) = charge.days() else {
            continue;
        };
        let (served_before, served) = (was.served(span), is.served(span));
        let period = charge.period_reduced(&charges);
        if served_before == served && !period.is_some_and(|period| periods.contains(&period)) {
            continue;
        }
        let terms = charge
            .settled_by(&charges, |days| is.served(days))
            .map_err(Error::fault)?;
        let back = give_back(charge, terms, (span, served_before, served))?;
        if back.is_zero() {
            continue;
        }
        let invoice = match charge.invoice_id {
            None => None,
            Some(_) => match invoice_of(tx, charge).await? {
                Some(invoice) => Some(invoice),
                None => continue,
            },
        };
        found.push(Adjustment {
            days: served_before.abs_diff(served),
            charge: charge.clone(),
            invoice,
            back,
        });
    }
    Ok(found)
}

/// What is to be given back of a charge so that what remains is what its served days are worth.
fn give_back(
    charge: &Charge,
    terms: Option<ServicePrice>,
    (span, before, served): (ServiceSpan, u32, u32),
) -> Result<Rupiah> {
    let net = charge.amount.try_sub(charge.discount)?;
    let Some(price) = terms else {
        // Billed before terms were kept: by its amount for each day that it paid for, as far as the days changed.
        let left_out = u32::try_from(charge.left_out).map_err(Error::fault)?;
        let Some(days) = span.days().checked_sub(left_out).filter(|days| *days > 0) else {
            return Ok(Rupiah::ZERO);
        };
        let price = ServicePrice {
            price: net,
            days,
            discount: None,
        };
        return Ok(price.worth(before)?.net()?.try_sub(price.worth(served)?.net()?)?);
    };
    let stands = net.try_sub(charge.returned)?;
    Ok(stands.try_sub(price.worth(served)?.net()?)?)
}

/// Withdraws what still waits to be asked for of a charge, up to `amount`, and gives what is left of it.
async fn withdraw_asked(tx: &mut Tx, call: &Call<'_>, charge: &Charge, amount: Rupiah) -> Result<Rupiah> {
    let mut left = amount;
    for asked in waiting_asked(tx, charge).await? {
        if !left.is_positive() {
            break;
        }
        if asked.amount > left {
            store::charges::reprice(tx, asked.id, asked.amount.try_sub(left)?).await?;
            return Ok(Rupiah::ZERO);
        }
        store::charges::void(tx, asked.id, call.now).await?;
        left = left.try_sub(asked.amount)?;
    }
    Ok(left)
}

/// What waits to be asked for again of a charge.
async fn waiting_asked(tx: &mut Tx, charge: &Charge) -> Result<Vec<Charge>> {
    let mut asked =
        store::charges::keyed(tx, charge.customer_id, ChargeKind::Difference, &key(charge)).await?;
    asked.retain(|asked| asked.invoice_id.is_none());
    Ok(asked)
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
    // A correction or a difference has its days too.
    for charge in charges {
        for asked in
            store::charges::keyed(tx, charge.customer_id, ChargeKind::Difference, &key(charge)).await?
        {
            match invoice_of(tx, &asked).await? {
                Some(invoice) => give_up(tx, call, &invoice, &asked, reason).await?,
                None => {
                    store::charges::void(tx, asked.id, call.now).await?;
                }
            }
        }
    }
    Ok(())
}

/// Gives back what is left of a charge that an invoice shows and that is not owed any more; once, however often it is asked.
pub(super) async fn give_up(
    tx: &mut Tx,
    call: &Call<'_>,
    invoice: &Invoice,
    charge: &Charge,
    reason: &str,
) -> Result<()> {
    let left = charge.amount.try_sub(charge.returned)?;
    if left.is_positive() {
        grant(tx, call, invoice, charge, left, Sentence::new(reason, reason)).await?;
        use_credit(tx, call, invoice.customer_id).await?;
    }
    store::charges::give_up(tx, charge.id).await?;
    Ok(())
}

/// How the keys of charges begin that ask for days of this one again.
fn key(charge: &Charge) -> String {
    format!("{}#served:", charge.period)
}

fn first_unserved(standing: &Standing) -> Option<Date> {
    let ended = standing.terminated_on.and_then(|day| day.tomorrow().ok());
    standing.paused_from.into_iter().chain(ended).min()
}

pub(super) async fn invoice_of(tx: &mut Tx, charge: &Charge) -> Result<Option<Invoice>> {
    match charge.invoice_id {
        Some(id) => Ok(store::invoices::find(tx, id)
            .await?
            .filter(|it| it.voided_at.is_none())),
        None => Ok(None),
    }
}

/// Books the credit, and takes the tax that fell on it off what is due to the state.
async fn grant(
    tx: &mut Tx,
    call: &Call<'_>,
    invoice: &Invoice,
    charge: &Charge,
    amount: Rupiah,
    words: Sentence,
) -> Result<()> {
    let (revenue, tax) = parts(invoice, charge, amount)?;
    let entry = journal::credit_granted(invoice.customer_id, revenue, tax)
        .map_err(Error::fault)?
        .for_invoice(invoice.id)
        .with_memo(words.held());
    store::customers::lock(tx, invoice.customer_id).await?;
    store::journal::post(tx, &entry, dated(call)).await?;
    Ok(())
}

/// The revenue and the tax in so much of a charge, by the rule of the invoice's day and the way its prices were meant.
fn parts(invoice: &Invoice, charge: &Charge, amount: Rupiah) -> Result<(Rupiah, Rupiah)> {
    let is_taxed = charge.taxed.unwrap_or(true) && invoice.tax.is_positive();
    let table = TaxTable::default();
    let Some(rule) = table.rule_on(invoice.issue_date).filter(|_| is_taxed) else {
        return Ok((amount, Rupiah::ZERO));
    };
    let is_included = invoice.total == invoice.subtotal.try_sub(invoice.discount)?;
    let tax = if is_included {
        rule.within(amount)?
    } else {
        rule.on_net(amount)?
    };
    Ok((tax.net, tax.tax))
}

/// Lets the next invoice ask for days that are served after all.
async fn ask(tx: &mut Tx, call: &Call<'_>, charge: &Charge, amount: Rupiah, words: Sentence) -> Result<()> {
    // The next invoice says it, in the language that the office writes to its customers in.
    let language = Language::from_tag(&call.settings.office_language);
    let again = NewCharge::waiting(
        charge.customer_id,
        ChargeKind::Difference,
        format!("{}{}", key(charge), call.now.as_millisecond()),
        words.for_language(language).to_owned(),
        amount,
    );
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
    if days == 0 {
        // Its share of an amount off has changed, since other days of the period have.
        return Sentence::new(
            format!("Penyesuaian diskon untuk layanan {from_id} – {to_id}"),
            format!("Discount on the service {from_en} – {to_en}, adjusted"),
        );
    }
    Sentence::new(
        format!("Penyesuaian {days} hari dari layanan {from_id} – {to_id}"),
        format!("{days} days of the service {from_en} – {to_en}, adjusted"),
    )
}
