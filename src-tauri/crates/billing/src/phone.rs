//! Indonesian telephone numbers as one spelling: `62` and the national number, digits only. Offices write them in every
//! other way, and spreadsheets lose the leading zero.

/// Why a text is no telephone number of Indonesia.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was given.
    #[error("the telephone number is empty")]
    Empty,
    /// Something other than digits and the usual separators.
    #[error("\"{0}\" in a telephone number is no digit; write it as 0812-3456-7890")]
    NotDigits(char),
    /// Digits that no mobile or fixed line of Indonesia has.
    #[error("{0} is no Indonesian telephone number; write it as 0812-3456-7890 or 021-5550123")]
    NotIndonesian(String),
}

impl PhoneError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            PhoneError::Empty => "phone_empty",
            PhoneError::NotDigits(_) => "phone_not_digits",
            PhoneError::NotIndonesian(_) => "phone_not_indonesian",
        }
    }
}

/// The number as `62…` digits: `0812-3456-7890`, `+62 812 3456 7890` and `81234567890` are all `6281234567890`; a fixed
/// line keeps its area code, `(021) 555-0123` is `62215550123`.
///
/// A leading `00` is dropped; `0…` becomes `62…`, `8…` becomes `628…`, `620…` becomes `62…`. A mobile number then is `628`
/// and 8 to 11 digits; a fixed line is `62`, an area code that begins with 2 to 7 or 9, and 7 to 11 digits in all. A
/// spreadsheet's `81234567890.0` and its leading apostrophe are understood, and so is `WA` or `No. HP` in front; other letters
/// are refused rather than dropped.
///
/// # Errors
/// [`PhoneError`] for anything else: two numbers in one cell, a foreign number, `8.12E+10`.
pub fn normalise(text: &str) -> Result<String, PhoneError> {
    let text = unlabelled(text.trim().trim_start_matches('\''));
    let text = text.strip_suffix(".0").unwrap_or(text);
    let mut digits = String::with_capacity(15);
    for character in text.chars() {
        match character {
            '0'..='9' if digits.len() < 40 => digits.push(character),
            '0'..='9' => return Err(PhoneError::NotIndonesian(digits)),
            '+' | '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' => {}
            _ if character.is_whitespace() || is_invisible(character) => {}
            _ => return Err(PhoneError::NotDigits(character)),
        }
    }
    if digits.is_empty() {
        return Err(PhoneError::Empty);
    }
    let number = digits.strip_prefix("00").unwrap_or(&digits);
    let national = if let Some(national) = number.strip_prefix("62") {
        national.strip_prefix('0').unwrap_or(national)
    } else if let Some(national) = number.strip_prefix('0') {
        national
    } else if number.starts_with('8') {
        number
    } else {
        return Err(PhoneError::NotIndonesian(digits));
    };
    let valid = match national.as_bytes().first() {
        Some(b'8') => (9..=12).contains(&national.len()),
        Some(b'2'..=b'7' | b'9') => (7..=11).contains(&national.len()),
        _ => false,
    };
    if valid {
        Ok(format!("62{national}"))
    } else {
        Err(PhoneError::NotIndonesian(digits))
    }
}

/// A normalised number as people write it: `6281234567890` is `0812-3456-7890`; anything else stays as it is.
#[must_use]
pub fn written(number: &str) -> String {
    let Some(national) = number.strip_prefix("62").filter(|it| it.len() >= 7) else {
        return number.to_owned();
    };
    let local = format!("0{national}");
    match (local.get(..4), local.get(4..8), local.get(8..)) {
        (Some(head), Some(middle), Some(tail)) if !tail.is_empty() => format!("{head}-{middle}-{tail}"),
        _ => local,
    }
}

/// What people write before a number to say what it is.
const LABELS: [&str; 11] = [
    "whatsapp", "telepon", "nomor", "telp", "tlp", "tel", "hp/wa", "wa/hp", "hp", "wa", "no",
];

