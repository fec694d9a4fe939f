//! How the office stands with its backups, as its first screen shows it: when one was last put back successfully, and what
//! somebody should do.

use jiff::SignedDuration;
use serde::Serialize;
use store::Tx;
use store::backups::State;
use utoipa::ToSchema;

use super::{folder, passphrase};
use crate::actor::Ability;
use crate::error::Result;
use crate::office::{Call, Request};

/// How old the last good backup may be before somebody is told.
const OLD: SignedDuration = SignedDuration::from_hours(48);

billing::text_enum! {
    /// How fresh the backups are.
    pub enum BackupFreshness as "backup freshness" {
        /// Nobody has set them up.
        Off => "off",
        /// They are set up, and none was good yet.
        Never => "never",
        /// The last one was good, and is not old.
        Fresh => "fresh",
        /// The last good one is older than two days.
        Old => "old",
        /// The last one failed.
        Failed => "failed",
    }
}

/// How the office stands with its backups.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BackupStanding {
    /// How fresh they are.
    pub freshness: BackupFreshness,
    /// The moment of the newest backup that could be put back, epoch milliseconds.
    pub last_good: Option<i64>,
    /// Why the last one failed and what to do; for whoever may change the settings.
    pub detail: Option<String>,
}

/// How the office stands with its backups, and how this desk does.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BackupSetup {
    /// How fresh they are.
    pub standing: BackupStanding,
    /// Whether this desk has a passphrase for them.
    pub has_passphrase: bool,
    /// The desk that answers, on whose disk the folder is.
    pub desk: String,
}

/// Reads how the office stands with its backups.
#[derive(Clone, Copy, Debug)]
pub struct ReadBackupStanding;

impl Request for ReadBackupStanding {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = BackupSetup;

    async fn run(self, call: &Call<'_>) -> Result<BackupSetup> {
        let has_passphrase = passphrase::kept(call.office).await?.is_some();
        let mut tx = call.read().await?;
        Ok(BackupSetup {
            standing: read(&mut tx, call).await?,
            has_passphrase,
            desk: call.office.desk().to_owned(),
        })
    }
}

/// How the office stands with its backups.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn read(tx: &mut Tx, call: &Call<'_>) -> Result<BackupStanding> {
    let good = store::backups::last_good(tx).await?;
    let newest = store::backups::newest(tx).await?;
    let failed = newest.filter(|row| row.state == State::Failed);
    let freshness = if folder::named(&call.settings).is_none() {
        BackupFreshness::Off
    } else if failed.is_some() {
        BackupFreshness::Failed
    } else {
        match &good {
            None => BackupFreshness::Never,
            // One from the future was made while the clock was wrong, and says nothing.
            Some(good) if call.now.duration_since(good.taken_at).abs() > OLD => BackupFreshness::Old,
            Some(_) => BackupFreshness::Fresh,
        }
    };
    let may_know = call.actor.may(Ability::SettingsWrite) && freshness == BackupFreshness::Failed;
    let detail = failed
        .filter(|_| may_know)
        .and_then(|row| row.error)
        .map(|error| call.told_held(&error));
    Ok(BackupStanding {
        freshness,
        last_good: good.map(|good| good.taken_at.as_millisecond()),
        detail,
    })
}
