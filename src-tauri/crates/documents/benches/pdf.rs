//! Ten thousand invoices to PDF on one core: pages per second, memory file by file, bytes per invoice; and in the same
//! run a sample of the same invoices by typst and WeasyPrint, and the ratio. All times are processor time on one core.
//!
//! ```text
//! python3 -m venv target/pdf-venv && target/pdf-venv/bin/pip install -r tests/pdf/requirements.txt
//! cargo bench -p documents --bench pdf
//! ```

#![allow(clippy::expect_used, clippy::print_stdout, clippy::panic, missing_docs)]

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the samples of the tests, of which the bench uses a part"
)]
#[path = "../tests/pdf/samples.rs"]
mod samples;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::Arc;
use std::time::Duration;

use billing::Rupiah;
use documents::{
    Invoice, Layout, MonthFiles, Office, Qr, QrisPayload, Sheet, Tax, Totals, in_words, invoices_pdf,
};
use jiff::Timestamp;

const INVOICES: usize = 10_000;
const SAMPLE: usize = 300;

fn main() {
    pin_to_one_core();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let office = samples::office(true);
    println!("with a QR symbol on every invoice, no two alike:");
    let whole = month(&office, folder.path(), INVOICES, true);
    println!("without, as the peers' templates are:");
    let like_for_like = month(&office, folder.path(), 10 * SAMPLE, false);
    peers(&office, folder.path(), whole, like_for_like);
}

/// Peers may use more threads than one; what counts is the work of one core. Children inherit it.
fn pin_to_one_core() {
    let pinned = Command::new("taskset")
        .args(["-cp", "1", &process::id().to_string()])
        .output();
    if !pinned.is_ok_and(|output| output.status.success()) {
        println!("taskset is missing or refused: not pinned to one core");
    }
}

/// The month, file by file, as the office prints it; returns pages per second.
fn month(office: &Arc<Office>, folder: &Path, count: usize, symbols: bool) -> f64 {
    let layout = Layout {
        sheet: Sheet::A4,
        created: Timestamp::UNIX_EPOCH,
    };
    let (mut pages, mut bytes, mut drawing) = (0, 0, Duration::ZERO);
    let mut memory = Vec::new();
    for file in MonthFiles::new("2026-11", count) {
        let mut invoices: Vec<Invoice> = file.range.clone().map(|n| invoice(office, n)).collect();
        if !symbols {
            invoices.iter_mut().for_each(|invoice| invoice.qr = None);
        }
        let path = folder.join(&file.name);
        let mut target = File::create(&path).expect("the file can be made");
        let start = processor_time();
        pages += invoices_pdf(&invoices, &layout, &mut target).expect("the invoices can be printed");
        drawing += processor_time().saturating_sub(start);
        bytes += path.metadata().expect("the file is there").len();
        memory.push(status("VmRSS"));
    }
    let speed = pages as f64 / drawing.as_secs_f64();
    println!(
        "sambung: {pages} pages in {:.2} s, {speed:.0} pages/s on one core",
        drawing.as_secs_f64()
    );
    println!(
        "         {} files, {} bytes per invoice",
        memory.len(),
        bytes / count as u64
    );
    println!(
        "         memory after each file, MB: {}",
        memory
            .iter()
            .map(|kb| format!("{:.0}", *kb as f64 / 1024.0))
            .collect::<Vec<_>>()
            .join(" ")
    );
    println!("         highest: {:.0} MB", status("VmHWM") as f64 / 1024.0);
    speed
}

/// The time that this thread has spent on a processor: what others do on the machine meanwhile does not count.
fn processor_time() -> Duration {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = spent
        .split(' ')
        .next()
        .and_then(|nanoseconds| nanoseconds.parse().ok());
    Duration::from_nanos(spent.expect("the kernel counts processor time (CONFIG_SCHED_INFO)"))
}

