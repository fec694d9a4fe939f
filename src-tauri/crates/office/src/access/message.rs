//! Why a line is as it is, for the customer: plain words in the office's language, no codes, what to do. It says only what
//! the router was seen to say: what the office wants and the router has not confirmed is told as what is to come. The
//! answer to "why?" and the message about a closed line are this one text.

use billing::access::Reason;
use billing::{Access, CustomerStatus, Observed, Rupiah};
use jiff::civil::Date;
use store::Tx;
use store::invoices::Unpaid;

use crate::access::change::{Change, Stands};
use crate::access::facts::{self, Day, Judged};
use crate::access::seen;
use crate::access::words::day;
use crate::error::{Language, Result};
use crate::office::Call;

/// What is known of the line itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// What the router was last seen to say.
    pub observed: Observed,
    /// The change that it has not confirmed.
    pub change: Option<Stands>,
}

/// A line with the words about it.
pub(crate) struct Explained {
    /// The verdict that the words are about.
    pub judged: Judged,
    /// What the router was last seen to say.
    pub observed: Observed,
    /// The words for the customer.
    pub text: String,
}

/// Judges a line on this day and puts the verdict into words for the customer; `None` without such a customer.
pub(crate) async fn explain(
    tx: &mut Tx,
    call: &Call<'_>,
    on: &Day,
    customer_id: i64,
) -> Result<Option<Explained>> {
    Ok(explain_some(tx, call, on, &[customer_id]).await?.pop())
}

/// Explains these lines, as [`explain`] does each, by id.
pub(crate) async fn explain_some(
    tx: &mut Tx,
    call: &Call<'_>,
    on: &Day,
    customers: &[i64],
) -> Result<Vec<Explained>> {
    let judged = facts::judge_some(tx, on, customers).await?;
    let rows = seen::rows(tx, customers).await?;
    let changes = Change::of_some(tx, customers).await?;
    let explained = judged.into_iter().map(|judged| {
        let id = judged.customer.id;
        let line = Line {
            observed: rows.get(&id).map_or(Observed::Unknown, |row| row.observed),
            change: changes.get(&id).copied(),
        };
        Explained {
            text: message(&judged, line, call),
            observed: line.observed,
            judged,
        }
    });
    Ok(explained.collect())
}

/// The message.
pub(super) fn message(judged: &Judged, line: Line, call: &Call<'_>) -> String {
    let details = &judged.customer.details;
    let office = &call.settings.office_name;
    let words = Words(Language::from_tag(&call.settings.office_language));
    let greeting = format!(
        "{} {} ({}),",
        words.pick("Halo", "Hello"),
        details.name,
        details.customer_no
    );
    let body = match judged.desired() {
        Access::Open => words.open(judged, line),
        Access::Closed => words.closed(judged, line),
    };
    let thanks = words.pick("Terima kasih.", "Thank you.");
    let signature = if office.is_empty() {
        String::new()
    } else {
        format!("\n\n{office}")
    };
    format!("{greeting} {body} {thanks}{signature}")
}

/// The words of one language.
#[derive(Clone, Copy)]
struct Words(Language);

