//! The reasons of a verdict in plain words, for the screen in the reader's language. The reasons' codes are `billing`'s;
//! only the sentences are made here.

use billing::access::{OverdueInvoice, Reason, ShieldKind};
use billing::{Access, Observed, OverrideVerdict};
use jiff::civil::{Date, DateTime};

use crate::access::facts::Judged;
use crate::error::{Language, Sentence};

/// A date in words.
pub(super) fn day(date: Date, language: Language) -> String {
    crate::dates::date_words(date, language)
}

/// A moment in words, to the minute, in the office's zone.
pub(crate) fn moment(at: &DateTime, language: Language) -> String {
    let date = day(at.date(), language);
    match language {
        Language::Indonesian => format!("{date} pukul {:02}.{:02}", at.hour(), at.minute()),
        Language::English => format!("{date} at {:02}:{:02}", at.hour(), at.minute()),
    }
}

fn both(date: Date) -> (String, String) {
    (day(date, Language::Indonesian), day(date, Language::English))
}

/// One reason as a sentence.
pub(crate) fn reason(reason: &Reason, judged: &Judged) -> Sentence {
    match reason {
        Reason::Terminated { on: Some(on) } => {
            let (id, en) = both(*on);
            Sentence::new(
                format!("Berhenti berlangganan per {id}."),
                format!("The subscription ended on {en}."),
            )
        }
        Reason::Terminated { on: None } => {
            Sentence::new("Sudah berhenti berlangganan.", "The subscription has ended.")
        }
        Reason::NotYetActive => Sentence::new(
            "Langganan belum diaktifkan.",
            "The subscription has not been activated yet.",
        ),
        Reason::Suspended => Sentence::new("Sedang dinonaktifkan oleh kantor.", "Set aside by the office."),
        Reason::Paused {
            from,
            until: Some(until),
        } => {
            let ((from_id, from_en), (until_id, until_en)) = (both(*from), both(*until));
            Sentence::new(
                format!("Sedang cuti dari {from_id} sampai {until_id}."),
                format!("Paused from {from_en} to {until_en}."),
            )
        }
        Reason::Paused { from, until: None } => {
            let (id, en) = both(*from);
            Sentence::new(format!("Sedang cuti sejak {id}."), format!("Paused since {en}."))
        }
        Reason::Override {
            verdict,
            reason,
            until,
        } => overridden(*verdict, reason, *until),
        Reason::Exempt => Sentence::new(
            "Pelanggan ini dikecualikan: tidak pernah ditutup karena tagihan.",
            "This customer is exempt: never closed because of a bill.",
        ),
        Reason::Overdue {
            invoices,
            amount,
            grace_days,
        } => {
            let (id, en) = list(invoices, judged);
            Sentence::new(
                format!("{amount} lewat jatuh tempo melebihi masa tenggang {grace_days} hari: {id}."),
                format!("{amount} is overdue beyond the grace of {grace_days} days: {en}."),
            )
        }
        Reason::Rapel { due, allowed } => Sentence::new(
            format!("Pembayar rapel: {due} tagihan belum dibayar, masih dalam batas {allowed} bulan."),
            format!("Pays several months at once: {due} unpaid, within the agreed {allowed}."),
        ),
        Reason::FewerThanMinimum { invoices, minimum } => {
            let (id, en) = list(invoices, judged);
            Sentence::new(
                format!(
                    "Baru {} tagihan lewat jatuh tempo, batasnya {minimum}: {id}.",
                    invoices.len()
                ),
                format!(
                    "Only {} overdue, the office closes from {minimum}: {en}.",
                    invoices.len()
                ),
            )
        }
        Reason::WithinGrace { invoice, counts_from } => {
            let number = judged.number(invoice.invoice_id);
            let (id, en) = both(*counts_from);
            Sentence::new(
                format!(
                    "{number} lewat jatuh tempo tetapi masih dalam masa tenggang; dapat ditutup mulai {id}."
                ),
                format!("{number} is overdue but within the grace; it can close the line from {en}."),
            )
        }
        Reason::Shielded { invoice, sign, .. } => {
            let number = judged.number(invoice.invoice_id);
            let (id, en) = match sign {
                ShieldKind::Processing => ("pembayarannya sedang diproses", "its payment is being processed"),
                ShieldKind::TransferProof => (
                    "bukti transfernya sudah diserahkan",
                    "a proof of transfer was handed in",
                ),
            };
            Sentence::new(
                format!("{number} menunggu: {id}."),
                format!("{number} waits: {en}."),
            )
        }
        Reason::WithinTolerance { invoice, tolerance } => {
            let number = judged.number(invoice.invoice_id);
            Sentence::new(
                format!(
                    "Kekurangan {} pada {number} masih dalam toleransi {tolerance}.",
                    invoice.remaining
                ),
                format!(
                    "{} short on {number}, within the tolerance of {tolerance}.",
                    invoice.remaining
                ),
            )
        }
        Reason::NothingOverdue => {
            Sentence::new("Tidak ada tagihan yang lewat jatuh tempo.", "Nothing is overdue.")
        }
    }
}

