//! The settings of the page, read and checked: where it listens, where customers reach it, and what else a closed line
//! may reach.

use std::net::{Ipv4Addr, SocketAddr};

use crate::error::{Error, FormCheck, Result};
use crate::network::isolation_page::Host;
use crate::settings::Settings;

/// How many hosts for paying an office may list.
const MOST_HOSTS: usize = 50;

/// Where customers reach the page: an IPv4 address, since routers redirect to addresses and not to names, and the port
/// (80 when it is left out).
pub(super) fn page_address(text: &str) -> Option<(Ipv4Addr, u16)> {
    let (address, port) = match text.split_once(':') {
        Some((address, port)) => (address, port.parse().ok().filter(|port| *port != 0)?),
        None => (text, 80),
    };
    let address: Ipv4Addr = address.parse().ok()?;
    let reachable = !address.is_unspecified()
        && !address.is_loopback()
        && !address.is_multicast()
        && !address.is_broadcast()
        && !address.is_link_local();
    reachable.then_some((address, port))
}

/// The page's address from the settings.
///
/// # Errors
/// `isolation_page_address` while the office has not said where customers reach the page.
pub(super) fn the_address(settings: &Settings) -> Result<(Ipv4Addr, u16)> {
    page_address(&settings.isolation_page_address).ok_or_else(|| {
        Error::conflict(
            "isolation_page_address",
            "Alamat halaman isolir belum diisi. Isi Alamat bagi pelanggan di Pengaturan, bagian \
             Halaman isolir, misalnya 192.168.10.5:8791.",
            "The address of the isolation page is not set. Set Address for customers in the settings, under \
             Isolation page, for example 192.168.10.5:8791.",
        )
    })
}

/// What closed lines may reach besides, each once.
pub(super) fn hosts(settings: &Settings) -> Vec<Host> {
    let acs = settings.isolation_page_acs_host.trim();
    let paying = settings
        .isolation_page_payment_hosts
        .iter()
        .map(|host| (host.trim(), false));
    let mut hosts: Vec<Host> = Vec::new();
    for (name, is_acs) in paying.chain([(acs, true)]) {
        let name = name.to_ascii_lowercase();
        if !name.is_empty() && hosts.iter().all(|host| host.name != name) {
            hosts.push(Host { name, is_acs });
        }
    }
    hosts
}

/// Refuses settings of the page that make no sense.
pub(crate) fn check_settings(settings: &Settings, check: &mut FormCheck) {
    let listen = settings.isolation_page_listen.as_str();
    if !listen.is_empty() && !listen.parse::<SocketAddr>().is_ok_and(|at| at.port() != 0) {
        check.refuse(
            "isolation_page.listen",
            "not_an_address",
            "Tulis alamat dan port, misalnya 0.0.0.0:8791; kosongkan untuk mematikan halaman.",
            "Write an address and a port, for example 0.0.0.0:8791; leave it empty to switch the page off.",
        );
    }
    let address = settings.isolation_page_address.as_str();
    if !address.is_empty() && page_address(address).is_none() {
        check.refuse(
            "isolation_page.address",
            "not_an_address",
            "Tulis alamat IPv4 komputer ini seperti dilihat pelanggan, misalnya 192.168.10.5:8791.",
            "Write this machine's IPv4 address as customers see it, for example 192.168.10.5:8791.",
        );
    }
    let hosts = &settings.isolation_page_payment_hosts;
    if hosts.len() > MOST_HOSTS {
        check.refuse(
            "isolation_page.payment_hosts",
            "too_many",
            format!("Paling banyak {MOST_HOSTS}."),
            format!("At most {MOST_HOSTS}."),
        );
    }
    if let Some(wrong) = hosts.iter().find(|host| !is_host(host)) {
        check.refuse(
            "isolation_page.payment_hosts",
            "not_a_host",
            format!(
                "\"{}\" bukan nama host; contoh: app.midtrans.com, tanpa https:// dan tanpa port.",
                short(wrong)
            ),
            format!(
                "\"{}\" is not a host name; example: app.midtrans.com, without https:// and without a port.",
                short(wrong)
            ),
        );
    }
    let acs = settings.isolation_page_acs_host.as_str();
    if !acs.is_empty() && !is_host(acs) {
        check.refuse(
            "isolation_page.acs_host",
            "not_a_host",
            "Isi nama host atau alamat IPv4 saja, tanpa http:// dan tanpa port.",
            "Only a host name or an IPv4 address, without http:// and without a port.",
        );
    }
}

/// A name with at least one dot, or an IPv4 address.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let text = text.trim();
    // What ends in a number is an address, or nothing.
    let is_name = text
        .rsplit('.')
        .next()
        .is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()));
    let fits = text.len() <= 253 && text.contains('.');
    fits && ((is_name && text.split('.').all(is_label)) || text.parse::<Ipv4Addr>().is_ok())
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_at_an_address_that_a_router_can_redirect_to() {
        assert_eq!(
            page_address("192.168.10.5:8791"),
            Some((Ipv4Addr::new(192, 168, 10, 5), 8791))
        );
        assert_eq!(
            page_address("10.0.0.2"),
            Some((Ipv4Addr::new(10, 0, 0, 2), 80)),
            "port 80 unless said"
        );
        for wrong in [
            "",
            "kantor.example:8791",
            "0.0.0.0:80",
            "127.0.0.1:80",
            "224.0.0.1:80",
            "169.254.1.1:80",
            "10.0.0.2:0",
            "10.0.0.2:99999",
            "http://10.0.0.2",
            "[fd00::1]:80",
        ] {
            assert_eq!(page_address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn hosts_are_names_or_addresses_and_nothing_that_a_router_would_misread() {
        for right in ["app.midtrans.com", "api.xendit.co", "10.0.0.9", "a-b.example.id"] {
            assert!(is_host(right), "{right}");
        }
        for wrong in [
            "",
            "localhost",
            "https://app.midtrans.com",
            "app.midtrans.com/snap",
            "app.midtrans.com:443",
            "*.midtrans.com",
            "-a.example",
            "a..example",
            "300.1.1.1",
            "10.0.0",
            "a b.example",
        ] {
            assert!(!is_host(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_host_that_is_named_twice_is_allowed_once() {
        let settings = Settings {
            isolation_page_payment_hosts: vec!["App.Midtrans.com".into(), "app.midtrans.com".into()],
            isolation_page_acs_host: "acs.example.id".into(),
            ..Settings::default()
        };
        let names: Vec<(String, bool)> = hosts(&settings)
            .into_iter()
            .map(|host| (host.name, host.is_acs))
            .collect();
        assert_eq!(
            names,
            [
                ("app.midtrans.com".into(), false),
                ("acs.example.id".into(), true)
            ]
        );
    }
}
