//! The two parts of a ranked list: who has the words of a search as they were typed, and who has words that begin so.

use super::{Filter, Hits};
use crate::customers::MOST_WORDS;
use crate::search;

/// Hits of the first word as it was typed.
pub(super) const FIRST_WHOLE: &str = "(SELECT DISTINCT customer_id FROM customer_words WHERE word = $12) hit";

/// Which of the hits are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Every one.
    All,
    /// Those that have every word as it was typed: `prasetyo 6` and not `prasetyo 62`.
    Whole,
    /// The others.
    Begun,
}

impl Part {
    /// What a cursor's key begins with in this part of a ranked list.
    pub(super) const fn mark(self) -> char {
        match self {
            Part::Whole => '0',
            Part::All | Part::Begun => '1',
        }
    }
}

/// `EXISTS` for the words from `from` on as they were typed, of the customer whose id is `whose`.
pub(super) fn whole_words_from(from: usize, count: usize, whose: &str) -> impl Iterator<Item = String> {
    (from..count.min(MOST_WORDS)).map(move |word| {
        let first = 12 + 2 * word;
        format!(
            "EXISTS (SELECT 1 FROM customer_words w
             WHERE w.customer_id = {whose} AND w.word = ${first} LIMIT 1 OFFSET 0)"
        )
    })
}

/// The condition of a part of the hits, besides that they are hits.
pub(super) fn part_of(part: Part, found: Hits, whose: &str) -> Option<String> {
    let whole: Vec<String> = whole_words_from(0, found.words(), whose).collect();
    match part {
        Part::All => None,
        Part::Whole => Some(whole.join(" AND ")),
        Part::Begun => Some(format!("NOT ({})", whole.join(" AND "))),
    }
}

/// Counts who has every word as it was typed, whatever else the list is narrowed by.
pub(super) fn whole_count_text(filter: &Filter<'_>, found: Hits) -> String {
    let mut conditions = filter.conditions(found);
    conditions.extend(whole_words_from(1, found.words(), "hit.customer_id"));
    conditions.push("c.id = hit.customer_id".to_owned());
    format!(
        "SELECT COUNT(*) FROM {} CROSS JOIN customers c {}",
        FIRST_WHOLE,
        search::narrowed(&conditions)
    )
}