/// The text without such words in front.
fn unlabelled(text: &str) -> &str {
    let mut rest = text;
    while let Some(label) = LABELS.iter().find(|label| {
        let head = rest.get(..label.len());
        let next = rest.get(label.len()..).and_then(|tail| tail.chars().next());
        head.is_some_and(|head| head.eq_ignore_ascii_case(label))
            && next.is_some_and(|next| !next.is_ascii_alphabetic())
    }) {
        rest = rest[label.len()..].trim_start_matches(['.', ':', '=', '-', ' ', '\u{a0}']);
    }
    rest
}

/// Marks without a shape that come along where a number is copied from a chat or an address book.
const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_written_in_groups() {
        assert_eq!(written("6281234567890"), "0812-3456-7890");
        assert_eq!(written("62215550123"), "0215-5501-23");
        assert_eq!(written("12"), "12");
        assert_eq!(written(""), "");
    }

    #[test]
    fn every_spelling_of_a_mobile_number_is_one_number() {
        for text in [
            "0812-3456-7890",
            "WA 0812 3456 7890",
            "\u{202a}+62 812\u{a0}3456-7890\u{202c}",
            "+62 812 3456 7890",
            "81234567890",
            "6281234567890",
            "62 0812 3456 7890",
            "+62 (0) 812-3456-7890",
            "0062 812 3456 7890",
            "0812.3456.7890",
            " 081234567890 ",
            "'081234567890",
            "81234567890.0",
            "0812\u{a0}3456\u{a0}7890",
            "0812–3456–7890",
        ] {
            assert_eq!(normalise(text).as_deref(), Ok("6281234567890"), "{text:?}");
        }
    }

    #[test]
    fn fixed_lines_keep_their_area_code() {
        assert_eq!(normalise("(021) 555-0123").as_deref(), Ok("62215550123"));
        assert_eq!(normalise("0274 512345").as_deref(), Ok("62274512345"));
        assert_eq!(normalise("+62 31 5031234").as_deref(), Ok("62315031234"));
    }

    #[test]
    fn a_number_is_neither_too_short_nor_too_long() {
        let is_number = |text: &str| normalise(text).is_ok();
        assert_eq!(
            [8, 9, 12, 13].map(|len| is_number(&format!("0{}", "8".repeat(len)))),
            [false, true, true, false]
        );
        assert_eq!(
            [6, 7, 11, 12].map(|len| is_number(&format!("0{}", "2".repeat(len)))),
            [false, true, true, false]
        );
    }

    #[test]
    fn garbage_is_refused_with_its_reason() {
        let code = |text: &str| normalise(text).unwrap_err().code();
        assert_eq!(code(""), "phone_empty");
        assert_eq!(code(" - "), "phone_empty");
        assert_eq!(code("tidak ada"), "phone_not_digits");
        assert_eq!(code("8,12346E+11"), "phone_not_digits");
        assert_eq!(code("0812 3456 7890 / 0813 1111 2222"), "phone_not_indonesian");
        assert_eq!(code("0812"), "phone_not_indonesian");
        assert_eq!(code("+1 415 555 0123"), "phone_not_indonesian");
        assert_eq!(code("+65 8123 4567"), "phone_not_indonesian");
        assert_eq!(code("0000000000"), "phone_not_indonesian");
        assert_eq!(code(&"8".repeat(100_000)), "phone_not_indonesian");
        assert_eq!(code("٠٨١٢٣٤٥٦٧٨٩٠"), "phone_not_digits");
    }

    proptest! {
        #[test]
        fn a_normal_number_stays_as_it_is(text in "\\PC{0,20}|[0-9+ ()-]{0,18}") {
            if let Ok(number) = normalise(&text) {
                prop_assert!(number.starts_with("62") && number.bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert_eq!(normalise(&number), Ok(number.clone()));
            }
        }
    }
}
