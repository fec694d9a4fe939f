//! MikroTik's RouterOS API: a codec without I/O, and a connection on tokio and rustls.
//!
//! The crate turns commands into sentences, matches replies by tag and reports every refusal as an error with the
//! router's own words. It knows nothing of customers, bills or menus: what a command means is its caller's business.
//! It never retries, never reconnects by itself and never reuses a connection that erred, because only the caller
//! knows whether asking twice is harmless.
//!
//! The protocol is described in MikroTik's documentation under "API"; the login before 6.43 and the `!empty` reply
//! from 7.18 on are supported as well.
//!
//! ```no_run
//! use routeros_api::{Command, Connection, Limits, Login, Query, Target};
//!
//! # async fn example() -> Result<(), routeros_api::Error> {
//! let target = Target::plain("192.0.2.1");
//! let login = Login::new("billing", "a long password");
//! let router = Connection::open(&target, &login, &Limits::default()).await?;
//!
//! let found = router
//!     .call(
//!         Command::new("/ppp/secret/print")
//!             .proplist([".id", "name", "profile"])
//!             .query(Query::equals("name", "budi")),
//!     )
//!     .await?;
//! for row in &found.rows {
//!     println!("{:?} has the profile {:?}", row.get("name"), row.get("profile"));
//! }
//! # Ok(())
//! # }
//! ```

pub mod codec;
mod command;
mod connection;
mod deserialize;
mod dispatch;
mod error;
mod login;
mod rate;
mod reply;
mod stream;
mod text;
mod tls;
mod window;

pub use command::{Command, Query};
pub use connection::{Connection, Limits, PLAIN_PORT, TLS_PORT, Target, TlsMode};
pub use error::{Category, Error, Stage};
pub use login::{Login, LoginStyle, Password, challenge_response};
pub use rate::{Burst, RateError, RateLimit, format_rate, parse_rate};
pub use reply::{Reply, Row, RowError};
pub use stream::RowStream;
pub use tls::{Fingerprint, FingerprintError};
