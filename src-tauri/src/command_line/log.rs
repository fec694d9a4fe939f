//! What can be typed about the log.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

/// The log.
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Writes the entries that the filters leave into a file, as a table; at most 100,000 of them.
    Export {
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// What kind of file; by the ending of its name when absent.
        #[arg(long)]
        format: Option<TableFormat>,
        #[command(flatten)]
        which: Which,
    },
    /// Erases what the log tells of a customer, on their request; of one who has left also telephone number and address.
    Erase {
        /// The customer's number.
        customer_no: String,
        /// On whose request, and why; it stays in the log.
        #[arg(long)]
        reason: String,
    },
}

/// A file for a spreadsheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// Separated values.
    Csv,
    /// A workbook.
    Xlsx,
}

/// Which entries of the log.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Beginnings of words in the message, the subject's name or the actor's.
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// Only this act: payment_received, isolation_executed, …
    #[arg(long)]
    pub(crate) act: Option<String>,
    /// Only by this person, by schedule or by console.
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// Only from this desk.
    #[arg(long)]
    pub(crate) desk: Option<String>,
    /// Only what ended so: done, failed or skipped.
    #[arg(long)]
    pub(crate) outcome: Option<String>,
    /// Only about this customer.
    #[arg(long, value_name = "CUSTOMER_NO")]
    pub(crate) customer: Option<String>,
    /// Only what this caused: job:17, task:billing:check-overdue.
    #[arg(long)]
    pub(crate) cause: Option<String>,
    /// From this day in the office's zone, YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Date>,
    /// To the end of this day.
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Date>,
}
