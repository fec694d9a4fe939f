//! PPN, the value-added tax. Rate and base are dated data: since 2025-01-01 (PMK 131/2024) the rate is 12 % of eleven
//! twelfths of the price. The tax of an invoice is computed once, on the sum of what is taxed, never line by line.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::{BasisPoints, MoneyError, Rupiah};

/// The rate and the base from a date on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRule {
    /// The first day on which an invoice is taxed by this rule.
    pub from: Date,
    /// The rate, in basis points: 1,200 is 12 %.
    pub rate_bp: BasisPoints,
    /// The base (DPP) is `base_num ÷ base_den` of the net price.
    pub base_num: u32,
    /// See [`TaxRule::base_num`]; not zero.
    pub base_den: u32,
}

/// The rules that have been in force, by date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<TaxRule>", into = "Vec<TaxRule>")]
pub struct TaxTable(Vec<TaxRule>);

/// Why a table of tax rules is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxTableError {
    /// A base with a zero denominator, or larger than the price.
    #[error("the tax base from {0} is not a part of the price; give a fraction of at most 1")]
    Base(Date),
    /// A rate above 100 %.
    #[error("the tax rate from {0} is above 100 %")]
    Rate(Date),
    /// Two rules begin on one day.
    #[error("two tax rules begin on {0}; keep one")]
    SameDay(Date),
}

impl TaxTableError {
    /// The stable code of this error.
    pub const CODE: &'static str = "tax_table";
}

/// A net amount split from its tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tax {
    /// The price without tax.
    pub net: Rupiah,
    /// The base that the tax document shows (DPP nilai lain), rounded half up for showing; the tax is not computed
    /// from it.
    pub base: Rupiah,
    /// The tax.
    pub tax: Rupiah,
}

impl TaxRule {
    /// The rule's fraction of the net price, as numerator and denominator: 13,200 ÷ 120,000 is 11 %.
    fn fraction(self) -> (i64, i64) {
        (
            i64::from(self.rate_bp.0) * i64::from(self.base_num),
            10_000 * i64::from(self.base_den),
        )
    }

    /// The tax on a price without tax: half up(net × rate × base).
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn on_net(self, net: Rupiah) -> Result<Tax, MoneyError> {
        let (top, bottom) = self.fraction();
        Ok(Tax {
            net,
            base: self.base(net)?,
            tax: net.try_ratio(top, bottom)?,
        })
    }

    /// The tax inside a price that includes it: total − half up(total × 100 ÷ 111) under the rule of 2025.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn within(self, total: Rupiah) -> Result<Tax, MoneyError> {
        let (top, bottom) = self.fraction();
        let net = total.try_ratio(bottom, bottom + top)?;
        Ok(Tax {
            net,
            base: self.base(net)?,
            tax: total.try_sub(net)?,
        })
    }

    fn base(self, net: Rupiah) -> Result<Rupiah, MoneyError> {
        net.try_ratio(self.base_num.into(), self.base_den.into())
    }
}

impl Default for TaxTable {
    /// 11 % of the price from 2022-04-01 (UU 7/2021), 12 % of eleven twelfths from 2025-01-01 (PMK 131/2024).
    fn default() -> TaxTable {
        TaxTable(vec![
            TaxRule {
                from: date(2022, 4, 1),
                rate_bp: BasisPoints(1_100),
                base_num: 1,
                base_den: 1,
            },
            TaxRule {
                from: date(2025, 1, 1),
                rate_bp: BasisPoints(1_200),
                base_num: 11,
                base_den: 12,
            },
        ])
    }
}

impl TaxTable {
    /// A table of rules in any order.
    ///
    /// # Errors
    /// A base that is no part of the price, a rate above 100 %, or two rules for one day.
    pub fn new(mut rules: Vec<TaxRule>) -> Result<TaxTable, TaxTableError> {
        for rule in &rules {
            if rule.base_den == 0 || rule.base_num > rule.base_den {
                return Err(TaxTableError::Base(rule.from));
            }
            if rule.rate_bp.0 > 10_000 {
                return Err(TaxTableError::Rate(rule.from));
            }
        }
        rules.sort_by_key(|rule| rule.from);
        match rules
            .array_windows::<2>()
            .find(|[one, next]| one.from == next.from)
        {
            Some([one, _]) => Err(TaxTableError::SameDay(one.from)),
            None => Ok(TaxTable(rules)),
        }
    }

