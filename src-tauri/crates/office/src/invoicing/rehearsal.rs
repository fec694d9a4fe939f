//! The rehearsal of the next month's run: what it will bill, line by line, beside what this month's billed, and why the two
//! differ. The drafts are those of the real run on the last billing day of the next month, so that every line's period has
//! come by then; nothing is kept.

use std::collections::{BTreeMap, HashMap};

use billing::{BillingDay, DraftLine, PartReason, Period, Rupiah, SkipReason, current_period};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use store::charges::Charge;
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::invoicing::stride::{Drafted, Run};
use crate::invoicing::wanted::Wanted;
use crate::office::{Call, Request};

/// Customers that are read together.
const BATCH: i64 = 400;
/// How many lines are shown one by one.
const MOST_SHOWN: usize = 2_000;

billing::text_enum! {
    /// Why a line's next bill differs from its last.
    pub enum Difference as "cause" {
        /// The line was not billed this month.
        New => "new",
        /// The line has ended or ends before the next period.
        Left => "left",
        /// The line is set aside for the whole period.
        Paused => "paused",
        /// The package or its price has changed.
        Price => "price",
        /// One of the two bills is for a part of its period.
        Proration => "proration",
        /// The discount has changed, begun or ended.
        Discount => "discount",
        /// Somebody's word on this customer: billed for nothing, or closed for longer than closed lines are billed.
        Override => "override",
        /// The next period is paid for already.
        Prepaid => "prepaid",
    }
}

/// Asks what the next month's run will bill.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct RehearseNextMonth;

/// What the next month's run will bill, beside this month's. All amounts are rupiah after discount and before tax, of
/// service alone: further charges are in `further`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Rehearsal {
    /// The month in which it runs.
    #[schema(value_type = String)]
    pub month: Period,
    /// Invoices that it will make.
    pub invoices: u64,
    /// Lines that were billed this month.
    pub lines_before: u64,
    /// Lines that it will bill.
    pub lines: u64,
    /// What this month's bills come to.
    pub before: Rupiah,
    /// What the next ones will come to.
    pub after: Rupiah,
    /// Further charges that wait and will ride along.
    pub further: Rupiah,
    /// The differences by cause, the largest first.
    pub causes: Vec<CauseSum>,
    /// The lines that differ, the largest difference first; at most 2,000.
    pub items: Vec<RehearsedLine>,
    /// How many lines differ.
    pub total: u64,
}

/// What one cause comes to.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CauseSum {
    /// The cause.
    pub cause: Difference,
    /// Lines.
    pub lines: u64,
    /// Rupiah more, or less, than this month.
    pub difference: Rupiah,
}

/// A line whose next bill differs from its last.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RehearsedLine {
    /// The customer.
    pub customer_id: i64,
    /// Their number.
    pub customer_no: String,
    /// Their name.
    pub name: String,
    /// Why it differs.
    pub cause: Difference,
    /// This month's bill; `null` where there was none.
    pub before: Option<Rupiah>,
    /// The next one; `null` where there will be none.
    pub after: Option<Rupiah>,
}

impl Request for RehearseNextMonth {
    const ABILITY: Ability = Ability::InvoicesRead;
    type Answer = Rehearsal;

    async fn run(self, call: &Call<'_>) -> Result<Rehearsal> {
        let month = Period::of(call.today).next();
        let inner = on_the_last_billing_day(call, month).await?;
        let mut it = Rehearsed::default();
        let mut after = 0;
        // One read for all, so that what is compared is of one moment.
        let mut tx = call.read().await?;
        let run = Run::begin(&mut tx, &inner, Wanted::Due).await?;
        let since = run.wanted.ended_since(inner.today);
        loop {
            let customers = store::customers::billable(&mut tx, after, since, BATCH, false).await?;
            let (Some(first), Some(last)) = (customers.first(), customers.last()) else {
                break;
            };
            let (first, last) = (first.id, last.id);
            after = last;
            for charge in store::charges::for_service(&mut tx, first, last, since).await? {
                it.remember(charge);
            }
            // The lines of a payer are drafted with the payer, wherever their own records stand.
            for line in run.paid_for(&customers) {
                if !(first..=last).contains(&line.id) {
                    for charge in store::charges::for_service(&mut tx, line.id, line.id, since).await? {
                        it.remember(charge);
                    }
                }
            }
            for drafted in &run.draft(&mut tx, customers).await? {
                it.compare(drafted, &run)?;
            }
            it.billed.clear();
        }
        it.finish(month)
    }
}

