//! An amount off belongs to a period of a line and is taken off it once, however many bills and parts its days are on. How much
//! of it each of them has follows from which of their days are served; so it is shared when a bill is made, and again whenever
//! days change or a bill is void.

use crate::{DiscountType, MoneyError, Rupiah, ServicePrice};

/// Days of a period that have one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedDays {
    /// Which days are on one bill: any number that is that bill's own.
    pub bill: i64,
    /// What the days cost, with the amount off of the whole period.
    pub price: ServicePrice,
    /// How many of them are served.
    pub served: u32,
    /// What their bill took off them, which stays with them as far as they are worth it; `None` for what takes all that it can.
    pub held: Option<Rupiah>,
}

/// Gives each of these days of one period of a line its share of the amount off. They come in the order in which they were billed,
/// those of one bill in the order of the calendar.
///
/// First everybody keeps what their bill took off. What is left then is taken off the earlier bill first, and of a bill off its
/// last days first; a bill that was made with less than others brings the whole no further than that.
///
/// # Errors
/// [`MoneyError::Overflow`] when it does not fit.
pub fn share_amount_off(days: &mut [PricedDays]) -> Result<(), MoneyError> {
    let amount = |it: &PricedDays| match it.price.discount {
        Some((DiscountType::Amount, value)) => Rupiah(value),
        _ => Rupiah::ZERO,
    };
    let Some(largest) = days.iter().map(amount).max().filter(|it| it.is_positive()) else {
        return Ok(());
    };
    let mut shares: Vec<Share<'_>> = days
        .iter_mut()
        .map(|days| Share {
            whole: amount(days),
            has: Rupiah::ZERO,
            days,
        })
        .collect();
    let mut taken = Rupiah::ZERO;
    for is_kept in [true, false] {
        for bill in shares.chunk_by_mut(|one, other| one.days.bill == other.days.bill) {
            for share in bill.iter_mut().rev() {
                let worth = share.days.price.worth(share.days.served)?;
                let most = worth.amount.try_sub(share.has)?;
                let (wanted, whole) = match share.days.held {
                    Some(held) if is_kept => (held, largest),
                    _ => (most, share.whole),
                };
                let takes = wanted.min(most).min(whole.try_sub(taken)?).max(Rupiah::ZERO);
                share.has = share.has.try_add(takes)?;
                taken = taken.try_add(takes)?;
            }
        }
    }
    for share in shares {
        share.days.price.discount = Some((DiscountType::Amount, share.has.0));
    }
    Ok(())
}

struct Share<'a> {
    days: &'a mut PricedDays,
    /// What was to be taken off the whole period when the days were billed.
    whole: Rupiah,
    /// What is taken off these days.
    has: Rupiah,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MONTH: u32 = 30;

    fn days(bill: i64, price: i64, off: i64, served: u32, held: Option<i64>) -> PricedDays {
        PricedDays {
            bill,
            price: ServicePrice {
                price: Rupiah(price),
                days: MONTH,
                discount: Some((DiscountType::Amount, off)),
            },
            served,
            held: held.map(Rupiah),
        }
    }

    fn net(mut days: Vec<PricedDays>) -> Vec<i64> {
        share_amount_off(&mut days).unwrap();
        let net = |it: &PricedDays| it.price.worth(it.served).unwrap().net().unwrap().0;
        days.iter().map(net).collect()
    }

    #[test]
    fn the_parts_of_a_bill_have_it_once() {
        let net = |off, served: [u32; 2]| {
            net(vec![
                days(1, 300_000, off, served[0], Some(0)),
                days(1, 600_000, off, served[1], Some(0)),
            ])
        };
        assert_eq!(net(100_000, [15, 15]), [150_000, 200_000]);
        assert_eq!(net(320_000, [15, 15]), [130_000, 0]);
        assert_eq!(net(320_000, [15, 0]), [0, 0], "nothing is paid back");
        assert_eq!(net(100_000, [15, 2]), [90_000, 0]);
        assert_eq!(net(0, [15, 15]), [150_000, 300_000]);
    }

    #[test]
    fn a_second_bill_has_what_the_first_left() {
        let first = |served| days(1, 300_000, 120_000, served, Some(100_000));
        let second = |held| days(2, 300_000, 120_000, 20, held);
        assert_eq!(net(vec![first(10), second(Some(0))]), [0, 180_000]);
        assert_eq!(
            net(vec![first(5), second(Some(20_000))]),
            [0, 130_000],
            "days that are not served leave their share to the other bill"
        );
        assert_eq!(net(vec![first(0), second(Some(20_000))]), [0, 80_000]);
        assert_eq!(net(vec![second(Some(20_000))]), [80_000], "the first is void");
        assert_eq!(
            net(vec![second(Some(20_000)), days(3, 300_000, 120_000, 10, None)]),
            [180_000, 0],
            "and is issued again with what it had"
        );
        assert_eq!(
            net(vec![second(Some(20_000)), days(3, 300_000, 120_000, 10, Some(0))]),
            [80_000, 100_000],
            "or its days are billed later, without what went to the other meanwhile"
        );
    }

    #[test]
    fn an_amount_that_was_changed_between_bills_is_the_later_one_s() {
        let first = days(1, 300_000, 50_000, 10, Some(50_000));
        assert_eq!(
            net(vec![first, days(2, 300_000, 80_000, 20, Some(0))]),
            [50_000, 170_000]
        );
        let larger = days(1, 300_000, 90_000, 10, Some(90_000));
        assert_eq!(
            net(vec![larger, days(2, 300_000, 20_000, 20, Some(0))]),
            [10_000, 200_000]
        );
    }

    proptest! {
        /// Whatever was billed and is served, no more than the amount is taken off, and as much of it as there is to pay.
        #[test]
        fn as_much_of_it_as_there_is_to_pay_is_taken_off_once(
            off in 0..1_000_000_i64,
            some in prop::collection::vec((0..4_i64, 0..1_000_000_i64, 0..=MONTH, prop::option::of(0..1_000_000_i64)), 1..6),
        ) {
            let mut shared: Vec<PricedDays> =
                some.iter().map(|&(bill, price, served, held)| days(bill, price, off, served, held)).collect();
            shared.sort_by_key(|it| it.bill);
            share_amount_off(&mut shared).unwrap();
            let worth: Vec<_> = shared.iter().map(|it| it.price.worth(it.served).unwrap()).collect();
            let gross: i64 = worth.iter().map(|it| it.amount.0).sum();
            let taken: i64 = worth.iter().map(|it| it.discount.0).sum();
            prop_assert_eq!(taken, off.min(gross));
        }
    }
}
