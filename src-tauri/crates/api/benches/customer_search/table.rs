//! All figures as one table.

use std::time::Duration;

use crate::Taken;
use crate::searches::Kind;

/// Prints medians and 95th percentiles in milliseconds, by kind and of all searches, and the slowest answers.
pub(crate) fn print(engine: &str, customers: i64, taken: &[Taken]) {
    println!(
        "{engine}, {customers} customers, {} searches; milliseconds, median and 95th percentile",
        taken.len()
    );
    println!(
        "{:<24} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "", "number", "bound", "p95", "office", "p95", "API", "p95", "API/bound", "p95/p95"
    );
    for kind in Kind::ALL {
        let of_kind: Vec<&Taken> = taken.iter().filter(|taken| taken.kind == kind).collect();
        line(&kind.to_string(), &of_kind);
    }
    line("all", &taken.iter().collect::<Vec<_>>());
    let mut slowest: Vec<&Taken> = taken.iter().collect();
    slowest.sort_by_key(|taken| std::cmp::Reverse(taken.api));
    for taken in slowest.iter().take(3) {
        println!(
            "  slowest: {:?} with {} hits: API {:.2} ms, office {:.2} ms, bound {:.2} ms",
            taken.text,
            taken.total,
            milliseconds(taken.api),
            milliseconds(taken.office),
            milliseconds(taken.bound)
        );
    }
}

fn line(name: &str, taken: &[&Taken]) {
    let [bound, office, api] = [
        |taken: &Taken| taken.bound,
        |taken: &Taken| taken.office,
        |taken: &Taken| taken.api,
    ]
    .map(|of| {
        let mut times: Vec<Duration> = taken.iter().map(|taken| of(taken)).collect();
        times.sort_unstable();
        [percentile(&times, 50), percentile(&times, 95)].map(milliseconds)
    });
    println!(
        "{name:<24} {:>6} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {:>9.2} {:>9.2}",
        taken.len(),
        bound[0],
        bound[1],
        office[0],
        office[1],
        api[0],
        api[1],
        api[0] / bound[0],
        api[1] / bound[1]
    );
}

/// The smallest time that so many percent of the sorted times do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
