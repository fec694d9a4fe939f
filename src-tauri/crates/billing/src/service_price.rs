//! What days of service are worth, by the terms under which they were billed. A leave, an end or a change of mind is settled
//! against this, and not against what was settled before, so that no rounding and no order of things adds up.

use crate::{BasisPoints, DiscountType, MoneyError, Rupiah, prorate};

/// The terms of a charge for service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePrice {
    /// What `days` days cost, before discount; below zero for a correction.
    pub price: Rupiah,
    /// How many days that is the price of.
    pub days: u32,
    /// The discount that was in force: by what it is counted, and rupiah or basis points.
    pub discount: Option<(DiscountType, i64)>,
}

/// What some days cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Before discount.
    pub amount: Rupiah,
    /// What is taken off; at most the amount.
    pub discount: Rupiah,
}

impl Worth {
    /// What is left to pay.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn net(self) -> Result<Rupiah, MoneyError> {
        self.amount.try_sub(self.discount)
    }
}

impl ServicePrice {
    /// What `served` days are worth. An amount off is taken off whatever is left, a share off each day.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit, or the price is for no day at all.
    pub fn worth(self, served: u32) -> Result<Worth, MoneyError> {
        let amount = if served == self.days {
            self.price
        } else {
            prorate(self.price, served, self.days)?
        };
        let discount = match self.discount {
            Some(_) if !amount.is_positive() => Rupiah::ZERO,
            Some((DiscountType::Amount, value)) => Rupiah(value).min(amount),
            Some((DiscountType::Percent, value)) => {
                amount.try_share(BasisPoints(u32::try_from(value).unwrap_or(10_000)))?
            }
            None => Rupiah::ZERO,
        };
        Ok(Worth { amount, discount })
    }

    /// By how much days that were billed by these terms are dearer in a package that costs `new` for as many of them before
    /// discount, `asked` being what earlier changes in them ask for already. The discount of the bill goes on: one that began or
    /// ended since is none of these days'. An amount off is the period's: the difference has of it what its bills leave
    /// ([`crate::share_amount_off`]). `None` for a package that is not dearer: it begins with the next period, and nothing is given
    /// back.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn upgraded_to(self, new: Rupiah, asked: Rupiah) -> Result<Option<ServicePrice>, MoneyError> {
        let amount_off = self.discount.filter(|(kind, _)| *kind == DiscountType::Amount);
        let each = |price| match amount_off {
            Some(_) => Ok(price),
            None => ServicePrice { price, ..self }.worth(self.days)?.net(),
        };
        let price = each(new)?.try_sub(each(self.price)?.try_add(asked)?)?;
        Ok(price.is_positive().then_some(ServicePrice {
            price,
            days: self.days,
            discount: amount_off,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(discount: Option<(DiscountType, i64)>) -> ServicePrice {
        ServicePrice {
            price: Rupiah(300_000),
            days: 30,
            discount,
        }
    }

    #[test]
    fn an_amount_off_stays_whole_and_a_share_off_shrinks_with_the_days() {
        let net = |price: ServicePrice, served| price.worth(served).unwrap().net().unwrap().0;
        assert_eq!(net(month(None), 30), 300_000);
        assert_eq!(net(month(None), 10), 100_000);
        let amount = month(Some((DiscountType::Amount, 150_000)));
        assert_eq!(
            (net(amount, 30), net(amount, 20), net(amount, 15), net(amount, 3)),
            (150_000, 50_000, 0, 0)
        );
        let share = month(Some((DiscountType::Percent, 1_000)));
        assert_eq!((net(share, 30), net(share, 10)), (270_000, 90_000));
    }

    #[test]
    fn a_correction_shrinks_as_a_charge_does() {
        let correction = ServicePrice {
            price: Rupiah(-100_000),
            days: 30,
            discount: None,
        };
        assert_eq!(correction.worth(9).unwrap().net(), Ok(Rupiah(-30_000)));
    }

    #[test]
    fn an_upgrade_costs_what_the_days_cost_more_than_they_were_billed_at() {
        let rest = |terms: ServicePrice, new, asked| {
            let dearer = terms.upgraded_to(Rupiah(new), Rupiah(asked)).unwrap()?;
            Some(dearer.worth(20).unwrap().net().unwrap().0)
        };
        assert_eq!(
            rest(month(None), 450_000, 0),
            Some(100_000),
            "twenty of thirty days"
        );
        assert_eq!(
            rest(month(None), 450_000, 75_000),
            Some(50_000),
            "a part was asked for before"
        );
        let half = month(Some((DiscountType::Percent, 5_000)));
        assert_eq!(rest(half, 450_000, 0), Some(50_000), "the share off goes on");
        let amount = month(Some((DiscountType::Amount, 400_000)));
        let dearer = amount
            .upgraded_to(Rupiah(450_000), Rupiah::ZERO)
            .unwrap()
            .unwrap();
        assert_eq!(
            (dearer.price, dearer.discount),
            (Rupiah(150_000), amount.discount),
            "it has what the bill leaves of an amount off"
        );
        assert_eq!(rest(month(None), 300_000, 0), None);
        assert_eq!(
            rest(month(None), 200_000, 0),
            None,
            "a cheaper one waits for the next period"
        );
    }

    proptest! {
        #[test]
        fn more_days_are_never_worth_less(price in 0..10_000_000_i64, off in 0..10_000_000_i64, one in 0..=31_u32, other in 0..=31_u32) {
            let terms = ServicePrice { price: Rupiah(price), days: 31, discount: Some((DiscountType::Amount, off)) };
            let (few, many) = (one.min(other), one.max(other));
            let net = |days| terms.worth(days).unwrap().net().unwrap();
            prop_assert!(Rupiah::ZERO <= net(few) && net(few) <= net(many) && net(many) <= Rupiah(price));
        }
    }
}
