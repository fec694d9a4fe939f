//! What a router says about a line, what that means for the customer, and what it should say after an opening, a closing, a
//! repair or another package. Nothing is sent here.

use billing::{Access, Observed, StaticIsolation};
use serde::{Deserialize, Serialize};

use crate::network::closes_by::ClosesBy;

/// What a router says about a line, as much of it as a change replaces and an undo must bring back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Said {
    /// The secret.
    Pppoe {
        /// Its profile.
        profile: String,
        /// Whether it is switched off.
        disabled: bool,
    },
    /// The fixed address: both ways to close it, whichever of them the router's setting names, since a line may have been
    /// closed before that was changed. The older words knew one of them each.
    #[serde(alias = "arp", alias = "address_list")]
    Address {
        /// Whether its ARP entry is switched off.
        #[serde(default)]
        disabled: bool,
        /// Whether it stands on the isolation list.
        #[serde(default)]
        listed: bool,
        /// The lists of the office's own that it stands on and by which an import found lines closed, by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        marked: Vec<String>,
    },
    /// The lease.
    Lease {
        /// Whether its address stands on the isolation list.
        listed: bool,
        /// Whether its device is turned away when it asks for the address again (`block-access`).
        blocked: bool,
        /// The lists of the office's own that its address stands on and by which an import found lines closed, by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        marked: Vec<String>,
    },
    /// The hotspot user.
    Hotspot {
        /// Whether the user is switched off.
        disabled: bool,
        /// His profile, where an import found that it closes lines.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        marked: Option<String>,
    },
}

impl Said {
    /// What that means for the customer on a router whose closed lines have the profile `isolated` or one that an import
    /// found to close lines, provided that the router
    /// does what its entries say. Where a router was read, what stands around them is looked at too
    /// ([`Snapshot::observed`](crate::network::Snapshot::observed)).
    #[must_use]
    pub fn observed<C: ClosesBy + ?Sized>(&self, isolated: &C) -> Observed {
        let closed = match self {
            Said::Pppoe { profile, disabled } => *disabled || isolated.closes(profile),
            Said::Hotspot { disabled, marked } => *disabled || marked.is_some(),
            Said::Address {
                disabled,
                listed,
                marked,
            } => *disabled || *listed || !marked.is_empty(),
            Said::Lease {
                listed,
                blocked,
                marked,
            } => *listed || *blocked || !marked.is_empty(),
        };
        if closed { Observed::Closed } else { Observed::Open }
    }

    /// What the router should say about a line with a fixed address. A closing goes the way of the router's setting and
    /// leaves the others alone; an opening clears all, since a line that was closed another way would stay closed.
    #[must_use]
    pub fn of_static(wish: Access, how: StaticIsolation, now: &Said) -> Said {
        let (disabled, listed, marked) = match now {
            Said::Address {
                disabled,
                listed,
                marked,
            } if wish == Access::Closed => (*disabled, *listed, marked.clone()),
            _ => (false, false, Vec::new()),
        };
        let closes_by = |way| wish == Access::Closed && how == way;
        Said::Address {
            disabled: disabled || closes_by(StaticIsolation::ArpDisable),
            listed: listed || closes_by(StaticIsolation::AddressList),
            marked,
        }
    }

    /// What the router should say about a line with a lease. A closing leaves alone who else keeps the device out; an
    /// opening does not, since the line would stay closed.
    #[must_use]
    pub fn of_lease(wish: Access, now: &Said) -> Said {
        let listed = wish == Access::Closed;
        let (blocked, marked) = match now {
            Said::Lease { blocked, marked, .. } if listed => (*blocked, marked.clone()),
            _ => (false, Vec::new()),
        };
        Said::Lease {
            listed,
            blocked,
            marked,
        }
    }

    /// Whether each part says what it said before or after a change that takes several commands: a try that was cut off
    /// between them left neither the one nor the other.
    #[must_use]
    pub(crate) fn is_between(&self, before: &Said, after: &Said) -> bool {
        fn parts(said: &Said) -> Option<(bool, bool, &[String])> {
            match said {
                Said::Address {
                    disabled,
                    listed,
                    marked,
                } => Some((*disabled, *listed, marked)),
                Said::Lease {
                    listed,
                    blocked,
                    marked,
                } => Some((*blocked, *listed, marked)),
                Said::Pppoe { .. } | Said::Hotspot { .. } => None,
            }
        }
        let (Some(now), Some(before), Some(after)) = (parts(self), parts(before), parts(after)) else {
            return false;
        };
        let of_either = |list: &String| before.2.contains(list) || after.2.contains(list);
        (now.0 == before.0 || now.0 == after.0)
            && (now.1 == before.1 || now.1 == after.1)
            && now.2.iter().all(of_either)
    }

