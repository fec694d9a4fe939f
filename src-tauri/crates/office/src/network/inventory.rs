//! Everything on a router that may be somebody's line: secrets, written ARP entries, static leases, hotspot users, and
//! what tells how fast they are and whether they are online. One read for each menu, all under way at once; it is whole
//! or it is a failure, and it changes nothing.

use std::collections::{HashMap, HashSet};

use jiff::civil::DateTime;
use routeros_api::{Command, Query, RateLimit, Reply, Row};
use secrecy::SecretString;

use crate::network::connections::Session;
use crate::network::failure::Failure;

/// What a router holds.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// The PPP secrets, of every service.
    pub secrets: Vec<Secret>,
    /// The live PPP sessions, by name.
    pub sessions: HashMap<String, LiveSession>,
    /// The PPP profiles.
    pub profiles: Vec<ProfileSeen>,
    /// The ARP entries that somebody wrote.
    pub arp: Vec<ArpEntry>,
    /// How many ARP entries the router learned by itself.
    pub arp_learned: usize,
    /// How many of these it learned from its own DHCP server.
    pub arp_by_dhcp: usize,
    /// The leases that somebody made static.
    pub leases: Vec<Lease>,
    /// How many leases come and go.
    pub leases_dynamic: usize,
    /// The hotspot users.
    pub hotspot_users: Vec<HotspotUser>,
    /// The names of the hotspot users who are logged in.
    pub hotspot_online: HashSet<String>,
    /// The hotspot's profiles.
    pub hotspot_profiles: Vec<ProfileSeen>,
    /// The limits of addresses that somebody wrote, by address.
    pub queues: HashMap<String, RateLimit>,
    /// Menus that this router does not have, since their package is not installed.
    pub absent: Vec<&'static str>,
}

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
    /// Whether it is in use now.
    pub bound: bool,
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
    /// The password, only where it was asked for and shown.
    pub password: Option<SecretString>,
}

/// Whether passwords are read along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passwords {
    /// They stay on the router.
    Left,
    /// They are read, to be sealed.
    Read,
}

impl Inventory {
    /// Reads the router.
    ///
    /// # Errors
    /// Any [`Failure`] of reading; one menu that could not be read to its end is a failure of the whole (A6, A10).
    pub(crate) async fn read(session: &Session, passwords: Passwords) -> Result<Inventory, Failure> {
        let mut secret = vec![
            "name",
            "service",
            "profile",
            "remote-address",
            "comment",
            "disabled",
            "last-logged-out",
        ];
        let mut user = vec![
            "name",
            "profile",
            "mac-address",
            "comment",
            "disabled",
            "limit-uptime",
        ];
        if passwords == Passwords::Read {
            secret.push("password");
            user.push("password");
        }
        let print =
            |menu: &str, properties: &[&str]| Command::new(format!("{menu}/print")).proplist(properties);
        let written = || Query::equals("dynamic", "false");
        let leases = [
            "address",
            "mac-address",
            "server",
            "rate-limit",
            "comment",
            "host-name",
            "disabled",
            "blocked",
            "block-access",
            "status",
            "dynamic",
        ];
        let arp = [
            "address",
            "mac-address",
            "interface",
            "comment",
            "disabled",
            "dynamic",
            "DHCP",
            "complete",
        ];
        let (secrets, sessions, profiles, arp, leases, users, online, user_profiles, queues) = tokio::join!(
            ask(session, "/ppp/secret", print("/ppp/secret", &secret)),
            ask(
                session,
                "/ppp/active",
                print("/ppp/active", &["name", "caller-id", "address"])
            ),
            ask(
                session,
                "/ppp/profile",
                print("/ppp/profile", &["name", "rate-limit"])
            ),
            ask(session, "/ip/arp", print("/ip/arp", &arp)),
            ask(
                session,
                "/ip/dhcp-server/lease",
                print("/ip/dhcp-server/lease", &leases)
            ),
            ask(session, "/ip/hotspot/user", print("/ip/hotspot/user", &user)),
            ask(
                session,
                "/ip/hotspot/active",
                print("/ip/hotspot/active", &["user"])
            ),
            ask(
                session,
                "/ip/hotspot/user/profile",
                print("/ip/hotspot/user/profile", &["name", "rate-limit"])
            ),
            ask(
                session,
                "/queue/simple",
                print("/queue/simple", &["target", "max-limit", "disabled"]).query(written())
            ),
        );
        let mut read = Inventory::default();
        let absent = &mut read.absent;
        let mut rows = |answer: Result<Answer, Failure>| -> Result<Vec<Row>, Failure> {
            match answer? {
                Answer::Rows(reply) => Ok(reply.rows),
                Answer::NoSuchMenu(menu) => {
                    absent.push(menu);
                    Ok(Vec::new())
                }
            }
        };
        let (secrets, sessions, profiles) = (rows(secrets)?, rows(sessions)?, rows(profiles)?);
        let (arp, leases) = (rows(arp)?, rows(leases)?);
        let (users, online, user_profiles) = (rows(users)?, rows(online)?, rows(user_profiles)?);
        let queues = rows(queues)?;

        read.secrets = secrets.iter().map(read_secret).collect::<Result<_, _>>()?;
        read.sessions = sessions.iter().map(read_session).collect::<Result<_, _>>()?;
        read.profiles = profiles.iter().map(read_profile).collect::<Result<_, _>>()?;
        for row in &arp {
            read.note_arp(row)?;
        }
        for row in &leases {
            if row.flag("dynamic")? {
                read.leases_dynamic += 1;
            } else {
                read.leases.push(read_lease(row)?);
            }
        }
        read.hotspot_users = users.iter().map(read_user).collect::<Result<_, _>>()?;
        read.hotspot_online = online.iter().filter_map(|row| text(row, "user")).collect();
        read.hotspot_profiles = user_profiles.iter().map(read_profile).collect::<Result<_, _>>()?;
        for row in &queues {
            read.note_queue(row)?;
        }
        Ok(read)
    }

