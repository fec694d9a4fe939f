//! Finding a line's lease among those that the router has, and whether its address stands on the isolation list. A device
//! may have several leases, written and learned; only a written one that is switched on and has one address is the line's.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use billing::{Access, Observed};
use routeros_api::{Command, Query, Row};

use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::isolation_list::{self, Listed, Lists, Marked};
use crate::network::line::Way;
use crate::network::reading;
use crate::network::said::Said;

/// Where leases stand.
pub(super) const MENU: &str = "/ip/dhcp-server/lease";

/// By what a line's lease is looked for: the device first, then the address that the record has.
#[derive(Clone, Copy, Debug)]
pub(in crate::network) struct Key<'a> {
    pub mac: Option<&'a str>,
    pub address: Option<&'a str>,
}

impl Key<'_> {
    /// The key of a line; `None` where the line is of another kind.
    pub(in crate::network) fn of(way: &Way) -> Option<Key<'_>> {
        match way {
            Way::Dhcp { mac, address, .. } => Some(Key {
                mac: mac.as_deref(),
                address: address.as_deref(),
            }),
            _ => None,
        }
    }

    /// What the line is called in a sentence.
    pub(in crate::network) fn called(&self) -> String {
        self.mac.or(self.address).unwrap_or_default().to_owned()
    }
}

/// A lease.
#[derive(Clone, Debug)]
pub(in crate::network) struct Lease {
    id: String,
    mac: Option<String>,
    /// The one address that it stands for; a lease on a whole pool has none.
    pub address: Option<String>,
    dynamic: bool,
    disabled: bool,
    blocked: bool,
    /// Whether the device holds it now.
    pub bound: bool,
    comment: Option<String>,
}

/// What the router has about one line.
pub(in crate::network) struct There {
    pub lease_id: String,
    pub address: String,
    pub listed: Option<Listed>,
    pub marked: Vec<Marked>,
    pub said: Said,
    pub comment: Option<String>,
}

/// The leases and the isolation list at one moment.
pub(in crate::network) struct View {
    leases: Vec<Lease>,
    by_mac: HashMap<String, Vec<usize>>,
    by_address: HashMap<String, Vec<usize>>,
    lists: Lists,
    /// Whether a rule keeps out who stands on the list.
    is_matched: bool,
}

impl View {
    /// Reads the leases of these lines, and of all where none is named.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(in crate::network) async fn read(session: &Session, keys: &[Key<'_>]) -> Result<View, Failure> {
        let (view, is_matched) =
            tokio::join!(View::of(session, keys, true), isolation_list::is_matched(session));
        Ok(View { is_matched, ..view? })
    }

    /// Reads the leases of these lines again; the rules are taken to be as they were a moment ago.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(super) async fn again(&self, session: &Session, keys: &[Key<'_>]) -> Result<View, Failure> {
        View::of(session, keys, self.is_matched).await
    }

    async fn of(session: &Session, keys: &[Key<'_>], is_matched: bool) -> Result<View, Failure> {
        let (leases, lists) = tokio::join!(leases(session, keys), Lists::read(session));
        let leases = leases?;
        let mut by_mac: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_address: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, lease) in leases.iter().enumerate() {
            if let Some(mac) = &lease.mac {
                by_mac.entry(mac.clone()).or_default().push(place);
            }
            if let Some(address) = &lease.address {
                by_address.entry(address.clone()).or_default().push(place);
            }
        }
        Ok(View {
            leases,
            by_mac,
            by_address,
            lists: lists?,
            is_matched,
        })
    }

    /// What it means for the customer that the router says this about a lease.
    pub(in crate::network) fn observed(&self, said: &Said) -> Observed {
        match said {
            Said::Lease {
                listed: true,
                blocked: false,
                marked,
            } if !self.is_matched && marked.is_empty() => Observed::Open,
            said => said.observed(""),
        }
    }

    /// Why what the router says about a line that is to be closed does not close it.
    pub(super) fn obstacle(&self, said: &Said) -> Option<Obstacle> {
        (self.observed(said) != Observed::Closed).then(isolation_list::unmatched)
    }

    /// Why a closing of this line would not close it, where that is known before anything is sent.
    pub(in crate::network) fn in_the_way(&self, key: Key<'_>) -> Option<Obstacle> {
        let there = self.there(key).ok()?;
        self.obstacle(&Said::of_lease(Access::Closed, &there.said))
    }

    /// What the router has about a line.
    ///
    /// # Errors
    /// The lease is missing, learned or switched off.
    pub(in crate::network) fn there(&self, key: Key<'_>) -> Result<There, Failure> {
        let lease = fixed(self.candidates(key), key)?;
        let address = lease
            .address
            .clone()
            .ok_or_else(|| Failure::DynamicLease(key.called()))?;
        let listed = self.lists.ours.get(&address).cloned();
        let marked = self.lists.marked(&address).to_vec();
        Ok(There {
            lease_id: lease.id.clone(),
            said: Said::Lease {
                listed: listed.is_some(),
                blocked: lease.blocked,
                marked: isolation_list::names(&marked),
            },
            comment: lease.comment.clone(),
            listed,
            marked,
            address,
        })
    }

    /// The leases of the device; those of the address only where the device has none.
    fn candidates(&self, key: Key<'_>) -> Vec<&Lease> {
        let of_mac = key.mac.and_then(|mac| self.by_mac.get(&mac.to_ascii_uppercase()));
        let of_address = || key.address.and_then(|address| self.by_address.get(address));
        of_mac
            .or_else(of_address)
            .into_iter()
            .flatten()
            .filter_map(|place| self.leases.get(*place))
            .collect()
    }
}

