//! Finding a mobile number in a comment, wherever it stands and however it is grouped. Dates, house numbers and addresses
//! are left alone: only what `billing` knows as a mobile number of Indonesia counts.

use std::ops::Range;

/// The fewest digits that are written of a number: `0812345678` is ten, `812345678` nine is too easily something else.
const FEWEST: usize = 10;
/// The most: `00` and `62` before twelve digits.
const MOST: usize = 16;

/// A number, and where in the text it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundPhone {
    /// `62…`.
    pub number: String,
    /// Its bytes.
    pub place: Range<usize>,
}

/// Every mobile number in the text, in its order.
pub(super) fn phones(text: &str) -> Vec<FoundPhone> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let after_digit = at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_some_and(u8::is_ascii_digit);
        if after_digit || !(byte.is_ascii_digit() || byte == b'+') {
            at += 1;
            continue;
        }
        match longest(text, at) {
            Some(phone) => {
                at = phone.place.end;
                found.push(phone);
            }
            None => at += 1,
        }
    }
    found
}

/// The longest number that begins at this byte.
fn longest(text: &str, start: usize) -> Option<FoundPhone> {
    let bytes = text.as_bytes();
    let mut digits = 0;
    let mut best = None;
    let mut end = start + usize::from(bytes.get(start) == Some(&b'+'));
    while digits <= MOST {
        let group = bytes
            .get(end..)?
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        // A short group after a space is a house number rather than the end of a telephone number.
        if group == 0 || (digits >= FEWEST && group < 3) {
            break;
        }
        digits += group;
        end += group;
        if (FEWEST..=MOST).contains(&digits)
            && let Some(number) = text.get(start..end).and_then(mobile)
        {
            best = Some(FoundPhone {
                number,
                place: start..end,
            });
        }
        match bytes.get(end..) {
            Some([b' ' | b'-' | b'.', next, ..]) if next.is_ascii_digit() => end += 1,
            _ => break,
        }
    }
    best
}

fn mobile(text: &str) -> Option<String> {
    if text.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    billing::phone::normalise(text)
        .ok()
        .filter(|number| number.starts_with("628"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(text: &str) -> Vec<String> {
        phones(text).into_iter().map(|phone| phone.number).collect()
    }

    #[test]
    fn a_number_is_found_wherever_it_stands() {
        for text in [
            "Budi Santoso 081234567890",
            "0812-3456-7890 Budi",
            "Budi (+62 812 3456 7890) RT03",
            "hp:6281234567890",
            "Budi/081234567890/Blok C 5",
            "Budi 0812.3456.7890 15",
            "wa81234567890",
        ] {
            assert_eq!(numbers(text), ["6281234567890"], "{text:?}");
        }
        assert_eq!(
            numbers("081234567890 / 0857 1111 2222"),
            ["6281234567890", "6285711112222"]
        );
    }

    #[test]
    fn what_only_looks_like_a_number_is_left_alone() {
        for text in [
            "",
            "Blok C 12 No 8",
            "08-12-2025",
            "pasang 12/08/2025 10:00",
            "10.10.81.23",
            "82.100.181.230",
            "tagihan 150000",
            "021-5550123",
            "89610000000000000000000000",
            "+",
        ] {
            assert!(numbers(text).is_empty(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_place_is_a_piece_of_the_text(text in "\\PC{0,60}|[0-9+ .-]{0,60}") {
            let mut last = 0;
            for phone in phones(&text) {
                prop_assert!(text.get(phone.place.clone()).is_some());
                prop_assert!(phone.place.start >= last && !phone.place.is_empty());
                last = phone.place.end;
            }
        }
    }
}
