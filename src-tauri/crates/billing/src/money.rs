//! Money is a whole number of rupiah. There is no smaller unit in circulation and none in this program: what would be a
//! fraction is rounded once, half up, where it arises. Floats never appear.

use std::fmt;
use std::iter::Sum;

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

/// An amount in whole rupiah; negative where money is owed the other way.
///
/// Arithmetic is checked: [`Rupiah::checked_add`] and friends return `None` on overflow, and the `try_*` forms turn
/// that into [`MoneyError::Overflow`]. There is deliberately no `Add` operator that could wrap or panic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Rupiah(pub i64);

/// A number without a fraction. What is refused is refused as money, so that people can be told that rupiah are whole.
impl<'de> Deserialize<'de> for Rupiah {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rupiah, D::Error> {
        struct Whole;

        impl Visitor<'_> for Whole {
            type Value = Rupiah;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Rupiah::EXPECTED)
            }

            fn visit_i64<E: de::Error>(self, amount: i64) -> Result<Rupiah, E> {
                Ok(Rupiah(amount))
            }

            fn visit_u64<E: de::Error>(self, amount: u64) -> Result<Rupiah, E> {
                i64::try_from(amount)
                    .map(Rupiah)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(amount), &self))
            }
        }

        deserializer.deserialize_i64(Whole)
    }
}

/// A rate in basis points: 10,000 is the whole, 1,200 is 12 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct BasisPoints(pub u32);

impl fmt::Display for BasisPoints {
    /// In percent, as Indonesia writes it: `12%`, `12,5%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match (rest / 10, rest % 10) {
            (0, 0) => write!(f, "{whole}%"),
            (tenths, 0) => write!(f, "{whole},{tenths}%"),
            _ => write!(f, "{whole},{rest:02}%"),
        }
    }
}

/// Why an amount cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result does not fit into 64 bits.
    #[error("the amount is too large to be counted")]
    Overflow,
    /// The text is not a whole number of rupiah.
    #[error("the amount is not a whole number of rupiah")]
    NotANumber,
}

impl Rupiah {
    /// Nothing owed, nothing paid.
    pub const ZERO: Rupiah = Rupiah(0);
    /// What a text or a fraction in an amount's place is refused with.
    pub const EXPECTED: &'static str = "a whole number of rupiah";
    /// The largest amount that an office may type: Rp 999.999.999.999. A longer number is a slip of the finger.
    pub const LARGEST_TYPED: Rupiah = Rupiah(999_999_999_999);

    /// The sum, or `None` when it does not fit.
    #[must_use]
    pub const fn checked_add(self, other: Rupiah) -> Option<Rupiah> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Rupiah(sum)),
            None => None,
        }
    }

    /// The difference, or `None` when it does not fit.
    #[must_use]
    pub const fn checked_sub(self, other: Rupiah) -> Option<Rupiah> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Rupiah(difference)),
            None => None,
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn try_add(self, other: Rupiah) -> Result<Rupiah, MoneyError> {
        self.checked_add(other).ok_or(MoneyError::Overflow)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn try_sub(self, other: Rupiah) -> Result<Rupiah, MoneyError> {
        self.checked_sub(other).ok_or(MoneyError::Overflow)
    }

    /// The amount with its sign turned.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for the one amount that has no opposite.
    pub fn try_neg(self) -> Result<Rupiah, MoneyError> {
        self.0.checked_neg().map(Rupiah).ok_or(MoneyError::Overflow)
    }

    /// `self × numerator ÷ denominator`, rounded half up (away from zero at the half) to the rupiah.
    ///
    /// The product is formed in 128 bits, so only the result can overflow.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the result does not fit, or the denominator is zero.
    pub fn try_ratio(self, numerator: i64, denominator: i64) -> Result<Rupiah, MoneyError> {
        if denominator == 0 {
            return Err(MoneyError::Overflow);
        }
        let (mut top, mut bottom) = (
            i128::from(self.0) * i128::from(numerator),
            i128::from(denominator),
        );
        if bottom < 0 {
            (top, bottom) = (-top, -bottom);
        }
        let rounded = if top >= 0 {
            (2 * top + bottom) / (2 * bottom)
        } else {
            -((-2 * top + bottom) / (2 * bottom))
        };
        i64::try_from(rounded)
            .map(Rupiah)
            .map_err(|_| MoneyError::Overflow)
    }

    /// The given share of the amount, rounded half up.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the result does not fit.
    pub fn try_share(self, rate: BasisPoints) -> Result<Rupiah, MoneyError> {
        self.try_ratio(i64::from(rate.0), 10_000)
    }

    /// Sums amounts.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the sum does not fit.
    pub fn try_sum<I: IntoIterator<Item = Rupiah>>(amounts: I) -> Result<Rupiah, MoneyError> {
        amounts.into_iter().try_fold(Rupiah::ZERO, Rupiah::try_add)
    }

    /// Whether the amount is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether the amount is exactly zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads an amount as an office types it: `150000`, `150.000`, `Rp 150.000`, `Rp150.000,00`.
    ///
    /// Dots must group by three, and a comma may only introduce zeros: a fraction of a rupiah does not exist.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`] for anything else, [`MoneyError::Overflow`] for a number beyond 64 bits.
    pub fn parse(text: &str) -> Result<Rupiah, MoneyError> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let text = match text.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("rp") => {
                text[2..].trim_start_matches('.').trim_start()
            }
            _ => text,
        };
        let (whole, cents) = text.split_once(',').unwrap_or((text, ""));
        if !cents.bytes().all(|b| b == b'0') || cents.len() > 2 {
            return Err(MoneyError::NotANumber);
        }
        let groups: Vec<&str> = whole.split('.').collect();
        let grouped = groups.len() == 1
            || (matches!(groups[0].len(), 1..=3) && groups[1..].iter().all(|group| group.len() == 3));
        if whole.is_empty() || !grouped || !whole.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Err(MoneyError::NotANumber);
        }
        let amount: i64 = groups.concat().parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Rupiah(if negative { -amount } else { amount }))
    }
}

