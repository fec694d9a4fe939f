//! Profiles of ours that a router has with another limit than the package's. That concerns every line of the package, so it
//! is told and repaired per profile and not line by line; bringing the profiles up to date is the repair.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::router_reading::ReadRouter;
use crate::network::Way;

/// A profile whose limit is another than the package's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WrongRate {
    /// The profile.
    pub profile: String,
    /// The code of its package; `null` for the profile of closed lines.
    pub package: Option<String>,
    /// The limit that the router has, upload/download in its spelling; `null` where it limits nothing.
    pub rate_seen: Option<String>,
    /// The limit that it should have.
    pub rate_wanted: String,
    /// How many lines have that package.
    pub lines: u64,
}

/// The wrong rates of a router that was read.
pub(super) fn wrong(read: &ReadRouter) -> Vec<WrongRate> {
    let lines_of = |name: &str| {
        let has = read
            .lines
            .iter()
            .filter(|(_, line)| matches!(&line.way, Way::Pppoe { profile, .. } if profile.name == name));
        has.count() as u64
    };
    read.other_rates
        .iter()
        .map(|rate| WrongRate {
            profile: rate.profile.clone(),
            package: rate.package.clone(),
            rate_seen: rate.seen.clone(),
            rate_wanted: rate.wanted.to_string(),
            lines: lines_of(&rate.profile),
        })
        .collect()
}
