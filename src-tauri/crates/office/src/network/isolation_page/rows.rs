//! The rows that should stand on the router, with a sentence in plain words for each. The rules live in a chain of their
//! own, and a jump at the top of `forward` leads into it: without the jump none of them has an effect, so the jump is the
//! last to come and the first to go.

use std::net::Ipv4Addr;

use crate::error::Sentence;
use crate::network::isolation_page::closing::jump_name;

/// The chain of our filter rules.
const CHAIN: &str = "sambung-isolir";
/// The list of hosts that closed lines may reach.
const ALLOWED: &str = "sambung-isolir-boleh";

/// A menu of the router in which marked rows stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Menu {
    Hosts,
    Filter,
    Nat,
    Hosts6,
    Filter6,
}

impl Menu {
    pub(super) const ALL: [Menu; 5] = [Menu::Hosts, Menu::Filter, Menu::Nat, Menu::Hosts6, Menu::Filter6];

    pub(super) fn path(self) -> &'static str {
        match self {
            Menu::Hosts => "/ip/firewall/address-list",
            Menu::Filter => "/ip/firewall/filter",
            Menu::Nat => "/ip/firewall/nat",
            Menu::Hosts6 => "/ipv6/firewall/address-list",
            Menu::Filter6 => "/ipv6/firewall/filter",
        }
    }

    pub(super) fn is_ipv6(self) -> bool {
        matches!(self, Menu::Hosts6 | Menu::Filter6)
    }

    /// The fields by which a row of ours is compared with what stands there: all that could narrow it or turn it around.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Menu::Hosts | Menu::Hosts6 => &["list", "address", "timeout"],
            Menu::Filter | Menu::Nat | Menu::Filter6 => &[
                "chain",
                "action",
                "src-address",
                "dst-address",
                "src-address-list",
                "dst-address-list",
                "src-mac-address",
                "protocol",
                "src-port",
                "dst-port",
                "in-interface",
                "out-interface",
                "in-interface-list",
                "out-interface-list",
                "connection-state",
                "connection-nat-state",
                "connection-mark",
                "packet-mark",
                "content",
                "limit",
                "tls-host",
                "reject-with",
                "jump-target",
                "to-addresses",
                "to-ports",
            ],
        }
    }
}

/// Where a group of rows stands in its menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Anywhere: the entries of a list have no order.
    Anywhere,
    /// In their order, in a chain that is ours alone.
    Inside,
    /// In their order, in this chain, above everything that would take the packets of a closed line.
    Above(&'static str),
}

/// One row that should stand on the router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// What comes after the mark in its comment.
    pub name: String,
    pub attributes: Vec<(&'static str, String)>,
    pub why: Sentence,
}

impl Row {
    fn new(name: impl Into<String>, attributes: &[(&'static str, &str)], why: Sentence) -> Row {
        Row {
            name: name.into(),
            attributes: attributes
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            why,
        }
    }
}

/// Rows that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub menu: Menu,
    pub place: Place,
    pub rows: Vec<Row>,
}

/// A host that closed lines may reach although they are closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Name or address; the router resolves names itself, again and again.
    pub name: String,
    /// Whether it is the server of the customers' devices and not one for paying.
    pub is_acs: bool,
}

/// What is wanted of a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where customers reach the page.
    pub page: (Ipv4Addr, u16),
    /// What they may reach besides.
    pub hosts: Vec<Host>,
    /// The addresses of closed lines, `first-last`; without it lines keep the addresses that they have.
    pub pool: Option<String>,
}

/// The groups of rows for these address lists, in the order in which they are sent.
pub(super) fn blocks(wanted: &Wanted, lists: &[String]) -> Vec<Block> {
    let block = |menu, place, rows| Block { menu, place, rows };
    vec![
        block(Menu::Hosts, Place::Anywhere, hosts(wanted, false)),
        block(Menu::Filter, Place::Inside, inside(wanted)),
        block(Menu::Nat, Place::Above("dstnat"), redirects(wanted, lists)),
        block(Menu::Filter, Place::Above("forward"), jumps(lists)),
        block(Menu::Hosts6, Place::Anywhere, hosts(wanted, true)),
        block(Menu::Filter6, Place::Inside, inside6()),
        block(Menu::Filter6, Place::Above("forward"), jumps(lists)),
    ]
}

fn hosts(wanted: &Wanted, ipv6: bool) -> Vec<Row> {
    wanted
        .hosts
        .iter()
        // An IPv4 address is no entry of an IPv6 list; a name may have both.
        .filter(|host| !ipv6 || host.name.parse::<Ipv4Addr>().is_err())
        .map(|host| {
            let name = host.name.as_str();
            let why = if host.is_acs {
                Sentence::new(
                    format!("{name}: server perangkat (ACS), tetap boleh dihubungi."),
                    format!("{name}: the devices' server (ACS), which stays reachable."),
                )
            } else {
                Sentence::new(
                    format!("{name}: untuk membayar, tetap boleh dibuka."),
                    format!("{name}: for paying, which stays reachable."),
                )
            };
            Row::new(
                format!("host:{name}"),
                &[("list", ALLOWED), ("address", name)],
                why,
            )
        })
        .collect()
}

