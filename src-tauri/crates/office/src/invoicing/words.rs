//! What an invoice says in words: the descriptions of its lines. Service is named by its month where it lies in that month,
//! and by its days where it does not: with billing day 15 the period `2026-11` reaches into December.

use billing::{ChargeKind, DraftLine, PartReason, Period};
use store::charges::Charge;

use crate::dates::{date_words, period_words, span_words};
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
    let is_part = line.reasons.contains(&PartReason::PackageChanged);
    let by_days = line.span.filter(|span| {
        let is_month = |day| Period::of(day) == period;
        is_part || !is_month(span.from()) || !is_month(span.to())
    });
    let served = by_days.map_or_else(
        || period_words(period, language),
        |span| span_words(span, language),
    );
    let what = match line.kind {
        ChargeKind::Proration if is_part => format!("Internet {package}, {served}"),
        ChargeKind::Subscription => format!("Internet {package}, {served}"),
        ChargeKind::Proration => format!(
            "Internet {package}, {} {served}",
            if id { "prorata" } else { "prorated" }
        ),
        kind => further(kind, language).to_owned(),
    };
    let notes: Vec<String> = line
        .reasons
        .iter()
        // Days that are said need no further word about where they begin and end.
        .filter(|reason| {
            let is_said = matches!(
                reason,
                PartReason::Joined { .. } | PartReason::Reopened { .. } | PartReason::Ends { .. }
            );
            by_days.is_none() || !is_said
        })
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

/// What the invoice shows of a charge: besides the service, which says it itself, whose it is where that is not the payer.
pub(crate) fn shown(charge: &Charge, payer: i64, name: Option<&str>) -> String {
    let is_told = charge.kind.covers_service() || charge.customer_id == payer;
    match name.filter(|_| !is_told) {
        Some(name) => format!("{} – {name}", charge.description),
        None => charge.description.clone(),
    }
}

/// What an invoice calls a charge for which nobody has given words.
pub(super) const fn further(kind: ChargeKind, language: Language) -> &'static str {
    let (id, en) = match kind {
        ChargeKind::Installation => ("Pemasangan", "Installation"),
        ChargeKind::AddOn => ("Tambahan", "Add-on"),
        ChargeKind::LateFee => ("Denda keterlambatan", "Late fee"),
        ChargeKind::Reconnection => ("Biaya sambung kembali", "Reconnection"),
        ChargeKind::Deposit => ("Uang jaminan", "Deposit"),
        ChargeKind::Instalment => ("Cicilan", "Instalment"),
        ChargeKind::Correction => ("Koreksi", "Correction"),
        ChargeKind::OpeningDebt => ("Tunggakan sebelumnya", "Earlier debt"),
        ChargeKind::Difference => ("Selisih naik paket", "Upgrade difference"),
        ChargeKind::Subscription | ChargeKind::Proration => ("Internet", "Internet"),
    };
    match language {
        Language::Indonesian => id,
        Language::English => en,
    }
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
        PartReason::Joined { on } | PartReason::Reopened { on } => Some(if id {
            format!("mulai {}", day(*on))
        } else {
            format!("from {}", day(*on))
        }),
        PartReason::FirstMonthFull { .. } | PartReason::PackageChanged => None,
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
        PartReason::Ends { on } | PartReason::ChargedAfter { until: on } => Some(if id {
            format!("sampai {}", day(*on))
        } else {
            format!("until {}", day(*on))
        }),
    }
}
