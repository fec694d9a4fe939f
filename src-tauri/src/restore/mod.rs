//! Putting a backup of either kind in the place of the office, on either engine. It is put into a scratch database first, checked
//! and opened there as an office, so that one that does not hold what it must replaces nothing; and what stands in its place
//! now is kept beside it. The command line does this at once; the window makes everything ready, and its next start puts it in
//! place, before anybody has the office open.

#[cfg(feature = "desktop")]
mod next;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use office::secrets::Name;
use office::{Error, GivenUp, Kind, Office, backups};
use secrecy::SecretString;
use serde::Serialize;
use store::holdings::Holdings;
use store::{Location, Store};
use tempfile::TempDir;

use crate::command_line::Place;
use crate::{boot, voice};

#[cfg(feature = "desktop")]
pub(crate) use next::{leave, put_in_place_of};

/// What the scratch database is called; a rehearsal leaves it under this name.
const SCRATCH: &str = "latihan.sqlite";
/// What is put in the place of the office: the scratch database as one file, without a log beside it.
const READY: &str = "siap.sqlite";

/// What a backup holds, for whoever decides about it.
#[derive(Debug, Serialize)]
pub(crate) struct Held {
    /// The office's name.
    pub(crate) office: String,
    /// The moment that it is of, epoch milliseconds; for a plain copy, when something was last done in it.
    pub(crate) taken_at: Option<i64>,
    /// The same, on the clock of the office.
    pub(crate) taken: Option<String>,
    /// The numbers.
    pub(crate) holds: Holdings,
}

/// A backup that was taken into a scratch database and checked. The scratch is gone when this is dropped.
pub(crate) struct Taken {
    scratch: TempDir,
    /// What it holds.
    pub(crate) held: Held,
}

/// A backup that was opened as an office too, and waits to be put in the place of the one that is here.
pub(crate) struct Ready {
    scratch: TempDir,
    /// What it holds.
    pub(crate) held: Held,
    /// What has to be typed again, where the key of its passwords is not on this machine.
    pub(crate) given_up: GivenUp,
}

impl Taken {
    /// Takes the backup in. `typed` is asked for the passphrase of one that the passphrase of this machine does not open.
    ///
    /// # Errors
    /// `backup_missing`, and whatever the file is not.
    pub(crate) async fn of(
        place: &Place,
        data_dir: &Path,
        file: &Path,
        typed: impl FnOnce() -> Result<SecretString, Error>,
        now: Timestamp,
    ) -> Result<Taken, Error> {
        if !file.is_file() {
            let file = file.display();
            return Err(Error::new(
                Kind::Missing,
                "backup_missing",
                format!("Berkas cadangan {file} tidak ada. Periksa nama dan foldernya."),
                format!("There is no backup file {file}. Check its name and folder."),
            ));
        }
        // On a copy, since opening a database may migrate it.
        let scratch = boot::scratch(data_dir)?;
        if backups::is_sealed(file).map_err(|error| replaced_nothing(&error))? {
            take_in_sealed(place, data_dir, file, scratch.path(), typed, now).await?;
        } else {
            take_in(file, scratch.path(), now).await?;
        }
        let held = look_into(&scratch.path().join(SCRATCH), now).await?;
        Ok(Taken { scratch, held })
    }

    /// Opens it as an office. On a machine that has not the key which sealed its passwords it is opened without them.
    ///
    /// # Errors
    /// When this machine has no place for its secrets, or its disk is full.
    pub(crate) async fn opened(self, place: &Place, data_dir: &Path, now: Timestamp) -> Result<Ready, Error> {
        let Taken { scratch, held } = self;
        let (copy, ready) = (scratch.path().join(SCRATCH), scratch.path().join(READY));
        let given_up = open_as_office(place, data_dir, &copy, &ready, now).await?;
        Ok(Ready {
            scratch,
            held,
            given_up,
        })
    }
}

impl Ready {
    /// Puts it in the place of the office at `location`, and gives where that was kept; `None` where there was none.
    ///
    /// # Errors
    /// `restore_failed` and `database_*`; then the present one is as it was.
    pub(crate) async fn put_in_place(
        &self,
        location: &Location,
        data_dir: &Path,
        now: Timestamp,
    ) -> Result<Option<PathBuf>, Error> {
        replace(location, &self.scratch.path().join(READY), data_dir, now).await
    }
}

