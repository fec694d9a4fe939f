//! What stands in the rows of a router's menus, one type for each kind of line and what tells about it.

use jiff::civil::DateTime;
use routeros_api::{RateLimit, Row};
use secrecy::SecretString;

use crate::network::failure::Failure;
use crate::network::reading::text;

/// A PPP secret.
#[derive(Debug)]
pub(crate) struct Secret {
    /// Its name.
    pub name: String,
    /// For which service: `any pppoe l2tp …`.
    pub service: String,
    /// Its profile.
    pub profile: String,
    /// The address that its customer always gets.
    pub remote_address: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// When its last session ended, by the router's own clock; none for never.
    pub last_logged_out: Option<DateTime>,
    /// Its password, only where it was asked for and shown.
    pub password: Option<SecretString>,
}

/// A live session.
#[derive(Debug)]
pub(crate) struct LiveSession {
    /// The device that dialled, for PPPoE its MAC address.
    pub caller_id: Option<String>,
    /// Its address now.
    pub address: Option<String>,
}

/// A profile.
#[derive(Debug)]
pub(crate) struct ProfileSeen {
    /// Its name.
    pub name: String,
    /// Its limit in the router's spelling.
    pub rate_limit: Option<String>,
    /// The firewall's list on which its sessions stand, where it was asked for.
    pub address_list: Option<String>,
}

/// An ARP entry that somebody wrote.
#[derive(Debug)]
pub(crate) struct ArpEntry {
    /// Its address.
    pub address: String,
    /// The MAC address.
    pub mac_address: Option<String>,
    /// On which interface.
    pub interface: String,
    /// Its comment.
    pub comment: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether the router has heard from it.
    pub complete: bool,
    /// Whether the router says that it has not; old ones say neither.
    pub unanswered: bool,
}

/// A lease that somebody made static.
#[derive(Debug)]
pub(crate) struct Lease {
    /// Its address.
    pub address: Option<String>,
    /// The MAC address.
    pub mac_address: Option<String>,
    /// The server.
    pub server: String,
    /// Its own limit in the router's spelling.
    pub rate_limit: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// What the device calls itself.
    pub host_name: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether somebody closed it.
    pub blocked: bool,
    /// The firewall's lists on which its address stands while it is in use.
    pub address_lists: Vec<String>,
    /// Whether it is in use now.
    pub bound: bool,
    /// Whether the router says that no device ever asked for it.
    pub never_seen: bool,
}

/// A simple queue that limits exactly one address.
#[derive(Debug)]
pub(crate) struct Queue {
    /// Its name.
    pub name: Option<String>,
    /// What it limits.
    pub limit: RateLimit,
    /// Its comment.
    pub comment: Option<String>,
}

/// A hotspot user.
#[derive(Debug)]
pub(crate) struct HotspotUser {
    /// The name.
    pub name: String,
    /// The profile.
    pub profile: String,
    /// The MAC address that the user is bound to.
    pub mac_address: Option<String>,
    /// The comment.
    pub comment: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether it runs out after a time of use, as vouchers do.
    pub runs_out: bool,
    /// Whether the router says that nobody ever logged in with it.
    pub never_used: bool,
    /// The password, only where it was asked for and shown.
    pub password: Option<SecretString>,
}

pub(super) fn read_secret(row: &Row) -> Result<Secret, Failure> {
    Ok(Secret {
        name: row.require("name")?.to_owned(),
        service: text(row, "service").unwrap_or_else(|| "any".to_owned()),
        profile: text(row, "profile").unwrap_or_else(|| "default".to_owned()),
        remote_address: text(row, "remote-address"),
        comment: text(row, "comment"),
        disabled: row.flag("disabled")?,
        last_logged_out: row.get("last-logged-out").and_then(moment),
        password: password(row),
    })
}

pub(super) fn read_session(row: &Row) -> Result<(String, LiveSession), Failure> {
    let session = LiveSession {
        caller_id: text(row, "caller-id"),
        address: text(row, "address"),
    };
    Ok((row.require("name")?.to_owned(), session))
}

pub(super) fn read_profile(row: &Row) -> Result<ProfileSeen, Failure> {
    Ok(ProfileSeen {
        name: row.require("name")?.to_owned(),
        rate_limit: text(row, "rate-limit"),
        address_list: text(row, "address-list"),
    })
}

/// The list that a rule keeps out as a whole: by dropping what comes from it, or by leading its pages elsewhere. A rule
/// that says more (a port, a destination) keeps out some of what customers do, and closes nobody.
pub(super) fn kept_out(row: &Row) -> Result<Option<String>, Failure> {
    if row.flag("disabled")? {
        return Ok(None);
    }
    let port = row.get("dst-port").unwrap_or_default();
    let closes = match row.get("action") {
        Some("drop" | "reject" | "tarpit") => port.is_empty() && text(row, "dst-address").is_none(),
        Some("redirect" | "dst-nat") => port.split(',').any(|port| port == "80"),
        _ => false,
    };
    let list = text(row, "src-address-list");
    Ok(list.filter(|list| closes && !list.starts_with('!')))
}

pub(super) fn read_lease(row: &Row) -> Result<Lease, Failure> {
    Ok(Lease {
        address: text(row, "address"),
        mac_address: text(row, "mac-address"),
        server: text(row, "server").unwrap_or_default(),
        rate_limit: text(row, "rate-limit"),
        comment: text(row, "comment"),
        host_name: text(row, "host-name"),
        disabled: row.flag("disabled")?,
        blocked: row.flag("blocked")? || row.flag("block-access")?,
        address_lists: text(row, "address-lists")
            .map(|lists| lists.split(',').map(|list| list.trim().to_owned()).collect())
            .unwrap_or_default(),
        bound: row.get("status") == Some("bound"),
        never_seen: row.get("last-seen") == Some("never"),
    })
}

pub(super) fn read_user(row: &Row) -> Result<HotspotUser, Failure> {
    Ok(HotspotUser {
        name: row.require("name")?.to_owned(),
        profile: text(row, "profile").unwrap_or_else(|| "default".to_owned()),
        mac_address: text(row, "mac-address"),
        comment: text(row, "comment"),
        disabled: row.flag("disabled")?,
        runs_out: text(row, "limit-uptime").is_some_and(|limit| limit != "0s"),
        never_used: row.get("uptime") == Some("0s"),
        password: password(row),
    })
}

/// A password that was shown. A router hides it from users without the policy `sensitive`, by leaving it out or by stars.
pub(super) fn password(row: &Row) -> Option<SecretString> {
    let shown = row.get("password")?;
    let hidden = shown.bytes().all(|byte| byte == b'*');
    (!hidden).then(|| SecretString::from(shown))
}

/// A moment by the router's clock: `2026-01-31 08:00:00` since RouterOS 7.10, `jan/31/2026 08:00:00` before. Routers write
/// the beginning of 1970 for never.
pub(super) fn moment(text: &str) -> Option<DateTime> {
    let moment = text
        .parse::<DateTime>()
        .ok()
        .or_else(|| DateTime::strptime("%b/%d/%Y %H:%M:%S", text).ok())?;
    (moment.year() > 1970).then_some(moment)
}
