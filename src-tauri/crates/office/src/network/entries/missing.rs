//! What stands for a line made where its router was seen to lack it, as a repair does, and taken off again where the repair
//! is undone. Unlike a new line nothing is adopted: what somebody made since is left to them, and an undo takes off only
//! what the repair made, while it is still as it was made.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::pace::{Pace, Paces, pace_of};
use super::{arp, lease, queue, user};
use crate::error::Sentence;
use crate::network::carry::{Order, Wish, carry_out};
use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::line::{Line, Way};
use crate::network::mark::{self, Mark};
use crate::network::removal::Removal;
use crate::network::said::Said;
use crate::network::static_line;

/// What a repair made for a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// What the router says about the line.
    #[serde(flatten)]
    pub said: Said,
    /// The menus in which something was made.
    pub made: Vec<String>,
    /// How fast the line is by it.
    pub pace: Option<Pace>,
}

/// Where what stands for a line is made; nowhere where another kind of job makes it.
#[must_use]
pub(crate) fn menus(way: &Way) -> &'static [&'static str] {
    match way {
        Way::Static { .. } => &[arp::MENU, queue::MENU],
        Way::Dhcp { .. } => &[lease::MENU],
        Way::Hotspot { .. } => &[user::MENU],
        Way::Pppoe { .. } | Way::Unnamed => &[],
    }
}

/// Why what stands for a line cannot be made, as far as its record tells before the router is asked: a new ARP entry needs
/// the device, a new lease the device and its address, a hotspot user a password. `learned` says that the router knows the
/// device already.
#[must_use]
pub(crate) fn lacks(line: &Line, has_password: bool, learned: bool) -> Option<Failure> {
    match &line.way {
        Way::Static {
            address, mac: None, ..
        } => Some(arp::no_device(address)),
        Way::Dhcp { mac, address, .. } if !learned && (mac.is_none() || address.is_none()) => {
            let called = mac.as_deref().or(address.as_deref()).unwrap_or_default();
            Some(lease::not_seen(called))
        }
        Way::Hotspot { .. } if !has_password => Some(no_password()),
        _ => None,
    }
}

pub(super) fn no_password() -> Failure {
    Failure::Unplaced(Obstacle {
        code: "hotspot_password_missing",
        sentence: Sentence::new(
            "Kata sandi hotspot pelanggan ini belum tercatat. Isi dulu di data pelanggan.",
            "The customer's hotspot password is not recorded. Enter it in the customer's record first.",
        ),
    })
}

/// Makes what stands for a line and is missing, and gives in which menus something was made; in none where somebody made
/// the line since. `tried` says that an earlier try of ours may have made some of it.
///
/// # Errors
/// [`Failure::EntryTaken`] and [`Failure::EntryDiffers`] where a part of it is somebody else's, before anything is made;
/// [`Failure::Unplaced`] where neither the record nor the router tells what it needs; any other [`Failure`] of asking.
pub async fn make_missing_entries(
    session: &Session,
    line: &Line,
    password: Option<&SecretString>,
    tried: bool,
) -> Result<Vec<&'static str>, Failure> {
    let label = line.label.as_str();
    let mut made = Vec::new();
    match &line.way {
        Way::Static { address, mac, rate } => {
            if let Some(failure) = queue::in_the_way(session, address, label, *rate).await? {
                return Err(failure);
            }
            if arp::make_missing(session, address, mac.as_deref(), label, tried).await? {
                made.push(arp::MENU);
                if queue::make_missing(session, address, label, *rate, tried).await? {
                    made.push(queue::MENU);
                }
            }
        }
        Way::Dhcp { mac, address, rate } => {
            let key = (mac.as_deref(), address.as_deref());
            if lease::make_missing(session, key, label, *rate, tried).await? {
                made.push(lease::MENU);
            }
        }
        Way::Hotspot { user: name, profile } => {
            let password = password.ok_or_else(no_password)?;
            if user::make_missing(session, name, password, profile, (label, tried)).await? {
                made.push(user::MENU);
            }
        }
        Way::Pppoe { .. } | Way::Unnamed => return Err(Failure::NoName),
    }
    Ok(made)
}

