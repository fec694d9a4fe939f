//! `sambung backup` and `verify`.

use std::path::Path;
use std::process::ExitCode;

use office::backups::{BackupPassphrase, Taken, rehearse, seal_copy};
use office::secrets::Name;
use office::{Clock as _, Error, Kind, Office, SystemClock, Verify};
use secrecy::SecretString;
use serde_json::json;
use store::Store;

use crate::command_line::Place;
use crate::commands::people::read_secret;
use crate::{boot, voice};

/// Copies the database into a new file while it is in use; what is on a server becomes a file that can be put back on either.
pub(super) async fn backup(place: &Place, file: &Path, encrypt: bool) -> Result<ExitCode, Error> {
    if file.exists() {
        return Err(Error::conflict(
            "file_exists",
            format!(
                "{} sudah ada. Pilih nama lain; cadangan lama tidak ditimpa.",
                file.display()
            ),
            format!(
                "{} exists. Choose another name; an older backup is not overwritten.",
                file.display()
            ),
        ));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Error::new(
            Kind::Missing,
            "folder_missing",
            format!(
                "Folder {} tidak ada. Buat dulu, atau pilih folder lain.",
                folder.display()
            ),
            format!(
                "There is no folder {}. Make it first, or choose another.",
                folder.display()
            ),
        ));
    }
    let data_dir = boot::data_dir(place)?;
    let _open = boot::occupy(&data_dir, false)?;
    let now = SystemClock.now();
    let store = Store::open(&boot::location(place, &data_dir).await?, now).await?;
    let result = if encrypt {
        let passphrase = passphrase(place, &data_dir).await?;
        encrypted(&store, &data_dir, file, &passphrase).await?
    } else {
        let copied = store::backup::copy(&store, file, now).await?;
        json!({ "file": file, "holds": copied.holdings })
    };
    store.close().await;
    voice::result(&result.to_string());
    Ok(ExitCode::SUCCESS)
}

/// The passphrase of the scheduled backups, or the first line of standard input where there is none.
async fn passphrase(place: &Place, data_dir: &Path) -> Result<SecretString, Error> {
    let secrets = boot::secrets(place, data_dir).await?;
    if let Some(kept) = secrets.get(&Name::backup_passphrase()).await? {
        return Ok(kept);
    }
    let typed = read_secret()?;
    BackupPassphrase::check(&typed)?;
    Ok(typed)
}

/// Makes an encrypted backup, puts it back into a scratch database, and says what it holds.
async fn encrypted(
    store: &Store,
    data_dir: &Path,
    file: &Path,
    passphrase: &SecretString,
) -> Result<serde_json::Value, Error> {
    let now = SystemClock.now();
    let mut tx = store.read().await?;
    let office = store::settings::find(&mut tx, "office.name").await?;
    drop(tx);
    let taken = Taken {
        office: office
            .and_then(|name| name.value.as_str().map(str::to_owned))
            .unwrap_or_default(),
        desk: boot::desk_name(),
        now,
    };
    let scratch = boot::scratch(data_dir)?;
    let digest = seal_copy(store, &taken, passphrase, file, scratch.path()).await?;
    let scratch = boot::scratch(data_dir)?;
    let manifest = rehearse(file, passphrase, scratch.path(), now).await?;
    Ok(json!({
        "file": file, "size": digest.size, "sha256": digest.sha256, "rehearsed": true, "holds": manifest.holds,
    }))
}

/// Checks the office's data and prints what was found.
pub(super) async fn verify(office: &Office) -> Result<ExitCode, Error> {
    let verdict = office.perform(&voice::console(), Verify).await?;
    voice::result(&serde_json::to_string(&verdict).map_err(Error::fault)?);
    for check in verdict.checks.iter().filter(|check| !check.ok) {
        voice::say(&format!("{}: {}", check.name, check.wrong.join("; ")));
    }
    Ok(if verdict.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
