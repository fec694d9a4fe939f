//! Telephone cells: one number in any spelling, or several in one cell, of which the first is used.

/// What a cell says about how to reach the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Reached {
    /// The number, `62…`.
    pub(in super::super) number: String,
    /// Whether the cell holds further numbers, which are left out.
    pub(in super::super) has_more: bool,
}

/// Reads a cell. Nothing if no number can be made of it.
pub(in super::super) fn phone(text: &str) -> Option<Reached> {
    // A spreadsheet marks a number that is kept as text by an apostrophe in front.
    let text = text.trim().trim_start_matches('\'');
    if let Ok(number) = billing::phone::normalise(text) {
        return Some(Reached {
            number,
            has_more: false,
        });
    }
    let mut numbers = text
        .split(['/', ',', ';', '&', '|', '\n'])
        .flat_map(|piece| piece.split(" atau "))
        .filter_map(|piece| billing::phone::normalise(piece.trim()).ok());
    let number = numbers.next()?;
    Some(Reached {
        number,
        has_more: numbers.next().is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_numbers_is_used_and_the_rest_is_mentioned() {
        let reached = phone("0812-3456-7890 / 0857 1111 2222");
        assert_eq!(
            reached,
            Some(Reached {
                number: "6281234567890".to_owned(),
                has_more: true
            })
        );
    }

    #[test]
    fn a_number_kept_as_text_loses_its_apostrophe() {
        assert_eq!(
            phone("'081234567890"),
            Some(Reached {
                number: "6281234567890".to_owned(),
                has_more: false
            })
        );
        assert_eq!(phone("tidak ada"), None);
    }

    #[test]
    fn what_says_that_it_is_a_number_is_no_part_of_it() {
        for text in [
            "WA 081234567890",
            "No. HP: 0812-3456-7890",
            "wa/hp 62812 3456 7890",
            "WhatsApp:081234567890",
        ] {
            assert_eq!(
                phone(text).map(|it| it.number).as_deref(),
                Some("6281234567890"),
                "{text}"
            );
        }
        assert_eq!(phone("Nova 081234567890"), None, "a name is no label");
    }
}
