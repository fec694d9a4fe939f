//! The day of the month on which a line's period begins: 1 to 28, so that every month has it (failure M3: months were
//! skipped or doubled around the 31st).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the month that every month has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct BillingDay(i8);

/// A day that is no billing day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the billing day is {0}; use 1 to 28, days that every month has")]
pub struct BillingDayError(
    /// The number that was given.
    pub i64,
);

impl BillingDayError {
    /// The stable code of this error.
    pub const CODE: &'static str = "billing_day";
}

impl BillingDay {
    /// The last one of a month.
    pub const LATEST: BillingDay = BillingDay(28);

    /// The billing day `day`.
    ///
    /// # Errors
    /// [`BillingDayError`] outside 1 to 28.
    pub fn new(day: i64) -> Result<BillingDay, BillingDayError> {
        match i8::try_from(day) {
            Ok(day @ 1..=28) => Ok(BillingDay(day)),
            _ => Err(BillingDayError(day)),
        }
    }

    /// The day of the month, 1 to 28.
    #[must_use]
    pub const fn get(self) -> i8 {
        self.0
    }
}

impl Default for BillingDay {
    /// The first.
    fn default() -> BillingDay {
        BillingDay(1)
    }
}

impl fmt::Display for BillingDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TryFrom<i64> for BillingDay {
    type Error = BillingDayError;

    fn try_from(day: i64) -> Result<BillingDay, BillingDayError> {
        BillingDay::new(day)
    }
}

impl From<BillingDay> for i64 {
    fn from(day: BillingDay) -> i64 {
        day.0.into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for BillingDay {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .minimum(Some(1))
            .maximum(Some(28))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for BillingDay {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m3_days_that_some_months_lack_are_refused() {
        for day in [i64::MIN, -1, 0, 29, 30, 31, 257, i64::MAX] {
            assert_eq!(BillingDay::new(day), Err(BillingDayError(day)));
        }
        assert_eq!(BillingDay::new(28).unwrap().get(), 28);
        assert!(serde_json::from_str::<BillingDay>("31").is_err());
        assert_eq!(serde_json::from_str::<BillingDay>("5").unwrap(), BillingDay(5));
    }
}
