//! Being there: a desk that works says so a few times a minute, with the routers that it can log in to.

use std::time::Duration;

use store::desks::Presence;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::desks::{listening, reach};
use crate::error::Result;
use crate::office::Office;

/// How often a desk says that it is there.
const REPORT: Duration = Duration::from_secs(15);
/// How long a desk counts as there without a word.
pub(super) const ABSENT_AFTER: Duration = Duration::from_secs(45);

/// Keeps this desk on the list and listens to the others until `shutdown`.
pub fn spawn(office: Office, shutdown: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let reporting = keep_reporting(&office, &shutdown);
        let listening = listening::listen(&office, &shutdown);
        tokio::join!(reporting, listening);
    })
}

async fn keep_reporting(office: &Office, shutdown: &CancellationToken) {
    loop {
        if let Err(error) = report(office).await {
            // A database that is away comes back.
            tracing::debug!(%error, "this desk could not say that it is there");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(REPORT) => {}
        }
    }
}

/// Says that this desk is there.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) async fn report(office: &Office) -> Result<()> {
    let mut tx = office.store().read().await?;
    let routers = store::routers::all(&mut tx).await?;
    drop(tx);
    let mut known = Vec::new();
    for router in routers {
        match reach::knows(office, router.id).await {
            Ok(true) => known.push(router.id),
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "a router's password could not be looked for"),
        }
    }
    let gateways = reach::gateways(office).await.unwrap_or_default();
    let mut tx = office.store().begin().await?;
    let presence = Presence {
        id: office.desk_id(),
        name: office.desk(),
        version: env!("CARGO_PKG_VERSION"),
        routers: &known,
        gateways: &gateways,
    };
    store::desks::report(&mut tx, &presence).await?;
    store::pairings::expire(&mut tx).await?;
    Ok(tx.commit().await?)
}
