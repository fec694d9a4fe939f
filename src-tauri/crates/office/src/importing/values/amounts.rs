//! Money and percentages as offices and spreadsheet programs write them. What could be read in two ways is refused.

use billing::{DiscountType, MoneyError, Rupiah};

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum AmountFault {
    /// Not a whole number of rupiah.
    Unreadable,
    /// Below zero.
    Negative,
    /// More than anybody can owe ([`Rupiah::LARGEST_TYPED`]).
    TooLarge,
    /// A percentage outside 0 to 100.
    NotAPercentage,
    /// A bare number so small that a percentage may be meant.
    PerhapsAPercentage,
}

/// Reads rupiah: `150000`, `150.000`, `Rp 150.000,-`, `IDR 150,000`.
///
/// Beyond what [`Rupiah::parse`] takes: commas that group by three, as a spreadsheet set to English writes them; the
/// `,-` of handwriting; and brackets for a negative number, which are refused as one.
pub(in super::super) fn rupiah(text: &str) -> Result<Rupiah, AmountFault> {
    let mut text = text.trim();
    if text.starts_with('(') && text.ends_with(')') {
        return Err(AmountFault::Negative);
    }
    if text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("idr")) {
        text = text[3..].trim_start();
    }
    let text = text
        .strip_suffix(",-")
        .or_else(|| text.strip_suffix(".-"))
        .unwrap_or(text);
    let normal = with_dots_for_groups(text);
    match Rupiah::parse(normal.as_deref().unwrap_or(text)) {
        Ok(amount) if amount.0 < 0 => Err(AmountFault::Negative),
        Ok(amount) if amount > Rupiah::LARGEST_TYPED => Err(AmountFault::TooLarge),
        Ok(amount) => Ok(amount),
        Err(MoneyError::Overflow) => Err(AmountFault::TooLarge),
        Err(MoneyError::NotANumber) => Err(AmountFault::Unreadable),
    }
}

/// `1,500,000` and `1,500,000.00` in the Indonesian spelling; nothing for every other text. A comma before exactly
/// three digits cannot be a decimal one: rupiah have two decimals at most, and those are zero.
fn with_dots_for_groups(text: &str) -> Option<String> {
    let (whole, cents) = match text.rsplit_once('.') {
        Some((whole, cents @ ("0" | "00"))) if whole.contains(',') => (whole, cents),
        Some(_) => return None,
        None => (text, ""),
    };
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if rest.is_empty() && cents.is_empty() {
        return None;
    }
    let starts_well = first.bytes().rev().take_while(u8::is_ascii_digit).count() <= 3;
    let grouped = rest
        .iter()
        .all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()));
    (starts_well && grouped).then(|| whole.replace(',', "."))
}

/// Reads a discount: `10%`, `7,5 %` or an amount; the value is in basis points or rupiah. Nothing for zero.
///
/// A fraction below one is what a cell formatted as a percentage holds, since no amount is smaller than a rupiah. A bare
/// `10` could be ten rupiah or ten percent and is refused.
pub(in super::super) fn discount(text: &str) -> Result<Option<(DiscountType, i64)>, AmountFault> {
    let text = text.trim();
    if let Some(number) = text.strip_suffix('%') {
        let rate = hundredths(number.trim()).ok_or(AmountFault::NotAPercentage)?;
        return percentage(rate);
    }
    if let Some(digits) = text.strip_prefix("0.").or_else(|| text.strip_prefix("0,"))
        && digits.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
    {
        return percentage(ten_thousandths(digits).ok_or(AmountFault::NotAPercentage)?);
    }
    let amount = rupiah(text)?;
    let bare = text.bytes().all(|byte| byte.is_ascii_digit());
    match amount {
        Rupiah::ZERO => Ok(None),
        Rupiah(1..=100) if bare => Err(AmountFault::PerhapsAPercentage),
        amount => Ok(Some((DiscountType::Amount, amount.0))),
    }
}

