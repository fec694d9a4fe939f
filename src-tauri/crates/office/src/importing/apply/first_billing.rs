//! The first period that the customers of a file are billed for here. The program before this one has billed up to some
//! month, and nobody but the office knows which; so the preview says whom the next month run would bill for the period
//! under way, and for how much, and whoever takes the file in may name a later first period.

use std::collections::HashMap;

use billing::{
    BillWhileClosed, BilledLine, BillingMode, BillingRules, ChargedPeriod, Discount, DuePeriod, Pause,
    Period, Rupiah, Timing, current_period, due_period,
};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dates::period_words;
use crate::error::{Error, FormCheck, Language, Result};
use crate::importing::apply::customer;
use crate::importing::{Debt, ImportRow, Known};
use crate::office::Call;

/// How many months ahead the first period may lie; later is a slip.
const FURTHEST: usize = 3;

/// Whom the next month run would bill for the period under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstBilling {
    /// The first period that is billed, where one was named; `null` for the one under way.
    #[schema(value_type = Option<String>)]
    pub first_period: Option<Period>,
    /// The period under way today, of a line that is billed on the 1st.
    #[schema(value_type = String)]
    pub under_way: Period,
    /// Customers who would be billed for their period under way.
    pub customers: usize,
    /// About how much: packages less discounts, before tax and further charges.
    pub amount: Rupiah,
}

/// Refuses a first period that has passed or that is a slip.
pub(super) fn check(call: &Call<'_>, first: Option<Period>) -> Result<()> {
    let Some(first) = first else { return Ok(()) };
    let earliest = Period::of(call.today);
    let latest = (0..FURTHEST).fold(earliest, |period, _| period.next());
    let mut form = FormCheck::new();
    if !(earliest..=latest).contains(&first) {
        let words = |period, language| period_words(period, language);
        form.refuse(
            "first_period",
            "out_of_range",
            format!(
                "Bulan pertama yang ditagih {} sampai {}, ditulis seperti {earliest}.",
                words(earliest, Language::Indonesian),
                words(latest, Language::Indonesian)
            ),
            format!(
                "The first month that is billed is {} to {}, written like {earliest}.",
                words(earliest, Language::English),
                words(latest, Language::English)
            ),
        );
    }
    form.finish()
}

/// The first day for which the line is billed: as the file says, and not before a named first period. Whose debt the file
/// brings has the months before in it: they are not billed once more, however early the line began.
pub(super) fn billing_start(row: &ImportRow, first: Option<Period>, today: Date, timing: Timing) -> Date {
    let own = customer::billing_start(row, today);
    let day = customer::billing_day(row);
    let first = first.or_else(|| row.debt.as_ref().map(|_| current_period(day, timing, today)));
    first.map_or(own, |first| own.max(first.on(day)))
}

/// What the next month run would bill of these rows.
pub(super) fn preview(
    rows: &[ImportRow],
    known: &Known,
    call: &Call<'_>,
    first: Option<Period>,
) -> Result<FirstBilling> {
    let prices: HashMap<i64, Rupiah> = known.packages.iter().map(|it| (it.id, it.price)).collect();
    let rules = BillingRules {
        timing: call.settings.billing_timing,
        first_month: call.settings.billing_first_month,
        bill_while_closed: BillWhileClosed::Always,
    };
    let mut billed = FirstBilling {
        first_period: first,
        under_way: Period::of(call.today),
        customers: 0,
        amount: Rupiah::ZERO,
    };
    for row in rows {
        if let Some(due) = due(row, rules, call.today, first) {
            let price = prices.get(&row.package_id).copied().unwrap_or_default();
            billed.customers += 1;
            billed.amount = billed.amount.try_add(net(row, &due, price)?)?;
        }
    }
    Ok(billed)
}

fn due(row: &ImportRow, rules: BillingRules, today: Date, first: Option<Period>) -> Option<DuePeriod> {
    let standing = customer::standing(row, today);
    let day = customer::billing_day(row);
    let charged: Vec<ChargedPeriod> = match &row.debt {
        Some(Debt::ByMonth(months)) => months
            .iter()
            .map(|(period, _)| ChargedPeriod {
                period: *period,
                span: period.service_span(day),
                whole_days: None,
            })
            .collect(),
        Some(Debt::Total(_)) | None => Vec::new(),
    };
    let pauses: Vec<Pause> = standing.pause().into_iter().collect();
    let line = BilledLine {
        status: standing.status,
        billing: BillingMode::Normal,
        billing_day: day,
        billing_start: billing_start(row, first, today, rules.timing),
        pauses: &pauses,
        terminated_on: standing.terminated_on,
        closings: &[],
        charged: &charged,
    };
    due_period(&line, rules, today).ok()
}

fn net(row: &ImportRow, due: &DuePeriod, price: Rupiah) -> Result<Rupiah> {
    let amount = due.amount(price)?;
    let discount = row
        .discount
        .as_ref()
        .map(|it| Discount::new(it.kind, it.value, None, None, None))
        .transpose()
        .map_err(Error::fault)?;
    Ok(match discount {
        Some(discount) => amount.try_sub(discount.on(amount, due.span.from())?)?,
        None => amount,
    })
}
