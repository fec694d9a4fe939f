//! The simple queue of a fixed address: named for the customer, with the rate of the package.

use routeros_api::{Command, Query, RateLimit};

use super::{Change, differs, owned, remove_item};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::mark::{self, Mark};
use crate::network::reading;

pub(super) const MENU: &str = "/queue/simple";

struct Queue {
    id: String,
    name: String,
    target: String,
    limit: Option<RateLimit>,
    comment: Option<String>,
}

impl Queue {
    /// Whether it is for exactly this address; routers write a single address with its length.
    fn is_of(&self, address: &str) -> bool {
        self.target.strip_suffix("/32").unwrap_or(&self.target) == address
    }

    fn is_ours(&self, label: &str) -> bool {
        mark::of(self.comment.as_deref(), label) == Mark::This
    }

    fn has(&self, rate: RateLimit) -> bool {
        self.limit
            .is_some_and(|limit| (limit.upload, limit.download) == (rate.upload, rate.download))
    }
}

/// Makes the queue of an address, which may have stood for another one before, or brings it up to date. `changes` says
/// that one without any comment may get another rate; else it must have the wanted one to be adopted.
pub(super) async fn keep(
    session: &Session,
    (address, former): (&str, Option<&str>),
    label: &str,
    rate: RateLimit,
    changes: bool,
) -> Result<Change, Failure> {
    let name = name_of(label);
    let addresses: Vec<&str> = [Some(address), former].into_iter().flatten().collect();
    let queues = read(session, &addresses, name).await?;
    let ours = queues.iter().find(|queue| queue.is_ours(label));
    if let Some(queue) = ours {
        let is_right = queue.is_of(address)
            && queue.has(rate)
            && queue.name == name
            && queue.comment.as_deref() == Some(label);
        if is_right {
            return Ok(Change::Unchanged);
        }
        set(session, queue, (name, address), label, rate).await?;
        return Ok(Change::Changed);
    }
    if let Some(queue) = queues.iter().find(|queue| queue.is_of(address)) {
        return match owned(MENU, &queue.name, queue.comment.as_deref(), label)? {
            Mark::None if queue.has(rate) || changes => {
                // Somebody may know it by its name.
                set(session, queue, (queue.name.as_str(), address), label, rate).await?;
                Ok(if queue.has(rate) {
                    Change::Adopted
                } else {
                    Change::Changed
                })
            }
            _ if queue.has(rate) => Ok(Change::Adopted),
            _ => Err(differs(MENU, &queue.name, vec!["max-limit"])),
        };
    }
    if queues.iter().any(|queue| queue.name == name) {
        return Err(differs(MENU, name, vec!["target"]));
    }
    let command = Command::new(format!("{MENU}/add"))
        .attribute("name", name)
        .attribute("target", format!("{address}/32"))
        .attribute("max-limit", rate.to_string())
        .attribute("comment", label);
    session.call(command).await?;
    Ok(Change::Added)
}

/// Why an address cannot have a queue of ours; `None` where it has one, can have one, or has the same of somebody else's.
pub(super) async fn in_the_way(
    session: &Session,
    address: &str,
    label: &str,
    rate: RateLimit,
) -> Result<Option<Failure>, Failure> {
    let name = name_of(label);
    let queues = read(session, &[address], name).await?;
    if queues.iter().any(|queue| queue.is_ours(label)) {
        return Ok(None);
    }
    Ok(match queues.iter().find(|queue| queue.is_of(address)) {
        Some(queue) => owned(MENU, &queue.name, queue.comment.as_deref(), label)
            .err()
            .or_else(|| (!queue.has(rate)).then(|| differs(MENU, &queue.name, vec!["max-limit"]))),
        None if queues.is_empty() => None,
        None => Some(differs(MENU, name, vec!["target"])),
    })
}