fn percentage(basis_points: u32) -> Result<Option<(DiscountType, i64)>, AmountFault> {
    match basis_points {
        0 => Ok(None),
        1..=10_000 => Ok(Some((DiscountType::Percent, i64::from(basis_points)))),
        _ => Err(AmountFault::NotAPercentage),
    }
}

/// `7`, `7,5` or `7.25` as hundredths, exactly.
fn hundredths(number: &str) -> Option<u32> {
    let (whole, decimals) = number.split_once([',', '.']).unwrap_or((number, ""));
    let decimals = decimals.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
        return None;
    }
    format!("{whole}{decimals:0<2}").parse().ok()
}

/// The digits behind `0.` as ten-thousandths, exactly.
fn ten_thousandths(decimals: &str) -> Option<u32> {
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 4 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{decimals:0<4}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_read_in_every_usual_spelling() {
        for text in [
            "150000",
            "150.000",
            "Rp 150.000",
            "Rp150.000,-",
            "rp. 150.000,00",
            "IDR 150.000",
            "150,000",
            "150,000.00",
        ] {
            assert_eq!(
                rupiah(text),
                Ok(Rupiah(150_000)),
                "{text:?} is one hundred and fifty thousand"
            );
        }
        assert_eq!(rupiah("Rp 1,500,000"), Ok(Rupiah(1_500_000)));
    }

    #[test]
    fn negative_fractional_and_endless_amounts_are_refused_each_for_its_reason() {
        for text in ["-150000", "-Rp 150.000", "(150.000)"] {
            assert_eq!(rupiah(text), Err(AmountFault::Negative), "{text:?}");
        }
        for text in [
            "150.5",
            "150,50",
            "1,50,000",
            "150rb",
            "seratus",
            "",
            "Rp",
            "1500,000",
            "1.500,000",
        ] {
            assert_eq!(rupiah(text), Err(AmountFault::Unreadable), "{text:?}");
        }
        for text in ["99999999999999999999", "1.000.000.000.000"] {
            assert_eq!(rupiah(text), Err(AmountFault::TooLarge), "{text:?}");
        }
    }

    #[test]
    fn a_discount_is_an_amount_or_a_percentage() {
        for text in ["10%", "10 %", "10,0%", "0.1", "0,10"] {
            assert_eq!(
                discount(text),
                Ok(Some((DiscountType::Percent, 1_000))),
                "{text:?} is a tenth"
            );
        }
        assert_eq!(discount("7,5%"), Ok(Some((DiscountType::Percent, 750))));
        assert_eq!(discount("100%"), Ok(Some((DiscountType::Percent, 10_000))));
        assert_eq!(discount("Rp 25.000"), Ok(Some((DiscountType::Amount, 25_000))));
        assert_eq!(discount("Rp 10"), Ok(Some((DiscountType::Amount, 10))));
        for text in ["0", "0%", "Rp 0", "0,00"] {
            assert_eq!(discount(text), Ok(None), "{text:?} is none");
        }
    }

    #[test]
    fn a_discount_that_could_be_two_things_is_refused() {
        assert_eq!(discount("10"), Err(AmountFault::PerhapsAPercentage));
        for text in ["101%", "-5%", "x%", "%", "1,234%", "0.12345"] {
            assert_eq!(discount(text), Err(AmountFault::NotAPercentage), "{text:?}");
        }
        assert_eq!(discount("-5000"), Err(AmountFault::Negative));
    }

    proptest! {
        #[test]
        fn every_amount_survives_being_written(amount in 0_i64..=999_999_999_999) {
            prop_assert_eq!(rupiah(&Rupiah(amount).to_string()), Ok(Rupiah(amount)));
            prop_assert_eq!(rupiah(&Rupiah(amount).to_string().replace('.', ",")), Ok(Rupiah(amount)));
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC*") {
            let _ = rupiah(&text);
            let _ = discount(&text);
        }
    }
}
