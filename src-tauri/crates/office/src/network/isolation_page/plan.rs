//! The difference between what stands on a router and what should: a list of steps in the order in which they are sent,
//! each with the rule as the router writes it and why it is there. Nothing is sent here. A plan of a router that is as it
//! should be has only steps that keep.

use std::collections::HashSet;

use routeros_api::Command;

use crate::error::Sentence;
use crate::network::isolation_page::MARK;
use crate::network::isolation_page::closing::{self, Closing};
use crate::network::isolation_page::found::{Found, FoundRow};
use crate::network::isolation_page::ground::{self, Ground, KeptProfile};
use crate::network::isolation_page::rows::{self, Block, Menu, Place, Row, Wanted};
use crate::network::reading::ISOLATION_LIST;

billing::text_enum! {
    /// What a step does with a row.
    pub enum StepAction as "step" {
        /// It is missing.
        Add => "add",
        /// It says something else.
        Change => "change",
        /// It stands where it has no effect.
        Move => "move",
        /// It is not wanted any more.
        Remove => "remove",
        /// It is right as it is.
        Keep => "keep",
    }
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The menu of the router.
    pub menu: &'static str,
    /// The row's name: what follows the mark in its comment.
    pub name: String,
    /// What is done.
    pub action: StepAction,
    /// What the row is for.
    pub why: Sentence,
    /// The row as the router writes it.
    pub rule: String,
    pub(super) work: Work,
}

/// What a step sends.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// Nothing.
    Nothing,
    /// These commands, one after the other.
    Commands(Vec<Command>),
    /// A new row, and away with those that it replaces.
    Put {
        menu: Menu,
        name: String,
        attributes: Vec<(&'static str, String)>,
        before: Before,
        replaces: Vec<String>,
    },
    /// A row to another place.
    Move { menu: Menu, id: String, before: Before },
}

/// What a row is put before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: the end of the table.
    End,
    /// A row that stands there.
    Id(String),
    /// A row of ours that an earlier step makes.
    Made(String),
}

/// What is to be done on a router.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The steps, in the order in which they are sent.
    pub steps: Vec<Step>,
    /// The lists whose addresses meet the rules.
    pub lists: Vec<String>,
    /// What will stand in the profile of closed lines by our hand.
    pub kept: KeptProfile,
    /// The office's own addresses in the profile, by pool or address; they make ours needless.
    pub own_addresses: Option<String>,
    /// Whether the profile of closed lines joins its list only now.
    pub joins_list: bool,
    /// How many lines a removal leaves closed by a rule that stays.
    pub still_closed: usize,
}

impl Plan {
    /// What makes the router as wanted. `static_list` is whether lines with fixed addresses or leases
    /// are closed by the list.
    #[must_use]
    pub fn to_prepare(
        found: &Found,
        wanted: &Wanted,
        isolated: &str,
        static_list: bool,
        kept: &KeptProfile,
    ) -> Plan {
        let Ground {
            before,
            after,
            list,
            kept,
            own_addresses,
            joins_list,
        } = ground::to_prepare(found, wanted.pool.as_deref(), isolated, kept);
        let mut lists = vec![list];
        // Lines may have been closed by the list before the router was set to close them otherwise.
        let closes = |it: &Closing| it.list == ISOLATION_LIST;
        let static_list = static_list || closing::closing(found, isolated).iter().any(closes);
        if static_list && lists.iter().all(|list| list != ISOLATION_LIST) {
            lists.push(ISOLATION_LIST.to_owned());
        }
        let mut steps = before;
        let blocks = rows::blocks(wanted, &lists);
        steps.extend(of_blocks(&blocks, found));
        steps.extend(surplus(found, &blocks));
        steps.extend(after);
        Plan {
            steps,
            lists,
            kept,
            own_addresses,
            joins_list,
            still_closed: 0,
        }
    }

    /// What takes everything of ours away again, but for what keeps lines closed that have nothing else to close them.
    #[must_use]
    pub fn to_remove(found: &Found, isolated: &str, kept: &KeptProfile) -> Plan {
        let closing = closing::closing(found, isolated);
        let blocks = closing::blocks(&closing);
        // What stays comes first, so that no line is open in between.
        let mut steps = of_blocks(&blocks, found);
        steps.extend(surplus(found, &blocks));
        let stays = closing.iter().any(|it| it.by_profile);
        let (ground, kept) = ground::to_remove(found, isolated, kept, stays);
        steps.extend(ground);
        Plan {
            steps,
            lists: Vec::new(),
            kept,
            own_addresses: None,
            joins_list: false,
            still_closed: closing.iter().map(|it| it.lines).sum(),
        }
    }

    /// Whether the router is as it should be.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.changes().next().is_none()
    }

    /// The steps that send something.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action != StepAction::Keep)
    }
}

/// The steps of these groups, as far as the router knows their menus.
fn of_blocks(blocks: &[Block], found: &Found) -> Vec<Step> {
    let known = blocks.iter().filter(|block| found.ipv6 || !block.menu.is_ipv6());
    known
        .flat_map(|block| of_block(block, found.table(block.menu)))
        .collect()
}