fn inside(wanted: &Wanted) -> Vec<Row> {
    let (address, port) = wanted.page;
    let (address, port) = (address.to_string(), port.to_string());
    let mut rows = dns();
    rows.push(Row::new(
        "page",
        &[
            ("chain", CHAIN),
            ("action", "accept"),
            ("protocol", "tcp"),
            ("dst-address", &address),
            ("dst-port", &port),
        ],
        Sentence::new(
            format!("Halaman kantor di {address}:{port} boleh dibuka."),
            format!("The office's page at {address}:{port} may be opened."),
        ),
    ));
    rows.push(allowed());
    rows.extend(closing());
    rows
}

/// IPv6 leads to the page by being refused at once: the phone then asks over IPv4, where the redirection is.
fn inside6() -> Vec<Row> {
    let mut rows = dns();
    rows.push(allowed());
    rows.push(Row::new(
        "http",
        &[
            ("chain", CHAIN),
            ("action", "reject"),
            ("reject-with", "tcp-reset"),
            ("protocol", "tcp"),
            ("dst-port", "80"),
        ],
        Sentence::new(
            "Situs lewat IPv6 langsung ditolak, supaya HP beralih ke IPv4 dan sampai di halaman.",
            "Web over IPv6 is refused at once, so that the phone turns to IPv4 and reaches the page.",
        ),
    ));
    rows.extend(closing());
    rows
}

fn dns() -> Vec<Row> {
    let rule = |name, protocol| {
        Row::new(
            name,
            &[
                ("chain", CHAIN),
                ("action", "accept"),
                ("protocol", protocol),
                ("dst-port", "53"),
            ],
            Sentence::new(
                format!("DNS ({protocol}) boleh, supaya nama situs dapat dicari dan halaman muncul."),
                format!("DNS ({protocol}) may pass, so that names are found and the page appears."),
            ),
        )
    };
    vec![rule("dns-udp", "udp"), rule("dns-tcp", "tcp")]
}

fn allowed() -> Row {
    Row::new(
        "allowed",
        &[
            ("chain", CHAIN),
            ("action", "accept"),
            ("dst-address-list", ALLOWED),
        ],
        Sentence::new(
            "Tempat membayar dan ACS yang terdaftar boleh dihubungi.",
            "The listed hosts for paying, and the ACS, may be reached.",
        ),
    )
}

fn closing() -> Vec<Row> {
    let reject = |name, protocol, with, id: &str, en: &str| {
        Row::new(
            name,
            &[
                ("chain", CHAIN),
                ("action", "reject"),
                ("reject-with", with),
                ("protocol", protocol),
                ("dst-port", "443"),
            ],
            Sentence::new(id, en),
        )
    };
    vec![
        reject(
            "https",
            "tcp",
            "tcp-reset",
            "Situs HTTPS langsung ditolak; mengalihkannya hanya menimbulkan peringatan sertifikat.",
            "HTTPS is refused at once; redirecting it would only cause certificate warnings.",
        ),
        reject(
            "quic",
            "udp",
            "icmp-port-unreachable",
            "HTTPS lewat UDP (QUIC) langsung ditolak, supaya aplikasi tidak menunggu.",
            "HTTPS over UDP (QUIC) is refused at once, so that applications do not wait.",
        ),
        Row::new(
            "rest",
            &[("chain", CHAIN), ("action", "drop")],
            Sentence::new("Selebihnya dibuang.", "Everything else is dropped."),
        ),
    ]
}

fn redirects(wanted: &Wanted, lists: &[String]) -> Vec<Row> {
    let (address, port) = wanted.page;
    let (address, port) = (address.to_string(), port.to_string());
    lists
        .iter()
        .map(|list| {
            Row::new(
                format!("http:{list}"),
                &[
                    ("chain", "dstnat"),
                    ("action", "dst-nat"),
                    ("src-address-list", list),
                    ("dst-address-list", &format!("!{ALLOWED}")),
                    ("protocol", "tcp"),
                    ("dst-port", "80"),
                    ("to-addresses", &address),
                    ("to-ports", &port),
                ],
                Sentence::new(
                    format!("Situs HTTP (TCP 80) dari alamat di daftar {list} dialihkan ke halaman kantor."),
                    format!(
                        "HTTP (TCP 80) from addresses on the list {list} is redirected to the office's page."
                    ),
                ),
            )
        })
        .collect()
}

fn jumps(lists: &[String]) -> Vec<Row> {
    lists
        .iter()
        .map(|list| {
            Row::new(
                jump_name(list),
                &[
                    ("chain", "forward"),
                    ("action", "jump"),
                    ("jump-target", CHAIN),
                    ("src-address-list", list),
                ],
                Sentence::new(
                    format!(
                        "Semua dari alamat di daftar {list} diperiksa lebih dahulu oleh aturan-aturan ini, di atas FastTrack \
                         dan established."
                    ),
                    format!(
                        "Everything from addresses on the list {list} meets these rules first, above FastTrack and \
                         established."
                    ),
                ),
            )
        })
        .collect()
}
