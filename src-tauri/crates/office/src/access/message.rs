//! Why a line is as it is, for the customer: plain Indonesian, no codes, what to do. It says only what the router was seen
//! to say: what the office wants and the router has not confirmed is told as what is to come.

use billing::access::Reason;
use billing::{Access, CustomerStatus, Observed, Rupiah};
use jiff::civil::Date;
use store::invoices::Unpaid;

use crate::access::change::Stands;
use crate::access::facts::Judged;
use crate::access::words::day;
use crate::error::Language;

/// What is known of the line itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// What the router was last seen to say.
    pub observed: Observed,
    /// The change that it has not confirmed.
    pub change: Option<Stands>,
}

/// The message.
pub(super) fn message(judged: &Judged, line: Line, office: &str) -> String {
    let details = &judged.customer.details;
    let greeting = format!("Halo {} ({}),", details.name, details.customer_no);
    let body = match judged.desired() {
        Access::Open => open(judged, line),
        Access::Closed => closed(judged, line),
    };
    let signature = if office.is_empty() {
        String::new()
    } else {
        format!("\n\n{office}")
    };
    format!("{greeting} {body} Terima kasih.{signature}")
}

fn open(judged: &Judged, line: Line) -> String {
    let is = match (line.observed, line.change) {
        (Observed::Open, _) => "internet Anda terbuka.",
        (_, Some(Stands::RouterAway)) => {
            "internet Anda akan dibuka begitu perangkat kami dapat dihubungi lagi; saat ini belum dapat kami pastikan terbuka."
        }
        (_, Some(Stands::Waits)) => "internet Anda sedang dalam proses dibuka.",
        (Observed::Closed, _) => {
            "internet Anda seharusnya terbuka, tetapi perangkat kami masih menutupnya. Hubungi kami agar segera diperiksa."
        }
        (Observed::Unknown, _) => {
            "internet Anda seharusnya terbuka, tetapi belum dapat kami pastikan. Hubungi kami bila ada gangguan."
        }
    };
    let owes = match owed(judged) {
        Some(owed) => format!("Tagihan yang sudah lewat jatuh tempo: {owed}. Mohon segera dibayar."),
        None => "Tidak ada tagihan yang lewat jatuh tempo.".to_owned(),
    };
    format!("{is} {owes}")
}

fn closed(judged: &Judged, line: Line) -> String {
    let is = match line.observed {
        Observed::Closed => "internet Anda kami tutup sementara",
        Observed::Open => "internet Anda akan kami tutup sementara",
        Observed::Unknown => "menurut catatan kami internet Anda harus ditutup sementara",
    };
    match judged.verdict.reasons.first() {
        Some(Reason::Overdue { invoices, amount, .. }) => {
            let owed = invoices.iter().map(|invoice| {
                told(
                    judged.number(invoice.invoice_id),
                    invoice.remaining,
                    invoice.due_date,
                )
            });
            format!(
                "{is} karena ada tagihan yang lewat jatuh tempo:\n{}\nJumlah yang perlu dibayar: {amount}. {}",
                lines(owed),
                after_payment(line)
            )
        }
        Some(Reason::Paused {
            until: Some(until), ..
        }) => format!(
            "internet Anda sedang cuti sampai {}.",
            day(*until, Language::Indonesian)
        ),
        Some(Reason::Terminated { .. }) => "langganan internet Anda sudah berakhir.".to_owned(),
        _ if judged.customer.standing.status == CustomerStatus::Pending => {
            "langganan internet Anda belum aktif.".to_owned()
        }
        _ => match owed(judged) {
            Some(owed) => {
                let each = |invoice: &Unpaid| told(&invoice.number, invoice.remaining, invoice.due_date);
                format!(
                    "{is} oleh kantor. Tagihan yang sudah lewat jatuh tempo:\n{}\nJumlahnya: {owed}. Hubungi kami untuk keterangan.",
                    lines(judged.owed.iter().map(each))
                )
            }
            None => format!("{is} oleh kantor. Hubungi kami untuk keterangan."),
        },
    }
}

/// What becomes of a payment: a line whose router is away opens when that is back, and no sooner.
fn after_payment(line: Line) -> &'static str {
    match (line.observed, line.change) {
        (_, Some(Stands::RouterAway)) => {
            "Setelah dibayar, internet dibuka begitu perangkat kami dapat dihubungi lagi."
        }
        (Observed::Open, _) => "Bila dibayar sebelum itu, internet tetap terbuka.",
        _ => "Begitu dibayar, internet dibuka lagi.",
    }
}

/// What the customer owes and is late with; `None` for nothing.
fn owed(judged: &Judged) -> Option<Rupiah> {
    (!judged.owed.is_empty()).then(|| judged.owed.iter().map(|invoice| invoice.remaining).sum())
}

fn told(number: &str, remaining: Rupiah, due: Date) -> String {
    format!(
        "- {number}: {remaining}, jatuh tempo {}",
        day(due, Language::Indonesian)
    )
}

fn lines(each: impl Iterator<Item = String>) -> String {
    each.collect::<Vec<_>>().join("\n")
}
