//! The menus that the router knows, with their fields: data only.
//!
//! What a field accepts decides the words of the refusal. A menu that is missing here answers `no such command`.

/// What a field accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// `yes`, `no`, `true`, `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The name of an item in another menu.
    Name(&'static str),
    /// A pair of rates.
    Rates,
    /// A profile's rate limit.
    Limit,
    /// An IPv4 or IPv6 address.
    Address,
    /// An address or the name of a pool.
    AddressOrPool,
    /// An address with an optional prefix length or range.
    Network,
    /// What a queue is for: addresses, networks and interfaces, separated by commas.
    Targets,
    /// The name of an interface of the router.
    Interface,
    /// A MAC address.
    Mac,
    /// A password: shown only to users with the policy `sensitive`.
    Password,
    /// A password that is never shown.
    Hidden,
    /// Set by the router alone.
    ReadOnly,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What a new item has; fields without one are left out until they are set.
    pub(crate) default: Option<&'static str>,
}

#[derive(Debug)]
pub(crate) struct Menu {
    pub(crate) path: &'static str,
    pub(crate) fields: &'static [Field],
    /// Fields whose values together exist once; the first must be given.
    pub(crate) key: &'static [&'static str],
    pub(crate) duplicate: &'static str,
    pub(crate) access: Access,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Items can be made, changed and removed.
    Items,
    /// Items can only be changed.
    Fixed,
    /// Items can only be removed: sessions.
    Sessions,
    /// One row that can be changed.
    Single,
    /// One row that can only be read.
    SingleReadOnly,
}

impl Menu {
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        default: None,
    }
}

const fn preset(name: &'static str, kind: Kind, default: &'static str) -> Field {
    Field {
        name,
        kind,
        default: Some(default),
    }
}

const COMMENT: Field = field("comment", Kind::Text);
const DISABLED: Field = preset("disabled", Kind::Flag, "false");
const DYNAMIC: Field = preset("dynamic", Kind::ReadOnly, "false");
const RUNNING: Field = preset("running", Kind::ReadOnly, "true");
const ARP_MODE: Field = preset(
    "arp",
    Kind::Choice(&[
        "disabled",
        "enabled",
        "local-proxy-arp",
        "proxy-arp",
        "reply-only",
    ]),
    "enabled",
);

const SECRET: &[Field] = &[
    field("name", Kind::Text),
    preset(
        "service",
        Kind::Choice(&["any", "async", "l2tp", "ovpn", "pppoe", "pptp", "sstp"]),
        "any",
    ),
    preset("caller-id", Kind::Text, ""),
    preset("password", Kind::Password, ""),
    preset("profile", Kind::Name("/ppp/profile"), "default"),
    field("local-address", Kind::AddressOrPool),
    field("remote-address", Kind::AddressOrPool),
    preset("routes", Kind::Text, ""),
    preset("limit-bytes-in", Kind::Text, "0"),
    preset("limit-bytes-out", Kind::Text, "0"),
    preset("last-logged-out", Kind::ReadOnly, "1970-01-01 00:00:00"),
    DISABLED,
    COMMENT,
];

const PROFILE: &[Field] = &[
    field("name", Kind::Text),
    field("local-address", Kind::AddressOrPool),
    field("remote-address", Kind::AddressOrPool),
    field("rate-limit", Kind::Limit),
    field("parent-queue", Kind::Text),
    preset("address-list", Kind::Text, ""),
    field("dns-server", Kind::Text),
    preset("bridge-learning", Kind::Text, "default"),
    preset("use-compression", Kind::Text, "default"),
    preset("use-encryption", Kind::Text, "default"),
    preset("only-one", Kind::Choice(&["default", "yes", "no"]), "default"),
    preset(
        "change-tcp-mss",
        Kind::Choice(&["default", "yes", "no"]),
        "default",
    ),
    field("session-timeout", Kind::Text),
    field("idle-timeout", Kind::Text),
    preset("on-up", Kind::Text, ""),
    preset("on-down", Kind::Text, ""),
    preset("default", Kind::ReadOnly, "false"),
    COMMENT,
];

