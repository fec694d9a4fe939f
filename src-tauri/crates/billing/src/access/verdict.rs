//! The verdict. What outranks what: an ended contract, a person's word, the customer's standing, an exemption, and last
//! the ledger.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::{Access, AccessPolicy, LineFacts, OverdueInvoice, OwedInvoice, Reason};
use crate::due_rule::is_past;
use crate::{CustomerStatus, PaymentBehavior, Rupiah, is_shortfall};

/// What a line should be, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it should be.
    pub access: Access,
    /// Why; the first is the one that decided, the others carried weight beside it. Never empty.
    pub reasons: Vec<Reason>,
    /// What would have been said had nothing outranked the ledger; empty when nothing did.
    pub outranked: Vec<Reason>,
}

impl Verdict {
    fn new(access: Access, reason: Reason) -> Verdict {
        Verdict {
            access,
            reasons: vec![reason],
            outranked: Vec::new(),
        }
    }

    /// The overdue amount for which the line is closed; zero when it is open, or closed for another cause.
    #[must_use]
    pub fn overdue_amount(&self) -> Rupiah {
        let closing = self.reasons.iter().find_map(|reason| match reason {
            Reason::Overdue { amount, .. } => Some(*amount),
            _ => None,
        });
        closing.unwrap_or(Rupiah::ZERO)
    }
}

/// What a line should be on the civil day `today`, at the instant `now` (which only the 24 hours of a payment on its way
/// are measured by). `owed` are the invoices of its payer on which something is owed, oldest first.
///
/// Whether an open line may be closed at this hour is another question: [`crate::access::ClosingCalendar`].
#[must_use]
pub fn verdict(
    line: &LineFacts<'_>,
    owed: &[OwedInvoice],
    policy: &AccessPolicy,
    today: Date,
    now: Timestamp,
) -> Verdict {
    if let Some(ended) = ended(line, today) {
        return Verdict::new(Access::Closed, ended);
    }
    let ledger = || ledger_verdict(line, owed, policy, today, now);
    if let Some(word) = line.overridden.filter(|word| word.holds_on(today)) {
        let reason = Reason::Override {
            verdict: word.verdict,
            reason: word.reason.clone(),
            until: word.until,
        };
        let outranked = match set_aside(line, today) {
            Some(reason) => vec![reason],
            None => ledger().reasons,
        };
        return Verdict {
            outranked,
            ..Verdict::new(word.verdict.into(), reason)
        };
    }
    if let Some(reason) = set_aside(line, today) {
        return Verdict::new(Access::Closed, reason);
    }
    if line.exempt {
        return Verdict {
            outranked: ledger().reasons,
            ..Verdict::new(Access::Open, Reason::Exempt)
        };
    }
    ledger()
}

/// The first day on which an invoice with this due date can close a line.
#[must_use]
pub fn closing_day(due_date: Date, policy: &AccessPolicy) -> Date {
    due_date.saturating_add(jiff::Span::new().days(i64::from(policy.grace_days) + 1))
}

/// A contract that is over; no word of anybody opens its line.
fn ended(line: &LineFacts<'_>, today: Date) -> Option<Reason> {
    let is_over =
        line.status == CustomerStatus::Terminated || line.terminated_on.is_some_and(|last| today > last);
    is_over.then_some(Reason::Terminated {
        on: line.terminated_on,
    })
}

/// A line that is not served although nothing is wrong with its bill. A suspension for a pause ends with the pause.
fn set_aside(line: &LineFacts<'_>, today: Date) -> Option<Reason> {
    match line.pause {
        Some(pause) if pause.covers(today) => Some(Reason::Paused {
            from: pause.from,
            until: pause.until,
        }),
        Some(pause)
            if pause.until.is_some_and(|until| until < today) && line.status == CustomerStatus::Suspended =>
        {
            None
        }
        _ => Reason::of_status(line.status),
    }
}

/// What the ledger says: closed when enough invoices are overdue beyond the grace, open otherwise.
fn ledger_verdict(
    line: &LineFacts<'_>,
    owed: &[OwedInvoice],
    policy: &AccessPolicy,
    today: Date,
    now: Timestamp,
) -> Verdict {
    let mut closing = Vec::new();
    let mut lenient = Vec::new();
    let mut due = 0_u32;
    for invoice in owed
        .iter()
        .filter(|it| it.remaining.is_positive() && is_past(it.due_date, today))
    {
        let overdue = OverdueInvoice::of(invoice, today);
        if is_shortfall(invoice.paid, invoice.remaining, policy.tolerance) {
            lenient.push(Reason::WithinTolerance {
                invoice: overdue,
                tolerance: policy.tolerance,
            });
            continue;
        }
        due += 1;
        let counts_from = closing_day(invoice.due_date, policy);
        if today < counts_from {
            lenient.push(Reason::WithinGrace {
                invoice: overdue,
                counts_from,
            });
        } else if let Some(shield) = invoice.shield.filter(|shield| shield.holds_at(now)) {
            lenient.push(Reason::Shielded {
                invoice: overdue,
                sign: shield.kind,
                until: shield.until(),
            });
        } else {
            closing.push(overdue);
        }
    }

    let minimum = policy.min_overdue_invoices.max(1);
    let is_enough = closing.len() >= usize::from(minimum);
    let is_rapel = line.payment_behavior == PaymentBehavior::Rapel && due > 0 && due <= line.rapel_months;
    let decided = if is_enough && !is_rapel {
        // A sum for people; the parts beside it are exact.
        let amount = closing.iter().map(|invoice| invoice.remaining).sum();
        Some(Reason::Overdue {
            invoices: closing,
            amount,
            grace_days: policy.grace_days,
        })
    } else if is_rapel {
        Some(Reason::Rapel {
            due,
            allowed: line.rapel_months,
        })
    } else if !closing.is_empty() {
        Some(Reason::FewerThanMinimum {
            invoices: closing,
            minimum,
        })
    } else if lenient.is_empty() {
        Some(Reason::NothingOverdue)
    } else {
        None
    };
    let access = if is_enough && !is_rapel {
        Access::Closed
    } else {
        Access::Open
    };
    Verdict {
        access,
        reasons: decided.into_iter().chain(lenient).collect(),
        outranked: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
