//! Civil dates and months as offices write them: ISO, day/month/year, and with Indonesian or English month names.

use billing::Period;
use jiff::civil::{Date, date};

/// Why a text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum DateFault {
    /// No day, month and year can be told apart in it.
    Unreadable,
    /// It is written like a date, and the calendar has no such day.
    DoesNotExist,
    /// The calendar has it, and no internet office does.
    OutOfRange,
}

/// Years in which a line can have begun or will be billed; outside, a digit is missing or doubled.
const YEARS: std::ops::RangeInclusive<i16> = 1980..=2100;

/// Days since 1899-12-30 by which spreadsheet programs count (1954 to 2119).
const SERIALS: std::ops::RangeInclusive<i64> = 20_000..=80_000;

/// Reads a date: `2025-01-31`, `31/01/2025`, `31-01-2025`, `31 Januari 2025`, `31 Jan 25`, a time of day behind it
/// ignored. A date with the day in front is day, month, year: Indonesia writes no other order. A bare number of five
/// digits is a date that lost its format in a spreadsheet.
pub(in super::super) fn day(text: &str) -> Result<Date, DateFault> {
    let lower = text.trim().to_lowercase();
    let lower = without_time(&lower);
    let parts = parts(lower);
    let [first, second, third] = match parts.as_slice() {
        [only] => return lone_number(only),
        [a, b, c] => [*a, *b, *c],
        _ => return Err(DateFault::Unreadable),
    };
    let (year, month, day) = if first.len() == 4 && all_digits(first) {
        (first, second, third)
    } else if month_number(first).is_some() && !all_digits(first) {
        (third, first, second)
    } else {
        (third, second, first)
    };
    let month = month_number(month).ok_or(DateFault::Unreadable)?;
    let day = small_number(day).ok_or(DateFault::Unreadable)?;
    existing(year_number(year).ok_or(DateFault::Unreadable)?, month, day)
}

/// Reads a month: `2025-01`, `01/2025`, `Januari 2025`, `Jan 25`.
pub(in super::super) fn month(text: &str) -> Result<Period, DateFault> {
    let lower = text.trim().to_lowercase();
    let parts = parts(&lower);
    let [first, second] = parts.as_slice() else {
        return Err(DateFault::Unreadable);
    };
    let (year, month) = if first.len() == 4 && all_digits(first) {
        (first, second)
    } else {
        (second, first)
    };
    // Two bare two-digit numbers could be anything.
    if year.len() != 4 && all_digits(month) {
        return Err(DateFault::Unreadable);
    }
    let month = month_number(month).ok_or(DateFault::Unreadable)?;
    existing(year_number(year).ok_or(DateFault::Unreadable)?, month, 1).map(Period::of)
}

fn parts(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ','))
        .filter(|part| !part.is_empty())
        .collect()
}

/// The text up to its time of day: exports of databases write `2025-01-31 00:00:00` or `2025-01-31T00:00:00`.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    match text[..colon].rfind(|c: char| c == 't' || c.is_whitespace()) {
        Some(end) => &text[..end],
        None => text,
    }
}

fn lone_number(text: &str) -> Result<Date, DateFault> {
    if !all_digits(text) {
        return Err(DateFault::Unreadable);
    }
    if text.len() == 8 {
        let year = year_number(&text[..4]).ok_or(DateFault::Unreadable)?;
        let month = month_number(&text[4..6]).ok_or(DateFault::Unreadable)?;
        return existing(
            year,
            month,
            small_number(&text[6..]).ok_or(DateFault::Unreadable)?,
        );
    }
    match text.parse::<i64>() {
        Ok(serial) if SERIALS.contains(&serial) => date(1899, 12, 30)
            .checked_add(jiff::Span::new().days(serial))
            .map_err(|_| DateFault::OutOfRange),
        _ => Err(DateFault::Unreadable),
    }
}

