//! Profiles of ours, for PPPoE lines and the hotspot's, that a router has with another limit than the package's. That concerns
//! every line of the package, so it is told and repaired per profile and not line by line; the repair is a plan that keeps
//! what stood there. What limits one line alone, its queue or its lease, is that line's difference. A profile of the router's
//! own that a package is mapped to is only told of.

use std::collections::HashSet;

use billing::{Access, ConnectionType};
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use store::plans::{HeldProfile, NewProfile};
use utoipa::ToSchema;

use crate::access::facts::Judged;
use crate::access::router_reading::ReadRouter;
use crate::error::Result;
use crate::network::{Line, OtherRate, WantedProfile, Way};

/// A profile whose limit is another than the package's, or that is missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WrongRate {
    /// The profile.
    pub profile: String,
    /// Of which lines it is: `pppoe` or `hotspot`.
    pub connection_type: ConnectionType,
    /// The code of its package; `null` for the profile of closed lines.
    pub package: Option<String>,
    /// Whether the router lacks it, so that it is made: only among what a repair of lines needs.
    pub is_missing: bool,
    /// The limit that the router has, upload/download in its spelling; `null` where it limits nothing.
    pub rate_seen: Option<String>,
    /// The limit that it should have.
    pub rate_wanted: String,
    /// How many lines it limits: those of that package, or those that should be closed.
    pub lines: u64,
    /// The last day on which it stays as it is because the plan that had given it this limit was taken back; `null` where
    /// nothing holds it. Until then it is changed only where somebody names it.
    #[schema(value_type = Option<String>, format = Date)]
    pub held_until: Option<Date>,
}

/// The wrong rates of a router that was read.
pub(super) fn wrong(read: &ReadRouter) -> Vec<WrongRate> {
    read.other_rates
        .iter()
        .map(|rate| WrongRate::of(rate, read))
        .collect()
}

impl WrongRate {
    fn of(rate: &OtherRate, read: &ReadRouter) -> WrongRate {
        WrongRate {
            profile: rate.profile.clone(),
            connection_type: rate.kind,
            package: rate.package.clone(),
            is_missing: !rate.seen.exists,
            rate_seen: rate.seen.rate.clone(),
            rate_wanted: rate.wanted.to_string(),
            lines: lines_with(&read.lines, rate.kind, &rate.profile, &read.isolated),
            held_until: None,
        }
    }
}

/// The hotspot's profiles that a router lacks and that these users are to get: the plan that repairs them makes the profile
/// first. A PPPoE line makes its own, with the addresses of the profile that it leaves.
pub(super) fn needed(read: &ReadRouter, profiles: &HashSet<&str>) -> Vec<WrongRate> {
    let is_needed =
        |rate: &&OtherRate| rate.kind == ConnectionType::Hotspot && profiles.contains(rate.profile.as_str());
    let missing = read.missing_profiles.iter().filter(is_needed);
    missing.map(|rate| WrongRate::of(rate, read)).collect()
}

/// A profile of the router's own that the office has for a package, with another limit than the package's. It is not ours to
/// change: whoever looks after the router gives it another limit, or the package another profile.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MappedRate {
    /// The profile.
    pub profile: String,
    /// Of which lines it is: `pppoe` or `hotspot`.
    pub connection_type: ConnectionType,
    /// The code of the package.
    pub package: String,
    /// The limit that the router has, upload/download in its spelling; `null` where it limits nothing.
    pub rate_seen: Option<String>,
    /// The limit of the package.
    pub rate_wanted: String,
    /// How many lines of the router have that package.
    pub lines: u64,
}

/// The profiles of a router that was read which packages are mapped to and which have another limit.
pub(super) fn mapped(read: &ReadRouter) -> Vec<MappedRate> {
    let of = |rate: &OtherRate| {
        let has_it = |wanted: &WantedProfile| wanted.name == rate.profile && wanted.rate == rate.wanted;
        let lines = read.lines.iter().filter(|(_, line)| match &line.way {
            Way::Pppoe { profile, .. } => rate.kind == ConnectionType::Pppoe && has_it(profile),
            Way::Hotspot { profile, .. } => rate.kind == ConnectionType::Hotspot && has_it(profile),
            Way::Static { .. } | Way::Dhcp { .. } | Way::Unnamed => false,
        });
        Some(MappedRate {
            profile: rate.profile.clone(),
            connection_type: rate.kind,
            package: rate.package.clone()?,
            rate_seen: rate.seen.rate.clone(),
            rate_wanted: rate.wanted.to_string(),
            lines: lines.count() as u64,
        })
    };
    read.mapped_rates.iter().filter_map(of).collect()
}

/// Says of wrong rates which of them a plan that was taken back holds as they are.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn mark_held(tx: &mut Tx, router_id: i64, day: Date, wrong: &mut [WrongRate]) -> Result<()> {
    let held = store::plans::held_profiles(tx, router_id, day).await?;
    for rate in wrong {
        let keeps = |held: &&HeldProfile| held.keeps(rate.connection_type, &rate.profile, &rate.rate_wanted);
        rate.held_until = held.iter().find(keeps).map(|held| held.until);
    }
    Ok(())
}

/// How many of these lines a profile limits: by their package, or of the one of closed lines because they should be closed.
pub(super) fn lines_with(lines: &[(Judged, Line)], kind: ConnectionType, name: &str, isolated: &str) -> u64 {
    let is_closed_ones = kind == ConnectionType::Pppoe && name == isolated;
    let has = lines.iter().filter(|(judged, line)| match &line.way {
        Way::Pppoe { .. } if is_closed_ones => judged.desired() == Access::Closed,
        Way::Pppoe { profile, .. } => kind == ConnectionType::Pppoe && profile.name == name,
        Way::Hotspot { profile, .. } => kind == ConnectionType::Hotspot && profile.name == name,
        Way::Static { .. } | Way::Dhcp { .. } | Way::Unnamed => false,
    });
    has.count() as u64
}

/// Wrong rates as a plan brings them right, each with what stands on the router.
pub(super) fn planned(read: &ReadRouter, router_id: i64, wrong: &[&WrongRate]) -> Vec<NewProfile> {
    wrong
        .iter()
        .filter_map(|rate| {
            let is_it =
                |other: &&OtherRate| other.kind == rate.connection_type && other.profile == rate.profile;
            let known = read.other_rates.iter().chain(&read.missing_profiles);
            let other = known.into_iter().find(is_it)?;
            Some(NewProfile {
                router_id,
                connection_type: rate.connection_type,
                profile: rate.profile.clone(),
                package: rate.package.clone(),
                wanted: rate.rate_wanted.clone(),
                lines: i64::try_from(rate.lines).unwrap_or(i64::MAX),
                before: serde_json::json!(other.seen),
            })
        })
        .collect()
}
