//! Which period of a line is due to be billed on a day. One period per call, the one that has come last, and never the
//! backlog: a month that nobody billed for half a year is a person's decision, not a surprise on an invoice.
//!
//! With billing day `d` the period `YYYY-MM` is the service from day `d` of that month to the day before the next `d`
//! (see [`Period::service_span`]). In advance it is due on its first day, in arrears on the day after its last.
//!
//! What is billed is decided by days of service, not by names of months: the part of the period that nothing has charged
//! yet. So a line that joined within the period pays from that day, and a changed billing day leaves a prorated bridge
//! without any rule of its own.

mod reasons;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use reasons::{PartReason, SkipReason};

use crate::text_enum::text_enum;
use crate::{
    BillingDay, BillingMode, ChargeKind, CustomerStatus, FirstMonth, MoneyError, Pause, Period, Rupiah,
    ServiceSpan, prorate, unserved_days,
};

text_enum! {
    /// Whether service is billed before or after it is given; per office.
    #[default(Advance)]
    pub enum Timing as "billing timing" {
        /// On the first day of the period.
        Advance => "advance",
        /// On the day after the last day of the period.
        Arrears => "arrears",
    }
}

/// For how long a closed line goes on being billed.
///
/// JSON: `"always"`, `"never"` or `{"periods": 2}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BillWhileClosed {
    /// For as long as it is a customer's.
    #[default]
    Always,
    /// For so many periods that begin while it is closed.
    Periods(u16),
    /// Not at all.
    Never,
}

/// The office's settings that decide what is billed when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillingRules {
    /// In advance or in arrears.
    pub timing: Timing,
    /// What the first, incomplete period costs.
    pub first_month: FirstMonth,
    /// Whether closed lines are billed.
    pub bill_while_closed: BillWhileClosed,
}

/// Service that is charged already, by a subscription or a proration that is not void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargedPeriod {
    /// The period that the charge names.
    pub period: Period,
    /// The days that it pays for.
    pub span: ServiceSpan,
    /// How many days its price is for, where that is known.
    pub whole_days: Option<u32>,
}

/// A time for which a line was closed for its debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The day on which it was closed.
    pub since: Date,
    /// The day on which it was opened again; `None` while it is closed.
    pub reopened: Option<Date>,
}

/// What the rules need to know of a line.
#[derive(Clone, Copy, Debug)]
pub struct BilledLine<'a> {
    /// Where the customer stands.
    pub status: CustomerStatus,
    /// Whether the line is billed at all.
    pub billing: BillingMode,
    /// The day on which its periods begin.
    pub billing_day: BillingDay,
    /// The first day that is billed.
    pub billing_start: Date,
    /// Days on which it is set aside by agreement, earlier ones too, as far as they touch the period in question.
    pub pauses: &'a [Pause],
    /// Its last day of service, once it ends.
    pub terminated_on: Option<Date>,
    /// When it was closed for its debt, in that order; only those that touch the period in question matter.
    pub closings: &'a [Closing],
    /// Which service is charged already, in any order. Only what touches the period in question matters, so two months
    /// back are enough.
    pub charged: &'a [ChargedPeriod],
}

/// A period, or the part of one, to be billed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePeriod {
    /// The period that the bill names.
    pub period: Period,
    /// `Subscription`; `Proration` when a subscription of this name exists and only days are added to it.
    pub kind: ChargeKind,
    /// The days that the charge pays for. A pause within them is not paid.
    pub span: ServiceSpan,
    /// How many of them are paid for.
    pub billed_days: u32,
    /// How many days the price is for: those of the whole period, or, in a first month that is paid in full, those from the
    /// line's first day to the end of the period.
    pub whole_days: u32,
    /// Why it is less than the whole period; empty when it is the whole.
    pub reasons: Vec<PartReason>,
}

impl DuePeriod {
    /// The key under which a charge of this kind for some of the days is unique for its line: the period for a subscription,
    /// the period and the first day for days that are beside one.
    #[must_use]
    pub fn key(&self, kind: ChargeKind, days: ServiceSpan) -> String {
        match kind {
            ChargeKind::Subscription => self.period.to_string(),
            _ => format!("{}#{}", self.period, days.from()),
        }
    }

    /// What the due days cost at `price` for a whole period, before any discount.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn amount(&self, price: Rupiah) -> Result<Rupiah, MoneyError> {
        if self.billed_days >= self.whole_days {
            Ok(price)
        } else {
            prorate(price, self.billed_days, self.whole_days)
        }
    }
}

/// The period that has come last for a line with this billing day: the one whose day of billing is `today` or before.
#[must_use]
pub fn current_period(day: BillingDay, timing: Timing, today: Date) -> Period {
    let serving = Period::serving(today, day);
    match timing {
        Timing::Advance => serving,
        Timing::Arrears => serving.previous(),
    }
}

