//! Everything that a router says about its lines at one moment, for comparing it with the office's records. It is whole,
//! or it is a failure: a router that could not be read has no snapshot, not an empty one (A6).

use std::collections::{HashMap, HashSet};

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::{Line, Said, Way};
use crate::network::reading::{self, Secret};
use crate::network::static_line::View;

/// What a router says.
pub struct Snapshot {
    secrets: HashMap<String, Secret>,
    addresses: Option<View>,
}

/// A secret without a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSecret {
    /// Its name.
    pub name: String,
    /// Its profile.
    pub profile: String,
    /// Its comment.
    pub comment: Option<String>,
}

impl Snapshot {
    /// Reads the router: one list of all secrets, and what it says about fixed addresses if any line has one.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub async fn read(session: &Session, lines: &[Line]) -> Result<Snapshot, Failure> {
        let has_addresses = lines.iter().any(|line| matches!(line.way, Way::Static { .. }));
        let addresses = async {
            match has_addresses {
                true => View::read(session, session.router.details.static_isolation, &[])
                    .await
                    .map(Some),
                false => Ok(None),
            }
        };
        let (secrets, addresses) = tokio::join!(reading::secrets(session, None), addresses);
        Ok(Snapshot {
            secrets: secrets?,
            addresses: addresses?,
        })
    }

    /// What it says about one line.
    ///
    /// # Errors
    /// [`Failure::MissingSecret`] and its like, by which a line is known to be missing.
    pub fn about(&self, line: &Line) -> Result<Said, Failure> {
        match &line.way {
            Way::Pppoe { username, .. } => {
                let secret = self.secrets.get(username);
                secret
                    .map(|secret| secret.said.clone())
                    .ok_or_else(|| Failure::MissingSecret(username.clone()))
            }
            Way::Static { address } => match &self.addresses {
                Some(view) => view.about(address),
                None => Err(Failure::MissingArp(address.clone())),
            },
            Way::Unnamed => Err(Failure::NoName),
            Way::Uncontrolled(kind) => Err(Failure::Unsupported(*kind)),
        }
    }

    /// The secrets that no line has, by name.
    #[must_use]
    pub fn strangers(&self, lines: &[Line]) -> Vec<UnknownSecret> {
        let known: HashSet<&str> = lines
            .iter()
            .filter_map(|line| match &line.way {
                Way::Pppoe { username, .. } => Some(username.as_str()),
                _ => None,
            })
            .collect();
        let mut strangers: Vec<UnknownSecret> = self
            .secrets
            .values()
            .filter(|secret| !known.contains(secret.name.as_str()))
            .map(|secret| UnknownSecret {
                name: secret.name.clone(),
                profile: match &secret.said {
                    Said::Pppoe { profile, .. } => profile.clone(),
                    _ => String::new(),
                },
                comment: secret.comment.clone(),
            })
            .collect();
        strangers.sort_by(|a, b| a.name.cmp(&b.name));
        strangers
    }
}
