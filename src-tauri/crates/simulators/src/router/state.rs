//! All that the router knows: its tables, its sessions, and what has been asked of it.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::time::Instant;

use super::hotspot::LiveLogin;
use super::menu::{Access, MENUS, Menu};
use super::network::Network;
use super::sessions::{Dropped, LiveSession, Redial};
use super::table::{Changes, Table};
use super::traces::Traces;
use super::wire::Question;
use super::{Group, RouterSpec};

/// Distinct command words that are counted, and commands that are remembered word for word.
const MOST_WORDS: usize = 512;
const MOST_RECENT: usize = 4096;

const ALL_POLICIES: &[&str] = &[
    "local",
    "telnet",
    "ssh",
    "ftp",
    "reboot",
    "read",
    "write",
    "policy",
    "test",
    "winbox",
    "password",
    "web",
    "sniff",
    "sensitive",
    "api",
    "romon",
    "rest-api",
];

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) spec: RouterSpec,
    pub(crate) started: Instant,
    pub(crate) tables: HashMap<&'static str, Table>,
    pub(crate) sessions: HashMap<String, LiveSession>,
    pub(crate) addresses_in_use: HashSet<Ipv4Addr>,
    pub(crate) pool_cursors: HashMap<String, usize>,
    pub(crate) next_session: u32,
    /// Names whose device at the customer's is switched on and wants to be online.
    pub(crate) devices: HashSet<String>,
    /// Devices that are to come back; the caller takes them after the lock is released.
    pub(crate) redials: Vec<Redial>,
    pub(crate) dropped: Vec<Dropped>,
    /// Who is logged in at the hotspot, and whose device keeps its cookie.
    pub(crate) hotspot: HashMap<String, LiveLogin>,
    pub(crate) hotspot_devices: HashSet<String>,
    /// MAC addresses of the devices that are on and ask for leases.
    pub(crate) lease_devices: HashSet<String>,
    /// What bound leases have made: entries of address lists, and a queue.
    pub(crate) lease_traces: HashMap<u64, Traces>,
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) recent: VecDeque<String>,
    pub(crate) planned_refusals: Vec<(String, String, u64)>,
}

impl State {
    pub(crate) fn new(spec: RouterSpec) -> Self {
        let tables = MENUS.iter().map(|menu| (menu.path, Table::new(menu))).collect();
        let mut state = Self {
            spec,
            started: Instant::now(),
            tables,
            sessions: HashMap::new(),
            addresses_in_use: HashSet::new(),
            pool_cursors: HashMap::new(),
            next_session: 0x8100_0000,
            devices: HashSet::new(),
            redials: Vec::new(),
            dropped: Vec::new(),
            hotspot: HashMap::new(),
            hotspot_devices: HashSet::new(),
            lease_devices: HashSet::new(),
            lease_traces: HashMap::new(),
            counts: BTreeMap::new(),
            recent: VecDeque::new(),
            planned_refusals: Vec::new(),
        };
        state.furnish();
        state
    }

    /// What every router has when it leaves the box, and what the spec says.
    fn furnish(&mut self) {
        for (name, except) in [
            ("read", "ftp,write,policy"),
            ("write", "ftp,policy"),
            ("full", ""),
        ] {
            self.insert(
                "/user/group",
                &[
                    ("name", name),
                    ("policy", &policies(|policy| !except.contains(policy))),
                ],
            );
        }
        for user in self.spec.users.clone() {
            let group = match &user.group {
                Group::Full => "full",
                Group::Write => "write",
                Group::Read => "read",
                Group::Of {
                    name,
                    policies: granted,
                } => {
                    if self
                        .table("/user/group")
                        .is_some_and(|table| table.by_name(name).is_none())
                    {
                        let granted: Vec<&str> = granted.split(',').collect();
                        let policy = policies(|policy| granted.contains(&policy));
                        self.insert("/user/group", &[("name", name), ("policy", &policy)]);
                    }
                    name
                }
            };
            self.insert(
                "/user",
                &[
                    ("name", &user.name),
                    ("group", group),
                    ("password", &user.password),
                ],
            );
        }
        for (name, only_one) in [("default", "default"), ("default-encryption", "default")] {
            self.insert(
                "/ppp/profile",
                &[("name", name), ("only-one", only_one), ("default", "true")],
            );
        }
        self.insert(
            "/ip/hotspot/user/profile",
            &[("name", "default"), ("default", "true")],
        );
        self.insert("/ip/dns", &[("servers", "9.9.9.9")]);
        for number in 1..=5u8 {
            let (name, mac) = (format!("ether{number}"), format!("48:A9:8A:00:00:{number:02X}"));
            self.insert(
                "/interface/ethernet",
                &[("name", &name), ("default-name", &name), ("mac-address", &mac)],
            );
        }
        self.insert(
            "/interface/bridge",
            &[("name", "bridge1"), ("mac-address", "48:A9:8A:00:00:10")],
        );
        for (name, port) in [
            ("api", "8728"),
            ("api-ssl", "8729"),
            ("winbox", "8291"),
            ("ssh", "22"),
        ] {
            self.insert("/ip/service", &[("name", name), ("port", port)]);
        }
        let identity = self.spec.identity.clone();
        self.insert("/system/identity", &[("name", &identity)]);
        let (version, board) = (self.spec.version, self.spec.board.clone());
        let version = format!("{}.{}", version.0, version.1);
        self.insert(
            "/system/resource",
            &[
                ("version", &format!("{version} (stable)")),
                ("board-name", &board),
            ],
        );
        let model = [
            ("board-name", board.as_str()),
            ("model", &board),
            ("current-firmware", &version),
        ];
        self.insert("/system/routerboard", &model);
        let zone = self
            .spec
            .clock
            .time_zone()
            .iana_name()
            .unwrap_or("manual")
            .to_owned();
        self.insert("/system/clock", &[("time-zone-name", &zone)]);
    }

