//! What it costs to close and to open lines on a router that is a round trip away: the product's own overdue check and
//! payments, beside the sketch's way of doing it one line after the other, in the same run over the same wire.
//!
//! ```text
//! cargo bench -p office --bench line_changes                   # 1,000 lines, 20 ms
//! cargo bench -p office --bench line_changes -- --growth       # 1,000 and 10,000 lines, 20 ms
//! cargo bench -p office --bench line_changes -- 2000 5         # so many lines, so many milliseconds
//! ```
//!
//! - `product`: jobs on a SQLite file, claimed, judged anew, sent, sessions dropped, read back, settled, logged.
//! - `bound`: (commands that the router counted ÷ commands in flight) × round trip: no client can be faster on one
//!   connection with that many commands.
//! - `line by line`: for each line connect, log in, print, set, print, remove, as the sketch does; once by a client that
//!   sends a sentence in one write, and once by one that writes word by word with Nagle's algorithm on, as the sketch's
//!   own PHP library does. A sample is enough: every line costs the same.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod line_by_line;
#[path = "../owing/mod.rs"]
mod owing;
mod product;

use std::time::Duration;

use product::Measured;

/// Lines in the sample of the slow ways.
const SAMPLE: usize = 50;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let (counts, round_trip) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => (vec![1_000], 20),
        ["--growth"] => (vec![1_000, 10_000], 20),
        [lines, milliseconds] => (
            vec![lines.parse().expect("a number of lines")],
            milliseconds.parse().expect("a number of milliseconds"),
        ),
        _ => panic!("--growth, or a number of lines and a round trip in milliseconds"),
    };
    let round_trip = Duration::from_millis(round_trip);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let office = product::Subject::fill(SAMPLE, round_trip).await;
        let in_one_write = line_by_line::by_sentences(&office.router, SAMPLE).await;
        let office = product::Subject::fill(SAMPLE, round_trip).await;
        let address = office.router.addr();
        let by_words = tokio::task::spawn_blocking(move || line_by_line::by_words(address, SAMPLE))
            .await
            .unwrap();
        println!(
            "line by line, round trip {round_trip:?}, sample of {SAMPLE}: {:.1} ms a line, word by word {:.1} ms a line",
            in_one_write.as_secs_f64() * 1e3,
            by_words.as_secs_f64() * 1e3,
        );
        println!(
            "{:<8} {:>6} {:>9} {:>9} {:>9} {:>9} {:>7} {:>13} {:>13} {:>10}",
            "", "lines", "seconds", "ms/line", "commands", "bound s", "/bound", "x by sentence", "x word by word", "peak MiB"
        );
        for count in counts {
            let subject = product::Subject::fill(count, round_trip).await;
            let closing = subject.close_all().await;
            report("closing", count, &closing, round_trip, in_one_write, by_words);
            let opening = subject.open_all().await;
            report("opening", count, &opening, round_trip, in_one_write, by_words);
        }
        let subject = product::Subject::fill(1_000, round_trip).await;
        let (open_after, closed) = subject.pay_while_closing().await;
        println!(
            "a payment in the middle of closing 1,000 lines: open after {:.0} ms, with {closed} closed by then",
            open_after.as_secs_f64() * 1e3
        );
    });
}

fn report(
    what: &str,
    lines: usize,
    measured: &Measured,
    round_trip: Duration,
    in_one_write: Duration,
    by_words: Duration,
) {
    let commands = u32::try_from(measured.commands).unwrap();
    let bound = round_trip.mul_f64(f64::from(commands) / f64::from(owing::IN_FLIGHT));
    let each = measured.elapsed.as_secs_f64() / lines as f64;
    println!(
        "{what:<8} {lines:>6} {:>9.2} {:>9.2} {commands:>9} {:>9.2} {:>7.2} {:>13.0} {:>13.0} {:>10.0}",
        measured.elapsed.as_secs_f64(),
        each * 1e3,
        bound.as_secs_f64(),
        measured.elapsed.as_secs_f64() / bound.as_secs_f64(),
        in_one_write.as_secs_f64() / each,
        by_words.as_secs_f64() / each,
        product::peak_memory() as f64 / 1024.0,
    );
}
