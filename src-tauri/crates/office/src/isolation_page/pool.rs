//! A range of addresses for closed lines. It must differ from router to router: the page tells customers apart by their
//! address, and the same address on two routers would be two customers.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use crate::error::Error;

/// The largest range: a /16 is more than any office has lines.
const MOST: u32 = 65_536;

/// Addresses from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    first: Ipv4Addr,
    last: Ipv4Addr,
}

impl Range {
    pub(super) fn overlaps(self, other: Range) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    pub(super) fn contains(self, address: Ipv4Addr) -> bool {
        (self.first..=self.last).contains(&address)
    }
}

impl FromStr for Range {
    type Err = Error;

    /// `10.77.1.10-10.77.1.250`, or `10.77.1.0/24` for its addresses without the first and the last.
    fn from_str(text: &str) -> Result<Range, Error> {
        read(text.trim()).ok_or_else(|| {
            Error::invalid(
                "pool_range",
                "Rentang alamat ditulis awal-akhir, misalnya 10.77.1.10-10.77.1.250, atau 10.77.1.0/24; paling banyak \
                 65.536 alamat.",
                "A range is written first-last, for example 10.77.1.10-10.77.1.250, or 10.77.1.0/24; at most 65,536 \
                 addresses.",
            )
        })
    }
}

fn read(text: &str) -> Option<Range> {
    let (first, last) = if let Some((network, length)) = text.split_once('/') {
        let length: u32 = length.parse().ok().filter(|length| (16..=30).contains(length))?;
        let mask = u32::MAX << (32 - length);
        let network = u32::from(network.parse::<Ipv4Addr>().ok()?) & mask;
        (network + 1, (network | !mask) - 1)
    } else {
        let (first, last) = text.split_once('-')?;
        let address = |text: &str| text.trim().parse::<Ipv4Addr>().ok().map(u32::from);
        (address(first)?, address(last)?)
    };
    let size = last.checked_sub(first)?.checked_add(1)?;
    let range = Range {
        first: first.into(),
        last: last.into(),
    };
    let usable = |address: Ipv4Addr| {
        !address.is_unspecified()
            && !address.is_loopback()
            && !address.is_multicast()
            && !address.is_broadcast()
    };
    (size <= MOST && usable(range.first) && usable(range.last)).then_some(range)
}

impl fmt::Display for Range {
    /// As routers write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Range {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_is_its_addresses_without_the_first_and_the_last() {
        assert_eq!(range("10.77.1.0/24").to_string(), "10.77.1.1-10.77.1.254");
        assert_eq!(
            range(" 10.77.1.10 - 10.77.1.20 ").to_string(),
            "10.77.1.10-10.77.1.20"
        );
    }

    #[test]
    fn two_ranges_overlap_by_a_single_address() {
        assert!(range("10.0.0.1-10.0.0.9").overlaps(range("10.0.0.9-10.0.0.12")));
        assert!(!range("10.0.0.1-10.0.0.9").overlaps(range("10.0.0.10-10.0.0.12")));
        assert!(range("10.0.0.0/16").overlaps(range("10.0.5.1-10.0.5.1")));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for wrong in [
            "",
            "10.0.0.1",
            "10.0.0.9-10.0.0.1",
            "10.0.0.0/8",
            "10.0.0.0/31",
            "10.0.0.0/33",
            "0.0.0.0-0.0.0.9",
            "127.0.0.1-127.0.0.9",
            "10.0.0.1-10.9.0.1",
            "a-b",
        ] {
            assert_eq!(wrong.parse::<Range>().unwrap_err().code, "pool_range", "{wrong}");
        }
    }
}
