//! What can be typed about routers and the lines on them.

use clap::Subcommand;
use jiff::civil::Date;

/// Routers.
#[derive(Debug, Subcommand)]
pub(crate) enum Router {
    /// Adds a router and tests it; the password is read from standard input.
    Add {
        /// Its name in the office.
        name: String,
        /// Name or address.
        #[arg(long)]
        host: String,
        /// The API's port; 8729 with --tls, 8728 without.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        port: Option<u16>,
        /// Speak TLS. Leaving it out is the explicit choice to speak in clear.
        #[arg(long)]
        tls: bool,
        /// The API user.
        #[arg(long)]
        user: String,
        /// `observe` sends nothing; `manage` does.
        #[arg(long, default_value = "observe")]
        mode: billing::RouterMode,
    },
    /// Tests a router: whether it answers, what it is, and what its API user may do.
    Test {
        /// The router's name in the office.
        name: String,
    },
    /// Switches a router between `observe`, in which nothing is sent to it, and `manage`.
    Mode {
        /// The router's name in the office.
        name: String,
        /// `observe` or `manage`.
        mode: billing::RouterMode,
    },
    /// How a router feels at this moment: load, memory, sessions.
    Health {
        /// The router's name in the office.
        name: String,
    },
    /// How a router differs from the ledger, or each router without a name; reads only.
    Plan {
        /// The router's name in the office.
        name: Option<String>,
    },
    /// Repairs what differs on a router; undone like any plan.
    Reconcile {
        /// The router's name in the office.
        name: String,
        /// Only say what would be sent.
        #[arg(long)]
        dry_run: bool,
        /// Let closings above the limit through.
        #[arg(long)]
        confirm: bool,
    },
    /// What stands on a router and what would become of it; reads only.
    Lines {
        /// The router's name in the office.
        name: String,
        /// A table for people instead of JSON.
        #[arg(long)]
        table: bool,
    },
}

/// Closing and opening lines together.
#[derive(Debug, Subcommand)]
pub(crate) enum Isolation {
    /// Who would be closed and opened, and why; changes nothing.
    Plan {
        /// Another day than today, YYYY-MM-DD.
        #[arg(long, value_name = "DAY")]
        date: Option<Date>,
    },
    /// The plans made so far, newest first.
    List {
        /// Only those that stand so: waiting, approved, applying, applied, undoing, undone or dismissed.
        #[arg(long)]
        status: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=500))]
        limit: i64,
        /// Where the last page ended: its next_cursor.
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Carries a plan out: the one that waits, or one made now.
    Apply {
        /// The plan that waits; without it one is made now.
        #[arg(long, value_name = "ID")]
        plan: Option<i64>,
        /// Customer numbers, separated by commas, whose lines are left out.
        #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
        strike: Vec<String>,
        /// Let closings above the limit through.
        #[arg(long)]
        confirm: bool,
    },
    /// Takes lines out of a plan that waits or is shown for tomorrow; it stays so when the plan is carried out.
    Strike {
        /// The plan.
        id: i64,
        /// Customer numbers, separated by commas.
        #[arg(value_name = "NUMBERS", value_delimiter = ',', required = true)]
        numbers: Vec<String>,
        /// Take them back in.
        #[arg(long)]
        back: bool,
    },
    /// Approves ahead what closes tomorrow: those lines close whatever the limit is, and others that become due count against
    /// it.
    Approve {
        /// The preview; tomorrow's without it.
        id: Option<i64>,
        /// Take the approval back.
        #[arg(long)]
        withdraw: bool,
    },
    /// Stops a plan that is being carried out: what has not been sent yet is not sent.
    Cancel {
        /// The plan.
        id: i64,
    },
    /// Takes a plan's changes back, but for lines that changed since.
    Undo {
        /// The plan.
        id: i64,
        /// For how many days after today the lines stay open whatever they owe: 0 to 30, 3 when absent.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(0..=30))]
        hold_days: Option<i64>,
    },
}
