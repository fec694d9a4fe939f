//! How pieces of a foreign file are put into our sentences: shortened, on one line, and never so many that the sentence
//! drowns in them.

use super::headings::Field;

/// How many characters of a cell a sentence shows.
const SHOWN_CHARACTERS: usize = 40;
/// How many names a sentence lists.
const SHOWN_NAMES: usize = 12;

/// A cell's text in quotation marks, on one line, shortened.
pub(super) fn quoted(text: &str) -> String {
    let line = on_one_line(text);
    let mut shown: String = line.chars().take(SHOWN_CHARACTERS).collect();
    if line.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    format!("\u{201c}{shown}\u{201d}")
}

/// The text with every run of white space and control characters as one space.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The names, separated by commas, or `nothing` when there are none.
pub(super) fn few<S: AsRef<str>>(names: &[S], nothing: &str) -> String {
    let mut named = names
        .iter()
        .map(AsRef::as_ref)
        .filter(|name| !name.trim().is_empty());
    let shown: Vec<String> = named.by_ref().take(SHOWN_NAMES).map(on_one_line).collect();
    if shown.is_empty() {
        return nothing.to_owned();
    }
    match named.count() {
        0 => shown.join(", "),
        more => format!("{}, … (+{more})", shown.join(", ")),
    }
}

/// The Indonesian headings of the fields, as an office would write them into its file.
pub(super) fn headings_of(fields: &[Field]) -> String {
    fields
        .iter()
        .map(|field| field.heading())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_cell_is_shortened_at_a_character_not_a_byte() {
        let shown = quoted(&"é".repeat(100));
        assert_eq!(shown.chars().filter(|c| *c == 'é').count(), SHOWN_CHARACTERS);
        assert!(shown.contains('…'), "the reader sees that something was left out");
    }

    #[test]
    fn many_names_are_counted_instead_of_listed() {
        let names: Vec<String> = (0..20).map(|n| format!("P{n}")).collect();
        assert!(few(&names, "none").ends_with("… (+8)"));
        assert_eq!(few::<&str>(&[], "none"), "none");
    }
}
