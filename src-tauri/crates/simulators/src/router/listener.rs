//! The router's port: open, or held and closed while its API service is off.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::Wire;
use super::core::Core;
use super::fault::Fault;
use super::talk::{converse, ignore};
use super::tls::{Certificate, turn_away};

/// A wish of the handle: listen or not. Answered when it is so.
pub(crate) struct Switch {
    pub(crate) listen: bool,
    pub(crate) done: oneshot::Sender<io::Result<()>>,
}

/// The port in its two states. A socket that is bound but does not listen refuses connections and keeps the port.
enum Port {
    Open(TcpListener),
    Closed(TcpSocket),
}

pub(crate) type SharedCertificate = Arc<Mutex<Option<Certificate>>>;

pub(crate) fn open(address: SocketAddr) -> io::Result<TcpListener> {
    bind(address)?.listen(1024)
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Connections of a moment ago must not keep the port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

pub(crate) async fn serve(
    listener: TcpListener,
    address: SocketAddr,
    wire: Wire,
    certificate: SharedCertificate,
    core: Arc<Core>,
    mut switches: mpsc::Receiver<Switch>,
) {
    let mut port = Some(Port::Open(listener));
    loop {
        let accept = async {
            match &port {
                Some(Port::Open(listener)) => listener.accept().await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = core.off.cancelled() => return,
            accepted = accept => match accepted {
                Ok((tcp, _)) => {
                    core.connections.fetch_add(1, Ordering::Relaxed);
                    let certificate = certificate.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    tokio::spawn(welcome(tcp, wire, certificate, Arc::clone(&core)));
                }
                // Out of file descriptors, say: the next one may be accepted again.
                Err(error) => {
                    tracing::warn!(%error, "the simulated router could not accept a connection");
                    tokio::task::yield_now().await;
                }
            },
            switch = switches.recv() => {
                let Some(Switch { listen, done }) = switch else { return };
                let result = turn(&mut port, listen, address);
                if !listen {
                    core.cut_conversations();
                }
                // The handle may have lost interest.
                let _ = done.send(result);
            }
        }
    }
}

fn turn(port: &mut Option<Port>, listen: bool, address: SocketAddr) -> io::Result<()> {
    match (port.take(), listen) {
        (Some(Port::Closed(socket)), true) => *port = Some(Port::Open(socket.listen(1024)?)),
        (Some(Port::Open(listener)), false) => {
            drop(listener);
            *port = Some(Port::Closed(bind(address)?));
        }
        (None, true) => *port = Some(Port::Open(open(address)?)),
        (unchanged, _) => *port = unchanged,
    }
    Ok(())
}

async fn welcome(tcp: TcpStream, wire: Wire, certificate: Option<Certificate>, core: Arc<Core>) {
    let end = core.conversation();
    if core.turns_away() {
        return;
    }
    if core.fault() == Fault::Deaf {
        return ignore(tcp, end).await;
    }
    // Without it small answers would wait for acknowledgements; a router's own stack does the same.
    if tcp.set_nodelay(true).is_err() {
        return;
    }
    match (wire, certificate) {
        (Wire::Plain, _) => converse(tcp, core, end).await,
        (Wire::Tls, Some(certificate)) => {
            // A client that does not like the certificate goes away; that is its business.
            if let Some(Ok(stream)) = end.run_until_cancelled(certificate.acceptor.accept(tcp)).await {
                converse(stream, core, end).await;
            }
        }
        (Wire::TlsWithoutCertificate | Wire::Tls, _) => {
            if let Err(error) = turn_away(tcp).await {
                tracing::debug!(%error, "a client left before it was turned away");
            }
        }
    }
}
