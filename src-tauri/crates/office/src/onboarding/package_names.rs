//! What a proposed package is called, so that nobody has to choose between two that are called the same.

use std::collections::BTreeSet;

use store::packages::Package;

use crate::onboarding::entry::SoldAs;

/// The longest name that a package may have.
pub(super) const LONGEST_NAME: usize = 100;

/// What no further package may be called, all in small letters.
pub(super) struct Taken {
    pub codes: BTreeSet<String>,
    pub names: BTreeSet<String>,
}

impl Taken {
    pub(super) fn by(packages: &[Package]) -> Taken {
        let all = |of: fn(&Package) -> &str| packages.iter().map(|it| of(it).to_lowercase()).collect();
        Taken {
            codes: all(|package| &package.details.code),
            names: all(|package| &package.details.name),
        }
    }
}

/// The name, with what tells it from a package that is called the same: two routers, or the two kinds of profile of one
/// router, have each a `default`.
pub(super) fn told_apart(name: String, sold_as: &SoldAs, router: &str, taken: &mut Taken) -> String {
    let kind = match sold_as {
        SoldAs::HotspotProfile(_) => "hotspot",
        SoldAs::Profile(_) => "PPPoE",
        SoldAs::Speed(_) | SoldAs::Unknown => "IP",
    };
    let with = |suffix: String| -> String {
        let room = LONGEST_NAME.saturating_sub(suffix.chars().count() + 3);
        let short: String = name.chars().take(room).collect();
        format!("{short} ({suffix})")
    };
    let told = std::iter::once(name.clone())
        .chain([with(kind.to_owned()), with(router.chars().take(40).collect())])
        .chain((2_u32..).map(|number| with(number.to_string())))
        .find(|told| !taken.names.contains(&told.to_lowercase()))
        .unwrap_or(name);
    taken.names.insert(told.to_lowercase());
    told
}
