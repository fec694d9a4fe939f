//! Dropping the live sessions of a name. A session that ended by itself meanwhile is what was wanted; one that is still
//! there afterwards is a failure.

use std::collections::HashSet;

use routeros_api::Command;

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::reading;

/// Drops the sessions of `name` and gives how many there were.
///
/// # Errors
/// [`Failure::SessionStays`], and any other [`Failure`] of asking the router.
pub(super) async fn sessions(session: &Session, name: &str) -> Result<usize, Failure> {
    let live = of_name(session, name).await?;
    if live.is_empty() {
        return Ok(0);
    }
    let commands = live
        .iter()
        .map(|id| Command::new("/ppp/active/remove").attribute(".id", id))
        .collect();
    for answer in session.call_all(commands).await {
        if let Err(error) = answer
            && !error.is_no_such_item()
        {
            return Err(error.into());
        }
    }
    if of_name(session, name).await?.is_disjoint(&live) {
        Ok(live.len())
    } else {
        Err(Failure::SessionStays(name.to_owned()))
    }
}

async fn of_name(session: &Session, name: &str) -> Result<HashSet<String>, Failure> {
    let live = reading::live(session, Some(&[name])).await?;
    Ok(live
        .into_iter()
        .filter(|live| live.name == name)
        .map(|live| live.id)
        .collect())
}