fn existing(year: i16, month: i8, day: i8) -> Result<Date, DateFault> {
    let date = Date::new(year, month, day).map_err(|_| DateFault::DoesNotExist)?;
    if YEARS.contains(&year) {
        Ok(date)
    } else {
        Err(DateFault::OutOfRange)
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn small_number(text: &str) -> Option<i8> {
    if all_digits(text) && text.len() <= 2 {
        text.parse().ok()
    } else {
        None
    }
}

fn year_number(text: &str) -> Option<i16> {
    match (all_digits(text), text.len()) {
        (true, 4) => text.parse().ok(),
        (true, 2) => text
            .parse::<i16>()
            .ok()
            .map(|year| if year < 80 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn month_number(text: &str) -> Option<i8> {
    if all_digits(text) {
        return small_number(text);
    }
    let number = match text {
        "jan" | "januari" | "january" => 1,
        "feb" | "peb" | "februari" | "pebruari" | "february" => 2,
        "mar" | "mrt" | "maret" | "march" => 3,
        "apr" | "april" => 4,
        "mei" | "may" => 5,
        "jun" | "juni" | "june" => 6,
        "jul" | "juli" | "july" => 7,
        "agu" | "agt" | "ags" | "agst" | "aug" | "agustus" | "august" => 8,
        "sep" | "sept" | "september" => 9,
        "okt" | "oct" | "oktober" | "october" => 10,
        "nov" | "nop" | "november" | "nopember" => 11,
        "des" | "dec" | "desember" | "december" => 12,
        _ => return None,
    };
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_read_in_every_usual_spelling() {
        for text in [
            "2025-01-31",
            "2025/01/31",
            "31/01/2025",
            "31-01-2025",
            "31.1.2025",
            "31 Januari 2025",
            "31 JAN 25",
            "31-Jan-2025",
            "January 31, 2025",
            "2025-01-31 00:00:00",
            "2025-01-31T08:30:00",
            "31/01/2025 8:30",
            "20250131",
            "45688",
        ] {
            assert_eq!(
                day(text),
                Ok(date(2025, 1, 31)),
                "{text:?} is the last day of January 2025"
            );
        }
    }

    #[test]
    fn a_day_that_the_calendar_does_not_have_is_told_from_a_text_that_is_no_date() {
        for text in [
            "2025-02-30",
            "31/04/2025",
            "29 Feb 2025",
            "01/31/2025",
            "0/1/2025",
            "20251301",
        ] {
            assert_eq!(day(text), Err(DateFault::DoesNotExist), "{text:?}");
        }
        for text in [
            "",
            "kemarin",
            "31 Januari",
            "1/2",
            "31 Jonuari 2025",
            "12345678901",
            "1-2-3",
            "::",
            "t:1",
        ] {
            assert_eq!(day(text), Err(DateFault::Unreadable), "{text:?}");
        }
        assert_eq!(day("31/01/0205"), Err(DateFault::OutOfRange));
        assert_eq!(day("29/02/2024"), Ok(date(2024, 2, 29)));
    }

    #[test]
    fn a_month_is_read_in_every_usual_spelling() {
        for text in ["2025-01", "01/2025", "1-2025", "Januari 2025", "Jan 25", "jan-25"] {
            assert_eq!(
                month(text),
                Ok(Period::of(date(2025, 1, 1))),
                "{text:?} is January 2025"
            );
        }
        for text in ["01-25", "2025", "Budi 2025", "13/2025"] {
            assert!(month(text).is_err(), "{text:?} is no month");
        }
    }

    proptest! {
        #[test]
        fn every_day_survives_being_written(year in 1980_i16..=2100, month in 1_i8..=12, day_of_month in 1_i8..=28) {
            let expected = date(year, month, day_of_month);
            prop_assert_eq!(day(&expected.to_string()), Ok(expected));
            prop_assert_eq!(day(&format!("{day_of_month}/{month}/{year}")), Ok(expected));
        }

        #[test]
        fn no_text_makes_the_calendar_panic(text in "\\PC*") {
            let _ = day(&text);
            let _ = month(&text);
        }
    }
}