/// Makes the queue where it is missing, and leaves one alone that is there and not ours; gives whether it is of our making.
/// `tried` says that an earlier try of ours may have made it.
pub(super) async fn make_missing(
    session: &Session,
    address: &str,
    label: &str,
    rate: RateLimit,
    tried: bool,
) -> Result<bool, Failure> {
    let queues = read(session, &[address], name_of(label)).await?;
    let has_ours = queues.iter().any(|queue| queue.is_ours(label));
    if !has_ours && queues.iter().any(|queue| queue.is_of(address)) {
        return Ok(false);
    }
    keep(session, (address, None), label, rate, false).await?;
    Ok(tried || !has_ours)
}

/// Gives the queue of an address, where it is ours, another limit.
pub(super) async fn set_limit(
    session: &Session,
    address: &str,
    label: &str,
    limit: &str,
) -> Result<(), Failure> {
    let queues = read(session, &[address], name_of(label)).await?;
    let ours = queues
        .iter()
        .filter(|queue| queue.is_ours(label) && queue.is_of(address));
    for queue in ours {
        let command = Command::new(format!("{MENU}/set"))
            .attribute(".id", &queue.id)
            .attribute("max-limit", limit);
        session.call(command).await?;
    }
    Ok(())
}

/// Renews the comment of an address's queue where it is exactly the one that we wrote, and with it a name of ours.
pub(super) async fn relabel(
    session: &Session,
    address: &str,
    old: &str,
    label: &str,
) -> Result<bool, Failure> {
    let mut is_renewed = false;
    for queue in read(session, &[address], name_of(old)).await? {
        if !queue.is_of(address) || queue.comment.as_deref() != Some(old) {
            continue;
        }
        let name = (queue.name == name_of(old)).then(|| name_of(label));
        let command = Command::new(format!("{MENU}/set"))
            .attribute(".id", &queue.id)
            .attribute_if("name", name)
            .attribute("comment", label);
        session.call(command).await?;
        is_renewed = true;
    }
    Ok(is_renewed)
}

/// Takes the queue of an address off the router, where it is ours.
pub(super) async fn remove(session: &Session, address: &str, label: &str) -> Result<(), Failure> {
    let queues = read(session, &[address], name_of(label)).await?;
    for queue in queues {
        if queue.is_ours(label) && queue.is_of(address) {
            remove_item(session, MENU, &queue.id).await?;
        }
    }
    Ok(())
}

/// The queue's name: the customer's number and name.
pub(crate) fn name_of(label: &str) -> &str {
    label.strip_prefix("ID: ").unwrap_or(label)
}

async fn set(
    session: &Session,
    queue: &Queue,
    (name, address): (&str, &str),
    label: &str,
    rate: RateLimit,
) -> Result<(), Failure> {
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &queue.id)
        .attribute("name", name)
        .attribute("target", format!("{address}/32"))
        .attribute("max-limit", rate.to_string())
        .attribute("comment", label);
    session.call(command).await?;
    Ok(())
}

/// The queues of these addresses and of this name, without those that the router makes by itself.
async fn read(session: &Session, addresses: &[&str], name: &str) -> Result<Vec<Queue>, Failure> {
    let conditions = addresses
        .iter()
        .flat_map(|address| [(*address).to_owned(), format!("{address}/32")])
        .map(|target| Query::equals("target", &target))
        .chain([Query::equals("name", name)]);
    let command = Command::new(format!("{MENU}/print"))
        .proplist([".id", "name", "target", "max-limit", "comment", "dynamic"])
        .query(Query::any(conditions));
    let mut queues = Vec::new();
    for row in &session.call(command).await?.rows {
        if row.flag("dynamic")? {
            continue;
        }
        queues.push(Queue {
            id: row.require(".id")?.to_owned(),
            name: row.get("name").unwrap_or_default().to_owned(),
            target: row.get("target").unwrap_or_default().to_owned(),
            limit: row.get("max-limit").and_then(|limit| limit.parse().ok()),
            comment: reading::text(row, "comment"),
        });
    }
    Ok(queues)
}