impl fmt::Display for Rupiah {
    /// The Indonesian way: `Rp 12.345.678`, `-Rp 5.000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        write!(f, "{}Rp {grouped}", if self.0 < 0 { "-" } else { "" })
    }
}

/// Sums that saturate; for display totals only. The ledger uses [`Rupiah::try_sum`].
impl Sum for Rupiah {
    fn sum<I: Iterator<Item = Rupiah>>(iter: I) -> Rupiah {
        iter.fold(Rupiah::ZERO, |total, amount| {
            Rupiah(total.0.saturating_add(amount.0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_written_the_indonesian_way() {
        assert_eq!(Rupiah(12_345_678).to_string(), "Rp 12.345.678");
        assert_eq!(Rupiah(-5_000).to_string(), "-Rp 5.000");
        assert_eq!(Rupiah(0).to_string(), "Rp 0");
        assert_eq!(Rupiah(999).to_string(), "Rp 999");
    }

    #[test]
    fn amounts_are_read_as_offices_type_them() {
        for text in [
            "150000",
            "150.000",
            "Rp 150.000",
            "Rp150.000,00",
            "rp. 150.000",
            " 150000 ",
        ] {
            assert_eq!(
                Rupiah::parse(text),
                Ok(Rupiah(150_000)),
                "{text:?} is one hundred and fifty thousand"
            );
        }
        assert_eq!(Rupiah::parse("-Rp 5.000"), Ok(Rupiah(-5_000)));
    }

    #[test]
    fn fractions_words_and_twenty_digits_are_refused() {
        for text in [
            "", "Rp", "1.5", "1,5", "150,50", "15.00", "1e5", "seratus", "1 000", "0x10", "1..000",
        ] {
            assert_eq!(
                Rupiah::parse(text),
                Err(MoneyError::NotANumber),
                "{text:?} is not money"
            );
        }
        assert_eq!(Rupiah::parse("99999999999999999999"), Err(MoneyError::Overflow));
    }

    #[test]
    fn what_is_no_whole_amount_in_json_is_refused_as_money() {
        assert_eq!(serde_json::from_str::<Rupiah>("-5000").ok(), Some(Rupiah(-5_000)));
        assert_eq!(serde_json::to_string(&Rupiah(150_000)).unwrap(), "150000");
        for json in [
            "null",
            "true",
            "1.5",
            "1e20",
            "12345678901234567890",
            "\"150000\"",
            "[1]",
        ] {
            let error = serde_json::from_str::<Rupiah>(json).unwrap_err().to_string();
            assert!(error.contains(Rupiah::EXPECTED), "{json}: {error}");
        }
    }

    #[test]
    fn halves_round_up() {
        assert_eq!(Rupiah(5).try_ratio(1, 2), Ok(Rupiah(3)));
        assert_eq!(Rupiah(-5).try_ratio(1, 2), Ok(Rupiah(-3)));
        assert_eq!(Rupiah(1).try_ratio(1, 3), Ok(Rupiah(0)));
    }

    proptest! {
        #[test]
        fn every_amount_survives_being_written_and_read(amount in -1_000_000_000_000_i64..1_000_000_000_000) {
            prop_assert_eq!(Rupiah::parse(&Rupiah(amount).to_string()), Ok(Rupiah(amount)));
        }

        #[test]
        fn rounding_is_never_off_by_more_than_half(amount in any::<i32>(), top in 1..1000_i64, bottom in 1..1000_i64) {
            let exact = i128::from(amount) * i128::from(top);
            let rounded = Rupiah(i64::from(amount)).try_ratio(top, bottom).unwrap();
            let error = (i128::from(rounded.0) * i128::from(bottom) - exact).abs();
            prop_assert!(2 * error <= i128::from(bottom), "{} is off by {}/{}", rounded, error, bottom);
        }
    }
}
