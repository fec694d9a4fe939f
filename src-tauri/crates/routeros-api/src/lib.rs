//! MikroTik's RouterOS API: a codec without I/O, and a connection on tokio and rustls.
//!
//! The crate turns commands into sentences, matches replies by tag and reports every refusal as an error with the
//! router's own words. It knows nothing of customers, bills or menus: what a command means is its caller's business.
//! It never sends a command twice and never reuses a connection that erred, because only the caller knows whether
//! asking again is harmless; [`Dialer`] opens a new connection and leaves that question where it is.
//!
//! The protocol is described in MikroTik's documentation under "API"; the login before 6.43 and the `!empty` reply
//! from 7.18 on are supported as well.
//!
//! # One connection, many commands
//!
//! A [`Connection`] is a cheap handle that any number of callers share. Each [`call`](Connection::call) has a tag of
//! its own, so that answers may come in any order; [`Limits::in_flight`] bounds how many are under way, and a router
//! that slows is asked less at a time. A call that is dropped leaves no answer for the next one.
//!
//! | to | there is |
//! |---|---|
//! | ask and have the whole answer | [`Connection::call`], [`Connection::call_all`] |
//! | take a long list row by row | [`Connection::stream`] |
//! | follow a menu, or traffic | [`Connection::listen`], [`Connection::stream`] |
//! | end what runs (`/cancel`) | drop the [`RowStream`], or [`RowStream::cancel`] |
//! | read rows as types | [`Row::deserialize`] |
//! | say how long to wait | [`Limits`], [`Command::time_limit`], [`Command::without_time_limit`] |
//! | reconnect | [`Dialer`] |
//! | prove whom one talks to | [`Target::tls`] with a [`Fingerprint`] |
//! | speak the format without a network | [`codec`] |
//!
//! # What went wrong
//!
//! Every `!trap` is an [`Error`]; so is a reply that ended early, since a list is whole or it is nothing. Three methods
//! answer what a caller does next: [`Error::is_unreachable`] (park it), [`Error::outcome_unknown`] (read back before
//! deciding anything), [`Error::needs_a_person`] (no later attempt will do better).
//!
//! # An example
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
mod dialer;
mod dispatch;
mod error;
mod login;
mod other_wire;
mod rate;
mod reply;
mod stream;
mod target;
mod text;
mod tls;
mod window;

pub use command::{Command, Query};
pub use connection::Connection;
pub use dialer::Dialer;
pub use error::{Category, Error, Stage};
pub use login::{Login, LoginStyle, Password, challenge_response};
pub use rate::{Burst, RateError, RateLimit, format_rate, parse_rate};
pub use reply::{Reply, Row, RowError};
pub use stream::RowStream;
pub use target::{Limits, PLAIN_PORT, TLS_PORT, Target, TlsMode};
pub use tls::{Fingerprint, FingerprintError};
