//! Why a line is billed for less than a period, or not at all: stable codes and their data, for an office to phrase.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CustomerStatus, Period};

/// Why less than a whole period is billed, or why a part is billed as if it were whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PartReason {
    /// The line began within the period.
    Joined {
        /// Its first billed day.
        on: Date,
    },
    /// The line began within the period, and the office bills first months whole.
    FirstMonthFull {
        /// Its first billed day.
        on: Date,
    },
    /// The line was closed for longer than closed lines are billed, and opened again within the period.
    Reopened {
        /// The day on which it was opened.
        on: Date,
    },
    /// Earlier days of the period are charged already: the billing day has changed.
    Bridge {
        /// The last day that was charged before.
        charged_until: Date,
    },
    /// Later days of the period are charged already, as when an invoice was declared void that billed the earlier ones.
    ChargedAfter {
        /// The last day before them.
        until: Date,
    },
    /// The line had another package on other days of the period, which are billed beside these.
    PackageChanged,
    /// The line was set aside for some of the days.
    Paused {
        /// How many.
        days: u32,
    },
    /// The line ends within the period.
    Ends {
        /// Its last day of service.
        on: Date,
    },
}

/// Why a line is not billed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SkipReason {
    /// Every day of the period is charged already.
    AlreadyBilled {
        /// The period.
        period: Period,
    },
    /// The period has not come.
    NotYetDue {
        /// The day on which it will be billed.
        on: Date,
    },
    /// The line begins after the period.
    NotStarted {
        /// Its first billed day.
        on: Date,
    },
    /// The line is never billed.
    Free,
    /// The line is set aside for the whole period.
    Paused {
        /// Until when, where that was agreed.
        until: Option<Date>,
    },
    /// Only active and isolated customers are billed.
    NotActive {
        /// Where the customer stands.
        status: CustomerStatus,
    },
    /// The line has been closed for longer than the office bills closed lines.
    ClosedTooLong {
        /// Since when it is closed.
        since: Date,
    },
}

impl SkipReason {
    /// The stable code of the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            SkipReason::AlreadyBilled { .. } => "already_billed",
            SkipReason::NotYetDue { .. } => "not_yet_due",
            SkipReason::NotStarted { .. } => "not_started",
            SkipReason::Free => "free",
            SkipReason::Paused { .. } => "paused",
            SkipReason::NotActive { .. } => "not_active",
            SkipReason::ClosedTooLong { .. } => "closed_too_long",
        }
    }
}
