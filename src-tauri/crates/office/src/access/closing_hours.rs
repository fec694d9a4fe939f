//! When this office closes lines: its weekdays, holidays and window, as `billing` understands them, and what is said to
//! whoever wants to close at another time.

use std::collections::BTreeSet;

use billing::access::{ClosingCalendar, ClosingMoment, ClosingWindow, Weekdays};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};

use crate::access::words;
use crate::error::{Error, Language, Sentence};
use crate::settings::Settings;

/// The calendar that the settings describe. Values that the settings' own check refuses cannot be there.
pub(crate) fn calendar(settings: &Settings) -> ClosingCalendar {
    let days: Vec<i64> = settings
        .isolation_weekdays
        .iter()
        .map(|day| i64::from(*day))
        .collect();
    let window = settings.isolation_window.as_ref().and_then(|window| {
        Some(ClosingWindow {
            from: window.from.parse().ok()?,
            to: window.to.parse().ok()?,
        })
    });
    ClosingCalendar {
        weekdays: Weekdays::try_from(days).unwrap_or_default(),
        holidays: settings
            .isolation_holidays
            .iter()
            .copied()
            .collect::<BTreeSet<_>>(),
        window,
    }
}

/// How many days ahead the next time of closing is looked for.
const AHEAD: i64 = 366;

/// Why nobody is closed at the office's civil time `at`, and when closing is possible next; `None` when lines are closed.
pub(super) fn refusal(calendar: &ClosingCalendar, at: DateTime) -> Option<Sentence> {
    let date = both(at.date());
    let why = match calendar.may_close_at(at) {
        ClosingMoment::Allowed => return None,
        ClosingMoment::NotOnWeekday { .. } => Sentence::new(
            format!("Menurut setelan, {} bukan hari penutupan.", date.id),
            format!("By the settings, lines are not closed on {}.", date.en),
        ),
        ClosingMoment::Holiday { .. } => Sentence::new(
            format!("{} hari libur; tidak ada jalur yang ditutup.", date.id),
            format!("{} is a holiday; no line is closed.", date.en),
        ),
        ClosingMoment::OutsideWindow { from, to } => {
            let (at, from, to) = (clock(at.time()), clock(from), clock(to));
            Sentence::new(
                format!("Pukul {at} di luar jam penutupan ({from} sampai {to})."),
                format!("{at} is outside the hours of closing ({from} to {to})."),
            )
        }
    };
    let next = match next_moment(calendar, at) {
        Some(next) => {
            let (date, time) = (both(next.date()), clock(next.time()));
            Sentence::new(
                format!("Penutupan berikutnya mulai {} pukul {time}.", date.id),
                format!("Closing is possible next from {} at {time}.", date.en),
            )
        }
        None => Sentence::new(
            "Dalam setahun ke depan tidak ada hari penutupan; periksa setelan isolasi.",
            "There is no day of closing within a year; check the settings of isolation.",
        ),
    };
    Some(Sentence::new(
        format!("{} {}", why.id, next.id),
        format!("{} {}", why.en, next.en),
    ))
}

/// The refusal of a person's word at such a moment. Nothing is closed later on the strength of it: what the list will be
/// on that day nobody has seen, so the plan waits and is approved then.
pub(super) fn not_now(why: Sentence) -> Error {
    Error::conflict("not_closing_now", why.id, why.en)
}

/// The first moment after `at` at which lines are closed.
fn next_moment(calendar: &ClosingCalendar, at: DateTime) -> Option<DateTime> {
    let opens = calendar.window.map(|window| window.from);
    (0..=AHEAD)
        .map(|days| at.date().saturating_add(days.days()))
        .flat_map(|day| {
            let opens = opens.map(|time| day.to_datetime(time));
            [Some(day.to_datetime(Time::midnight())), opens]
        })
        .flatten()
        .find(|moment| *moment > at && calendar.may_close_at(*moment).is_allowed())
}

fn both(date: Date) -> Sentence {
    Sentence::new(
        words::day(date, Language::Indonesian),
        words::day(date, Language::English),
    )
}

/// `06:00`: no office counts seconds.
fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn office(json: &str) -> ClosingCalendar {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_refusal_names_the_reason_and_the_next_time() {
        let office = office(
            r#"{"weekdays":[1,2,3,4,5],"holidays":["2026-03-20"],"window":{"from":"08:00","to":"16:00"}}"#,
        );
        let refused = |at: DateTime| refusal(&office, at).map(|why| why.en);
        let thursday = date(2026, 3, 19);
        assert_eq!(refused(thursday.at(8, 0, 0, 0)), None);
        let early = refused(thursday.at(6, 0, 0, 0)).unwrap();
        assert!(early.starts_with("06:00 is outside"), "{early}");
        assert!(early.ends_with("from 19 March 2026 at 08:00."), "{early}");
        // Friday is a holiday, then comes the weekend.
        for at in [
            thursday.at(16, 0, 0, 0),
            date(2026, 3, 20).at(9, 0, 0, 0),
            date(2026, 3, 22).at(9, 0, 0, 0),
        ] {
            let late = refused(at).unwrap();
            assert!(late.ends_with("from 23 March 2026 at 08:00."), "{late}");
        }
    }

    #[test]
    fn a_window_over_midnight_begins_again_with_the_next_day_of_closing() {
        let office = office(r#"{"weekdays":[1,2],"holidays":[],"window":{"from":"22:00","to":"02:00"}}"#);
        let monday = date(2026, 3, 16);
        assert_eq!(
            next_moment(&office, monday.at(12, 0, 0, 0)),
            Some(monday.at(22, 0, 0, 0))
        );
        assert_eq!(
            next_moment(&office, date(2026, 3, 18).at(1, 0, 0, 0)),
            Some(date(2026, 3, 23).at(0, 0, 0, 0)),
            "the night to Wednesday is Wednesday's"
        );
    }

    #[test]
    fn an_office_that_never_closes_is_told_so() {
        let never = office(r#"{"weekdays":[],"holidays":[]}"#);
        let at = date(2026, 3, 16).to_datetime(time(9, 0, 0, 0));
        assert_eq!(next_moment(&never, at), None);
        assert!(refusal(&never, at).unwrap().id.contains("setelan isolasi"));
    }
}
