//! `sambung restore`: a backup of either kind is put in the place of the office, on either engine. It is put into a scratch
//! database first, checked and opened there as an office, so that one that does not hold what it must replaces nothing; and
//! what stands there now is kept beside it.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use office::secrets::Name;
use office::{Clock as _, Error, GivenUp, Kind, Language, Office, SystemClock, backups};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use store::holdings::Holdings;
use store::{Location, Store};

use crate::command_line::Place;
use crate::commands::key;
use crate::commands::people::read_secret;
use crate::{boot, voice};

/// What the scratch database is called; a rehearsal leaves it under this name.
const SCRATCH: &str = "latihan.sqlite";
/// What is put in the place of the office: the scratch database as one file, without a log beside it.
const READY: &str = "siap.sqlite";

/// How a backup is put back.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// Only say what it holds.
    pub(super) show: bool,
    /// Ask nobody.
    pub(super) confirm: bool,
}

/// What a backup holds, for whoever decides about it.
#[derive(Debug, Serialize)]
struct Held {
    /// The office's name.
    office: String,
    /// The moment that it is of, epoch milliseconds; for a plain copy, when something was last done in it.
    taken_at: Option<i64>,
    /// The same, on the clock of the office.
    taken: Option<String>,
    /// The numbers.
    holds: Holdings,
}

/// Puts a backup in the place of the database. On a machine that has not the key which sealed its passwords it is opened
/// without them, and that is said.
pub(super) async fn run(place: &Place, file: &Path, how: How) -> Result<ExitCode, Error> {
    let now = SystemClock.now();
    let data_dir = boot::data_dir(place)?;
    let location = boot::location(place, &data_dir)?;
    if !file.is_file() {
        let file = file.display();
        return Err(Error::new(
            Kind::Missing,
            "backup_missing",
            format!("Berkas cadangan {file} tidak ada. Periksa nama dan foldernya."),
            format!("There is no backup file {file}. Check its name and folder."),
        ));
    }
    // Whoever had the office open would go on writing into what is replaced.
    if !how.show {
        boot::nobody_connected(&location).await?;
    }
    let _open = boot::occupy(&data_dir, !how.show)?;
    // The rehearsal works on a copy, since opening a database may migrate it. It is gone when this ends, whatever happens.
    let scratch = boot::scratch(&data_dir)?;
    let copy = scratch.path().join(SCRATCH);
    take_in(place, &data_dir, file, scratch.path(), now).await?;
    let held = look_into(&copy, now).await?;
    if how.show {
        voice::result(&json!({ "file": file, "backup": held }).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    agree(&held, how)?;
    let ready = scratch.path().join(READY);
    let given_up = open_as_office(place, &data_dir, &copy, &ready, now).await?;
    let kept = match &location {
        Location::Sqlite(database) => replace_file(database, &ready, &data_dir, now).await?,
        Location::Postgres(_) => replace_on_server(&location, &ready, &data_dir, now).await?,
    };
    key::say(&given_up);
    let result = json!({
        "restored": location.told()?, "kept": kept, "given_up": given_up, "backup": held,
    });
    voice::result(&result.to_string());
    Ok(ExitCode::SUCCESS)
}

/// Puts the backup into the scratch folder and checks it; the database there is left with this program's schema.
async fn take_in(
    place: &Place,
    data_dir: &Path,
    file: &Path,
    scratch: &Path,
    now: Timestamp,
) -> Result<(), Error> {
    let sealed = backups::is_sealed(file).map_err(|error| replaced_nothing(&error))?;
    if sealed {
        return take_in_sealed(place, data_dir, file, scratch, now).await;
    }
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
    now: Timestamp,
) -> Result<(), Error> {
    let secrets = boot::secrets(place, data_dir).await?;
    if let Some(kept) = secrets.get(&Name::backup_passphrase()).await? {
        match backups::rehearse(file, &kept, scratch, now).await {
            Err(error) if error.code == "backup_passphrase_wrong" => {}
            done => return done.map(drop),
        }
    }
    let typed = ask_passphrase()?;
    backups::rehearse(file, &typed, scratch, now).await.map(drop)
}

fn ask_passphrase() -> Result<SecretString, Error> {
    if std::io::stdin().is_terminal() {
        voice::say(match voice::language() {
            Language::Indonesian => "Kata sandi cadangan ini:",
            Language::English => "The passphrase of this backup:",
        });
    }
    read_secret()
}

/// The first check that the copy does not pass.
async fn unsound(file: &Path, copy: &Path, now: Timestamp) -> Result<Option<&'static str>, store::Error> {
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

/// Where somebody sits in front of it, says what will be put in the place of the office and waits for a yes. A script is not
/// asked: it says what it wants by calling.
fn agree(held: &Held, how: How) -> Result<(), Error> {
    if how.confirm || !std::io::stderr().is_terminal() || !std::io::stdin().is_terminal() {
        return Ok(());
    }
    let Held {
        office, taken, holds, ..
    } = held;
    let taken = taken.as_deref().unwrap_or("-");
    let (customers, invoices, payments) = (holds.customers, holds.invoices, holds.payments);
    let turnover = holds.journal.turnover;
    voice::say(&match voice::language() {
        Language::Indonesian => format!(
            "Cadangan ini: {office}, kegiatan terakhir {taken}; {customers} pelanggan, {invoices} tagihan, {payments} \
             pembayaran, jurnal {turnover}.\nData yang sekarang disimpan dulu di sampingnya, lalu diganti. Ketik YA untuk \
             melanjutkan:"
        ),
        Language::English => format!(
            "This backup: {office}, last act {taken}; {customers} customers, {invoices} invoices, {payments} payments, \
             journal {turnover}.\nWhat is here now is kept beside it and then replaced. Type YES to go on:"
        ),
    });
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(Error::fault)?;
    if ["ya", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        return Ok(());
    }
    Err(Error::conflict(
        "restore_not_confirmed",
        "Tidak jadi dipulihkan; tidak ada yang berubah.",
        "Nothing was restored; nothing was changed.",
    ))
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
