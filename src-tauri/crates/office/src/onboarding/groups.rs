//! Lines that were sold the same: one profile, or one speed. Each group gets a package that exists, or the proposal of a
//! new one, and says whether the package has to be mapped to the router's profile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use store::packages::{Package, Profile as Mapping};
use utoipa::ToSchema;

use crate::network::profile_name;
use crate::onboarding::comment::readable;
use crate::onboarding::entry::{SoldAs, Speed};
use crate::onboarding::package_names::{LONGEST_NAME, Taken, told_apart};

/// The longest code that a package may have.
const LONGEST_CODE: usize = 40;

billing::text_enum! {
    /// How a group of lines came to its package.
    pub enum PackageBy as "package sign" {
        /// The office mapped the package to the profile before.
        Mapped => "mapped",
        /// The profile is called `pkg-<code>`.
        ProfileName => "profile_name",
        /// The speed is that of one package.
        Speed => "speed",
        /// The profile is called like the package.
        Name => "name",
        /// A new package is proposed.
        New => "new",
        /// Nothing tells which; a person chooses.
        Nothing => "nothing",
    }
}

/// A package that does not exist yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposedPackage {
    /// The short code; no package has it.
    pub code: String,
    /// The name that customers read.
    pub name: String,
    /// Towards the customer, kbit/s; `null` where nothing tells.
    pub speed_download: Option<i64>,
    /// From the customer, kbit/s; `null` where nothing tells.
    pub speed_upload: Option<i64>,
    /// Rupiah a month: always `null`, since no router knows it.
    pub price: Option<i64>,
}

/// Lines that were sold the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineGroup {
    /// By which lines name it: `profile:10M`, `hotspot:5M`, `speed:10000/5120`.
    pub key: String,
    /// The PPP profile; `null` for lines without one.
    pub profile: Option<String>,
    /// The limit in the router's spelling, upload first.
    pub rate_limit: Option<String>,
    /// Towards the customer, kbit/s.
    pub speed_download: Option<i64>,
    /// From the customer, kbit/s.
    pub speed_upload: Option<i64>,
    /// How many lines that are not left out have it.
    pub lines: usize,
    /// How it came to its package.
    pub by: PackageBy,
    /// The package that is proposed; `null` for a new one.
    pub package_id: Option<i64>,
    /// Packages that would fit as well.
    pub candidates: Vec<i64>,
    /// The new package that is proposed.
    pub new_package: Option<ProposedPackage>,
    /// Whether the package should be mapped to `profile`, because Sambung would call it otherwise.
    pub map_profile: bool,
}

/// The profiles of a router, by name, with their limits.
pub(super) type Limits = HashMap<String, Option<String>>;

/// What is known where groups are made.
pub(super) struct Ground<'a> {
    pub packages: &'a [Package],
    pub mappings: &'a [Mapping],
    pub profiles: &'a Limits,
    pub hotspot_profiles: &'a Limits,
    /// The router's name.
    pub router: &'a str,
}

/// The key of a group; nothing for lines of which nothing is known.
pub(super) fn key(sold_as: &SoldAs) -> Option<String> {
    match sold_as {
        SoldAs::Profile(profile) => Some(format!("profile:{profile}")),
        SoldAs::HotspotProfile(profile) => Some(format!("hotspot:{profile}")),
        SoldAs::Speed(speed) => Some(format!("speed:{}/{}", speed.download, speed.upload)),
        SoldAs::Unknown => None,
    }
}

/// The groups of these lines, the largest first, so that it has the first choice among the packages.
pub(super) fn groups<'a>(lines: impl Iterator<Item = &'a SoldAs>, ground: &Ground<'_>) -> Vec<LineGroup> {
    let mut counts: BTreeMap<&SoldAs, usize> = BTreeMap::new();
    for sold_as in lines {
        *counts.entry(sold_as).or_default() += 1;
    }
    let mut counted: Vec<(&SoldAs, usize)> = counts.into_iter().collect();
    counted.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    let mut called = Taken::by(ground.packages);
    // A router has one profile for a package: a second profile of the same speed is another package.
    let mut taken: BTreeSet<i64> = ground.mappings.iter().map(|mapping| mapping.package_id).collect();
    counted
        .into_iter()
        .filter_map(|(sold_as, lines)| {
            let key = key(sold_as)?;
            let group = group(sold_as, key, lines, ground, &taken, &mut called);
            if group.profile.is_some() {
                taken.extend(group.package_id);
            }
            Some(group)
        })
        .collect()
}