const SESSION: &[Field] = &[
    field("name", Kind::ReadOnly),
    field("service", Kind::ReadOnly),
    field("caller-id", Kind::ReadOnly),
    field("address", Kind::ReadOnly),
    field("uptime", Kind::ReadOnly),
    preset("encoding", Kind::ReadOnly, ""),
    field("session-id", Kind::ReadOnly),
    preset("limit-bytes-in", Kind::ReadOnly, "0"),
    preset("limit-bytes-out", Kind::ReadOnly, "0"),
    preset("radius", Kind::ReadOnly, "false"),
];

const ARP: &[Field] = &[
    field("address", Kind::Address),
    field("mac-address", Kind::Mac),
    field("interface", Kind::Interface),
    preset("published", Kind::Flag, "false"),
    preset("invalid", Kind::ReadOnly, "false"),
    preset("DHCP", Kind::ReadOnly, "false"),
    DYNAMIC,
    preset("complete", Kind::ReadOnly, "true"),
    DISABLED,
    COMMENT,
];

const ADDRESS_LIST: &[Field] = &[
    field("list", Kind::Text),
    field("address", Kind::Network),
    field("timeout", Kind::Text),
    field("creation-time", Kind::ReadOnly),
    DYNAMIC,
    DISABLED,
    COMMENT,
];

const QUEUE: &[Field] = &[
    field("name", Kind::Text),
    preset("target", Kind::Targets, ""),
    preset("parent", Kind::Text, "none"),
    preset("packet-marks", Kind::Text, ""),
    preset("priority", Kind::Text, "8/8"),
    preset("queue", Kind::Text, "default-small/default-small"),
    preset("limit-at", Kind::Rates, "0/0"),
    preset("max-limit", Kind::Rates, "0/0"),
    preset("burst-limit", Kind::Rates, "0/0"),
    preset("burst-threshold", Kind::Rates, "0/0"),
    preset("burst-time", Kind::Text, "0s/0s"),
    preset("invalid", Kind::ReadOnly, "false"),
    DYNAMIC,
    DISABLED,
    COMMENT,
];

const LEASE: &[Field] = &[
    field("address", Kind::AddressOrPool),
    field("mac-address", Kind::Mac),
    field("client-id", Kind::Text),
    preset("address-lists", Kind::Text, ""),
    field("server", Kind::Text),
    field("rate-limit", Kind::Limit),
    preset("block-access", Kind::Flag, "false"),
    preset("dhcp-option", Kind::Text, ""),
    preset("status", Kind::ReadOnly, "waiting"),
    field("host-name", Kind::ReadOnly),
    field("last-seen", Kind::ReadOnly),
    field("active-address", Kind::ReadOnly),
    field("active-mac-address", Kind::ReadOnly),
    DYNAMIC,
    preset("blocked", Kind::ReadOnly, "false"),
    DISABLED,
    COMMENT,
];

const HOTSPOT_USER: &[Field] = &[
    preset("server", Kind::Text, "all"),
    field("name", Kind::Text),
    preset("password", Kind::Password, ""),
    field("address", Kind::Address),
    field("mac-address", Kind::Mac),
    preset("profile", Kind::Name("/ip/hotspot/user/profile"), "default"),
    field("limit-uptime", Kind::Text),
    preset("uptime", Kind::ReadOnly, "0s"),
    preset("bytes-in", Kind::ReadOnly, "0"),
    preset("bytes-out", Kind::ReadOnly, "0"),
    DYNAMIC,
    DISABLED,
    COMMENT,
];

const HOTSPOT_ACTIVE: &[Field] = &[
    field("server", Kind::ReadOnly),
    field("user", Kind::ReadOnly),
    field("address", Kind::ReadOnly),
    field("mac-address", Kind::ReadOnly),
    field("login-by", Kind::ReadOnly),
    field("uptime", Kind::ReadOnly),
    preset("idle-time", Kind::ReadOnly, "0s"),
    preset("bytes-in", Kind::ReadOnly, "0"),
    preset("bytes-out", Kind::ReadOnly, "0"),
    preset("radius", Kind::ReadOnly, "false"),
];

