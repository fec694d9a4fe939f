//! Making a backup: a copy of one moment, encrypted into the folder of choice under a partial name, renamed when it is on
//! the disk, and then rehearsed. A row says how far it has come.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use store::Store;
use store::backups::State;
use tempfile::TempDir;

use super::container::{self, Digest};
use super::manifest::{FORMAT, Manifest};
use super::{BackupView, folder, lease, passphrase, rehearse, remove};
use crate::actor::{Ability, Actor};
use crate::error::{Error, Kind, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Office, Request};

/// What the scratch folders are called; those of a program that was killed are found by it.
const SCRATCH: &str = "sambung-backup-";

/// Makes a backup now, and rehearses it. Answered when that is done; the list shows how far it has come. One that could not
/// be put back is an answer with the state `failed`, not an error.
#[derive(Clone, Copy, Debug)]
pub struct MakeBackup;

impl Request for MakeBackup {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = BackupView;

    async fn run(self, call: &Call<'_>) -> Result<BackupView> {
        let (office, actor, cause) = (call.office.clone(), call.actor.clone(), call.cause.clone());
        // Whoever asked may close the page meanwhile; the backup is finished all the same.
        let made = tokio::spawn(async move {
            let mut call = office.call(&actor).await;
            call.cause = cause;
            Box::pin(make(&call)).await
        });
        let id = made.await.map_err(Error::fault)??;
        let mut tx = call.read().await?;
        let row = store::backups::find(&mut tx, id).await?;
        let row = row.ok_or_else(|| Error::missing("Cadangan", "backup"))?;
        Ok(BackupView::of(row, call))
    }
}

/// Makes a backup and gives its id.
async fn make(call: &Call<'_>) -> Result<i64> {
    let target_folder = folder::present(&call.settings)?;
    let passphrase = passphrase::needed(call.office).await?;
    Box::pin(lease::alone(call.office, async {
        settle_interrupted(call).await?;
        let name = folder::file_name(&call.settings.office_name, call.now, &call.zone);
        let file = target_folder.join(name);
        let desk = call.office.desk();
        let mut tx = call.begin().await?;
        let path = file.display().to_string();
        let id = store::backups::begin(&mut tx, desk, &path, call.actor.label(), call.now).await?;
        tx.commit().await?;
        let made = make_file(call, &file, &passphrase).await;
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                ended(call, id, &path, Err(&error)).await?;
                return Err(error);
            }
        };
        let mut tx = call.begin().await?;
        let size = i64::try_from(made.size).unwrap_or(i64::MAX);
        store::backups::made(&mut tx, id, size, &made.sha256).await?;
        tx.commit().await?;
        let rehearsed = rehearse::rehearse_here(call.office, &file, &made, &passphrase).await;
        ended(call, id, &path, rehearsed.as_ref().map(|_| ())).await?;
        if rehearsed.is_ok() {
            remove::by_rule(call).await?;
        }
        Ok(id)
    }))
    .await
}

/// Writes the file: first the copy, beside the database, then what it is sealed into.
async fn make_file(call: &Call<'_>, file: &Path, passphrase: &SecretString) -> Result<Digest> {
    let scratch = scratch(call.office.store())?;
    seal_copy(
        call.office.store(),
        &Taken {
            office: call.settings.office_name.clone(),
            desk: call.office.desk().to_owned(),
            now: call.now,
        },
        passphrase,
        file,
        scratch.path(),
    )
    .await
}

/// Whose backup it is, and of when.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The office's name.
    pub office: String,
    /// The desk at which it is made.
    pub desk: String,
    /// Now.
    pub now: Timestamp,
}

/// Copies a database and seals the copy into a new file, whole or not at all. The copy lies in `scratch` for as long as that
/// takes.
///
/// # Errors
/// `file_exists`; `backup_disk_full` and `backup_not_written` when the file cannot be written; `database_*` for the copy.
pub async fn seal_copy(
    store: &Store,
    about: &Taken,
    passphrase: &SecretString,
    file: &Path,
    scratch: &Path,
) -> Result<Digest> {
    if file.exists() {
        let file = file.display();
        return Err(Error::conflict(
            "file_exists",
            format!(
                "{file} sudah ada. Cadangan lama tidak ditimpa; ulangi sebentar lagi, atau pilih nama lain."
            ),
            format!(
                "{file} exists. An older backup is not overwritten; try again in a moment, or choose another name."
            ),
        ));
    }
    let copy = scratch.join("kantor.sqlite");
    let copied = store::backup::copy(store, &copy, about.now).await?;
    let (about, passphrase, file) = (about.clone(), passphrase.clone(), file.to_owned());
    let told = file.clone();
    let sealed = tokio::task::spawn_blocking(move || {
        let digest = container::digest_of(&copy)?;
        let manifest = Manifest {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            office: about.office,
            desk: about.desk,
            taken_at: about.now.as_millisecond(),
            schema: copied.schema,
            size: digest.size,
            sha256: digest.sha256,
            holds: copied.holdings,
        };
        let partial = partial(&file);
        remove_if_there(&partial)?;
        let sealed = container::seal(&copy, &manifest, &passphrase, &partial)
            .and_then(|sealed| put_in_place(&partial, &file).map(|()| sealed).map_err(Into::into));
        if sealed.is_err() {
            // The first error is the one to tell; what is left is removed before the next one.
            let _ = std::fs::remove_file(&partial);
        }
        sealed
    });
    sealed
        .await
        .map_err(Error::fault)?
        .map_err(|error| not_written(&told, error))
}

