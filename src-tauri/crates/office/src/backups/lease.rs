//! One backup at a time at a desk: the window, the tray and the command line of one machine share its disk and its memory.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::office::Office;

/// How long the lease lasts without a heartbeat; a backup that was killed blocks the next one no longer.
const LEASE: Duration = Duration::from_secs(60);

/// Does `work` while nobody else at this desk makes or rehearses a backup.
///
/// # Errors
/// `backup_running` when somebody does, and whatever the work says.
pub(super) async fn alone<T>(office: &Office, work: impl Future<Output = Result<T>>) -> Result<T> {
    let name = format!("backup:{}", office.desk());
    // Two clones of one program share a process, so the process alone does not tell two backups apart.
    let owner = format!("{}/{}", std::process::id(), rand::random::<u64>());
    if !hold(office, &name, &owner).await? {
        return Err(Error::conflict(
            "backup_running",
            "Cadangan lain sedang dibuat atau diuji di komputer ini. Tunggu sampai selesai.",
            "Another backup is being made or rehearsed on this machine. Wait until it is done.",
        ));
    }
    tokio::pin!(work);
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            () = tokio::time::sleep(LEASE / 3) => {
                if let Err(error) = hold(office, &name, &owner).await {
                    // The next heartbeat may come through; a backup is not given up for one that did not.
                    tracing::warn!(code = error.code, "the lease of a backup was not renewed");
                }
            }
        }
    };
    let mut tx = office.store().begin().await?;
    store::leases::release(&mut tx, &name, &owner).await?;
    tx.commit().await?;
    done
}

async fn hold(office: &Office, name: &str, owner: &str) -> Result<bool> {
    let mut tx = office.store().begin().await?;
    let ours = store::leases::acquire(&mut tx, name, owner, LEASE).await?;
    tx.commit().await?;
    Ok(ours)
}