/// The steps of one group of rows, the last row first: each is then put before one that is already in its place.
fn of_block(block: &Block, table: &[FoundRow]) -> Vec<Step> {
    let mut steps = Vec::new();
    let top = match block.place {
        Place::Above(chain) => table
            .iter()
            .position(|row| row.our_name().is_none() && !row.dynamic && row.field("chain") == Some(chain)),
        Place::Anywhere | Place::Inside => None,
    };
    let mut before = top
        .and_then(|at| table.get(at))
        .map_or(Before::End, |row| Before::Id(row.id.clone()));
    // A row is in its place when it stands above this one.
    let mut limit: Option<usize> = None;
    for row in block.rows.iter().rev() {
        let ours: Vec<(usize, &FoundRow)> = table
            .iter()
            .enumerate()
            .filter(|(_, found)| found.our_name() == Some(&row.name))
            .collect();
        let right = ours.iter().find(|(_, found)| found.says(&row.attributes));
        let Some(&(at, found)) = right else {
            let action = if ours.is_empty() {
                StepAction::Add
            } else {
                StepAction::Change
            };
            let work = Work::Put {
                menu: block.menu,
                name: row.name.clone(),
                attributes: row.attributes.clone(),
                before: if block.place == Place::Anywhere {
                    Before::End
                } else {
                    before
                },
                replaces: ours.iter().map(|(_, found)| found.id.clone()).collect(),
            };
            steps.push(step(block.menu, row, action, work));
            before = Before::Made(row.name.clone());
            limit = limit.or(top);
            continue;
        };
        let in_place = match block.place {
            Place::Anywhere => true,
            Place::Inside => limit.is_none_or(|limit| at < limit),
            Place::Above(chain) => {
                limit.is_none_or(|limit| at < limit)
                    && !is_shadowed(table.get(..at).unwrap_or_default(), chain)
            }
        };
        let (action, work) = if in_place {
            limit = Some(at);
            (StepAction::Keep, Work::Nothing)
        } else {
            limit = limit.or(top);
            let id = found.id.clone();
            (
                StepAction::Move,
                Work::Move {
                    menu: block.menu,
                    id,
                    before,
                },
            )
        };
        steps.push(step(block.menu, row, action, work));
        before = Before::Id(found.id.clone());
        let doubles: Vec<&str> = ours
            .iter()
            .filter(|(other, _)| *other != at)
            .map(|(_, double)| double.id.as_str())
            .collect();
        if !doubles.is_empty() {
            steps.push(Step {
                why: Sentence::new("Aturan ini ada dua kali.", "This rule stands there twice."),
                ..step(
                    block.menu,
                    row,
                    StepAction::Remove,
                    Work::Commands(doubles.into_iter().map(|id| remove(block.menu, id)).collect()),
                )
            });
        }
    }
    steps
}

/// Whether one of these rows takes the packets of closed lines before ours see them: one of somebody else's that is
/// switched on, decides, and is not about particular addresses.
pub(super) fn is_shadowed(above: &[FoundRow], chain: &str) -> bool {
    const DECIDING: [&str; 10] = [
        "accept",
        "drop",
        "reject",
        "tarpit",
        "fasttrack-connection",
        "jump",
        "return",
        "dst-nat",
        "redirect",
        "netmap",
    ];
    const PARTICULAR: [&str; 5] = [
        "src-address",
        "dst-address",
        "src-address-list",
        "dst-address-list",
        "src-mac-address",
    ];
    above.iter().any(|row| {
        row.our_name().is_none()
            && !row.dynamic
            && !row.disabled
            && row.field("chain") == Some(chain)
            && DECIDING.contains(&row.field("action").unwrap_or("accept"))
            && !PARTICULAR.iter().any(|name| row.field(name).is_some())
    })
}

/// The marked rows that are not wanted. What leads into the others goes first.
fn surplus(found: &Found, blocks: &[Block]) -> Vec<Step> {
    let mut rows: Vec<(u8, Menu, &FoundRow, &str)> = Vec::new();
    for menu in Menu::ALL {
        let wanted: HashSet<&str> = blocks
            .iter()
            .filter(|block| block.menu == menu)
            .flat_map(|block| block.rows.iter().map(|row| row.name.as_str()))
            .collect();
        for row in found.table(menu) {
            let Some(name) = row.our_name().filter(|name| !wanted.contains(name)) else {
                continue;
            };
            let turn = match row.field("action") {
                Some("jump") => 0,
                Some("dst-nat") => 1,
                Some(_) => 2,
                None => 3,
            };
            rows.push((turn, menu, row, name));
        }
    }
    rows.sort_by_key(|(turn, menu, ..)| (*turn, *menu));
    rows.into_iter()
        .map(|(_, menu, row, name)| Step {
            menu: menu.path(),
            name: name.to_owned(),
            action: StepAction::Remove,
            why: Sentence::new(
                "Buatan Sambung dan tidak diperlukan lagi.",
                "Made by Sambung and no longer needed.",
            ),
            rule: in_router_words(row.fields.iter().map(|(name, value)| (*name, value.as_str()))),
            work: Work::Commands(vec![remove(menu, &row.id)]),
        })
        .collect()
}

fn remove(menu: Menu, id: &str) -> Command {
    Command::new(format!("{}/remove", menu.path())).attribute(".id", id)
}

fn step(menu: Menu, row: &Row, action: StepAction, work: Work) -> Step {
    Step {
        menu: menu.path(),
        name: row.name.clone(),
        action,
        why: row.why.clone(),
        rule: in_router_words(row.attributes.iter().map(|(name, value)| (*name, value.as_str()))),
        work,
    }
}

/// `chain=forward action=jump …`, as a terminal of the router shows it.
pub(super) fn in_router_words<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    fields
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The comment of a row of ours.
pub(super) fn comment(name: &str) -> String {
    format!("{MARK}{name}")
}
