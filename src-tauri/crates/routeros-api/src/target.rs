//! Where a router is, how the wire to it is protected, and how patient and how greedy a connection is.

use std::time::Duration;

use crate::tls::Fingerprint;

/// The port of the API without encryption.
pub const PLAIN_PORT: u16 = 8728;
/// The port of the API over TLS.
pub const TLS_PORT: u16 = 8729;

/// How the wire is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Not at all: the password crosses the wire in clear.
    Plain,
    /// TLS with whatever certificate the router shows. Only for the first contact: keep
    /// [`Connection::fingerprint`] and pin it from then on.
    TrustFirst,
    /// TLS with this certificate and no other.
    Pinned(Fingerprint),
}

/// Where the router is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the wire is protected.
    pub tls: TlsMode,
}

impl Target {
    /// The API without encryption at its usual port.
    #[must_use]
    pub fn plain(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: PLAIN_PORT,
            tls: TlsMode::Plain,
        }
    }

    /// The API over TLS at its usual port; without a fingerprint the first certificate is trusted.
    #[must_use]
    pub fn tls(host: impl Into<String>, pinned: Option<Fingerprint>) -> Self {
        Self {
            host: host.into(),
            port: TLS_PORT,
            tls: pinned.map_or(TlsMode::TrustFirst, TlsMode::Pinned),
        }
    }

    /// The same at another port.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}

/// How long to wait, and how much to ask and to take at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For the TCP connection, and again for the TLS handshake.
    pub connect: Duration,
    /// For the login.
    pub login: Duration,
    /// For each command, from sending it to the end of its answer. Of several that are under way together it is the longest
    /// silence: a router that answers one after the other is waited for, though never longer than if each took all of this.
    pub command: Duration,
    /// Without any command the connection is closed after this time.
    pub idle: Duration,
    /// An answer that takes this long halves the number of commands under way.
    pub slow_after: Duration,
    /// The most commands under way at once; more calls wait their turn.
    pub in_flight: usize,
    /// The largest answer to one command, in bytes of memory that its rows take.
    pub reply_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            login: Duration::from_secs(10),
            command: Duration::from_secs(30),
            idle: Duration::from_secs(300),
            slow_after: Duration::from_secs(2),
            in_flight: 32,
            reply_bytes: 64 * 1024 * 1024,
        }
    }
}