    /// What the router should say about a hotspot user. A closing leaves his profile alone; an opening gives him the
    /// package's where his own closes him.
    #[must_use]
    pub fn of_hotspot(wish: Access, now: &Said) -> Said {
        let marked = match now {
            Said::Hotspot { marked, .. } if wish == Access::Closed => marked.clone(),
            _ => None,
        };
        Said::Hotspot {
            disabled: wish == Access::Closed,
            marked,
        }
    }

    /// What the router should say about a PPPoE line that has another package now.
    #[must_use]
    pub fn of_own_profile<C: ClosesBy + ?Sized>(now: &Said, own: &str, isolated: &C) -> Said {
        if now.observed(isolated) == Observed::Closed {
            return now.clone();
        }
        Said::Pppoe {
            profile: own.to_owned(),
            disabled: false,
        }
    }

    /// What the router should say about a PPPoE line that is repaired: unlike an opening, it does not leave an open line
    /// under another profile than its package's.
    #[must_use]
    pub fn of_repair<C: ClosesBy + ?Sized>(wish: Access, now: &Said, own: &str, isolated: &C) -> Said {
        match wish {
            Access::Open => Said::Pppoe {
                profile: own.to_owned(),
                disabled: false,
            },
            Access::Closed => Said::of_pppoe(Access::Closed, now, own, isolated),
        }
    }

    /// Whether its profile was deleted on the router, which then shows the number that it had. Nobody chose that.
    fn is_dangling(&self) -> bool {
        matches!(self, Said::Pppoe { profile, .. } if profile.strip_prefix('*').is_some_and(|number| {
            !number.is_empty() && number.chars().all(|digit| digit.is_ascii_hexdigit())
        }))
    }

