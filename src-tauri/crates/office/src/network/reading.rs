//! Reading a router: secrets, sessions, profiles, the isolation list. A list is whole or it is a failure;
//! each read names the properties that it needs, and a few lines are asked for by name instead of reading ten thousand.

use std::collections::HashMap;

use routeros_api::{Command, Query, RateLimit, Row};
use secrecy::SecretString;

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::said::Said;

/// Up to so many lines are asked for by name; beyond it one read of everything costs the router less.
const BY_NAME: usize = 24;

/// The list that isolated addresses stand on.
pub(super) const ISOLATION_LIST: &str = "sambung-isolated";
/// How the names of the queues begin that the router makes for PPPoE sessions.
const QUEUE: &str = "<pppoe-";
/// How the comments of list entries begin that are ours.
pub(super) const OUR_COMMENT: &str = "Sambung: ";

/// A PPPoE secret, without its password.
#[derive(Clone, Debug)]
pub(super) struct Secret {
    pub id: String,
    pub name: String,
    pub said: Said,
    pub comment: Option<String>,
}

/// A PPPoE secret with everything that makes it the one that is wanted.
pub(super) struct FullSecret {
    pub id: String,
    pub said: Said,
    pub service: Option<String>,
    /// As far as the API user may see it.
    pub password: Option<SecretString>,
    pub comment: Option<String>,
}

/// A profile.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub id: String,
    pub name: String,
    pub rate_limit: Option<String>,
    pub local_address: Option<String>,
    pub remote_address: Option<String>,
    pub address_list: Option<String>,
}

impl Profile {
    /// What it limits sessions to without bursts, in bit/s; `None` where it limits nothing.
    pub(super) fn limit(&self) -> Option<(u64, u64)> {
        let limit: RateLimit = self.rate_limit.as_deref()?.parse().ok()?;
        (limit.upload != 0 || limit.download != 0).then_some((limit.upload, limit.download))
    }
}

/// A live session: its item and its name.
#[derive(Clone, Debug)]
pub(super) struct Live {
    pub id: String,
    pub name: String,
}

pub(super) async fn secrets(
    session: &Session,
    names: Option<&[&str]>,
) -> Result<HashMap<String, Secret>, Failure> {
    let command =
        Command::new("/ppp/secret/print").proplist([".id", "name", "profile", "disabled", "comment"]);
    let reply = session.call(narrowed(command, "name", names)).await?;
    reply
        .rows
        .iter()
        .map(|row| read_secret(row).map(|secret| (secret.name.clone(), secret)))
        .collect()
}

fn read_secret(row: &Row) -> Result<Secret, Failure> {
    Ok(Secret {
        id: row.require(".id")?.to_owned(),
        name: row.require("name")?.to_owned(),
        said: Said::Pppoe {
            profile: row.get("profile").unwrap_or("default").to_owned(),
            disabled: row.flag("disabled")?,
        },
        comment: text(row, "comment"),
    })
}

/// The secret of a name with its password; `None` where the router has none.
pub(super) async fn full_secret(session: &Session, name: &str) -> Result<Option<FullSecret>, Failure> {
    let command = Command::new("/ppp/secret/print")
        .proplist([
            ".id", "name", "profile", "disabled", "comment", "service", "password",
        ])
        .query(Query::equals("name", name));
    let reply = session.call(command).await?;
    let row = reply.rows.iter().find(|row| row.get("name") == Some(name));
    row.map(|row| {
        let secret = read_secret(row)?;
        Ok(FullSecret {
            id: secret.id,
            said: secret.said,
            service: text(row, "service"),
            password: row.get("password").map(SecretString::from),
            comment: secret.comment,
        })
    })
    .transpose()
}

pub(super) async fn live(session: &Session, names: Option<&[&str]>) -> Result<Vec<Live>, Failure> {
    let command = Command::new("/ppp/active/print").proplist([".id", "name"]);
    let reply = session.call(narrowed(command, "name", names)).await?;
    reply
        .rows
        .iter()
        .map(|row| {
            Ok(Live {
                id: row.require(".id")?.to_owned(),
                name: row.require("name")?.to_owned(),
            })
        })
        .collect()
}

/// The limits of these names' live sessions, as pairs of bit/s: of the queue that the router makes for a session that dials
/// with a limited profile. A session without such a queue is not among them.
pub(super) async fn session_limits(
    session: &Session,
    names: &[&str],
) -> Result<HashMap<String, (u64, u64)>, Failure> {
    let queues: Vec<String> = names.iter().map(|name| format!("{QUEUE}{name}>")).collect();
    let queues: Vec<&str> = queues.iter().map(String::as_str).collect();
    let mut command = Command::new("/queue/simple/print").proplist(["name", "max-limit"]);
    if queues.len() > BY_NAME {
        command = command.query(Query::equals("dynamic", "true"));
    }
    let reply = session.call(narrowed(command, "name", Some(&queues))).await?;
    Ok(reply
        .rows
        .iter()
        .filter_map(|row| {
            let name = row.get("name")?.strip_prefix(QUEUE)?.strip_suffix('>')?;
            let limit: RateLimit = row.get("max-limit")?.parse().ok()?;
            Some((name.to_owned(), (limit.upload, limit.download)))
        })
        .collect())
}

pub(super) async fn profiles(session: &Session) -> Result<HashMap<String, Profile>, Failure> {
    let command = Command::new("/ppp/profile/print").proplist([
        ".id",
        "name",
        "rate-limit",
        "local-address",
        "remote-address",
        "address-list",
    ]);
    session
        .call(command)
        .await?
        .rows
        .iter()
        .map(read_profile)
        .collect()
}

/// The hotspot's profiles; none on a router without a hotspot.
pub(super) async fn hotspot_profiles(session: &Session) -> Result<HashMap<String, Profile>, Failure> {
    let command = Command::new("/ip/hotspot/user/profile/print").proplist([".id", "name", "rate-limit"]);
    match session.call(command).await {
        Ok(reply) => reply.rows.iter().map(read_profile).collect(),
        Err(Failure::Router(error)) if error.is_no_such_command() => Ok(HashMap::new()),
        Err(failure) => Err(failure),
    }
}

fn read_profile(row: &Row) -> Result<(String, Profile), Failure> {
    let profile = Profile {
        id: row.require(".id")?.to_owned(),
        name: row.require("name")?.to_owned(),
        rate_limit: text(row, "rate-limit"),
        local_address: text(row, "local-address"),
        remote_address: text(row, "remote-address"),
        address_list: text(row, "address-list"),
    };
    Ok((profile.name.clone(), profile))
}

/// Asks for these values of a property alone, where they are few; for everything where none is named.
pub(super) fn narrowed(command: Command, property: &str, values: Option<&[&str]>) -> Command {
    let conditions = values.unwrap_or_default().iter();
    narrowed_to(
        command,
        conditions.map(|value| Query::equals(property, value)).collect(),
    )
}

/// Asks for what meets one of the conditions, where they are few; for everything where there is none.
pub(super) fn narrowed_to(command: Command, conditions: Vec<Query>) -> Command {
    if conditions.is_empty() || conditions.len() > BY_NAME {
        return command;
    }
    command.query(Query::any(conditions))
}

pub(super) fn text(row: &Row, name: &str) -> Option<String> {
    row.get(name).filter(|value| !value.is_empty()).map(str::to_owned)
}
