//! How a customer is found: by the beginnings of the words of name, number, phone, address and the line's names, in any
//! order. The words are made here and not by either engine, so that both find the same.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Details;

/// Words of a search that count; more only make typing slower.
pub(crate) const MOST_WORDS: usize = 5;

/// The words under which a customer is found.
pub(crate) fn of(details: &Details) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let texts = [
        Some(details.customer_no.as_str()),
        Some(details.name.as_str()),
        details.address.as_deref(),
        details.pppoe_username.as_deref(),
        details.static_ip.as_deref(),
        details.mac_address.as_deref(),
        details.ont_serial.as_deref(),
        details.odp.as_deref(),
    ];
    for text in texts.into_iter().flatten() {
        add_text(&mut words, text);
    }
    // PLG-00123 is asked for as 123 at the counter.
    let number: String = details.customer_no.chars().filter(char::is_ascii_digit).collect();
    let short = number.trim_start_matches('0');
    if !short.is_empty() {
        words.insert(short.to_owned());
    }
    if let Some(phone) = &details.phone {
        add_phone(&mut words, phone);
    }
    words
}

/// Each word between blanks, whole (`plg-00001`, `jl.mawar`) and in its pieces (`00001`, `mawar`).
fn add_text(words: &mut BTreeSet<String>, text: &str) {
    for word in text.split_whitespace() {
        let word = trimmed(&plain(word));
        if word.is_empty() {
            continue;
        }
        for piece in word
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|piece| !piece.is_empty())
        {
            words.insert(piece.to_owned());
        }
        words.insert(word);
    }
}

/// `6281234567890` is also typed `081234567890`, `81234567890`, and by its last four digits.
fn add_phone(words: &mut BTreeSet<String>, phone: &str) {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if let Some(national) = digits.strip_prefix("62") {
        words.insert(format!("0{national}"));
        words.insert(national.to_owned());
    }
    if digits.len() > 4 {
        words.insert(digits[digits.len() - 4..].to_owned());
    }
    if !digits.is_empty() {
        words.insert(digits);
    }
}

/// In lower case, without accents, with one kind of apostrophe: what is typed in a hurry finds José and Ma’ruf.
fn plain(word: &str) -> String {
    word.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .map(|letter| match letter {
            '\u{2018}' | '\u{2019}' | '\u{02bc}' | '`' => '\'',
            letter => letter,
        })
        .collect::<String>()
        .to_lowercase()
}

fn trimmed(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
        .to_owned()
}

/// The beginning of a word: everything from `from` up to but without `until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub(crate) from: String,
    pub(crate) until: String,
}

impl Prefix {
    pub(crate) fn of(word: String) -> Prefix {
        Prefix {
            until: format!("{word}{}", char::MAX),
            from: word,
        }
    }
}

/// What a search asks for, the longest (most telling) word first; empty when it has no word.
pub(crate) fn prefixes(search: &str) -> Vec<Prefix> {
    let mut words: Vec<String> = match phone(search) {
        Some(digits) => vec![digits],
        None => search
            .split_whitespace()
            .map(|word| trimmed(&plain(word)))
            .collect(),
    };
    words.retain(|word| !word.is_empty());
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    words.truncate(MOST_WORDS);
    words.into_iter().map(Prefix::of).collect()
}

/// A phone number in any spelling, as the digits that were stored: `+62 812-3456`, `0812 3456`.
fn phone(search: &str) -> Option<String> {
    let spelled =
        |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '+' | '(' | ')' | '.');
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let like_a_phone = digits.starts_with("62") || digits.starts_with("08") || digits.starts_with('8');
    // An address of the network has dots and digits too.
    let is_ip = search.matches('.').count() == 3;
    (search.chars().all(spelled) && like_a_phone && digits.len() >= 5 && !is_ip).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(search: &str) -> Vec<String> {
        prefixes(search).into_iter().map(|prefix| prefix.from).collect()
    }

    #[test]
    fn a_search_is_its_words_with_the_most_telling_first() {
        assert_eq!(asked("  Bu  RINAWATI  "), ["rinawati", "bu"]);
        assert_eq!(asked("PLG-00012"), ["plg-00012"]);
        assert_eq!(asked("budi budi"), ["budi"]);
        assert_eq!(asked(" .. "), Vec::<String>::new());
        assert_eq!(asked("a b c d e f g").len(), MOST_WORDS);
    }

    #[test]
    fn a_phone_number_is_one_word_in_any_spelling() {
        assert_eq!(asked("0812-3456 7890"), ["081234567890"]);
        assert_eq!(asked("+62 812 3456"), ["628123456"]);
        assert_eq!(
            asked("192.168.10.5"),
            ["192.168.10.5"],
            "an address is no phone number"
        );
        assert_eq!(asked("12 05"), ["05", "12"], "neither is a house number");
    }

    #[test]
    fn a_phone_number_is_found_by_each_beginning_that_people_type() {
        let mut words = BTreeSet::new();
        add_phone(&mut words, "6281234567890");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(words, ["081234567890", "6281234567890", "7890", "81234567890"]);
    }

    #[test]
    fn a_name_is_found_without_its_accents_and_with_any_apostrophe() {
        let mut words = BTreeSet::new();
        add_text(&mut words, "Jos\u{e9} Ma\u{2019}ruf");
        for typed in ["JOSE", "jose\u{301}", "ma'ruf", "Ma`ruf", "ma\u{2019}ruf"] {
            let asked = asked(typed);
            assert!(words.contains(&asked[0]), "{typed}: {words:?}");
        }
    }

    #[test]
    fn a_word_is_found_whole_and_in_its_pieces() {
        let mut words = BTreeSet::new();
        add_text(&mut words, "Jl.Mawar No. 12/A (RT-03)");
        for word in [
            "jl.mawar", "jl", "mawar", "no", "12/a", "12", "a", "rt-03", "rt", "03",
        ] {
            assert!(words.contains(word), "{word} is missing in {words:?}");
        }
    }
}
