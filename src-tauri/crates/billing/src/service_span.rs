//! A run of days of service, both ends included. Whatever is prorated is prorated by counting the days of such spans.

use jiff::civil::Date;
use serde::Serialize;

/// At least one day: `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ServiceSpan {
    from: Date,
    to: Date,
}

impl ServiceSpan {
    /// The days `from` to `to`, or `None` when `to` is before `from`.
    #[must_use]
    pub fn new(from: Date, to: Date) -> Option<ServiceSpan> {
        (from <= to).then_some(ServiceSpan { from, to })
    }

    /// The days between two dates, in whichever order they are given.
    pub(crate) fn between(one: Date, other: Date) -> ServiceSpan {
        ServiceSpan {
            from: one.min(other),
            to: one.max(other),
        }
    }

    /// The first day.
    #[must_use]
    pub const fn from(self) -> Date {
        self.from
    }

    /// The last day.
    #[must_use]
    pub const fn to(self) -> Date {
        self.to
    }

    /// How many days it has, both ends counted; at least 1.
    #[must_use]
    pub fn days(self) -> u32 {
        let between = self.from.duration_until(self.to).as_hours() / 24;
        // The calendar has fewer than eight million days, and `from` is never after `to`.
        u32::try_from(between).unwrap_or(0) + 1
    }

    /// Whether `day` is one of them.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// The days that both have.
    #[must_use]
    pub fn intersection(self, other: ServiceSpan) -> Option<ServiceSpan> {
        ServiceSpan::new(self.from.max(other.from), self.to.min(other.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn both_ends_are_counted() {
        let january = ServiceSpan::new(date(2026, 1, 1), date(2026, 1, 31)).unwrap();
        assert_eq!(january.days(), 31);
        assert_eq!(
            ServiceSpan::new(date(2026, 1, 1), date(2026, 1, 1)).map(ServiceSpan::days),
            Some(1)
        );
        assert_eq!(ServiceSpan::new(date(2026, 1, 2), date(2026, 1, 1)), None);
        let cuti = ServiceSpan::new(date(2026, 1, 20), date(2026, 3, 1)).unwrap();
        assert_eq!(january.intersection(cuti).map(ServiceSpan::days), Some(12));
        assert_eq!(
            cuti.intersection(ServiceSpan::new(date(2026, 4, 1), date(2026, 4, 2)).unwrap()),
            None
        );
    }
}
