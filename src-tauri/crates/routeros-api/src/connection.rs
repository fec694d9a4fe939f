//! A connection to one router: opened once, logged in once, shared by as many callers as like.
//!
//! One task reads and one writes; a call only leaves its sentence with the writer and waits for the answer with its
//! tag. A call that is dropped therefore neither cuts a sentence in two nor leaves an answer for the next one. A
//! connection that erred (garbage, a time limit, an end in mid-reply) fails all its calls and takes no more.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, StreamExt as _};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::codec::Decoder;
use crate::command::Command;
use crate::dispatch::{Dispatch, Sink};
use crate::error::{Error, Stage};
use crate::login::{self, Exchange, Login};
use crate::other_wire;
use crate::reply::Reply;
use crate::stream::RowStream;
use crate::target::{Limits, Target, TlsMode};
use crate::tls::{self, Fingerprint};
use crate::window::Window;

/// Sentences that wait are written together up to this many bytes.
const WRITE_CHUNK: usize = 64 * 1024;
const READ_CHUNK: usize = 64 * 1024;
/// Up to the so-manieth part of the places under way counts as few commands.
const FEW: usize = 4;

/// A handle on an open connection. Clones share it; it closes when the last one goes.
///
/// ```
/// # use routeros_api::{Command, Connection, Limits, Login, Target};
/// # use simulators::router::{Router, RouterSpec};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let simulated = Router::start(RouterSpec::default()).await?;
/// let target = Target::plain("127.0.0.1").with_port(simulated.addr().port());
/// let router = Connection::open(&target, &Login::new("admin", ""), &Limits::default()).await?;
///
/// let made = router
///     .call(Command::new("/ppp/secret/add").attribute("name", "budi").attribute("password", "rahasia"))
///     .await?;
/// let id = made.ret.ok_or("an add returns the new item's id")?;
///
/// let refused = router.call(Command::new("/ppp/secret/remove").attribute(".id", "*FFFF")).await;
/// assert!(refused.is_err_and(|error| error.is_no_such_item()));
/// router.call(Command::new("/ppp/secret/remove").attribute(".id", id)).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Connection {
    inner: Arc<Inner>,
}

struct Inner {
    dispatch: Arc<Dispatch>,
    permits: Arc<Semaphore>,
    command_limit: Duration,
    in_flight: usize,
    /// What many callers leave of the places to one who comes with few commands.
    gate: Semaphore,
    /// Who comes with many holds it until the last of them is on its way.
    turn: Mutex<()>,
    fingerprint: Option<Fingerprint>,
    // Ends both tasks when the last handle goes.
    _closing: DropGuard,
    closing: CancellationToken,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("usable", &self.is_usable())
            .finish_non_exhaustive()
    }
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Wire for S {}

impl Connection {
    /// Connects, shakes hands if TLS is wanted, and logs in.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::TimedOut`], [`Error::TlsHandshake`], [`Error::NotTls`], [`Error::SpeaksTls`],
    /// [`Error::CertificateChanged`], [`Error::BadLogin`], [`Error::NotEnoughPermissions`], or what a peer that is no
    /// router causes.
    pub async fn open(target: &Target, login: &Login, limits: &Limits) -> Result<Self, Error> {
        let tcp = connect(target, limits.connect).await?;
        let expected = match target.tls {
            TlsMode::Plain => {
                let mut heard = None;
                return match Self::start(Box::new(tcp), None, login, limits, &mut heard).await {
                    Err(error) if other_wire::may_be(&error) && other_wire::may_be_tls(heard) => {
                        Err(other_wire(target, limits).await.unwrap_or(error))
                    }
                    started => started,
                };
            }
            TlsMode::TrustFirst => None,
            TlsMode::Pinned(fingerprint) => Some(fingerprint),
        };
        let shaken = timeout(
            limits.connect,
            Box::pin(tls::handshake(tcp, expected, target.port)),
        )
        .await
        .unwrap_or(Err(Error::TimedOut {
            stage: Stage::Tls,
            limit: limits.connect,
        }));
        let (stream, shown) = match shaken {
            Err(error) if other_wire::may_be(&error) => {
                return Err(other_wire(target, limits).await.unwrap_or(error));
            }
            shaken => shaken?,
        };
        Self::start(Box::new(stream), Some(shown), login, limits, &mut None).await
    }

