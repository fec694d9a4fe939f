//! What can be typed about packages, customers, money and documents.

use std::path::PathBuf;

use clap::{ArgGroup, Subcommand, ValueEnum};
use jiff::civil::Date;

/// Packages.
#[derive(Debug, Subcommand)]
pub(crate) enum Package {
    /// Adds a package.
    Add {
        /// Its short code.
        code: String,
        /// What customers read.
        #[arg(long)]
        name: String,
        /// Towards the customer, kbit/s.
        #[arg(long, value_name = "KBIT")]
        download: i64,
        /// From the customer, kbit/s.
        #[arg(long, value_name = "KBIT")]
        upload: i64,
        /// Rupiah a month: 150000 or 150.000.
        #[arg(long, value_parser = rupiah, allow_negative_numbers = true)]
        price: billing::Rupiah,
    },
}

/// Customers.
#[derive(Debug, Subcommand)]
pub(crate) enum Customer {
    /// Why the line is open or closed: the rule, the invoices, what the router said.
    Why {
        /// The customer's number.
        customer_no: String,
        /// Send it to the customer as well, in plain words.
        #[arg(long)]
        send: bool,
    },
    /// Closes the line by hand, now; it stays closed until somebody opens it.
    Isolate {
        /// The customer's number.
        customer_no: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Opens the line by hand, now; where the ledger would close it, it is held open for some days.
    Open {
        /// The customer's number.
        customer_no: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The last day on which it is held open whatever is owed, YYYY-MM-DD; three days from today when absent.
        #[arg(long, value_name = "DAY")]
        until: Option<Date>,
    },
    /// Drops the line's live session once, so that its device dials again.
    Disconnect {
        /// The customer's number.
        customer_no: String,
    },
}

/// Payments.
#[derive(Debug, Subcommand)]
pub(crate) enum Payment {
    /// Takes a payment, opens the line if that was enough, and says what the router said.
    Take {
        /// The customer's number.
        customer_no: String,
        /// Rupiah: 150000 or 150.000.
        #[arg(long, value_parser = rupiah, allow_negative_numbers = true)]
        amount: billing::Rupiah,
        /// cash, transfer, qris, ewallet, va or other.
        #[arg(long, default_value = "cash")]
        method: billing::Method,
        /// The number of the invoice that comes first.
        #[arg(long)]
        invoice: Option<String>,
        /// What lay on the counter, rupiah; the answer says the change.
        #[arg(long, value_name = "AMOUNT", value_parser = rupiah, allow_negative_numbers = true)]
        received: Option<billing::Rupiah>,
        /// The bank's or the provider's word for it.
        #[arg(long, value_name = "TEXT")]
        reference: Option<String>,
        /// Keep as credit what is paid above the debt; refused without this.
        #[arg(long)]
        to_credit: bool,
    },
    /// Writes the receipt of a payment.
    Receipt {
        /// The payment's number.
        number: String,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
        /// What for.
        #[arg(long, value_name = "FORMAT", default_value = "80")]
        format: ReceiptFormat,
    },
}

/// The forms of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReceiptFormat {
    /// A PDF on A5.
    A5,
    /// A PDF as wide as a roll of 58 mm.
    #[value(name = "58")]
    Mm58,
    /// A PDF as wide as a roll of 80 mm.
    #[value(name = "80")]
    Mm80,
    /// Bytes for a thermal printer with a roll of 80 mm.
    Escpos,
    /// The same with a roll of 58 mm.
    #[value(name = "escpos58")]
    Escpos58,
}

/// An amount as an office types it.
fn rupiah(text: &str) -> Result<billing::Rupiah, billing::MoneyError> {
    billing::Rupiah::parse(text)
}

/// Documents.
#[derive(Debug, Subcommand)]
pub(crate) enum Invoice {
    /// Writes invoices as PDF.
    #[command(group(ArgGroup::new("which").required(true).args(["period", "number"])))]
    Pdf {
        /// Every invoice of this period, YYYY-MM.
        #[arg(long)]
        period: Option<billing::Period>,
        /// One invoice.
        #[arg(long)]
        number: Option<String>,
        /// The folder to write into.
        #[arg(long)]
        out: PathBuf,
        /// Two half pages (A5) on a sheet.
        #[arg(long)]
        half: bool,
    },
}
