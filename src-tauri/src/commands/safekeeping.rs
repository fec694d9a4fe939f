//! `sambung backup`, `restore` and `verify`.

use std::path::Path;
use std::process::ExitCode;

use office::{Clock as _, Error, GivenUp, Kind, Office, SystemClock, Verify};
use store::{Location, Store};

use crate::command_line::Place;
use crate::commands::key;
use crate::{boot, voice};

/// How the names of rehearsals begin: copies of a backup that is about to be restored.
const REHEARSAL: &str = "rehearsed-restore-";

/// Copies the database into a new file while it is in use.
pub(super) async fn backup(place: &Place, file: &Path) -> Result<ExitCode, Error> {
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
    if let Location::Postgres(_) = boot::location(place, &boot::data_dir(place)?)? {
        return Err(Error::invalid(
            "backup_needs_a_file",
            "Basis data PostgreSQL dicadangkan dengan alatnya sendiri: pg_dump --format=custom --file=BERKAS ALAMAT, dan \
             dipulihkan dengan pg_restore.",
            "A PostgreSQL database is backed up with its own tools: pg_dump --format=custom --file=FILE ADDRESS, and restored \
             with pg_restore.",
        ));
    }
    let store = open(place).await?;
    store::backup::copy(&store, file).await?;
    voice::result(&serde_json::json!({ "file": file }).to_string());
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup in the place of the database. The backup is opened and verified first, and what stands there now is kept
/// beside it. On a machine that has not the key which sealed its passwords it is opened without them, and that is said.
pub(super) async fn restore(place: &Place, file: &Path) -> Result<ExitCode, Error> {
    let now = SystemClock.now();
    let data_dir = boot::data_dir(place)?;
    let Location::Sqlite(database) = boot::location(place, &data_dir)? else {
        return Err(Error::invalid(
            "restore_needs_a_file",
            "Basis data PostgreSQL dipulihkan dengan alatnya sendiri (pg_restore).",
            "A PostgreSQL database is restored with its own tools (pg_restore).",
        ));
    };
    let io = |error: std::io::Error| {
        let why = voice::in_words(&error);
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
    };
    if !file.is_file() {
        let file = file.display();
        return Err(Error::new(
            Kind::Missing,
            "backup_missing",
            format!("Berkas cadangan {file} tidak ada. Periksa nama dan foldernya."),
            format!("There is no backup file {file}. Check its name and folder."),
        ));
    }
    // Whoever had the office open would go on writing into the file that is replaced.
    let _alone = boot::occupy(&data_dir, true)?;
    // One that was cut off has left its copy, and everybody's data in it.
    remove_rehearsals(&data_dir).map_err(io)?;
    // The rehearsal works on a copy, since opening a database may migrate it.
    let rehearsal = data_dir.join(format!("{REHEARSAL}{}.sqlite", now.as_millisecond()));
    let given_up = match rehearse(place, &data_dir, file, &rehearsal).await {
        Ok(given_up) => given_up,
        Err(error) => {
            remove_database(&rehearsal).map_err(io)?;
            return Err(error);
        }
    };
    let mut kept = None;
    if database.exists() {
        let store = open(place).await?;
        let beside = data_dir.join(format!("before-restore-{}.sqlite", now.strftime("%Y%m%d-%H%M%S")));
        store::backup::copy(&store, &beside).await?;
        store.close().await;
        kept = Some(beside);
    }
    // A write-ahead log that stayed behind belongs to the old file and must not meet the new one; closing the store has
    // folded it in.
    remove_leftovers(&database).map_err(io)?;
    // In one step: whatever ends the process here leaves the old office or the new one. A moment without either would be
    // a moment in which the next start makes an empty one.
    std::fs::rename(&rehearsal, &database).map_err(io)?;
    key::say(&given_up);
    voice::result(
        &serde_json::json!({ "restored": database, "kept": kept, "given_up": given_up }).to_string(),
    );
    Ok(ExitCode::SUCCESS)
}

/// Takes a copy of the backup, checks it and opens it as an office; a backup that does not hold what it must is refused
/// before anything is replaced, and so is one that this machine has no place of secrets for.
async fn rehearse(place: &Place, data_dir: &Path, file: &Path, copy: &Path) -> Result<GivenUp, Error> {
    let unsound = unsound(file, copy, SystemClock.now())
        .await
        .map_err(|error| about_the_backup(file, error))?;
    if let Some(check) = unsound {
        return Err(Error::new(
            Kind::Invalid,
            "backup_unsound",
            format!("Cadangan ini tidak utuh ({check}). Pilih cadangan lain."),
            format!("This backup is not sound ({check}). Choose another."),
        ));
    }
    let parts = boot::parts(place, data_dir, &Location::Sqlite(copy.to_owned())).await?;
    let store = parts.store.clone();
    let opened = Office::open_anew(parts).await;
    store.close().await;
    opened.map(|(_, given_up)| given_up)
}

/// The first check that the copy does not pass.
async fn unsound(
    file: &Path,
    copy: &Path,
    now: jiff::Timestamp,
) -> Result<Option<&'static str>, store::Error> {
    store::backup::take_in(file, copy).await?;
    let store = Store::open(&Location::Sqlite(copy.to_owned()), now).await?;
    let mut tx = store.read().await?;
    let checks = store::verify::all(&mut tx).await;
    drop(tx);
    store.close().await;
    Ok(checks?
        .into_iter()
        .find(|check| !check.is_ok())
        .map(|check| check.name))
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

/// Removes a database file with its write-ahead log.
fn remove_database(path: &Path) -> std::io::Result<()> {
    remove_with(path, &["", "-wal", "-shm"])
}

/// Removes the rehearsals in the data folder. Only whoever has the office alone may: nobody else's is under way then.
fn remove_rehearsals(data_dir: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(data_dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(REHEARSAL) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Removes what a database left beside itself.
fn remove_leftovers(path: &Path) -> std::io::Result<()> {
    remove_with(path, &["-wal", "-shm"])
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

async fn open(place: &Place) -> Result<Store, Error> {
    let data_dir = boot::data_dir(place)?;
    Ok(Store::open(&boot::location(place, &data_dir)?, SystemClock.now()).await?)
}