    /// Logs in over a stream that stands already: a tunnel, a serial line, a peer in a test. Nothing is encrypted here.
    ///
    /// ```
    /// # use routeros_api::{Command, Connection, Limits, Login};
    /// # use simulators::router::{Router, RouterSpec};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let router = Router::start(RouterSpec::default()).await?;
    /// let tunnel = tokio::net::TcpStream::connect(router.addr()).await?;
    /// let router = Connection::over(tunnel, &Login::new("admin", ""), &Limits::default()).await?;
    /// assert_eq!(router.call(Command::new("/system/identity/print")).await?.rows.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of a login: [`Error::TimedOut`], [`Error::BadLogin`], [`Error::NotEnoughPermissions`], or what a peer that is
    /// no router causes.
    pub async fn over<S>(stream: S, login: &Login, limits: &Limits) -> Result<Self, Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        Self::start(Box::new(stream), None, login, limits, &mut None).await
    }

    /// Logs in; `heard` becomes the first byte that came.
    async fn start(
        mut wire: Box<dyn Wire>,
        fingerprint: Option<Fingerprint>,
        login: &Login,
        limits: &Limits,
        heard: &mut Option<u8>,
    ) -> Result<Self, Error> {
        let mut decoder = Decoder::of_replies();
        let mut buffer = BytesMut::with_capacity(READ_CHUNK);
        let exchange = Exchange {
            stream: &mut wire,
            decoder: &mut decoder,
            buffer: &mut buffer,
            heard,
        };
        timeout(limits.login, login::log_in(exchange, login))
            .await
            .map_err(|_| Error::TimedOut {
                stage: Stage::Login,
                limit: limits.login,
            })??;

        let (outgoing, sentences) = mpsc::unbounded_channel();
        let window = Window::new(limits.in_flight, limits.slow_after);
        let permits = window.permits();
        let dispatch = Arc::new(Dispatch::new(window, limits.reply_bytes, limits.idle, outgoing));
        let closing = CancellationToken::new();
        let (read, write) = tokio::io::split(wire);
        tokio::spawn(read_replies(
            read,
            decoder,
            buffer,
            Arc::clone(&dispatch),
            closing.clone(),
        ));
        tokio::spawn(write_sentences(
            write,
            sentences,
            Arc::clone(&dispatch),
            closing.clone(),
        ));
        let inner = Inner {
            dispatch,
            permits,
            command_limit: limits.command,
            in_flight: limits.in_flight.max(1),
            gate: Semaphore::new(limits.in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            turn: Mutex::new(()),
            fingerprint,
            _closing: closing.clone().drop_guard(),
            closing,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Sends a command and waits for its whole answer. Waiting for a turn does not count against the time limit.
    ///
    /// The call may be dropped at any moment: its answer is then thrown away when it comes. The command itself may
    /// have been sent.
    ///
    /// # Errors
    /// Every `!trap` is one; see [`Error`].
    pub async fn call(&self, command: Command) -> Result<Reply, Error> {
        let permit = Arc::clone(&self.inner.permits)
            .acquire_owned()
            .await
            .map_err(|_| self.unusable())?;
        let (caller, answer) = oneshot::channel();
        let limit = command.limit(self.inner.command_limit);
        self.inner.dispatch.send(
            &command,
            limit,
            Sink::Whole {
                rows: Vec::new(),
                caller,
            },
            Some(permit),
        )?;
        answer.await.unwrap_or_else(|_| {
            Err(Error::Closed {
                reason: "the connection was closed".to_owned(),
            })
        })
    }

    /// Sends all commands without waiting in between, as many at a time as the limits allow; the answers stand in the
    /// order of the commands.
    ///
    /// They start in their order, but a router may carry them out in any: see [`Connection::side_by_side`] for those that
    /// depend on one another. One refusal does not stop the others. However many they are, a call or a few that come
    /// meanwhile have the next free place: what waits here waits at a gate of its own.
    pub async fn call_all(&self, commands: Vec<Command>) -> Vec<Result<Reply, Error>> {
        self.side_by_side(commands.into_iter().map(|command| self.call(command)))
            .await
    }

    /// Does pieces of work on this connection side by side, as many at a time as the limits allow; what they come to stands
    /// in their order. Within a piece a call waits for the one before it, so that a change may be followed by what depends
    /// on it without waiting for the changes of all the others. It is as fair to calls that come meanwhile as
    /// [`Connection::call_all`]. Of two with many pieces the first is sent first, so a piece must not begin another such
    /// work and wait for it.
    ///
    /// ```
    /// # use routeros_api::{Command, Connection, Limits, Login, Query, Target};
    /// # use simulators::router::{Profile, Router, RouterSpec, Secret};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let simulated = Router::start(RouterSpec::default()).await?;
    /// # simulated.load_profiles([Profile::new("isolated", "64k/64k")]);
    /// # simulated.load_secrets(["budi", "siti"].map(|name| Secret::new(name, "x")));
    /// # simulated.dial("budi");
    /// # simulated.dial("siti");
    /// # let target = Target::plain("127.0.0.1").with_port(simulated.addr().port());
    /// # let router = Connection::open(&target, &Login::new("admin", ""), &Limits::default()).await?;
    /// let close = async |name: &str| {
    ///     let find = |menu| Command::new(menu).proplist([".id"]).query(Query::equals("name", name));
    ///     let secret = router.call(find("/ppp/secret/print")).await?;
    ///     for row in &secret.rows {
    ///         let set = Command::new("/ppp/secret/set").attribute(".id", row.require(".id")?);
    ///         router.call(set.attribute("profile", "isolated")).await?;
    ///     }
    ///     // A session that dialled before the change goes on as it was.
    ///     let sessions = router.call(find("/ppp/active/print")).await?;
    ///     for row in &sessions.rows {
    ///         let remove = Command::new("/ppp/active/remove").attribute(".id", row.require(".id")?);
    ///         router.call(remove).await?;
    ///     }
    ///     Ok::<_, Box<dyn std::error::Error>>(sessions.rows.len())
    /// };
    /// for dropped in router.side_by_side(["budi", "siti"].map(close)).await {
    ///     assert_eq!(dropped?, 1);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn side_by_side<P: Future>(&self, pieces: impl IntoIterator<Item = P>) -> Vec<P::Output> {
        let pieces: Vec<P> = pieces.into_iter().collect();
        let is_few = pieces.len() <= self.inner.in_flight / FEW;
        // Of two with many pieces the first goes first: it can use its answers while the other one's are on their way.
        let mut turn = match is_few {
            true => None,
            false => Some(self.inner.turn.lock().await),
        };
        let last = pieces.len().saturating_sub(1);
        let at_the_gate = pieces.into_iter().enumerate().map(|(place, piece)| {
            let turn = turn.take_if(|_| place == last);
            async move {
                // The gate is never closed; where it were, the calls themselves say what is wrong.
                let _gate = if is_few {
                    None
                } else {
                    self.inner.gate.acquire().await.ok()
                };
                // With the last one through, the next may follow.
                drop(turn);
                (place, piece.await)
            }
        });
        let mut ends: Vec<_> = stream::iter(at_the_gate)
            .buffer_unordered(self.inner.in_flight)
            .collect()
            .await;
        ends.sort_unstable_by_key(|(place, _)| *place);
        ends.into_iter().map(|(_, end)| end).collect()
    }

    /// Sends a command and gives its rows as they come, for long lists and for commands that never end.
    ///
    /// Dropping the stream cancels the command on the router. Rows that nobody takes are kept up to the limit for
    /// replies; beyond it the stream fails, and the other calls go on.
    ///
    /// # Errors
    /// [`Error::Unusable`], [`Error::CommandTooLarge`]; later ones come through the stream.
    pub async fn stream(&self, command: Command) -> Result<RowStream, Error> {
        let permit = Arc::clone(&self.inner.permits)
            .acquire_owned()
            .await
            .map_err(|_| self.unusable())?;
        RowStream::start(self.clone(), &command, permit)
    }

    /// Follows a menu such as `/ppp/active`: a row for each item that is made or changed from now on, and one with
    /// `.dead` for each that goes. It has no time limit, ends when it is dropped or cancelled, and takes one of the
    /// places [under way](Limits::in_flight) all the while.
    ///
    /// The items that are there already are not among the rows; a `print` after the start gives them, and what changes
    /// in between comes in both.
    ///
    /// ```
    /// # use routeros_api::{Command, Connection, Limits, Login, Target};
    /// # use simulators::router::{Router, RouterSpec, Secret};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let simulated = Router::start(RouterSpec::default()).await?;
    /// # simulated.load_secrets([Secret::new("budi", "x")]);
    /// # let target = Target::plain("127.0.0.1").with_port(simulated.addr().port());
    /// # let router = Connection::open(&target, &Login::new("admin", ""), &Limits::default()).await?;
    /// let mut sessions = router.listen("/ppp/active", [".id", "name"]).await?;
    /// # router.call(Command::new("/system/identity/print")).await?;
    /// simulated.dial("budi");
    /// let row = sessions.next_row().await.ok_or("it does not end by itself")??;
    /// assert_eq!(row.get("name"), Some("budi"));
    ///
    /// simulated.hang_up("budi");
    /// let row = sessions.next_row().await.ok_or("it does not end by itself")??;
    /// assert!(row.flag(".dead")?);
    /// sessions.cancel().await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Unusable`], [`Error::CommandTooLarge`]; later ones come through the stream.
    pub async fn listen<I>(&self, menu: &str, properties: I) -> Result<RowStream, Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let command = Command::new(format!("{}/listen", menu.trim_end_matches('/')))
            .proplist(properties)
            .without_time_limit();
        self.stream(command).await
    }

    /// Whether further calls can be made. `false` is final: open another connection.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.inner.dispatch.given_up().is_none()
    }

    /// The certificate that the router showed; `None` without TLS.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        self.inner.fingerprint
    }

    /// How many commands may be under way at present: the limit, or less while the router is slow.
    #[must_use]
    pub fn in_flight_limit(&self) -> usize {
        self.inner.dispatch.window()
    }

    /// Closes the connection for all its handles. Calls under way fail with [`Error::Closed`].
    pub fn close(&self) {
        self.inner.dispatch.give_up(&Error::Closed {
            reason: "it was closed on this side".to_owned(),
        });
        self.inner.closing.cancel();
    }

    pub(crate) fn dispatch(&self) -> &Dispatch {
        &self.inner.dispatch
    }

    pub(crate) fn command_limit(&self) -> Duration {
        self.inner.command_limit
    }

    fn unusable(&self) -> Error {
        Error::Unusable {
            reason: self.inner.dispatch.given_up().unwrap_or_default(),
        }
    }
}

