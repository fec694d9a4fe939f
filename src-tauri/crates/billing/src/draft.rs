//! An invoice before it has a number: what is due for the lines of one payer, their discounts, further charges that wait,
//! and the tax on it all. The month run books a draft, `--dry-run` shows it; both are this function.
//!
//! Words for people (descriptions, names) are not made here: a line carries what the words are made from.

mod service;

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    BilledLine, BillingDay, BillingMode, BillingRules, ChargeKind, Discount, DueRule, EarlierPackage,
    MoneyError, PartReason, Period, PricedDays, PricedPackage, Rupiah, ServicePrice, ServiceSpan, SkipReason,
    Tax, TaxTable, due_period, period_asked_for,
};

/// The settings that an invoice follows.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceRules<'a> {
    /// What is billed when.
    pub billing: BillingRules,
    /// Whether the office is a PKP: only such an office may charge PPN.
    pub is_pkp: bool,
    /// Whether prices include the tax.
    pub price_includes_tax: bool,
    /// The tax rules by date.
    pub tax: &'a TaxTable,
    /// The payer's due rule, or the office's where the payer has none.
    pub due: DueRule,
}

/// A line that may have to be billed.
#[derive(Clone, Copy, Debug)]
pub struct LineToBill<'a> {
    /// The customer whose line it is; not always the payer.
    pub customer_id: i64,
    /// What decides which of its days are due.
    pub service: BilledLine<'a>,
    /// The package that the line has, or had at the end of the period to be billed.
    pub package: PricedPackage,
    /// The packages before that, in the order in which they came to an end, as far as they touch the period in question.
    pub earlier: &'a [EarlierPackage],
    /// A discount on the package.
    pub discount: Option<&'a Discount>,
    /// The days on other bills of which an amount off was taken, by period and in the order in which they were billed.
    pub reduced: &'a [(Period, PricedDays)],
    /// Whether the bill takes the place of one that is void, and with it what that had of an amount off.
    pub is_in_place: bool,
    /// Whether the customer is taxed.
    pub taxed: bool,
    /// Charges that wait for the next invoice.
    pub pending: &'a [PendingCharge],
    /// The period to bill; `None` for the one that has come last.
    pub asked: Option<Period>,
    /// Of the days of the period that was asked for, the first stretch that reaches this day or beyond; `None` for the first.
    pub since: Option<Date>,
}

/// A tolerated shortfall of an earlier invoice of the payer (see [`crate::is_shortfall`]): the next invoice carries it on
/// and the earlier one is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The earlier invoice.
    pub invoice_id: i64,
    /// What is still owed on it; above zero.
    pub amount: Rupiah,
}

/// A charge that waits for the next invoice of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCharge {
    /// Its identity in the database.
    pub charge_id: i64,
    /// What it is for.
    pub kind: ChargeKind,
    /// Rupiah, before tax; only a correction may be negative.
    pub amount: Rupiah,
    /// Whether PPN falls on it.
    pub taxed: bool,
}

/// What came out for one payer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The invoice, when anything is due.
    pub invoice: Option<InvoiceDraft>,
    /// The lines that are not billed, and why.
    pub skipped: Vec<SkippedLine>,
}

/// A line that is not billed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedLine {
    /// Whose line it is.
    pub customer_id: i64,
    /// Why it is not billed.
    pub reason: SkipReason,
}

/// An invoice without a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceDraft {
    /// The period that it is for: the latest among its lines.
    pub period: Period,
    /// The day of issue.
    pub issue_date: Date,
    /// The last day on which it is paid in time.
    pub due_date: Date,
    /// Its lines, in the order of the payer's lines; the subscription of each first.
    pub lines: Vec<DraftLine>,
    /// The sum of the lines' amounts, as priced.
    pub subtotal: Rupiah,
    /// The sum of their discounts.
    pub discount: Rupiah,
    /// What remains without tax.
    pub net: Rupiah,
    /// The tax base that the document shows (DPP nilai lain); zero where nothing is taxed.
    pub tax_base: Rupiah,
    /// The tax.
    pub tax: Rupiah,
    /// What has to be paid: net and tax. Never below zero.
    pub total: Rupiah,
    /// Whether the lines' amounts include the tax: then the total is subtotal less discount, otherwise plus tax.
    pub tax_included: bool,
    /// Corrections for which nothing was left to take them off, by `charge_id`; they wait for the next invoice. Of one that is
    /// larger than what was left, its line has what was taken off, and the rest waits.
    pub held: Vec<i64>,
}

