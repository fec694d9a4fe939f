//! What a line is on a router: a PPPoE secret with a profile, an address with an ARP entry or a place on a list, a DHCP
//! lease, or a hotspot user.

use routeros_api::RateLimit;

use crate::network::failure::Failure;
use crate::network::mark::Served;

/// A line as the network sees it: no names of people, no money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose it is.
    pub customer_id: i64,
    /// What marks things on the router as ours: `ID: PLG-00001 - Bu Siti`.
    pub label: String,
    /// How it reaches the router.
    pub way: Way,
    /// Whom else the office serves there, so that what is marked as theirs is left alone.
    pub served: Served,
}

impl Line {
    /// Refuses what is marked as another customer's.
    ///
    /// # Errors
    /// [`Failure::OfAnother`].
    pub(super) fn is_owner(&self, comment: Option<&str>) -> Result<(), Failure> {
        match self.served.another(comment, &self.label) {
            Some(mark) => Err(Failure::OfAnother {
                called: self.way.called().to_owned(),
                mark,
            }),
            None => Ok(()),
        }
    }
}

impl Way {
    /// What the router calls it: a name, an address or a device.
    #[must_use]
    pub fn called(&self) -> &str {
        match self {
            Way::Pppoe { username, .. } => username,
            Way::Static { address, .. } => address,
            Way::Dhcp { mac, address, .. } => mac.as_deref().or(address.as_deref()).unwrap_or_default(),
            Way::Hotspot { user, .. } => user,
            Way::Unnamed => "",
        }
    }
}

/// How a line reaches the router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a PPPoE secret.
    Pppoe {
        /// The secret's name.
        username: String,
        /// The profile that it has while it is open.
        profile: WantedProfile,
    },
    /// By a fixed address.
    Static {
        /// The address.
        address: String,
        /// The device's MAC address, which a new ARP entry needs.
        mac: Option<String>,
        /// What its simple queue limits.
        rate: RateLimit,
    },
    /// By a DHCP lease.
    Dhcp {
        /// The device's MAC address, by which the lease is found.
        mac: Option<String>,
        /// The address, by which it is found where no lease has the device.
        address: Option<String>,
        /// What the lease limits.
        rate: RateLimit,
    },
    /// By a hotspot user.
    Hotspot {
        /// The user's name.
        user: String,
        /// The profile of his package.
        profile: WantedProfile,
    },
    /// The record lacks the user name or the address.
    Unnamed,
}

/// A profile that a line needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedProfile {
    /// Its name on the router.
    pub name: String,
    /// What it limits.
    pub rate: RateLimit,
    /// Whether it is ours to make when it is missing; a profile that the office mapped to a package is the router's.
    pub ours: bool,
}

impl WantedProfile {
    /// What a closed line still gets: enough for an isolation page, far from a service. Never `0/0`, which is unlimited.
    const CLOSED_KBIT: u32 = 64;

    /// The profile of closed lines.
    #[must_use]
    pub fn isolated(name: &str) -> WantedProfile {
        let rate = RateLimit::from_kbit(WantedProfile::CLOSED_KBIT, WantedProfile::CLOSED_KBIT);
        WantedProfile {
            name: name.to_owned(),
            rate,
            ours: true,
        }
    }

    /// The profile of a package: the router's own where the office mapped one, else `pkg-<code>`.
    #[must_use]
    pub fn of_package(package: &store::packages::Package, mapped: Option<&str>) -> WantedProfile {
        let kbit = |speed: i64| u32::try_from(speed).unwrap_or(u32::MAX);
        let rate = RateLimit::from_kbit(
            kbit(package.details.speed_upload),
            kbit(package.details.speed_download),
        );
        match mapped {
            Some(name) => WantedProfile {
                name: name.to_owned(),
                rate,
                ours: false,
            },
            None => WantedProfile {
                name: profile_name(&package.details.code),
                rate,
                ours: true,
            },
        }
    }
}

/// `pkg-<code in lower case>`, the name that a package's profile has on every router.
#[must_use]
pub fn profile_name(package_code: &str) -> String {
    format!("pkg-{}", package_code.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_of_closed_lines_is_never_unlimited() {
        assert_eq!(WantedProfile::isolated("isolated").rate.to_string(), "64k/64k");
    }
}
