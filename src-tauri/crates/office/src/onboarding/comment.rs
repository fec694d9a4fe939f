//! What a comment and a user name say about the customer: name, telephone, address, and our own mark. Offices write
//! `Budi Santoso 0812…`, `Pak Joko / 0813… / Blok C`, `nama: Siti, alamat: Gg. Melati 3`, or nothing but `budi-rt03` as
//! the user name. Everything here is a guess that a person sees and may correct; nothing is evaluated, and of a comment
//! without end only the beginning is read.

use crate::onboarding::names::{self, capitalised};
use crate::onboarding::phone_in_text::phones;
use crate::onboarding::terms_in_text::Terms;

/// How much of a comment is read, in characters.
pub(super) const READ: usize = 400;
/// The longest name that a customer may have, in characters.
const LONGEST_NAME: usize = 150;
/// The longest address.
const LONGEST_ADDRESS: usize = 300;
/// The longest customer number.
const LONGEST_NUMBER: usize = 30;
/// What our marks begin with: `ID: PLG-00001 - Name`.
const MARK: &str = "ID:";
/// Stands where a telephone number stood.
const TAKEN: char = '\u{1f}';

/// Words with which an address begins.
pub(super) const PLACES: [&str; 25] = [
    "jl",
    "jln",
    "jalan",
    "gg",
    "gang",
    "blok",
    "blk",
    "rt",
    "rw",
    "perum",
    "perumahan",
    "komplek",
    "kompleks",
    "kp",
    "kampung",
    "dsn",
    "dusun",
    "ds",
    "desa",
    "kel",
    "kelurahan",
    "kec",
    "no",
    "lr",
    "lorong",
];
/// Words that begin an address, and that are an office or a house where a title stands before them: `Pak RT`, `Balai Desa`.
const OFFICES: [&str; 9] = [
    "rt",
    "rw",
    "dusun",
    "dsn",
    "desa",
    "kampung",
    "kel",
    "kelurahan",
    "kec",
];
/// Words besides forms of address that may stand before those.
const TITLES: [&str; 9] = [
    "kantor",
    "balai",
    "kepala",
    "ketua",
    "wakil",
    "sekretaris",
    "bendahara",
    "pos",
    "sekretariat",
];
/// What stands before a colon, and what follows it.
const LABELS: [(&str, Label); 22] = [
    ("nama", Label::Name),
    ("name", Label::Name),
    ("pelanggan", Label::Name),
    ("customer", Label::Name),
    ("an", Label::Name),
    ("alamat", Label::Address),
    ("almt", Label::Address),
    ("address", Label::Address),
    ("lokasi", Label::Address),
    ("hp", Label::Nothing),
    ("nohp", Label::Nothing),
    ("telp", Label::Nothing),
    ("telepon", Label::Nothing),
    ("tlp", Label::Nothing),
    ("phone", Label::Nothing),
    ("wa", Label::Nothing),
    ("whatsapp", Label::Nothing),
    ("paket", Label::Nothing),
    ("harga", Label::Nothing),
    ("tgl", Label::Nothing),
    ("pasang", Label::Nothing),
    ("odp", Label::Nothing),
];
/// Words that describe the line and not the person.
const NOTES: [&str; 14] = [
    "hp",
    "telp",
    "wa",
    "lunas",
    "aktif",
    "isolir",
    "pppoe",
    "static",
    "statik",
    "hotspot",
    "pelanggan",
    "client",
    "customer",
    "home",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Name,
    Address,
    Nothing,
}

/// What was guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Guess {
    /// The customer's number, where the comment is our mark.
    pub customer_no: Option<String>,
    /// A name.
    pub name: Option<String>,
    /// Whether the name is made of the user name, because the comment has none.
    pub name_of_user: bool,
    /// Whether the line's own name stands for it, because nothing names anybody.
    pub name_of_line: bool,
    /// A mobile number, `62…`.
    pub phone: Option<String>,
    /// Whether there are further numbers, which are left out.
    pub more_phones: bool,
    /// Where the line is.
    pub address: Option<String>,
    /// What is said about due day and price, which are not taken in.
    pub terms: Terms,
}