/// The call as it will be when every line's period has come.
async fn on_the_last_billing_day<'a>(call: &Call<'a>, month: Period) -> Result<Call<'a>> {
    let day = month.on(BillingDay::LATEST);
    let noon = call
        .zone
        .to_timestamp(day.to_datetime(Time::constant(12, 0, 0, 0)));
    Ok(call
        .office
        .call(call.actor)
        .await
        .as_of(noon.map_err(Error::fault)?))
}

/// What has been compared so far.
#[derive(Default)]
struct Rehearsed {
    /// The bills of service of the lines at hand, by line and by the period that they name.
    billed: HashMap<(i64, Period), Bill>,
    invoices: u64,
    lines_before: u64,
    lines: u64,
    before: Rupiah,
    after: Rupiah,
    further: Rupiah,
    causes: BTreeMap<Difference, (u64, Rupiah)>,
    items: Vec<RehearsedLine>,
}

/// What a line was billed for a period, or will be.
#[derive(Clone, Copy, Default)]
struct Bill {
    amount: Rupiah,
    discount: Rupiah,
    /// Whether it is for a part of the period.
    part: bool,
}

impl Bill {
    fn add(&mut self, line: &DraftLine) -> Result<()> {
        let is_less = |reason: &PartReason| !matches!(reason, PartReason::FirstMonthFull { .. });
        self.amount = self.amount.try_add(line.amount)?;
        self.discount = self.discount.try_add(line.discount)?;
        self.part |= line.reasons.iter().any(is_less);
        Ok(())
    }

    fn net(self) -> Result<Rupiah> {
        Ok(self.amount.try_sub(self.discount)?)
    }
}

impl Rehearsed {
    /// Notes a bill; several of one period (a bridge beside its subscription) are one.
    fn remember(&mut self, charge: Charge) {
        let Some(period) = charge.period.split('#').next().and_then(|it| it.parse().ok()) else {
            return;
        };
        let bill = self.billed.entry((charge.customer_id, period)).or_default();
        // A part is what begins late, ends early, leaves days out or was added later.
        let whole: Option<Period> = charge.period.parse().ok();
        let span = charge.service_from.zip(charge.service_to);
        let is_whole = whole.zip(span).is_some_and(|(_, (from, to))| {
            charge.left_out == 0 && to.tomorrow().is_ok_and(|next| next.day() == from.day())
        });
        bill.part |= !is_whole;
        bill.amount = bill.amount.try_add(charge.amount).unwrap_or(bill.amount);
        bill.discount = bill.discount.try_add(charge.discount).unwrap_or(bill.discount);
    }

    fn compare(&mut self, drafted: &Drafted, run: &Run<'_>) -> Result<()> {
        let mut drafts: HashMap<i64, Bill> = HashMap::new();
        if let Some(invoice) = &drafted.draft.invoice {
            self.invoices += 1;
            for line in &invoice.lines {
                if line.kind.covers_service() && line.charge_id.is_none() {
                    // One for each package that was served in the period.
                    drafts.entry(line.customer_id).or_default().add(line)?;
                } else {
                    self.further = self.further.try_add(line.amount.try_sub(line.discount)?)?;
                }
            }
        }
        for line in &drafted.lines {
            let skipped = drafted.draft.skipped.iter().find(|it| it.customer_id == line.id);
            let after = drafts.get(&line.id).copied();
            self.compare_line(line, after, skipped.map(|it| it.reason), run)?;
        }
        Ok(())
    }

