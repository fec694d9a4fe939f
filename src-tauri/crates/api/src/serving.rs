//! The router on a socket: TCP, compression, and an end that waits for answers under way but not for ever.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

/// How long answers that are under way get after the order to stop. An event stream never ends by itself.
const GRACE: Duration = Duration::from_secs(3);

/// Serves `router` on `listener` until `shutdown` is ready.
///
/// # Errors
/// When the socket fails.
pub async fn serve<F>(listener: TcpListener, router: Router, shutdown: F) -> std::io::Result<()>
where
    F: Future + Send + 'static,
{
    // Documents are compressed already.
    let worth_it = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/zip"));
    let router = router.layer(CompressionLayer::new().compress_when(worth_it));
    let (stopping, stopped) = oneshot::channel();
    let told = async move {
        let _ = shutdown.await;
        // Nobody listens any more where the server failed before.
        let _ = stopping.send(());
    };
    let patience = async move {
        match stopped.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(told) => served,
        () = patience => Ok(()),
    }
}