/// Takes off what a repair made, and gives how many sessions ended with it. `tried` says that an earlier try of ours may
/// have taken off some of it.
///
/// # Errors
/// [`Failure::ChangedSince`] where it is not any more as it was made, or is not ours any more; the failures by which a line
/// is known to be missing where somebody else took it off; any other [`Failure`] of asking the router.
pub async fn take_back_entries(
    session: &Session,
    line: &Line,
    made: &Made,
    tried: bool,
) -> Result<usize, Failure> {
    let look = Order::new(line.clone(), Wish::Look, false);
    let looked = carry_out(session, std::slice::from_ref(&look))
        .await
        .into_iter()
        .next();
    match looked.unwrap_or(Err(Failure::NoName)) {
        Ok(carried) => {
            let is_as_made =
                carried.after == made.said || (tried && carried.after == switched_off(&made.said));
            if !is_as_made || !is_still_ours(session, line, made, tried).await? {
                return Err(Failure::ChangedSince { said: carried.after });
            }
        }
        Err(failure) if tried && (failure.is_missing() || matches!(failure, Failure::DynamicLease(_))) => {}
        Err(failure) => return Err(failure),
    }
    take_off(session, line, made).await
}

/// Whether what a repair made still carries our mark and makes the line as fast as it did.
async fn is_still_ours(session: &Session, line: &Line, made: &Made, tried: bool) -> Result<bool, Failure> {
    let entry = match &line.way {
        Way::Static { address, .. } => {
            let entries = static_line::arp(session, &[address]).await?.remove(address);
            let written = entries.and_then(|entries| entries.written);
            let comment = written.as_ref().and_then(|entry| entry.comment.as_deref());
            if mark::of(comment, &line.label) != Mark::This {
                return Ok(false);
            }
            written
        }
        _ => None,
    };
    let paces = Paces::read(session, std::slice::from_ref(line)).await?;
    // What somebody wrote another note into since is theirs to remove, though not to slow down.
    let now = paces
        .of(line, entry.as_ref())
        .filter(|_| !paces.is_unmarked(line));
    Ok(match (&made.pace, &now) {
        (None, _) => true,
        (Some(then), Some(now)) => then.is_like(now) || (tried && now.word().is_none()),
        (Some(_), None) => false,
    })
}

async fn take_off(session: &Session, line: &Line, made: &Made) -> Result<usize, Failure> {
    let has_made = |menu: &str| made.made.iter().any(|made| made == menu);
    let label = line.label.as_str();
    match &line.way {
        Way::Static { address, .. } => {
            // The queue first: a try that is cut off between them finds the entry as it was made.
            if has_made(queue::MENU) {
                queue::remove(session, address, label).await?;
            }
            arp::remove(session, address, label).await?;
            Ok(0)
        }
        Way::Dhcp { mac, address, .. } => {
            let called = mac.as_deref().or(address.as_deref()).unwrap_or_default();
            match lease::remove(session, called, label).await? {
                Removal::Removed | Removal::Gone => Ok(0),
                _ => Err(Failure::ChangedSince {
                    said: made.said.clone(),
                }),
            }
        }
        Way::Hotspot { user: name, .. } => Ok(user::remove(session, name, label).await?.1),
        Way::Pppoe { .. } | Way::Unnamed => Err(Failure::NoName),
    }
}

/// What a try that was cut off leaves of a hotspot user: he is switched off before he is removed.
fn switched_off(said: &Said) -> Said {
    match said {
        Said::Hotspot { marked, .. } => Said::Hotspot {
            disabled: true,
            marked: marked.clone(),
        },
        said => said.clone(),
    }
}

/// Reads back how fast a line is by an entry of ours.
///
/// # Errors
/// [`Failure::OtherPace`] where that is not what it should be.
pub async fn read_back(session: &Session, line: &Line) -> Result<Option<Pace>, Failure> {
    let now = pace_of(session, line).await?;
    match (Pace::wanted(line), now) {
        (Some(wanted), Some(now)) if !wanted.is_like(&now) => Err(Failure::OtherPace { wanted, said: now }),
        (_, now) => Ok(now),
    }
}
