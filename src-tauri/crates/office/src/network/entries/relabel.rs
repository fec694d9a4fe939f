//! The comments of a line's entries when its customer gets another name: what we wrote is renewed, on the isolation list too;
//! whatever else stands in a comment is somebody's own note.

use routeros_api::{Command, Query};

use super::{arp, lease, queue, user};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::{Line, Way};
use crate::network::reading::{ISOLATION_LIST, OUR_COMMENT};
use crate::network::static_line;

const LIST: &str = "/ip/firewall/address-list";

/// Renews the comments of a line's entries where they are exactly `old`, which we wrote; gives whether one was. A line that
/// the router does not have has no comment.
///
/// # Errors
/// Any [`Failure`] of asking the router.
pub async fn relabel_entries(session: &Session, line: &Line, old: &str) -> Result<bool, Failure> {
    let label = line.label.as_str();
    if old == label {
        return Ok(false);
    }
    match &line.way {
        Way::Static { address, .. } => {
            let written = static_line::arp(session, &[address]).await?.remove(address);
            let written = written.and_then(|entries| entries.written);
            let item = written.filter(|entry| entry.comment.as_deref() == Some(old));
            let entry = write(session, arp::MENU, item.map(|entry| entry.id), label).await?;
            let queue = queue::relabel(session, address, old, label).await?;
            let listed = listed(session, address, old, label).await?;
            Ok(entry || queue || listed)
        }
        Way::Dhcp { mac, address, .. } => {
            let key = (mac.as_deref(), address.as_deref());
            let Some((id, address)) = lease::marked(session, key, old).await? else {
                return Ok(false);
            };
            write(session, lease::MENU, Some(id), label).await?;
            if let Some(address) = address {
                listed(session, &address, old, label).await?;
            }
            Ok(true)
        }
        Way::Hotspot { user: name, .. } => {
            let item = user::marked(session, name, old).await?;
            write(session, user::MENU, item, label).await
        }
        Way::Pppoe { .. } | Way::Unnamed => Ok(false),
    }
}

/// Renews what we wrote beside an address on the isolation list.
async fn listed(session: &Session, address: &str, old: &str, label: &str) -> Result<bool, Failure> {
    let command = Command::new(format!("{LIST}/print"))
        .proplist([".id", "comment"])
        .query(Query::equals("list", ISOLATION_LIST))
        .query(Query::equals("address", address));
    let old = format!("{OUR_COMMENT}{old}");
    let rows = session.call(command).await?.rows;
    let row = rows.iter().find(|row| row.get("comment") == Some(&old));
    let id = row.map(|row| row.require(".id").map(str::to_owned)).transpose()?;
    write(session, LIST, id, &format!("{OUR_COMMENT}{label}")).await
}

async fn write(session: &Session, menu: &str, id: Option<String>, comment: &str) -> Result<bool, Failure> {
    let Some(id) = id else { return Ok(false) };
    let command = Command::new(format!("{menu}/set"))
        .attribute(".id", id)
        .attribute("comment", comment);
    session.call(command).await?;
    Ok(true)
}
