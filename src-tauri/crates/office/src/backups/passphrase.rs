//! The passphrase of the backups. It is kept with the secrets of a desk, so that the schedule needs nobody; a backup that is
//! put back elsewhere needs somebody who knows it. It is never read back.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, FormCheck, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Office, Request};
use crate::secrets::Name;

/// The fewest characters of a passphrase for backups: their files lie on sticks and in clouds, where they can be tried at
/// leisure.
pub const LEAST_PASSPHRASE: usize = 12;

/// Keeps the passphrase with which backups are encrypted from now on. Older ones open with the one that they were made with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupPassphrase {
    /// The passphrase; at least 12 characters.
    #[schema(value_type = String)]
    pub passphrase: SecretString,
}

impl BackupPassphrase {
    /// Refuses one that is too easy to try.
    ///
    /// # Errors
    /// `invalid`, beside the field `passphrase`.
    pub fn check(passphrase: &SecretString) -> Result<()> {
        let mut form = FormCheck::new();
        let text = passphrase.expose_secret();
        if text.chars().count() < LEAST_PASSPHRASE {
            form.refuse(
                "passphrase",
                "too_short",
                format!("Paling sedikit {LEAST_PASSPHRASE} karakter; beberapa kata yang mudah diingat sudah cukup."),
                format!("At least {LEAST_PASSPHRASE} characters; a few words that are easy to keep in mind will do."),
            );
        } else if text.chars().any(char::is_control) || text.trim() != text {
            form.refuse(
                "passphrase",
                "control_characters",
                "Tidak boleh berawal atau berakhir dengan spasi, atau berisi tanda yang tidak terbaca.",
                "It must not begin or end with a space, or hold unreadable characters.",
            );
        }
        form.finish()
    }
}

impl Request for BackupPassphrase {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = ();

    async fn run(self, call: &Call<'_>) -> Result<()> {
        BackupPassphrase::check(&self.passphrase)?;
        let secrets = call.office.secrets();
        secrets.set(&Name::backup_passphrase(), self.passphrase).await?;
        let mut tx = call.begin().await?;
        let entry = Entry::done(
            "backup_passphrase_changed",
            (
                "Kata sandi cadangan diganti",
                "The passphrase of backups was changed",
            ),
        );
        logs::record(&mut tx, call, entry).await?;
        Ok(tx.commit().await?)
    }
}

/// The passphrase of this desk; `None` where none was ever set.
pub(super) async fn kept(office: &Office) -> Result<Option<SecretString>> {
    Ok(office.secrets().get(&Name::backup_passphrase()).await?)
}

/// The same, which has to be there.
///
/// # Errors
/// `backup_passphrase_missing`.
pub(super) async fn needed(office: &Office) -> Result<SecretString> {
    kept(office).await?.ok_or_else(|| {
        Error::conflict(
            "backup_passphrase_missing",
            "Kata sandi cadangan belum ada di komputer ini. Isi di Pengaturan → Cadangan.",
            "This machine has no passphrase for backups yet. Enter it under Settings → Backups.",
        )
    })
}
