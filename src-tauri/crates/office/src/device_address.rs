//! Which IPv4 addresses a single device can have: what a customer's line, a router's profile and a list of customers may
//! name. One of nobody (`0.0.0.0`), of everybody (broadcast, multicast) or of the asker itself (loopback) is none.

use std::net::Ipv4Addr;

/// Whether one device on a network can have the address.
pub(crate) fn is_of_a_device(address: Ipv4Addr) -> bool {
    let [first, ..] = address.octets();
    // 0.x is "this network"; from 224 on there are groups and what is kept for later, up to the broadcast.
    first != 0 && first < 224 && !address.is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_nobody_of_everybody_and_of_oneself_is_no_devices() {
        for address in [
            "10.0.0.1",
            "192.168.88.254",
            "100.64.3.7",
            "203.0.113.9",
            "223.255.255.1",
        ] {
            assert!(is_of_a_device(address.parse().unwrap()), "{address}");
        }
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "127.0.0.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!is_of_a_device(address.parse().unwrap()), "{address}");
        }
    }
}
