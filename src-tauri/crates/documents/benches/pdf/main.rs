//! Ten thousand invoices to PDF on one core: pages per second, memory file by file, bytes per invoice; and in the same
//! run a sample of the same invoices by typst and WeasyPrint, and the ratio. All times are processor time on one core.
//!
//! It is measured twice. With a QR symbol on every invoice, no two alike: ours are computed and drawn inside the measured
//! time, while the peers get theirs as finished SVG pictures. And without a symbol on either side. The PDF files of all
//! three stay in `target/tmp/pdf-bench`, to be looked at.
//!
//! ```text
//! python3 -m venv target/pdf-venv && target/pdf-venv/bin/pip install -r tests/pdf/requirements.txt
//! cargo bench -p documents --bench pdf
//! ```

#![allow(clippy::expect_used, clippy::print_stdout, clippy::panic, missing_docs)]

mod month;
mod peers;
#[allow(
    dead_code,
    unreachable_pub,
    reason = "the samples of the tests, of which the bench uses a part"
)]
#[path = "../../tests/pdf/samples.rs"]
mod samples;

use std::fs;
use std::path::Path;
use std::process::{self, Command};

use peers::Peers;

const INVOICES: usize = 10_000;
/// The ratio that is wanted.
const WANTED: f64 = 8.0;

/// What stands on the invoices of a round.
#[derive(Clone, Copy)]
enum Round {
    Symbols,
    Plain,
}

impl Round {
    const fn name(self) -> &'static str {
        match self {
            Round::Symbols => "symbols",
            Round::Plain => "plain",
        }
    }
}

fn main() {
    pin_to_one_core();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pdf-bench");
    fs::create_dir_all(&folder).expect("the target directory can be written");
    let office = samples::office(true);
    let peers = Peers::prepare(&office, &folder);

    println!("A QR symbol on every invoice, no two alike");
    println!("(ours computed inside the measured time, the peers' given to them as finished SVG pictures):");
    let ours = month::draw(&office, &folder, INVOICES, Round::Symbols);
    let theirs = peers.as_ref().and_then(|peers| peers.fastest(Round::Symbols));
    compare("both sides with symbols", ours, theirs);

    println!("No symbol on either side:");
    let ours_plain = month::draw(&office, &folder, INVOICES, Round::Plain);
    let theirs_plain = peers.as_ref().and_then(|peers| peers.fastest(Round::Plain));
    compare("neither side with symbols", ours_plain, theirs_plain);
    compare(
        "our invoices with symbols, the peers' without",
        ours,
        theirs_plain,
    );
}

fn compare(what: &str, ours: f64, fastest: Option<f64>) {
    if let Some(fastest) = fastest {
        let ratio = ours / fastest;
        println!("  {what}: {ratio:.1} times the faster peer (wanted: at least {WANTED})");
    }
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