fn group(
    sold_as: &SoldAs,
    key: String,
    lines: usize,
    ground: &Ground<'_>,
    taken: &BTreeSet<i64>,
    names: &mut Taken,
) -> LineGroup {
    let (profile, called, rate_limit, speed) = match sold_as {
        SoldAs::Profile(name) => {
            let limit = ground.profiles.get(name).cloned().flatten();
            let speed = limit.as_deref().and_then(Speed::read);
            (Some(name.clone()), Some(name.as_str()), limit, speed)
        }
        SoldAs::HotspotProfile(name) => {
            let limit = ground.hotspot_profiles.get(name).cloned().flatten();
            let speed = limit.as_deref().and_then(Speed::read);
            (None, Some(name.as_str()), limit, speed)
        }
        SoldAs::Speed(speed) => (None, None, None, Some(*speed)),
        SoldAs::Unknown => (None, None, None, None),
    };
    let speed = speed.or_else(|| called.and_then(speed_in_name));
    let (by, package_id, candidates) = find(profile.as_deref(), called, speed, ground, taken);
    let new_package = (by == PackageBy::New).then(|| proposed(sold_as, called, speed, ground.router, names));
    let code = match (&new_package, package_id) {
        (Some(new), _) => Some(new.code.as_str()),
        (None, Some(id)) => ground
            .packages
            .iter()
            .find(|package| package.id == id)
            .map(|package| package.details.code.as_str()),
        (None, None) => None,
    };
    let map_profile = match (&profile, code) {
        (Some(profile), Some(code)) => by != PackageBy::Mapped && *profile != profile_name(code),
        _ => false,
    };
    LineGroup {
        key,
        profile,
        rate_limit,
        speed_download: speed.map(|speed| speed.download),
        speed_upload: speed.map(|speed| speed.upload),
        lines,
        by,
        package_id,
        candidates,
        new_package,
        map_profile,
    }
}

/// The package of a group, by the plainest sign that there is.
fn find(
    profile: Option<&str>,
    called: Option<&str>,
    speed: Option<Speed>,
    ground: &Ground<'_>,
    taken: &BTreeSet<i64>,
) -> (PackageBy, Option<i64>, Vec<i64>) {
    let ids = |packages: Vec<&Package>| packages.iter().map(|package| package.id).collect::<Vec<_>>();
    if let Some(profile) = profile {
        let mapped: Vec<i64> = ground
            .mappings
            .iter()
            .filter(|mapping| mapping.profile == profile)
            .map(|mapping| mapping.package_id)
            .collect();
        match mapped.as_slice() {
            [] => {}
            [one] => return (PackageBy::Mapped, Some(*one), Vec::new()),
            _ => return (PackageBy::Nothing, None, mapped),
        }
    }
    // A package that has another profile on this router cannot have this one as well.
    let free = |package: &&Package| profile.is_none() || !taken.contains(&package.id);
    if let Some(package) = ground
        .packages
        .iter()
        .filter(free)
        .find(|package| profile == Some(profile_name(&package.details.code).as_str()))
    {
        return (PackageBy::ProfileName, Some(package.id), Vec::new());
    }
    let sold: Vec<&Package> = ground
        .packages
        .iter()
        .filter(|package| package.details.is_active)
        .filter(free)
        .collect();
    let by_speed: Vec<&Package> = sold
        .iter()
        .copied()
        .filter(|package| {
            speed.is_some_and(|speed| {
                (package.details.speed_download, package.details.speed_upload)
                    == (speed.download, speed.upload)
            })
        })
        .collect();
    let by_name: Vec<&Package> = sold
        .iter()
        .copied()
        .filter(|package| {
            called.is_some_and(|called| {
                let called = folded(called);
                called == folded(&package.details.code) || called == folded(&package.details.name)
            })
        })
        .collect();
    match (by_speed.as_slice(), by_name.as_slice()) {
        ([one], _) => (PackageBy::Speed, Some(one.id), Vec::new()),
        ([], [one]) => (PackageBy::Name, Some(one.id), Vec::new()),
        ([], []) => (PackageBy::New, None, Vec::new()),
        ([], _) => (PackageBy::Nothing, None, ids(by_name)),
        // Of several packages that are as fast, the one that is also called like the profile.
        (_, [one]) if by_speed.iter().any(|package| package.id == one.id) => {
            (PackageBy::Name, Some(one.id), Vec::new())
        }
        _ => (PackageBy::Nothing, None, ids(by_speed)),
    }
}

