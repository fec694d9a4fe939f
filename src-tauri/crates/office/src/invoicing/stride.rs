//! A stride of the month run: a few hundred payers with their lines, everything the rules need to know of them in a
//! handful of reads, and the drafts that the rules make of it.

use std::collections::HashMap;

use billing::{
    BillWhileClosed, BilledLine, BillingRules, ChargedPeriod, Closing, CustomerStatus, Discount,
    DiscountType, Draft, DraftLine, EarlierPackage, InvoiceDraft, InvoiceRules, LineToBill, Pause,
    PendingCharge, Period, PricedDays, PricedPackage, ServiceSpan, Shortfall, TaxTable, current_period,
    draft, is_shortfall, unserved_days,
};
use jiff::civil::Date;
use store::Tx;
use store::charges::Charge;
use store::customers::Customer;
use store::invoices::Unpaid;
use store::package_changes::PackageChange;
use store::package_history::HadPackage;
use store::packages::Package;

use crate::customers::begins;
use crate::error::{Error, Result};
use crate::invoicing::wanted::Wanted;
use crate::office::Call;
use crate::settings::Settings;

/// What every stride of a run shares.
pub(super) struct Run<'a> {
    pub packages: HashMap<i64, Package>,
    pub dependants: HashMap<i64, Vec<Customer>>,
    /// The packages of lines that change by now or on days that are billed now, which the records do not have yet.
    pub changes: HashMap<i64, PackageChange>,
    pub tax: TaxTable,
    pub settings: &'a Settings,
    pub wanted: Wanted,
    pub today: Date,
    call: &'a Call<'a>,
}

/// A payer, the lines that are paid for, and what the rules make of them.
pub(super) struct Drafted {
    pub payer: Customer,
    pub lines: Vec<Customer>,
    pub waiting: Vec<Charge>,
    /// Earlier invoices of the payer whose tolerated shortfall the draft carries on.
    pub short: Vec<Unpaid>,
    pub draft: Draft,
}