    /// What the router should say about a PPPoE line. A line that is open under another profile than its package's is
    /// drift, reported but not repaired by an opening; a closed line keeps whether its secret is switched off.
    #[must_use]
    pub fn of_pppoe<C: ClosesBy + ?Sized>(wish: Access, now: &Said, own: &str, isolated: &C) -> Said {
        match (wish, now) {
            (Access::Open, now) if now.observed(isolated) == Observed::Open && !now.is_dangling() => {
                now.clone()
            }
            (Access::Open, _) => Said::Pppoe {
                profile: own.to_owned(),
                disabled: false,
            },
            (Access::Closed, Said::Pppoe { disabled, .. }) => Said::Pppoe {
                profile: isolated.given().to_owned(),
                disabled: *disabled,
            },
            (Access::Closed, _) => Said::Pppoe {
                profile: isolated.given().to_owned(),
                disabled: false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(profile: &str, disabled: bool) -> Said {
        Said::Pppoe {
            profile: profile.into(),
            disabled,
        }
    }

    fn lease(listed: bool, blocked: bool) -> Said {
        Said::Lease {
            listed,
            blocked,
            marked: Vec::new(),
        }
    }

    fn address(disabled: bool, listed: bool) -> Said {
        Said::Address {
            disabled,
            listed,
            marked: Vec::new(),
        }
    }

    fn on_a_list_of_the_office() -> Said {
        Said::Address {
            disabled: false,
            listed: false,
            marked: vec!["telat".into()],
        }
    }

    #[test]
    fn a_list_of_the_office_closes_is_left_alone_by_a_closing_and_cleared_by_an_opening() {
        let marked = on_a_list_of_the_office();
        let to = |wish| Said::of_static(wish, StaticIsolation::ArpDisable, &marked);
        assert_eq!(marked.observed(""), Observed::Closed);
        assert_eq!(to(Access::Open), address(false, false));
        let closed = to(Access::Closed);
        assert!(
            matches!(&closed, Said::Address { disabled: true, marked, .. } if marked == &["telat"]),
            "{closed:?}"
        );
        let half = Said::Address {
            disabled: true,
            listed: false,
            marked: Vec::new(),
        };
        assert!(half.is_between(&closed, &to(Access::Open)));
        assert!(!marked.is_between(&address(true, false), &address(false, false)));
    }

    #[test]
    fn opening_leaves_a_line_alone_that_is_open_under_another_profile() {
        let vip = secret("vip", false);
        assert_eq!(Said::of_pppoe(Access::Open, &vip, "pkg-10m", "isolated"), vip);
    }

    #[test]
    fn opening_gives_a_line_its_own_profile_whose_profile_was_deleted() {
        let dangling = secret("*6", false);
        assert_eq!(
            Said::of_pppoe(Access::Open, &dangling, "pkg-10m", "isolated"),
            secret("pkg-10m", false)
        );
        let starred = secret("*vip", false);
        assert_eq!(
            Said::of_pppoe(Access::Open, &starred, "pkg-10m", "isolated"),
            starred
        );
    }

    #[test]
    fn opening_gives_an_isolated_or_disabled_secret_its_own_profile() {
        for closed in [secret("isolated", false), secret("pkg-10m", true)] {
            assert_eq!(
                Said::of_pppoe(Access::Open, &closed, "pkg-10m", "isolated"),
                secret("pkg-10m", false)
            );
        }
    }

    #[test]
    fn a_repair_takes_an_open_line_to_the_profile_of_its_package() {
        let vip = secret("vip", false);
        let to = |wish| Said::of_repair(wish, &vip, "pkg-10m", "isolated");
        assert_eq!(to(Access::Open), secret("pkg-10m", false));
        assert_eq!(to(Access::Closed), secret("isolated", false));
    }

    #[test]
    fn another_package_reaches_an_open_line_and_leaves_a_closed_one_closed() {
        let own = |now: &Said| Said::of_own_profile(now, "pkg-20m", "isolated");
        assert_eq!(own(&secret("pkg-10m", false)), secret("pkg-20m", false));
        for closed in [secret("isolated", false), secret("pkg-10m", true)] {
            assert_eq!(own(&closed), closed);
        }
    }

    #[test]
    fn a_lease_that_somebody_blocked_is_closed_stays_blocked_and_is_freed_by_an_opening() {
        let said = lease;
        assert_eq!(said(false, true).observed(""), Observed::Closed);
        assert_eq!(
            Said::of_lease(Access::Closed, &said(false, true)),
            said(true, true)
        );
        assert_eq!(
            Said::of_lease(Access::Closed, &said(false, false)),
            said(true, false)
        );
        assert_eq!(
            Said::of_lease(Access::Open, &said(true, true)),
            said(false, false)
        );
    }

    #[test]
    fn a_fixed_address_closes_by_the_setting_and_opens_both_ways() {
        let said = address;
        let to = |wish, how, now| Said::of_static(wish, how, &now);
        use StaticIsolation::{AddressList, ArpDisable};
        assert_eq!(
            to(Access::Closed, ArpDisable, said(false, false)),
            said(true, false)
        );
        assert_eq!(
            to(Access::Closed, AddressList, said(true, false)),
            said(true, true)
        );
        for how in [ArpDisable, AddressList] {
            assert_eq!(to(Access::Open, how, said(true, true)), said(false, false));
        }
    }

    #[test]
    fn what_an_older_plan_kept_of_a_fixed_address_is_still_understood() {
        let read = |text: &str| serde_json::from_str::<Said>(text).unwrap();
        assert_eq!(read(r#"{"way":"arp","disabled":true}"#), address(true, false));
        assert_eq!(
            read(r#"{"way":"address_list","listed":true}"#),
            address(false, true)
        );
    }

    #[test]
    fn a_way_back_that_was_cut_off_between_its_two_commands_is_known_again() {
        let said = lease;
        let (before, after) = (said(true, true), said(false, false));
        assert!(said(true, false).is_between(&before, &after));
        assert!(
            !said(true, true).is_between(&said(false, false), &said(true, false)),
            "blocked by neither of the two"
        );
    }

    #[test]
    fn what_a_router_said_survives_the_way_into_a_plan_and_back() {
        for said in [
            secret("pkg-10m", false),
            address(true, false),
            lease(true, false),
            on_a_list_of_the_office(),
            Said::Hotspot {
                disabled: true,
                marked: None,
            },
        ] {
            let text = serde_json::to_string(&said).unwrap();
            assert_eq!(serde_json::from_str::<Said>(&text).unwrap(), said, "{text}");
        }
    }
}
