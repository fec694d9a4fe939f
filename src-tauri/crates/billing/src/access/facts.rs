//! What the verdict is taken from.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{CustomerStatus, OverrideVerdict, Pause, PaymentBehavior, Rupiah};

/// What the rules need to know of a line.
#[derive(Clone, Copy, Debug)]
pub struct LineFacts<'a> {
    /// Where the customer stands.
    pub status: CustomerStatus,
    /// Whether the ledger never closes it.
    pub exempt: bool,
    /// How the customer is used to paying.
    pub payment_behavior: PaymentBehavior,
    /// How many due invoices a `rapel` payer may leave unpaid.
    pub rapel_months: u32,
    /// Days on which it is set aside by agreement.
    pub pause: Option<Pause>,
    /// Its last day of service, once it ends.
    pub terminated_on: Option<Date>,
    /// The word of a person that has not been ended.
    pub overridden: Option<&'a OverrideInForce>,
}

/// A person's decision about a line, above the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideInForce {
    /// What was decided.
    pub verdict: OverrideVerdict,
    /// Why, in the person's words.
    pub reason: String,
    /// The last day on which it holds; `None` until somebody ends it.
    pub until: Option<Date>,
}

impl OverrideInForce {
    /// Whether it still holds on `today`.
    #[must_use]
    pub fn holds_on(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
}

/// An invoice of the line's payer that is not void and on which something is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwedInvoice {
    /// Which invoice.
    pub invoice_id: i64,
    /// The last day on which it is paid in time.
    pub due_date: Date,
    /// What was paid of it.
    pub paid: Rupiah,
    /// What is still owed on it.
    pub remaining: Rupiah,
    /// The first sign that its money is on the way, if there ever was one. Later ones count for nothing: an invoice is
    /// shielded once.
    pub shield: Option<Shield>,
}

text_enum! {
    /// A sign that money is on the way. A payment link that merely exists is none.
    pub enum ShieldKind as "sign of a payment" {
        /// The provider says that it is processing a payment.
        Processing => "processing",
        /// The customer handed in the proof of a transfer.
        TransferProof => "transfer_proof",
    }
}

/// That money for an invoice is on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shield {
    /// What says so.
    pub kind: ShieldKind,
    /// Since when.
    pub since: Timestamp,
}

impl Shield {
    /// For so long an invoice is not held against the line.
    pub const LASTS: SignedDuration = SignedDuration::from_hours(24);

    /// When it ends.
    #[must_use]
    pub fn until(self) -> Timestamp {
        self.since.checked_add(Shield::LASTS).unwrap_or(Timestamp::MAX)
    }

    /// Whether it holds at `now`.
    #[must_use]
    pub fn holds_at(self, now: Timestamp) -> bool {
        self.since <= now && now < self.until()
    }
}

/// The office's settings that decide when lines close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessPolicy {
    /// For so many days after the due date an overdue invoice closes nothing.
    pub grace_days: u16,
    /// So many invoices must be overdue beyond the grace; at least 1, and 0 is taken for 1.
    pub min_overdue_invoices: u16,
    /// A shortfall up to this amount is let pass.
    pub tolerance: Rupiah,
}

impl Default for AccessPolicy {
    /// Seven days of grace, one invoice, no tolerance.
    fn default() -> AccessPolicy {
        AccessPolicy {
            grace_days: 7,
            min_overdue_invoices: 1,
            tolerance: Rupiah::ZERO,
        }
    }
}