/// What to say instead of a failure where the port speaks the other way.
async fn other_wire(target: &Target, limits: &Limits) -> Option<Error> {
    let again = connect(target, limits.connect).await.ok()?;
    Box::pin(other_wire::look(target, again, limits.connect)).await
}

async fn connect(target: &Target, limit: Duration) -> Result<TcpStream, Error> {
    let address = match target.host.contains(':') {
        true => format!("[{}]:{}", target.host, target.port),
        false => format!("{}:{}", target.host, target.port),
    };
    let unreachable = |error: std::io::Error| Error::Unreachable {
        address: address.clone(),
        reason: error.to_string(),
    };
    let tcp = timeout(limit, TcpStream::connect((target.host.as_str(), target.port)))
        .await
        .map_err(|_| Error::TimedOut {
            stage: Stage::Connect,
            limit,
        })?
        .map_err(unreachable)?;
    // Without it a sentence may wait for the acknowledgement of the one before, up to 40 ms each.
    tcp.set_nodelay(true).map_err(unreachable)?;
    Ok(tcp)
}

async fn read_replies(
    mut wire: ReadHalf<Box<dyn Wire>>,
    mut decoder: Decoder,
    mut buffer: BytesMut,
    dispatch: Arc<Dispatch>,
    closing: CancellationToken,
) {
    let ended = loop {
        match receive_all(&mut decoder, &mut buffer, &dispatch) {
            Ok(()) => {}
            Err(error) => break error,
        }
        let deadline = dispatch.next_deadline();
        buffer.reserve(READ_CHUNK);
        tokio::select! {
            () = closing.cancelled() => break Error::Closed { reason: "it was closed on this side".to_owned() },
            read = wire.read_buf(&mut buffer) => match read {
                Ok(0) if decoder.is_mid_sentence() || !buffer.is_empty() => {
                    break Error::Closed { reason: "the router hung up in the middle of an answer".to_owned() };
                }
                Ok(0) => break Error::Closed { reason: "the router hung up".to_owned() },
                Ok(_) => {}
                Err(error) => break Error::Closed { reason: error.to_string() },
            },
            () = dispatch.rearmed() => {}
            () = at(deadline) => if dispatch.expire(Instant::now()) {
                break Error::Closed { reason: "a time limit ran out".to_owned() };
            },
        }
    };
    dispatch.give_up(&ended);
    closing.cancel();
}

