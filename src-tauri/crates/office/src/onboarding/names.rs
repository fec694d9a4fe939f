//! People's names as offices spell them, made comparable: without case, punctuation and forms of address.

/// Forms of address; somebody who is only one of these has no name.
pub(super) const ADDRESSES: [&str; 26] = [
    "pak", "bpk", "bapak", "bu", "ibu", "h", "hj", "haji", "hajah", "mas", "mbak", "mba", "sdr", "sdri",
    "kak", "bang", "om", "tante", "ny", "tn", "dr", "ir", "drs", "ustadz", "ust", "an",
];

/// A name to be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Comparable(String);

impl Comparable {
    /// Nothing where no name is left.
    pub(super) fn of(name: &str) -> Option<Comparable> {
        let spaced: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .flat_map(char::to_lowercase)
            .collect();
        let words: Vec<&str> = spaced
            .split_whitespace()
            .filter(|word| !ADDRESSES.contains(word))
            .collect();
        let name = words.join(" ");
        name.chars().any(char::is_alphabetic).then_some(Comparable(name))
    }

    /// Whether it is of more than one word; one word alone is many people's name.
    pub(super) fn is_full(&self) -> bool {
        self.0.contains(' ')
    }
}

/// The name with capitals, where it was typed without any.
pub(super) fn capitalised(name: &str) -> String {
    if name.chars().any(char::is_uppercase) {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut starts = true;
    for c in name.chars() {
        if starts {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        starts = c.is_whitespace();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_in_several_spellings_is_one_name() {
        let budi = Comparable::of("Budi Santoso");
        for text in [
            "BUDI SANTOSO",
            "Pak Budi  Santoso",
            "budi.santoso",
            "Bpk. Budi-Santoso",
        ] {
            assert_eq!(Comparable::of(text), budi, "{text:?}");
        }
        assert_ne!(Comparable::of("Budi Santosa"), budi);
        assert!(budi.unwrap().is_full());
    }

    #[test]
    fn a_form_of_address_alone_is_nobodys_name() {
        for text in ["", "Pak", "Bu Hj.", "12 34", "!!"] {
            assert_eq!(Comparable::of(text), None, "{text:?}");
        }
        assert!(!Comparable::of("Pak Joko").unwrap().is_full());
    }

    #[test]
    fn capitals_are_given_only_where_there_are_none() {
        assert_eq!(capitalised("budi santoso"), "Budi Santoso");
        assert_eq!(capitalised("Budi van der Berg"), "Budi van der Berg");
    }
}
