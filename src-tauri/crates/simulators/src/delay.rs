//! A wire of a chosen length: a proxy that holds every byte back for half a round trip on its way to the server and for
//! the other half on its way back.
//!
//! It delays and does nothing else: bytes are read as fast as they come and none waits for another one to arrive, so
//! throughput is not limited. It has threads instead of an asynchronous runtime because their sleep is exact to a tenth
//! of a millisecond, where a runtime's timer rounds up to the next whole one.
//!
//! A connection through it is open at once, since the kernel answers for the listener; the round trip of a real
//! handshake is therefore added to the first bytes of the client.
//!
//! ```
//! use std::time::Duration;
//! use simulators::delay::Proxy;
//! use simulators::router::{Router, RouterSpec};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let router = Router::start(RouterSpec::default()).await?;
//! let far = Proxy::start(router.addr(), Duration::from_millis(20))?;
//! // Whoever connects to `far.addr()` reaches the router over a line of 20 ms.
//! # let _ = far.addr();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

const CHUNK: usize = 64 * 1024;
/// Chunks on the wire in one direction: far beyond what a round trip of a loopback can hold.
const MOST_CHUNKS: usize = 1024;

/// A proxy that listens. Dropping it closes its port; connections that stand go on.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    wire: Arc<Wire>,
}

#[derive(Debug)]
struct Wire {
    one_way: Duration,
    closed: AtomicBool,
    connections: AtomicU64,
    to_server: AtomicU64,
    to_client: AtomicU64,
}

/// Bytes on their way, or the end of them.
struct Piece {
    due: Instant,
    bytes: Option<Vec<u8>>,
}

