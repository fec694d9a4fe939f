//! Dates in words, for documents, messages and explanations.

use billing::Period;
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

/// `Januari 2026`.
pub(crate) fn period_words(period: Period, language: Language) -> String {
    format!("{} {}", month(period.month(), language), period.year())
}