    /// The rule for an invoice issued on `day`; `None` before the first.
    #[must_use]
    pub fn rule_on(&self, day: Date) -> Option<TaxRule> {
        self.0.iter().rev().find(|rule| rule.from <= day).copied()
    }
}

impl TryFrom<Vec<TaxRule>> for TaxTable {
    type Error = TaxTableError;

    fn try_from(rules: Vec<TaxRule>) -> Result<TaxTable, TaxTableError> {
        TaxTable::new(rules)
    }
}

impl From<TaxTable> for Vec<TaxRule> {
    fn from(table: TaxTable) -> Vec<TaxRule> {
        table.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pmk_131() -> TaxRule {
        TaxTable::default().rule_on(date(2026, 1, 1)).unwrap()
    }

    #[test]
    fn the_examples_of_pmk_131_2024_come_out() {
        let tax = |net| pmk_131().on_net(Rupiah(net)).unwrap();
        assert_eq!(
            tax(150_000),
            Tax {
                net: Rupiah(150_000),
                base: Rupiah(137_500),
                tax: Rupiah(16_500)
            }
        );
        assert_eq!(
            tax(250_000),
            Tax {
                net: Rupiah(250_000),
                base: Rupiah(229_167),
                tax: Rupiah(27_500)
            }
        );
        let inside = pmk_131().within(Rupiah(150_000)).unwrap();
        assert_eq!((inside.net, inside.tax), (Rupiah(135_135), Rupiah(14_865)));
    }

    #[test]
    fn the_tax_is_computed_once_and_not_from_the_rounded_base() {
        let tax = pmk_131().on_net(Rupiah(100_041)).unwrap();
        assert_eq!(tax.base, Rupiah(91_704));
        assert_eq!(tax.tax, Rupiah(11_005), "11.004,51 is rounded half up");
        assert_eq!(
            tax.base.try_share(BasisPoints(1_200)),
            Ok(Rupiah(11_004)),
            "the rounded base would lose a rupiah"
        );
    }

    #[test]
    fn rates_are_dated() {
        let table = TaxTable::default();
        assert_eq!(
            table
                .rule_on(date(2024, 12, 31))
                .unwrap()
                .on_net(Rupiah(100_000))
                .unwrap()
                .base,
            Rupiah(100_000)
        );
        assert_eq!(
            table
                .rule_on(date(2025, 1, 1))
                .unwrap()
                .on_net(Rupiah(120_000))
                .unwrap()
                .base,
            Rupiah(110_000)
        );
        assert_eq!(table.rule_on(date(2022, 3, 31)), None);
    }

    #[test]
    fn tables_that_make_no_sense_are_refused() {
        let rule = |year, rate, base_num, base_den| TaxRule {
            from: date(year, 1, 1),
            rate_bp: BasisPoints(rate),
            base_num,
            base_den,
        };
        assert!(matches!(
            TaxTable::new(vec![rule(2026, 1_200, 11, 0)]),
            Err(TaxTableError::Base(_))
        ));
        assert!(matches!(
            TaxTable::new(vec![rule(2026, 1_200, 13, 12)]),
            Err(TaxTableError::Base(_))
        ));
        assert!(matches!(
            TaxTable::new(vec![rule(2026, 10_001, 1, 1)]),
            Err(TaxTableError::Rate(_))
        ));
        let twice = vec![
            rule(2026, 1_200, 1, 1),
            rule(2027, 1_200, 1, 1),
            rule(2026, 1_100, 1, 1),
        ];
        assert!(matches!(TaxTable::new(twice), Err(TaxTableError::SameDay(_))));
    }

    proptest! {
        #[test]
        fn net_and_tax_are_the_total(total in 0..1_000_000_000_000_i64) {
            let inside = pmk_131().within(Rupiah(total)).unwrap();
            prop_assert_eq!(inside.net.try_add(inside.tax), Ok(Rupiah(total)));
            let outside = pmk_131().on_net(inside.net).unwrap();
            prop_assert!((outside.tax.0 - inside.tax.0).abs() <= 1, "both ways of counting agree but for a rounding");
        }

        #[test]
        fn the_tax_is_eleven_hundredths_rounded_half_up(net in 0..1_000_000_000_000_i64) {
            prop_assert_eq!(pmk_131().on_net(Rupiah(net)).unwrap().tax, Rupiah((net * 11 + 50) / 100));
        }
    }
}
