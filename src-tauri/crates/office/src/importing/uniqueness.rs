//! What only one customer may have: a number, a PPPoE name or a fixed address on a router. A row claims it, and a later
//! row or an existing customer that has it is named.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The answer to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nobody had it.
    Granted,
    /// A row further up in the file has it, on this line.
    Line(u32),
    /// An existing customer has it.
    Existing,
}

/// One kind of thing that only one customer may have.
#[derive(Debug)]
pub(super) struct Claims<'a, K: Clone> {
    existing: Cow<'a, HashSet<K>>,
    in_file: HashMap<K, u32>,
}

impl<'a, K: Clone + Eq + Hash> Claims<'a, K> {
    pub(super) fn beside(existing: Cow<'a, HashSet<K>>) -> Self {
        Self {
            existing,
            in_file: HashMap::new(),
        }
    }

    /// Claims `key` for the row on `line_no`. The first row keeps it, even if that row is refused for another reason:
    /// once it is mended, the two would clash.
    pub(super) fn claim(&mut self, key: K, line_no: u32) -> Claim {
        if self.existing.contains(&key) {
            return Claim::Existing;
        }
        match self.in_file.entry(key) {
            Entry::Occupied(first) => Claim::Line(*first.get()),
            Entry::Vacant(free) => {
                free.insert(line_no);
                Claim::Granted
            }
        }
    }
}