fn overridden(verdict: OverrideVerdict, reason: &str, until: Option<Date>) -> Sentence {
    let (id, en) = match verdict {
        OverrideVerdict::Open => ("Dibuka oleh kantor", "Kept open by the office"),
        OverrideVerdict::Closed => ("Ditutup oleh kantor", "Kept closed by the office"),
    };
    let reason = Sentence::from_held(reason);
    match until.map(both) {
        Some((until_id, until_en)) => Sentence::new(
            format!("{id} sampai {until_id}: {}.", reason.id),
            format!("{en} until {until_en}: {}.", reason.en),
        ),
        None => Sentence::new(format!("{id}: {}.", reason.id), format!("{en}: {}.", reason.en)),
    }
}

/// `INV-202601-00001 (Rp 166.500, lewat 12 hari), …`
fn list(invoices: &[OverdueInvoice], judged: &Judged) -> (String, String) {
    let of = |days_id: bool| {
        let one = |invoice: &OverdueInvoice| {
            let number = judged.number(invoice.invoice_id);
            let days = invoice.days_overdue;
            match days_id {
                true => format!("{number} ({}, lewat {days} hari)", invoice.remaining),
                false => format!("{number} ({}, {days} days late)", invoice.remaining),
            }
        };
        invoices.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    (of(true), of(false))
}

/// The decisive reason as a sentence; what plans, logs and the customer's record keep.
pub(crate) fn decisive(judged: &Judged) -> Sentence {
    judged.verdict.reasons.first().map_or_else(
        || Sentence::new("Tidak ada alasan yang tercatat.", "No reason is recorded."),
        |first| reason(first, judged),
    )
}

/// The whole answer: what the line is, what it should be, why, and where the two differ what that waits for.
pub(super) fn answer(judged: &Judged, observed: Observed, waits: Option<&Sentence>) -> Sentence {
    let why = decisive(judged);
    let (id, en) = match (judged.desired(), observed) {
        (Access::Open, Observed::Open) => ("Jalur terbuka.", "The line is open."),
        (Access::Open, Observed::Closed) => (
            "Jalur masih tertutup di router, padahal seharusnya terbuka.",
            "The router still has the line closed; it should be open.",
        ),
        (Access::Open, Observed::Unknown) => (
            "Jalur seharusnya terbuka; router belum mengatakannya.",
            "The line should be open; the router has not said so yet.",
        ),
        (Access::Closed, Observed::Closed) => ("Jalur tertutup.", "The line is closed."),
        (Access::Closed, Observed::Open) => (
            "Jalur masih terbuka di router, padahal seharusnya tertutup.",
            "The router still has the line open; it should be closed.",
        ),
        (Access::Closed, Observed::Unknown) => (
            "Jalur seharusnya tertutup; router belum mengatakannya.",
            "The line should be closed; the router has not said so yet.",
        ),
    };
    let told = Sentence::new(format!("{id} {}", why.id), format!("{en} {}", why.en));
    match waits.filter(|_| observed.agrees_with(judged.desired()) != Some(true)) {
        Some(waits) => Sentence::new(
            format!("{} {}", told.id, waits.id),
            format!("{} {}", told.en, waits.en),
        ),
        None => told,
    }
}
