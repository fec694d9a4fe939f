//! What stands on a router and is probably nobody's line: tunnels, servers, vouchers.

billing::text_enum! {
    /// Why something on a router is probably nobody's line.
    pub enum NotALine as "leaving" {
        /// The secret is for a tunnel: l2tp, ovpn, sstp, pptp.
        OtherService => "other_service",
        /// Name or comment says so: vpn, server, test.
        NotACustomer => "not_a_customer",
        /// A hotspot voucher that runs out.
        Voucher => "voucher",
        /// The ARP entry of the same address is the line already.
        SameAddress => "same_address",
    }
}

/// Words of things that no customer has.
const NOT_CUSTOMERS: [&str; 15] = [
    "vpn",
    "server",
    "tunnel",
    "remote",
    "olt",
    "acs",
    "genieacs",
    "admin",
    "test",
    "tes",
    "uji",
    "monitoring",
    "mikrotik",
    "default-trial",
    "trial",
];

/// Whether one of these texts says that no customer has it.
pub(crate) fn not_a_customer(texts: &[Option<&str>]) -> Option<NotALine> {
    let says_so = texts.iter().flatten().any(|text| {
        let lower: String = text.chars().take(400).flat_map(char::to_lowercase).collect();
        lower
            .split(|c: char| !(c.is_alphanumeric() || c == '-'))
            .any(|word| NOT_CUSTOMERS.contains(&word))
            || lower
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| NOT_CUSTOMERS.contains(&word))
    });
    says_so.then_some(NotALine::NotACustomer)
}

/// Whether a hotspot user was made by a program that prints vouchers: `vc-123-01.31.26-`, `up-456-…`.
pub(crate) fn is_voucher(comment: &str) -> bool {
    let numbered = |prefix| {
        comment
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    numbered("vc-") || numbered("up-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_that_no_customer_has_are_known_by_whole_words() {
        for text in ["vpn kantor", "SERVER cctv", "test", "link-olt-2", "default-trial"] {
            assert_eq!(
                not_a_customer(&[Some(text)]),
                Some(NotALine::NotACustomer),
                "{text:?}"
            );
        }
        for text in ["Pak Testimonio", "Budi Adminto", "toko serverina", ""] {
            assert_eq!(not_a_customer(&[None, Some(text)]), None, "{text:?}");
        }
    }

    #[test]
    fn a_voucher_is_told_from_a_customer_by_the_comment_of_its_printer() {
        assert!(is_voucher("vc-123-01.31.26-warung"));
        assert!(is_voucher("up-456-01.31.26"));
        for text in ["vc-budi", "upik", "Budi vc-123"] {
            assert!(!is_voucher(text), "{text:?}");
        }
    }
}
