//! All figures as one table.

use std::time::Duration;

use crate::contender::{Contender, Measured};

/// A contender on an engine with so many customers.
pub(crate) struct Line {
    pub(crate) engine: &'static str,
    pub(crate) contender: Contender,
    pub(crate) customers: i64,
    pub(crate) rounds: Vec<Measured>,
}

impl Line {
    fn quickest(&self) -> Duration {
        self.rounds.iter().map(|round| round.elapsed).min().unwrap()
    }

    fn slowest(&self) -> Duration {
        self.rounds.iter().map(|round| round.elapsed).max().unwrap()
    }

    fn rows(&self) -> usize {
        self.rounds[0].rows
    }

    fn peak(&self) -> u64 {
        self.rounds.iter().map(|round| round.peak).max().unwrap()
    }
}

/// Prints the table: the quickest round of each (and the slowest beside it), the ratios of the quickest ones, memory only
/// of the product, since the bounds hold the rows that they insert. Growth is the time of a customer beside that in the
/// smallest office on the same engine: 1.00 is linear.
pub(crate) fn print(lines: &[Line]) {
    println!(
        "{:<10} {:>9} {:<9} {:>9} {:>9} {:>9} {:>10} {:>8} {:>8} {:>9} {:>7}",
        "engine",
        "customers",
        "",
        "seconds",
        "slowest",
        "rows",
        "rows/s",
        "/sqlx",
        "/C API",
        "peak MiB",
        "growth"
    );
    for line in lines {
        let seconds = line.quickest().as_secs_f64();
        let beside = |contender: Contender| {
            let same = |it: &&Line| {
                it.engine == line.engine && it.customers == line.customers && it.contender == contender
            };
            let other = lines.iter().find(same);
            match other {
                Some(other) => format!("{:.2}", seconds / other.quickest().as_secs_f64()),
                None => "-".to_owned(),
            }
        };
        let product = line.contender == Contender::Product;
        let each = |line: &Line| line.quickest().as_secs_f64() / line.customers as f64;
        let smallest = lines
            .iter()
            .find(|it| it.engine == line.engine && it.contender == line.contender);
        println!(
            "{:<10} {:>9} {:<9} {:>9.3} {:>9.3} {:>9} {:>10.0} {:>8} {:>8} {:>9} {:>7.2}",
            line.engine,
            line.customers,
            line.contender,
            seconds,
            line.slowest().as_secs_f64(),
            line.rows(),
            line.rows() as f64 / seconds,
            if product {
                beside(Contender::SqlxLoop)
            } else {
                String::new()
            },
            if product {
                beside(Contender::CApi)
            } else {
                String::new()
            },
            if product {
                format!("{:.0}", line.peak() as f64 / 1024.0)
            } else {
                String::new()
            },
            smallest.map_or(1.0, |smallest| each(line) / each(smallest)),
        );
    }
}
