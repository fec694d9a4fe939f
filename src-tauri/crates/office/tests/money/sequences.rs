//! Leaves, ends, changes of mind, voids and reissues as chance has them: a line owes what its served days are worth, counted
//! day by day.

use std::collections::{BTreeMap, BTreeSet};

use billing::{DiscountType, Rupiah, prorate};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use office::Actor;
use office::customers::{CustomerFields, DiscountValue, ResumeLine};
use office::invoicing::BillPeriod;

use crate::opened::{Opened, at, on_both};

on_both!(
    any_order_of_leaves_and_ends_costs_the_served_days,
    any_order_of_leaves_and_ends_costs_the_served_days_in_arrears,
);

/// Numbers from a seed, so that a sequence that fails can be run again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

async fn any_order_of_leaves_and_ends_costs_the_served_days(it: Opened) {
    sequences(&it).await;
}

async fn any_order_of_leaves_and_ends_costs_the_served_days_in_arrears(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    sequences(&it).await;
}

/// Leaves, ends, changes of mind and invoices issued again, every four days for two months, as chance has it.
/// `SAMBUNG_SEQUENCES` makes more of them.
async fn sequences(it: &Opened) {
    let count = std::env::var("SAMBUNG_SEQUENCES")
        .ok()
        .and_then(|count| count.parse().ok());
    for seed in 0..count.unwrap_or(12) {
        let mut dice = Dice(seed);
        it.clock.set(at("2026-11-01T00:01:00+07:00"));
        let id = it.customer(&format!("Warga {seed}"), discounted(seed)).await.id;
        it.bill(2026, 11).await;
        let mut said = Vec::new();
        for step in 0..14_i64 {
            let today = date(2026, 11, 2).checked_add((step * 4).days()).unwrap();
            it.clock.set(at(&format!("{today}T09:00:00+07:00")));
            it.bill(today.year().into(), today.month().into()).await;
            let day = |dice: &mut Dice, back: u64, on: u64| {
                let days = i64::try_from(dice.below(back + on)).unwrap() - i64::try_from(back).unwrap();
                today.checked_add(days.days()).unwrap()
            };
            let what = dice.below(10);
            let done = match what {
                0 | 1 => {
                    let from = day(&mut dice, 10, 15);
                    let length = i64::try_from(dice.below(12)).unwrap();
                    let until = (dice.below(3) > 0).then(|| from.checked_add(length.days()).unwrap());
                    said.push(format!("{today} cuti {from}..{until:?}"));
                    it.pause(id, from, until).await.err()
                }
                2 | 3 => {
                    said.push(format!("{today} lagi"));
                    it.office
                        .perform(&Actor::console(), ResumeLine { id })
                        .await
                        .err()
                }
                4 => {
                    let on = day(&mut dice, 0, 20);
                    said.push(format!("{today} berhenti {on}"));
                    it.end(id, Some(on)).await.err()
                }
                5 => {
                    said.push(format!("{today} batal berhenti"));
                    it.end(id, None).await.err()
                }
                6 => {
                    let period = if dice.below(2) == 0 { "2026-11" } else { "2026-12" };
                    said.push(format!("{today} tagih {period}"));
                    let late = BillPeriod {
                        customer_id: id,
                        period: period.parse().unwrap(),
                        from: None,
                        idempotency_key: None,
                    };
                    it.office.perform(&Actor::console(), late).await.err()
                }
                _ => {
                    let mut bills = it.invoices(id).await;
                    bills.retain(|invoice| invoice.voided_at.is_none());
                    let at = dice.below(u64::try_from(bills.len()).unwrap().max(1));
                    let is_again = what < 9;
                    said.push(format!("{today} batal ke-{at}, terbit ulang: {is_again}"));
                    match bills.get(usize::try_from(at).unwrap()) {
                        Some(invoice) => it.void(invoice.id, is_again).await.err(),
                        None => None,
                    }
                }
            };
            if let Some(refused) = done {
                said.push(format!("  ({})", refused.code));
            }
            let (owed, worth) = (it.owes(id).await, worth(it, id, amount_off(seed)).await);
            assert_eq!(owed, worth, "seed {seed}: {said:#?}");
        }
    }
    it.verified().await;
}

/// A third of the lines have nothing off the 200,000 of a month, a third less than that, and a third more.
fn amount_off(seed: u64) -> i64 {
    [0, 60_000, 250_000][usize::try_from(seed % 3).unwrap()]
}

fn discounted(seed: u64) -> CustomerFields {
    let off = amount_off(seed);
    CustomerFields {
        discount_type: Some((off > 0).then_some(DiscountType::Amount)),
        discount_value: (off > 0).then(|| DiscountValue::of(Some(DiscountType::Amount), off)),
        ..CustomerFields::default()
    }
}

/// What the billed months of a line are worth, day by day, `off` being taken off each of them once.
async fn worth(it: &Opened, id: i64, off: i64) -> i64 {
    let customer = it.read(id).await;
    let mut tx = it.office.store().read().await.unwrap();
    let long_ago = date(2026, 10, 1);
    let mut leaves: Vec<(Date, Date)> = store::leaves::since(&mut tx, id, id, long_ago)
        .await
        .unwrap()
        .iter()
        .map(|leave| (leave.from_day, leave.until_day))
        .collect();
    let charges = store::charges::for_service(&mut tx, id, id, long_ago)
        .await
        .unwrap();
    drop(tx);
    leaves.extend(
        customer
            .paused_from
            .map(|from| (from, customer.paused_until.unwrap_or(Date::MAX))),
    );
    let last = customer.terminated_on.unwrap_or(Date::MAX);
    let mut billed: BTreeSet<Date> = BTreeSet::new();
    let mut months: BTreeMap<(i16, i8), i64> = BTreeMap::new();
    for charge in charges {
        let (from, to) = (charge.service_from.unwrap(), charge.service_to.unwrap());
        let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).collect();
        assert!(days.iter().all(|day| billed.insert(*day)), "a day is billed once");
        let served = days
            .iter()
            .filter(|day| **day <= last && !leaves.iter().any(|(from, to)| from <= *day && *day <= to))
            .count();
        let whole = u32::try_from(from.days_in_month()).unwrap();
        *months.entry((from.year(), from.month())).or_default() +=
            prorate(Rupiah(200_000), u32::try_from(served).unwrap(), whole)
                .unwrap()
                .0;
    }
    months.values().map(|month| (month - off).max(0)).sum()
}
