//! The handle on a running router: what a test looks at, loads and breaks.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::DropGuard;

use super::core::Core;
use super::fault::Fault;
use super::listener::{self, SharedCertificate, Switch};
use super::network::{Network, Profile, Secret, StaticLine};
use super::sessions::Session;
use super::state::State;
use super::table::{Item, Table, written_id};
use super::tls::Certificate;
use super::{RouterSpec, Wire};

/// A router that is on. Clones are the same router; it is switched off when the last one goes.
#[derive(Clone)]
pub struct RunningRouter {
    core: Arc<Core>,
    address: SocketAddr,
    certificate: SharedCertificate,
    switches: mpsc::Sender<Switch>,
    _off: Arc<DropGuard>,
}

impl std::fmt::Debug for RunningRouter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningRouter")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// An entry of `/ip/arp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArpEntry {
    /// The `.id`.
    pub id: String,
    /// Address.
    pub address: String,
    /// MAC address.
    pub mac_address: String,
    /// Interface.
    pub interface: String,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether the router learned it by itself.
    pub dynamic: bool,
}

/// What a router was asked, since it was switched on or the log was cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLog {
    /// How often each command word came. At most 512 different words are counted.
    pub counts: BTreeMap<String, u64>,
    /// The last 4,096 commands with their attributes, passwords hidden.
    pub recent: Vec<String>,
    /// Connections that were accepted.
    pub connections: u64,
    /// Logins that succeeded.
    pub logins: u64,
    /// The most commands that were under way at once on one connection.
    pub most_under_way: usize,
}

impl CommandLog {
    /// How often a command came.
    #[must_use]
    pub fn count(&self, word: &str) -> u64 {
        self.counts.get(word).copied().unwrap_or(0)
    }
}

pub(crate) async fn start(spec: RouterSpec) -> io::Result<RunningRouter> {
    let listener = listener::open(spec.listen)?;
    let address = listener.local_addr()?;
    let wire = spec.wire;
    let certificate = match wire {
        Wire::Tls => Some(Certificate::make()?),
        Wire::Plain | Wire::TlsWithoutCertificate => None,
    };
    let certificate = SharedCertificate::new(certificate.into());
    let core = Arc::new(Core::new(State::new(spec)));
    let (switches, wishes) = mpsc::channel(1);
    tokio::spawn(listener::serve(
        listener,
        address,
        wire,
        Arc::clone(&certificate),
        Arc::clone(&core),
        wishes,
    ));
    let off = Arc::new(core.off.clone().drop_guard());
    Ok(RunningRouter {
        core,
        address,
        certificate,
        switches,
        _off: off,
    })
}

impl RunningRouter {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The SHA-256 fingerprint of its certificate, if it has one: 64 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> Option<String> {
        let certificate = self.certificate.lock().unwrap_or_else(PoisonError::into_inner);
        certificate
            .as_ref()
            .map(|certificate| certificate.fingerprint.clone())
    }

    /// Replaces its certificate, as a reset or an attacker would. Connections that stand keep the old one.
    ///
    /// # Errors
    /// The certificate cannot be made.
    pub fn renew_certificate(&self) -> io::Result<()> {
        let renewed = Certificate::make()?;
        *self.certificate.lock().unwrap_or_else(PoisonError::into_inner) = Some(renewed);
        Ok(())
    }

    /// Makes it misbehave, or behave again. When this returns it is so.
    ///
    /// # Errors
    /// [`Fault::Refuse`] gives the port up for a moment; another program may have taken it.
    pub async fn set_fault(&self, fault: Fault) -> io::Result<()> {
        {
            let mut plan = self.core.plan();
            plan.now = fault;
            plan.after = None;
        }
        let (done, is_done) = oneshot::channel();
        let switch = Switch {
            listen: fault != Fault::Refuse,
            done,
        };
        let gone = || io::Error::new(io::ErrorKind::NotConnected, "the router has been stopped");
        self.switches.send(switch).await.map_err(|_| gone())?;
        is_done.await.map_err(|_| gone())?
    }

    /// Makes it misbehave after so many more commands, for failures in the middle of something. Not for
    /// [`Fault::Refuse`], which is a matter of the port and is then like [`Fault::Normal`].
    pub fn fault_after(&self, commands: u64, fault: Fault) {
        self.core.plan().after = Some((commands, fault));
    }

    /// Cuts all connections; new ones are welcome.
    pub fn drop_connections(&self) {
        self.core.cut_conversations();
    }

    /// Refuses a command so many times with these words, whatever it says.
    pub fn refuse(&self, command: impl Into<String>, message: impl Into<String>, times: u64) {
        let planned = (command.into(), message.into(), times);
        self.core.with(|state| state.planned_refusals.push(planned));
    }

    /// Sets the time from a command's arrival to its answer.
    pub fn set_round_trip(&self, round_trip: Duration) {
        self.core.set_round_trip(round_trip);
    }

    /// Sets how long a customer's device waits before it dials again.
    pub fn set_redial_after(&self, pause: Duration) {
        self.core.set_redial_after(pause);
    }

    /// Sets its clock, which runs on from there.
    pub fn set_clock(&self, clock: jiff::Zoned) {
        self.core.with(|state| {
            let passed = jiff::SignedDuration::try_from(state.started.elapsed()).unwrap_or_default();
            state.spec.clock = clock.saturating_sub(passed);
        });
    }

