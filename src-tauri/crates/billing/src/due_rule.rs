//! When an invoice must be paid. This is the only place that turns an issue date into a due date (failure M8: two code
//! paths, one clamped to the month's end, one overflowed).

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

/// How the due date follows from the issue date; per office, and per customer where one has a word of their own.
///
/// JSON: `{"after_issue": 20}` or `{"day_of_month": 20}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DueRule {
    /// So many days after the day of issue, 0 to 365.
    AfterIssue(u16),
    /// The first such day of a month (1 to 31, clamped to the month's end) that is not before the day of issue.
    DayOfMonth(u8),
}

/// Why a due rule is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DueRuleError {
    /// Not between 0 and 365 days.
    #[error("an invoice is due 0 to 365 days after its issue, not {0}")]
    Days(i64),
    /// Not a day of any month.
    #[error("a month has days 1 to 31, not {0}")]
    Day(i64),
}

impl DueRuleError {
    /// The stable code of this error.
    pub const CODE: &'static str = "due_rule";
}

/// One of the two, with its number. Whatever is refused is refused with [`DueRule::EXPECTED`], which names both ranges.
impl<'de> Deserialize<'de> for DueRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DueRule, D::Error> {
        struct Rule;

        impl<'de> Visitor<'de> for Rule {
            type Value = DueRule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(DueRule::EXPECTED)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DueRule, A::Error> {
                let refused =
                    |why: &dyn fmt::Display| A::Error::custom(format!("{why}; {}", DueRule::EXPECTED));
                let kind = map.next_key::<String>()?;
                let rule = match kind.as_deref() {
                    Some("after_issue") => DueRule::after_issue(map.next_value()?),
                    Some("day_of_month") => DueRule::day_of_month(map.next_value()?),
                    _ => return Err(refused(&"no such rule")),
                };
                if map.next_key::<String>()?.is_some() {
                    return Err(refused(&"two rules at once"));
                }
                rule.map_err(|error| refused(&error))
            }
        }

        deserializer.deserialize_map(Rule)
    }
}

impl Default for DueRule {
    /// Twenty days after issue.
    fn default() -> DueRule {
        DueRule::AfterIssue(20)
    }
}

impl DueRule {
    /// What anything else in a due rule's place is refused with.
    pub const EXPECTED: &'static str =
        "a due rule is after_issue with 0 to 365 days, or day_of_month with a day from 1 to 31";

    /// So many days after issue.
    ///
    /// # Errors
    /// [`DueRuleError::Days`] outside 0 to 365.
    pub fn after_issue(days: i64) -> Result<DueRule, DueRuleError> {
        match u16::try_from(days) {
            Ok(days) if days <= 365 => Ok(DueRule::AfterIssue(days)),
            _ => Err(DueRuleError::Days(days)),
        }
    }

    /// On a day of the month.
    ///
    /// # Errors
    /// [`DueRuleError::Day`] outside 1 to 31.
    pub fn day_of_month(day: i64) -> Result<DueRule, DueRuleError> {
        match u8::try_from(day) {
            Ok(day @ 1..=31) => Ok(DueRule::DayOfMonth(day)),
            _ => Err(DueRuleError::Day(day)),
        }
    }

    /// The last day on which an invoice issued on `issue_date` is paid in time.
    #[must_use]
    pub fn due_date(self, issue_date: Date) -> Date {
        match self {
            DueRule::AfterIssue(days) => issue_date.saturating_add(jiff::Span::new().days(days)),
            DueRule::DayOfMonth(day) => {
                let in_month = clamped(issue_date, day);
                if in_month >= issue_date {
                    in_month
                } else {
                    clamped(
                        issue_date
                            .last_of_month()
                            .saturating_add(jiff::Span::new().days(1)),
                        day,
                    )
                }
            }
        }
    }
}

/// The day of the month of `month`, or the last day of that month where it is shorter.
fn clamped(month: Date, day: u8) -> Date {
    let last = month.last_of_month();
    let offset = i64::from(day.max(1)) - 1;
    month
        .first_of_month()
        .saturating_add(jiff::Span::new().days(offset))
        .min(last)
}

/// Whether a due date has passed: from the day after it.
#[must_use]
pub fn is_past(due_date: Date, today: Date) -> bool {
    today > due_date
}