impl<'a> Run<'a> {
    /// Reads what the strides share.
    pub(super) async fn begin(tx: &mut Tx, call: &'a Call<'a>, wanted: Wanted) -> Result<Run<'a>> {
        let packages = store::packages::all(tx)
            .await?
            .into_iter()
            .map(|package| (package.id, package))
            .collect();
        let mut dependants: HashMap<i64, Vec<Customer>> = HashMap::new();
        for customer in store::customers::dependants(tx, wanted.ended_since(call.today)).await? {
            if let Some(payer) = customer.details.payer_id {
                dependants.entry(payer).or_default().push(customer);
            }
        }
        // A bill reaches ahead of its day, and so do the packages on it.
        let reach = call
            .today
            .checked_add(jiff::Span::new().days(31))
            .unwrap_or(call.today);
        let changes = store::package_changes::due(tx, reach)
            .await?
            .into_iter()
            .map(|change| (change.customer_id, change))
            .collect();
        let tax = TaxTable::default();
        Ok(Run {
            packages,
            dependants,
            changes,
            tax,
            settings: &call.settings,
            wanted,
            today: call.today,
            call,
        })
    }

    /// The rules of the office for an invoice, with the payer's own due rule where there is one.
    fn rules(&self, payer: &Customer) -> InvoiceRules<'_> {
        InvoiceRules {
            billing: BillingRules {
                timing: self.settings.billing_timing,
                first_month: self.settings.billing_first_month,
                bill_while_closed: self.settings.billing_bill_while_closed,
            },
            is_pkp: self.settings.tax_is_pkp,
            price_includes_tax: self.settings.tax_price_includes_tax,
            tax: &self.tax,
            due: payer.details.due_rule.unwrap_or(self.settings.billing_due),
        }
    }

    /// Drafts an invoice of one waiting charge of a line, which is not to wait for the month run.
    pub(super) fn draft_alone(&self, payer: Customer, line: Customer, charge: Charge) -> Result<Drafted> {
        let one = DraftLine::waiting(line.id, &pending(&line, &charge));
        let invoice =
            InvoiceDraft::of_charges(vec![one], Period::of(self.today), &self.rules(&payer), self.today)
                .map_err(Error::fault)?;
        Ok(Drafted {
            payer,
            lines: vec![line],
            waiting: vec![charge],
            short: Vec::new(),
            draft: Draft {
                invoice: Some(invoice),
                skipped: Vec::new(),
            },
        })
    }

    /// Drafts the invoices of these customers, those of them that pay for themselves; a customer who does not is a line
    /// of the payer.
    pub(super) async fn draft(&self, tx: &mut Tx, customers: Vec<Customer>) -> Result<Vec<Drafted>> {
        let (Some(first), Some(last)) = (customers.first().map(|c| c.id), customers.last().map(|c| c.id))
        else {
            return Ok(Vec::new());
        };
        let payers: Vec<Customer> = customers
            .into_iter()
            .filter(|customer| customer.details.payer_id.is_none())
            .collect();
        let known = self.known(tx, first, last, &payers).await?;
        payers
            .into_iter()
            .map(|payer| self.draft_for(payer, &known))
            .collect()
    }

    fn draft_for(&self, payer: Customer, known: &Known) -> Result<Drafted> {
        let mut lines = vec![payer.clone()];
        lines.extend(self.dependants.get(&payer.id).into_iter().flatten().cloned());
        lines.retain(|line| self.wanted.takes(line.id));
        for line in &mut lines {
            // A line that waited for its first day is active by then, also for whoever only looks at what would be billed.
            if begins(self.call, line) {
                line.standing.status = CustomerStatus::Active;
            }
        }
        let mut prepared = Vec::with_capacity(lines.len());
        let mut waiting = Vec::new();
        for line in &mut lines {
            let earlier = self.put_package(line, known)?;
            let own: Vec<Charge> = known.waiting.get(&line.id).cloned().unwrap_or_default();
            let pending: Vec<PendingCharge> = own.iter().map(|charge| pending(line, charge)).collect();
            let mut pauses = known.leaves.get(&line.id).cloned().unwrap_or_default();
            pauses.extend(line.standing.pause());
            let reduced = known.reduced(line, &pauses);
            prepared.push((discount(line)?, reduced, pending, pauses, earlier));
            waiting.extend(own);
        }
        let empty = Vec::new();
        let mut to_bill = Vec::with_capacity(lines.len());
        for (line, (discount, reduced, pending, pauses, earlier)) in lines.iter().zip(&prepared) {
            let details = &line.details;
            to_bill.push(LineToBill {
                customer_id: line.id,
                service: BilledLine {
                    status: line.standing.status,
                    billing: details.billing,
                    billing_day: self.wanted.billing_day(line)?,
                    billing_start: details.billing_start,
                    pauses,
                    terminated_on: line.standing.terminated_on,
                    closings: known.closings.get(&line.id).map_or(&[], Vec::as_slice),
                    charged: known.charged.get(&line.id).unwrap_or(&empty),
                },
                package: self.priced(details.package_id)?,
                earlier,
                discount: discount.as_ref(),
                reduced,
                is_in_place: self.wanted.is_in_place(line.id),
                taxed: details.taxed,
                pending,
                asked: self.wanted.of(line.id),
                since: self.wanted.since(line.id),
            });
        }
        let rules = self.rules(&payer);
        let short = known.short.get(&payer.id).cloned().unwrap_or_default();
        let shortfalls: Vec<Shortfall> = short
            .iter()
            .map(|invoice| Shortfall {
                invoice_id: invoice.id,
                amount: invoice.remaining,
            })
            .collect();
        let draft = draft(payer.id, &to_bill, &shortfalls, &rules, self.today).map_err(Error::fault)?;
        Ok(Drafted {
            payer,
            lines,
            waiting,
            short,
            draft,
        })
    }

    /// Gives the line the package that it has, or had, at the end of the period to be billed, and gives what it had before that,
    /// at the prices of today: a bill that is made late is made at them.
    fn put_package(&self, line: &mut Customer, known: &Known) -> Result<Vec<EarlierPackage>> {
        let day = self.wanted.billing_day(line)?;
        let timing = self.settings.billing_timing;
        let period = self.wanted.of(line.id);
        let period = period.unwrap_or_else(|| current_period(day, timing, self.today));
        let last = period.service_span(day).to();
        let had = known.had.get(&line.id).map_or(&[][..], Vec::as_slice);
        let mut earlier = Vec::with_capacity(had.len());
        for had in had {
            earlier.push(EarlierPackage {
                package: self.priced(had.package_id)?,
                next_from: had.next_from,
            });
        }
        if let Some(had) = had.iter().find(|had| had.next_from > last) {
            line.details.package_id = had.package_id;
        } else if let Some(change) = self
            .changes
            .get(&line.id)
            .filter(|change| change.from_day <= last)
        {
            earlier.push(EarlierPackage {
                package: self.priced(line.details.package_id)?,
                next_from: change.from_day,
            });
            line.details.package_id = change.package_id;
        }
        Ok(earlier)
    }

    fn priced(&self, id: i64) -> Result<PricedPackage> {
        let package = self
            .packages
            .get(&id)
            .ok_or_else(|| Error::fault(format!("there is no package {id}")))?;
        Ok(PricedPackage {
            id,
            price: package.details.price,
        })
    }

    /// The lines that these payers pay for besides their own.
    pub(super) fn paid_for<'s>(&'s self, payers: &[Customer]) -> Vec<&'s Customer> {
        payers
            .iter()
            .filter_map(|payer| self.dependants.get(&payer.id))
            .flatten()
            .collect()
    }

    /// Reads what the rules need to know of the lines of these payers.
    async fn known(
        &self,
        tx: &mut Tx,
        first_payer: i64,
        last_payer: i64,
        payers: &[Customer],
    ) -> Result<Known> {
        let since = self.wanted.ended_since(self.today);
        let mut ranges = vec![(first_payer, last_payer)];
        for line in self.paid_for(payers) {
            if line.id < first_payer || line.id > last_payer {
                ranges.push((line.id, line.id));
            }
        }
        let mut known = Known::default();
        for &(first, last) in &ranges {
            for served in store::charges::served(tx, first, last, since).await? {
                let span = served
                    .service_from
                    .zip(served.service_to)
                    .and_then(|(from, to)| ServiceSpan::new(from, to));
                // A bridge's key is `YYYY-MM#day` and a brought debt's `opening:YYYY-MM`; the month is what each names.
                let period = served.period.trim_start_matches("opening:").split('#').next();
                let period = period.and_then(|period| period.parse().ok());
                if let (Some(span), Some(period)) = (span, period) {
                    known
                        .charged
                        .entry(served.customer_id)
                        .or_default()
                        .push(ChargedPeriod {
                            period,
                            span,
                            whole_days: served.price_days.and_then(|days| days.try_into().ok()),
                        });
                }
            }
            for had in store::package_history::since(tx, first, last, since).await? {
                known.had.entry(had.customer_id).or_default().push(had);
            }
            for earlier in store::leaves::since(tx, first, last, since).await? {
                known
                    .leaves
                    .entry(earlier.customer_id)
                    .or_default()
                    .push(earlier.pause());
            }
            for charge in store::charges::pending(tx, first, last).await? {
                // A difference of which no day is served is kept for a change of mind, and is no line of an invoice.
                if charge.amount.is_zero() || !self.wanted.takes_charge(charge.id) {
                    continue;
                }
                known.waiting.entry(charge.customer_id).or_default().push(charge);
            }
        }
        let has_amount_off = |line: &Customer| line.details.discount_type == Some(DiscountType::Amount);
        let reduced = payers
            .iter()
            .chain(self.paid_for(payers))
            .filter(|line| has_amount_off(line));
        let reduced: Vec<i64> = reduced.map(|line| line.id).collect();
        for charge in store::charges::reduced(tx, &reduced, since).await? {
            known.reduced.entry(charge.customer_id).or_default().push(charge);
        }
        let tolerance = self.settings.billing_tolerance;
        if tolerance.is_positive() {
            for invoice in store::invoices::short(tx, first_payer, last_payer, tolerance).await? {
                let paid = invoice.total.try_sub(invoice.remaining)?;
                if is_shortfall(paid, invoice.remaining, tolerance) {
                    known.short.entry(invoice.customer_id).or_default().push(invoice);
                }
            }
        }
        if self.settings.billing_bill_while_closed != BillWhileClosed::Always {
            let zone = self.settings.zone();
            for &(first, last) in &ranges {
                for turn in store::events::turns_of_access(tx, first, last).await? {
                    let day = zone.to_datetime(turn.at).date();
                    let closings = known.closings.entry(turn.customer_id).or_default();
                    let is_closed = closings.last().is_some_and(|last| last.reopened.is_none());
                    match closings.last_mut() {
                        Some(last) if is_closed && !turn.is_closed => last.reopened = Some(day),
                        _ if turn.is_closed && !is_closed => closings.push(Closing {
                            since: day,
                            reopened: None,
                        }),
                        _ => {}
                    }
                }
            }
        }
        Ok(known)
    }
}

