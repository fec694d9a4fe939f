//! The static lease of a device, with the rate of its package. One that the router gave by itself is made static; a new one
//! needs an address, and the server that serves it.

use routeros_api::{Command, Query, RateLimit};

use super::{Change, arp, differs, owned, place, remove_item};
use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::mark::{self, Mark};
use crate::network::reading;
use crate::network::removal::Removal;

pub(super) const MENU: &str = "/ip/dhcp-server/lease";

struct Lease {
    id: String,
    mac: Option<String>,
    address: Option<String>,
    rate: Option<RateLimit>,
    comment: Option<String>,
    dynamic: bool,
    disabled: bool,
}

impl Lease {
    fn is_of(&self, mac: Option<&str>, address: Option<&str>) -> bool {
        let is_device = |mac: &str| {
            self.mac
                .as_deref()
                .is_some_and(|own| own.eq_ignore_ascii_case(mac))
        };
        mac.is_some_and(is_device) || (address.is_some() && self.address.as_deref() == address)
    }

    fn has(&self, rate: RateLimit) -> bool {
        self.rate
            .is_some_and(|own| (own.upload, own.download) == (rate.upload, rate.download))
    }

    fn called(&self) -> &str {
        self.mac
            .as_deref()
            .or(self.address.as_deref())
            .unwrap_or_default()
    }
}

/// Makes the lease or adopts the one that is there.
pub(super) async fn add(
    session: &Session,
    (mac, address): (Option<&str>, Option<&str>),
    label: &str,
    rate: Option<RateLimit>,
    was_removed: bool,
) -> Result<Change, Failure> {
    let leases = read(session, mac, address).await?;
    match own(&leases, mac, address) {
        Some(there) => take_over(session, there, (mac, address), (label, was_removed), rate).await,
        None => make(session, &leases, (mac, address), label, rate)
            .await
            .map(|()| Change::Added),
    }
}

