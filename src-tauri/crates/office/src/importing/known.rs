//! What the office has already, as far as a file's rows refer to it or may clash with it.

use std::collections::{HashMap, HashSet};
use std::net::Ipv4Addr;

use billing::Rupiah;

use super::headings::folded;

/// What exists before the import. Everything is compared without regard to case, except PPPoE names, which routers tell
/// apart by case.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The packages.
    pub packages: Vec<KnownPackage>,
    /// The routers.
    pub routers: Vec<KnownRouter>,
    /// The router of rows that name none, where somebody chose it; else the only one of the office.
    pub usual_router: Option<i64>,
    /// The names of the areas.
    pub areas: Vec<String>,
    /// The users who may collect.
    pub collectors: Vec<KnownCollector>,
    /// Every customer number in use, those of former customers too.
    pub customer_numbers: HashSet<String>,
    /// Every PPPoE name in use by a line that has not been terminated, with its router.
    pub pppoe_names: HashSet<(Option<i64>, String)>,
    /// Every fixed address in use by a line that has not been terminated, with its router.
    pub static_ips: HashSet<(Option<i64>, Ipv4Addr)>,
    /// Every MAC address of a DHCP line that has not been terminated, with its router.
    pub mac_addresses: HashSet<(Option<i64>, String)>,
    /// Every ONT serial number of a line that has not been terminated, in upper case.
    pub ont_serials: HashSet<String>,
}

/// A package that exists.
#[derive(Clone, Debug)]
pub struct KnownPackage {
    /// Its key.
    pub id: i64,
    /// Its code, unique without regard to case.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What a month of it costs, before discount and tax.
    pub price: Rupiah,
    /// Whether it is sold.
    pub is_active: bool,
}

/// A router that exists.
#[derive(Clone, Debug)]
pub struct KnownRouter {
    /// Its key.
    pub id: i64,
    /// Its name, unique without regard to case.
    pub name: String,
}

/// A user who may collect.
#[derive(Clone, Debug)]
pub struct KnownCollector {
    /// The key of the user.
    pub id: i64,
    /// The user's name.
    pub name: String,
}

/// A name looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It names one thing.
    One(i64),
    /// It names several, and nothing says which.
    Several,
    /// It names nothing.
    None,
}

/// Names and what they mean, compared without case, spaces and punctuation once the exact name has found nothing.
#[derive(Debug, Default)]
pub(super) struct Names {
    exact: HashMap<String, Found>,
    folded: HashMap<String, Found>,
}

impl Names {
    pub(super) fn of<'a>(names: impl Iterator<Item = (&'a str, i64)>) -> Self {
        let mut index = Self::default();
        for (name, id) in names {
            for (map, key) in [
                (&mut index.exact, tidied(name)),
                (&mut index.folded, folded(name)),
            ] {
                if key.is_empty() {
                    continue;
                }
                let entry = map.entry(key).or_insert(Found::One(id));
                if *entry != Found::One(id) {
                    *entry = Found::Several;
                }
            }
        }
        index
    }

    pub(super) fn find(&self, name: &str) -> Found {
        let exact = self
            .exact
            .get(&tidied(name))
            .or_else(|| self.folded.get(&folded(name)));
        exact.copied().unwrap_or(Found::None)
    }
}

/// The name in lower case with single spaces.
pub(super) fn tidied(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_another_spelling_only_when_that_leaves_no_doubt() {
        let names = Names::of([("HOME-10", 1), ("Home 10 Mbps", 1), ("1.05", 2), ("10.5", 3)].into_iter());
        assert_eq!(names.find(" home-10 "), Found::One(1));
        assert_eq!(names.find("home10mbps"), Found::One(1));
        assert_eq!(
            names.find("10.5"),
            Found::One(3),
            "an exact name is never ambiguous with a similar one"
        );
        assert_eq!(names.find("105"), Found::Several);
        assert_eq!(names.find("Home 20"), Found::None);
        assert_eq!(names.find("--"), Found::None);
    }
}
