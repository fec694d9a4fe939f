//! How much a discount takes off, as people write it: rupiah for an amount, percent for a share. The books keep a share in
//! basis points; what does not come out as a whole number of those is refused and never rounded.

use std::fmt;

use billing::DiscountType;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number with at most two decimals, held as hundredths: a JSON number, `25000` or `12.5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiscountValue {
    hundredths: i64,
}

/// How many basis points a percent has, and hundredths a whole.
const HUNDRED: i64 = 100;

impl DiscountValue {
    /// What anything else in its place is refused with.
    pub(crate) const EXPECTED: &'static str = "a number with at most two decimals";

    /// What is written for a discount of this kind that the books keep as `stored`: rupiah or basis points.
    #[must_use]
    pub fn of(kind: Option<DiscountType>, stored: i64) -> DiscountValue {
        let hundredths = match kind {
            Some(DiscountType::Percent) => stored,
            // No amount that passes `Discount::new` comes near the bound.
            Some(DiscountType::Amount) | None => stored.saturating_mul(HUNDRED),
        };
        DiscountValue { hundredths }
    }

    /// What the books keep for a discount of this kind; `None` for a fraction of a rupiah.
    #[must_use]
    pub fn stored(self, kind: Option<DiscountType>) -> Option<i64> {
        match kind {
            Some(DiscountType::Percent) => Some(self.hundredths),
            Some(DiscountType::Amount) | None => {
                (self.hundredths % HUNDRED == 0).then_some(self.hundredths / HUNDRED)
            }
        }
    }

    /// Reads digits with an optional sign and at most two decimals other than zero.
    fn parse(text: &str) -> Option<DiscountValue> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 2 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let decimals: i64 = format!("{decimals:0<2}").parse().ok()?;
        let hundredths = whole.checked_mul(HUNDRED)?.checked_add(decimals)?;
        Some(DiscountValue {
            hundredths: hundredths * sign,
        })
    }

    fn text(self) -> String {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let (whole, decimals) = (
            self.hundredths.unsigned_abs() / HUNDRED.unsigned_abs(),
            self.hundredths.unsigned_abs() % HUNDRED.unsigned_abs(),
        );
        format!("{sign}{whole}.{decimals:02}")
    }
}

impl<'de> Deserialize<'de> for DiscountValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DiscountValue, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = DiscountValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(DiscountValue::EXPECTED)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<DiscountValue, E> {
                DiscountValue::parse(&number.to_string())
                    .ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<DiscountValue, E> {
                DiscountValue::parse(&number.to_string())
                    .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<DiscountValue, E> {
                // A number's shortest text is what was sent: no arithmetic is done on a float.
                DiscountValue::parse(&number.to_string())
                    .ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
            }
        }

        deserializer.deserialize_f64(Number)
    }
}

impl Serialize for DiscountValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.hundredths % HUNDRED == 0 {
            return serializer.serialize_i64(self.hundredths / HUNDRED);
        }
        let number: f64 = self.text().parse().map_err(serde::ser::Error::custom)?;
        serializer.serialize_f64(number)
    }
}

impl utoipa::PartialSchema for DiscountValue {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some(
                "Rupiah for an amount; percent with at most two decimals for a share.",
            ))
            .examples([serde_json::json!(25_000), serde_json::json!(12.5)])
            .into()
    }
}

impl utoipa::ToSchema for DiscountValue {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> Option<DiscountValue> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn ten_is_ten_percent_and_twelve_and_a_half_is_1250_basis_points() {
        let percent = |json| read(json).and_then(|it| it.stored(Some(DiscountType::Percent)));
        assert_eq!(percent("10"), Some(1_000));
        assert_eq!(percent("12.5"), Some(1_250));
        assert_eq!(percent("0.01"), Some(1));
        assert_eq!(percent("33.33"), Some(3_333));
        assert_eq!(percent("100.0"), Some(10_000));
        assert_eq!(percent("-0.5"), Some(-50), "the rules refuse it, not the reading");
    }

    #[test]
    fn a_third_decimal_is_refused_and_never_rounded() {
        for json in [
            "12.345",
            "0.001",
            "1e300",
            "9223372036854775807",
            "\"10\"",
            "null",
            "true",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn there_is_no_half_rupiah() {
        let half = read("10.5").unwrap();
        assert_eq!(half.stored(Some(DiscountType::Amount)), None);
        assert_eq!(
            read("25000").unwrap().stored(Some(DiscountType::Amount)),
            Some(25_000)
        );
    }

    proptest! {
        #[test]
        fn every_share_is_read_back_as_written(basis_points in 0..=10_000_i64) {
            let value = DiscountValue::of(Some(DiscountType::Percent), basis_points);
            let back = read(&serde_json::to_string(&value).unwrap()).unwrap();
            prop_assert_eq!(back.stored(Some(DiscountType::Percent)), Some(basis_points));
        }
    }
}