/// Reads a comment and, where it names nobody, the user name.
pub(super) fn guess(comment: Option<&str>, user_name: Option<&str>) -> Guess {
    let text = readable(comment.unwrap_or_default());
    let (customer_no, text) = match mark(&text) {
        Some((number, rest)) => (Some(number), rest),
        None => (None, text.as_str()),
    };
    let mut guess = Guess {
        customer_no,
        ..Guess::default()
    };
    let found = phones(text);
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for phone in &found {
        rest.push_str(text.get(from..phone.place.start).unwrap_or_default());
        rest.push(TAKEN);
        from = phone.place.end;
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    guess.more_phones = found.len() > 1;
    guess.phone = found.into_iter().next().map(|phone| phone.number);

    let mut address = Vec::new();
    for segment in segments(&rest) {
        let words: Vec<&str> = segment.split_whitespace().collect();
        let others = guess.terms.taken_from(&words).join(" ");
        take_segment(&others, &mut guess, &mut address);
    }
    if guess.name.is_none()
        && let Some(user_name) = user_name
    {
        let (name, place) = of_user_name(user_name);
        guess.name_of_user = name.is_some();
        guess.name = name;
        if address.is_empty() {
            address.extend(place);
        }
    }
    guess.name = guess
        .name
        .map(|name| capitalised(&shortened(&name, LONGEST_NAME)))
        .filter(|name| !name.is_empty());
    guess.address =
        Some(shortened(&address.join(", "), LONGEST_ADDRESS)).filter(|address| !address.is_empty());
    guess
}

/// What stands around words and is none of them. What could begin a formula in somebody's spreadsheet is among it.
fn is_dust(c: char) -> bool {
    c.is_whitespace() || "-_.:=+*@'\"<>!?&%~`^\\".contains(c)
}

/// The beginning of a comment without what a screen cannot show; a line break separates like a comma.
pub(super) fn readable(comment: &str) -> String {
    comment
        .chars()
        .take(READ)
        .map(|c| match c {
            '\n' | '\r' | '\t' => ',',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// Our own mark: the customer's number, and what follows it.
fn mark(text: &str) -> Option<(String, &str)> {
    let text = text.trim();
    let (head, rest) = text.split_at_checked(MARK.len())?;
    if !head.eq_ignore_ascii_case(MARK) {
        return None;
    }
    let (number, rest) = match rest.split_once(" - ") {
        Some((number, rest)) => (number.trim(), rest),
        None => (rest.trim(), ""),
    };
    let is_number = !number.is_empty()
        && number.chars().count() <= LONGEST_NUMBER
        && !number.contains(char::is_whitespace)
        && number.contains(|c: char| c.is_ascii_digit());
    is_number.then(|| (number.to_owned(), rest))
}

/// The pieces between separators. A stroke between two digits (`RT 03/05`) separates nothing, nor does a comma before
/// three of them (`150,000`).
fn segments(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let around = |bytes: Option<u8>| bytes.is_some_and(|byte| byte.is_ascii_digit());
        let before = at
            .checked_sub(1)
            .and_then(|before| text.as_bytes().get(before))
            .copied();
        let end = at + c.len_utf8();
        let after = text.as_bytes().get(end).copied();
        let separates = match c {
            '/' => !(around(before) && around(after)),
            '-' | '–' | '—' => before == Some(b' ') && after == Some(b' '),
            ',' => !(around(before) && starts_with_thousands(text.get(end..).unwrap_or_default())),
            ';' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | '#' | '•' | TAKEN => true,
            _ => false,
        };
        if separates {
            pieces.extend(text.get(start..at));
            start = end;
        }
    }
    pieces.extend(text.get(start..));
    pieces
}

/// Whether exactly three digits stand here.
fn starts_with_thousands(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
    digits == 3 && !text.as_bytes().get(digits).is_some_and(is_word)
}

fn take_segment(segment: &str, guess: &mut Guess, address: &mut Vec<String>) {
    let (label, segment) = labelled(segment);
    let segment = segment.trim_matches(is_dust);
    if segment.is_empty() || label == Some(Label::Nothing) {
        return;
    }
    let words: Vec<&str> = segment.split_whitespace().collect();
    if label == Some(Label::Address) {
        address.push(words.join(" "));
        return;
    }
    let words = without_notes(&words);
    let place = match label {
        Some(Label::Name) => words.len(),
        _ => (0..words.len())
            .find(|at| is_address_at(words, *at))
            .unwrap_or(words.len()),
    };
    let (name, place) = words.split_at_checked(place).unwrap_or((words, &[]));
    if guess.name.is_none() && name.iter().any(|word| word.contains(char::is_alphabetic)) {
        guess.name = Some(name.join(" "));
    } else if !name.is_empty() {
        // Somebody has a name already, or nobody is called like this: it tells where.
        let all = name.iter().chain(place).copied().collect::<Vec<_>>().join(" ");
        address.push(all);
        return;
    }
    if !place.is_empty() {
        address.push(place.join(" "));
    }
}

/// `alamat: Gg. Melati` is an address by its label.
fn labelled(segment: &str) -> (Option<Label>, &str) {
    let Some((label, rest)) = segment.split_once([':', '=']) else {
        return (None, segment);
    };
    let label = folded(label);
    match LABELS.iter().find(|(word, _)| *word == label) {
        Some((_, label)) => (Some(*label), rest),
        None => (None, segment),
    }
}

/// Without speeds, prices and words about the line at either end.
fn without_notes<'a, 'b>(mut words: &'b [&'a str]) -> &'b [&'a str] {
    let is_note = |word: &str| NOTES.contains(&folded(word).as_str()) || is_speed_or_price(word);
    while words.last().is_some_and(|word| is_note(word)) {
        words = words.split_last().map_or(words, |(_, rest)| rest);
    }
    while words.first().is_some_and(|word| is_note(word)) {
        words = words.split_first().map_or(words, |(_, rest)| rest);
    }
    words
}

/// `10M`, `20mbps`, `150rb`, `150.000`, `Rp150000`.
fn is_speed_or_price(word: &str) -> bool {
    let word = folded(word);
    let digits = word.strip_prefix("rp").unwrap_or(&word);
    let unit = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = digits.len() > unit.len();
    let is_amount = unit.is_empty() && (digits.len() >= 5 || digits.len() < word.len());
    is_number && (is_amount || ["m", "mb", "mbps", "mbit", "k", "rb", "ribu", "kbps"].contains(&unit))
}

/// Whether an address begins here: `Jl.`, `RT03`, `Blok`.
fn is_place(word: &str) -> bool {
    let word = folded(word);
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let block = ["blok", "blk"]
        .iter()
        .any(|block| letters.strip_prefix(block).is_some_and(|rest| rest.len() <= 1));
    block || PLACES.contains(&letters)
}

/// Whether an address begins at this word: not where the word makes a name of a title, as in `Pak RT` and `Kantor Desa`.
fn is_address_at(words: &[&str], at: usize) -> bool {
    let word = |at: usize| words.get(at).map(|word| folded(word)).unwrap_or_default();
    let own = word(at);
    let letters = own.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_titled = at > 0 && is_title(&word(at - 1)) && OFFICES.contains(&letters);
    words.get(at).is_some_and(|word| is_place(word)) && !is_titled
}

/// Whether what follows this word is what somebody, or a house, is called.
fn is_title(word: &str) -> bool {
    names::ADDRESSES.contains(&word) || TITLES.contains(&word)
}

/// `budi-rt03@kampung` names Budi, at RT03. A name that says nothing (`user12`) stays as it is, since a line needs a name.
fn of_user_name(user_name: &str) -> (Option<String>, Option<String>) {
    let user_name = readable(user_name);
    let own = user_name.split('@').next().unwrap_or_default();
    let mut name: Vec<&str> = Vec::new();
    let mut place = Vec::new();
    for piece in own
        .split(|c: char| !c.is_alphanumeric())
        .filter(|piece| !piece.is_empty())
    {
        let letters = piece.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_office = OFFICES.contains(&letters) && name.last().is_some_and(|last| is_title(&folded(last)));
        if is_office && place.is_empty() {
            name.push(letters);
        } else if is_place(piece) || !place.is_empty() {
            place.push(piece.to_uppercase());
        } else if letters.chars().any(char::is_alphabetic) && !is_speed_or_price(piece) {
            name.push(letters);
        }
    }
    let says_nothing = name.iter().all(|word| {
        let word = folded(word);
        NOTES.contains(&word.as_str()) || ["plg", "user", "cust", "id", "net", "ppp"].contains(&word.as_str())
    });
    let name = if says_nothing {
        Some(own.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()).filter(|own| !own.is_empty())
    } else {
        Some(name.join(" "))
    };
    (name, Some(place.join(" ")).filter(|place| !place.is_empty()))
}

fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn shortened(text: &str, longest: usize) -> String {
    text.trim_matches(is_dust)
        .chars()
        .take(longest)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests;
