//! A billed month, written `YYYY-MM`. It is a name for a month of service, not an instant: no zone can move it (failure
//! M2: a guard that compared UTC dates let one month be billed twice east of Greenwich).

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text_enum::FromText;
use crate::{BillingDay, ServiceSpan};

/// A month of the calendar, ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: i16,
    month: i8,
}

/// Why a text or a pair of numbers is no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not a month; write it as YYYY-MM, for example 2026-01")]
pub struct PeriodError {
    /// What was given, shortened when it is long.
    pub given: String,
}

impl PeriodError {
    /// The stable code of this error.
    pub const CODE: &'static str = "period";
}

impl Period {
    /// The month `month` (1 to 12) of `year` (1 to 9999).
    ///
    /// # Errors
    /// [`PeriodError`] outside those bounds.
    pub fn new(year: i64, month: i64) -> Result<Period, PeriodError> {
        let refused = || PeriodError {
            given: format!("{year}-{month}"),
        };
        let year = i16::try_from(year)
            .ok()
            .filter(|year| (1..=9999).contains(year))
            .ok_or_else(refused)?;
        let month = i8::try_from(month)
            .ok()
            .filter(|month| (1..=12).contains(month))
            .ok_or_else(refused)?;
        Ok(Period { year, month })
    }

    /// The month in which `day` lies.
    #[must_use]
    pub fn of(day: Date) -> Period {
        Period {
            year: day.year(),
            month: day.month(),
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> i8 {
        self.month
    }

    /// The month after. The last month of the calendar is its own successor.
    #[must_use]
    pub const fn next(self) -> Period {
        match self {
            Period {
                year: 9999,
                month: 12,
            } => self,
            Period { year, month: 12 } => Period {
                year: year + 1,
                month: 1,
            },
            Period { year, month } => Period {
                year,
                month: month + 1,
            },
        }
    }

    /// The month before. The first month of the calendar is its own predecessor.
    #[must_use]
    pub const fn previous(self) -> Period {
        match self {
            Period {
                year: -9999,
                month: 1,
            } => self,
            Period { year, month: 1 } => Period {
                year: year - 1,
                month: 12,
            },
            Period { year, month } => Period {
                year,
                month: month - 1,
            },
        }
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> Date {
        // Every constructor keeps year and month within the calendar, so this date exists.
        date(self.year, self.month, 1)
    }

    /// Its last day, 28th to 31st.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// How many days it has, 28 to 31.
    #[must_use]
    pub fn days(self) -> u32 {
        self.first_day().days_in_month().unsigned_abs().into()
    }

    /// Whether `day` lies in it.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        Period::of(day) == self
    }

    /// The billing day within it. It exists in every month, since a billing day is at most the 28th.
    #[must_use]
    pub const fn on(self, day: BillingDay) -> Date {
        date(self.year, self.month, day.get())
    }

    /// The days of service that this period names for a line with this billing day: from the billing day of the month to
    /// the day before the next month's billing day. With billing day 1 that is the month itself; with billing day 10
    /// `2026-01` is 10 January to 9 February.
    #[must_use]
    pub fn service_span(self, day: BillingDay) -> ServiceSpan {
        let to = self
            .next()
            .on(day)
            .yesterday()
            .unwrap_or_else(|_| self.last_day());
        ServiceSpan::between(self.on(day), to)
    }

    /// The period whose days of service include `on`, for a line with this billing day.
    #[must_use]
    pub fn serving(on: Date, day: BillingDay) -> Period {
        let month = Period::of(on);
        if on >= month.on(day) {
            month
        } else {
            month.previous()
        }
    }

    /// The billing day by which these days, billed for this period, were cut: `now` where that has their first or their last day
    /// as its own, since most lines never change it; otherwise one that does. `None` when they are of no such period.
    #[must_use]
    pub fn cut_by(self, now: BillingDay, days: ServiceSpan) -> Option<BillingDay> {
        let span = |day: BillingDay| self.service_span(day);
        let has = |day: &BillingDay| span(*day).intersection(days) == Some(days);
        let any = || (1..=28).filter_map(|day| BillingDay::new(day).ok()).filter(has);
        let begins = |day: &BillingDay| span(*day).from() == days.from();
        let ends = |day: &BillingDay| span(*day).to() == days.to();
        // A first day may be that on which the line joined, so the last one says more.
        let present = || Some(now).filter(has);
        present()
            .filter(|day| begins(day) || ends(day))
            .or_else(|| any().find(ends))
            .or_else(present)
            .or_else(|| any().find(begins))
            .or_else(|| any().next())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year, self.month))
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    /// Reads `YYYY-MM` and nothing else: a slip such as `2026-1` or `01-2026` is better asked about than guessed.
    fn from_str(text: &str) -> Result<Period, PeriodError> {
        let refused = || PeriodError {
            given: text.chars().take(40).collect(),
        };
        let (year, month) = text.split_once('-').ok_or_else(refused)?;
        let digits =
            |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(refused());
        }
        let (year, month) = (
            year.parse().map_err(|_| refused())?,
            month.parse().map_err(|_| refused())?,
        );
        Period::new(year, month).map_err(|_| refused())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        FromText::deserialize(deserializer)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Period {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(r"^\d{4}-(0[1-9]|1[0-2])$"))
            .examples(["2026-01"])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Period {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn periods_are_written_as_year_and_month() {
        assert_eq!(period("2026-01").to_string(), "2026-01");
        assert_eq!(serde_json::to_string(&period("2026-12")).unwrap(), "\"2026-12\"");
        for bad in [
            "2026-1",
            "2026-13",
            "2026-00",
            "01-2026",
            "2026/01",
            "202601",
            "2026-01-01",
            "-026-01",
            "",
            "0000-01",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad:?} is no month");
        }
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        assert_eq!(period("2026-12").next(), period("2027-01"));
        assert_eq!(period("2026-01").previous(), period("2025-12"));
        assert_eq!(period("2028-02").days(), 29);
        assert_eq!(period("2026-02").last_day(), date(2026, 2, 28));
        assert!(period("2025-12") < period("2026-01"));
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        let last = Period::of(Date::MAX);
        assert_eq!(last.next(), last);
        let first = Period::of(Date::MIN);
        assert_eq!(first.previous(), first);
        let _ = last.service_span(BillingDay::default());
        let _ = Period::serving(Date::MIN, BillingDay::new(28).unwrap());
    }

    #[test]
    fn a_period_serves_from_billing_day_to_billing_day() {
        let tenth = BillingDay::new(10).unwrap();
        let span = period("2026-01").service_span(tenth);
        assert_eq!((span.from(), span.to()), (date(2026, 1, 10), date(2026, 2, 9)));
        assert_eq!(Period::serving(date(2026, 2, 9), tenth), period("2026-01"));
        assert_eq!(Period::serving(date(2026, 2, 10), tenth), period("2026-02"));
    }

    #[test]
    fn the_days_of_a_bill_say_by_which_billing_day_they_were_cut() {
        let january = period("2026-01");
        let day = |day| BillingDay::new(day).unwrap();
        let cut = |now, from, to| {
            let days = ServiceSpan::new(from, to).unwrap();
            january.cut_by(day(now), days).map(BillingDay::get)
        };
        let (first, last) = (date(2026, 1, 1), date(2026, 1, 31));
        assert_eq!(cut(1, first, last), Some(1));
        assert_eq!(cut(15, first, last), Some(1), "it was changed since");
        assert_eq!(cut(1, date(2026, 1, 15), date(2026, 2, 14)), Some(15));
        assert_eq!(
            cut(5, date(2026, 1, 10), last),
            Some(1),
            "a part that ends with the month"
        );
        assert_eq!(
            cut(5, date(2026, 1, 10), date(2026, 1, 20)),
            Some(5),
            "a part that says nothing"
        );
        assert_eq!(cut(5, first, date(2026, 1, 20)), Some(1));
        assert_eq!(cut(5, date(2025, 12, 1), last), None, "longer than any period");
    }

    proptest! {
        #[test]
        fn the_whole_of_a_period_says_its_billing_day(months in 0..1_200_u32, day in 1..=28_i64, now in 1..=28_i64) {
            let it = (0..months).fold(period("2000-01"), |it, _| it.next());
            let (day, now) = (BillingDay::new(day).unwrap(), BillingDay::new(now).unwrap());
            prop_assert_eq!(it.cut_by(now, it.service_span(day)), Some(day));
        }

        #[test]
        fn spans_of_neighbouring_periods_touch_and_never_overlap(months in 0..1_200_u32, day in 1..=28_i64) {
            let day = BillingDay::new(day).unwrap();
            let mut it = period("1990-01");
            for _ in 0..months {
                it = it.next();
            }
            prop_assert_eq!(it.service_span(day).to().tomorrow().unwrap(), it.next().service_span(day).from());
            prop_assert_eq!(it.next().previous(), it);
            for on in [it.service_span(day).from(), it.service_span(day).to()] {
                prop_assert_eq!(Period::serving(on, day), it);
            }
        }
    }
}
