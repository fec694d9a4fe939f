//! The other side: the same invoices, handed as JSON to `tests/pdf/peers.py`, which lays them out with typst and with
//! WeasyPrint.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use documents::{Invoice, Office, Qr, in_words};
use qrcode::{Color, EcLevel, QrCode};
use serde_json::{Value, json};

use crate::{Round, month, samples};

/// Enough pages that a peer's start does not count.
const SAMPLE: usize = 300;
/// Laid out once before anything is measured.
const WARM_UP: usize = 3;

/// Peers that are installed, with their work prepared.
pub(crate) struct Peers {
    python: PathBuf,
    script: PathBuf,
    folder: PathBuf,
}

impl Peers {
    /// Writes what the peers are given; `None` where they are not installed.
    pub(crate) fn prepare(office: &Arc<Office>, folder: &Path) -> Option<Peers> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let python = root.join("target/pdf-venv/bin/python");
        if !python.exists() {
            println!(
                "peers: target/pdf-venv is missing; the head of benches/pdf/main.rs tells how to make it"
            );
            return None;
        }
        fs::write(folder.join("logo.png"), samples::logo_png()).expect("the logo can be written");
        for round in [Round::Symbols, Round::Plain] {
            for (kind, count) in [("small", WARM_UP), ("sample", SAMPLE)] {
                let invoices: Vec<Value> = (10_000..10_000 + count)
                    .map(|n| invoice_data(&month::invoice(office, n, round)))
                    .collect();
                let data = json!({
                    "logo": folder.join("logo.png"),
                    "office": office_data(office),
                    "invoices": invoices,
                });
                let path = folder.join(format!("{}-{kind}.json", round.name()));
                fs::write(path, data.to_string()).expect("the sample can be written");
            }
        }
        Some(Peers {
            python,
            script: root.join("tests/pdf/peers.py"),
            folder: folder.to_owned(),
        })
    }

    /// Lets them work, says what it took, and gives the pages per second of the faster one.
    pub(crate) fn fastest(&self, round: Round) -> Option<f64> {
        let output = Command::new(&self.python)
            .arg(&self.script)
            .arg(&self.folder)
            .arg(round.name())
            .output()
            .expect("the peers can be started");
        print!("{}", String::from_utf8_lossy(&output.stderr));
        let mut fastest: Option<f64> = None;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let mut cells = line.split(' ');
            let peer = cells.next().unwrap_or_default();
            let mut number = || {
                cells
                    .next()
                    .and_then(|cell| cell.parse::<f64>().ok())
                    .expect("a number from the peer")
            };
            let (pages, seconds, bytes) = (number(), number(), number());
            let speed = pages / seconds;
            println!(
                "  {peer}: {pages} pages in {seconds:.2} s, {speed:.0} pages/s, {:.0} bytes per invoice",
                bytes / pages
            );
            fastest = Some(fastest.map_or(speed, |fastest| fastest.max(speed)));
        }
        fastest
    }
}

fn office_data(office: &Office) -> Value {
    let accounts: Vec<Value> = office
        .bank_accounts
        .iter()
        .map(|account| json!({ "bank": account.bank, "number": account.number, "holder": account.holder }))
        .collect();
    json!({
        "name": office.name,
        "address": office.address,
        "phone": office.phone,
        "npwp": office.npwp,
        "footer": office.footer_note,
        "accounts": accounts,
    })
}

fn invoice_data(invoice: &Invoice) -> Value {
    let service = "1–30 Nov 2026";
    let lines: Vec<Value> = invoice
        .lines
        .iter()
        .map(|line| json!({ "description": line.description, "service": service, "amount": line.amount.to_string() }))
        .collect();
    let totals = &invoice.totals;
    let tax = totals.tax.as_ref().expect("the bench's customers are taxed");
    json!({
        "number": invoice.number,
        "customer": invoice.customer.number,
        "name": invoice.customer.name,
        "address": invoice.customer.address,
        "phone": invoice.customer.phone,
        "due": "21 November 2026",
        "to_pay": totals.remaining.to_string(),
        "words": in_words(totals.total, invoice.language),
        "facts": [
            ["Tanggal terbit", "1 November 2026"],
            ["Jatuh tempo", "21 November 2026"],
            ["Periode", invoice.period],
            ["Masa layanan", service],
        ],
        "lines": lines,
        "totals": [
            ["Subtotal", totals.subtotal.to_string(), false],
            ["DPP nilai lain", tax.base.to_string(), false],
            [tax.label, tax.amount.to_string(), false],
            ["Total", totals.total.to_string(), true],
        ],
        "symbol": invoice.qr.as_ref().map(symbol),
    })
}

/// The symbol as an SVG of one path, which is the least work for a peer.
fn symbol(qr: &Qr) -> String {
    let (Qr::Qris(payload) | Qr::Number(payload)) = qr;
    let code = QrCode::with_error_correction_level(payload, EcLevel::M).expect("a symbol");
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                write!(path, "M{x} {y}h{length}v1h-{length}z").expect("a string can be written");
            }
            x += run.len();
        }
    }
    let side = code.width() + 4;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="-2 -2 {side} {side}"><path d="{path}"/></svg>"#
    )
}
