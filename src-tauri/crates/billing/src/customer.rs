//! The words that describe a customer, who in this house is one line with its bill. Names, addresses and numbers are
//! not rules and live elsewhere.

use crate::Observed;
use crate::text_enum::text_enum;

text_enum! {
    /// Where a customer stands. `Isolated` is a fact that a router confirmed, not a wish.
    #[default(Pending)]
    pub enum CustomerStatus as "customer status" {
        /// Signed up, not yet served or billed.
        Pending => "pending",
        /// Served and billed.
        Active => "active",
        /// Closed for a reason that the ledger or a person gave; still a customer.
        Isolated => "isolated",
        /// Set aside by agreement or by the office (cuti): not served, not billed.
        Suspended => "suspended",
        /// No longer a customer. What is owed stays owed.
        Terminated => "terminated",
    }
}

impl CustomerStatus {
    /// The status after a router was seen to say `observed`: `Isolated` is written when the router said so, not when it was
    /// asked, and lifted the same way. A status that a person gave stays, and so does every status when nothing was seen.
    #[must_use]
    pub const fn after_seeing(self, observed: Observed) -> CustomerStatus {
        match (self, observed) {
            (CustomerStatus::Active, Observed::Closed) => CustomerStatus::Isolated,
            (CustomerStatus::Isolated, Observed::Open) => CustomerStatus::Active,
            _ => self,
        }
    }
}

text_enum! {
    /// How a line reaches the router.
    pub enum ConnectionType as "connection type" {
        /// A PPPoE secret.
        Pppoe => "pppoe",
        /// A fixed address with an ARP entry.
        Static => "static",
        /// A DHCP lease.
        Dhcp => "dhcp",
        /// A hotspot user.
        Hotspot => "hotspot",
    }
}

text_enum! {
    /// How a customer is used to paying.
    #[default(Regular)]
    pub enum PaymentBehavior as "payment behaviour" {
        /// Month by month.
        Regular => "regular",
        /// Several months at once, by agreement; tolerated up to a number of months.
        Rapel => "rapel",
    }
}

text_enum! {
    /// Whether a line is billed at all.
    #[default(Normal)]
    pub enum BillingMode as "billing mode" {
        /// Billed by the rules.
        Normal => "normal",
        /// Never billed: the mosque, the village hall, the owner's mother.
        Free => "free",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_a_customer_is_isolated_when_the_router_said_so_and_not_before() {
        use CustomerStatus::{Active, Isolated};
        assert_eq!(Active.after_seeing(Observed::Closed), Isolated);
        assert_eq!(Isolated.after_seeing(Observed::Open), Active);
        assert_eq!(Active.after_seeing(Observed::Open), Active);
        assert_eq!(Isolated.after_seeing(Observed::Closed), Isolated);
    }

    #[test]
    fn a6_a_failed_look_changes_nobodys_status() {
        for &status in CustomerStatus::ALL {
            assert_eq!(status.after_seeing(Observed::Unknown), status);
        }
    }

    #[test]
    fn a_status_that_a_person_gave_is_not_changed_by_a_router() {
        for status in [
            CustomerStatus::Pending,
            CustomerStatus::Suspended,
            CustomerStatus::Terminated,
        ] {
            assert_eq!(status.after_seeing(Observed::Open), status);
            assert_eq!(status.after_seeing(Observed::Closed), status);
        }
    }
}
