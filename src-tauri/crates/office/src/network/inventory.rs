//! Everything on a router that may be somebody's line: secrets, written ARP entries, static leases, hotspot users, and
//! what tells how fast they are and whether they are online. One read for each menu, all under way at once; it is whole
//! or it is a failure, and it changes nothing.

mod rows;

use std::collections::{HashMap, HashSet};
use std::net::Ipv4Addr;

use routeros_api::{Command, Query, RateLimit, Reply, Row};

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::reading::{ISOLATION_LIST, text};

pub(crate) use rows::{ArpEntry, HotspotUser, Lease, ProfileSeen};
use rows::{
    LiveSession, Queue, Secret, kept_out, read_lease, read_profile, read_secret, read_session, read_user,
};

/// Where the firewall's lists stand.
const LISTS: &str = "/ip/firewall/address-list";

/// What tells whether a rule keeps out a list.
const RULE: [&str; 5] = [
    "action",
    "src-address-list",
    "dst-port",
    "dst-address",
    "disabled",
];

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
    /// Those of them that a device answered for and that no DHCP server gave.
    pub learned: Vec<ArpEntry>,
    /// How many of these it learned from its own DHCP server.
    pub arp_by_dhcp: usize,
    /// The leases that somebody made static.
    pub leases: Vec<Lease>,
    /// How many leases come and go.
    pub leases_dynamic: usize,
    /// Those of them that are in use now.
    pub leases_given: Vec<Lease>,
    /// The hotspot users.
    pub hotspot_users: Vec<HotspotUser>,
    /// The names of the hotspot users who are logged in.
    pub hotspot_online: HashSet<String>,
    /// The hotspot's profiles.
    pub hotspot_profiles: Vec<ProfileSeen>,
    /// The limits of addresses that somebody wrote, by address.
    pub queues: HashMap<String, Queue>,
    /// The firewall's lists on which somebody put a single address, by address. Networks are left out: a list holds those
    /// to keep strangers out, or since closed lines get their addresses there, and they say nothing about one line.
    pub listed: HashMap<Ipv4Addr, Vec<String>>,
    /// What somebody wrote beside such an address, the first of several.
    pub listed_comments: HashMap<Ipv4Addr, String>,
    /// Lists that a rule of the firewall keeps out.
    pub kept_out: HashSet<String>,
    /// The router's own addresses.
    pub own_addresses: HashSet<Ipv4Addr>,
    /// Menus that this router does not have, since their package is not installed.
    pub absent: Vec<&'static str>,
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
    /// The firewall's list on which this program puts closed lines.
    pub(crate) const OUR_LIST: &str = ISOLATION_LIST;

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
            "uptime",
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
            "address-lists",
            "status",
            "last-seen",
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
        let (
            secrets,
            sessions,
            profiles,
            arp,
            leases,
            users,
            online,
            user_profiles,
            queues,
            lists,
            own,
            filter,
            nat,
        ) = tokio::join!(
            ask(session, "/ppp/secret", print("/ppp/secret", &secret)),
            ask(
                session,
                "/ppp/active",
                print("/ppp/active", &["name", "caller-id", "address"])
            ),
            ask(
                session,
                "/ppp/profile",
                print("/ppp/profile", &["name", "rate-limit", "address-list"])
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
                print(
                    "/queue/simple",
                    &["name", "target", "max-limit", "comment", "disabled"]
                )
                .query(written())
            ),
            ask(
                session,
                LISTS,
                print(LISTS, &["list", "address", "comment", "disabled"]).query(written())
            ),
            ask(session, "/ip/address", print("/ip/address", &["address"])),
            ask(
                session,
                "/ip/firewall/filter",
                print("/ip/firewall/filter", &RULE)
            ),
            ask(session, "/ip/firewall/nat", print("/ip/firewall/nat", &RULE)),
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
        let (queues, lists, own) = (rows(queues)?, rows(lists)?, rows(own)?);
        let (filter, nat) = (rows(filter)?, rows(nat)?);

        read.secrets = secrets.iter().map(read_secret).collect::<Result<_, _>>()?;
        read.sessions = sessions.iter().map(read_session).collect::<Result<_, _>>()?;
        read.profiles = profiles.iter().map(read_profile).collect::<Result<_, _>>()?;
        for row in &arp {
            read.note_arp(row)?;
        }
        for row in &leases {
            if row.flag("dynamic")? {
                read.leases_dynamic += 1;
                read.leases_given
                    .extend(Some(read_lease(row)?).filter(|lease| lease.bound));
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
        for row in &lists {
            read.note_listed(row)?;
        }
        for rule in filter.iter().chain(&nat) {
            read.kept_out.extend(kept_out(rule)?);
        }
        let network = |row: &Row| {
            row.get("address")
                .and_then(|own| own.split('/').next()?.parse().ok())
        };
        read.own_addresses = own.iter().filter_map(network).collect();
        Ok(read)
    }

    fn note_arp(&mut self, row: &Row) -> Result<(), Failure> {
        // RouterOS 7 writes the flag in capitals, 6 in small letters.
        let by_dhcp = row.flag("DHCP")? || row.flag("dhcp")?;
        let entry = ArpEntry {
            address: row.require("address")?.to_owned(),
            mac_address: text(row, "mac-address"),
            interface: text(row, "interface").unwrap_or_default(),
            comment: text(row, "comment"),
            disabled: row.flag("disabled")?,
            complete: row.flag("complete")?,
            unanswered: row.get("complete").is_some() && !row.flag("complete")?,
        };
        if row.flag("dynamic")? || by_dhcp {
            self.arp_learned += 1;
            self.arp_by_dhcp += usize::from(by_dhcp);
            // One without a device is of an address that nobody answered for.
            if !by_dhcp && !entry.disabled && entry.mac_address.is_some() {
                self.learned.push(entry);
            }
            return Ok(());
        }
        self.arp.push(entry);
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
        if address.parse::<Ipv4Addr>().is_ok()
            && let Ok(limit) = limit.parse::<RateLimit>()
            && !limit.is_unlimited()
        {
            let queue = Queue {
                name: text(row, "name"),
                limit,
                comment: text(row, "comment"),
            };
            self.queues.insert(address.to_owned(), queue);
        }
        Ok(())
    }

    fn note_listed(&mut self, row: &Row) -> Result<(), Failure> {
        if row.flag("disabled")? {
            return Ok(());
        }
        if let (Some(list), Some(address)) = (text(row, "list"), text(row, "address"))
            && let Ok(address) = address.strip_suffix("/32").unwrap_or(&address).parse()
        {
            if let Some(comment) = text(row, "comment") {
                self.listed_comments.entry(address).or_insert(comment);
            }
            self.listed.entry(address).or_default().push(list);
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

#[cfg(test)]
mod tests;
