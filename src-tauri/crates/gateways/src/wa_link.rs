//! The link that opens WhatsApp with a text filled in (`https://wa.me/<digits>?text=…`, WhatsApp's "click to chat").
//! It needs no provider, no account and no money, so it is what an office has on its first day.

use crate::Message;

/// The link for `message`.
#[must_use]
pub fn wa_link(message: &Message) -> String {
    let mut link = format!("https://wa.me/{}?text=", message.to.digits());
    for byte in message.text.bytes() {
        // The unreserved characters of RFC 3986; everything else is percent-encoded, spaces included.
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            link.push_str(&format!("%{byte:02X}"));
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recipient;

    #[test]
    fn spaces_line_breaks_and_letters_beyond_ascii_are_encoded() {
        let message = Message {
            to: Recipient::new("6281234567890").unwrap(),
            text: "Halo Bu Siti,\nRp 150.000 & lunas – ok?".into(),
        };
        assert_eq!(
            wa_link(&message),
            "https://wa.me/6281234567890?text=Halo%20Bu%20Siti%2C%0ARp%20150.000%20%26%20lunas%20%E2%80%93%20ok%3F"
        );
    }
}
