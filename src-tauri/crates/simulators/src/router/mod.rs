//! A RouterOS device on a TCP port: its menus, its sessions, its refusals and its bad days.
//!
//! It behaves like a router, not like our client's wishes: sessions keep the profile they dialled with until they are
//! dropped, rates come back in another spelling, disabled ARP entries are learned again, answers interleave. It does
//! not forward packets, and what it cannot know of a real router (the exact words of rare refusals) is marked where it
//! is made up.
//!
//! ```
//! use simulators::router::{Router, RouterSpec, Secret};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let router = Router::start(RouterSpec::default()).await?;
//! router.load_secrets([Secret::new("budi", "rahasia")]);
//! assert!(router.dial("budi"));
//! assert_eq!(router.active("budi").map(|session| session.profile).as_deref(), Some("default"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arp;
mod by_hand;
pub mod codec;
mod commands;
mod core;
mod factory;
mod fault;
mod handle;
mod hotspot;
mod inspect;
mod leases;
mod listener;
mod login;
mod menu;
mod monitor;
mod network;
mod print;
mod query;
mod rates;
mod running;
mod sessions;
mod state;
mod table;
mod talk;
mod tls;
mod traces;
mod values;
mod wire;
mod writer;

pub use fault::{Chaos, Fault, Misfortunes};
pub use handle::RunningRouter;
pub use hotspot::HotspotUser;
pub use inspect::{ArpEntry, CommandLog};
pub use leases::Lease;
pub use network::{Network, Profile, Secret, StaticLine};
pub use sessions::{Dropped, Session};

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::Zoned;

/// What a router is before it is switched on.
#[derive(Debug, Clone)]
pub struct RouterSpec {
    /// Where it listens. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The version that it claims and behaves as, major and minor.
    pub version: (u16, u16),
    /// Its name.
    pub identity: String,
    /// Its model.
    pub board: String,
    /// What its wire is.
    pub wire: Wire,
    /// Who may log in, beyond nobody: a spec without users locks everybody out.
    pub users: Vec<User>,
    /// What its clock shows when it starts; it runs on from there.
    pub clock: Zoned,
    /// Time from a command's arrival to its answer, on top of everything else.
    pub round_trip: Duration,
    /// How long a customer's device waits before it dials again.
    pub redial_after: Duration,
}

/// What a router's wire is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// The plain API.
    Plain,
    /// The API over TLS with a certificate made at the start.
    Tls,
    /// TLS without a certificate: every client that insists on knowing whom it talks to is sent away.
    TlsWithoutCertificate,
}

/// A user of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Name.
    pub name: String,
    /// Password.
    pub password: String,
    /// One of the groups `full`, `write`, `read`, or the name of another group with these policies.
    pub group: Group,
}

/// What a user may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// Everything.
    Full,
    /// Everything but policies and files.
    Write,
    /// Nothing but looking.
    Read,
    /// A group of its own with these policies, such as `api,read,write,sensitive`.
    Of {
        /// Name of the group.
        name: String,
        /// Policies, separated by commas.
        policies: String,
    },
}

impl Default for RouterSpec {
    /// A RouterOS 7.16 on a free port of the loopback, user `admin` with an empty password, no delay, and devices that
    /// dial again after 50 ms.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            version: (7, 16),
            identity: "MikroTik".to_owned(),
            board: "RB4011iGS+".to_owned(),
            wire: Wire::Plain,
            users: vec![User {
                name: "admin".to_owned(),
                password: String::new(),
                group: Group::Full,
            }],
            clock: jiff::civil::date(2026, 1, 1)
                .at(6, 0, 0, 0)
                .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)))
                .unwrap_or_default(),
            round_trip: Duration::ZERO,
            redial_after: Duration::from_millis(50),
        }
    }
}

impl RouterSpec {
    /// The version from which on an empty list is answered with `!empty`.
    fn says_empty(&self) -> bool {
        self.version >= (7, 18)
    }

    /// The version before which the login is a challenge.
    fn challenges(&self) -> bool {
        self.version < (6, 43)
    }
}

/// A router that can be switched on.
#[derive(Debug)]
pub struct Router;

impl Router {
    /// Switches a router on; it listens when this returns, and stops when the last handle goes or
    /// [`RunningRouter::stop`] is called.
    ///
    /// # Errors
    /// The port is taken, or the certificate cannot be made.
    pub async fn start(spec: RouterSpec) -> io::Result<RunningRouter> {
        handle::start(spec).await
    }
}
