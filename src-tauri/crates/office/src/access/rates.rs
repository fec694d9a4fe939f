//! Profiles of ours, for PPPoE lines and the hotspot's, that a router has with another limit than the package's. That concerns
//! every line of the package, so it is told and repaired per profile and not line by line; bringing the profiles up to date
//! is the repair. What limits one line alone, its queue or its lease, is that line's difference.

use billing::ConnectionType;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::router_reading::ReadRouter;
use crate::network::Way;

/// A profile whose limit is another than the package's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WrongRate {
    /// The profile.
    pub profile: String,
    /// Of which lines it is: `pppoe` or `hotspot`.
    pub connection_type: ConnectionType,
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
    let lines_of = |kind: ConnectionType, name: &str| {
        let has = read.lines.iter().filter(|(_, line)| match &line.way {
            Way::Pppoe { profile, .. } => kind == ConnectionType::Pppoe && profile.name == name,
            Way::Hotspot { profile, .. } => kind == ConnectionType::Hotspot && profile.name == name,
            Way::Static { .. } | Way::Dhcp { .. } | Way::Unnamed => false,
        });
        has.count() as u64
    };
    read.other_rates
        .iter()
        .map(|rate| WrongRate {
            profile: rate.profile.clone(),
            connection_type: rate.kind,
            package: rate.package.clone(),
            rate_seen: rate.seen.clone(),
            rate_wanted: rate.wanted.to_string(),
            lines: lines_of(rate.kind, &rate.profile),
        })
        .collect()
}