/// Makes the lease where it is missing, and leaves one alone that somebody wrote since; gives whether it is of our making.
/// `tried` says that an earlier try of ours may have made it.
pub(super) async fn make_missing(
    session: &Session,
    (mac, address): (Option<&str>, Option<&str>),
    label: &str,
    rate: RateLimit,
    tried: bool,
) -> Result<bool, Failure> {
    let leases = read(session, mac, address).await?;
    let Some(there) = own(&leases, mac, address) else {
        make(session, &leases, (mac, address), label, Some(rate)).await?;
        return Ok(true);
    };
    if !tried {
        return Ok(false);
    }
    match mark::of(there.comment.as_deref(), label) {
        Mark::This => Ok(true),
        // Made static by a try that was cut off before it could say whose it is.
        Mark::None if there.rate.is_none() && there.is_of(mac, None) => {
            finish(session, there, address, label, Some(rate)).await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

async fn make(
    session: &Session,
    leases: &[Lease],
    (mac, address): (Option<&str>, Option<&str>),
    label: &str,
    rate: Option<RateLimit>,
) -> Result<(), Failure> {
    let called = mac.or(address).unwrap_or_default();
    let learned = leases
        .iter()
        .find(|lease| lease.dynamic && lease.is_of(mac, None));
    if let Some(learned) = learned {
        let command = Command::new(format!("{MENU}/make-static")).attribute(".id", &learned.id);
        session.call(command).await?;
        return finish(session, learned, address, label, rate).await;
    }
    let (Some(mac), Some(address)) = (mac, address) else {
        return Err(not_seen(called));
    };
    let server = place::server(session, address).await?;
    let command = Command::new(format!("{MENU}/add"))
        .attribute("address", address)
        .attribute("mac-address", mac)
        .attribute("server", server)
        .attribute_if("rate-limit", rate.map(|rate| rate.to_string()))
        .attribute("comment", label);
    session.call(command).await?;
    Ok(())
}

/// Gives a lease that was just made static its address, its rate and our mark.
async fn finish(
    session: &Session,
    lease: &Lease,
    address: Option<&str>,
    label: &str,
    rate: Option<RateLimit>,
) -> Result<(), Failure> {
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &lease.id)
        .attribute_if("address", address.filter(|_| lease.address.as_deref() != address))
        .attribute_if("rate-limit", rate.map(|rate| rate.to_string()))
        .attribute("comment", label);
    session.call(command).await?;
    Ok(())
}

async fn take_over(
    session: &Session,
    there: &Lease,
    (mac, address): (Option<&str>, Option<&str>),
    (label, was_removed): (&str, bool),
    rate: Option<RateLimit>,
) -> Result<Change, Failure> {
    let mark = owned(MENU, there.called(), there.comment.as_deref(), label)?;
    let mac = mac.filter(|mac| !there.is_of(Some(mac), None));
    let address = address.filter(|address| there.address.as_deref() != Some(*address));
    let rate = rate.filter(|rate| !there.has(*rate));
    let comment = Some(label).filter(|label| there.comment.as_deref() != Some(*label));
    let mut what = Vec::new();
    for (differs, name) in [
        (mac.is_some(), "mac-address"),
        (address.is_some(), "address"),
        (rate.is_some(), "rate-limit"),
        (there.disabled, "disabled"),
    ] {
        if differs {
            what.push(name);
        }
    }
    let mut hinders = what.clone();
    hinders.retain(|what| !(was_removed && *what == "rate-limit"));
    match mark {
        Mark::None | Mark::Foreign if !hinders.is_empty() => {
            return Err(differs(MENU, there.called(), hinders));
        }
        Mark::Foreign => return Ok(Change::Adopted),
        _ => {}
    }
    if what.is_empty() && comment.is_none() {
        return Ok(Change::Unchanged);
    }
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &there.id)
        .attribute_if("mac-address", mac)
        .attribute_if("address", address)
        .attribute_if("rate-limit", rate.map(|rate| rate.to_string()))
        .attribute_if("comment", comment);
    let command = if there.disabled {
        command.flag("disabled", false)
    } else {
        command
    };
    session.call(command).await?;
    Ok(match mark {
        Mark::This => Change::Changed,
        _ => Change::Adopted,
    })
}

/// Gives the lease another rate; somebody's own note in it stays.
pub(super) async fn set_rate(
    session: &Session,
    mac: Option<&str>,
    address: Option<&str>,
    label: &str,
    rate: RateLimit,
) -> Result<Change, Failure> {
    let leases = read(session, mac, address).await?;
    let there = own(&leases, mac, address)
        .ok_or_else(|| Failure::MissingLease(mac.or(address).unwrap_or_default().to_owned()))?;
    let mark = owned(MENU, there.called(), there.comment.as_deref(), label)?;
    if there.has(rate) {
        return Ok(Change::Unchanged);
    }
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &there.id)
        .attribute("rate-limit", rate.to_string())
        .attribute_if("comment", (mark != Mark::Foreign).then_some(label));
    session.call(command).await?;
    Ok(Change::Changed)
}

/// Gives the lease, where it is not another customer's, this limit, or none.
pub(super) async fn set_limit(
    session: &Session,
    (mac, address): (Option<&str>, Option<&str>),
    label: &str,
    limit: Option<&str>,
) -> Result<(), Failure> {
    let leases = read(session, mac, address).await?;
    let there = own(&leases, mac, address)
        .ok_or_else(|| Failure::MissingLease(mac.or(address).unwrap_or_default().to_owned()))?;
    owned(MENU, there.called(), there.comment.as_deref(), label)?;
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &there.id)
        .attribute("rate-limit", limit.unwrap_or_default());
    session.call(command).await?;
    Ok(())
}

/// The line's lease and its address, where its comment is exactly `comment`.
pub(super) async fn marked(
    session: &Session,
    (mac, address): (Option<&str>, Option<&str>),
    comment: &str,
) -> Result<Option<(String, Option<String>)>, Failure> {
    let leases = read(session, mac, address).await?;
    let own = own(&leases, mac, address).filter(|lease| lease.comment.as_deref() == Some(comment));
    Ok(own.map(|lease| (lease.id.clone(), lease.address.clone())))
}

