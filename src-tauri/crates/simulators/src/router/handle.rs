//! The handle on a running router: what a test looks at, loads and breaks.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::DropGuard;

use super::core::Core;
use super::fault::{Chaos, Fault, Misfortunes};
use super::hotspot::HotspotUser;
use super::leases::Lease;
use super::listener::{self, SharedCertificate, Switch};
use super::network::{Network, Profile, Secret, StaticLine};
use super::state::State;
use super::table::written_id;
use super::tls::Certificate;
use super::{RouterSpec, Wire};

/// A router that is on. Clones are the same router; it is switched off when the last one goes.
#[derive(Clone)]
pub struct RunningRouter {
    pub(super) core: Arc<Core>,
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

    /// Lets chance strike wherever no fault was chosen; `None` ends it. Starts the count of misfortunes anew.
    pub fn set_chaos(&self, chaos: Option<Chaos>) {
        let mut plan = self.core.plan();
        plan.misfortunes = Misfortunes::default();
        plan.set_chaos(chaos);
    }

    /// How often chance struck since [`set_chaos`](Self::set_chaos).
    #[must_use]
    pub fn misfortunes(&self) -> Misfortunes {
        self.core.plan().misfortunes
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

    /// Takes a secret away, as somebody in Winbox would; a session that it let in stays.
    pub fn remove_secret(&self, name: &str) {
        self.core.with(|state| {
            if let Some(secrets) = state.tables.get_mut("/ppp/secret")
                && let Some(id) = secrets.by_name(name).map(|secret| secret.id)
            {
                secrets.remove(id);
            }
        });
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

    /// Loads static leases and lets the devices that are on ask for them.
    pub fn load_leases(&self, leases: impl IntoIterator<Item = Lease>) {
        self.core
            .with(|state| leases.into_iter().for_each(|lease| state.load_lease(&lease)));
    }

    /// Loads hotspot users; nobody is logged in by that.
    pub fn load_hotspot_users(&self, users: impl IntoIterator<Item = HotspotUser>) {
        self.core
            .with(|state| users.into_iter().for_each(|user| state.load_hotspot_user(&user)));
    }

    /// Loads the firewall that small routers have from the factory, with FastTrack and masquerading.
    pub fn load_factory_firewall(&self) {
        self.core.with(State::load_factory_firewall);
    }

    /// Adds an item to any menu past all checks, for what has no method here; its `.id`, or `None` if there is no
    /// such menu.
    pub fn insert(&self, menu: &str, fields: &[(&str, &str)]) -> Option<String> {
        self.core.with(|state| state.insert(menu, fields)).map(written_id)
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
            state.end_session(name);
        });
    }

    /// Switches a hotspot user's device on and lets it log in now; its cookie brings it back after it was logged out.
    /// `false` if the router turns it away.
    pub fn log_in_at_hotspot(&self, name: &str) -> bool {
        self.core.with(|state| {
            state.hotspot_devices.insert(name.to_owned());
            state.log_in_at_hotspot(name)
        })
    }

    /// Forgets what it was asked.
    pub fn clear_command_log(&self) {
        self.core.with(|state| {
            state.counts.clear();
            state.recent.clear();
            state.dropped.clear();
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