    fn note_arp(&mut self, row: &Row) -> Result<(), Failure> {
        // RouterOS 7 writes the flag in capitals, 6 in small letters.
        let by_dhcp = row.flag("DHCP")? || row.flag("dhcp")?;
        if row.flag("dynamic")? || by_dhcp {
            self.arp_learned += 1;
            self.arp_by_dhcp += usize::from(by_dhcp);
            return Ok(());
        }
        self.arp.push(ArpEntry {
            address: row.require("address")?.to_owned(),
            mac_address: text(row, "mac-address"),
            interface: text(row, "interface").unwrap_or_default(),
            comment: text(row, "comment"),
            disabled: row.flag("disabled")?,
            complete: row.flag("complete")?,
        });
        Ok(())
    }

    /// A queue for exactly one address tells how fast that address is.
    fn note_queue(&mut self, row: &Row) -> Result<(), Failure> {
        if row.flag("disabled")? {
            return Ok(());
        }
        let (Some(target), Some(limit)) = (text(row, "target"), text(row, "max-limit")) else {
            return Ok(());
        };
        let address = target.strip_suffix("/32").unwrap_or(&target);
        if address.parse::<std::net::Ipv4Addr>().is_ok()
            && let Ok(limit) = limit.parse::<RateLimit>()
            && !limit.is_unlimited()
        {
            self.queues.insert(address.to_owned(), limit);
        }
        Ok(())
    }
}

/// The answer to the question for a menu.
enum Answer {
    Rows(Reply),
    NoSuchMenu(&'static str),
}

/// Asks for a menu. A router that says that it has no such menu has no such lines; any other refusal is a failure.
async fn ask(session: &Session, menu: &'static str, command: Command) -> Result<Answer, Failure> {
    match session.call(command).await {
        Ok(reply) => Ok(Answer::Rows(reply)),
        Err(Failure::Router(error)) if error.is_no_such_command() => Ok(Answer::NoSuchMenu(menu)),
        Err(failure) => Err(failure),
    }
}

/// Reads the PPP profiles alone.
///
/// # Errors
/// Any [`Failure`] of reading.
pub(crate) async fn profiles_of(session: &Session) -> Result<Vec<ProfileSeen>, Failure> {
    let command = Command::new("/ppp/profile/print").proplist(["name", "rate-limit"]);
    session
        .call(command)
        .await?
        .rows
        .iter()
        .map(read_profile)
        .collect()
}

fn read_secret(row: &Row) -> Result<Secret, Failure> {
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

fn read_session(row: &Row) -> Result<(String, LiveSession), Failure> {
    let session = LiveSession {
        caller_id: text(row, "caller-id"),
        address: text(row, "address"),
    };
    Ok((row.require("name")?.to_owned(), session))
}

fn read_profile(row: &Row) -> Result<ProfileSeen, Failure> {
    Ok(ProfileSeen {
        name: row.require("name")?.to_owned(),
        rate_limit: text(row, "rate-limit"),
    })
}

fn read_lease(row: &Row) -> Result<Lease, Failure> {
    Ok(Lease {
        address: text(row, "address"),
        mac_address: text(row, "mac-address"),
        server: text(row, "server").unwrap_or_default(),
        rate_limit: text(row, "rate-limit"),
        comment: text(row, "comment"),
        host_name: text(row, "host-name"),
        disabled: row.flag("disabled")?,
        blocked: row.flag("blocked")? || row.flag("block-access")?,
        bound: row.get("status") == Some("bound"),
    })
}

fn read_user(row: &Row) -> Result<HotspotUser, Failure> {
    Ok(HotspotUser {
        name: row.require("name")?.to_owned(),
        profile: text(row, "profile").unwrap_or_else(|| "default".to_owned()),
        mac_address: text(row, "mac-address"),
        comment: text(row, "comment"),
        disabled: row.flag("disabled")?,
        runs_out: text(row, "limit-uptime").is_some_and(|limit| limit != "0s"),
        password: password(row),
    })
}

/// A password that was shown. A router hides it from users without the policy `sensitive`, by leaving it out or by stars.
fn password(row: &Row) -> Option<SecretString> {
    let shown = row.get("password")?;
    let hidden = shown.bytes().all(|byte| byte == b'*');
    (!hidden).then(|| SecretString::from(shown))
}

/// A moment by the router's clock: `2026-01-31 08:00:00` since RouterOS 7.10, `jan/31/2026 08:00:00` before. Routers write
/// the beginning of 1970 for never.
fn moment(text: &str) -> Option<DateTime> {
    let moment = text
        .parse::<DateTime>()
        .ok()
        .or_else(|| DateTime::strptime("%b/%d/%Y %H:%M:%S", text).ok())?;
    (moment.year() > 1970).then_some(moment)
}

fn text(row: &Row, name: &str) -> Option<String> {
    row.get(name).filter(|value| !value.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests;
