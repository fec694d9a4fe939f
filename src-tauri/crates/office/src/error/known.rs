//! What a parser refuses, in the user's words, where the refusal is one of the product's own: of a word that is none of a
//! list, of money, of a rule for due dates, of a discount. Everything else a parser says is for programmers.

use billing::{DueRule, Rupiah};

use super::{Sentence, choices};
use crate::customers::DiscountValue;

/// That a number has more digits than are counted here.
const OUT_OF_RANGE: (&str, &str) = (
    "Angka ini di luar batas; periksa jumlah digitnya.",
    "The number is out of range; check its digits.",
);

/// The sentence for what a parser says; `None` where nothing of ours was refused.
#[must_use]
pub fn known(why: &str) -> Option<Sentence> {
    if let Some(choices) = choices(why) {
        return Some(Sentence::new(
            format!("Pilih salah satu: {choices}."),
            format!("Use one of: {choices}."),
        ));
    }
    if why.contains(DueRule::EXPECTED) {
        return Some(due_rule());
    }
    if why.contains(DiscountValue::EXPECTED) {
        return Some(Sentence::new(
            "Isi angka dengan paling banyak dua angka desimal, seperti 12.5; rupiah selalu angka bulat.",
            "This must be a number with at most two decimals, such as 12.5; rupiah are always whole.",
        ));
    }
    if why.contains(Rupiah::EXPECTED) {
        return Some(if is_out_of_range(why) {
            OUT_OF_RANGE.into()
        } else {
            rupiah()
        });
    }
    None
}

/// The ranges of a rule for due dates.
pub(crate) fn due_rule() -> Sentence {
    Sentence::new(
        "Tulis {\"after_issue\": 20} untuk 0 sampai 365 hari setelah terbit, atau {\"day_of_month\": 20} untuk tanggal 1 \
         sampai 31.",
        "Write {\"after_issue\": 20} for 0 to 365 days after issue, or {\"day_of_month\": 20} for the 1st to the 31st of \
         the month.",
    )
}

/// That money is whole.
fn rupiah() -> Sentence {
    Sentence::new(
        "Isi jumlah rupiah sebagai angka bulat, tanpa tanda petik, titik atau koma, seperti 150000.",
        "This must be a whole number of rupiah, without quotation marks, dots or commas, such as 150000.",
    )
}

/// Whether a number that was refused has too many digits; more than an integer holds reach the parser as a fraction in
/// powers of ten.
#[must_use]
pub fn is_out_of_range(why: &str) -> bool {
    let given = why
        .strip_prefix("invalid type: ")
        .or_else(|| why.strip_prefix("invalid value: "))
        .unwrap_or_default();
    given.starts_with("integer")
        || given
            .strip_prefix("floating point `")
            .and_then(|number| number.split('`').next())
            .is_some_and(|number| number.parse::<f64>().is_ok_and(|number| number.abs() >= 9.2e18))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said when `json` is read as `T`.
    fn said<T: serde::de::DeserializeOwned + std::fmt::Debug>(json: &str) -> Sentence {
        let why = serde_json::from_str::<T>(json).unwrap_err().to_string();
        known(&why).unwrap_or_else(|| panic!("nothing is said of {json}: {why}"))
    }

    #[test]
    fn a_due_rule_that_is_none_is_told_both_ranges() {
        for json in [
            r#"{"after_issue":-1}"#,
            r#"{"after_issue":99999}"#,
            r#"{"day_of_month":32}"#,
            "20",
        ] {
            let said = said::<DueRule>(json);
            assert!(
                said.id.contains("0 sampai 365") && said.id.contains("1 sampai 31"),
                "{json}: {said:?}"
            );
            assert!(
                said.en.contains("0 to 365") && said.en.contains("1st to the 31st"),
                "{json}: {said:?}"
            );
        }
    }

    #[test]
    fn what_is_no_money_is_told_that_rupiah_are_whole() {
        for json in ["null", "true", "1.5", "\"150000\""] {
            let said = said::<Rupiah>(json);
            assert!(said.id.contains("rupiah sebagai angka bulat"), "{json}: {said:?}");
            assert!(said.en.contains("whole number of rupiah"), "{json}: {said:?}");
        }
        for json in ["1e20", "12345678901234567890"] {
            assert!(said::<Rupiah>(json).id.contains("di luar batas"), "{json}");
        }
    }

    #[test]
    fn a_discount_is_told_its_two_decimals() {
        for json in ["12.345", "null", "\"10\"", "true", "1e300"] {
            let said = said::<DiscountValue>(json);
            assert!(
                said.id.contains("dua angka desimal") && said.en.contains("two decimals"),
                "{json}: {said:?}"
            );
        }
    }

    #[test]
    fn what_is_not_ours_is_not_answered() {
        assert_eq!(known("invalid type: integer `1`, expected a string"), None);
    }
}
