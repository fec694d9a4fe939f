//! QRIS payloads: reading an office's static QRIS strictly and making one from it that carries an amount.
//!
//! A payload is a row of fields, each a two-digit tag, a two-digit length and a value (EMVCo Merchant-Presented Mode);
//! the last, 63, is a checksum. Payloads are taken apart and put together again, never patched as text: a merchant's
//! name may well contain `5802ID`. A QR made here is not one that the acquirer issued, and nobody is told when it is
//! paid.

use std::fmt;

use billing::Rupiah;

/// Why a text is not a QRIS payload, or cannot carry the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrisError {
    /// A tag or length is not two digits, or a value is cut off.
    #[error("this is not a QRIS payload: it is damaged at character {at}; scan or copy it again")]
    Malformed {
        /// The byte at which reading stopped.
        at: usize,
    },
    /// The checksum is not that of the content.
    #[error("the QRIS payload was changed or cut short: its checksum does not match; copy it again")]
    Checksum,
    /// A field appears twice, or the first or last one is not where it must be.
    #[error("this is not a QRIS payload: field {tag:02} is doubled, missing or out of place")]
    Field {
        /// The field's tag.
        tag: u8,
    },
    /// The payload is for another country or currency.
    #[error("this is not an Indonesian QRIS payload: country and currency must be ID and 360")]
    Foreign,
    /// An amount that a QR cannot ask for.
    #[error("a QR code cannot ask for this amount; it must be above zero and at most 13 digits long")]
    Amount,
}

impl QrisError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            QrisError::Malformed { .. } => "qris_malformed",
            QrisError::Checksum => "qris_checksum",
            QrisError::Field { .. } => "qris_field",
            QrisError::Foreign => "qris_foreign",
            QrisError::Amount => "qris_amount",
        }
    }
}

const FORMAT: u8 = 0;
const POINT_OF_INITIATION: u8 = 1;
const CURRENCY: u8 = 53;
const AMOUNT: u8 = 54;
const COUNTRY: u8 = 58;
const MERCHANT_NAME: u8 = 59;
const MERCHANT_CITY: u8 = 60;
const CHECKSUM: u8 = 63;

/// A QRIS payload that was read and found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrisPayload {
    /// All fields but the checksum, in ascending order of tags.
    fields: Vec<(u8, String)>,
}

impl QrisPayload {
    /// Reads a payload, as scanned from an office's QRIS sticker.
    ///
    /// # Errors
    /// [`QrisError`] for anything but a whole Indonesian payload with the right checksum.
    pub fn parse(text: &str) -> Result<QrisPayload, QrisError> {
        let text = text.trim();
        let mut fields: Vec<(u8, String)> = Vec::new();
        let mut at = 0;
        let mut sealed = false;
        while at < text.len() {
            let malformed = QrisError::Malformed { at };
            if sealed {
                return Err(QrisError::Field { tag: CHECKSUM });
            }
            let tag = two_digits(text, at).ok_or(malformed)?;
            let length = usize::from(two_digits(text, at + 2).ok_or(malformed)?);
            let value = text
                .get(at + 4..at + 4 + length)
                .filter(|value| !value.is_empty())
                .ok_or(malformed)?;
            if tag == CHECKSUM {
                let covered = text.get(..at + 4).ok_or(malformed)?;
                if !value.eq_ignore_ascii_case(&format!("{:04X}", crc16(covered.as_bytes()))) {
                    return Err(QrisError::Checksum);
                }
                sealed = true;
            } else if fields.iter().any(|(known, _)| *known == tag) {
                return Err(QrisError::Field { tag });
            } else {
                fields.push((tag, value.to_owned()));
            }
            at += 4 + length;
        }
        if !sealed {
            return Err(QrisError::Field { tag: CHECKSUM });
        }
        if fields.first().map(|(tag, value)| (*tag, value.as_str())) != Some((FORMAT, "01")) {
            return Err(QrisError::Field { tag: FORMAT });
        }
        fields.sort_by_key(|(tag, _)| *tag);
        let payload = QrisPayload { fields };
        if payload.field(CURRENCY) != Some("360") || payload.field(COUNTRY) != Some("ID") {
            return Err(QrisError::Foreign);
        }
        Ok(payload)
    }

    /// The same merchant's payload, asking for `amount`.
    ///
    /// # Errors
    /// [`QrisError::Amount`] unless the amount is above zero and fits the field's 13 digits.
    pub fn with_amount(&self, amount: Rupiah) -> Result<QrisPayload, QrisError> {
        let digits = amount.0.to_string();
        if !amount.is_positive() || digits.len() > 13 {
            return Err(QrisError::Amount);
        }
        let mut payload = self.clone();
        payload.set(POINT_OF_INITIATION, "12".to_owned());
        payload.set(AMOUNT, digits);
        Ok(payload)
    }

    /// The merchant's name, as the payer's application will show it.
    #[must_use]
    pub fn merchant_name(&self) -> &str {
        self.field(MERCHANT_NAME).unwrap_or_default()
    }

    /// The merchant's city.
    #[must_use]
    pub fn merchant_city(&self) -> &str {
        self.field(MERCHANT_CITY).unwrap_or_default()
    }

    /// The amount that the payload asks for, if it asks for a whole number of rupiah.
    #[must_use]
    pub fn amount(&self) -> Option<Rupiah> {
        self.field(AMOUNT)?.parse().ok().map(Rupiah)
    }

