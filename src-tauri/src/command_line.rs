//! What can be typed after `sambung`. Only the words and their forms; what they do is in `commands`.

mod counter;
mod log;
mod network;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

pub(crate) use counter::{Customer, Invoice, Package, Payment, ReceiptFormat};
pub(crate) use log::{Log, TableFormat, Which};
pub(crate) use network::{Isolation, Router};

/// Billing and line control for a small internet office.
#[derive(Debug, Parser)]
#[command(name = "sambung", version, about, long_about = None)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Start without showing the window, only in the tray: how a session starts it.
    #[arg(long = "tray", hide = true)]
    pub(crate) in_tray: bool,
    /// How long, in seconds, the window is closed before its page is given back to the machine. Typed text in a form keeps
    /// it.
    #[arg(
        long,
        env = "SAMBUNG_WINDOW_REST",
        value_name = "SECONDS",
        default_value_t = 600,
        value_parser = clap::value_parser!(u64).range(1..=86_400)
    )]
    pub(crate) window_rest: u64,
    /// What to do; the desktop application when absent.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Where the office's data and secrets are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    /// The folder of the database, its backups and the logs.
    #[arg(long, global = true, env = "SAMBUNG_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A postgres:// URL, for several desks; a file in the data directory when absent.
    #[arg(
        long,
        global = true,
        env = "SAMBUNG_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database_url: Option<String>,
    /// Where credentials are kept: the keyring of the operating system, or an encrypted file whose passphrase is in
    /// SAMBUNG_PASSPHRASE.
    #[arg(
        long,
        global = true,
        env = "SAMBUNG_SECRETS",
        value_name = "WHERE",
        default_value = "keyring"
    )]
    pub(crate) secrets: SecretsPlace,
}

/// Where credentials are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SecretsPlace {
    /// The keyring of the operating system.
    Keyring,
    /// An encrypted file in the data directory.
    File,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The same backend without a window; prints the URL.
    Serve {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:8790")]
        listen: SocketAddr,
        /// Do not run the schedule here.
        #[arg(long)]
        no_schedule: bool,
        /// How long, in seconds, this desk may keep silent before another takes over what it has in hand: the schedule and
        /// jobs. Under a minute when absent.
        #[arg(
            long,
            env = "SAMBUNG_LEASE",
            value_name = "SECONDS",
            hide = true,
            value_parser = clap::value_parser!(u64).range(3..=42)
        )]
        lease: Option<u64>,
    },
    /// Runs a task of the schedule once, with the jobs that it causes.
    Task(Task),
    /// Brings data in.
    Import {
        /// What.
        #[command(subcommand)]
        what: Import,
    },
    /// Packages.
    Package {
        /// What.
        #[command(subcommand)]
        what: Package,
    },
    /// Customers.
    Customer {
        /// What.
        #[command(subcommand)]
        what: Customer,
    },
    /// Payments.
    Payment {
        /// What.
        #[command(subcommand)]
        what: Payment,
    },
    /// Documents.
    Invoice {
        /// Which.
        #[command(subcommand)]
        what: Invoice,
    },
    /// Staff.
    User {
        /// What.
        #[command(subcommand)]
        what: User,
    },
    /// Tokens for scripts.
    Token {
        /// What.
        #[command(subcommand)]
        what: Token,
    },
    /// Routers.
    Router {
        /// What.
        #[command(subcommand)]
        what: Router,
    },
    /// Closing and opening lines together.
    Isolation {
        /// What.
        #[command(subcommand)]
        what: Isolation,
    },
    /// What was done.
    Log {
        /// What.
        #[command(subcommand)]
        what: Log,
    },
    /// The key that seals customers' passwords.
    Key {
        /// What.
        #[command(subcommand)]
        what: Key,
    },
    /// The computers that share this office.
    Desk {
        /// What.
        #[command(subcommand)]
        what: Desk,
    },
    /// Copies the database into a file, consistently, while it is in use.
    Backup {
        /// The file to make; it must not exist.
        file: PathBuf,
        /// Compress and encrypt it, with the passphrase of the scheduled backups, or one on standard input where there is
        /// none.
        #[arg(long)]
        encrypt: bool,
    },
    /// Puts a backup in the place of the database, after saving what it replaces. An encrypted one that was made elsewhere
    /// needs its passphrase on standard input.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Only check it and say what it holds.
        #[arg(long)]
        show: bool,
        /// Do not ask, where somebody could answer.
        #[arg(long, conflicts_with = "show")]
        confirm: bool,
    },
    /// Moves the office to another database, from a file to a PostgreSQL server or back, and compares the totals. The old
    /// one stays, and refuses work from then on.
    Move {
        /// A postgres:// URL with an empty database, or a data folder without one.
        #[arg(long, value_name = "URL|DIR", required_unless_present = "undo")]
        to: Option<String>,
        /// Use the office of this place again, which was moved; what was entered where it went does not come along.
        #[arg(long, conflicts_with = "to")]
        undo: bool,
    },
    /// Checks journal, derived totals, references and the log; exit 1 when something is wrong.
    Verify,
    /// An office of invented customers against a simulated router, in a data directory of its own.
    Training {
        /// How many customers.
        #[arg(long, default_value_t = 300, allow_negative_numbers = true,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        customers: u32,
        /// Serve it here instead of opening a window; prints one JSON line when ready.
        #[arg(long, value_name = "ADDRESS")]
        serve: Option<SocketAddr>,
    },
}

