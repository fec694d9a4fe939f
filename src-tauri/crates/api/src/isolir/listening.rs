//! The page's own listener. It is open to whoever is cut off, so it keeps little of anybody: a bounded number of
//! connections, a short time for each, one answer and goodbye. It follows the setting: switched on, moved and switched
//! off without a restart.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use office::Office;
use office::isolation_page::IsolationPage;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Connections at once; further ones are closed without a word.
const MOST_CONNECTIONS: usize = 256;
/// For the head of a request.
const HEAD: Duration = Duration::from_secs(5);
/// For a connection from beginning to end.
const WHOLE: Duration = Duration::from_secs(20);
/// The largest head of a request, in bytes.
const LARGEST_HEAD: usize = 16 * 1024;
/// How long to wait before an address that is taken is tried again, or a system that has no room for connections.
const AGAIN: Duration = Duration::from_secs(30);

/// Keeps the page of an office open wherever `isolation_page.listen` says, until `stop`.
pub async fn follow(office: Office, stop: CancellationToken) {
    let mut settings = office.settings();
    let page = IsolationPage::new(office);
    loop {
        let listen = settings.borrow_and_update().isolation_page_listen.clone();
        let serving = async {
            if let Ok(address) = listen.parse::<SocketAddr>() {
                serve_at(address, &page).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        let moved = async {
            while settings.changed().await.is_ok() {
                if settings.borrow_and_update().isolation_page_listen != listen {
                    return;
                }
            }
            // The office is gone.
            std::future::pending().await
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = moved => {}
            () = serving => {}
        }
    }
}

/// Serves the page there for ever, or waits a while where that is not possible.
async fn serve_at(address: SocketAddr, page: &IsolationPage) {
    match TcpListener::bind(address).await {
        Ok(listener) => {
            tracing::info!(%address, "the isolation page is open");
            serve(listener, super::router(page.clone())).await;
        }
        Err(error) => {
            tracing::error!(%address, %error, "the isolation page cannot listen");
            sleep(AGAIN).await;
        }
    }
}

/// Serves a router to whoever connects, for ever. Dropping this closes the port; answers under way go out.
pub async fn serve(listener: TcpListener, router: Router) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Ok(place) = Arc::clone(&room).try_acquire_owned() {
                    tokio::spawn(converse(stream, peer, router.clone(), place));
                }
            }
            // The visitor left before it was greeted, or the system has no file handles: neither is the listener's end.
            Err(error) => {
                tracing::debug!(%error, "a visitor could not be let in");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, _place: OwnedSemaphorePermit) {
    let router = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LARGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    match timeout(WHOLE, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%peer, %error, "a visitor was not served"),
        Err(_) => tracing::debug!(%peer, "a visitor took too long"),
    }
}
