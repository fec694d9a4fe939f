//! What closes lines by our rules alone: the lists on which closed lines stand and that nothing else of the router drops. The
//! page may be taken away while lines are closed, and nobody is to be opened by it, so a rule that drops such a list stays
//! until the last of its lines is open. A list that no rule of ours looks at closes nobody here, and none is made for it.

use crate::error::Sentence;
use crate::network::isolation_page::found::{Found, FoundRow};
use crate::network::isolation_page::plan::is_shadowed;
use crate::network::isolation_page::rows::{Block, Menu, Place, Row};
use crate::network::reading::ISOLATION_LIST;

/// A list that has to stay dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    pub list: String,
    /// How many lines stand closed by it.
    pub lines: usize,
    /// Whether it closes lines by their profile, which limits nothing by itself.
    pub by_profile: bool,
}

/// The lists that have to stay dropped while the page is taken away.
pub(super) fn closing(found: &Found, isolated: &str) -> Vec<Closing> {
    let written = found.table(Menu::Hosts).iter().filter(|row| {
        row.field("list") == Some(ISOLATION_LIST) && row.our_name().is_none() && !row.dynamic && !row.disabled
    });
    let mut lists = vec![Closing {
        list: ISOLATION_LIST.to_owned(),
        lines: written.count(),
        by_profile: false,
    }];
    // A profile with a limit closes its lines without any rule.
    let unlimited = found.profiles.get(isolated).filter(|it| it.limit().is_none());
    if let Some(list) = unlimited.and_then(|profile| profile.address_list.as_ref()) {
        let lines = found.closed_by_profile.len();
        match lists.iter_mut().find(|known| known.list == *list) {
            Some(known) => {
                known.lines += lines;
                known.by_profile = lines > 0;
            }
            None => lists.push(Closing {
                list: list.clone(),
                lines,
                by_profile: true,
            }),
        }
    }
    lists.retain(|it| it.lines > 0 && is_closed_by_us(found, &it.list));
    lists
}

/// Whether a rule of ours keeps out the list, and none of the office's own does.
fn is_closed_by_us(found: &Found, list: &str) -> bool {
    let filter = found.table(Menu::Filter);
    let names = [jump_name(list), drop_name(list)];
    let by_us = filter.iter().any(|row| {
        let name = row.our_name();
        !row.disabled && names.iter().any(|ours| name == Some(ours))
    });
    let by_office = filter.iter().enumerate().any(|(at, row)| {
        drops_all(row, list) && !is_shadowed(filter.get(..at).unwrap_or_default(), "forward")
    });
    by_us && !by_office
}

/// Whether it is a rule of the office's own that keeps out the whole list.
fn drops_all(row: &FoundRow, list: &str) -> bool {
    const PLAIN: [&str; 4] = ["chain", "action", "src-address-list", "reject-with"];
    row.our_name().is_none()
        && !row.disabled
        && !row.dynamic
        && row.field("chain") == Some("forward")
        && matches!(row.field("action"), Some("drop" | "reject" | "tarpit"))
        && row.field("src-address-list") == Some(list)
        && row.fields.keys().all(|name| PLAIN.contains(name))
}

/// The rules that stay, above FastTrack as the jump was.
pub(super) fn blocks(closing: &[Closing]) -> Vec<Block> {
    let block = |menu, rows| Block {
        menu,
        place: Place::Above("forward"),
        rows,
    };
    let by_profile = closing.iter().filter(|it| it.by_profile);
    vec![
        block(Menu::Filter, closing.iter().map(drop_of).collect()),
        // A fixed address or a lease is on the list of IPv4 alone.
        block(Menu::Filter6, by_profile.map(drop_of).collect()),
    ]
}

fn drop_of(Closing { list, lines, .. }: &Closing) -> Row {
    Row {
        name: drop_name(list),
        attributes: vec![
            ("chain", "forward".to_owned()),
            ("action", "drop".to_owned()),
            ("src-address-list", list.clone()),
        ],
        why: Sentence::new(
            format!(
                "Tetap ada: {lines} jalur masih ditutup lewat daftar {list}, dan aturan inilah yang menutupnya. Cabut lagi \
                 setelah semuanya terbuka."
            ),
            format!(
                "It stays: {lines} lines are still closed by the list {list}, and this rule is what closes them. Remove again \
                 once all are open."
            ),
        ),
    }
}

/// The name of the rule that leads a list into our chain.
pub(super) fn jump_name(list: &str) -> String {
    format!("jump:{list}")
}

fn drop_name(list: &str) -> String {
    format!("drop:{list}")
}
