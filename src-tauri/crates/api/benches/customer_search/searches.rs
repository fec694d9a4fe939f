//! What people type at a counter, made from the cards of customers that exist, and some that do not.

use std::fmt;

use crate::many::{card, spread};

/// What kind of search it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One to five letters of a name.
    OneWord,
    /// Two words, the second one begun.
    TwoWords,
    /// Two words of the name and the beginning of the street.
    ThreeWords,
    /// The first digits of a phone number, or its last four.
    Phone,
    /// `PLG-000123`, or 123.
    Number,
    /// The line's user name, half or whole.
    Pppoe,
    /// Nobody.
    Miss,
}

impl Kind {
    pub(crate) const ALL: [Kind; 7] = [
        Kind::OneWord,
        Kind::TwoWords,
        Kind::ThreeWords,
        Kind::Phone,
        Kind::Number,
        Kind::Pppoe,
        Kind::Miss,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::OneWord => "1 word, 1 to 5 letters",
            Kind::TwoWords => "2 words",
            Kind::ThreeWords => "3 words",
            Kind::Phone => "phone",
            Kind::Number => "customer number",
            Kind::Pppoe => "PPPoE name",
            Kind::Miss => "nobody",
        })
    }
}

/// A search.
pub(crate) struct Search {
    pub(crate) kind: Kind,
    /// As it is typed.
    pub(crate) text: String,
    /// Its words as the store looks for them, the longest first.
    pub(crate) words: Vec<String>,
}

/// `count` searches for customers from 1 to `customers`, the kinds by turns.
pub(crate) fn mix(count: i64, customers: i64) -> Vec<Search> {
    (0..count).map(|number| search(number, customers)).collect()
}

fn search(number: i64, customers: i64) -> Search {
    let kind = Kind::ALL[usize::try_from(number).unwrap() % Kind::ALL.len()];
    let turn = spread(number, 21);
    let card = card(i64::try_from(spread(number, 20) % customers.cast_unsigned()).unwrap() + 1);
    let letters = |word: &str, most: u64| -> String {
        word.to_lowercase()
            .chars()
            .take(usize::try_from(1 + turn % most).unwrap())
            .collect()
    };
    let mut words = card.name.split(' ');
    let (first, second) = (words.next().unwrap(), words.next().unwrap());
    let text = match kind {
        Kind::OneWord => letters(first, 5),
        Kind::TwoWords => format!("{} {}", first.to_lowercase(), letters(second, 4)),
        Kind::ThreeWords => {
            let street = card.street.split(' ').next().unwrap();
            format!("{first} {} {}", letters(second, 6), letters(street, 4)).to_lowercase()
        }
        Kind::Phone => match turn % 3 {
            0 => card.phone[card.phone.len() - 4..].to_owned(),
            1 => format!("0{}", &card.phone[2..9]),
            _ => format!("0{}", &card.phone[2..]),
        },
        Kind::Number => match turn % 2 {
            0 => card.customer_no,
            _ => card.customer_no[4..].trim_start_matches('0').to_owned(),
        },
        Kind::Pppoe => match turn % 2 {
            0 => card.pppoe_username,
            _ => card.pppoe_username.split('@').next().unwrap().to_owned(),
        },
        Kind::Miss => match turn % 3 {
            0 => "qxz".to_owned(),
            1 => format!("{} qxz", first.to_lowercase()),
            _ => "0899999999".to_owned(),
        },
    };
    let mut words: Vec<String> = text.to_lowercase().split(' ').map(str::to_owned).collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    Search { kind, text, words }
}
