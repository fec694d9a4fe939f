//! Everything that a router says about its lines at one moment, for comparing it with the office's records. It is whole,
//! or it is a failure: a router that could not be read has no snapshot, not an empty one (A6).

use std::collections::HashMap;

use billing::Observed;
use store::routers::Router;

use crate::network::connections::Session;
use crate::network::entries::{Pace, Paces};
use crate::network::failure::{Failure, Obstacle};
use crate::network::line::{Line, Way};
use crate::network::reading::{self, Secret};
use crate::network::said::Said;
use crate::network::{dhcp, hotspot, static_line};

/// What a router says.
pub struct Snapshot {
    router: Router,
    secrets: HashMap<String, Secret>,
    addresses: Option<static_line::View>,
    leases: Option<dhcp::View>,
    users: Option<hotspot::View>,
    paces: Paces,
}

impl Snapshot {
    /// Reads the router: one list of all secrets, and what it says about fixed addresses, leases and hotspot users, and how
    /// fast it makes them, as far as any line has one.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub async fn read(session: &Session, lines: &[Line]) -> Result<Snapshot, Failure> {
        let any = |is_such: fn(&Way) -> bool| lines.iter().any(|line| is_such(&line.way));
        let (secrets, addresses, leases, users, paces) = tokio::join!(
            reading::secrets(session, None),
            read_if(
                any(|way| matches!(way, Way::Static { .. })),
                static_line::View::read(session, &[])
            ),
            read_if(
                any(|way| matches!(way, Way::Dhcp { .. })),
                dhcp::View::read(session, &[])
            ),
            read_if(
                any(|way| matches!(way, Way::Hotspot { .. })),
                hotspot::View::read(session, &[])
            ),
            Paces::read(session, lines),
        );
        Ok(Snapshot {
            router: session.router.clone(),
            secrets: secrets?,
            addresses: addresses?,
            leases: leases?,
            users: users?,
            paces: paces?,
        })
    }

    /// What it says about one line.
    ///
    /// # Errors
    /// [`Failure::MissingSecret`] and its like, by which a line is known to be missing; [`Failure::OfAnother`].
    pub fn about(&self, line: &Line) -> Result<Said, Failure> {
        match &line.way {
            Way::Pppoe { username, .. } => {
                let secret = self.secrets.get(username);
                let secret = secret.ok_or_else(|| Failure::MissingSecret(username.clone()))?;
                line.is_owner(secret.comment.as_deref())?;
                Ok(secret.said.clone())
            }
            Way::Static { address, .. } => match &self.addresses {
                Some(view) => {
                    line.is_owner(view.comment(address))?;
                    view.about(address)
                }
                None => Err(Failure::MissingArp(address.clone())),
            },
            Way::Dhcp { .. } => {
                let key = dhcp::Key::of(&line.way).ok_or(Failure::NoName)?;
                match &self.leases {
                    Some(view) => {
                        let there = view.there(key)?;
                        line.is_owner(there.comment.as_deref())?;
                        Ok(there.said)
                    }
                    None => Err(Failure::MissingLease(key.called())),
                }
            }
            Way::Hotspot { user, .. } => match &self.users {
                Some(view) => {
                    line.is_owner(view.comment(user))?;
                    view.about(user)
                }
                None => Err(Failure::MissingHotspotUser(user.clone())),
            },
            Way::Unnamed => Err(Failure::NoName),
        }
    }

    /// How fast it makes a line by an entry that is ours to change; `None` where the line has none.
    #[must_use]
    pub fn pace(&self, line: &Line) -> Option<Pace> {
        let entry = match (&line.way, &self.addresses) {
            (Way::Static { address, .. }, Some(view)) => view.written(address),
            _ => None,
        };
        self.paces.of(line, entry)
    }

    /// How fast it makes a line by an entry of somebody else's, and why that is not ours to change; `None` where the line has
    /// one that is, or none at all.
    #[must_use]
    pub fn pace_by_somebody(&self, line: &Line) -> Option<(Pace, Failure)> {
        match self.pace(line) {
            Some(_) => None,
            None => self.paces.by_somebody(line),
        }
    }

    /// Why what stands for a line that is missing cannot be made, where somebody else has a part of it.
    #[must_use]
    pub fn in_the_way_of_making(&self, line: &Line) -> Option<Failure> {
        self.paces.in_the_way(line)
    }

    /// What it means for the customer of a line that the router says this about it: an entry that has no effect there
    /// closes nobody.
    #[must_use]
    pub fn observed(&self, line: &Line, said: &Said) -> Observed {
        match (&line.way, &self.addresses, &self.leases) {
            (Way::Static { address, .. }, Some(view), _) => view.observed(address, said),
            (Way::Dhcp { .. }, _, Some(view)) => view.observed(said),
            _ => said.observed(&self.router),
        }
    }

    /// Why a closing would not cut this line off, where that is known before anything is sent.
    #[must_use]
    pub fn in_the_way(&self, line: &Line) -> Option<Obstacle> {
        match (&line.way, &self.addresses, &self.leases) {
            (Way::Static { address, .. }, Some(view), _) => view.in_the_way(address),
            (way @ Way::Dhcp { .. }, _, Some(view)) => view.in_the_way(dhcp::Key::of(way)?),
            _ => None,
        }
    }
}

/// What a menu says, where any line needs it.
async fn read_if<T>(
    needed: bool,
    read: impl Future<Output = Result<T, Failure>>,
) -> Result<Option<T>, Failure> {
    if needed { read.await.map(Some) } else { Ok(None) }
}