/// What a file is called until it is whole.
fn partial(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// Gives a file its name, and waits until the folder has it too.
fn put_in_place(partial: &Path, file: &Path) -> std::io::Result<()> {
    std::fs::rename(partial, file)?;
    #[cfg(unix)]
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn remove_if_there(file: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A folder that only its owner may enter and that is gone when it is dropped: beside the database, where there is room for a
/// second one, or with the system's other temporary files where the database is on a server.
pub(super) fn scratch(store: &Store) -> Result<TempDir> {
    let beside = store.folder().filter(|folder| !folder.as_os_str().is_empty());
    let parent = beside.map_or_else(std::env::temp_dir, Path::to_owned);
    sweep(&parent);
    tempfile::Builder::new()
        .prefix(SCRATCH)
        .tempdir_in(&parent)
        .map_err(|error| not_written(&parent, container::ContainerError::Io(error)))
}

/// Removes what a program that was killed left behind: whole databases, unencrypted. Only beside a database, where nobody but
/// this office makes such folders; its lease says that none is in use.
fn sweep(parent: &Path) {
    if parent == std::env::temp_dir() {
        return;
    }
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(SCRATCH);
        if is_ours && let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::warn!(path = %entry.path().display(), %error, "what an interrupted backup left could not be removed");
        }
    }
}

/// Says of every backup that was under way at this desk that it was interrupted, and removes its unfinished file.
async fn settle_interrupted(call: &Call<'_>) -> Result<()> {
    let why = Sentence::new(
        "Sambung berhenti sebelum cadangan ini selesai, atau basis data ini dipulihkan dari cadangan itu sendiri.",
        "Sambung ended before this backup was done, or this database was restored from that very backup.",
    );
    let mut tx = call.begin().await?;
    let why = why.held_with("backup_interrupted");
    let interrupted = store::backups::interrupted(&mut tx, call.office.desk(), &why).await?;
    tx.commit().await?;
    for row in interrupted {
        let unfinished = partial(Path::new(&row.file));
        if let Err(error) = remove_if_there(&unfinished) {
            tracing::warn!(path = %unfinished.display(), %error, "an unfinished backup could not be removed");
        }
    }
    Ok(())
}

/// Writes down how a backup ended, in its row and in the log.
pub(super) async fn ended(call: &Call<'_>, id: i64, file: &str, outcome: Result<(), &Error>) -> Result<()> {
    let now = call.office.now();
    let mut tx = call.begin().await?;
    let entry = match outcome {
        Ok(()) => {
            store::backups::ended(&mut tx, id, State::Passed, None, now).await?;
            Entry::done(
                "backup_made",
                (
                    format!("Cadangan dibuat dan berhasil diuji: {file}"),
                    format!("A backup was made and rehearsed: {file}"),
                ),
            )
        }
        Err(error) => {
            let held = error.detail.held_with(error.code);
            store::backups::ended(&mut tx, id, State::Failed, Some(&held), now).await?;
            let message = (
                format!("Cadangan gagal: {}", error.detail.id),
                format!("The backup failed: {}", error.detail.en),
            );
            Entry::failed("backup_made", message).detail(json!({ "file": file, "code": error.code }))
        }
    };
    logs::record(&mut tx, call, entry.about("backup", id, file)).await?;
    Ok(tx.commit().await?)
}

/// Why a file could not be written.
fn not_written(file: &Path, error: container::ContainerError) -> Error {
    let place = file.display();
    let is_full = matches!(&error, container::ContainerError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull);
    let error_told = if is_full {
        Error::new(
            Kind::Unavailable,
            "backup_disk_full",
            format!("Disk untuk {place} penuh; cadangan tidak jadi dibuat. Kosongkan sebagian, lalu ulangi."),
            format!("The disk for {place} is full; no backup was made. Free some space and try again."),
        )
    } else {
        Error::new(
            Kind::Unavailable,
            "backup_not_written",
            format!(
                "{place} tidak dapat ditulis; cadangan tidak jadi dibuat. Periksa disk dan hak tulis foldernya."
            ),
            format!(
                "{place} cannot be written; no backup was made. Check the disk and the rights of the folder."
            ),
        )
    };
    error_told.caused_by(error)
}

/// The schedule's call, with which it is made for the office.
pub(super) async fn scheduled(office: &Office, actor: &Actor, cause: Option<String>) -> Result<i64> {
    let mut call = office.call(actor).await;
    call.cause = cause;
    Box::pin(make(&call)).await
}