#[derive(Default)]
struct Known {
    charged: HashMap<i64, Vec<ChargedPeriod>>,
    /// What was billed with an amount off, in that order.
    reduced: HashMap<i64, Vec<Charge>>,
    waiting: HashMap<i64, Vec<Charge>>,
    leaves: HashMap<i64, Vec<Pause>>,
    /// Packages that lines had, in the order in which they came to an end.
    had: HashMap<i64, Vec<HadPackage>>,
    /// When lines were closed for their debt, in that order.
    closings: HashMap<i64, Vec<Closing>>,
    short: HashMap<i64, Vec<Unpaid>>,
}

impl Known {
    /// The days of a line that have an amount off, by the period that has it.
    fn reduced(&self, line: &Customer, pauses: &[Pause]) -> Vec<(Period, PricedDays)> {
        let charges = self.reduced.get(&line.id).map_or(&[][..], Vec::as_slice);
        let served =
            |span: ServiceSpan| span.days() - unserved_days(span, pauses, line.standing.terminated_on);
        let days = |charge: &Charge| charge.period_reduced(charges).zip(charge.priced_days(served));
        charges.iter().filter_map(days).collect()
    }
}

fn pending(line: &Customer, charge: &Charge) -> PendingCharge {
    PendingCharge {
        charge_id: charge.id,
        kind: charge.kind,
        amount: charge.amount,
        taxed: line.details.taxed,
    }
}

/// The discount of a line, as the rules know it.
fn discount(line: &Customer) -> Result<Option<Discount>> {
    let details = &line.details;
    details
        .discount_type
        .map(|kind| {
            let reason = details.discount_reason.clone();
            Discount::new(
                kind,
                details.discount_value,
                reason,
                details.discount_from,
                details.discount_until,
            )
        })
        .transpose()
        .map_err(Error::fault)
}
