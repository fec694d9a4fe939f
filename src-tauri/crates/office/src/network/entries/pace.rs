//! How fast a line is by an entry of its own: the simple queue of a fixed address, the rate of a lease, the profile of a
//! hotspot user. A lease or a user is the line's by the name in its record, so its rate is ours to change under somebody's
//! own note too. A queue under such a note may serve more than the line: it is theirs to change, and is shown.

use std::collections::HashMap;

use routeros_api::{Command, Query, RateLimit};
use serde::{Deserialize, Serialize};

use super::around::Around;
use super::queue::MENU;
use super::{differs, owned};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::hotspot;
use crate::network::line::{Line, Way};
use crate::network::mark::{self, Mark};
use crate::network::reading;
use crate::network::static_line::{self, Arp};

/// What makes a line as fast as it is. Rates are in the router's spelling, upload before download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Pace {
    /// The simple queue of its address; `None` where there is none.
    Queue {
        /// Its limit.
        limit: Option<String>,
    },
    /// Its lease; `None` where it limits nothing.
    Lease {
        /// Its rate.
        limit: Option<String>,
    },
    /// Its hotspot user.
    User {
        /// The user's profile.
        profile: String,
    },
}

impl Pace {
    /// What a line should have; `None` where no entry of its own makes it fast.
    #[must_use]
    pub fn wanted(line: &Line) -> Option<Pace> {
        match &line.way {
            Way::Static { rate, .. } => Some(Pace::Queue {
                limit: Some(rate.to_string()),
            }),
            Way::Dhcp { rate, .. } => Some(Pace::Lease {
                limit: Some(rate.to_string()),
            }),
            Way::Hotspot { profile, .. } => Some(Pace::User {
                profile: profile.name.clone(),
            }),
            Way::Pppoe { .. } | Way::Unnamed => None,
        }
    }

    /// Whether both come to the same. Rates are compared by value, since routers write them in their own spelling.
    #[must_use]
    pub fn is_like(&self, other: &Pace) -> bool {
        match (self, other) {
            (Pace::Queue { limit: one }, Pace::Queue { limit: other })
            | (Pace::Lease { limit: one }, Pace::Lease { limit: other }) => {
                value(one.as_deref()) == value(other.as_deref())
            }
            (one, other) => one == other,
        }
    }

    /// The rate or the profile, in the router's words.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match self {
            Pace::Queue { limit } | Pace::Lease { limit } => limit.as_deref(),
            Pace::User { profile } => Some(profile),
        }
    }
}

/// A limit by value; a text that is no limit is different from every other.
fn value(limit: Option<&str>) -> Option<Result<(u64, u64), &str>> {
    limit.map(|limit| {
        let parsed = limit.parse::<RateLimit>().map_err(|_| limit);
        parsed.map(|limit| (limit.upload, limit.download))
    })
}

/// A pace, and whose the entry is that gives it.
struct Held {
    pace: Pace,
    comment: Option<String>,
}

impl Held {
    fn is_of(&self, label: &str) -> bool {
        mark::of(self.comment.as_deref(), label) == Mark::This
    }

    /// Whether its pace is ours to change. One without our mark that limits nothing may be meant so: the rate may stand
    /// somewhere else.
    fn is_changeable(&self, label: &str) -> bool {
        match mark::of(self.comment.as_deref(), label) {
            Mark::This => true,
            Mark::None | Mark::Foreign => self.pace.word().is_some(),
            Mark::Another(_) => false,
        }
    }
}

/// What a router has for some lines at one moment.
#[derive(Default)]
pub(in crate::network) struct Paces {
    queues: HashMap<String, Vec<Held>>,
    /// What may limit fixed addresses besides; only read where one has no queue.
    around: Around,
    leases: Vec<Held>,
    by_mac: HashMap<String, usize>,
    by_address: HashMap<String, usize>,
    users: HashMap<String, Vec<Held>>,
}