impl Words {
    fn pick<'a>(self, id: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Language::Indonesian => id,
            Language::English => en,
        }
    }

    fn open(self, judged: &Judged, line: Line) -> String {
        let is = match (line.observed, line.change) {
            (Observed::Open, _) => self.pick("internet Anda terbuka.", "your internet is open."),
            (_, Some(Stands::RouterAway)) => self.pick(
                "internet Anda akan dibuka begitu perangkat kami dapat dihubungi lagi; saat ini belum dapat kami pastikan \
                 terbuka.",
                "your internet will be opened as soon as our equipment can be reached again; we cannot be sure yet that it \
                 is open.",
            ),
            (_, Some(Stands::Waits)) => self.pick(
                "internet Anda sedang dalam proses dibuka.",
                "your internet is being opened.",
            ),
            (Observed::Closed, _) => self.pick(
                "internet Anda seharusnya terbuka, tetapi perangkat kami masih menutupnya. Hubungi kami agar segera \
                 diperiksa.",
                "your internet should be open, but our equipment still keeps it closed. Please call us, so that we look at \
                 it soon.",
            ),
            (Observed::Unknown, _) => self.pick(
                "internet Anda seharusnya terbuka, tetapi belum dapat kami pastikan. Hubungi kami bila ada gangguan.",
                "your internet should be open, but we cannot be sure yet. Please call us if it does not work.",
            ),
        };
        let owes = match (owed(judged), self.0) {
            (Some(owed), Language::Indonesian) => {
                format!("Tagihan yang sudah lewat jatuh tempo: {owed}. Mohon segera dibayar.")
            }
            (Some(owed), Language::English) => {
                format!("Overdue bills: {owed}. Please pay them soon.")
            }
            (None, Language::Indonesian) => "Tidak ada tagihan yang lewat jatuh tempo.".to_owned(),
            (None, Language::English) => "Nothing is overdue.".to_owned(),
        };
        format!("{is} {owes}")
    }

    fn closed(self, judged: &Judged, line: Line) -> String {
        let is = match line.observed {
            Observed::Closed => self.pick(
                "internet Anda kami tutup sementara",
                "your internet is closed for now",
            ),
            Observed::Open => self.pick(
                "internet Anda akan kami tutup sementara",
                "your internet will be closed for now",
            ),
            Observed::Unknown => self.pick(
                "menurut catatan kami internet Anda harus ditutup sementara",
                "by our records your internet has to be closed for now",
            ),
        };
        match judged.verdict.reasons.first() {
            Some(Reason::Overdue { invoices, amount, .. }) => {
                let owed = invoices.iter().map(|invoice| {
                    self.told(
                        judged.number(invoice.invoice_id),
                        invoice.remaining,
                        invoice.due_date,
                    )
                });
                let (owed, after) = (lines(owed), self.after_payment(line));
                match self.0 {
                    Language::Indonesian => format!(
                        "{is} karena ada tagihan yang lewat jatuh tempo:\n{owed}\nJumlah yang perlu dibayar: {amount}. {after}"
                    ),
                    Language::English => {
                        format!("{is} because of overdue bills:\n{owed}\nTo pay: {amount}. {after}")
                    }
                }
            }
            Some(Reason::Paused {
                until: Some(until), ..
            }) => {
                let until = day(*until, self.0);
                match self.0 {
                    Language::Indonesian => format!("internet Anda sedang cuti sampai {until}."),
                    Language::English => format!("your internet is paused until {until}."),
                }
            }
            Some(Reason::Terminated { .. }) => self
                .pick(
                    "langganan internet Anda sudah berakhir.",
                    "your internet subscription has ended.",
                )
                .to_owned(),
            _ if judged.customer.standing.status == CustomerStatus::Pending => self
                .pick(
                    "langganan internet Anda belum aktif.",
                    "your internet subscription is not active yet.",
                )
                .to_owned(),
            _ => self.closed_by_the_office(is, judged),
        }
    }

    fn closed_by_the_office(self, is: &str, judged: &Judged) -> String {
        let each = |invoice: &Unpaid| self.told(&invoice.number, invoice.remaining, invoice.due_date);
        let bills = lines(judged.owed.iter().map(each));
        match (owed(judged), self.0) {
            (Some(owed), Language::Indonesian) => format!(
                "{is} oleh kantor. Tagihan yang sudah lewat jatuh tempo:\n{bills}\nJumlahnya: {owed}. Hubungi kami untuk \
                 keterangan."
            ),
            (Some(owed), Language::English) => {
                format!(
                    "{is} by the office. Overdue bills:\n{bills}\nTogether: {owed}. Please call us to hear more."
                )
            }
            (None, Language::Indonesian) => format!("{is} oleh kantor. Hubungi kami untuk keterangan."),
            (None, Language::English) => format!("{is} by the office. Please call us to hear more."),
        }
    }

    /// What becomes of a payment: a line whose router is away opens when that is back, and no sooner.
    fn after_payment(self, line: Line) -> &'static str {
        let (id, en) = match (line.observed, line.change) {
            (_, Some(Stands::RouterAway)) => (
                "Setelah dibayar, internet dibuka begitu perangkat kami dapat dihubungi lagi.",
                "Once paid, it opens as soon as our equipment can be reached again.",
            ),
            (Observed::Open, _) => (
                "Bila dibayar sebelum itu, internet tetap terbuka.",
                "If you pay before that, it stays open.",
            ),
            _ => (
                "Begitu dibayar, internet dibuka lagi.",
                "It opens again as soon as they are paid.",
            ),
        };
        match self.0 {
            Language::Indonesian => id,
            Language::English => en,
        }
    }

    fn told(self, number: &str, remaining: Rupiah, due: Date) -> String {
        let due = day(due, self.0);
        match self.0 {
            Language::Indonesian => format!("- {number}: {remaining}, jatuh tempo {due}"),
            Language::English => format!("- {number}: {remaining}, due {due}"),
        }
    }
}

/// What the customer owes and is late with; `None` for nothing.
fn owed(judged: &Judged) -> Option<Rupiah> {
    (!judged.owed.is_empty()).then(|| judged.owed.iter().map(|invoice| invoice.remaining).sum())
}

fn lines(each: impl Iterator<Item = String>) -> String {
    each.collect::<Vec<_>>().join("\n")
}
