//! The isolation list: putting an address on it with our mark, taking it off again, and asking whether any rule of the
//! router makes it close anything. The firewall looks at the list for every new connection, so an entry acts at once where
//! a rule names it, be it ours or one of the office's; a list that no rule names closes nobody, and is not mended in passing.
//! Beside it stand the lists by which an import found that the office had closed lines before.

use std::collections::HashMap;

use routeros_api::{Command, Query, Row};

use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::reading::{self, ISOLATION_LIST, OUR_COMMENT};

/// Where a rule can keep out whoever stands on the list; an office may mark its packets in the third and deal with them
/// there.
const MENUS: [&str; 3] = [
    "/ip/firewall/filter/print",
    "/ip/firewall/raw/print",
    "/ip/firewall/mangle/print",
];
/// What a rule may do to what it matches without keeping it out.
const HARMLESS: [&str; 6] = [
    "accept",
    "passthrough",
    "log",
    "fasttrack-connection",
    "add-src-to-address-list",
    "add-dst-to-address-list",
];

/// An entry of the isolation list.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub id: String,
    pub is_ours: bool,
}

/// An entry of a list of the office's own by which lines were closed before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Marked {
    pub list: String,
    id: String,
    /// Whether something else put it there and puts it there again: a profile, a lease or a rule.
    dynamic: bool,
}

/// What stands on the lists, by address.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub ours: HashMap<String, Listed>,
    marked: HashMap<String, Vec<Marked>>,
}

impl Lists {
    /// Reads them.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(super) async fn read(session: &Session) -> Result<Lists, Failure> {
        let marks = session.router.closed_marks.lists.iter();
        let names: Vec<&str> = marks.map(String::as_str).chain([ISOLATION_LIST]).collect();
        let command = Command::new("/ip/firewall/address-list/print").proplist([
            ".id", "list", "address", "comment", "disabled", "dynamic", "timeout",
        ]);
        let reply = session
            .call(reading::narrowed(command, "list", Some(&names)))
            .await?;
        let mut lists = Lists::default();
        for row in &reply.rows {
            let Some(list) = row.get("list").filter(|list| names.contains(list)) else {
                continue;
            };
            if row.flag("disabled")? {
                continue;
            }
            let address = row.require("address")?;
            // Routers write a single address with or without its length.
            let address = address.strip_suffix("/32").unwrap_or(address).to_owned();
            let id = row.require(".id")?.to_owned();
            if list == ISOLATION_LIST {
                let comment = row.get("comment");
                let is_ours = comment.is_some_and(|comment| comment.starts_with(OUR_COMMENT));
                lists.ours.insert(address, Listed { id, is_ours });
            } else {
                lists.marked.entry(address).or_default().push(Marked {
                    list: list.to_owned(),
                    id,
                    // One that a person wrote for a time is dynamic as well, and can be taken off.
                    dynamic: row.get("dynamic") == Some("true")
                        && row.get("timeout").is_none_or(str::is_empty),
                });
            }
        }
        for marked in lists.marked.values_mut() {
            marked.sort();
        }
        Ok(lists)
    }

    /// Where an address stands beside the isolation list, by the lists' names.
    pub(super) fn marked(&self, address: &str) -> &[Marked] {
        self.marked.get(address).map_or(&[], Vec::as_slice)
    }
}

/// The names of lists, each once.
pub(super) fn names(marked: &[Marked]) -> Vec<String> {
    let mut names: Vec<String> = marked.iter().map(|marked| marked.list.clone()).collect();
    names.dedup();
    names
}

/// What takes an address off the office's own lists that it shall not stand on any more, and puts it back on those that it
/// had left.
pub(super) fn move_marked(address: &str, label: &str, now: &[Marked], wanted: &[String]) -> Vec<Command> {
    let gone = now.iter().filter(|marked| !wanted.contains(&marked.list));
    let off =
        gone.map(|marked| Command::new("/ip/firewall/address-list/remove").attribute(".id", &marked.id));
    let back = wanted
        .iter()
        .filter(|list| !now.iter().any(|marked| marked.list == **list));
    off.chain(back.map(|list| add_to(list, address, label))).collect()
}