/// The day on which a period is billed.
#[must_use]
pub fn billing_date(period: Period, day: BillingDay, timing: Timing) -> Date {
    match timing {
        Timing::Advance => period.on(day),
        Timing::Arrears => period.next().on(day),
    }
}

/// What is due to be billed for a line on `today`: of the period that has come last, what nothing has charged yet.
///
/// # Errors
/// The reason why nothing is.
pub fn due_period(line: &BilledLine<'_>, rules: BillingRules, today: Date) -> Result<DuePeriod, SkipReason> {
    let period = current_period(line.billing_day, rules.timing, today);
    let asked = Asked {
        period,
        since: None,
        ended_too: rules.timing == Timing::Arrears,
    };
    of_period(line, rules, asked, today)
}

/// What is due to be billed for a line of one period that a person named, on `today`. The period may lie in the past; one
/// that has not come yet is [`SkipReason::NotYetDue`].
///
/// # Errors
/// The reason why nothing is.
pub fn period_asked_for(
    line: &BilledLine<'_>,
    rules: BillingRules,
    period: Period,
    since: Option<Date>,
    today: Date,
) -> Result<DuePeriod, SkipReason> {
    let asked = Asked {
        period,
        since,
        ended_too: true,
    };
    of_period(line, rules, asked, today)
}

/// Which days of a line are asked for.
#[derive(Clone, Copy)]
struct Asked {
    period: Period,
    /// Of several stretches of days that nothing has charged, the first that reaches this day or beyond.
    since: Option<Date>,
    /// Whether the last days of a line that has ended are billed; in advance they were, unless somebody asks.
    ended_too: bool,
}

fn of_period(
    line: &BilledLine<'_>,
    rules: BillingRules,
    asked: Asked,
    today: Date,
) -> Result<DuePeriod, SkipReason> {
    let Asked {
        period,
        since,
        ended_too,
    } = asked;
    if line.billing == BillingMode::Free {
        return Err(SkipReason::Free);
    }
    let whole = period.service_span(line.billing_day);
    check_status(line, ended_too, whole)?;
    let comes = billing_date(period, line.billing_day, rules.timing);
    if today < comes {
        return Err(SkipReason::NotYetDue { on: comes });
    }
    let reopened = check_closing(line, rules, whole)?;
    unbilled_part(line, rules, (period, whole), reopened, since)
}

/// The next `months` periods of service that nothing has charged yet, from the one that includes `today` (or, for a line
/// that begins later, its first) on, whether or not they have come: what a customer who prepays is charged for, at
/// today's price. Once charged they are [`SkipReason::AlreadyBilled`] when their day comes.
///
/// # Errors
/// The reason why the line is not billed at all.
pub fn periods_to_prepay(
    line: &BilledLine<'_>,
    rules: BillingRules,
    months: u8,
    today: Date,
) -> Result<Vec<DuePeriod>, SkipReason> {
    if line.billing == BillingMode::Free {
        return Err(SkipReason::Free);
    }
    let mut period = Period::serving(today.max(line.billing_start), line.billing_day);
    let mut due = Vec::new();
    while due.len() < usize::from(months) {
        let whole = period.service_span(line.billing_day);
        check_status(line, rules.timing == Timing::Arrears, whole)?;
        match unbilled_part(line, rules, (period, whole), None, None) {
            Ok(part) => due.push(part),
            // What is paid for already, or agreed to be a pause with an end, is passed over.
            Err(SkipReason::AlreadyBilled { .. } | SkipReason::Paused { until: Some(_) }) => {}
            Err(reason) => return Err(reason),
        }
        if period.next() == period {
            break;
        }
        period = period.next();
    }
    Ok(due)
}

/// Only those are billed who are served, or were.
fn check_status(line: &BilledLine<'_>, ended_too: bool, whole: ServiceSpan) -> Result<(), SkipReason> {
    let served = match line.status {
        CustomerStatus::Active | CustomerStatus::Isolated => true,
        // The last days of a line that ended are billed when their period is over.
        CustomerStatus::Terminated => ended_too && line.terminated_on.is_some(),
        // A line that pauses by agreement is billed for the days before and after.
        CustomerStatus::Suspended => !line.pauses.is_empty(),
        CustomerStatus::Pending => false,
    };
    match line.terminated_on {
        Some(last) if served && last < whole.from() => Err(SkipReason::NotActive {
            status: CustomerStatus::Terminated,
        }),
        _ if served => Ok(()),
        _ => Err(SkipReason::NotActive { status: line.status }),
    }
}

