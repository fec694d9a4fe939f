//! Our side: a month's invoices, file by file, as the office prints them.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use billing::Rupiah;
use documents::{Invoice, Layout, MonthFiles, Office, Qr, QrisPayload, Sheet, Tax, Totals, invoices_pdf};
use jiff::Timestamp;

use crate::{Round, samples};

/// Draws the month, says what it took, and gives the pages per second.
pub(crate) fn draw(office: &Arc<Office>, folder: &Path, count: usize, round: Round) -> f64 {
    let layout = Layout {
        sheet: Sheet::A4,
        created: Timestamp::UNIX_EPOCH,
    };
    let folder = folder.join(round.name());
    fs::create_dir_all(&folder).expect("the target directory can be written");
    let (mut pages, mut bytes, mut drawing) = (0, 0, Duration::ZERO);
    let mut memory = Vec::new();
    for file in MonthFiles::new("2026-11", count) {
        let invoices: Vec<Invoice> = file.range.clone().map(|n| invoice(office, n, round)).collect();
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
        "  sambung: {pages} pages in {:.2} s, {speed:.0} pages/s on one core, {} bytes per invoice",
        drawing.as_secs_f64(),
        bytes / count as u64
    );
    let memory: Vec<String> = memory.iter().map(|kb| megabytes(*kb)).collect();
    println!(
        "           memory after each of {} files, MB: {}; highest so far {}",
        memory.len(),
        memory.join(" "),
        megabytes(status("VmHWM"))
    );
    speed
}

/// One of the bench's invoices; no two have the same symbol.
pub(crate) fn invoice(office: &Arc<Office>, n: usize, round: Round) -> Invoice {
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
    invoice.qr = match round {
        Round::Symbols => Some(Qr::Qris(payload(net + tax + n as i64))),
        Round::Plain => None,
    };
    invoice
}

/// With three more digits, as offices ask for to tell payments apart.
fn payload(amount: i64) -> String {
    QrisPayload::parse(samples::QRIS)
        .and_then(|payload| payload.with_amount(Rupiah(amount)))
        .expect("the sample payload")
        .to_string()
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

fn megabytes(kilobytes: u64) -> String {
    format!("{:.0}", kilobytes as f64 / 1024.0)
}
