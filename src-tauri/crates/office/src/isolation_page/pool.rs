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

    /// How many addresses it holds.
    pub(super) fn size(self) -> u32 {
        u32::from(self.last)
            .saturating_sub(u32::from(self.first))
            .saturating_add(1)
    }

    pub(super) fn contains(self, address: Ipv4Addr) -> bool {
        (self.first..=self.last).contains(&address)
    }

    /// What a router's pool names: ranges, networks and single addresses, separated by commas. What is none is left out.
    pub(super) fn of_router(ranges: &str) -> Vec<Range> {
        ranges
            .split(',')
            .filter_map(|range| {
                let range = range.trim();
                match range.parse::<Ipv4Addr>() {
                    Ok(address) => Some(Range {
                        first: address,
                        last: address,
                    }),
                    Err(_) => whole_network(range).or_else(|| ends(range)),
                }
            })
            .collect()
    }

    /// Refuses addresses that are reached on the internet.
    ///
    /// # Errors
    /// `pool_public`.
    pub(super) fn require_private(self) -> Result<(), Error> {
        if !self.is_private() {
            return Err(Error::invalid(
                "pool_public",
                format!(
                    "Rentang {self} memuat alamat internet milik orang lain. Pakai alamat lokal: 10.x.x.x, 172.16.x.x \
                     sampai 172.31.x.x, 192.168.x.x, atau 100.64.x.x sampai 100.127.x.x."
                ),
                format!(
                    "The range {self} holds addresses of the internet that are somebody else's. Use local ones: \
                     10.x.x.x, 172.16.x.x to 172.31.x.x, 192.168.x.x, or 100.64.x.x to 100.127.x.x."
                ),
            ));
        }
        Ok(())
    }

    /// Whether every address is one that no network of others uses: RFC 1918, and those between a provider and its
    /// customers (RFC 6598).
    fn is_private(self) -> bool {
        const BLOCKS: [(Ipv4Addr, u32); 4] = [
            (Ipv4Addr::new(10, 0, 0, 0), 8),
            (Ipv4Addr::new(172, 16, 0, 0), 12),
            (Ipv4Addr::new(192, 168, 0, 0), 16),
            (Ipv4Addr::new(100, 64, 0, 0), 10),
        ];
        BLOCKS.iter().any(|(network, length)| {
            let within = |address: Ipv4Addr| {
                u32::from(address) >> (32 - length) == u32::from(*network) >> (32 - length)
            };
            within(self.first) && within(self.last)
        })
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

/// The network of `10.0.0.5/24` with its first and last address; a single address is a `/32`.
fn whole_network(text: &str) -> Option<Range> {
    let (address, length) = text.split_once('/')?;
    let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
    let host_bits = u32::MAX.checked_shr(length).unwrap_or(0);
    let network = u32::from(address.parse::<Ipv4Addr>().ok()?) & !host_bits;
    Some(Range {
        first: network.into(),
        last: (network | host_bits).into(),
    })
}

fn ends(text: &str) -> Option<Range> {
    let (first, last) = text.split_once('-')?;
    Some(Range {
        first: first.trim().parse().ok()?,
        last: last.trim().parse().ok()?,
    })
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
    fn addresses_of_the_internet_are_refused_with_those_that_may_be_used() {
        for public in [
            "8.8.8.0/24",
            "172.32.0.0/24",
            "11.0.0.1-11.0.0.9",
            "9.255.255.250-10.0.0.5",
        ] {
            let refused = range(public).require_private().unwrap_err();
            assert_eq!(refused.code, "pool_public", "{public}");
            assert!(refused.detail.id.contains("192.168"), "{}", refused.detail.id);
        }
        for private in ["10.0.0.0/16", "172.31.9.0/24", "192.168.9.0/24", "100.127.0.0/24"] {
            assert!(range(private).require_private().is_ok(), "{private}");
        }
    }

    #[test]
    fn what_a_router_has_in_a_pool_is_read_in_all_its_spellings() {
        let there = Range::of_router("10.0.0.2-10.0.0.3, 10.0.1.0/31,10.0.2.9,2001:db8::/64");
        let told: Vec<String> = there.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["10.0.0.2-10.0.0.3", "10.0.1.0-10.0.1.1", "10.0.2.9-10.0.2.9"]
        );
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
