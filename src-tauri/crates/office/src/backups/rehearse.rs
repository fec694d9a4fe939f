//! The rehearsal: a backup is read back, decrypted, put into a scratch database, brought up to this program's schema, checked
//! as `verify` checks the office, and compared with what it says that the office held. What does not come through this is no
//! backup (failures.md T6).

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::SecretString;
use store::{Location, Store};

use super::container::{self, ContainerError, Digest};
use super::manifest::Manifest;
use super::{BackupView, lease, make, passphrase};
use crate::actor::Ability;
use crate::error::{Error, Kind, Result};
use crate::office::{Call, Office, Request};

/// Puts a backup of this desk into a scratch database once more, and says how that ended.
#[derive(Clone, Copy, Debug)]
pub struct RehearseBackup {
    /// Which.
    pub id: i64,
}

impl Request for RehearseBackup {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = BackupView;

    async fn run(self, call: &Call<'_>) -> Result<BackupView> {
        let missing = || Error::missing("Cadangan", "backup");
        let mut tx = call.read().await?;
        let row = store::backups::find(&mut tx, self.id)
            .await?
            .ok_or_else(missing)?;
        drop(tx);
        let Some(sha256) = row.sha256.clone().filter(|_| row.removed_at.is_none()) else {
            return Err(Error::conflict(
                "backup_gone",
                "Cadangan ini tidak punya berkas: belum selesai dibuat, atau sudah dihapus menurut aturan simpan.",
                "This backup has no file: it was not made to its end, or was removed by the rule of what is kept.",
            ));
        };
        if row.desk != call.office.desk() {
            return Err(Error::conflict(
                "backup_elsewhere",
                format!("Cadangan ini ada di komputer {}. Uji di sana.", row.desk),
                format!("This backup is on the machine {}. Rehearse it there.", row.desk),
            ));
        }
        let passphrase = passphrase::needed(call.office).await?;
        let made = Digest {
            size: u64::try_from(row.size).unwrap_or_default(),
            sha256,
        };
        let (office, actor, file) = (call.office.clone(), call.actor.clone(), PathBuf::from(&row.file));
        let (id, path) = (row.id, row.file);
        let done = tokio::spawn(async move {
            let call = office.call(&actor).await;
            Box::pin(lease::alone(&office, async {
                let rehearsed = rehearse_here(&office, &file, &made, &passphrase).await;
                if rehearsed
                    .as_ref()
                    .is_err_and(|error| error.code == WRONG_PASSPHRASE)
                {
                    // It was made with another passphrase, which says nothing of what is in it.
                    return rehearsed.map(drop);
                }
                make::ended(&call, id, &path, rehearsed.as_ref().map(|_| ())).await
            }))
            .await
        });
        done.await.map_err(Error::fault)??;
        let mut tx = call.read().await?;
        let row = store::backups::find(&mut tx, id).await?.ok_or_else(missing)?;
        Ok(BackupView::of(row, call))
    }
}

/// The code of a passphrase that opens nothing.
const WRONG_PASSPHRASE: &str = "backup_passphrase_wrong";

/// Rehearses a file of this office, which has to be the very one that was made.
pub(super) async fn rehearse_here(
    office: &Office,
    file: &Path,
    made: &Digest,
    passphrase: &SecretString,
) -> Result<Manifest> {
    let asked = file.to_owned();
    let found = tokio::task::spawn_blocking(move || container::digest_of(&asked))
        .await
        .map_err(Error::fault)?
        .map_err(|error| refused(file, ContainerError::Io(error)))?;
    if found != *made {
        return Err(refused(
            file,
            ContainerError::Damaged("its digest is not the one that was noted".to_owned()),
        ));
    }
    let scratch = make::scratch(office.store())?;
    rehearse(file, passphrase, scratch.path(), office.now()).await
}

/// Puts a backup into a scratch database in `scratch`, which must be empty, and checks it; gives what it says of itself. The
/// scratch database is left for the caller, brought up to this program's schema.
///
/// # Errors
/// `backup_missing`, `backup_unreadable`, `backup_passphrase_wrong`, `backup_damaged`, `backup_changed`, `backup_unsound`,
/// `database_newer`.
pub async fn rehearse(
    file: &Path,
    passphrase: &SecretString,
    scratch: &Path,
    now: Timestamp,
) -> Result<Manifest> {
    let copy = scratch.join("latihan.sqlite");
    let manifest = open_sealed(file, passphrase, &copy).await?;
    check(file, &copy, &manifest, now).await?;
    Ok(manifest)
}