    pub(crate) fn table(&self, path: &str) -> Option<&Table> {
        self.tables.get(path)
    }

    /// Adds an item past all checks: what the router or the test itself sets up. Unknown fields are left out.
    pub(crate) fn insert(&mut self, path: &str, fields: &[(&str, &str)]) -> Option<u64> {
        let table = self.tables.get_mut(path)?;
        let changes: Changes = fields
            .iter()
            .filter_map(|(name, value)| Some((table.menu.field(name)?.name, Some((*value).to_owned()))))
            .collect();
        Some(table.add(changes, None))
    }

    pub(crate) fn now(&self) -> jiff::Zoned {
        let passed = jiff::SignedDuration::try_from(self.started.elapsed()).unwrap_or_default();
        self.spec.clock.saturating_add(passed)
    }

    pub(crate) fn load(&mut self, network: &Network) {
        for profile in &network.profiles {
            self.load_profile(profile);
        }
        for secret in &network.secrets {
            self.load_secret(secret);
        }
        for line in &network.static_lines {
            self.load_static_line(line);
        }
        if network.online {
            for secret in &network.secrets {
                self.devices.insert(secret.name.clone());
                self.dial(&secret.name);
            }
        }
    }

    /// Whether the user's group has this policy.
    pub(crate) fn may(&self, user: &str, policy: &str) -> bool {
        let group = self
            .table("/user")
            .and_then(|users| users.by_name(user)?.get("group"));
        let policies = group.and_then(|group| self.table("/user/group")?.by_name(group)?.get("policy"));
        policies.is_some_and(|policies| policies.split(',').any(|granted| granted == policy))
    }

    pub(crate) fn note(&mut self, question: &Question) {
        if self.counts.contains_key(&question.command) || self.counts.len() < MOST_WORDS {
            *self.counts.entry(question.command.clone()).or_default() += 1;
        }
        if self.recent.len() == MOST_RECENT {
            self.recent.pop_front();
        }
        let mut line = question.command.clone();
        for (name, value) in &question.attributes {
            let value = if name.contains("password") || name == "response" {
                "***"
            } else {
                value
            };
            line.extend([" ", name, "=", value]);
        }
        for query in &question.queries {
            line.extend([" ?", query]);
        }
        self.recent.push_back(line);
    }

    /// A refusal that a test has planned for this command.
    pub(crate) fn planned_refusal(&mut self, command: &str) -> Option<String> {
        let at = self
            .planned_refusals
            .iter()
            .position(|(planned, _, _)| planned == command)?;
        let (_, message, times) = self.planned_refusals.get_mut(at)?;
        let message = message.clone();
        *times = times.saturating_sub(1);
        if *times == 0 {
            self.planned_refusals.remove(at);
        }
        Some(message)
    }

    /// What reading or changing a menu asks of a user.
    pub(crate) fn policy_for(menu: &Menu, writes: bool) -> &'static str {
        match (writes, menu.path.starts_with("/user"), menu.access) {
            (false, ..) => "read",
            (true, true, _) => "policy",
            (true, false, Access::SingleReadOnly) => "read",
            (true, false, _) => "write",
        }
    }
}

/// A group's policies as routers show them: what is not granted has a `!`.
fn policies(granted: impl Fn(&str) -> bool) -> String {
    let (with, without): (Vec<&str>, Vec<&str>) =
        ALL_POLICIES.iter().copied().partition(|policy| granted(policy));
    let without = without.into_iter().map(|policy| format!("!{policy}"));
    with.into_iter()
        .map(str::to_owned)
        .chain(without)
        .collect::<Vec<_>>()
        .join(",")
}

/// `1w2d3h4m5s`, as routers write a time that has passed.
pub(crate) fn written_time(passed: Duration) -> String {
    let seconds = passed.as_secs();
    let units = [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let mut rest = seconds;
    let mut out = String::new();
    for (unit, length) in units {
        if rest >= length {
            out.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_like_a_routers() {
        assert_eq!(written_time(Duration::ZERO), "0s");
        assert_eq!(written_time(Duration::from_secs(694_861)), "1w1d1h1m1s");
        assert_eq!(written_time(Duration::from_secs(3_600)), "1h");
    }

    #[test]
    fn groups_have_the_policies_of_a_fresh_router() {
        let mut spec = RouterSpec::default();
        let group = Group::Of {
            name: "billing".to_owned(),
            policies: "api,read".to_owned(),
        };
        spec.users.push(super::super::User {
            name: "b".to_owned(),
            password: String::new(),
            group,
        });
        let state = State::new(spec);
        assert!(state.may("admin", "policy") && state.may("b", "api") && state.may("b", "read"));
        assert!(!state.may("b", "write") && !state.may("nobody", "read"));
    }
}
