//! Bytes of a router as text: UTF-8 where it is, windows-1252 where it is not, since comments written with older
//! tools on Windows are stored as they were typed. Never fails, because every byte has a meaning in windows-1252.

use std::borrow::Cow;

pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn utf8_stays_and_other_bytes_are_windows_1252() {
        assert_eq!(decode("Jl. Melati №3".as_bytes()), "Jl. Melati №3");
        assert_eq!(decode(b"Caf\xe9 \x80 5"), "Café € 5");
        let every: Vec<u8> = (0..=255).collect();
        assert_eq!(
            decode(&every).chars().count(),
            256,
            "every byte becomes one character"
        );
    }
}
