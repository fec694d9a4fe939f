//! Dropping the live sessions of a name, or the hotspot logins of a user. One that ended by itself meanwhile is what was
//! wanted; one that is still there afterwards is a failure.

use std::collections::HashSet;

use routeros_api::{Command, Query};

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::reading;

/// Drops the sessions of `name` and gives how many there were.
///
/// # Errors
/// [`Failure::SessionStays`], and any other [`Failure`] of asking the router.
pub(super) async fn sessions(session: &Session, name: &str) -> Result<usize, Failure> {
    let live = of_name(session, name).await?;
    remove(session, "/ppp/active", &live).await?;
    if of_name(session, name).await?.is_disjoint(&live) {
        Ok(live.len())
    } else {
        Err(Failure::SessionStays(name.to_owned()))
    }
}

/// Ends the hotspot logins of `user` and gives how many there were. His cookies stay: the device may come back.
///
/// # Errors
/// [`Failure::SessionStays`], and any other [`Failure`] of asking the router.
pub(super) async fn logins(session: &Session, user: &str) -> Result<usize, Failure> {
    let live = of_user(session, user).await?;
    remove(session, "/ip/hotspot/active", &live).await?;
    if of_user(session, user).await?.is_disjoint(&live) {
        Ok(live.len())
    } else {
        Err(Failure::SessionStays(user.to_owned()))
    }
}

async fn remove(session: &Session, menu: &str, live: &HashSet<String>) -> Result<(), Failure> {
    let commands = live
        .iter()
        .map(|id| Command::new(format!("{menu}/remove")).attribute(".id", id))
        .collect();
    for answer in session.call_all(commands).await {
        if let Err(error) = answer
            && !error.is_no_such_item()
        {
            return Err(error.into());
        }
    }
    Ok(())
}

async fn of_user(session: &Session, user: &str) -> Result<HashSet<String>, Failure> {
    let command = Command::new("/ip/hotspot/active/print")
        .proplist([".id", "user"])
        .query(Query::equals("user", user));
    let reply = session.call(command).await?;
    let logins = reply.rows.iter().filter(|row| row.get("user") == Some(user));
    let ids = logins.map(|row| Ok(row.require(".id")?.to_owned()));
    ids.collect()
}

async fn of_name(session: &Session, name: &str) -> Result<HashSet<String>, Failure> {
    let live = reading::live(session, Some(&[name])).await?;
    Ok(live
        .into_iter()
        .filter(|live| live.name == name)
        .map(|live| live.id)
        .collect())
}
