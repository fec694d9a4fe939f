//! Debts from before as opening invoices: one for each month that the file names, else one for the sum or for each share of
//! it. Each is dated as that month's invoice would have been, so that a migrated debtor is as late here as before, and is
//! booked against the opening account, since its revenue was another book's.

use billing::{BillingDay, ChargeKind, Period, Rupiah, ServiceSpan, journal};
use jiff::civil::Date;
use store::Tx;
use store::charges::NewCharge;
use store::invoices::NewInvoice;

use crate::dates::period_words;
use crate::error::{Error, Language, Result};
use crate::importing::apply::customer;
use crate::importing::apply::months_owed::MonthsOwed;
use crate::importing::{Debt, ImportRow};
use crate::office::Call;
use crate::payments::dated;

/// What marks an invoice as one that an import made.
pub(super) const ORIGIN: &str = "import";

/// What all rows owe.
pub(super) fn sum<'a>(rows: impl IntoIterator<Item = &'a ImportRow>) -> Result<Rupiah> {
    let debts = rows.into_iter().filter_map(|row| row.debt.as_ref());
    debts
        .map(of)
        .try_fold(Rupiah::ZERO, |sum, debt| Ok(sum.try_add(debt?)?))
}

/// What one row owes.
pub(super) fn of(debt: &Debt) -> Result<Rupiah> {
    match debt {
        Debt::Total(amount) => Ok(*amount),
        Debt::ByMonth(months) => Ok(Rupiah::try_sum(months.iter().map(|(_, amount)| *amount))?),
    }
}

/// An invoice to be opened.
struct Opening {
    customer_id: i64,
    period: Period,
    /// The days of service, where the file names the month.
    service: Option<ServiceSpan>,
    /// Which share of a sum it is and of how many, the oldest first; `None` where it is the debt as the file gives it.
    share: Option<(usize, usize)>,
    issued: Date,
    due: Date,
    amount: Rupiah,
}

/// How many opening invoices [`issue`] makes of these rows.
pub(super) fn count(call: &Call<'_>, rows: &[ImportRow], months: &MonthsOwed) -> Result<usize> {
    rows.iter()
        .map(|row| openings(call, 0, row, months))
        .try_fold(0, |count, openings| Ok(count + openings?.len()))
}

/// Issues the opening invoices of these customers, and gives how many they are. No event is recorded: the customer has
/// been asked for this money before.
pub(super) async fn issue(
    tx: &mut Tx,
    call: &Call<'_>,
    customers: &[(i64, &ImportRow)],
    months: &MonthsOwed,
) -> Result<usize> {
    let mut openings: Vec<Opening> = Vec::new();
    for (id, row) in customers {
        openings.extend(self::openings(call, *id, row, months)?);
    }
    if openings.is_empty() {
        return Ok(0);
    }
    let numbers = numbers(tx, call, openings.len()).await?;
    let invoices: Vec<NewInvoice<'_>> = openings
        .iter()
        .zip(numbers)
        .map(|(opening, number)| NewInvoice {
            number,
            customer_id: opening.customer_id,
            period: opening.period,
            issue_date: opening.issued,
            due_date: opening.due,
            subtotal: opening.amount,
            discount: Rupiah::ZERO,
            tax_base: Rupiah::ZERO,
            tax: Rupiah::ZERO,
            total: opening.amount,
            origin: ORIGIN,
        })
        .collect();
    let ids = store::invoices::insert_all(tx, &invoices, call.now).await?;
    let language = Language::from_tag(&call.settings.office_language);
    let charges: Vec<NewCharge> = openings
        .iter()
        .zip(&ids)
        .map(|(opening, id)| opening.charge(*id, language))
        .collect();
    store::charges::insert_all(tx, &charges, call.now).await?;
    let entries: Vec<journal::Entry> = openings
        .iter()
        .zip(&ids)
        .map(|(opening, id)| journal::opening_debt(opening.customer_id, *id, opening.amount))
        .collect::<Result<_, _>>()
        .map_err(Error::fault)?;
    store::journal::post_all(tx, &entries, dated(call)).await?;
    Ok(openings.len())
}

fn openings(call: &Call<'_>, customer_id: i64, row: &ImportRow, months: &MonthsOwed) -> Result<Vec<Opening>> {
    let day = customer::billing_day(row);
    let opening = |period: Period, service, amount| {
        let (issued, due) = dates(call, period, day);
        Opening {
            customer_id,
            period,
            service,
            share: None,
            issued,
            due,
            amount,
        }
    };
    Ok(match &row.debt {
        None => Vec::new(),
        Some(Debt::Total(amount)) => {
            let shares = months.shares(row, *amount)?;
            let count = shares.len();
            let mut period = Period::of(call.today);
            let mut openings: Vec<Opening> = Vec::with_capacity(count);
            for (place, amount) in shares.into_iter().enumerate() {
                period = period.previous();
                openings.push(Opening {
                    share: (count > 1).then_some((count - place, count)),
                    ..opening(period, None, amount)
                });
            }
            openings.reverse();
            openings
        }
        Some(Debt::ByMonth(months)) => months
            .iter()
            .map(|(period, amount)| opening(*period, Some(period.service_span(day)), *amount))
            .collect(),
    })
}

/// When the month's invoice was issued, and by when it was to be paid. A debt of an earlier month is late whatever the
/// office's rule would give it; one of this month has its time.
fn dates(call: &Call<'_>, period: Period, day: BillingDay) -> (Date, Date) {
    let issued = period.on(day).min(call.today);
    let due = call.settings.billing_due.due_date(issued);
    if period < Period::of(call.today) {
        let yesterday = call.today.yesterday().unwrap_or(call.today);
        return (issued, due.min(yesterday));
    }
    (issued, due)
}

impl Opening {
    fn charge(&self, invoice_id: i64, language: Language) -> NewCharge {
        let what = match language {
            Language::Indonesian => "Tunggakan sebelumnya",
            Language::English => "Earlier debt",
        };
        NewCharge {
            customer_id: self.customer_id,
            invoice_id: Some(invoice_id),
            kind: ChargeKind::OpeningDebt,
            period: format!("opening:{}", self.period),
            service_from: self.service.map(ServiceSpan::from),
            service_to: self.service.map(ServiceSpan::to),
            description: match (self.service, self.share, language) {
                (Some(_), ..) => format!("{what}, {}", period_words(self.period, language)),
                (None, Some((part, of)), Language::Indonesian) => format!("{what}, bagian {part} dari {of}"),
                (None, Some((part, of)), Language::English) => format!("{what}, part {part} of {of}"),
                (None, None, _) => what.to_owned(),
            },
            amount: self.amount,
            discount: Rupiah::ZERO,
            billing_day: None,
            left_out: 0,
            price: None,
            taxed: None,
            moved_from: None,
        }
    }
}

/// Numbers of the series that is in use today, like those of any other invoice.
async fn numbers(tx: &mut Tx, call: &Call<'_>, count: usize) -> Result<Vec<String>> {
    let month = Period::of(call.today);
    let count = i64::try_from(count).map_err(Error::fault)?;
    let first = store::counters::take(tx, &format!("invoice:{month}"), count).await?;
    Ok((first..first + count)
        .map(|n| format!("INV-{:04}{:02}-{n:05}", month.year(), month.month()))
        .collect())
}