/// How many days ago the due date was; 0 on it and before it.
#[must_use]
pub fn days_past(due_date: Date, today: Date) -> u32 {
    let days = due_date.duration_until(today).as_hours() / 24;
    u32::try_from(days).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn days_after_issue_are_counted_over_the_months_end() {
        assert_eq!(DueRule::default().due_date(date(2026, 1, 1)), date(2026, 1, 21));
        assert_eq!(
            DueRule::AfterIssue(20).due_date(date(2026, 2, 15)),
            date(2026, 3, 7)
        );
        assert_eq!(
            DueRule::AfterIssue(0).due_date(date(2026, 2, 15)),
            date(2026, 2, 15)
        );
    }

    #[test]
    fn m8_a_day_that_the_month_lacks_is_its_last_day() {
        assert_eq!(
            DueRule::DayOfMonth(31).due_date(date(2026, 2, 1)),
            date(2026, 2, 28)
        );
        assert_eq!(
            DueRule::DayOfMonth(30).due_date(date(2028, 2, 29)),
            date(2028, 2, 29)
        );
        assert_eq!(
            DueRule::DayOfMonth(31).due_date(date(2026, 4, 30)),
            date(2026, 4, 30)
        );
    }

    #[test]
    fn a_day_that_is_over_means_the_next_month() {
        assert_eq!(
            DueRule::DayOfMonth(20).due_date(date(2026, 1, 20)),
            date(2026, 1, 20)
        );
        assert_eq!(
            DueRule::DayOfMonth(20).due_date(date(2026, 1, 21)),
            date(2026, 2, 20)
        );
        assert_eq!(
            DueRule::DayOfMonth(30).due_date(date(2026, 1, 31)),
            date(2026, 2, 28)
        );
        assert_eq!(
            DueRule::DayOfMonth(5).due_date(date(2026, 12, 6)),
            date(2027, 1, 5)
        );
    }

    #[test]
    fn rules_are_written_as_settings_have_them() {
        let rule: DueRule = serde_json::from_str(r#"{"after_issue":20}"#).unwrap();
        assert_eq!(rule, DueRule::AfterIssue(20));
        assert_eq!(
            serde_json::to_string(&DueRule::DayOfMonth(20)).unwrap(),
            r#"{"day_of_month":20}"#
        );
        for bad in [
            r#"{"after_issue":-1}"#,
            r#"{"after_issue":366}"#,
            r#"{"day_of_month":0}"#,
            r#"{"day_of_month":32}"#,
            r#"{"after_issue":20,"day_of_month":20}"#,
            r#"{"after_isue":20}"#,
            "{}",
            "20",
            r#""after_issue""#,
            "[20]",
            "null",
        ] {
            let error = serde_json::from_str::<DueRule>(bad).unwrap_err();
            assert!(
                error.is_data() && error.to_string().contains(DueRule::EXPECTED),
                "{bad} is refused with the ranges: {error}"
            );
        }
        for bad in [
            r#"{"after_issue":"20"}"#,
            r#"{"day_of_month":1.5}"#,
            r#"{"after_issue":1e20}"#,
        ] {
            assert!(serde_json::from_str::<DueRule>(bad).is_err(), "{bad} is refused");
        }
    }

    #[cfg(feature = "openapi")]
    #[test]
    fn the_schema_has_the_two_forms() {
        use utoipa::PartialSchema;
        let schema = serde_json::to_value(DueRule::schema()).unwrap();
        let forms: Vec<&str> = schema["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|form| form["required"][0].as_str().unwrap())
            .collect();
        assert_eq!(forms, ["after_issue", "day_of_month"]);
    }

    #[test]
    fn days_past_are_counted_from_the_day_after() {
        assert_eq!(days_past(date(2026, 1, 21), date(2026, 1, 21)), 0);
        assert_eq!(days_past(date(2026, 1, 21), date(2026, 1, 1)), 0);
        assert_eq!(days_past(date(2026, 1, 21), date(2026, 3, 1)), 39);
    }

    proptest! {
        #[test]
        fn nothing_is_due_before_it_is_issued(offset in 0..5_000_i64, day in 1..=31_u8) {
            let issued = date(2020, 1, 1).saturating_add(jiff::Span::new().days(offset));
            let due = DueRule::DayOfMonth(day).due_date(issued);
            prop_assert!(due >= issued);
            prop_assert!(days_past(issued, due) <= 31, "and within a month");
            prop_assert!(due.day() == i8::try_from(day).unwrap() || due == due.last_of_month());
        }
    }
}
