//! The charges for days of service: one for a period, or one for each package that was served in it, so that every day has the
//! price of what was served on it. Together they have one discount.

use super::{DraftError, DraftLine, LineToBill};
use crate::{
    ChargeKind, DiscountType, DuePeriod, PartReason, PricedDays, Rupiah, ServicePrice, by_package,
    share_amount_off, unserved_days,
};

/// The charges for the due days of a line, in their order. The last of them carries the name of the period, the others are
/// beside it. The discount is the one in force on the first day.
pub(super) fn charges(line: &LineToBill<'_>, due: &DuePeriod) -> Result<Vec<DraftLine>, DraftError> {
    let in_force = line.discount.filter(|it| it.is_in_force(due.span.from()));
    let discount = in_force.map(|it| (it.kind(), it.value()));
    let days = by_package(due.span, line.earlier, line.package);
    let mut prices = Vec::with_capacity(days.len());
    for (span, package) in &days {
        let price = ServicePrice {
            price: package.price,
            days: due.whole_days,
            discount,
        };
        let left_out = unserved_days(*span, line.service.pauses, None);
        prices.push((price, span.days().saturating_sub(left_out)));
    }
    let shares = shares(line, due, &prices)?;
    let last = days.len().saturating_sub(1);
    let mut charges = Vec::with_capacity(days.len());
    for (at, (((span, package), (price, served)), share)) in
        days.into_iter().zip(prices).zip(shares).enumerate()
    {
        let kind = if at == last {
            due.kind
        } else {
            ChargeKind::Proration
        };
        let worth = share.worth(served)?;
        let left_out = span.days() - served;
        charges.push(DraftLine {
            customer_id: line.customer_id,
            kind,
            charge_id: None,
            moved_from: None,
            key: Some(due.key(kind, span)),
            package_id: Some(package.id),
            billing_day: Some(line.service.billing_day),
            span: Some(span),
            left_out,
            price: Some(price),
            reasons: if last == 0 {
                due.reasons.clone()
            } else {
                reasons_of_part(due, left_out, at == 0)
            },
            amount: worth.amount,
            discount: worth.discount,
            taxed: line.taxed,
        });
    }
    Ok(charges)
}

/// By what the due days are charged: an amount off is the period's, and other bills of it may have had theirs.
fn shares(
    line: &LineToBill<'_>,
    due: &DuePeriod,
    prices: &[(ServicePrice, u32)],
) -> Result<Vec<ServicePrice>, DraftError> {
    let has_amount_off =
        |(price, _): &(ServicePrice, u32)| matches!(price.discount, Some((DiscountType::Amount, _)));
    if !prices.iter().any(has_amount_off) {
        return Ok(prices.iter().map(|(price, _)| *price).collect());
    }
    let of_period = line.reduced.iter().filter(|(period, _)| *period == due.period);
    let mut days: Vec<PricedDays> = of_period.map(|(_, days)| *days).collect();
    let others = days.len();
    days.extend(prices.iter().map(|(price, served)| PricedDays {
        // Made after all the others.
        bill: i64::MAX,
        price: *price,
        served: *served,
        held: (!line.is_in_place).then_some(Rupiah::ZERO),
    }));
    share_amount_off(&mut days)?;
    Ok(days.into_iter().skip(others).map(|it| it.price).collect())
}

/// Why some of the due days are billed by themselves; their own days say where they begin and end.
fn reasons_of_part(due: &DuePeriod, left_out: u32, is_first: bool) -> Vec<PartReason> {
    let bridge = |reason: &&PartReason| matches!(reason, PartReason::Bridge { .. });
    let mut reasons = vec![PartReason::PackageChanged];
    reasons.extend(due.reasons.iter().find(bridge).filter(|_| is_first));
    if left_out > 0 {
        reasons.push(PartReason::Paused { days: left_out });
    }
    reasons
}
