//! When this office closes lines: its weekdays, holidays and window, as `billing` understands them.

use std::collections::BTreeSet;

use billing::access::{ClosingCalendar, ClosingMoment, ClosingWindow, Weekdays};

use crate::error::Sentence;
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

/// Why nobody is closed at this moment.
pub(super) fn refusal(moment: ClosingMoment) -> Option<Sentence> {
    match moment {
        ClosingMoment::Allowed => None,
        ClosingMoment::NotOnWeekday { .. } => Some(Sentence::new(
            "Hari ini bukan hari penutupan menurut setelan.",
            "By the settings, lines are not closed on this day of the week.",
        )),
        ClosingMoment::Holiday { date } => Some(Sentence::new(
            format!("{date} hari libur; tidak ada saluran yang ditutup."),
            format!("{date} is a holiday; no line is closed."),
        )),
        ClosingMoment::OutsideWindow { from, to } => Some(Sentence::new(
            format!("Di luar jam penutupan ({from} sampai {to})."),
            format!("Outside the hours of closing ({from} to {to})."),
        )),
    }
}