/// The lease that stands for the line: written, switched on, with one address.
fn fixed<'a>(candidates: Vec<&'a Lease>, key: Key<'_>) -> Result<&'a Lease, Failure> {
    let rank = |lease: &&Lease| {
        (
            !lease.dynamic && !lease.disabled && lease.address.is_some(),
            !lease.dynamic,
            lease.address.as_deref() == key.address,
            lease.bound,
        )
    };
    match candidates.into_iter().max_by_key(rank) {
        None => Err(Failure::MissingLease(key.called())),
        Some(lease) if lease.dynamic || lease.address.is_none() => Err(Failure::DynamicLease(key.called())),
        Some(lease) if lease.disabled => Err(Failure::DisabledLease(key.called())),
        Some(lease) => Ok(lease),
    }
}

/// The lease of one line, for asking what flows through it.
///
/// # Errors
/// As for [`View::about`], and any [`Failure`] of reading.
pub(in crate::network) async fn lease_of(session: &Session, key: Key<'_>) -> Result<Lease, Failure> {
    let leases = leases(session, &[key]).await?;
    let of_mac: Vec<&Lease> = leases
        .iter()
        .filter(|lease| {
            key.mac
                .is_some_and(|mac| lease.mac.as_deref() == Some(&mac.to_ascii_uppercase()))
        })
        .collect();
    let candidates = if of_mac.is_empty() {
        leases.iter().collect()
    } else {
        of_mac
    };
    fixed(candidates, key).cloned()
}

async fn leases(session: &Session, keys: &[Key<'_>]) -> Result<Vec<Lease>, Failure> {
    let command = Command::new(format!("{MENU}/print")).proplist([
        ".id",
        "address",
        "mac-address",
        "dynamic",
        "disabled",
        "block-access",
        "status",
        "comment",
    ]);
    let asked = keys.iter().flat_map(|key| {
        let mac = key
            .mac
            .map(|mac| Query::equals("mac-address", &mac.to_ascii_uppercase()));
        let address = key.address.map(|address| Query::equals("address", address));
        mac.into_iter().chain(address)
    });
    let reply = session
        .call(reading::narrowed_to(command, asked.collect()))
        .await?;
    reply.rows.iter().map(read_lease).collect()
}

fn read_lease(row: &Row) -> Result<Lease, Failure> {
    Ok(Lease {
        id: row.require(".id")?.to_owned(),
        mac: row.get("mac-address").map(str::to_ascii_uppercase),
        address: row
            .get("address")
            .filter(|address| address.parse::<Ipv4Addr>().is_ok())
            .map(str::to_owned),
        dynamic: row.flag("dynamic")?,
        disabled: row.flag("disabled")?,
        blocked: row.flag("block-access")?,
        bound: row.get("status") == Some("bound"),
        comment: reading::text(row, "comment"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: &str = "02:00:00:00:00:07";

    fn lease(id: &str, address: Option<&str>) -> Lease {
        Lease {
            id: id.into(),
            mac: Some(MAC.into()),
            address: address.map(str::to_owned),
            dynamic: false,
            disabled: false,
            blocked: false,
            bound: false,
            comment: None,
        }
    }

    fn chosen(leases: &[Lease]) -> Result<String, &'static str> {
        let key = Key {
            mac: Some(MAC),
            address: Some("10.5.0.7"),
        };
        fixed(leases.iter().collect(), key)
            .map(|lease| lease.id.clone())
            .map_err(|failure| failure.code())
    }

    #[test]
    fn of_several_leases_the_written_one_that_is_on_is_the_lines() {
        let learned = Lease {
            dynamic: true,
            bound: true,
            ..lease("learned", Some("10.5.0.7"))
        };
        let off = Lease {
            disabled: true,
            ..lease("off", Some("10.5.0.7"))
        };
        let elsewhere = lease("elsewhere", Some("10.6.0.9"));
        let own = lease("own", Some("10.5.0.7"));
        let all = [elsewhere.clone(), own, learned.clone(), off.clone()];
        assert_eq!(chosen(&all), Ok("own".to_owned()));
        assert_eq!(chosen(&[off.clone(), elsewhere]), Ok("elsewhere".to_owned()));
        assert_eq!(chosen(&[off, learned.clone()]), Err("lease_disabled"));
        assert_eq!(chosen(&[learned]), Err("lease_dynamic"));
        assert_eq!(chosen(&[]), Err("lease_missing"));
    }

    #[test]
    fn a_lease_on_a_whole_pool_has_no_address_that_could_be_listed() {
        assert_eq!(chosen(&[lease("pool", None)]), Err("lease_dynamic"));
    }
}
