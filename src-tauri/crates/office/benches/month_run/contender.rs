//! One contender in a process of its own, and what it reports to the one that started it.

use std::fmt;
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::Location;

use crate::{c_api, product, rows, sqlx_loop};

/// Who runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    Product,
    SqlxLoop,
    CApi,
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Contender::Product => "product",
            Contender::SqlxLoop => "sqlx loop",
            Contender::CApi => "C API",
        })
    }
}

impl FromStr for Contender {
    type Err = String;

    fn from_str(text: &str) -> Result<Contender, String> {
        [Contender::Product, Contender::SqlxLoop, Contender::CApi]
            .into_iter()
            .find(|contender| contender.to_string() == text)
            .ok_or_else(|| format!("{text} is no contender"))
    }
}

/// What a contender reports.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// From the first statement to the last commit.
    pub(crate) elapsed: Duration,
    /// Rows inserted.
    pub(crate) rows: usize,
    /// The most memory that the process ever had, in KiB.
    pub(crate) peak: u64,
}

/// Runs a contender on the database `at` in a new process; `written` is the database that the product wrote.
pub(crate) fn spawn(contender: Contender, at: &str, written: &str) -> Measured {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--contender", &contender.to_string(), at, written])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{contender} ended with {}",
        output.status
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The new process: runs the contender and prints what it measured.
pub(crate) async fn run(contender: Contender, at: &str, written: &str) {
    let (elapsed, peak, rows) = match contender {
        Contender::Product => {
            let elapsed = product::run(&location(at)).await;
            // Before the rows are counted, which takes memory that is not the product's.
            let peak = peak();
            (elapsed, peak, rows::written(&location(at)).await)
        }
        Contender::SqlxLoop => {
            let tables = rows::written(&location(written)).await;
            (sqlx_loop::run(&location(at), &tables).await, peak(), tables)
        }
        Contender::CApi => {
            let tables = rows::written(&location(written)).await;
            (c_api::run(at.as_ref(), &tables).await, peak(), tables)
        }
    };
    let measured = Measured {
        elapsed,
        rows: rows::count(&rows),
        peak,
    };
    println!("{}", serde_json::to_string(&measured).unwrap());
}

fn location(text: &str) -> Location {
    if text.starts_with("postgres:") {
        Location::Postgres(text.to_owned())
    } else {
        Location::Sqlite(text.into())
    }
}

/// The high-water mark of this process's memory in KiB; 0 where the system does not tell.
fn peak() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse().ok()
        })
        .unwrap_or(0)
}