async fn replace(
    location: &Location,
    ready: &Path,
    data_dir: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, Error> {
    match location {
        Location::Sqlite(database) => replace_file(database, ready, data_dir, now).await,
        Location::Postgres(_) => replace_on_server(location, ready, data_dir, now).await,
    }
}

/// Puts a plain copy into the scratch folder and checks it; the database there is left with this program's schema.
async fn take_in(file: &Path, scratch: &Path, now: Timestamp) -> Result<(), Error> {
    let copy = scratch.join(SCRATCH);
    let unsound = unsound(file, &copy, now)
        .await
        .map_err(|error| about_the_backup(file, error))?;
    match unsound {
        None => Ok(()),
        Some(check) => Err(Error::new(
            Kind::Invalid,
            "backup_unsound",
            format!("Cadangan ini tidak utuh ({check}). Pilih cadangan lain."),
            format!("This backup is not sound ({check}). Choose another."),
        )),
    }
}

/// The passphrase of this machine is tried first; where it does not open the file, or there is none, somebody has to know it.
async fn take_in_sealed(
    place: &Place,
    data_dir: &Path,
    file: &Path,
    scratch: &Path,
    typed: impl FnOnce() -> Result<SecretString, Error>,
    now: Timestamp,
) -> Result<(), Error> {
    let secrets = boot::secrets(place, data_dir).await?;
    if let Some(kept) = secrets.get(&Name::backup_passphrase()).await? {
        match backups::rehearse(file, &kept, scratch, now).await {
            Err(error) if error.code == "backup_passphrase_wrong" => {}
            done => return done.map(drop),
        }
    }
    backups::rehearse(file, &typed()?, scratch, now).await.map(drop)
}

/// The first check that the copy does not pass.
async fn unsound(file: &Path, copy: &Path, now: Timestamp) -> Result<Option<&'static str>, store::Error> {
    store::backup::take_in(file, copy).await?;
    failed_check(copy, now).await
}

/// The first check that a database file does not pass.
async fn failed_check(file: &Path, now: Timestamp) -> Result<Option<&'static str>, store::Error> {
    let store = Store::open(&Location::Sqlite(file.to_owned()), now).await?;
    let mut tx = store.read().await?;
    let checks = store::verify::all(&mut tx).await;
    drop(tx);
    store.close().await;
    Ok(checks?
        .into_iter()
        .find(|check| !check.is_ok())
        .map(|check| check.name))
}

/// What is in the scratch database.
async fn look_into(copy: &Path, now: Timestamp) -> Result<Held, Error> {
    let store = Store::open(&Location::Sqlite(copy.to_owned()), now).await?;
    let held = read_held(&store).await;
    store.close().await;
    held
}

async fn read_held(store: &Store) -> Result<Held, Error> {
    let mut tx = store.read().await?;
    let holds = store::holdings::of(&mut tx).await?;
    let taken = store::holdings::last_act(&mut tx).await?;
    let office = store::settings::find(&mut tx, "office.name").await?;
    let office = office.as_ref().and_then(|setting| setting.value.as_str());
    let zone = store::settings::find(&mut tx, "office.zone").await?;
    let zone = zone.as_ref().and_then(|setting| setting.value.as_str());
    let zone = TimeZone::get(zone.unwrap_or("Asia/Jakarta")).unwrap_or(TimeZone::UTC);
    Ok(Held {
        office: office.unwrap_or_default().to_owned(),
        taken_at: taken.map(|at| at.as_millisecond()),
        taken: taken.map(|at| zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()),
        holds,
    })
}

/// Opens the scratch database as an office; one that this machine has no place of secrets for is refused here. What it wrote
/// then may still be in the log beside the database, which a file that is renamed leaves behind, so it is copied as a whole.
async fn open_as_office(
    place: &Place,
    data_dir: &Path,
    copy: &Path,
    ready: &Path,
    now: Timestamp,
) -> Result<GivenUp, Error> {
    let parts = boot::parts(place, data_dir, &Location::Sqlite(copy.to_owned())).await?;
    let store = parts.store.clone();
    let opened = Office::open_anew(parts).await;
    let copied = store::backup::copy(&store, ready, now).await;
    store.close().await;
    let (_, given_up) = opened?;
    copied?;
    Ok(given_up)
}