const HOTSPOT_COOKIE: &[Field] = &[
    field("user", Kind::ReadOnly),
    field("mac-address", Kind::ReadOnly),
    field("expires-in", Kind::ReadOnly),
];

const HOTSPOT: &[Field] = &[
    field("name", Kind::Text),
    field("interface", Kind::Interface),
    field("address-pool", Kind::Text),
    preset("profile", Kind::Text, "default"),
    DISABLED,
];

const DHCP_SERVER: &[Field] = &[
    field("name", Kind::Text),
    field("interface", Kind::Interface),
    preset("address-pool", Kind::Text, "static-only"),
    preset("lease-time", Kind::Text, "30m"),
    DYNAMIC,
    DISABLED,
    COMMENT,
];

const PPPOE_SERVER: &[Field] = &[
    field("service-name", Kind::Text),
    field("interface", Kind::Interface),
    preset("default-profile", Kind::Name("/ppp/profile"), "default"),
    preset("one-session-per-host", Kind::Flag, "false"),
    DISABLED,
    COMMENT,
];

const DNS: &[Field] = &[
    preset("servers", Kind::Text, ""),
    preset("dynamic-servers", Kind::ReadOnly, ""),
    preset("allow-remote-requests", Kind::Flag, "false"),
];

const LIST: &[Field] = &[
    field("name", Kind::Text),
    preset("include", Kind::Text, ""),
    preset("exclude", Kind::Text, ""),
    COMMENT,
];

const MEMBER: &[Field] = &[
    field("list", Kind::Text),
    field("interface", Kind::Interface),
    DYNAMIC,
    DISABLED,
    COMMENT,
];

const HOTSPOT_PROFILE: &[Field] = &[
    field("name", Kind::Text),
    field("rate-limit", Kind::Limit),
    preset("shared-users", Kind::Text, "1"),
    field("address-list", Kind::Text),
    preset("default", Kind::ReadOnly, "false"),
];

const BRIDGE: &[Field] = &[
    field("name", Kind::Text),
    preset("mtu", Kind::Text, "auto"),
    ARP_MODE,
    field("mac-address", Kind::Mac),
    preset("protocol-mode", Kind::Text, "rstp"),
    RUNNING,
    DISABLED,
    COMMENT,
];

const ETHERNET: &[Field] = &[
    field("name", Kind::Text),
    field("default-name", Kind::ReadOnly),
    preset("mtu", Kind::Text, "1500"),
    field("mac-address", Kind::Mac),
    ARP_MODE,
    RUNNING,
    DISABLED,
    COMMENT,
];

const VLAN: &[Field] = &[
    field("name", Kind::Text),
    preset("mtu", Kind::Text, "1500"),
    field("mac-address", Kind::ReadOnly),
    ARP_MODE,
    preset("vlan-id", Kind::Text, "1"),
    field("interface", Kind::Interface),
    RUNNING,
    DISABLED,
    COMMENT,
];

const POOL: &[Field] = &[
    field("name", Kind::Text),
    field("ranges", Kind::Text),
    field("next-pool", Kind::Text),
    COMMENT,
];

const ADDRESS: &[Field] = &[
    field("address", Kind::Network),
    field("network", Kind::Address),
    field("interface", Kind::Interface),
    DYNAMIC,
    DISABLED,
    COMMENT,
];

const SERVICE: &[Field] = &[
    field("name", Kind::ReadOnly),
    field("port", Kind::Text),
    preset("address", Kind::Text, ""),
    field("certificate", Kind::Text),
    DISABLED,
];

