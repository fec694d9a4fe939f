//! A connection that is opened again when it has gone.
//!
//! It opens and does nothing else. It never sends a command a second time, because a command whose answer did not come
//! may have been carried out ([`Error::outcome_unknown`]); and it has no pauses of its own, because how long to leave a
//! router alone is a matter for who knows what waits for it.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::connection::Connection;
use crate::error::Error;
use crate::login::Login;
use crate::target::{Limits, Target};

/// How a router is reached, and the connection to it while there is a usable one.
///
/// ```
/// use routeros_api::{Command, Dialer, Limits, Login, Target};
/// # use simulators::router::{Router, RouterSpec};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let simulated = Router::start(RouterSpec::default()).await?;
/// # let target = Target::plain("127.0.0.1").with_port(simulated.addr().port());
/// let router = Dialer::new(target, Login::new("admin", ""), Limits::default());
///
/// let set = Command::new("/system/identity/set").attribute("name", "Menara 1");
/// match router.connection().await?.call(set).await {
///     Ok(_) => {}
///     // It may have been carried out: ask before saying it again. The next `connection()` is a new one.
///     Err(error) if error.outcome_unknown() => {
///         let seen = router.connection().await?.call(Command::new("/system/identity/print")).await?;
///         println!("the router is called {:?}", seen.first().and_then(|row| row.get("name")));
///     }
///     Err(error) => return Err(error.into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Dialer {
    target: Target,
    login: Login,
    limits: Limits,
    /// How many attempts have ended. Whoever waited while one failed takes its error instead of trying the same again.
    attempts: AtomicU64,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    connection: Option<Connection>,
    failure: Option<Error>,
}

impl Dialer {
    /// Says how to reach a router. Nothing is opened yet.
    #[must_use]
    pub fn new(target: Target, login: Login, limits: Limits) -> Self {
        Self {
            target,
            login,
            limits,
            attempts: AtomicU64::new(0),
            line: Mutex::default(),
        }
    }

    /// The usable connection, or a new one. Callers at the same moment share one attempt and its outcome.
    ///
    /// # Errors
    /// Those of [`Connection::open`]. The next call tries again.
    pub async fn connection(&self) -> Result<Connection, Error> {
        let attempts = self.attempts.load(Ordering::Acquire);
        let mut line = self.line.lock().await;
        if let Some(connection) = line.connection.as_ref().filter(|kept| kept.is_usable()) {
            return Ok(connection.clone());
        }
        if let Some(failure) = &line.failure
            && self.attempts.load(Ordering::Acquire) != attempts
        {
            return Err(failure.clone());
        }
        // The old one has gone even if this attempt is given up half way.
        line.connection = None;
        let opened = Connection::open(&self.target, &self.login, &self.limits).await;
        self.attempts.fetch_add(1, Ordering::Release);
        line.failure = opened.as_ref().err().cloned();
        line.connection = opened.as_ref().ok().cloned();
        opened
    }

    /// Where it connects to.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Closes the connection, if there is one, for all who hold it. The next [`connection`](Self::connection) opens another.
    pub async fn hang_up(&self) {
        if let Some(connection) = self.line.lock().await.connection.take() {
            connection.close();
        }
    }
}