    fn compare_line(
        &mut self,
        line: &Customer,
        after: Option<Bill>,
        skipped: Option<SkipReason>,
        run: &Run<'_>,
    ) -> Result<()> {
        let day = BillingDay::new(line.details.billing_day).map_err(Error::fault)?;
        let period = current_period(day, run.settings.billing_timing, run.today);
        let before = self.billed.get(&(line.id, period.previous())).copied();
        if let Some(bill) = before {
            self.lines_before += 1;
            self.before = self.before.try_add(bill.net()?)?;
        }
        if let Some(bill) = after {
            self.lines += 1;
            self.after = self.after.try_add(bill.net()?)?;
        }
        let Some(cause) = cause(before, after, skipped)? else {
            return Ok(());
        };
        let net = |bill: Option<Bill>| bill.map(Bill::net).transpose();
        let (before, after) = (net(before)?, net(after)?);
        let difference = after.unwrap_or_default().try_sub(before.unwrap_or_default())?;
        let sum = self.causes.entry(cause).or_default();
        *sum = (sum.0 + 1, sum.1.try_add(difference)?);
        self.items.push(RehearsedLine {
            customer_id: line.id,
            customer_no: line.details.customer_no.clone(),
            name: line.details.name.clone(),
            cause,
            before,
            after,
        });
        Ok(())
    }

    fn finish(mut self, month: Period) -> Result<Rehearsal> {
        let size = |line: &RehearsedLine| {
            let (before, after) = (line.before.unwrap_or_default(), line.after.unwrap_or_default());
            after.0.abs_diff(before.0)
        };
        self.items
            .sort_by_key(|line| (std::cmp::Reverse(size(line)), line.customer_id));
        let total = self.items.len() as u64;
        self.items.truncate(MOST_SHOWN);
        let mut causes: Vec<CauseSum> = self
            .causes
            .into_iter()
            .map(|(cause, (lines, difference))| CauseSum {
                cause,
                lines,
                difference,
            })
            .collect();
        causes.sort_by_key(|sum| std::cmp::Reverse(sum.difference.0.unsigned_abs()));
        Ok(Rehearsal {
            month,
            invoices: self.invoices,
            lines_before: self.lines_before,
            lines: self.lines,
            before: self.before,
            after: self.after,
            further: self.further,
            causes,
            items: self.items,
            total,
        })
    }
}

/// Why two bills of a line differ; `None` where they do not.
fn cause(
    before: Option<Bill>,
    after: Option<Bill>,
    skipped: Option<SkipReason>,
) -> Result<Option<Difference>> {
    let cause = match (before, after) {
        (None, None) => return Ok(None),
        (None, Some(_)) => Difference::New,
        (Some(_), None) => match skipped {
            Some(SkipReason::AlreadyBilled { .. }) => Difference::Prepaid,
            Some(SkipReason::Paused { .. }) => Difference::Paused,
            Some(SkipReason::Free | SkipReason::ClosedTooLong { .. }) => Difference::Override,
            _ => Difference::Left,
        },
        (Some(before), Some(after)) if before.net()? == after.net()? => return Ok(None),
        (Some(before), Some(after)) if before.part != after.part || (before.part && after.part) => {
            Difference::Proration
        }
        (Some(before), Some(after)) if before.amount == after.amount => Difference::Discount,
        (Some(_), Some(_)) => Difference::Price,
    };
    Ok(Some(cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bill(amount: i64, discount: i64, part: bool) -> Option<Bill> {
        Some(Bill {
            amount: Rupiah(amount),
            discount: Rupiah(discount),
            part,
        })
    }

    #[test]
    fn each_difference_has_the_cause_that_an_office_would_name() {
        let whole = bill(200_000, 0, false);
        for (before, after, skipped, expected) in [
            (None, whole, None, Some(Difference::New)),
            (whole, whole, None, None),
            (whole, None, None, Some(Difference::Left)),
            (whole, None, Some(SkipReason::Free), Some(Difference::Override)),
            (
                whole,
                None,
                Some(SkipReason::Paused { until: None }),
                Some(Difference::Paused),
            ),
            (bill(100_000, 0, true), whole, None, Some(Difference::Proration)),
            (whole, bill(250_000, 0, false), None, Some(Difference::Price)),
            (
                whole,
                bill(200_000, 20_000, false),
                None,
                Some(Difference::Discount),
            ),
            (bill(250_000, 50_000, false), whole, None, None),
        ] {
            assert_eq!(cause(before, after, skipped).unwrap(), expected);
        }
    }
}