    /// Loads profiles, secrets and static lines past all checks, and lets their devices dial. Loading twice gives
    /// nothing twice.
    pub fn load(&self, network: &Network) {
        self.core.with(|state| state.load(network));
    }

    /// Loads secrets; their devices stay off.
    pub fn load_secrets(&self, secrets: impl IntoIterator<Item = Secret>) {
        self.core
            .with(|state| secrets.into_iter().for_each(|secret| state.load_secret(&secret)));
    }

    /// Loads profiles.
    pub fn load_profiles(&self, profiles: impl IntoIterator<Item = Profile>) {
        self.core.with(|state| {
            profiles
                .into_iter()
                .for_each(|profile| state.load_profile(&profile))
        });
    }

    /// Loads static lines.
    pub fn load_static_lines(&self, lines: impl IntoIterator<Item = StaticLine>) {
        self.core
            .with(|state| lines.into_iter().for_each(|line| state.load_static_line(&line)));
    }

    /// Adds an item to any menu past all checks, for what has no method here; its `.id`, or `None` if there is no
    /// such menu.
    pub fn insert(&self, menu: &str, fields: &[(&str, &str)]) -> Option<String> {
        self.core.with(|state| state.insert(menu, fields)).map(written_id)
    }

    /// The items of any menu, each as its fields with `.id`, in the router's order.
    #[must_use]
    pub fn items(&self, menu: &str) -> Vec<BTreeMap<String, String>> {
        let fields = |item: &Item| {
            let id = (".id".to_owned(), written_id(item.id));
            item.fields()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .chain([id])
                .collect()
        };
        self.core.with(|state| {
            state
                .table(menu)
                .map_or_else(Vec::new, |table| table.iter().map(fields).collect())
        })
    }

    /// Switches a customer's device on and lets it dial now. `false` if the router turns it away; it then dials again
    /// when its secret is switched on.
    pub fn dial(&self, name: &str) -> bool {
        self.core.with(|state| {
            state.devices.insert(name.to_owned());
            state.dial(name)
        })
    }

    /// Switches a customer's device off; its session ends and does not come back.
    pub fn hang_up(&self, name: &str) {
        self.core.with(|state| {
            state.devices.remove(name);
            state.drop_session(name);
        });
    }

    /// All secrets, in the router's order.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        self.core.with(|state| {
            state
                .table("/ppp/secret")
                .map_or_else(Vec::new, |secrets| secrets.iter().map(secret).collect())
        })
    }

    /// A secret by its name.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.core
            .with(|state| state.table("/ppp/secret")?.by_name(name).map(secret))
    }

    /// The live session of a name, with the profile that it really carries.
    #[must_use]
    pub fn active(&self, name: &str) -> Option<Session> {
        self.core.with(|state| state.session(name))
    }

    /// How many sessions are live.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.core
            .with(|state| state.table("/ppp/active").map_or(0, Table::len))
    }

    /// The ARP entries of an address: the static one and, if the interface learns, the dynamic one.
    #[must_use]
    pub fn arp(&self, address: &str) -> Vec<ArpEntry> {
        let entry = |item: &Item| {
            let value = |name: &str| item.get(name).unwrap_or_default().to_owned();
            ArpEntry {
                id: written_id(item.id),
                address: value("address"),
                mac_address: value("mac-address"),
                interface: value("interface"),
                disabled: item.is("disabled"),
                dynamic: item.is("dynamic"),
            }
        };
        self.core.with(|state| {
            let table = state.table("/ip/arp").into_iter().flat_map(Table::iter);
            table
                .filter(|item| item.get("address") == Some(address))
                .map(entry)
                .collect()
        })
    }

    /// Whether traffic of a static line passes: some entry of its address is on.
    #[must_use]
    pub fn arp_passes(&self, address: &str) -> bool {
        self.arp(address).iter().any(|entry| !entry.disabled)
    }

    /// How often a name's session was dropped.
    #[must_use]
    pub fn drops(&self, name: &str) -> u64 {
        self.core
            .with(|state| state.drops.get(name).copied().unwrap_or(0))
    }

    /// What it was asked.
    #[must_use]
    pub fn command_log(&self) -> CommandLog {
        let core = &self.core;
        let (counts, recent) =
            core.with(|state| (state.counts.clone(), state.recent.iter().cloned().collect()));
        CommandLog {
            counts,
            recent,
            connections: core.connections.load(Ordering::Relaxed),
            logins: core.logins.load(Ordering::Relaxed),
            most_under_way: core.most_under_way.load(Ordering::Relaxed),
        }
    }

    /// Forgets what it was asked.
    pub fn clear_command_log(&self) {
        self.core.with(|state| {
            state.counts.clear();
            state.recent.clear();
            state.drops.clear();
        });
        for counter in [&self.core.connections, &self.core.logins] {
            counter.store(0, Ordering::Relaxed);
        }
        self.core.most_under_way.store(0, Ordering::Relaxed);
    }

    /// Switches it off: connections end, the port is free.
    pub fn stop(&self) {
        self.core.off.cancel();
    }
}

fn secret(item: &Item) -> Secret {
    let value = |name: &str| item.get(name).unwrap_or_default().to_owned();
    Secret {
        name: value("name"),
        password: value("password"),
        profile: value("profile"),
        service: value("service"),
        remote_address: item.get("remote-address").map(str::to_owned),
        comment: item.get("comment").map(str::to_owned),
        disabled: item.is("disabled"),
    }
}