/// A line of an invoice: one charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    /// Whose charge it is.
    pub customer_id: i64,
    /// What it is for.
    pub kind: ChargeKind,
    /// Which waiting charge it is; `None` for a charge that the invoice creates.
    pub charge_id: Option<i64>,
    /// The earlier invoice whose tolerated shortfall this line carries on.
    pub moved_from: Option<i64>,
    /// The key under which a new charge is unique for its line and kind.
    pub key: Option<String>,
    /// The package that it pays for; `None` for what is no service.
    pub package_id: Option<i64>,
    /// The day of the month by which its period is cut; `None` for what is no service.
    pub billing_day: Option<BillingDay>,
    /// The days of service that it pays for.
    pub span: Option<ServiceSpan>,
    /// Days of service within them that it does not pay for, since the line pauses.
    pub left_out: u32,
    /// By what its days were priced, with the amount off of its whole period; `None` for what is no service.
    pub price: Option<ServicePrice>,
    /// Why it is for less than a whole period.
    pub reasons: Vec<PartReason>,
    /// Rupiah, before discount.
    pub amount: Rupiah,
    /// Rupiah, at most the amount.
    pub discount: Rupiah,
    /// Whether PPN falls on it if the office is a PKP.
    pub taxed: bool,
}

/// Why no invoice can be drafted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// An amount is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Only a correction may be below zero.
    #[error("a charge for \"{kind}\" of customer {customer_id} is below zero; only a correction may be")]
    Negative {
        /// Whose charge it is.
        customer_id: i64,
        /// What it is for.
        kind: ChargeKind,
    },
}

impl DraftError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            DraftError::Money(_) => "amount_too_large",
            DraftError::Negative { .. } => "charge_negative",
        }
    }
}

