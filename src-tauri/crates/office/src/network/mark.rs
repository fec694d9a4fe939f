//! Whose a thing on a router is, by its comment. What Sambung makes is marked `ID: PLG-00001 - Bu Siti`; anything else that
//! stands in a comment is somebody's own note, and the thing under it is not ours to change in silence or to remove.
//!
//! Two rules follow. What is *made, renamed, given a password or removed* heeds the number alone: a mark with another one
//! refuses it. What is *closed, opened or given a profile* goes by the name or address in the customer's record, which is
//! unique there, since an office may have numbered its customers anew and must not find its payers locked out; only a mark
//! with the number of another customer whom the office serves at this router refuses it, unless it has this one's name.

use std::collections::HashSet;
use std::sync::Arc;

/// How our marks begin.
const OURS: &str = "ID: ";
/// What stands between the customer's number and name.
const BEFORE_NAME: &str = " - ";

/// What a comment says about whose the thing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing.
    None,
    /// This customer's.
    This,
    /// Another customer's; the mark without the name.
    Another(String),
    /// Somebody's own note.
    Foreign,
}

/// Reads a comment, for the customer whose mark is `label`. The name may have changed since; the number decides.
pub(super) fn of(comment: Option<&str>, label: &str) -> Mark {
    match comment.map(str::trim).filter(|comment| !comment.is_empty()) {
        None => Mark::None,
        Some(comment) if number(comment) == number(label) => Mark::This,
        Some(comment) if comment.starts_with(OURS) => Mark::Another(number(comment).to_owned()),
        Some(_) => Mark::Foreign,
    }
}

/// The numbers of the customers whom the office serves at a router.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served(Arc<HashSet<String>>);

impl Served {
    /// Of these numbers.
    #[must_use]
    pub fn new(numbers: impl IntoIterator<Item = String>) -> Served {
        Served(Arc::new(numbers.into_iter().collect()))
    }

    /// The mark in a comment where it is another of these customers' than of the one whose mark is `label`.
    pub(super) fn another(&self, comment: Option<&str>, label: &str) -> Option<String> {
        let comment = comment.map(str::trim)?;
        let (number, name) = parts(comment)?;
        let (own_number, own_name) = parts(label)?;
        let is_own_name = name.to_lowercase() == own_name.to_lowercase();
        (number != own_number && !is_own_name && self.0.contains(number)).then(|| comment.to_owned())
    }
}

/// The number and the name of a mark; `None` of a text that is none.
fn parts(mark: &str) -> Option<(&str, &str)> {
    let mark = mark.strip_prefix(OURS)?;
    let (number, name) = mark.split_once(BEFORE_NAME).unwrap_or((mark, ""));
    Some((number.trim(), name.trim()))
}

/// The mark without the name: `ID: PLG-00001`.
fn number(mark: &str) -> &str {
    mark.split_once(BEFORE_NAME).map_or(mark, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_with_another_customers_number_is_theirs_unless_it_has_this_ones_name() {
        let served = Served::new(["PLG-00001".to_owned(), "PLG-00007".to_owned()]);
        let label = "ID: PLG-00001 - Bu Siti";
        let another = |comment| served.another(Some(comment), label);
        for theirs in [
            "ID: PLG-00007",
            "ID: PLG-00007 - Palsu",
            "ID: PLG-00007 - Pak Budi",
        ] {
            assert_eq!(another(theirs), Some(theirs.to_owned()));
        }
        // Numbers of an older program: the seventh was Bu Siti there, and the last has left.
        assert_eq!(another("ID: PLG-00007 - bu siti "), None);
        assert_eq!(another("ID: PLG-00099 - Pak Budi"), None);
        assert_eq!(another("ID: PLG-00001 - Siti"), None);
        assert_eq!(another("rumah Pak Budi"), None);
        assert_eq!(served.another(None, label), None);
    }

    #[test]
    fn the_number_says_whose_it_is_and_the_name_may_have_changed() {
        let label = "ID: PLG-00001 - Bu Siti";
        assert_eq!(of(Some("ID: PLG-00001 - Siti"), label), Mark::This);
        assert_eq!(of(Some("ID: PLG-00001"), label), Mark::This);
        assert_eq!(
            of(Some("ID: PLG-000011 - Pak Budi"), label),
            Mark::Another("ID: PLG-000011".to_owned())
        );
        assert_eq!(of(Some("rumah pak RT - gang 2"), label), Mark::Foreign);
        for empty in [None, Some(""), Some(" ")] {
            assert_eq!(of(empty, label), Mark::None);
        }
    }
}
