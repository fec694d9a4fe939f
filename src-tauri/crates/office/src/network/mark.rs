//! Whose a secret is, by its comment. What Sambung makes is marked `ID: PLG-00001 - Bu Siti`; anything else that stands in
//! a comment is somebody's own note, and the thing under it is not ours to change in silence or to remove.

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

/// The mark without the name: `ID: PLG-00001`.
fn number(mark: &str) -> &str {
    mark.split_once(BEFORE_NAME).map_or(mark, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

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