/// Drafts the invoice of one payer for the lines that it pays: of each the period that has come last, or the one that
/// was asked for, on `today`, which is the day of issue.
///
/// Waiting charges of a line ride with its subscription; a line that is skipped keeps them waiting, unless it has ended or is free:
/// then they are settled by themselves, or, where they take something off, with whatever is billed. So do the `shortfalls` of the
/// payer; they stay where they are when nothing is billed.
///
/// # Errors
/// [`DraftError`] when an amount is too large or below zero where it must not be.
pub fn draft(
    payer_id: i64,
    lines: &[LineToBill<'_>],
    shortfalls: &[Shortfall],
    rules: &InvoiceRules<'_>,
    today: Date,
) -> Result<Draft, DraftError> {
    let mut skipped = Vec::new();
    let mut charges = Vec::new();
    let mut latest = None;
    for line in lines {
        let due = match line.asked {
            Some(period) => period_asked_for(&line.service, rules.billing, period, line.since, today),
            None => due_period(&line.service, rules.billing, today),
        };
        match due {
            Ok(due) => {
                latest = latest.max(Some(due.period));
                charges.extend(service::charges(line, &due)?);
                charges.extend(
                    line.pending
                        .iter()
                        .map(|pending| DraftLine::waiting(line.customer_id, pending)),
                );
            }
            Err(reason) => {
                skipped.push(SkippedLine {
                    customer_id: line.customer_id,
                    reason,
                });
                if is_settled_by_itself(line, today) {
                    latest = latest.max(Some(line.asked.unwrap_or_else(|| Period::of(today))));
                }
                if gets_no_bill(line, today) {
                    charges.extend(
                        line.pending
                            .iter()
                            .map(|pending| DraftLine::waiting(line.customer_id, pending)),
                    );
                }
            }
        }
    }
    let invoice = match latest {
        Some(period) => {
            charges.extend(
                shortfalls
                    .iter()
                    .map(|shortfall| carried_on(payer_id, *shortfall)),
            );
            Some(InvoiceDraft::of_charges(charges, period, rules, today)?)
        }
        None => None,
    };
    Ok(Draft { invoice, skipped })
}

/// Whether no subscription of the line will be billed any more, with which its charges could ride.
fn gets_no_bill(line: &LineToBill<'_>, today: Date) -> bool {
    let has_ended = line.service.terminated_on.is_some_and(|last| last < today);
    has_ended || line.service.billing == BillingMode::Free
}

/// Whether what waits of a line that is not billed any more goes on an invoice of its own: no subscription will carry it.
fn is_settled_by_itself(line: &LineToBill<'_>, today: Date) -> bool {
    gets_no_bill(line, today) && line.pending.iter().any(|pending| pending.amount.is_positive())
}

/// An untaxed correction: what is short was taxed with the invoice that it comes from. The earlier invoice's identity is
/// the key, so that one shortfall is on one invoice.
fn carried_on(payer_id: i64, shortfall: Shortfall) -> DraftLine {
    DraftLine {
        customer_id: payer_id,
        kind: ChargeKind::Correction,
        charge_id: None,
        moved_from: Some(shortfall.invoice_id),
        key: Some(format!("shortfall:{}", shortfall.invoice_id)),
        package_id: None,
        billing_day: None,
        span: None,
        left_out: 0,
        price: None,
        reasons: Vec::new(),
        amount: shortfall.amount,
        discount: Rupiah::ZERO,
        taxed: false,
    }
}

impl DraftLine {
    /// The line for a charge that waited.
    #[must_use]
    pub const fn waiting(customer_id: i64, pending: &PendingCharge) -> DraftLine {
        DraftLine {
            customer_id,
            kind: pending.kind,
            charge_id: Some(pending.charge_id),
            moved_from: None,
            key: None,
            package_id: None,
            billing_day: None,
            span: None,
            left_out: 0,
            price: None,
            reasons: Vec::new(),
            amount: pending.amount,
            discount: Rupiah::ZERO,
            taxed: pending.taxed,
        }
    }
}

impl InvoiceDraft {
    /// An invoice of these charges, issued on `issue_date`; for charges that do not wait for the month run, too.
    ///
    /// # Errors
    /// [`DraftError`] when an amount is too large, or below zero and no correction.
    pub fn of_charges(
        charges: Vec<DraftLine>,
        period: Period,
        rules: &InvoiceRules<'_>,
        issue_date: Date,
    ) -> Result<InvoiceDraft, DraftError> {
        let rule = rules.tax.rule_on(issue_date).filter(|_| rules.is_pkp);
        let is_taxed = |line: &DraftLine| rule.is_some() && line.taxed && line.kind.is_taxable();
        let (lines, held) = fitting(charges, &is_taxed)?;

        let priced = |taxed: bool| {
            Rupiah::try_sum(
                lines
                    .iter()
                    .filter(|line| is_taxed(line) == taxed)
                    .map(|line| line.amount.try_sub(line.discount))
                    .collect::<Result<Vec<_>, _>>()?,
            )
        };
        let taxed = match rule {
            Some(rule) if rules.price_includes_tax => rule.within(priced(true)?)?,
            Some(rule) => rule.on_net(priced(true)?)?,
            None => Tax::default(),
        };
        let net = priced(false)?.try_add(taxed.net)?;
        Ok(InvoiceDraft {
            period,
            issue_date,
            due_date: rules.due.due_date(issue_date),
            subtotal: Rupiah::try_sum(lines.iter().map(|line| line.amount))?,
            discount: Rupiah::try_sum(lines.iter().map(|line| line.discount))?,
            net,
            tax_base: taxed.base,
            tax: taxed.tax,
            total: net.try_add(taxed.tax)?,
            tax_included: rule.is_some() && rules.price_includes_tax,
            lines,
            held,
        })
    }

    /// The part of the net amount that is kept for the customer and not earned.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the sum does not fit.
    pub fn deposit(&self) -> Result<Rupiah, MoneyError> {
        self.of_kind(ChargeKind::Deposit)
    }

    /// The part of the net amount that was owed before this program kept the books.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the sum does not fit.
    pub fn opening_debt(&self) -> Result<Rupiah, MoneyError> {
        self.of_kind(ChargeKind::OpeningDebt)
    }

    fn of_kind(&self, kind: ChargeKind) -> Result<Rupiah, MoneyError> {
        Rupiah::try_sum(
            self.lines
                .iter()
                .filter(|line| line.kind == kind)
                .map(|line| line.amount),
        )
    }
}

/// The charges that the invoice can carry, and the corrections of which it, or its taxed part, leaves nothing to take off. Of a
/// correction that would bring it below zero, what fits is taken off; the rest goes on waiting.
fn fitting(
    charges: Vec<DraftLine>,
    is_taxed: &dyn Fn(&DraftLine) -> bool,
) -> Result<(Vec<DraftLine>, Vec<i64>), DraftError> {
    let mut sums = [Rupiah::ZERO; 2];
    // What is kept for the customer, or was owed before, is no price that could be lowered.
    let is_price = |line: &&DraftLine| line.kind.is_taxable() && line.moved_from.is_none();
    for line in charges.iter().filter(|line| line.amount.0 >= 0).filter(is_price) {
        let sum = &mut sums[usize::from(is_taxed(line))];
        *sum = sum.try_add(line.amount)?.try_sub(line.discount)?;
    }
    let (mut lines, mut held) = (Vec::with_capacity(charges.len()), Vec::new());
    for mut line in charges {
        if line.amount.0 < 0 {
            let (ChargeKind::Correction, Some(charge_id)) = (line.kind, line.charge_id) else {
                return Err(DraftError::Negative {
                    customer_id: line.customer_id,
                    kind: line.kind,
                });
            };
            let sum = &mut sums[usize::from(is_taxed(&line))];
            let lowered = sum.try_add(line.amount)?;
            if lowered.0 < 0 {
                if !sum.is_positive() {
                    held.push(charge_id);
                    continue;
                }
                line.amount = sum.try_neg()?;
            }
            *sum = lowered.max(Rupiah::ZERO);
        }
        lines.push(line);
    }
    Ok((lines, held))
}

#[cfg(test)]
mod tests;
