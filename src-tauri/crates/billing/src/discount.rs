//! A reduction of a line's subscription: an amount or a share, with a reason, for a time. It can bring a bill to zero
//! and never below.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{BasisPoints, MoneyError, Rupiah};

text_enum! {
    /// How a discount is counted.
    pub enum DiscountType as "discount type" {
        /// Whole rupiah off each bill.
        Amount => "amount",
        /// A share of each bill, in basis points.
        Percent => "percent",
    }
}

/// A reduction of what a line pays for its package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Discount {
    kind: DiscountType,
    value: i64,
    reason: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
}

/// A discount as it arrives, before its value was looked at.
#[derive(Deserialize)]
struct Unchecked {
    kind: DiscountType,
    value: i64,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    from: Option<Date>,
    #[serde(default)]
    until: Option<Date>,
}

impl TryFrom<Unchecked> for Discount {
    type Error = DiscountError;

    fn try_from(it: Unchecked) -> Result<Discount, DiscountError> {
        Discount::new(it.kind, it.value, it.reason, it.from, it.until)
    }
}

/// Why a discount cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscountError {
    /// A discount that would raise the bill.
    #[error("the discount is negative; give an amount of zero or more")]
    Negative,
    /// More than the whole.
    #[error("the discount is more than 100 %; give at most 10000 basis points")]
    AboveWhole,
    /// More rupiah than an office may type.
    #[error("the discount is larger than any bill can be")]
    TooLarge,
    /// It ends before it begins.
    #[error("the discount ends before it begins; check its two dates")]
    EndsBeforeStart,
}

impl DiscountError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            DiscountError::Negative => "discount_negative",
            DiscountError::AboveWhole => "discount_above_whole",
            DiscountError::TooLarge => "discount_too_large",
            DiscountError::EndsBeforeStart => "discount_ends_before_start",
        }
    }
}

impl Discount {
    /// A discount of `value` rupiah or basis points, by `kind`, for service that begins from `from` to `until`
    /// (both inclusive; `None` is open).
    ///
    /// # Errors
    /// A value below zero, above 100 % or above what an office may type, or an end before the start.
    pub fn new(
        kind: DiscountType,
        value: i64,
        reason: Option<String>,
        from: Option<Date>,
        until: Option<Date>,
    ) -> Result<Discount, DiscountError> {
        if value < 0 {
            return Err(DiscountError::Negative);
        }
        match kind {
            DiscountType::Percent if value > 10_000 => return Err(DiscountError::AboveWhole),
            DiscountType::Amount if value > Rupiah::LARGEST_TYPED.0 => return Err(DiscountError::TooLarge),
            _ => {}
        }
        if matches!((from, until), (Some(from), Some(until)) if until < from) {
            return Err(DiscountError::EndsBeforeStart);
        }
        Ok(Discount {
            kind,
            value,
            reason,
            from,
            until,
        })
    }

    /// How it is counted.
    #[must_use]
    pub const fn kind(&self) -> DiscountType {
        self.kind
    }

    /// Rupiah or basis points, by [`Discount::kind`].
    #[must_use]
    pub const fn value(&self) -> i64 {
        self.value
    }

    /// Why it was given, in the office's words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Whether it applies to service that begins on `day`.
    #[must_use]
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// What it takes off `amount` for service that begins on `day`: nothing when it is not in force, and never more than
    /// the amount itself. An amount is taken off the prorated price as it stands; it is not prorated again.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the share does not fit.
    pub fn on(&self, amount: Rupiah, day: Date) -> Result<Rupiah, MoneyError> {
        if !self.is_in_force(day) || !amount.is_positive() {
            return Ok(Rupiah::ZERO);
        }
        let wanted = match self.kind {
            DiscountType::Amount => Rupiah(self.value),
            DiscountType::Percent => {
                amount.try_share(BasisPoints(u32::try_from(self.value).unwrap_or(10_000)))?
            }
        };
        Ok(wanted.min(amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn discount(kind: DiscountType, value: i64) -> Discount {
        Discount::new(kind, value, Some("tetangga".into()), None, None).unwrap()
    }

    #[test]
    fn an_amount_and_a_share_are_taken_off() {
        let day = date(2026, 1, 1);
        assert_eq!(
            discount(DiscountType::Amount, 25_000).on(Rupiah(150_000), day),
            Ok(Rupiah(25_000))
        );
        assert_eq!(
            discount(DiscountType::Percent, 1_250).on(Rupiah(150_000), day),
            Ok(Rupiah(18_750))
        );
        assert_eq!(
            discount(DiscountType::Percent, 3_333).on(Rupiah(99_999), day),
            Ok(Rupiah(33_330))
        );
    }

    #[test]
    fn a_bill_is_never_below_zero() {
        let day = date(2026, 1, 1);
        assert_eq!(
            discount(DiscountType::Amount, 200_000).on(Rupiah(150_000), day),
            Ok(Rupiah(150_000))
        );
        assert_eq!(
            discount(DiscountType::Percent, 10_000).on(Rupiah(150_000), day),
            Ok(Rupiah(150_000))
        );
    }

    #[test]
    fn a_dated_discount_begins_and_ends_on_its_days() {
        let promo = Discount::new(
            DiscountType::Amount,
            10_000,
            None,
            Some(date(2026, 2, 1)),
            Some(date(2026, 3, 31)),
        )
        .unwrap();
        let off = |day| promo.on(Rupiah(100_000), day).unwrap().0;
        assert_eq!(off(date(2026, 1, 31)), 0);
        assert_eq!(off(date(2026, 2, 1)), 10_000);
        assert_eq!(off(date(2026, 3, 31)), 10_000);
        assert_eq!(off(date(2026, 4, 1)), 0);
    }

    #[test]
    fn discounts_that_make_no_sense_are_refused() {
        let new = |kind, value| Discount::new(kind, value, None, None, None).unwrap_err();
        assert_eq!(new(DiscountType::Amount, -1), DiscountError::Negative);
        assert_eq!(new(DiscountType::Percent, 10_001), DiscountError::AboveWhole);
        assert_eq!(new(DiscountType::Amount, i64::MAX), DiscountError::TooLarge);
        let reversed = Discount::new(
            DiscountType::Amount,
            1,
            None,
            Some(date(2026, 2, 1)),
            Some(date(2026, 1, 1)),
        );
        assert_eq!(reversed.unwrap_err().code(), "discount_ends_before_start");
        assert!(serde_json::from_str::<Discount>(r#"{"kind":"percent","value":20000}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_discount_is_between_nothing_and_everything(
            share in any::<bool>(), value in 0..=10_000_i64, amount in 0..1_000_000_000_i64,
        ) {
            let kind = if share { DiscountType::Percent } else { DiscountType::Amount };
            let off = discount(kind, value).on(Rupiah(amount), date(2026, 1, 1)).unwrap();
            prop_assert!(Rupiah::ZERO <= off && off <= Rupiah(amount));
        }
    }
}
