//! How an office shows on its router that it closed a line by hand: an entry that is switched off, a profile for closed
//! lines, a blocked lease, an address list that its firewall keeps out. Offices call the last two `isolir` or the like.
//! And how such a line stays closed once it is a customer's.

use std::collections::HashSet;

use routeros_api::RateLimit;
use store::routers::{ClosedMarks, Router};

use crate::network::{ClosesBy as _, Inventory, ProfileSeen};
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

/// How words begin that offices write into such a name: `TUTUP`, `isolir-lama`, `plg nunggak`.
const CLOSING: [&str; 14] = [
    "isolir",
    "isolas",
    "isolat",
    "terisol",
    "tutup",
    "ditutup",
    "blokir",
    "diblokir",
    "suspend",
    "nunggak",
    "menunggak",
    "tunggak",
    "expire",
    "nonaktif",
];
/// A line that gets no more than this both ways, bit/s, gets no service.
const NO_SERVICE: u64 = 128_000;

/// Whether this is the profile of closed lines, one that closed them before, or exactly called like one.
pub(crate) fn is_isolated(profile: &str, router: &Router) -> bool {
    let lower = profile.to_lowercase();
    router.closes(profile) || ISOLATED.contains(&lower.as_str())
}

/// Whether a name says that lines are closed by what has it.
pub(crate) fn is_closing_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word == "off" || CLOSING.iter().any(|begin| word.starts_with(begin)))
}

/// The profiles and lists of a router by which lines seem to be closed: called so, next to nothing fast, or kept out by a
/// rule of the firewall.
#[derive(Debug, Default)]
pub(super) struct Guessed {
    profiles: HashSet<String>,
    lists: HashSet<String>,
}

impl Guessed {
    pub(super) fn of(read: &Inventory) -> Guessed {
        let closes = |profile: &&ProfileSeen| {
            let limit = profile.rate_limit.as_deref().and_then(|limit| limit.parse().ok());
            let is_slow = limit.is_some_and(|limit: RateLimit| {
                !limit.is_unlimited() && limit.upload.max(limit.download) <= NO_SERVICE
            });
            let list = profile.address_list.as_ref();
            is_closing_name(&profile.name)
                || is_slow
                || list.is_some_and(|list| read.kept_out.contains(list) || is_closing_name(list))
        };
        let profiles = read.profiles.iter().chain(&read.hotspot_profiles);
        Guessed {
            profiles: profiles
                .filter(closes)
                .map(|profile| profile.name.clone())
                .collect(),
            lists: read.kept_out.clone(),
        }
    }
}

/// The profiles by which a router's lines count as closed.
#[derive(Clone, Copy)]
pub(super) struct ClosedProfiles<'a> {
    pub router: &'a Router,
    /// Those of which a person said that lines were closed with them.
    pub marked: &'a [String],
    /// Those of which a person said that they are not, or that a package has.
    pub open: &'a [String],
    pub guessed: &'a Guessed,
}

impl ClosedProfiles<'_> {
    pub(super) fn has(self, profile: &str) -> bool {
        let names = |names: &[String]| names.iter().any(|name| name == profile);
        if profile == self.router.given() || names(self.marked) {
            return true;
        }
        !names(self.open) && (is_isolated(profile, self.router) || self.guessed.profiles.contains(profile))
    }

    /// Whether the firewall's list of this name is one of closed lines: our own, or one that is called like the profile.
    fn has_list(self, list: &str) -> bool {
        list == Inventory::OUR_LIST
            || is_isolated(list, self.router)
            || is_closing_name(list)
            || self.router.closed_marks.lists.iter().any(|marked| marked == list)
            || self.guessed.lists.contains(list)
    }

    /// By what the router's lines were closed before, with what closes these ones now.
    pub(super) fn marks<'e>(self, taken: impl Iterator<Item = &'e Entry>) -> ClosedMarks {
        let mut marks = self.router.closed_marks.clone();
        marks.profiles.retain(|profile| self.has(profile));
        for entry in taken {
            let (names, name) = match entry.closed {
                Some(ClosedBy::IsolatedProfile) => (&mut marks.profiles, &entry.profile),
                Some(ClosedBy::AddressList) => (&mut marks.lists, &entry.closed_list),
                Some(ClosedBy::Disabled | ClosedBy::Blocked) | None => continue,
            };
            if let Some(name) = name
                && name != self.router.given()
                && name != Inventory::OUR_LIST
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        marks
    }

    /// The first of these lists that is one of closed lines.
    pub(super) fn first_list(self, lists: &[String]) -> Option<String> {
        lists.iter().find(|list| self.has_list(list)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_that_lines_are_closed_by_a_word_that_begins_so() {
        for name in [
            "TUTUP",
            "isolir-lama",
            "Profil Isolasi",
            "plg_nunggak",
            "SUSPEND",
            "customer-off",
            "expired_user",
        ] {
            assert!(is_closing_name(name), "{name:?}");
        }
        for name in [
            "Office 20M",
            "10M",
            "BLOK-A",
            "default",
            "Toko Botol",
            "offline-backup",
            "",
        ] {
            assert!(!is_closing_name(name), "{name:?}");
        }
    }
}
