//! When an open line may be closed: on chosen weekdays, not on holidays, within a window of the day. It says nothing
//! about whether a line should be closed, and it never opens one: a line that is closed already stays closed outside
//! these hours, and a payer is opened at any hour.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};

/// The office's settings for when lines are closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingCalendar {
    /// The days of the week on which lines are closed.
    pub weekdays: Weekdays,
    /// Days on which none is.
    pub holidays: BTreeSet<Date>,
    /// The part of the day; the whole day where there is none.
    pub window: Option<ClosingWindow>,
}

/// A set of weekdays; JSON has them as numbers, 1 for Monday to 7 for Sunday. All of them by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<i64>", into = "Vec<i64>")]
pub struct Weekdays(u8);

/// A number that is no weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no weekday; use 1 for Monday to 7 for Sunday")]
pub struct WeekdaysError(
    /// The number that was given.
    pub i64,
);

impl WeekdaysError {
    /// The stable code of this error.
    pub const CODE: &'static str = "weekday";
}

/// A part of the day, from `from` until just before `to`. It may run over midnight (`22:00` to `02:00`); two equal times
/// are the whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingWindow {
    /// The first moment.
    pub from: Time,
    /// The first moment that is outside again.
    pub to: Time,
}

/// Whether an open line may be closed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ClosingMoment {
    /// It may.
    Allowed,
    /// Not on this day of the week.
    NotOnWeekday {
        /// 1 for Monday to 7 for Sunday.
        weekday: i8,
    },
    /// Not on a holiday.
    Holiday {
        /// The day.
        date: Date,
    },
    /// Not at this time of day.
    OutsideWindow {
        /// When the window opens.
        from: Time,
        /// When it closes.
        to: Time,
    },
}

impl ClosingMoment {
    /// Whether it may.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, ClosingMoment::Allowed)
    }
}

impl ClosingCalendar {
    /// Whether lines may be closed at any time of the civil day `day`; for the plan that is shown the day before.
    #[must_use]
    pub fn on_day(&self, day: Date) -> ClosingMoment {
        if !self.weekdays.contains(day.weekday()) {
            ClosingMoment::NotOnWeekday {
                weekday: day.weekday().to_monday_one_offset(),
            }
        } else if self.holidays.contains(&day) {
            ClosingMoment::Holiday { date: day }
        } else {
            ClosingMoment::Allowed
        }
    }

    /// Whether an open line may be closed at the office's civil time `at`. A window that runs over midnight belongs to the
    /// calendar day of each of its two parts.
    #[must_use]
    pub fn may_close_at(&self, at: DateTime) -> ClosingMoment {
        match (self.on_day(at.date()), self.window) {
            (ClosingMoment::Allowed, Some(window)) if !window.contains(at.time()) => {
                ClosingMoment::OutsideWindow {
                    from: window.from,
                    to: window.to,
                }
            }
            (moment, _) => moment,
        }
    }
}

impl ClosingWindow {
    /// Whether `time` lies within it.
    #[must_use]
    pub fn contains(self, time: Time) -> bool {
        if self.from < self.to {
            self.from <= time && time < self.to
        } else {
            self.from == self.to || self.from <= time || time < self.to
        }
    }
}

impl Weekdays {
    /// Every day of the week.
    pub const ALL: Weekdays = Weekdays(0b111_1111);

    /// Whether `weekday` is one of them.
    #[must_use]
    pub fn contains(self, weekday: Weekday) -> bool {
        self.0 & (1 << weekday.to_monday_zero_offset()) != 0
    }
}

impl Default for Weekdays {
    fn default() -> Weekdays {
        Weekdays::ALL
    }
}

impl TryFrom<Vec<i64>> for Weekdays {
    type Error = WeekdaysError;

    fn try_from(days: Vec<i64>) -> Result<Weekdays, WeekdaysError> {
        days.into_iter()
            .try_fold(0, |set, day| match day {
                1..=7 => Ok(set | 1 << (day - 1)),
                _ => Err(WeekdaysError(day)),
            })
            .map(Weekdays)
    }
}

impl From<Weekdays> for Vec<i64> {
    fn from(days: Weekdays) -> Vec<i64> {
        (1..=7).filter(|day| days.0 & (1 << (day - 1)) != 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn calendar(json: &str) -> ClosingCalendar {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn by_default_lines_are_closed_at_any_time() {
        let at = date(2026, 2, 1).at(3, 0, 0, 0);
        assert_eq!(
            ClosingCalendar::default().may_close_at(at),
            ClosingMoment::Allowed
        );
    }

    #[test]
    fn nobody_is_closed_on_other_days_holidays_or_at_night() {
        let office = calendar(
            r#"{"weekdays":[1,2,3,4],"holidays":["2026-03-19"],"window":{"from":"08:00","to":"16:00"}}"#,
        );
        let monday = date(2026, 2, 2);
        let at = |day: Date, hour| office.may_close_at(day.at(hour, 0, 0, 0));
        assert!(at(monday, 8).is_allowed());
        assert!(at(monday, 15).is_allowed());
        let outside = ClosingMoment::OutsideWindow {
            from: time(8, 0, 0, 0),
            to: time(16, 0, 0, 0),
        };
        assert_eq!((at(monday, 7), at(monday, 16)), (outside, outside));
        assert_eq!(
            at(date(2026, 2, 6), 9),
            ClosingMoment::NotOnWeekday { weekday: 5 }
        );
        assert_eq!(
            at(date(2026, 3, 19), 9),
            ClosingMoment::Holiday {
                date: date(2026, 3, 19)
            }
        );
        assert!(office.on_day(monday).is_allowed());
    }

    #[test]
    fn a_window_may_run_over_midnight() {
        let night = ClosingWindow {
            from: time(22, 0, 0, 0),
            to: time(2, 0, 0, 0),
        };
        let within = |hour| night.contains(time(hour, 0, 0, 0));
        assert_eq!(
            [21, 22, 23, 0, 1, 2, 12].map(within),
            [false, true, true, true, true, false, false]
        );
        let whole = ClosingWindow {
            from: time(6, 0, 0, 0),
            to: time(6, 0, 0, 0),
        };
        assert!(whole.contains(time(5, 0, 0, 0)) && whole.contains(time(6, 0, 0, 0)));
    }

    #[test]
    fn weekdays_are_numbers_from_monday() {
        assert_eq!(serde_json::to_string(&Weekdays::ALL).unwrap(), "[1,2,3,4,5,6,7]");
        let days: Weekdays = serde_json::from_str("[7,1,1]").unwrap();
        assert_eq!(serde_json::to_string(&days).unwrap(), "[1,7]");
        assert!(days.contains(Weekday::Sunday) && !days.contains(Weekday::Saturday));
        for bad in ["[0]", "[8]", "[-1]", "\"monday\""] {
            assert!(serde_json::from_str::<Weekdays>(bad).is_err(), "{bad} is refused");
        }
        let none: Weekdays = serde_json::from_str("[]").unwrap();
        assert!(
            !none.contains(Weekday::Monday),
            "an office that closes on no day closes nobody"
        );
    }
}
