//! The words that would have been accepted, found in what a parser says: of a refusal only these are handed on to people,
//! since they are the product's own words.

/// The choices that a parser lists, separated by commas: those of [`billing::text_enum`] and of serde. `None` where it lists
/// none.
#[must_use]
pub(super) fn choices(why: &str) -> Option<String> {
    if let Some((_, words)) = why.split_once("; use one of: ") {
        return Some(words.to_owned());
    }
    let (_, words) = why
        .starts_with("unknown variant")
        .then(|| why.split_once(", expected "))
        .flatten()?;
    let words = words.strip_prefix("one of ").unwrap_or(words);
    Some(words.replace(" or ", ", ").replace('`', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choices_are_what_the_parser_lists_and_nothing_else() {
        let found = |why| choices(why).unwrap_or_default();
        assert_eq!(
            found("\"gold\" is not a payment method; use one of: cash, transfer"),
            "cash, transfer"
        );
        assert_eq!(
            found("invalid type: integer `1`, expected a text; use one of: cash, transfer"),
            "cash, transfer"
        );
        assert_eq!(found("unknown variant `a6`, expected `a4` or `a5`"), "a4, a5");
        assert_eq!(
            found("unknown variant `x`, expected one of `always`, `never`"),
            "always, never"
        );
        assert_eq!(choices("invalid type: integer `1`, expected a string"), None);
    }
}
