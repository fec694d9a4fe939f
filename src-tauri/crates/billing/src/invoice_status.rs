//! The status of an invoice: derived from amounts and dates each time it is asked for, stored nowhere.

use jiff::civil::Date;

use crate::text_enum::text_enum;
use crate::{Rupiah, due_rule};

text_enum! {
    /// What a person reads on an invoice's badge.
    pub enum InvoiceStatus as "invoice status" {
        /// Nothing paid, not yet overdue.
        Pending => "pending",
        /// Paid in part, not yet overdue.
        Partial => "partial",
        /// Nothing is owed any more.
        Paid => "paid",
        /// Something is owed and the due date has passed, whether or not a part was paid.
        Overdue => "overdue",
        /// Declared void.
        Void => "void",
    }
}

impl InvoiceStatus {
    /// The status on `today`. A part payment never hides that the rest is overdue; an invoice for nothing is paid.
    #[must_use]
    pub fn derive(total: Rupiah, paid: Rupiah, voided: bool, due_date: Date, today: Date) -> InvoiceStatus {
        if voided {
            InvoiceStatus::Void
        } else if paid >= total {
            InvoiceStatus::Paid
        } else if due_rule::is_past(due_date, today) {
            InvoiceStatus::Overdue
        } else if paid.is_positive() {
            InvoiceStatus::Partial
        } else {
            InvoiceStatus::Pending
        }
    }

    /// Whether money is still asked for.
    #[must_use]
    pub const fn is_unpaid(self) -> bool {
        matches!(
            self,
            InvoiceStatus::Pending | InvoiceStatus::Partial | InvoiceStatus::Overdue
        )
    }
}

/// Whether something is still owed on an invoice that is not void and whose due date has passed.
#[must_use]
pub fn is_overdue(remaining: Rupiah, voided: bool, due_date: Date, today: Date) -> bool {
    !voided && remaining.is_positive() && due_rule::is_past(due_date, today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn status(paid: i64, voided: bool, today: Date) -> InvoiceStatus {
        InvoiceStatus::derive(Rupiah(200_000), Rupiah(paid), voided, date(2026, 1, 21), today)
    }

    #[test]
    fn the_status_follows_from_amounts_and_dates() {
        let (before, after) = (date(2026, 1, 21), date(2026, 1, 22));
        assert_eq!(
            status(0, false, before),
            InvoiceStatus::Pending,
            "on the due date it is not overdue"
        );
        assert_eq!(
            status(0, false, after),
            InvoiceStatus::Overdue,
            "it is from the day after"
        );
        assert_eq!(status(1, false, before), InvoiceStatus::Partial);
        assert_eq!(status(200_000, false, after), InvoiceStatus::Paid);
        assert_eq!(status(200_000, true, after), InvoiceStatus::Void);
    }

    #[test]
    fn a_part_payment_does_not_hide_that_an_invoice_is_overdue() {
        assert_eq!(status(199_999, false, date(2026, 1, 22)), InvoiceStatus::Overdue);
        assert!(is_overdue(Rupiah(1), false, date(2026, 1, 21), date(2026, 1, 22)));
        assert!(!is_overdue(Rupiah(1), true, date(2026, 1, 21), date(2026, 1, 22)));
        assert!(!is_overdue(
            Rupiah(0),
            false,
            date(2026, 1, 21),
            date(2026, 1, 22)
        ));
    }

    #[test]
    fn an_invoice_for_nothing_is_paid() {
        let free = InvoiceStatus::derive(Rupiah(0), Rupiah(0), false, date(2026, 1, 21), date(2026, 3, 1));
        assert_eq!(free, InvoiceStatus::Paid);
    }
}