fn proposed(
    sold_as: &SoldAs,
    called: Option<&str>,
    speed: Option<Speed>,
    router: &str,
    taken: &mut Taken,
) -> ProposedPackage {
    let wanted = called.map_or_else(|| speed.map(speed_code).unwrap_or_default(), code_of);
    let wanted = if wanted.is_empty() {
        "PAKET".to_owned()
    } else {
        wanted
    };
    let code = std::iter::once(wanted.clone())
        .chain((2_u32..).map(|number| format!("{wanted}-{number}")))
        .find(|code| !taken.codes.contains(&code.to_lowercase()))
        .unwrap_or(wanted);
    taken.codes.insert(code.to_lowercase());
    let name = match (called, speed) {
        (Some(called), _) => readable(called).replace(['_', '-'], " "),
        (None, Some(speed)) => format!("{} Mbps", decimal(speed.download)),
        (None, None) => code.clone(),
    };
    let name = name.trim_start_matches(|c: char| !c.is_alphanumeric());
    let name: String = name.trim_end().chars().take(LONGEST_NAME).collect();
    let name = if name.is_empty() { code.clone() } else { name };
    ProposedPackage {
        name: told_apart(name, sold_as, router, taken),
        code,
        speed_download: speed.map(|speed| speed.download),
        speed_upload: speed.map(|speed| speed.upload),
        price: None,
    }
}

/// A code of a profile's name: what a code may hold, the rest as strokes. `pkg-` is ours to put before it.
fn code_of(profile: &str) -> String {
    let name = profile.strip_prefix("pkg-").unwrap_or(profile);
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(LONGEST_CODE - 4)
        .collect();
    plain.trim_matches('-').to_owned()
}

fn speed_code(speed: Speed) -> String {
    if speed.download == speed.upload {
        format!("{}M", decimal(speed.download))
    } else {
        format!("{}M-{}M", decimal(speed.download), decimal(speed.upload))
    }
}

/// Megabits of kilobits, exactly: 10000 is 10, 5120 is 5.12.
fn decimal(kbit: i64) -> String {
    let rest = format!("{:03}", kbit % 1000);
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() {
        (kbit / 1000).to_string()
    } else {
        format!("{}.{rest}", kbit / 1000)
    }
}

/// A speed in a profile's name, `PAKET-10M`, `20 Mbps`, for profiles whose limit is set elsewhere.
fn speed_in_name(name: &str) -> Option<Speed> {
    let lower: String = name
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let bytes = lower.as_bytes();
    let mut at = 0;
    while let Some(rest) = lower.get(at..) {
        let start = at + rest.find(|c: char| c.is_ascii_digit())?;
        let digits = bytes
            .get(start..)?
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let end = start + digits;
        let unit = lower.get(end..)?;
        let is_megabit = unit.starts_with('m') && !unit.starts_with("ms") && !unit.starts_with("me");
        if is_megabit
            && let Some(kbit) = lower
                .get(start..end)?
                .parse::<i64>()
                .ok()
                .filter(|megabit| (1..=100_000).contains(megabit))
                .map(|megabit| megabit * 1000)
        {
            return Some(Speed {
                download: kbit,
                upload: kbit,
            });
        }
        at = end;
    }
    None
}

fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;
