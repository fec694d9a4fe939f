//! Listening to the database: what any desk commits is passed on to the feeds of this one, and settings that were changed
//! elsewhere are read anew.

use std::time::Duration;

use store::Change;
use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::office::Office;
use crate::settings::Settings;

/// The pause before a database that went away is listened to again.
const PAUSE: Duration = Duration::from_secs(1);
/// The subject under which the log has what was done to the office as a whole, its settings among it.
const OFFICE: &str = "office";

/// Listens until `shutdown`. Nothing is lost while the database is away: whoever follows reads on from where they were.
pub(super) async fn listen(office: &Office, shutdown: &CancellationToken) {
    let mut changes = office.store().changes();
    loop {
        let heard = tokio::select! {
            () = shutdown.cancelled() => break,
            heard = changes.next() => heard,
        };
        let failed = match heard {
            Ok(change) => {
                office.set_listening(true);
                pass_on(office, change).await.err()
            }
            Err(error) => Some(error.into()),
        };
        if let Some(error) = failed {
            office.set_listening(false);
            tracing::warn!(%error, "the database cannot be listened to; trying again");
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
    office.set_listening(false);
}

async fn pass_on(office: &Office, change: Change) -> Result<()> {
    let concerns_settings = match &change {
        Change::Of(words) => words.contains(OFFICE),
        Change::Anything => true,
    };
    let read = if concerns_settings {
        read_settings(office).await
    } else {
        Ok(())
    };
    // Whoever follows is told all the same: they see by themselves what can be read.
    office.tell(change);
    read
}

async fn read_settings(office: &Office) -> Result<()> {
    let mut tx = office.store().read().await?;
    let settings = Settings::load(&mut tx).await?;
    drop(tx);
    office.replace_settings(settings);
    Ok(())
}