/// Puts the file in the place of the office's own, which is kept as a copy; one that cannot be copied any more is kept as it
/// is, since a damaged database is why people restore.
async fn replace_file(
    database: &Path,
    copy: &Path,
    data_dir: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, Error> {
    let io = |error: std::io::Error| replaced_nothing(&error);
    let stamp = now.strftime("%Y%m%d-%H%M%S-%3N");
    let beside = data_dir.join(format!("before-restore-{stamp}.sqlite"));
    let mut kept = None;
    if database.exists() {
        match copy_of(database, &beside, now).await {
            Ok(()) => kept = Some(beside),
            Err(error @ (store::Error::Full | store::Error::Busy)) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "the present database cannot be read; its file is kept as it is");
                let damaged = data_dir.join(format!("before-restore-{stamp}.damaged"));
                std::fs::copy(database, &damaged).map_err(io)?;
                kept = Some(damaged);
            }
        }
    }
    // A write-ahead log that stayed behind belongs to the old file and must not meet the new one; closing the store has
    // folded it in.
    remove_with(database, &["-wal", "-shm"]).map_err(io)?;
    // In one step: whatever ends the process here leaves the old office or the new one. A moment without either would be a
    // moment in which the next start makes an empty one.
    std::fs::rename(copy, database).map_err(io)?;
    Ok(kept)
}

async fn copy_of(database: &Path, beside: &Path, now: Timestamp) -> Result<(), store::Error> {
    let store = Store::open(&Location::Sqlite(database.to_owned()), now).await?;
    let copied = store::backup::copy(&store, beside, now).await;
    store.close().await;
    copied.map(drop)
}

/// Puts the scratch database's rows in the place of those on the server, in one transaction, after these were copied into a
/// file in the data folder.
async fn replace_on_server(
    location: &Location,
    copy: &Path,
    data_dir: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, Error> {
    let server = Store::open(location, now).await?;
    let mut tx = server.read().await?;
    let is_empty = store::transfer::is_empty(&mut tx).await?;
    drop(tx);
    let kept = if is_empty {
        None
    } else {
        let beside = data_dir.join(format!(
            "before-restore-{}.sqlite",
            now.strftime("%Y%m%d-%H%M%S-%3N")
        ));
        store::backup::copy(&server, &beside, now).await?;
        Some(beside)
    };
    let scratch = Store::open(&Location::Sqlite(copy.to_owned()), now).await?;
    let mut from = scratch.read().await?;
    let mut to = server.begin().await?;
    store::transfer::replace(&mut from, &mut to).await?;
    to.commit().await?;
    drop(from);
    scratch.close().await;
    server.close().await;
    Ok(kept)
}

fn replaced_nothing(error: &std::io::Error) -> Error {
    let why = voice::in_words(error);
    Error::new(
        Kind::Unavailable,
        "restore_failed",
        format!(
            "Pemulihan gagal ({}). Basis data yang sekarang tidak berubah.",
            why.id
        ),
        format!(
            "The restore failed ({}). The present database was not changed.",
            why.en
        ),
    )
}

/// What the database says of a backup, in words about the file that was given: the office's own is as it was.
fn about_the_backup(file: &Path, error: store::Error) -> Error {
    use store::Error as E;
    let file = file.display();
    match &error {
        E::Busy | E::Full | E::ReadOnly => error.into(),
        E::Newer { .. } => Error::new(
            Kind::Unavailable,
            error.code(),
            format!(
                "Cadangan {file} dibuat oleh Sambung yang lebih baru. Pasang versi terbaru, lalu pulihkan. Tidak ada yang \
                 berubah."
            ),
            format!(
                "The backup {file} was made by a newer Sambung. Install the newest version, then restore it. Nothing was \
                 changed."
            ),
        )
        .caused_by(error),
        _ => Error::invalid(
            "backup_unreadable",
            format!("{file} bukan cadangan Sambung, atau rusak. Pilih berkas cadangan lain. Tidak ada yang berubah."),
            format!("{file} is no backup of Sambung, or is damaged. Choose another file. Nothing was changed."),
        )
        .caused_by(error),
    }
}

fn remove_with(path: &Path, suffixes: &[&str]) -> std::io::Result<()> {
    for suffix in suffixes {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(Path::new(&name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
