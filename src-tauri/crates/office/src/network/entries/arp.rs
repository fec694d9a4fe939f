//! The written ARP entry of a fixed address. Its device is what the record says, else what the router has learned; its
//! interface is where the address was learned or belongs.

use billing::StaticIsolation;
use routeros_api::Command;

use super::{Change, differs, owned, place, remove_item};
use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::isolation_list::Lists;
use crate::network::mark::{self, Mark};
use crate::network::removal::Removal;
use crate::network::static_line::{Arp, OfAddress, arp};

pub(super) const MENU: &str = "/ip/arp";

pub(super) async fn add(
    session: &Session,
    address: &str,
    mac: Option<&str>,
    label: &str,
    was_removed: bool,
) -> Result<Change, Failure> {
    let entries = of(session, address).await?;
    match entries.written {
        Some(there) => take_over(session, address, mac, (label, was_removed), there).await,
        None => make(session, address, mac, label, &entries)
            .await
            .map(|()| Change::Added),
    }
}

/// Makes the entry where it is missing, and leaves one alone that somebody wrote since; gives whether it is of our making.
/// `tried` says that an earlier try of ours may have made it.
pub(super) async fn make_missing(
    session: &Session,
    address: &str,
    mac: Option<&str>,
    label: &str,
    tried: bool,
) -> Result<bool, Failure> {
    let entries = of(session, address).await?;
    if let Some(there) = entries.written {
        return Ok(tried && mark::of(there.comment.as_deref(), label) == Mark::This);
    }
    make(session, address, mac, label, &entries).await?;
    Ok(true)
}

async fn of(session: &Session, address: &str) -> Result<OfAddress, Failure> {
    let entries = arp(session, &[address]).await?.remove(address);
    Ok(entries.unwrap_or_default())
}

async fn make(
    session: &Session,
    address: &str,
    mac: Option<&str>,
    label: &str,
    entries: &OfAddress,
) -> Result<(), Failure> {
    let learned = entries.learned.iter().find_map(|learned| learned.mac.as_deref());
    let mac = mac.or(learned).ok_or_else(|| no_device(address))?;
    let seen_on: Vec<&str> = entries
        .learned
        .iter()
        .filter_map(|learned| learned.interface.as_deref())
        .collect();
    let interface = place::interface(session, address, &seen_on).await?;
    let command = Command::new(format!("{MENU}/add"))
        .attribute("address", address)
        .attribute("mac-address", mac)
        .attribute("interface", interface)
        .attribute("comment", label);
    session.call(command).await?;
    Ok(())
}

async fn take_over(
    session: &Session,
    address: &str,
    mac: Option<&str>,
    (label, was_removed): (&str, bool),
    there: Arp,
) -> Result<Change, Failure> {
    let mark = owned(MENU, address, there.comment.as_deref(), label)?;
    let mac = mac.filter(|mac| {
        !there
            .mac
            .as_deref()
            .is_some_and(|there| there.eq_ignore_ascii_case(mac))
    });
    let mut what = Vec::new();
    if mac.is_some() {
        what.push("mac-address");
    }
    if there.disabled && !was_removed {
        what.push("disabled");
    }
    let comment = match mark {
        Mark::None | Mark::Foreign if !what.is_empty() => return Err(differs(MENU, address, what)),
        Mark::Foreign => return Ok(Change::Adopted),
        _ => Some(label).filter(|label| there.comment.as_deref() != Some(*label)),
    };
    if comment.is_none() && mac.is_none() {
        return Ok(Change::Unchanged);
    }
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &there.id)
        .attribute_if("mac-address", mac)
        .attribute_if("comment", comment);
    session.call(command).await?;
    Ok(match mark {
        Mark::This => Change::Changed,
        _ => Change::Adopted,
    })
}

/// Gives the entry of `from` the address `to`, and the device that the record names; takes `from` off the isolation list.
/// `false` where there was none.
pub(super) async fn rename(
    session: &Session,
    from: &str,
    (to, mac): (&str, Option<&str>),
    label: &str,
) -> Result<bool, Failure> {
    let mut entries = arp(session, &[from, to]).await?;
    let mut written = |address: &str| entries.remove(address).and_then(|entries| entries.written);
    let (old, new) = (written(from), written(to));
    let Some(old) = old else { return Ok(false) };
    let mark = owned(MENU, from, old.comment.as_deref(), label)?;
    match new {
        Some(new) if owned(MENU, to, new.comment.as_deref(), label)? != Mark::This => {
            return Err(differs(MENU, to, vec!["address"]));
        }
        Some(_) if mark == Mark::This => remove_item(session, MENU, &old.id).await?,
        Some(_) => return Ok(false),
        None => {
            let command = Command::new(format!("{MENU}/set"))
                .attribute(".id", &old.id)
                .attribute("address", to)
                .attribute_if("mac-address", mac)
                .attribute_if("comment", (mark != Mark::Foreign).then_some(label));
            session.call(command).await?;
        }
    }
    unlist(session, from).await?;
    Ok(true)
}

/// Takes the entry off the router where it is ours, and switches off what is somebody else's work. On a router that closes
/// by the list the address stays there, since its interface may learn it again.
pub(super) async fn remove(session: &Session, address: &str, label: &str) -> Result<Removal, Failure> {
    let removal = match of(session, address).await?.written {
        None => Removal::Gone,
        Some(there) => match owned(MENU, address, there.comment.as_deref(), label) {
            Err(_) => return Ok(Removal::NotOurs),
            Ok(Mark::This) => {
                remove_item(session, MENU, &there.id).await?;
                Removal::Removed
            }
            Ok(_) => {
                if !there.disabled {
                    let command = Command::new(format!("{MENU}/set"))
                        .attribute(".id", &there.id)
                        .flag("disabled", true);
                    session.call(command).await?;
                }
                Removal::SwitchedOff
            }
        },
    };
    if session.router.details.static_isolation == StaticIsolation::ArpDisable {
        unlist(session, address).await?;
    }
    Ok(removal)
}

/// Takes an address off the isolation list where we put it there.
pub(super) async fn unlist(session: &Session, address: &str) -> Result<(), Failure> {
    match Lists::read(session).await?.ours.remove(address) {
        Some(entry) if entry.is_ours => remove_item(session, "/ip/firewall/address-list", &entry.id).await,
        _ => Ok(()),
    }
}

pub(super) fn no_device(address: &str) -> Failure {
    Failure::Unplaced(Obstacle {
        code: "mac_missing",
        sentence: Sentence::new(
            format!(
                "Router belum pernah melihat perangkat di {address}, jadi entri ARP-nya tidak bisa dibuat. Isi alamat MAC di data \
                 pelanggan."
            ),
            format!(
                "The router has not seen a device at {address} yet, so its ARP entry cannot be made. Enter the MAC address in \
                 the customer's record."
            ),
        ),
    })
}