impl Paces {
    /// Reads the entries of these lines: the menus alone that one of them needs, and a few lines by name.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(in crate::network) async fn read(session: &Session, lines: &[Line]) -> Result<Paces, Failure> {
        let mut paces = Paces::default();
        let (queues, leases, users) = tokio::join!(
            ask(session, queues(lines)),
            ask(session, leases(lines)),
            ask(session, users(lines)),
        );
        for row in &queues? {
            let target = row.get("target").unwrap_or_default();
            let address = target.strip_suffix("/32").unwrap_or(target).to_owned();
            paces.queues.entry(address).or_default().push(Held {
                pace: Pace::Queue {
                    limit: reading::text(row, "max-limit"),
                },
                comment: reading::text(row, "comment"),
            });
        }
        let bare: Vec<&str> = lines
            .iter()
            .filter_map(fixed_address)
            .filter(|address| !paces.queues.contains_key(*address))
            .collect();
        if !bare.is_empty() {
            paces.around = Around::read(session, &bare).await?;
        }
        for row in &leases? {
            let place = paces.leases.len();
            if let Some(mac) = row.get("mac-address") {
                paces.by_mac.entry(mac.to_ascii_uppercase()).or_insert(place);
            }
            if let Some(address) = row.get("address") {
                paces.by_address.entry(address.to_owned()).or_insert(place);
            }
            paces.leases.push(Held {
                pace: Pace::Lease {
                    limit: reading::text(row, "rate-limit"),
                },
                comment: reading::text(row, "comment"),
            });
        }
        for row in &users? {
            let Some(name) = row.get("name").filter(|_| !hotspot::runs_out(row)) else {
                continue;
            };
            paces.users.entry(name.to_owned()).or_default().push(Held {
                pace: Pace::User {
                    profile: row.get("profile").unwrap_or("default").to_owned(),
                },
                comment: reading::text(row, "comment"),
            });
        }
        Ok(paces)
    }

    /// How fast a line is by an entry that is ours to change; `None` where it has none. `entry` is the written ARP entry of a
    /// fixed address: where that is ours and no queue is there, somebody took our queue off. Under another's note a
    /// missing queue is one that was never made, unless something else may limit the address.
    pub(in crate::network) fn of(&self, line: &Line, entry: Option<&Arp>) -> Option<Pace> {
        match &line.way {
            Way::Static { address, rate, .. } => match self.queues.get(address) {
                Some(queues) => queues
                    .iter()
                    .find(|queue| queue.is_of(&line.label))
                    .map(|queue| queue.pace.clone()),
                None => {
                    let comment = entry.and_then(|entry| entry.comment.as_deref());
                    let interface = entry.and_then(|entry| entry.interface.as_deref());
                    let is_ours = mark::of(comment, &line.label) == Mark::This;
                    let is_bare = !rate.is_unlimited() && !self.around.limits(address, interface);
                    (is_ours || is_bare).then_some(Pace::Queue { limit: None })
                }
            },
            Way::Dhcp { .. } => {
                let lease = self.lease(line)?;
                lease.is_changeable(&line.label).then(|| lease.pace.clone())
            }
            // Of several users of one name nobody can tell which is the line's.
            Way::Hotspot { user, .. } => match self.users.get(user).map(Vec::as_slice) {
                Some([user]) if user.is_changeable(&line.label) => Some(user.pace.clone()),
                _ => None,
            },
            Way::Pppoe { .. } | Way::Unnamed => None,
        }
    }
}

impl Paces {
    /// How fast a line is by a queue under somebody's own note or by what is marked as another customer's, and why it is not ours to change; `None` where there is no
    /// such entry, or none that limits anything.
    pub(in crate::network) fn by_somebody(&self, line: &Line) -> Option<(Pace, Failure)> {
        let (menu, name, field, held) = match &line.way {
            Way::Static { address, .. } => match self.queues.get(address).map(Vec::as_slice) {
                Some([queue]) => (MENU, address.clone(), "max-limit", queue),
                _ => return None,
            },
            Way::Dhcp { .. } => (
                super::lease::MENU,
                line.way.called().to_owned(),
                "rate-limit",
                self.lease(line)?,
            ),
            Way::Hotspot { user, .. } => match self.users.get(user).map(Vec::as_slice) {
                Some([held]) => (super::user::MENU, user.clone(), "profile", held),
                _ => return None,
            },
            Way::Pppoe { .. } | Way::Unnamed => return None,
        };
        held.pace.word()?;
        let why = match mark::of(held.comment.as_deref(), &line.label) {
            Mark::This => return None,
            Mark::Another(mark) => Failure::EntryTaken { menu, name, mark },
            Mark::None | Mark::Foreign => differs(menu, &name, vec![field]),
        };
        Some((held.pace.clone(), why))
    }

    /// Whether the lease or the hotspot user of a line carries another mark than ours, or none.
    pub(super) fn is_unmarked(&self, line: &Line) -> bool {
        let held = match &line.way {
            Way::Dhcp { .. } => self.lease(line),
            Way::Hotspot { user, .. } => self.users.get(user).and_then(|users| users.first()),
            Way::Static { .. } | Way::Pppoe { .. } | Way::Unnamed => None,
        };
        held.is_some_and(|held| !held.is_of(&line.label))
    }

