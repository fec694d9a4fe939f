//! What stands on the router: its filter, NAT and list rows, pools and profiles. A router without the IPv6 package says
//! that there is no such command; that is an answer and not a failure. Any other read that fails fails the whole.

use std::collections::{BTreeMap, HashMap, HashSet};

use routeros_api::{Command, Query, Reply};

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::isolation_page::MARK;
use crate::network::isolation_page::ground::POOL;
use crate::network::isolation_page::in_use::{self, AddressInUse, Use};
use crate::network::isolation_page::rows::Menu;
use crate::network::reading::{self, Profile};

/// A row as it stands there.
#[derive(Clone, Debug)]
pub(super) struct FoundRow {
    pub id: String,
    pub comment: String,
    pub dynamic: bool,
    pub disabled: bool,
    /// The fields of [`Menu::fields`] that have a value.
    pub fields: BTreeMap<&'static str, String>,
}

impl FoundRow {
    /// The name after our mark; `None` for a row that is not ours, or that the router made by itself from one of ours.
    pub(super) fn our_name(&self) -> Option<&str> {
        self.comment.strip_prefix(MARK).filter(|_| !self.dynamic)
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Whether it says exactly this and is switched on.
    pub(super) fn says(&self, attributes: &[(&'static str, String)]) -> bool {
        !self.disabled
            && self.fields.len() == attributes.len()
            && attributes
                .iter()
                .all(|(name, value)| self.field(name) == Some(value))
    }
}

/// A pool of ours.
#[derive(Clone, Debug)]
pub(super) struct FoundPool {
    pub id: String,
    pub ranges: String,
}

/// The addresses that a router gives out, has and expects, beside those of our pool.
#[derive(Clone, Debug, Default)]
pub struct TakenAddresses {
    /// The other pools: name and ranges, as the router writes them.
    pub pools: Vec<(String, String)>,
    /// The router's own addresses with the length of their networks, `10.0.0.1/24`.
    pub own: Vec<String>,
    /// PPP secrets with an address of their own: name and address.
    pub secrets: Vec<(String, String)>,
    /// What somebody has at this moment, but for the sessions of closed lines: those may have it from our pool.
    pub in_use: Vec<AddressInUse>,
}

/// What stands on a router.
pub struct Found {
    pub(super) tables: HashMap<Menu, Vec<FoundRow>>,
    pub(super) profiles: HashMap<String, Profile>,
    pub(super) pool: Option<FoundPool>,
    /// The secrets that have the profile of closed lines, by name.
    pub(super) closed_by_profile: HashSet<String>,
    /// What other addresses are given out or used.
    pub taken: TakenAddresses,
    /// Whether the router knows IPv6.
    pub ipv6: bool,
    /// Whether it has a rule that hands connections past the filter.
    pub fasttrack: bool,
}

impl Found {
    /// Whether the router has this profile, and puts who has it on none of these lists.
    #[must_use]
    pub fn is_off_lists(&self, profile: &str, lists: &[String]) -> bool {
        let profile = self.profiles.get(profile);
        profile.is_some_and(|it| it.address_list.as_ref().is_none_or(|list| !lists.contains(list)))
    }

    pub(super) fn table(&self, menu: Menu) -> &[FoundRow] {
        self.tables.get(&menu).map_or(&[], Vec::as_slice)
    }
}

/// Reads the router.
///
/// # Errors
/// Whatever keeps any of the lists from being read, but for IPv6 lists that the router does not have.
pub async fn read(session: &Session) -> Result<Found, Failure> {
    let tables = Menu::ALL.map(print).to_vec();
    let pools = Command::new("/ip/pool/print").proplist([".id", "name", "ranges"]);
    let own = Command::new("/ip/address/print").proplist(["address", "disabled"]);
    let isolated = session.router.details.isolated_profile.as_str();
    let secrets = Command::new("/ppp/secret/print")
        .proplist(["name", "remote-address", "profile"])
        .query(Query::has("remote-address").or(Query::equals("profile", isolated)));
    let (replies, pools, own, secrets, profiles, in_use) = tokio::join!(
        session.call_all(tables),
        session.call(pools),
        session.call(own),
        session.call(secrets),
        reading::profiles(session),
        in_use::read(session)
    );
    let mut ipv6 = true;
    let mut tables = HashMap::new();
    for (menu, reply) in Menu::ALL.into_iter().zip(replies) {
        match reply {
            Ok(reply) => {
                tables.insert(menu, table(menu, &reply)?);
            }
            Err(error) if menu.is_ipv6() && error.is_no_such_command() => ipv6 = false,
            Err(error) => return Err(error.into()),
        }
    }
    let fasttrack = tables.get(&Menu::Filter).is_some_and(|rows| {
        rows.iter()
            .any(|row| !row.disabled && !row.dynamic && row.field("action") == Some("fasttrack-connection"))
    });
    let mut pool = None;
    let mut taken = TakenAddresses::default();
    for row in &pools?.rows {
        let (name, ranges) = (row.require("name")?, row.get("ranges").unwrap_or_default());
        if name == POOL {
            pool = Some(FoundPool {
                id: row.require(".id")?.to_owned(),
                ranges: ranges.to_owned(),
            });
        } else {
            taken.pools.push((name.to_owned(), ranges.to_owned()));
        }
    }
    for row in &own?.rows {
        let address = row.get("address").filter(|_| row.flag("disabled") != Ok(true));
        taken.own.extend(address.map(str::to_owned));
    }
    let mut closed_by_profile = HashSet::new();
    for row in &secrets?.rows {
        if row.get("profile") == Some(isolated) {
            closed_by_profile.insert(row.require("name")?.to_owned());
        }
        if let (Some(name), Some(address)) = (row.get("name"), row.get("remote-address")) {
            taken.secrets.push((name.to_owned(), address.to_owned()));
        }
    }
    taken.in_use = in_use?;
    taken
        .in_use
        .retain(|it| it.by != Use::Session || !closed_by_profile.contains(&it.name));
    Ok(Found {
        tables,
        profiles: profiles?,
        pool,
        closed_by_profile,
        taken,
        ipv6,
        fasttrack,
    })
}

fn print(menu: Menu) -> Command {
    let always = [".id", "comment", "disabled", "dynamic"];
    Command::new(format!("{}/print", menu.path())).proplist(always.iter().chain(menu.fields()))
}

fn table(menu: Menu, reply: &Reply) -> Result<Vec<FoundRow>, Failure> {
    reply
        .rows
        .iter()
        .map(|row| {
            Ok(FoundRow {
                id: row.require(".id")?.to_owned(),
                comment: row.get("comment").unwrap_or_default().to_owned(),
                dynamic: row.flag("dynamic")?,
                disabled: row.flag("disabled")?,
                fields: menu
                    .fields()
                    .iter()
                    .filter_map(|name| Some((*name, row.get(name)?.to_owned())))
                    .filter(|(_, value)| !value.is_empty())
                    .collect(),
            })
        })
        .collect()
}
