//! The simple queue of a fixed address: named for the customer, with the rate of the package.

use routeros_api::{Command, Query, RateLimit};

use super::{Change, differs, owned, remove_item};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::mark::{self, Mark};
use crate::network::reading;

const MENU: &str = "/queue/simple";

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
    let ours = queues
        .iter()
        .find(|queue| mark::of(queue.comment.as_deref(), label) == Mark::This);
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

/// Takes the queue of an address off the router, where it is ours.
pub(super) async fn remove(session: &Session, address: &str, label: &str) -> Result<(), Failure> {
    let queues = read(session, &[address], name_of(label)).await?;
    for queue in queues {
        let is_ours = mark::of(queue.comment.as_deref(), label) == Mark::This;
        if is_ours && queue.is_of(address) {
            remove_item(session, MENU, &queue.id).await?;
        }
    }
    Ok(())
}

/// The queue's name: the customer's number and name.
fn name_of(label: &str) -> &str {
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
