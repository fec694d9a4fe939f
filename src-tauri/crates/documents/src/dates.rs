//! Dates as people read them: `20 Desember 2026`, `1–30 Nov 2026`.

use jiff::civil::{Date, DateTime};

use crate::language::Texts;

/// `20 Desember 2026`.
pub(crate) fn long(date: Date, texts: &Texts) -> String {
    format!("{} {} {}", date.day(), month(&texts.months, date), date.year())
}

/// `20 Des 2026`.
pub(crate) fn short(date: Date, texts: &Texts) -> String {
    format!(
        "{} {} {}",
        date.day(),
        month(&texts.months_short, date),
        date.year()
    )
}

/// `20 Des 2026 14.05`; the hour is written with a dot, as Indonesian spelling has it.
pub(crate) fn minute(time: DateTime, texts: &Texts) -> String {
    format!(
        "{} {:02}.{:02}",
        short(time.date(), texts),
        time.hour(),
        time.minute()
    )
}

/// The span without repeating what both ends share: `1–30 Nov 2026`, `16 Nov–15 Des 2026`.
pub(crate) fn span(from: Date, to: Date, texts: &Texts) -> String {
    let end = short(to, texts);
    if from == to {
        end
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}–{end}", from.day())
    } else if from.year() == to.year() {
        format!("{} {}–{end}", from.day(), month(&texts.months_short, from))
    } else {
        format!("{}–{end}", short(from, texts))
    }
}

fn month<'a>(names: &[&'a str; 12], date: Date) -> &'a str {
    usize::try_from(date.month() - 1)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Language;

    #[test]
    fn a_span_says_nothing_twice() {
        let texts = Language::Indonesian.texts();
        let cases = [
            ((2026, 11, 1), (2026, 11, 30), "1–30 Nov 2026"),
            ((2026, 11, 16), (2026, 12, 15), "16 Nov–15 Des 2026"),
            ((2026, 12, 16), (2027, 1, 15), "16 Des 2026–15 Jan 2027"),
            ((2026, 5, 9), (2026, 5, 9), "9 Mei 2026"),
        ];
        for (from, to, expected) in cases {
            let span = span(date(from.0, from.1, from.2), date(to.0, to.1, to.2), texts);
            assert_eq!(span, expected);
        }
    }

    #[test]
    fn times_are_written_with_a_dot() {
        let texts = Language::Indonesian.texts();
        assert_eq!(
            minute(date(2026, 8, 3).at(7, 5, 59, 0), texts),
            "3 Agu 2026 07.05"
        );
        assert_eq!(long(date(2026, 8, 3), texts), "3 Agustus 2026");
    }
}