/// A closed line is billed for as long as the office has it so; then from the day on which it was opened again, which is given
/// where it lies within the period.
fn check_closing(
    line: &BilledLine<'_>,
    rules: BillingRules,
    whole: ServiceSpan,
) -> Result<Option<Date>, SkipReason> {
    // Only a closing in which the period begins: one that began within it leaves the period owed.
    let lasts = |closing: &&Closing| {
        closing.since < whole.from() && closing.reopened.is_none_or(|day| day > whole.from())
    };
    let Some(&Closing { since, reopened }) = line.closings.iter().find(lasts) else {
        return Ok(None);
    };
    let begun_while_closed = || {
        let mut period = Period::serving(since, line.billing_day).next();
        let mut begun = 0_u16;
        while period.on(line.billing_day) <= whole.from() && begun < u16::MAX {
            begun += 1;
            period = period.next();
        }
        begun
    };
    let billed = match rules.bill_while_closed {
        BillWhileClosed::Always => true,
        BillWhileClosed::Never => false,
        BillWhileClosed::Periods(limit) => begun_while_closed() <= limit,
    };
    match reopened.filter(|&day| day <= whole.to()) {
        _ if billed => Ok(None),
        Some(day) => Ok(Some(day)),
        None => Err(SkipReason::ClosedTooLong { since }),
    }
}

/// The first days of the period that nothing has charged and that are paid for, in part at least; of several stretches of such
/// days, with others between them, the first that reaches `since` or beyond.
fn unbilled_part(
    line: &BilledLine<'_>,
    rules: BillingRules,
    (period, whole): (Period, ServiceSpan),
    reopened: Option<Date>,
    since: Option<Date>,
) -> Result<DuePeriod, SkipReason> {
    if line.billing_start > whole.to() {
        return Err(SkipReason::NotStarted {
            on: line.billing_start,
        });
    }
    let mut reasons = Vec::new();
    let mut from = whole.from();
    if line.billing_start > from {
        from = line.billing_start;
        reasons.push(PartReason::Joined { on: from });
    }
    if let Some(on) = reopened.filter(|&on| on > from) {
        from = on;
        reasons = vec![PartReason::Reopened { on }];
    }
    let charged = || line.charged.iter().map(|it| it.span);
    let mut passed = None;
    let (span, paused) = loop {
        while let Some(before) = charged().find(|span| span.contains(from)) {
            let charged_until = before.to();
            reasons = vec![PartReason::Bridge { charged_until }];
            // The calendar's last day cannot be passed; it is charged like any other.
            from = charged_until
                .tomorrow()
                .map_err(|_| SkipReason::AlreadyBilled { period })?;
        }
        let mut to = whole.to();
        if let Some(last) = line.terminated_on.filter(|&last| last < to) {
            to = last;
            reasons.push(PartReason::Ends { on: last });
        }
        // Days between two that are charged, as an invoice leaves them that was declared void.
        let next = charged().map(ServiceSpan::from).filter(|&next| from < next).min();
        if let Some(last) = next
            .and_then(|next| next.yesterday().ok())
            .filter(|&last| last < to)
        {
            to = last;
            reasons.push(PartReason::ChargedAfter { until: last });
        }
        let Some(span) = ServiceSpan::new(from, to) else {
            return Err(passed.unwrap_or(SkipReason::AlreadyBilled { period }));
        };
        let paused = unserved_days(span, line.pauses, None);
        if paused < span.days() && since.is_none_or(|since| since <= to) {
            break (span, paused);
        }
        if paused == span.days() {
            let last = line.pauses.iter().find(|pause| pause.covers(to));
            passed = Some(SkipReason::Paused {
                until: last.and_then(|pause| pause.until),
            });
        }
        // There may be more behind the days that are charged next.
        reasons.clear();
        from = to.tomorrow().map_err(|_| SkipReason::AlreadyBilled { period })?;
    };
    let billed_days = span.days() - paused;
    let mut whole_days = whole.days();
    if rules.first_month == FirstMonth::Full && line.billing_start > whole.from() {
        // The whole price is for the days from the first on, however many of them are served and whichever bill has them.
        let full = ServiceSpan::between(line.billing_start, whole.to()).days();
        let joined = |reason: &&mut PartReason| matches!(reason, PartReason::Joined { .. });
        if let Some(reason) = reasons.iter_mut().find(joined) {
            *reason = PartReason::FirstMonthFull {
                on: line.billing_start,
            };
            whole_days = full;
        } else if line
            .charged
            .iter()
            .any(|it| it.period == period && it.whole_days == Some(full))
        {
            whole_days = full;
        }
    }
    if paused > 0 {
        reasons.push(PartReason::Paused { days: paused });
    }
    // A period whose name is taken cannot be charged again under it; its further days are a proration.
    let named = line.charged.iter().any(|it| it.period == period);
    let kind = if named {
        ChargeKind::Proration
    } else {
        ChargeKind::Subscription
    };
    Ok(DuePeriod {
        period,
        kind,
        span,
        billed_days,
        whole_days,
        reasons,
    })
}

#[cfg(test)]
mod tests;
