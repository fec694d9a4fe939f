//! Cron texts: five fields, read in the office's zone.

use std::str::FromStr as _;

use chrono::{DateTime, FixedOffset};
use croner::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::error::{Error, FormCheck, Result};
use crate::schedule::Task;

/// The next `count` times after `from`.
///
/// # Errors
/// `bad_cron` when the text is none.
pub(super) fn next(cron: &str, from: Timestamp, zone: &TimeZone, count: usize) -> Result<Vec<Timestamp>> {
    let cron = parse(cron)?;
    let Some(mut at) = local(from, zone) else {
        return Ok(Vec::new());
    };
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        // A date that never comes, like 30 February, has no next time.
        let Ok(next) = cron.find_next_occurrence(&at, false) else {
            break;
        };
        times.extend(Timestamp::from_millisecond(next.timestamp_millis()));
        at = next;
    }
    Ok(times)
}

/// The last time at or before `now` that comes after `since`: the slot that is due, however many were missed.
///
/// # Errors
/// `bad_cron` when the text is none.
pub(super) fn due(
    cron: &str,
    since: Timestamp,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Option<Timestamp>> {
    let cron = parse(cron)?;
    let Some(at) = local(now, zone) else {
        return Ok(None);
    };
    let Ok(last) = cron.find_previous_occurrence(&at, true) else {
        return Ok(None);
    };
    let last = Timestamp::from_millisecond(last.timestamp_millis()).map_err(Error::fault)?;
    Ok((last > since).then_some(last))
}

fn parse(cron: &str) -> Result<Cron> {
    Cron::from_str(cron).map_err(|error| {
        Error::invalid(
            "bad_cron",
            "Jadwal ditulis lima kolom: menit, jam, tanggal, bulan, hari; contoh 0 6 * * *.",
            "A schedule has five fields: minute, hour, day, month, weekday; for example 0 6 * * *.",
        )
        .caused_by(error)
    })
}

/// The instant on the office's clock. Indonesia's zones keep one offset all year, so the offset of the instant serves for
/// the days around it.
fn local(at: Timestamp, zone: &TimeZone) -> Option<DateTime<FixedOffset>> {
    let offset = FixedOffset::east_opt(zone.to_offset(at).seconds())?;
    // Whole seconds: the parser keeps what is below them, and a slot has nothing there.
    Some(DateTime::from_timestamp(at.as_second(), 0)?.with_timezone(&offset))
}

/// Reads when a task is to run; what is wrong is noted on the form at `field`.
pub(crate) fn read_cron(
    field: &str,
    task: &str,
    value: &Value,
    form: &mut FormCheck,
) -> Option<(String, String)> {
    if task.parse::<Task>().is_err() {
        form.refuse(
            field,
            "unknown_setting",
            format!("Tugas ini tidak dikenal. Yang ada: {}.", Task::WORDS.join(", ")),
            format!("There is no such task. There are: {}.", Task::WORDS.join(", ")),
        );
        return None;
    }
    let text = value.as_str().map(str::trim);
    let five = text.filter(|text| text.split_whitespace().count() == 5);
    match five.map(|text| (text, parse(text))) {
        Some((text, Ok(cron))) if is_too_often(&cron) => {
            form.refuse(
                field,
                "too_often",
                format!(
                    "Jadwal {text} jalan lebih sering dari tiap {SHORTEST_MINUTES} menit. Beri jarak paling sedikit \
                     {SHORTEST_MINUTES} menit, misalnya */{SHORTEST_MINUTES} * * * *."
                ),
                format!(
                    "The schedule {text} runs more often than every {SHORTEST_MINUTES} minutes. Leave at least \
                     {SHORTEST_MINUTES} minutes, for example */{SHORTEST_MINUTES} * * * *."
                ),
            );
            None
        }
        Some((text, Ok(cron))) if never_comes(&cron) => {
            form.refuse(
                field,
                "never",
                format!("Jadwal {text} tidak pernah tiba: tanggal itu tidak ada di bulannya. Periksa tanggal dan bulan."),
                format!("The schedule {text} never comes: its month has no such day. Check day and month."),
            );
            None
        }
        Some((text, Ok(_))) => Some((task.to_owned(), text.to_owned())),
        _ => {
            form.refuse(
                field,
                "bad_cron",
                "Jadwal ditulis lima kolom: menit, jam, tanggal, bulan, hari; contoh 0 6 * * *.",
                "A schedule has five fields: minute, hour, day, month, weekday; for example 0 6 * * *.",
            );
            None
        }
    }
}

/// The least number of minutes between two times of a task: a run over the whole office must have ended, and routers
/// must have their peace, before the next begins.
const SHORTEST_MINUTES: i64 = 5;
/// How many times in a row are looked at: more than a day of the shortest pause.
const LOOKED_AT: usize = 300;

/// Whether the schedule names a day that no year has, like 31 February.
fn never_comes(cron: &Cron) -> bool {
    cron.find_next_occurrence(&DateTime::UNIX_EPOCH, false).is_err()
}

/// Whether two times of the schedule lie closer together than [`SHORTEST_MINUTES`].
fn is_too_often(cron: &Cron) -> bool {
    // Any day will do: a pattern of minutes and hours is the same on every day that it runs on.
    let mut at = DateTime::UNIX_EPOCH;
    for _ in 0..LOOKED_AT {
        let Ok(next) = cron.find_next_occurrence(&at, false) else {
            return false;
        };
        if at != DateTime::UNIX_EPOCH && (next - at).num_minutes() < SHORTEST_MINUTES {
            return true;
        }
        at = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn jakarta() -> TimeZone {
        TimeZone::get("Asia/Jakarta").unwrap()
    }

    #[test]
    fn t1_a_slot_that_was_slept_through_is_due_once() {
        let (since, now) = (at("2026-01-30T23:00:00Z"), at("2026-02-03T03:00:00Z"));
        let slot = due("1 0 * * *", since, now, &jakarta()).unwrap();
        assert_eq!(
            slot,
            Some(at("2026-02-02T17:01:00Z")),
            "the last of the missed ones, 00:01 in Jakarta"
        );
        assert_eq!(
            due("1 0 * * *", slot.unwrap(), now, &jakarta()).unwrap(),
            None,
            "and then no more"
        );
    }

    #[test]
    fn a_schedule_that_never_rests_is_refused() {
        let read = |text: &str| {
            let mut form = FormCheck::new();
            let read = read_cron("cron", "billing:check-overdue", &Value::from(text), &mut form);
            (
                read.is_some(),
                form.finish().err().map(|error| error.fields[0].code),
            )
        };
        for text in ["* * * * *", "*/4 * * * *", "0,1 6 * * *", "59 23 * * *"] {
            let refused = text != "59 23 * * *";
            assert_eq!(read(text), (!refused, refused.then_some("too_often")), "{text}");
        }
        assert_eq!(
            read("58,0 * * * *"),
            (false, Some("too_often")),
            "across the hour too"
        );
        assert_eq!(read("*/5 * * * *"), (true, None));
        assert_eq!(read("0 6 29 2 *"), (true, None), "a leap day comes, if seldom");
        assert_eq!(read("0 6 30 2 *"), (false, Some("never")));
    }

    #[test]
    fn a_time_is_the_offices_and_not_utc() {
        let next = next("0 6 * * *", at("2026-01-31T22:00:00.521Z"), &jakarta(), 2).unwrap();
        assert_eq!(next, [at("2026-01-31T23:00:00Z"), at("2026-02-01T23:00:00Z")]);
    }

    #[test]
    fn a_day_that_never_comes_has_no_next_time_and_a_text_that_is_no_cron_is_refused() {
        assert!(
            next("0 6 30 2 *", at("2026-01-01T00:00:00Z"), &jakarta(), 1)
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            next("every day", at("2026-01-01T00:00:00Z"), &jakarta(), 1)
                .unwrap_err()
                .code,
            "bad_cron"
        );
    }
}