/// A figure of this process in kilobytes; 0 where the system does not tell.
fn status(key: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn invoice(office: &Arc<Office>, n: usize) -> Invoice {
    let names = [
        "Siti Rahmawati",
        "Budi Santoso",
        "I Gusti Ngurah Agung Wiratama",
        "Dewi",
        "Muhammad Fikri Hidayatullah",
    ];
    let mut invoice = samples::invoice(n);
    invoice.office = Arc::clone(office);
    invoice.customer.number = format!("PLG-{n:05}");
    invoice.customer.name = format!("{} {n}", names[n % names.len()]);
    invoice.customer.phone = Some(format!("0812-{:04}-{:04}", n % 10_000, (n * 37) % 10_000));
    let price = 100_000 + 25_000 * (n % 9) as i64;
    invoice.lines = vec![samples::line("Internet Rumah 20 Mbps", price)];
    if n.is_multiple_of(4) {
        invoice.lines.push(samples::line("IP publik statis", 50_000));
    }
    let net: i64 = invoice.lines.iter().map(|line| line.amount.0).sum();
    let tax = (net * 11 + 50) / 100;
    invoice.totals = Totals {
        subtotal: Rupiah(net),
        tax: Some(Tax {
            label: "PPN 12%".to_owned(),
            base: Rupiah((net * 11 + 6) / 12),
            amount: Rupiah(tax),
        }),
        total: Rupiah(net + tax),
        remaining: Rupiah(net + tax),
        ..Totals::default()
    };
    // Three more digits, as offices ask for to tell payments apart: no two symbols are the same.
    let unique = Rupiah(net + tax + n as i64);
    let payload = QrisPayload::parse(samples::QRIS).and_then(|payload| payload.with_amount(unique));
    invoice.qr = Some(Qr::Qris(payload.expect("the sample payload").to_string()));
    invoice
}

/// Lets the peers lay out the same invoices, and compares.
fn peers(office: &Office, folder: &Path, whole: f64, like_for_like: f64) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let python = root.join("target/pdf-venv/bin/python");
    if !python.exists() {
        println!("peers: target/pdf-venv is missing; the head of benches/pdf.rs tells how to make it");
        return;
    }
    fs::write(folder.join("logo.png"), samples::logo_png()).expect("the logo can be written");
    let shared = Arc::new(office.clone());
    for (name, count) in [("small.json", 3), ("sample.json", SAMPLE)] {
        let invoices: Vec<String> = (10_000..10_000 + count)
            .map(|n| json(&invoice(&shared, n)))
            .collect();
        let accounts: Vec<String> = office
            .bank_accounts
            .iter()
            .map(|a| {
                format!(
                    r#"{{"bank":{:?},"number":{:?},"holder":{:?}}}"#,
                    a.bank, a.number, a.holder
                )
            })
            .collect();
        let data = format!(
            r#"{{"logo":{:?},"office":{{"name":{:?},"address":{:?},"phone":{:?},"npwp":{:?},"footer":{:?},"accounts":[{}]}},"invoices":[{}]}}"#,
            folder.join("logo.png"),
            office.name,
            office.address,
            office.phone.as_deref().unwrap_or_default(),
            office.npwp.as_deref().unwrap_or_default(),
            office.footer_note.as_deref().unwrap_or_default(),
            accounts.join(","),
            invoices.join(",")
        );
        fs::write(folder.join(name), data).expect("the sample can be written");
    }
    let output = Command::new(python)
        .arg(root.join("tests/pdf/peers.py"))
        .arg(folder)
        .output();
    let output = output.expect("the peers can be started");
    print!("{}", String::from_utf8_lossy(&output.stderr));
    let mut fastest: Option<f64> = None;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut cells = line.split(' ');
        let name = cells.next().unwrap_or_default();
        let mut number = || {
            cells
                .next()
                .and_then(|cell| cell.parse::<f64>().ok())
                .expect("a number from the peer")
        };
        let (pages, seconds, bytes) = (number(), number(), number());
        let speed = pages / seconds;
        println!(
            "{name}: {pages} pages in {seconds:.2} s, {speed:.0} pages/s, {:.0} bytes per invoice",
            bytes / pages
        );
        fastest = Some(fastest.map_or(speed, |fastest| fastest.max(speed)));
    }
    if let Some(fastest) = fastest {
        println!("times as fast as the faster peer (wanted: at least 8):");
        println!("  the same parts on both sides: {:.1}", like_for_like / fastest);
        println!("  with our QR symbols and none of theirs: {:.1}", whole / fastest);
    }
}

fn json(invoice: &Invoice) -> String {
    let lines: Vec<String> = invoice
        .lines
        .iter()
        .map(|line| {
            format!(
                r#"{{"description":{:?},"service":"1–30 Nov 2026","amount":"{}"}}"#,
                line.description, line.amount
            )
        })
        .collect();
    let totals = &invoice.totals;
    let tax = totals.tax.as_ref().expect("the bench's customers are taxed");
    format!(
        r#"{{"number":{:?},"customer":{:?},"name":{:?},"address":{:?},"phone":{:?},"due":"21 November 2026","to_pay":"{}","words":{:?},
"facts":[["Tanggal terbit","1 November 2026"],["Jatuh tempo","21 November 2026"],["Periode","November 2026"],["Masa layanan","1–30 Nov 2026"]],
"lines":[{}],"totals":[["Subtotal","{}",false],["DPP nilai lain","{}",false],["PPN 12%","{}",false],["Total","{}",true]]}}"#,
        invoice.number,
        invoice.customer.number,
        invoice.customer.name,
        invoice.customer.address.as_deref().unwrap_or_default(),
        invoice.customer.phone.as_deref().unwrap_or_default(),
        totals.remaining,
        in_words(totals.total, invoice.language),
        lines.join(","),
        totals.subtotal,
        tax.base,
        tax.amount,
        totals.total,
    )
}
