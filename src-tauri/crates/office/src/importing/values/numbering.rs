//! Addresses and serial numbers: IPv4, MAC, and the trace that a spreadsheet leaves when it has rounded a long number.

use std::net::Ipv4Addr;

use crate::device_address::is_of_a_device;

/// Whether the text is a number in scientific notation (`8,12346E+11`): a spreadsheet took a phone or serial number for
/// a quantity, and digits are lost for good.
pub(in super::super) fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.trim().split_once(['E', 'e']) else {
        return false;
    };
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Without a sign or a decimal mark it is rather a serial number with an E in it.
    let exponent_digits = exponent.strip_prefix('+').unwrap_or(exponent);
    let marked = exponent.starts_with('+') || !decimals.is_empty();
    whole.len() == 1
        && digits(whole)
        && (decimals.is_empty() || digits(decimals))
        && digits(exponent_digits)
        && marked
}

/// Reads the address of one host. A length behind it is taken if it is `/32`.
pub(in super::super) fn host(text: &str) -> Option<Ipv4Addr> {
    let text = text.trim();
    let address: Ipv4Addr = text.strip_suffix("/32").unwrap_or(text).parse().ok()?;
    is_of_a_device(address).then_some(address)
}

/// Reads a hardware address, `AA:BB:CC:DD:EE:FF`, `aabb.ccdd.eeff`, `aabbccddeeff`, and writes it the first way. The
/// addresses of nobody and of everybody are refused.
pub(in super::super) fn hardware_address(text: &str) -> Option<String> {
    let text = text.trim();
    if !text
        .chars()
        .all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '-' | '.' | ' '))
    {
        return None;
    }
    let digits: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_hexdigit)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    let is_one = digits.len() == 12
        && digits.iter().any(|digit| *digit != b'0')
        && digits.iter().any(|digit| *digit != b'F');
    if !is_one {
        return None;
    }
    let mut written = String::with_capacity(17);
    for (index, digit) in digits.iter().enumerate() {
        if index > 0 && index % 2 == 0 {
            written.push(':');
        }
        written.push(char::from(*digit));
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_number_is_told_from_a_serial_number() {
        for text in ["8.12E+10", "8,12346E+11", "1E+11", "6.28123E11"] {
            assert!(is_rounded(text), "{text:?} lost digits");
        }
        for text in ["081234567890", "ZTEGC8E12345", "4857E12", "1E11", "E", "", "12.5"] {
            assert!(!is_rounded(text), "{text:?} is as it was typed");
        }
    }

    #[test]
    fn only_a_host_has_an_address() {
        assert_eq!(host(" 10.10.1.5 "), Some(Ipv4Addr::new(10, 10, 1, 5)));
        assert_eq!(host("10.10.1.5/32"), Some(Ipv4Addr::new(10, 10, 1, 5)));
        for text in [
            "10.10.1",
            "10.10.1.256",
            "10.10.1.0/24",
            "0.0.0.0",
            "255.255.255.255",
            "127.0.0.1",
            "224.0.0.1",
            "::1",
            "x",
        ] {
            assert_eq!(host(text), None, "{text:?} is no host");
        }
    }

    #[test]
    fn a_hardware_address_is_written_one_way() {
        for text in [
            "aa:bb:cc:00:11:2f",
            "AA-BB-CC-00-11-2F",
            "aabb.cc00.112f",
            "aabbcc00112F",
        ] {
            assert_eq!(
                hardware_address(text).as_deref(),
                Some("AA:BB:CC:00:11:2F"),
                "{text:?}"
            );
        }
        for text in [
            "",
            "aa:bb:cc",
            "zz:bb:cc:00:11:22",
            "00:00:00:00:00:00",
            "FF:FF:FF:FF:FF:FF",
            "aabbcc00112F00",
        ] {
            assert_eq!(hardware_address(text), None, "{text:?} is none");
        }
    }
}