impl Proxy {
    /// Listens on a free port of the loopback and forwards to `server` over a line of this round trip.
    ///
    /// # Errors
    /// No port, or no thread.
    pub fn start(server: SocketAddr, round_trip: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let wire = Arc::new(Wire {
            one_way: round_trip / 2,
            closed: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            to_server: AtomicU64::new(0),
            to_client: AtomicU64::new(0),
        });
        let accepting = Arc::clone(&wire);
        thread::Builder::new()
            .name("delay".to_owned())
            .spawn(move || accept(&listener, server, &accepting))?;
        Ok(Self { address, wire })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The round trip that it adds.
    #[must_use]
    pub fn round_trip(&self) -> Duration {
        self.wire.one_way * 2
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.wire.connections.load(Ordering::Relaxed)
    }

    /// Bytes that were delivered to the server.
    #[must_use]
    pub fn to_server(&self) -> u64 {
        self.wire.to_server.load(Ordering::Relaxed)
    }

    /// Bytes that were delivered to the client.
    #[must_use]
    pub fn to_client(&self) -> u64 {
        self.wire.to_client.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.wire.closed.store(true, Ordering::Relaxed);
        // The accepting thread sleeps until somebody comes.
        drop(TcpStream::connect(self.address));
    }
}

fn accept(listener: &TcpListener, server: SocketAddr, wire: &Arc<Wire>) {
    for client in listener.incoming() {
        if wire.closed.load(Ordering::Relaxed) {
            return;
        }
        let joined = client.and_then(|client| join(client, server, wire));
        if let Err(error) = joined {
            tracing::debug!(%error, "a delayed connection did not come about");
        }
    }
}

/// Starts both directions of one connection.
fn join(client: TcpStream, server: SocketAddr, wire: &Arc<Wire>) -> io::Result<()> {
    let opened = Instant::now() + wire.one_way * 2;
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    wire.connections.fetch_add(1, Ordering::Relaxed);
    let counted = Arc::clone(wire);
    carry(
        client.try_clone()?,
        server.try_clone()?,
        wire.one_way,
        opened,
        move |bytes| counted.to_server.fetch_add(bytes, Ordering::Relaxed),
    )?;
    let counted = Arc::clone(wire);
    carry(server, client, wire.one_way, opened, move |bytes| {
        counted.to_client.fetch_add(bytes, Ordering::Relaxed)
    })
}

/// One direction: a thread that notes when bytes came, and one that delivers them when their time has come.
fn carry(
    from: TcpStream,
    to: TcpStream,
    one_way: Duration,
    opened: Instant,
    delivered: impl Fn(u64) -> u64 + Send + 'static,
) -> io::Result<()> {
    let (sender, pieces) = sync_channel(MOST_CHUNKS);
    let name = || thread::Builder::new().name("delay".to_owned());
    name().spawn(move || take(from, one_way, opened, &sender))?;
    name().spawn(move || deliver(to, &pieces, delivered))?;
    Ok(())
}

fn take(mut from: TcpStream, one_way: Duration, opened: Instant, pieces: &SyncSender<Piece>) {
    let mut chunk = vec![0; CHUNK];
    loop {
        // An error is an end like any other: the peer has gone.
        let read = from.read(&mut chunk).unwrap_or_default();
        let piece = Piece {
            due: Instant::now().max(opened) + one_way,
            bytes: chunk
                .get(..read)
                .filter(|bytes| !bytes.is_empty())
                .map(<[u8]>::to_vec),
        };
        if pieces.send(piece).is_err() {
            // Nobody can be reached on the other side any more.
            drop(from.shutdown(Shutdown::Both));
            return;
        }
        if read == 0 {
            return;
        }
    }
}

fn deliver(mut to: TcpStream, pieces: &Receiver<Piece>, delivered: impl Fn(u64) -> u64) {
    while let Ok(piece) = pieces.recv() {
        thread::sleep(piece.due.saturating_duration_since(Instant::now()));
        let Some(bytes) = piece.bytes else { break };
        // Counted first: whoever has read the bytes finds them counted.
        delivered(bytes.len() as u64);
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
    // The peer may have hung up itself.
    drop(to.shutdown(Shutdown::Write));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that sends back what it is told, and hangs up when the client has.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let mut answers = stream.try_clone().unwrap();
                    // A test that is over has hung up.
                    drop(io::copy(&mut stream, &mut answers));
                    drop(answers.shutdown(Shutdown::Write));
                });
            }
        });
        address
    }

    #[test]
    fn an_answer_takes_no_less_than_a_round_trip_and_the_handshake_another() {
        let round_trip = Duration::from_millis(40);
        let proxy = Proxy::start(echo(), round_trip).unwrap();
        let start = Instant::now();
        let mut client = TcpStream::connect(proxy.addr()).unwrap();
        let mut answer = [0; 4];
        for question in [b"satu", b"dua.", b"tiga"] {
            client.write_all(question).unwrap();
            client.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, question);
        }
        assert!(
            start.elapsed() >= round_trip * 4,
            "one for the handshake, three for the answers"
        );
        assert_eq!(
            (proxy.to_server(), proxy.to_client(), proxy.connections()),
            (12, 12, 1)
        );
    }

    #[test]
    fn everything_arrives_in_order_with_its_end_and_what_is_long_does_not_wait_for_itself() {
        let round_trip = Duration::from_millis(40);
        let proxy = Proxy::start(echo(), round_trip).unwrap();
        let sent: Vec<u8> = (0..8 * 1024 * 1024u32).map(|n| (n % 251) as u8).collect();
        let client = TcpStream::connect(proxy.addr()).unwrap();
        let mut writing = client.try_clone().unwrap();
        let copy = sent.clone();
        let writer = thread::spawn(move || {
            writing.write_all(&copy).unwrap();
            writing.shutdown(Shutdown::Write).unwrap();
        });
        let mut received = Vec::new();
        { client }.read_to_end(&mut received).unwrap();
        writer.join().unwrap();
        assert!(received == sent, "{} of {} bytes", received.len(), sent.len());
    }

    #[test]
    fn a_server_that_is_not_there_ends_the_connection() {
        let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = nobody.local_addr().unwrap();
        drop(nobody);
        let proxy = Proxy::start(address, Duration::ZERO).unwrap();
        let mut client = TcpStream::connect(proxy.addr()).unwrap();
        let read = client.read(&mut [0; 8]);
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    }

    #[test]
    fn its_port_is_closed_when_it_goes() {
        let proxy = Proxy::start(echo(), Duration::ZERO).unwrap();
        let address = proxy.addr();
        drop(proxy);
        // The accepting thread closes the port when it has woken up.
        while TcpStream::connect(address).is_ok() {
            thread::yield_now();
        }
    }
}
