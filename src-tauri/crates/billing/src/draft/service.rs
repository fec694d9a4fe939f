//! The charges for days of service: one for a period, or one for each package that was served in it, so that every day has the
//! price of what was served on it. Together they have one discount.

use super::{DraftError, DraftLine, LineToBill};
use crate::{
    ChargeKind, DiscountType, DuePeriod, PartReason, Rupiah, ServicePrice, by_package, spread_amount_off,
    unserved_days,
};

/// The charges for the due days of a line, in their order. The last of them carries the name of the period, the others are
/// beside it. The discount is the one in force on the first day.
pub(super) fn charges(line: &LineToBill<'_>, due: &DuePeriod) -> Result<Vec<DraftLine>, DraftError> {
    let discount = discount(line, due)?;
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
    spread_amount_off(&mut prices)?;
    let last = days.len().saturating_sub(1);
    let mut charges = Vec::with_capacity(days.len());
    for (at, ((span, package), (price, served))) in days.into_iter().zip(prices).enumerate() {
        let kind = if at == last {
            due.kind
        } else {
            ChargeKind::Proration
        };
        let worth = price.worth(served)?;
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

/// The discount on the due days. An amount is taken off a period once: what other charges of it took is not taken again.
fn discount(line: &LineToBill<'_>, due: &DuePeriod) -> Result<Option<(DiscountType, i64)>, DraftError> {
    let in_force = line.discount.filter(|it| it.is_in_force(due.span.from()));
    let mut discount = in_force.map(|it| (it.kind(), it.value()));
    if let Some((DiscountType::Amount, left)) = &mut discount {
        let of_period = line.service.charged.iter().filter(|it| it.period == due.period);
        let taken = Rupiah::try_sum(of_period.map(|it| it.amount_off))?;
        *left = left.saturating_sub(taken.0).max(0);
    }
    Ok(discount)
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