/// A task of the schedule.
#[derive(Debug, Args)]
pub(crate) struct Task {
    /// Its name: billing:generate-invoices, billing:check-overdue, …
    pub(crate) name: String,
    /// Only say what would happen, with each invoice or line.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Let a plan above the limit through.
    #[arg(long)]
    pub(crate) confirm: bool,
    /// The instant that the task takes for now, RFC 3339: 2026-01-01T06:00:00+07:00.
    #[arg(long, value_name = "RFC3339")]
    pub(crate) as_of: Option<Timestamp>,
    /// The month to bill, 1 to 12; with --year.
    #[arg(long, requires = "year", value_parser = clap::value_parser!(i8).range(1..=12))]
    pub(crate) month: Option<i8>,
    /// The year to bill.
    #[arg(long, requires = "month", value_parser = clap::value_parser!(i16).range(2000..=2999))]
    pub(crate) year: Option<i16>,
}

/// What can be brought in.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Customers from a CSV or XLSX file.
    Customers {
        /// The file.
        file: PathBuf,
        /// Only check it.
        #[arg(long)]
        dry_run: bool,
        /// Take the good rows even when others are refused.
        #[arg(long)]
        good_rows: bool,
        /// The router of rows that name none, by its name in the office.
        #[arg(long, value_name = "NAME")]
        router: Option<String>,
        /// The first month that is billed here, YYYY-MM; the one under way unless named.
        #[arg(long, value_name = "MONTH")]
        first_period: Option<billing::Period>,
    },
    /// The imports so far, newest first.
    List {
        /// A part of the file's name.
        #[arg(long)]
        search: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=500))]
        limit: i64,
        /// Where the last page ended: its next_cursor.
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Undoes an import; customers to whom something has happened since stay, and are named.
    Undo {
        /// The batch_id that the import printed.
        batch: i64,
    },
}

/// Staff.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Adds somebody; the password is read from standard input.
    Add {
        /// The login name.
        name: String,
        /// owner, admin, cashier, technician or collector.
        #[arg(long)]
        role: office::Role,
    },
}

/// The key that seals customers' passwords.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Goes on with a new key where the old one is lost; the passwords that it sealed have to be typed again.
    New {
        /// Give those passwords up.
        #[arg(long)]
        confirm: bool,
    },
}

/// The computers that share this office.
#[derive(Debug, Subcommand)]
pub(crate) enum Desk {
    /// Makes a one-time code for a further computer and prints it, alone, once.
    Pair,
    /// Lets this computer into the office with the code of another one; both name the same --database-url.
    Join {
        /// The code; read from standard input when absent.
        code: Option<String>,
    },
    /// Lists the computers: who is there, who runs the schedule, which routers each can log in to.
    List,
    /// Takes a computer off the list that is gone for good.
    Forget {
        /// Its id in the list.
        id: String,
    },
}

/// Tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Makes a token and prints it, alone, once.
    Create {
        /// What it is for.
        name: String,
        /// Whose it is.
        #[arg(long)]
        user: String,
        /// What it may do, separated by commas; `*` means all.
        #[arg(long = "ability", value_delimiter = ',', required = true)]
        abilities: Vec<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_month_needs_its_year_and_a_day_that_does_not_exist_is_refused() {
        assert!(
            CommandLine::try_parse_from(["sambung", "task", "billing:generate-invoices", "--month", "1"])
                .is_err()
        );
        let bad_day = [
            "sambung",
            "task",
            "billing:check-overdue",
            "--as-of",
            "2026-02-30T06:00:00+07:00",
        ];
        assert!(CommandLine::try_parse_from(bad_day).is_err());
    }

    #[test]
    fn a_refused_word_names_the_words_that_are_allowed() {
        let pay = [
            "sambung", "payment", "take", "PLG-1", "--amount", "1", "--method", "x",
        ];
        let receipt = [
            "sambung", "payment", "receipt", "PAY-1", "--out", "x", "--format", "x",
        ];
        let router = [
            "sambung", "router", "add", "x", "--host", "x", "--user", "x", "--mode", "x",
        ];
        let user = ["sambung", "user", "add", "x", "--role", "x"];
        let secrets = ["sambung", "--secrets", "x", "verify"];
        for (words, last) in [
            (&pay[..], "ewallet"),
            (&receipt, "escpos"),
            (&router, "manage"),
            (&user, "collector"),
            (&secrets, "file"),
        ] {
            let refused = CommandLine::try_parse_from(words).map_err(|error| error.to_string());
            assert!(
                refused.as_ref().is_err_and(|said| said.contains(last)),
                "{words:?}: {refused:?}"
            );
        }
    }

    #[test]
    fn port_0_is_no_port_of_a_router() {
        let add = |port| {
            let words = [
                "sambung", "router", "add", "Pusat", "--host", "10.0.0.1", "--user", "sambung", "--port",
            ];
            CommandLine::try_parse_from(words.into_iter().chain([port]))
        };
        assert!(add("8728").is_ok());
        assert!(add("0").is_err());
    }
}
