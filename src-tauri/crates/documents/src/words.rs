//! Amounts in words, as receipts and invoices must carry them: `terbilang` in Indonesian, and the same in English.

use billing::Rupiah;

use crate::Language;

/// Names of the groups of three digits, from the second up; 64 bits end within the last.
const GROUPS_ID: [&str; 7] = [
    "",
    "ribu",
    "juta",
    "miliar",
    "triliun",
    "kuadriliun",
    "kuintiliun",
];
const GROUPS_EN: [&str; 7] = [
    "",
    "thousand",
    "million",
    "billion",
    "trillion",
    "quadrillion",
    "quintillion",
];

const ONES_ID: [&str; 12] = [
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh",
    "sebelas",
];
const ONES_EN: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS_EN: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// The amount in Indonesian words: 166,500 is `seratus enam puluh enam ribu lima ratus rupiah`.
///
/// Total: every amount has words; one that is owed the other way begins with `minus`.
#[must_use]
pub fn terbilang(amount: Rupiah) -> String {
    spell(amount, "minus", "nol", |words, group, rank| {
        if group == 1 && rank == 1 {
            words.push("seribu");
        } else {
            hundreds_id(words, group);
            words.push(name(&GROUPS_ID, rank));
        }
    })
}

/// The amount in words of the document's language, ending in `rupiah`.
#[must_use]
pub fn in_words(amount: Rupiah, language: Language) -> String {
    match language {
        Language::Indonesian => terbilang(amount),
        Language::English => spell(amount, "minus", "zero", |words, group, rank| {
            hundreds_en(words, group);
            words.push(name(&GROUPS_EN, rank));
        }),
    }
}

/// Walks the groups of three digits from the highest; empty words are names that a group does not have.
fn spell(
    amount: Rupiah,
    minus: &'static str,
    zero: &'static str,
    group_words: impl Fn(&mut Vec<&'static str>, usize, usize),
) -> String {
    let mut words = Vec::with_capacity(24);
    if amount.0 < 0 {
        words.push(minus);
    }
    let magnitude = amount.0.unsigned_abs();
    if magnitude == 0 {
        words.push(zero);
    }
    for rank in (0..GROUPS_ID.len()).rev() {
        let group = magnitude / 1000_u64.pow(rank as u32) % 1000;
        if group > 0 {
            group_words(&mut words, group as usize, rank);
        }
    }
    words.push("rupiah");
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// One to 999 in Indonesian; one hundred, ten and eleven have names of their own.
fn hundreds_id(words: &mut Vec<&'static str>, number: usize) {
    match number / 100 {
        0 => {}
        1 => words.push("seratus"),
        hundreds => words.extend([name(&ONES_ID, hundreds), "ratus"]),
    }
    match number % 100 {
        0 => {}
        small @ 1..=11 => words.push(name(&ONES_ID, small)),
        teen @ 12..=19 => words.extend([name(&ONES_ID, teen - 10), "belas"]),
        tens => {
            words.extend([name(&ONES_ID, tens / 10), "puluh"]);
            if tens % 10 > 0 {
                words.push(name(&ONES_ID, tens % 10));
            }
        }
    }
}

/// One to 999 in English, without `and`.
fn hundreds_en(words: &mut Vec<&'static str>, number: usize) {
    if number >= 100 {
        words.extend([name(&ONES_EN, number / 100), "hundred"]);
    }
    match number % 100 {
        0 => {}
        small @ 1..=19 => words.push(name(&ONES_EN, small)),
        tens => {
            words.push(name(&TENS_EN, tens / 10));
            if tens % 10 > 0 {
                words.push(name(&ONES_EN, tens % 10));
            }
        }
    }
}

fn name(names: &[&'static str], index: usize) -> &'static str {
    names.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_examples_are_spelled_as_published() {
        let examples = [
            (0, "nol"),
            (11, "sebelas"),
            (12, "dua belas"),
            (19, "sembilan belas"),
            (21, "dua puluh satu"),
            (100, "seratus"),
            (1_000, "seribu"),
            (11_000, "sebelas ribu"),
            (21_000, "dua puluh satu ribu"),
            (101_000, "seratus satu ribu"),
            (150_000, "seratus lima puluh ribu"),
            (166_500, "seratus enam puluh enam ribu lima ratus"),
            (1_001_000, "satu juta seribu"),
            (
                1_234_567_890,
                "satu miliar dua ratus tiga puluh empat juta lima ratus enam puluh tujuh ribu delapan ratus \
                 sembilan puluh",
            ),
            (-5_000, "minus lima ribu"),
        ];
        for (amount, words) in examples {
            assert_eq!(
                terbilang(Rupiah(amount)),
                format!("{words} rupiah"),
                "for {amount}"
            );
        }
    }

    #[test]
    fn the_ends_of_the_range_have_words_too() {
        assert!(
            terbilang(Rupiah(i64::MAX))
                .starts_with("sembilan kuintiliun dua ratus dua puluh tiga kuadriliun")
        );
        assert!(terbilang(Rupiah(i64::MIN)).starts_with("minus sembilan kuintiliun"));
    }

    #[test]
    fn english_is_spelled_for_those_who_ask() {
        let words = in_words(Rupiah(166_513), Language::English);
        assert_eq!(
            words,
            "one hundred sixty six thousand five hundred thirteen rupiah"
        );
    }

    /// Reads the words back by a grammar of its own: it keeps the group being read, and what closed groups add up to.
    fn read_back(text: &str) -> Option<i128> {
        let (mut total, mut group, mut digit) = (0_i128, 0_i128, 0_i128);
        let (sign, text) = match text.strip_prefix("minus ") {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        for word in text.strip_suffix(" rupiah")?.split(' ') {
            match word {
                "nol" => digit = 0,
                "satu" => digit = 1,
                "dua" => digit = 2,
                "tiga" => digit = 3,
                "empat" => digit = 4,
                "lima" => digit = 5,
                "enam" => digit = 6,
                "tujuh" => digit = 7,
                "delapan" => digit = 8,
                "sembilan" => digit = 9,
                "sepuluh" => group += 10,
                "sebelas" => group += 11,
                "seratus" => group += 100,
                "seribu" => total += 1_000,
                "belas" => group += 10 + std::mem::take(&mut digit),
                "puluh" => group += 10 * std::mem::take(&mut digit),
                "ratus" => group += 100 * std::mem::take(&mut digit),
                rank => {
                    let zeros = match rank {
                        "ribu" => 3,
                        "juta" => 6,
                        "miliar" => 9,
                        "triliun" => 12,
                        "kuadriliun" => 15,
                        "kuintiliun" => 18,
                        _ => return None,
                    };
                    total += (std::mem::take(&mut group) + std::mem::take(&mut digit)) * 10_i128.pow(zeros);
                }
            }
        }
        Some(sign * (total + group + digit))
    }

    proptest! {
        #[test]
        fn words_read_back_are_the_same_number(amount in prop_oneof![any::<i64>(), -100_000_000_i64..100_000_000]) {
            let words = terbilang(Rupiah(amount));
            prop_assert_eq!(read_back(&words), Some(i128::from(amount)), "{}", words);
        }
    }
}