/// Refuses to take off an own list of the office what something else puts there again.
pub(super) fn require_written(address: &str, now: &[Marked], wanted: &[String]) -> Result<(), Failure> {
    match now
        .iter()
        .find(|marked| marked.dynamic && !wanted.contains(&marked.list))
    {
        None => Ok(()),
        Some(marked) => Err(Failure::DynamicListEntry {
            address: address.to_owned(),
            list: marked.list.clone(),
        }),
    }
}

/// What puts an address on the list.
pub(super) fn add(address: &str, label: &str) -> Command {
    add_to(ISOLATION_LIST, address, label)
}

fn add_to(list: &str, address: &str, label: &str) -> Command {
    Command::new("/ip/firewall/address-list/add")
        .attribute("list", list)
        .attribute("address", address)
        .attribute("comment", format!("{OUR_COMMENT}{label}"))
}

/// What takes an entry off the list.
pub(super) fn remove(entry: &Listed) -> Command {
    Command::new("/ip/firewall/address-list/remove").attribute(".id", &entry.id)
}

/// Refuses to take off what somebody else put there.
pub(super) fn require_ours(entry: &Listed, address: &str) -> Result<(), Failure> {
    if entry.is_ours {
        Ok(())
    } else {
        Err(Failure::ForeignListEntry(address.to_owned()))
    }
}

/// Whether a rule that is on keeps out what stands on our list.
pub(super) async fn is_matched(session: &Session) -> bool {
    has_rule(session, ISOLATION_LIST).await
}

/// Whether a rule that is on keeps out what stands on a list. Menus that cannot be asked count as having one: what is not
/// known is not held against the router.
pub(super) async fn has_rule(session: &Session, list: &str) -> bool {
    let excepted = format!("!{list}");
    let names_it = ["src-address-list", "dst-address-list"]
        .into_iter()
        .flat_map(|field| [list, excepted.as_str()].map(|list| Query::equals(field, list)));
    let names_it = Query::any(names_it);
    let questions = MENUS
        .map(|menu| {
            Command::new(menu)
                .proplist([
                    ".id",
                    "action",
                    "disabled",
                    "src-address-list",
                    "dst-address-list",
                ])
                .query(names_it.clone())
        })
        .into();
    for answer in session.call_all(questions).await {
        let rules = match answer {
            Ok(reply) => reply.rows,
            Err(error) => {
                tracing::debug!(%error, "a router could not be asked for the rules of the isolation list");
                return true;
            }
        };
        if rules.iter().any(|rule| keeps_out(rule, list)) {
            return true;
        }
    }
    false
}

/// Whether a rule that names the list keeps out who stands on it: it does something to them, or lets through the others.
fn keeps_out(rule: &Row, list: &str) -> bool {
    let names = |list: &str| {
        ["src-address-list", "dst-address-list"]
            .iter()
            .any(|field| rule.get(field) == Some(list))
    };
    let is_harmless = HARMLESS.contains(&rule.get("action").unwrap_or("accept"));
    rule.flag("disabled") == Ok(false) && (!is_harmless || !names(list))
}

/// Why a place on the list closes nobody, where no rule matches it.
pub(super) fn unmatched() -> Obstacle {
    Obstacle {
        code: "isolation_without_effect",
        sentence: Sentence::new(
            format!(
                "Tidak ada aturan firewall di router yang memutus daftar {ISOLATION_LIST}, jadi alamat di daftar itu tidak \
                 terputus. Siapkan halaman isolir untuk router ini, atau buat aturan drop untuk daftar itu."
            ),
            format!(
                "No firewall rule of the router cuts off the list {ISOLATION_LIST}, so the addresses on it stay online. \
                 Prepare the isolation page for this router, or add a rule that drops the list."
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_the_office_counts_and_one_that_only_lets_through_does_not() {
        let rule = |field: &str, list: &str, action: &str, disabled: &str| {
            keeps_out(
                &[(field, list), ("action", action), ("disabled", disabled)]
                    .into_iter()
                    .collect::<Row>(),
                ISOLATION_LIST,
            )
        };
        let (list, others) = (ISOLATION_LIST, format!("!{ISOLATION_LIST}"));
        assert!(rule("src-address-list", list, "drop", "false"));
        assert!(rule("dst-address-list", list, "reject", "false"));
        assert!(rule("src-address-list", list, "mark-routing", "false"));
        assert!(rule("src-address-list", &others, "accept", "false"));
        assert!(
            !rule("src-address-list", list, "accept", "false"),
            "DNS for the page"
        );
        assert!(!rule("src-address-list", list, "drop", "true"));
    }
}
