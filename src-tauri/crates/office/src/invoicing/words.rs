//! What an invoice says in words: the descriptions of its lines.

use billing::{ChargeKind, DraftLine, PartReason, Period};

use crate::dates::{date_words, period_words};
use crate::error::Language;

/// What the invoice says of a line.
pub(super) fn description(
    line: &DraftLine,
    package: &str,
    period: Period,
    whose: Option<&str>,
    language: Language,
) -> String {
    let id = language == Language::Indonesian;
    let what = match line.kind {
        ChargeKind::Subscription => {
            format!("Internet {package}, {}", period_words(period, language))
        }
        ChargeKind::Proration => {
            format!(
                "Internet {package}, {} {}",
                if id { "prorata" } else { "prorated" },
                period_words(period, language)
            )
        }
        ChargeKind::Installation => (if id { "Pemasangan" } else { "Installation" }).to_owned(),
        ChargeKind::AddOn => (if id { "Tambahan" } else { "Add-on" }).to_owned(),
        ChargeKind::LateFee => (if id { "Denda keterlambatan" } else { "Late fee" }).to_owned(),
        ChargeKind::Reconnection => (if id {
            "Biaya sambung kembali"
        } else {
            "Reconnection"
        })
        .to_owned(),
        ChargeKind::Deposit => (if id { "Uang jaminan" } else { "Deposit" }).to_owned(),
        ChargeKind::Instalment => (if id { "Cicilan" } else { "Instalment" }).to_owned(),
        ChargeKind::Correction => (if id { "Koreksi" } else { "Correction" }).to_owned(),
        ChargeKind::OpeningDebt => (if id {
            "Tunggakan sebelumnya"
        } else {
            "Earlier debt"
        })
        .to_owned(),
        ChargeKind::Difference => (if id {
            "Selisih naik paket"
        } else {
            "Upgrade difference"
        })
        .to_owned(),
    };
    let notes: Vec<String> = line
        .reasons
        .iter()
        .filter_map(|reason| note(reason, language))
        .collect();
    let mut text = what;
    if !notes.is_empty() {
        text = format!("{text} ({})", notes.join("; "));
    }
    if let Some(name) = whose {
        text = format!("{text} – {name}");
    }
    text
}

/// What the invoice says of a shortfall that it carries on.
pub(super) fn shortfall_of(number: &str, language: Language) -> String {
    match language {
        Language::Indonesian => format!("Kekurangan tagihan {number}"),
        Language::English => format!("Short on invoice {number}"),
    }
}

fn note(reason: &PartReason, language: Language) -> Option<String> {
    let id = language == Language::Indonesian;
    let day = |on| date_words(on, language);
    match reason {
        PartReason::Joined { on } => Some(if id {
            format!("mulai {}", day(*on))
        } else {
            format!("from {}", day(*on))
        }),
        PartReason::FirstMonthFull { .. } => None,
        PartReason::Bridge { charged_until } => Some(if id {
            format!("sudah ditagih sampai {}", day(*charged_until))
        } else {
            format!("billed until {}", day(*charged_until))
        }),
        PartReason::Paused { days } => Some(if id {
            format!("cuti {days} hari")
        } else {
            format!("{days} days set aside")
        }),
        PartReason::Ends { on } => Some(if id {
            format!("sampai {}", day(*on))
        } else {
            format!("until {}", day(*on))
        }),
    }
}