const RULE: &[Field] = &[
    field("chain", Kind::Text),
    preset("action", Kind::Text, "accept"),
    field("src-address", Kind::Text),
    field("dst-address", Kind::Text),
    field("src-address-list", Kind::Text),
    field("dst-address-list", Kind::Text),
    field("src-mac-address", Kind::Mac),
    field("protocol", Kind::Text),
    field("src-port", Kind::Text),
    field("dst-port", Kind::Text),
    field("in-interface", Kind::Text),
    field("out-interface", Kind::Text),
    field("in-interface-list", Kind::Text),
    field("out-interface-list", Kind::Text),
    field("connection-state", Kind::Text),
    field("connection-nat-state", Kind::Text),
    field("connection-mark", Kind::Text),
    field("packet-mark", Kind::Text),
    field("layer7-protocol", Kind::Text),
    field("tls-host", Kind::Text),
    field("content", Kind::Text),
    field("limit", Kind::Text),
    field("hotspot", Kind::Text),
    field("ipsec-policy", Kind::Text),
    field("reject-with", Kind::Text),
    field("jump-target", Kind::Text),
    field("address-list", Kind::Text),
    field("address-list-timeout", Kind::Text),
    field("to-addresses", Kind::Text),
    field("to-ports", Kind::Text),
    field("new-connection-mark", Kind::Text),
    field("new-packet-mark", Kind::Text),
    field("passthrough", Kind::Flag),
    field("hw-offload", Kind::Flag),
    preset("log", Kind::Flag, "false"),
    preset("log-prefix", Kind::Text, ""),
    preset("bytes", Kind::ReadOnly, "0"),
    preset("packets", Kind::ReadOnly, "0"),
    preset("invalid", Kind::ReadOnly, "false"),
    DYNAMIC,
    DISABLED,
    COMMENT,
];

const CONNECTION: &[Field] = &[
    field("protocol", Kind::ReadOnly),
    field("src-address", Kind::ReadOnly),
    field("dst-address", Kind::ReadOnly),
    field("reply-src-address", Kind::ReadOnly),
    field("reply-dst-address", Kind::ReadOnly),
    field("tcp-state", Kind::ReadOnly),
    field("timeout", Kind::ReadOnly),
];

const USER: &[Field] = &[
    field("name", Kind::Text),
    preset("group", Kind::Name("/user/group"), "read"),
    preset("address", Kind::Text, ""),
    field("password", Kind::Hidden),
    field("last-logged-in", Kind::ReadOnly),
    preset("expired", Kind::ReadOnly, "false"),
    DISABLED,
    COMMENT,
];

const GROUP: &[Field] = &[
    field("name", Kind::Text),
    preset("policy", Kind::Text, ""),
    preset("skin", Kind::Text, "default"),
    COMMENT,
];

const IDENTITY: &[Field] = &[preset("name", Kind::Text, "MikroTik")];

const RESOURCE: &[Field] = &[
    field("uptime", Kind::ReadOnly),
    field("version", Kind::ReadOnly),
    preset("build-time", Kind::ReadOnly, "2025-01-15 08:00:00"),
    preset("factory-software", Kind::ReadOnly, "7.5"),
    preset("free-memory", Kind::ReadOnly, "805306368"),
    preset("total-memory", Kind::ReadOnly, "1073741824"),
    preset("cpu", Kind::ReadOnly, "ARM"),
    preset("cpu-count", Kind::ReadOnly, "4"),
    preset("cpu-frequency", Kind::ReadOnly, "1400"),
    preset("cpu-load", Kind::ReadOnly, "7"),
    preset("free-hdd-space", Kind::ReadOnly, "486539264"),
    preset("total-hdd-space", Kind::ReadOnly, "536870912"),
    preset("architecture-name", Kind::ReadOnly, "arm"),
    field("board-name", Kind::ReadOnly),
    preset("platform", Kind::ReadOnly, "MikroTik"),
];

const CLOCK: &[Field] = &[
    field("time", Kind::Text),
    field("date", Kind::Text),
    preset("time-zone-autodetect", Kind::Flag, "true"),
    field("time-zone-name", Kind::Text),
    field("gmt-offset", Kind::ReadOnly),
    preset("dst-active", Kind::ReadOnly, "false"),
];

