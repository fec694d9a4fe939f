//! The entries that stand for lines other than PPPoE ones: the ARP entry and the simple queue of a fixed address, the lease
//! of a device, the hotspot user. They are made, given another rate or name, and taken off, always after a look at what is
//! there: what is marked as another customer's or carries somebody's own note is not changed, except that the lease or
//! the hotspot user of a line gets its rate under such a note too; what is the same already is adopted. Whether the line is open or closed is the verdict's business and goes the usual way afterwards.

mod around;
mod arp;
mod lease;
mod mend;
mod missing;
mod pace;
mod place;
mod queue;
mod relabel;
mod user;

pub use mend::{Mended, bring_pace_back, mend_pace};
pub use missing::{Made, make_missing_entries, read_back, take_back_entries};
pub(crate) use missing::{lacks, menus};
pub use pace::Pace;
pub(in crate::network) use pace::Paces;
pub(crate) use queue::name_of as queue_name;
pub use relabel::relabel_entries;
pub(super) use user::ensure as ensure_profile;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::{Line, Way};
use crate::network::mark::{self, Mark};
use crate::network::removal::Removal;
use crate::network::secret::SecretChange as Change;

/// What a line was on its router before its record said something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Former {
    /// A PPPoE secret of this name.
    Pppoe(String),
    /// This fixed address.
    Static(String),
    /// The lease of this device, or of this address.
    Dhcp(String),
    /// A hotspot user of this name.
    Hotspot(String),
}

impl Former {
    /// What it was called on the router.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Former::Pppoe(name) | Former::Static(name) | Former::Dhcp(name) | Former::Hotspot(name) => name,
        }
    }
}

/// Makes what stands for a line, or adopts what is there. `was_removed` says that the line ended here before: somebody's own
/// entry was left switched off then, and how fast it is was never ours to say, so neither keeps it from being the line's
/// again.
///
/// # Errors
/// [`Failure::EntryTaken`] and [`Failure::EntryDiffers`] for what is not the wanted one, [`Failure::Unplaced`] where the
/// router cannot tell where it belongs, and any other [`Failure`] of asking the router.
pub async fn add_entries(
    session: &Session,
    line: &Line,
    password: Option<&SecretString>,
    was_removed: bool,
) -> Result<Change, Failure> {
    match &line.way {
        Way::Static { address, mac, rate } => {
            let entry = arp::add(session, address, mac.as_deref(), &line.label, was_removed).await?;
            let queue = match queue::keep(session, (address, None), &line.label, *rate, false).await {
                Err(Failure::EntryDiffers { .. }) if was_removed => Change::Adopted,
                queue => queue?,
            };
            Ok(both(entry, queue))
        }
        Way::Dhcp { mac, address, rate } => {
            lease::add(
                session,
                (mac.as_deref(), address.as_deref()),
                &line.label,
                Some(*rate),
                was_removed,
            )
            .await
        }
        Way::Hotspot { user, profile } => {
            user::add(session, user, password, profile, (&line.label, was_removed)).await
        }
        Way::Pppoe { .. } | Way::Unnamed => Err(Failure::NoName),
    }
}

/// Gives a line the rate or the profile of its package.
///
/// # Errors
/// As [`add_entries`].
pub async fn change_entries(session: &Session, line: &Line) -> Result<Change, Failure> {
    match &line.way {
        Way::Static { address, rate, .. } => {
            queue::keep(session, (address, None), &line.label, *rate, true).await
        }
        Way::Dhcp { mac, address, rate } => {
            lease::set_rate(session, mac.as_deref(), address.as_deref(), &line.label, *rate).await
        }
        Way::Hotspot { user, profile } => user::set_profile(session, user, profile, &line.label).await,
        Way::Pppoe { .. } | Way::Unnamed => Err(Failure::NoName),
    }
}

/// Gives a line the address, the device or the name that its record has now.
///
/// # Errors
/// As [`add_entries`].
pub async fn rename_entries(
    session: &Session,
    from: &Former,
    line: &Line,
    password: Option<&SecretString>,
) -> Result<Change, Failure> {
    let moved = match (from, &line.way) {
        (Former::Static(from), Way::Static { address, mac, rate }) => {
            let moved = arp::rename(session, from, (address, mac.as_deref()), &line.label).await?;
            if moved {
                queue::keep(session, (address, Some(from)), &line.label, *rate, true).await?;
            }
            moved
        }
        (Former::Dhcp(from), Way::Dhcp { mac, address, .. }) => {
            lease::rename(session, from, mac.as_deref(), address.as_deref(), &line.label).await?
        }
        (Former::Hotspot(from), Way::Hotspot { user, .. }) => {
            user::rename(session, from, user, &line.label).await?
        }
        _ => return Err(Failure::NoName),
    };
    if moved {
        return Ok(Change::Changed);
    }
    add_entries(session, line, password, false).await
}

/// Takes what stood for a line off its router, and gives how many sessions ended with it.
///
/// # Errors
/// Any [`Failure`] of asking the router.
pub async fn remove_entries(
    session: &Session,
    former: &Former,
    label: &str,
) -> Result<(Removal, usize), Failure> {
    match former {
        Former::Pppoe(name) => crate::network::remove_secret(session, name, label).await,
        Former::Static(address) => {
            let removal = arp::remove(session, address, label).await?;
            queue::remove(session, address, label).await?;
            Ok((removal, 0))
        }
        Former::Dhcp(name) => Ok((lease::remove(session, name, label).await?, 0)),
        Former::Hotspot(name) => user::remove(session, name, label).await,
    }
}

/// Of two things that were done the one that a person is told of.
fn both(one: Change, other: Change) -> Change {
    match (one, other) {
        (Change::Unchanged, other) => other,
        (one, _) => one,
    }
}

/// Whose an entry is; refuses one that is another customer's.
fn owned(menu: &'static str, name: &str, comment: Option<&str>, label: &str) -> Result<Mark, Failure> {
    match mark::of(comment, label) {
        Mark::Another(mark) => Err(Failure::EntryTaken {
            menu,
            name: name.to_owned(),
            mark,
        }),
        mark => Ok(mark),
    }
}

fn differs(menu: &'static str, name: &str, what: Vec<&'static str>) -> Failure {
    Failure::EntryDiffers {
        menu,
        name: name.to_owned(),
        what,
    }
}

/// Sends a removal; what is gone already is what was wanted.
async fn remove_item(session: &Session, menu: &str, id: &str) -> Result<(), Failure> {
    let command = routeros_api::Command::new(format!("{menu}/remove")).attribute(".id", id);
    match session.call(command).await {
        Ok(_) => Ok(()),
        Err(Failure::Router(error)) if error.is_no_such_item() => Ok(()),
        Err(failure) => Err(failure),
    }
}