/// Decrypts a backup into a new file and gives what it says of itself. What is in it is not looked at.
///
/// # Errors
/// `backup_missing`, `backup_unreadable`, `backup_passphrase_wrong`, `backup_damaged`, `database_newer`.
pub async fn open_sealed(file: &Path, passphrase: &SecretString, into: &Path) -> Result<Manifest> {
    let (from, passphrase, into) = (file.to_owned(), passphrase.clone(), into.to_owned());
    tokio::task::spawn_blocking(move || container::open(&from, &passphrase, &into))
        .await
        .map_err(Error::fault)?
        .map_err(|error| refused(file, error))
}

/// Whether the database holds what the manifest says, and is sound.
async fn check(file: &Path, copy: &Path, manifest: &Manifest, now: Timestamp) -> Result<()> {
    let copied = store::backup::look_at(copy).await?;
    if copied.schema != manifest.schema || copied.holdings != manifest.holds {
        let file = file.display();
        return Err(Error::new(
            Kind::Invalid,
            "backup_changed",
            format!(
                "Isi cadangan {file} bukan isi kantor saat cadangan dibuat: jumlah di jurnal atau banyaknya data berbeda. \
                 Jangan dipakai; buat cadangan baru."
            ),
            format!(
                "What is in the backup {file} is not what the office held when it was made: the journal's totals or the \
                 number of records differ. Do not use it; make a new one."
            ),
        ));
    }
    let store = Store::open(&Location::Sqlite(copy.to_owned()), now).await?;
    let unsound = unsound(&store).await;
    store.close().await;
    match unsound? {
        None => Ok(()),
        Some(check) => Err(Error::new(
            Kind::Invalid,
            "backup_unsound",
            format!(
                "Cadangan ini tidak utuh ({check}). Jalankan pemeriksaan data: mungkin data kantornya sendiri yang perlu \
                 dibetulkan."
            ),
            format!(
                "This backup is not sound ({check}). Run the check of the data: it may be the office's own data that needs \
                 mending."
            ),
        )),
    }
}

/// The first check of `verify` that a database does not pass.
pub(crate) async fn unsound(store: &Store) -> Result<Option<&'static str>> {
    let mut tx = store.read().await?;
    let checks = store::verify::all(&mut tx).await?;
    if let Some(check) = checks.into_iter().find(|check| !check.is_ok()) {
        return Ok(Some(check.name));
    }
    let chain = store::billing_logs::seal::verify(&mut tx).await?;
    Ok((!chain.is_sound()).then_some("log_chain"))
}

/// Why a file could not be opened, in words about that file.
fn refused(file: &Path, error: ContainerError) -> Error {
    let file = file.display();
    let (kind, code, id, en) = match &error {
        ContainerError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => (
            Kind::Missing,
            "backup_missing",
            format!(
                "Berkas cadangan {file} tidak ada. Periksa nama dan foldernya, dan apakah disknya terpasang."
            ),
            format!(
                "There is no backup file {file}. Check its name and folder, and whether its disk is plugged in."
            ),
        ),
        ContainerError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => (
            Kind::Unavailable,
            "backup_no_room",
            format!("Disk terlalu penuh untuk membuka cadangan {file}. Kosongkan sebagian, lalu ulangi."),
            format!("The disk is too full to open the backup {file}. Free some space and try again."),
        ),
        ContainerError::Io(_) => (
            Kind::Unavailable,
            "backup_unreadable",
            format!("Cadangan {file} tidak dapat dibaca. Periksa disk dan hak bacanya."),
            format!("The backup {file} cannot be read. Check the disk and the rights of the file."),
        ),
        ContainerError::NotSealed => (
            Kind::Invalid,
            "backup_unreadable",
            format!("{file} bukan cadangan Sambung, atau rusak. Pilih berkas cadangan lain."),
            format!("{file} is no backup of Sambung, or is damaged. Choose another file."),
        ),
        ContainerError::WrongPassphrase => (
            Kind::Invalid,
            WRONG_PASSPHRASE,
            format!(
                "Kata sandi ini tidak membuka cadangan {file}. Pakai kata sandi saat cadangan itu dibuat."
            ),
            format!("This passphrase does not open the backup {file}. Use the one with which it was made."),
        ),
        ContainerError::Damaged(_) => (
            Kind::Invalid,
            "backup_damaged",
            format!(
                "Cadangan {file} rusak: terpotong atau berubah sejak dibuat. Pilih yang lain, dan periksa disknya."
            ),
            format!(
                "The backup {file} is damaged: cut short or changed since it was made. Choose another, and check the disk."
            ),
        ),
        ContainerError::Newer(_) => (
            Kind::Unavailable,
            "database_newer",
            format!(
                "Cadangan {file} dibuat oleh Sambung yang lebih baru. Pasang versi terbaru, lalu ulangi."
            ),
            format!(
                "The backup {file} was made by a newer Sambung. Install the newest version and try again."
            ),
        ),
    };
    Error::new(kind, code, id, en).caused_by(error)
}

#[cfg(test)]
mod tests;