fn receive_all(decoder: &mut Decoder, buffer: &mut BytesMut, dispatch: &Dispatch) -> Result<(), Error> {
    while let Some(sentence) = decoder.decode(buffer)? {
        dispatch.receive(&sentence)?;
    }
    Ok(())
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

async fn write_sentences(
    mut wire: WriteHalf<Box<dyn Wire>>,
    mut sentences: mpsc::UnboundedReceiver<Bytes>,
    dispatch: Arc<Dispatch>,
    closing: CancellationToken,
) {
    let writing = async {
        while let Some(first) = sentences.recv().await {
            // A sentence always goes out whole; those that wait behind it share its write.
            let mut bytes = first.to_vec();
            while bytes.len() < WRITE_CHUNK
                && let Ok(next) = sentences.try_recv()
            {
                bytes.extend_from_slice(&next);
            }
            wire.write_all(&bytes).await?;
            wire.flush().await?;
        }
        Ok::<(), std::io::Error>(())
    };
    let written = closing.run_until_cancelled(writing).await;
    if let Some(Err(error)) = written {
        dispatch.give_up(&Error::Closed {
            reason: error.to_string(),
        });
        closing.cancel();
    }
    // The peer may have gone; saying goodbye is a courtesy.
    let _ = timeout(Duration::from_secs(1), wire.shutdown()).await;
}
