//! Whose a thing on a router is, by its comment. What Sambung makes is marked `ID: PLG-00001 - Bu Siti`; anything else that
//! stands in a comment is somebody's own note, and the thing under it is not ours to change in silence or to remove.
//!
//! Two rules follow. What is *made, renamed, given a password or removed* heeds the number alone: a mark with another one
//! refuses it. What is *closed, opened or given a profile* goes by the name or address in the customer's record, which is
//! unique there, since an office may have numbered its customers anew and must not find its payers locked out; only a mark
//! that names another customer whom the office serves at this router, by number and by name, refuses it.

use std::collections::HashMap;
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

/// The customers whom the office serves at a router: their names by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served(Arc<HashMap<String, String>>);

impl Served {
    /// Of `(number, name)`.
    #[must_use]
    pub fn new(customers: impl IntoIterator<Item = (String, String)>) -> Served {
        Served(Arc::new(customers.into_iter().collect()))
    }

    /// The mark in a comment where it names another of these customers than the one whose mark is `label`.
    pub(super) fn another(&self, comment: Option<&str>, label: &str) -> Option<String> {
        let comment = comment.map(str::trim)?;
        let (number, name) = comment.strip_prefix(OURS)?.split_once(BEFORE_NAME)?;
        let is_other = label
            .strip_prefix(OURS)
            .and_then(|own| own.split_once(BEFORE_NAME));
        let (own_number, own_name) = is_other?;
        let named = self.0.get(number)?;
        let is_called = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
        (number != own_number && is_called(name, named) && !is_called(name, own_name))
            .then(|| comment.to_owned())
    }
}

/// The mark without the name: `ID: PLG-00001`.
fn number(mark: &str) -> &str {
    mark.split_once(BEFORE_NAME).map_or(mark, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_mark_that_names_another_customer_by_number_and_name_is_anothers() {
        let served = Served::new([
            ("PLG-00001".to_owned(), "Bu Siti".to_owned()),
            ("PLG-00007".to_owned(), "Pak Budi".to_owned()),
        ]);
        let label = "ID: PLG-00001 - Bu Siti";
        let another = |comment| served.another(Some(comment), label);
        assert_eq!(
            another("ID: PLG-00007 - pak budi "),
            Some("ID: PLG-00007 - pak budi".to_owned())
        );
        // Numbers of an older program: the seventh was Bu Siti there, and somebody who has left.
        assert_eq!(another("ID: PLG-00007 - Bu Siti"), None);
        assert_eq!(another("ID: PLG-00007 - Pak Joko"), None);
        assert_eq!(another("ID: PLG-00099 - Pak Budi"), None);
        assert_eq!(another("ID: PLG-00007"), None);
        assert_eq!(another("rumah Pak Budi"), None);
        assert_eq!(served.another(None, label), None);
        let namesake = Served::new([("PLG-00007".to_owned(), "Bu Siti".to_owned())]);
        assert_eq!(namesake.another(Some("ID: PLG-00007 - Bu Siti"), label), None);
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
