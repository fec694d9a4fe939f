//! How an office shows on its router that it closed a line by hand: an entry that is switched off, a profile for closed
//! lines, a blocked lease, an address list that its firewall keeps out. Offices call the last two `isolir` or the like.
//! And how such a line stays closed once it is a customer's.

use store::routers::Router;

use crate::network::Inventory;
use crate::onboarding::decisions::{ImportRouterLines, LineDecision};
use crate::onboarding::entry::Entry;

billing::text_enum! {
    /// How somebody closed a line on the router.
    pub enum ClosedBy as "closing" {
        /// The entry is switched off.
        Disabled => "disabled",
        /// It has the profile of closed lines.
        IsolatedProfile => "isolated_profile",
        /// The lease is blocked.
        Blocked => "blocked",
        /// Its address stands on a list of closed lines.
        AddressList => "address_list",
    }
}

/// How a line stays closed that somebody closed on the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// Not at all: the billing rules decide.
    No,
    /// By an override; it is billed as far as the office bills closed lines.
    Override,
    /// A new customer is set aside, closed and not billed; one who was there gets the override.
    SetAside,
}

impl Closing {
    /// What was decided: a line that is open on the router is not closed by anything here.
    pub(super) fn of(entry: &Entry, decision: &LineDecision, request: &ImportRouterLines) -> Closing {
        let is_billed = decision.bill_closed.or(request.bill_closed).unwrap_or(true);
        match entry.closed.is_some() && decision.keep_closed.unwrap_or(true) {
            false => Closing::No,
            true if is_billed => Closing::Override,
            true => Closing::SetAside,
        }
    }
}

/// Names that offices give to their profile of closed lines, and to the address list of such.
const ISOLATED: [&str; 7] = [
    "isolir",
    "isolasi",
    "isolated",
    "terisolir",
    "blokir",
    "block",
    "expired",
];

/// Whether this is, or is called like, the profile of closed lines.
pub(super) fn is_isolated(profile: &str, router: &Router) -> bool {
    let lower = profile.to_lowercase();
    profile == router.details.isolated_profile || ISOLATED.contains(&lower.as_str())
}

/// The profiles by which a router's lines count as closed.
#[derive(Clone, Copy)]
pub(super) struct ClosedProfiles<'a> {
    pub router: &'a Router,
    /// Those of which a person said that lines were closed with them.
    pub marked: &'a [String],
}

impl ClosedProfiles<'_> {
    pub(super) fn has(self, profile: &str) -> bool {
        is_isolated(profile, self.router) || self.marked.iter().any(|marked| marked == profile)
    }

    /// Whether the firewall's list of this name is one of closed lines: our own, or one that is called like the profile.
    fn has_list(self, list: &str) -> bool {
        list == Inventory::OUR_LIST || self.has(list)
    }

    /// The first of these lists that is one of closed lines.
    pub(super) fn first_list(self, lists: &[String]) -> Option<String> {
        lists.iter().find(|list| self.has_list(list)).cloned()
    }
}