    fn field(&self, tag: u8) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| *known == tag)
            .map(|(_, value)| value.as_str())
    }

    fn set(&mut self, tag: u8, value: String) {
        match self.fields.binary_search_by_key(&tag, |(known, _)| *known) {
            Ok(at) => self.fields[at].1 = value,
            Err(at) => self.fields.insert(at, (tag, value)),
        }
    }
}

impl fmt::Display for QrisPayload {
    /// The payload as the QR carries it: fields in order of tags, sealed with a fresh checksum.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(256);
        for (tag, value) in &self.fields {
            text.push_str(&format!("{tag:02}{:02}{value}", value.len()));
        }
        text.push_str("6304");
        write!(f, "{text}{:04X}", crc16(text.as_bytes()))
    }
}

fn two_digits(text: &str, at: usize) -> Option<u8> {
    let digits = text.get(at..at + 2)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}

/// CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, nothing reflected.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204481453033605802ID5914ISP CONTOH NET6007BANDUNG61054011162070703A0163043319";
    const ASKING_150000: &str = "00020101021226680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI52044814530336054061500005802ID5914ISP CONTOH NET6007BANDUNG61054011162070703A016304557F";

    /// A payload that is right in form, with the given fields between the format and the checksum.
    fn sealed(fields: &str) -> String {
        let text = format!("000201{fields}6304");
        format!("{text}{:04X}", crc16(text.as_bytes()))
    }

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
        let sample = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304";
        assert_eq!(crc16(sample.as_bytes()), 0xA13A, "EMVCo's sample merchant");
    }

    #[test]
    fn a_static_payload_becomes_one_that_asks_for_an_amount() {
        let payload = QrisPayload::parse(STATIC).unwrap();
        assert_eq!(payload.merchant_name(), "ISP CONTOH NET");
        assert_eq!(payload.merchant_city(), "BANDUNG");
        assert_eq!(payload.amount(), None);
        assert_eq!(
            payload.to_string(),
            STATIC,
            "an unchanged payload is written as it was read"
        );

        let asking = payload.with_amount(Rupiah(150_000)).unwrap();
        assert_eq!(asking.to_string(), ASKING_150000);
        assert_eq!(asking.amount(), Some(Rupiah(150_000)));
        assert!(
            payload
                .with_amount(Rupiah(166_500))
                .unwrap()
                .to_string()
                .ends_with("CB2D")
        );
        let again = asking.with_amount(Rupiah(166_500)).unwrap();
        assert!(
            again.to_string().contains("5406166500"),
            "an amount replaces the one before"
        );
    }

    #[test]
    fn a_merchant_name_that_looks_like_a_field_is_left_alone() {
        let text = sealed(
            "010211520448145303360550201 5802ID5911X5802ID0102"
                .replace(' ', "")
                .as_str(),
        );
        let asking = QrisPayload::parse(&text)
            .unwrap()
            .with_amount(Rupiah(1))
            .unwrap()
            .to_string();
        assert!(asking.contains("5911X5802ID0102"), "{asking}");
        assert!(
            asking.contains("54011550201"),
            "the amount goes before the tip: {asking}"
        );
    }

    #[test]
    fn damaged_payloads_are_refused_with_the_reason() {
        let cases = [
            ("", QrisError::Field { tag: 63 }),
            ("hello", QrisError::Malformed { at: 0 }),
            (
                &STATIC[..STATIC.len() - 6],
                QrisError::Malformed { at: STATIC.len() - 8 },
            ),
            (&STATIC[..STATIC.len() - 8], QrisError::Field { tag: 63 }),
            (&STATIC.replace("BANDUNG", "BANDUNK"), QrisError::Checksum),
            (&format!("{STATIC}5802ID"), QrisError::Field { tag: 63 }),
            (&sealed("5802ID5802ID5303360"), QrisError::Field { tag: 58 }),
            (&sealed("5802SG5303702"), QrisError::Foreign),
            (&sealed("5802"), QrisError::Malformed { at: 12 }),
            ("0003é", QrisError::Malformed { at: 0 }),
        ];
        for (text, error) in cases {
            assert_eq!(QrisPayload::parse(text), Err(error), "for {text:?}");
        }
    }

    #[test]
    fn amounts_that_a_qr_cannot_ask_for_are_refused() {
        let payload = QrisPayload::parse(STATIC).unwrap();
        for amount in [0, -1, 10_000_000_000_000, i64::MAX, i64::MIN] {
            assert_eq!(
                payload.with_amount(Rupiah(amount)),
                Err(QrisError::Amount),
                "for {amount}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*") {
            let _ = QrisPayload::parse(&text);
        }

        #[test]
        fn what_is_written_is_read_back(amount in 1_i64..10_000_000_000_000) {
            let asking = QrisPayload::parse(STATIC).unwrap().with_amount(Rupiah(amount)).unwrap();
            prop_assert_eq!(QrisPayload::parse(&asking.to_string()), Ok(asking));
        }

        #[test]
        fn one_changed_character_never_passes(at in 0_usize..ASKING_150000.len(), byte in 0x20_u8..0x7F) {
            let mut bytes = ASKING_150000.as_bytes().to_vec();
            prop_assume!(!bytes[at].eq_ignore_ascii_case(&byte));
            bytes[at] = byte;
            prop_assert!(QrisPayload::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }
    }
}