/// Gives the lease of `from`, a device or an address, the device and the address that the record has now. `false` where
/// there was none.
pub(super) async fn rename(
    session: &Session,
    from: &str,
    mac: Option<&str>,
    address: Option<&str>,
    label: &str,
) -> Result<bool, Failure> {
    let (old_mac, old_address) = either(from);
    let leases = read(session, old_mac, old_address).await?;
    let Some(old) = own(&leases, old_mac, old_address) else {
        return Ok(false);
    };
    let mark = owned(MENU, from, old.comment.as_deref(), label)?;
    let others = read(session, mac, address).await?;
    if let Some(new) = own(&others, mac, address).filter(|new| new.id != old.id) {
        if owned(MENU, new.called(), new.comment.as_deref(), label)? != Mark::This {
            return Err(differs(MENU, new.called(), vec!["mac-address"]));
        }
        if mark == Mark::This {
            remove_item(session, MENU, &old.id).await?;
        }
        return Ok(mark == Mark::This);
    }
    let moves = address.filter(|address| old.address.as_deref() != Some(*address));
    let mac = mac.filter(|mac| !old.is_of(Some(mac), None));
    if moves.is_none() && mac.is_none() {
        return Ok(false);
    }
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &old.id)
        .attribute_if("mac-address", mac)
        .attribute_if("address", moves)
        .attribute_if("comment", (mark != Mark::Foreign).then_some(label));
    session.call(command).await?;
    if let (Some(_), Some(left)) = (moves, &old.address) {
        arp::unlist(session, left).await?;
    }
    Ok(true)
}

/// Takes the lease off the router where it is ours, and its address off the isolation list, since it may be another
/// device's tomorrow. A lease that is switched off lets its device in under another address, so one of somebody else's is
/// left as it is.
pub(super) async fn remove(session: &Session, name: &str, label: &str) -> Result<Removal, Failure> {
    let (mac, address) = either(name);
    let leases = read(session, mac, address).await?;
    let Some(there) = own(&leases, mac, address) else {
        return Ok(Removal::Gone);
    };
    match owned(MENU, name, there.comment.as_deref(), label) {
        Err(_) => return Ok(Removal::NotOurs),
        Ok(Mark::This) => {}
        Ok(_) => return Ok(Removal::Kept),
    }
    remove_item(session, MENU, &there.id).await?;
    if let Some(address) = &there.address {
        arp::unlist(session, address).await?;
    }
    Ok(Removal::Removed)
}

/// What a name of a lease is: an address, or a device.
fn either(name: &str) -> (Option<&str>, Option<&str>) {
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        (None, Some(name))
    } else {
        (Some(name), None)
    }
}

/// The written lease of the line: that of the device, else that of the address.
fn own<'a>(leases: &'a [Lease], mac: Option<&str>, address: Option<&str>) -> Option<&'a Lease> {
    let written = || leases.iter().filter(|lease| !lease.dynamic);
    written()
        .find(|lease| lease.is_of(mac, None))
        .or_else(|| written().find(|lease| lease.is_of(None, address)))
}

async fn read(session: &Session, mac: Option<&str>, address: Option<&str>) -> Result<Vec<Lease>, Failure> {
    let device = mac.map(|mac| Query::equals("mac-address", &mac.to_ascii_uppercase()));
    let address = address.map(|address| Query::equals("address", address));
    let command = Command::new(format!("{MENU}/print"))
        .proplist([
            ".id",
            "mac-address",
            "address",
            "rate-limit",
            "comment",
            "dynamic",
            "disabled",
        ])
        .query(Query::any(device.into_iter().chain(address)));
    let mut leases = Vec::new();
    for row in &session.call(command).await?.rows {
        leases.push(Lease {
            id: row.require(".id")?.to_owned(),
            mac: reading::text(row, "mac-address"),
            address: reading::text(row, "address"),
            rate: row.get("rate-limit").and_then(|rate| rate.parse().ok()),
            comment: reading::text(row, "comment"),
            dynamic: row.flag("dynamic")?,
            disabled: row.flag("disabled")?,
        });
    }
    Ok(leases)
}

pub(super) fn not_seen(called: &str) -> Failure {
    Failure::Unplaced(Obstacle {
        code: "lease_unplaced",
        sentence: Sentence::new(
            format!(
                "Router belum punya lease untuk {called}, dan data pelanggan belum lengkap untuk membuatnya. Isi alamat MAC dan \
                 alamat IP-nya, atau sambungkan perangkatnya lalu ulangi."
            ),
            format!(
                "The router has no lease for {called}, and the record lacks what one needs. Enter both the MAC and the IP \
                 address, or connect the device and retry."
            ),
        ),
    })
}
