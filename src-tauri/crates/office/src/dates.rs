//! Dates in words, for documents, messages and explanations.

use billing::{Period, ServiceSpan};
use jiff::civil::Date;

use crate::error::Language;

const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(number: i8, language: Language) -> &'static str {
    let months = match language {
        Language::Indonesian => &MONTHS_ID,
        Language::English => &MONTHS_EN,
    };
    usize::try_from(number - 1)
        .ok()
        .and_then(|index| months.get(index))
        .copied()
        .unwrap_or_default()
}

/// `20 Januari 2026`.
pub(crate) fn date_words(date: Date, language: Language) -> String {
    format!("{} {} {}", date.day(), month(date.month(), language), date.year())
}

/// `1–14 Desember 2026`, `15 November – 14 Desember 2026`: what both days share is said once.
pub(crate) fn span_words(span: ServiceSpan, language: Language) -> String {
    let (from, to) = (span.from(), span.to());
    let until = date_words(to, language);
    if from == to {
        until
    } else if Period::of(from) == Period::of(to) {
        format!("{}–{until}", from.day())
    } else if from.year() == to.year() {
        format!("{} {} – {until}", from.day(), month(from.month(), language))
    } else {
        format!("{} – {until}", date_words(from, language))
    }
}

/// `Januari 2026`.
pub(crate) fn period_words(period: Period, language: Language) -> String {
    format!("{} {}", month(period.month(), language), period.year())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_of_service_are_said_as_short_as_they_are_clear() {
        let said = |from, to| span_words(ServiceSpan::new(from, to).unwrap(), Language::Indonesian);
        assert_eq!(said(date(2026, 12, 1), date(2026, 12, 14)), "1–14 Desember 2026");
        assert_eq!(
            said(date(2026, 11, 15), date(2026, 12, 14)),
            "15 November – 14 Desember 2026"
        );
        assert_eq!(
            said(date(2026, 12, 15), date(2027, 1, 14)),
            "15 Desember 2026 – 14 Januari 2027"
        );
        assert_eq!(said(date(2026, 12, 1), date(2026, 12, 1)), "1 Desember 2026");
    }
}