    fn lease(&self, line: &Line) -> Option<&Held> {
        let Way::Dhcp { mac, address, .. } = &line.way else {
            return None;
        };
        let of_device = mac
            .as_deref()
            .and_then(|mac| self.by_mac.get(&mac.to_ascii_uppercase()));
        let place = of_device.or_else(|| address.as_deref().and_then(|at| self.by_address.get(at)))?;
        self.leases.get(*place)
    }

    /// Why a fixed address cannot get a queue of ours; `None` where it can, or has the same of somebody else's.
    pub(in crate::network) fn in_the_way(&self, line: &Line) -> Option<Failure> {
        let Way::Static { address, .. } = &line.way else {
            return None;
        };
        let (queues, wanted) = (self.queues.get(address)?, Pace::wanted(line)?);
        if queues.iter().any(|queue| queue.is_of(&line.label)) {
            return None;
        }
        let queue = queues.first()?;
        owned(MENU, address, queue.comment.as_deref(), &line.label)
            .err()
            .or_else(|| (!queue.pace.is_like(&wanted)).then(|| differs(MENU, address, vec!["max-limit"])))
    }
}

/// How fast one line is by an entry that is ours to change at this moment; `None` where it has none.
///
/// # Errors
/// Any [`Failure`] of reading.
pub(in crate::network) async fn pace_of(session: &Session, line: &Line) -> Result<Option<Pace>, Failure> {
    let paces = Paces::read(session, std::slice::from_ref(line)).await?;
    let entry = match &line.way {
        Way::Static { address, .. } => static_line::arp(session, &[address])
            .await?
            .remove(address)
            .and_then(|entries| entries.written),
        _ => None,
    };
    Ok(paces.of(line, entry.as_ref()))
}

async fn ask(session: &Session, command: Option<Command>) -> Result<Vec<routeros_api::Row>, Failure> {
    match command {
        Some(command) => Ok(session.call(command).await?.rows),
        None => Ok(Vec::new()),
    }
}

/// The question for what somebody wrote in a menu, narrowed where few lines need it; `None` where none does. What the router
/// makes by itself, a queue for each session, would be most of the answer.
fn question(menu: &str, properties: &[&str], conditions: Vec<Query>) -> Option<Command> {
    let command = Command::new(format!("{menu}/print"))
        .proplist(properties)
        .query(Query::equals("dynamic", "false"));
    (!conditions.is_empty()).then(|| reading::narrowed_to(command, conditions))
}

fn fixed_address(line: &Line) -> Option<&str> {
    match &line.way {
        Way::Static { address, .. } => Some(address),
        _ => None,
    }
}

fn queues(lines: &[Line]) -> Option<Command> {
    let addresses = lines.iter().filter_map(fixed_address);
    let conditions = addresses
        .flat_map(|address| [address.to_owned(), format!("{address}/32")])
        .map(|target| Query::equals("target", &target))
        .collect();
    question(MENU, &["target", "max-limit", "comment"], conditions)
}

fn leases(lines: &[Line]) -> Option<Command> {
    let mut conditions = Vec::new();
    for line in lines {
        if let Way::Dhcp { mac, address, .. } = &line.way {
            let mac = mac.as_deref();
            conditions.extend(mac.map(|mac| Query::equals("mac-address", &mac.to_ascii_uppercase())));
            conditions.extend(
                address
                    .as_deref()
                    .map(|address| Query::equals("address", address)),
            );
        }
    }
    question(
        super::lease::MENU,
        &["mac-address", "address", "rate-limit", "comment"],
        conditions,
    )
}

fn users(lines: &[Line]) -> Option<Command> {
    let conditions = lines.iter().filter_map(|line| match &line.way {
        Way::Hotspot { user, .. } => Some(Query::equals("name", user)),
        _ => None,
    });
    question(
        super::user::MENU,
        &["name", "profile", "comment", "limit-uptime"],
        conditions.collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_the_same_by_value_and_none_is_like_no_rate() {
        let queue = |limit: Option<&str>| Pace::Queue {
            limit: limit.map(str::to_owned),
        };
        assert!(queue(Some("5120k/10M")).is_like(&queue(Some("5120k/10000k"))));
        assert!(!queue(Some("5120k/10M")).is_like(&queue(Some("5120k/20M"))));
        assert!(!queue(None).is_like(&queue(Some("0/0"))));
        assert!(queue(None).is_like(&queue(None)));
        let lease = Pace::Lease {
            limit: Some("5120k/10M".into()),
        };
        assert!(!queue(Some("5120k/10M")).is_like(&lease));
    }
}
