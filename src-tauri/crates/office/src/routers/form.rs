//! What a router's record may hold: a host without a port, limits that a router can keep, and for new profiles an address of
//! a device or the name of a pool.

use store::routers::{Details, NewProfiles};

use crate::device_address::is_of_a_device;
use crate::error::FormCheck;

/// Whether a text can be an address or a host's name: an IPv6 address has colons, and nothing else does.
fn is_host(host: &str) -> bool {
    let has_port = host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err();
    !has_port && !host.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '@' | '?' | '#' | '[' | ']'))
}

/// Whether RouterOS takes a text for the address of a profile: an IPv4 address, or the name of a pool. What has no letter,
/// a range or a subnet for instance, was meant as an address.
fn is_address_or_pool(text: &str) -> bool {
    if let Ok(address) = text.parse::<std::net::Ipv4Addr>() {
        return is_of_a_device(address);
    }
    text.contains(char::is_alphabetic) && !text.contains(['/', ':', ',', ';', '!', '?', '"', '='])
}

/// Refuses what is no router, and trims what is. What new profiles got before (`had`) is left as it was.
pub(super) fn check(details: Details, had: Option<&NewProfiles>, form: &mut FormCheck) -> Details {
    let name = form.text("name", &details.name, 60);
    let host = form.text("host", &details.host, 253);
    if !is_host(&host) {
        form.refuse(
            "host",
            "not_a_host",
            "Isi alamat IP atau nama host saja, tanpa http:// dan tanpa port.",
            "Only an address or a host name, without http:// and without a port.",
        );
    }
    let username = form.text("username", &details.username, 60);
    let isolated_profile = form.text("isolated_profile", &details.isolated_profile, 60);
    let mut address = |field: &str, value: Option<&str>, had: Option<&str>| {
        let address = form.optional_text(field, value, 60)?;
        if !is_address_or_pool(&address) && had != Some(&address) {
            form.refuse(
                field,
                "not_an_address_or_pool",
                "Isi satu alamat IPv4 seperti 10.10.0.1, atau nama pool di router seperti pool-pelanggan.",
                "One IPv4 address like 10.10.0.1, or the name of a pool on the router like pool-customers.",
            );
        }
        Some(address)
    };
    let new_profiles = NewProfiles {
        local_address: address(
            "profile_local_address",
            details.new_profiles.local_address.as_deref(),
            had.and_then(|had| had.local_address.as_deref()),
        ),
        remote_address: address(
            "profile_remote_address",
            details.new_profiles.remote_address.as_deref(),
            had.and_then(|had| had.remote_address.as_deref()),
        ),
        like: form.text("default_profile", &details.new_profiles.like, 60),
    };
    if !(500..=120_000).contains(&details.timeout_ms) {
        form.refuse(
            "timeout_ms",
            "out_of_range",
            "Isi 0,5 sampai 120 detik (500 sampai 120000 milidetik).",
            "From 0.5 to 120 seconds (500 to 120000 milliseconds).",
        );
    }
    let mut range = |field: &str, value: i64, least: i64, most: i64| {
        if !(least..=most).contains(&value) {
            form.refuse(
                field,
                "out_of_range",
                format!("Isi angka {least} sampai {most}."),
                format!("A number from {least} to {most}."),
            );
        }
    };
    range("port", details.port, 1, 65_535);
    range("attempts", details.attempts, 1, 10);
    range("max_in_flight", details.max_in_flight, 1, 256);
    Details {
        name,
        host,
        username,
        isolated_profile,
        new_profiles,
        ..details
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_profile_has_an_address_of_a_device_or_the_name_of_a_pool() {
        for text in [
            "10.10.0.1",
            "pool-pelanggan",
            "dhcp_pool1",
            "Pool Rumah 2",
            "hs-pool-3",
        ] {
            assert!(is_address_or_pool(text), "{text}");
        }
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "10.10.0.0/24",
            "10.10.0.2-10.10.0.9",
            "10.10.0.300",
            "10.10",
            "fe80::1",
            "http://pool",
            "???",
        ] {
            assert!(!is_address_or_pool(text), "{text}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_has_no_port() {
        for host in ["10.0.0.1", "router.desa.id", "fe80::1", "rb-gedung-a"] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "10.0.0.1:8728",
            "router.desa.id:8729",
            "[fe80::1]:8728",
            "http://10.0.0.1",
            "a b",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
