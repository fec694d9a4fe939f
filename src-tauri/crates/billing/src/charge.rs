//! What a customer can be charged for. A charge is unique by customer, kind and key: a period is billable once,
//! whatever happens to the documents that show it.

use crate::text_enum::text_enum;

text_enum! {
    /// What a charge is for.
    pub enum ChargeKind as "charge kind" {
        /// The package, for a period.
        Subscription => "subscription",
        /// The package, for the days between two billing cycles.
        Proration => "proration",
        /// Putting the line in.
        Installation => "installation",
        /// Something besides the package.
        AddOn => "add_on",
        /// Paying late.
        LateFee => "late_fee",
        /// Opening a line again that had been closed.
        Reconnection => "reconnection",
        /// Money kept for the customer, not earned.
        Deposit => "deposit",
        /// A part of an amount that was agreed to be paid in parts.
        Instalment => "instalment",
        /// Putting an earlier bill right; may be negative.
        Correction => "correction",
        /// What was owed before this program kept the books.
        OpeningDebt => "opening_debt",
        /// The rest of the period at a dearer package.
        Difference => "difference",
    }
}

text_enum! {
    /// What a person may charge a line for besides its package; the other kinds follow from the rules.
    pub enum FurtherKind as "further charge" {
        /// Putting the line in.
        Installation => "installation",
        /// Something besides the package.
        AddOn => "add_on",
        /// Paying late.
        LateFee => "late_fee",
        /// Opening a line again that had been closed.
        Reconnection => "reconnection",
        /// Money kept for the customer, not earned.
        Deposit => "deposit",
        /// A part of an amount that was agreed to be paid in parts.
        Instalment => "instalment",
        /// Putting an earlier bill right; may be negative.
        Correction => "correction",
    }
}

impl From<FurtherKind> for ChargeKind {
    fn from(kind: FurtherKind) -> ChargeKind {
        match kind {
            FurtherKind::Installation => ChargeKind::Installation,
            FurtherKind::AddOn => ChargeKind::AddOn,
            FurtherKind::LateFee => ChargeKind::LateFee,
            FurtherKind::Reconnection => ChargeKind::Reconnection,
            FurtherKind::Deposit => ChargeKind::Deposit,
            FurtherKind::Instalment => ChargeKind::Instalment,
            FurtherKind::Correction => ChargeKind::Correction,
        }
    }
}

impl ChargeKind {
    /// Whether PPN can fall on the charge at all. A deposit is not a sale, and an opening debt was billed (and taxed, if
    /// it was) before this program kept the books.
    #[must_use]
    pub const fn is_taxable(self) -> bool {
        !matches!(self, ChargeKind::Deposit | ChargeKind::OpeningDebt)
    }

    /// Whether the charge pays for service on given days, and so takes part in deciding which days are billed.
    #[must_use]
    pub const fn covers_service(self) -> bool {
        matches!(self, ChargeKind::Subscription | ChargeKind::Proration)
    }
}