const ROUTERBOARD: &[Field] = &[
    preset("routerboard", Kind::ReadOnly, "true"),
    field("board-name", Kind::ReadOnly),
    field("model", Kind::ReadOnly),
    preset("serial-number", Kind::ReadOnly, "HEX00SIM0001"),
    preset("firmware-type", Kind::ReadOnly, "al2"),
    field("current-firmware", Kind::ReadOnly),
    field("upgrade-firmware", Kind::ReadOnly),
];

macro_rules! menus {
    ($($path:literal $fields:ident [$($key:literal),*] $duplicate:literal $access:ident;)*) => {
        &[$(Menu { path: $path, fields: $fields, key: &[$($key),*], duplicate: $duplicate, access: Access::$access }),*]
    };
}

/// All menus. The words of a duplicate are those of the reference where it has them.
pub(crate) const MENUS: &[Menu] = menus! {
    "/ppp/secret" SECRET ["name"] "failure: secret with the same name already exists" Items;
    "/ppp/profile" PROFILE ["name"] "failure: profile with the same name already exists" Items;
    "/ppp/active" SESSION [] "" Sessions;
    "/ip/arp" ARP ["address", "interface"] "failure: already have such address" Items;
    "/ip/address" ADDRESS ["address", "interface"] "failure: already have such address" Items;
    "/ip/pool" POOL ["name"] "failure: pool with such name exists" Items;
    "/ip/service" SERVICE ["name"] "" Fixed;
    "/ip/firewall/address-list" ADDRESS_LIST ["list", "address"] "failure: already have such entry" Items;
    "/ip/firewall/filter" RULE [] "" Items;
    "/ip/firewall/nat" RULE [] "" Items;
    "/ip/firewall/mangle" RULE [] "" Items;
    "/ip/firewall/raw" RULE [] "" Items;
    "/ip/firewall/connection" CONNECTION [] "" Sessions;
    "/ipv6/firewall/address-list" ADDRESS_LIST ["list", "address"] "failure: already have such entry" Items;
    "/ipv6/firewall/filter" RULE [] "" Items;
    "/ipv6/firewall/nat" RULE [] "" Items;
    "/ipv6/firewall/connection" CONNECTION [] "" Sessions;
    "/ip/dhcp-server/lease" LEASE ["address", "server"] "failure: already have static lease with this IP address" Items;
    "/ip/hotspot/user" HOTSPOT_USER ["name", "server"] "failure: already have user with this name for this server" Items;
    "/ip/hotspot/user/profile" HOTSPOT_PROFILE ["name"] "failure: profile with the same name already exists" Items;
    "/ip/hotspot/active" HOTSPOT_ACTIVE [] "" Sessions;
    "/ip/hotspot/cookie" HOTSPOT_COOKIE [] "" Sessions;
    "/ip/hotspot" HOTSPOT ["name"] "failure: hotspot with the same name already exists" Items;
    "/ip/dhcp-server" DHCP_SERVER ["name"] "failure: dhcp server with such name already exists" Items;
    "/ip/dns" DNS [] "" Single;
    "/queue/simple" QUEUE ["name"] "failure: already have such name" Items;
    "/interface/bridge" BRIDGE ["name"] "failure: already have interface with such name" Items;
    "/interface/ethernet" ETHERNET ["name"] "failure: already have interface with such name" Fixed;
    "/interface/vlan" VLAN ["name"] "failure: already have interface with such name" Items;
    "/interface/list" LIST ["name"] "failure: already have such name" Items;
    "/interface/list/member" MEMBER ["list", "interface"] "failure: already have such entry" Items;
    "/interface/pppoe-server/server" PPPOE_SERVER ["service-name"] "failure: already have such entry" Items;
    "/user" USER ["name"] "failure: user with the same name already exists" Items;
    "/user/group" GROUP ["name"] "failure: group with the same name already exists" Items;
    "/system/identity" IDENTITY [] "" Single;
    "/system/resource" RESOURCE [] "" SingleReadOnly;
    "/system/clock" CLOCK [] "" Single;
    "/system/routerboard" ROUTERBOARD [] "" SingleReadOnly;
};

pub(crate) fn menu(path: &str) -> Option<&'static Menu> {
    MENUS.iter().find(|menu| menu.path == path)
}
