//! Why a line is open or closed: a stable code and what it is about, so that an office can say it in its own language.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::{OwedInvoice, ShieldKind};
use crate::due_rule::days_past;
use crate::{CustomerStatus, OverrideVerdict, Rupiah};

/// An invoice whose due date has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdueInvoice {
    /// Which invoice.
    pub invoice_id: i64,
    /// The last day on which it would have been paid in time.
    pub due_date: Date,
    /// What is owed on it.
    pub remaining: Rupiah,
    /// How many days ago the due date was; at least 1.
    pub days_overdue: u32,
}

impl OverdueInvoice {
    pub(super) fn of(invoice: &OwedInvoice, today: Date) -> OverdueInvoice {
        OverdueInvoice {
            invoice_id: invoice.invoice_id,
            due_date: invoice.due_date,
            remaining: invoice.remaining,
            days_overdue: days_past(invoice.due_date, today),
        }
    }
}

/// One reason. JSON has its code under `code` and its data beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// Closed: the customer is no longer one.
    Terminated {
        /// The last day of service, where it is known.
        on: Option<Date>,
    },
    /// Closed: the customer is not served yet.
    NotYetActive,
    /// Closed: set aside by the office.
    Suspended,
    /// Closed: set aside by agreement.
    Paused {
        /// The first day without service.
        from: Date,
        /// The last day without service, where it was agreed.
        until: Option<Date>,
    },
    /// Open or closed: a person decided it.
    Override {
        /// What was decided.
        verdict: OverrideVerdict,
        /// Why, in the person's words.
        reason: String,
        /// The last day on which it holds.
        until: Option<Date>,
    },
    /// Open: the ledger never closes this line.
    Exempt,
    /// Closed: enough invoices are overdue beyond the grace.
    Overdue {
        /// Those invoices, in the order in which they were given.
        invoices: Vec<OverdueInvoice>,
        /// What is owed on them together.
        amount: Rupiah,
        /// The days of grace that they had.
        grace_days: u16,
    },
    /// Open: a `rapel` payer has no more due and unpaid than was agreed.
    Rapel {
        /// So many invoices are due and unpaid.
        due: u32,
        /// So many may be.
        allowed: u32,
    },
    /// Open: fewer invoices are overdue than the office closes for.
    FewerThanMinimum {
        /// Those invoices.
        invoices: Vec<OverdueInvoice>,
        /// So many there would have to be.
        minimum: u16,
    },
    /// Open: overdue, but not beyond the grace.
    WithinGrace {
        /// Which invoice.
        invoice: OverdueInvoice,
        /// The first day on which it counts.
        counts_from: Date,
    },
    /// Open: money for the invoice is on the way.
    Shielded {
        /// Which invoice.
        invoice: OverdueInvoice,
        /// What says so.
        sign: ShieldKind,
        /// Until when it is believed.
        until: Timestamp,
    },
    /// Open: only a shortfall is owed that the office lets pass.
    WithinTolerance {
        /// Which invoice.
        invoice: OverdueInvoice,
        /// What the office lets pass.
        tolerance: Rupiah,
    },
    /// Open: nothing is overdue.
    NothingOverdue,
}

impl Reason {
    /// The stable code of the reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::Terminated { .. } => "terminated",
            Reason::NotYetActive => "not_yet_active",
            Reason::Suspended => "suspended",
            Reason::Paused { .. } => "paused",
            Reason::Override { .. } => "override",
            Reason::Exempt => "exempt",
            Reason::Overdue { .. } => "overdue",
            Reason::Rapel { .. } => "rapel",
            Reason::FewerThanMinimum { .. } => "fewer_than_minimum",
            Reason::WithinGrace { .. } => "within_grace",
            Reason::Shielded { .. } => "shielded",
            Reason::WithinTolerance { .. } => "within_tolerance",
            Reason::NothingOverdue => "nothing_overdue",
        }
    }

    /// The invoices that it is about.
    #[must_use]
    pub fn invoices(&self) -> &[OverdueInvoice] {
        match self {
            Reason::Overdue { invoices, .. } | Reason::FewerThanMinimum { invoices, .. } => invoices,
            Reason::WithinGrace { invoice, .. }
            | Reason::Shielded { invoice, .. }
            | Reason::WithinTolerance { invoice, .. } => std::slice::from_ref(invoice),
            Reason::Terminated { .. }
            | Reason::NotYetActive
            | Reason::Suspended
            | Reason::Paused { .. }
            | Reason::Override { .. }
            | Reason::Exempt
            | Reason::Rapel { .. }
            | Reason::NothingOverdue => &[],
        }
    }

    /// The reason that a customer's status alone gives for a line to be closed.
    pub(super) const fn of_status(status: CustomerStatus) -> Option<Reason> {
        match status {
            CustomerStatus::Pending => Some(Reason::NotYetActive),
            CustomerStatus::Suspended => Some(Reason::Suspended),
            CustomerStatus::Terminated => Some(Reason::Terminated { on: None }),
            CustomerStatus::Active | CustomerStatus::Isolated => None,
        }
    }
}
