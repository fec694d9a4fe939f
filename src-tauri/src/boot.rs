//! From the words of the command line to an open office: where its data is, which database, where its secrets are.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use office::secrets::{Keyring, SecretFile, Secrets};
use office::{Error, Kind, Office, Parts, SystemClock};
use secrecy::SecretString;
use store::{Location, Store};

use crate::command_line::{Place, SecretsPlace};
use crate::{remembered, voice};

/// The name of the database file in the data directory.
pub(crate) const DATABASE: &str = "sambung.sqlite";
/// The name of the encrypted file in the data directory.
const SECRETS: &str = "secrets.sambung";
/// What the folders of [`scratch`] are called.
const SCRATCH: &str = "sambung-scratch-";

/// The fewest characters of a passphrase for the encrypted file. It guards router passwords on a machine that others may
/// reach, and a file can be tried at leisure: the least that NIST SP 800-63B allows for a chosen password.
const LEAST_PASSPHRASE: usize = 8;

/// The name of the file whose lock says that the office is open on this machine.
const OCCUPIED: &str = "sambung.lock";

/// Holds the office open, together with other copies of the program (the tray and the command line may run side by side),
/// until the process ends. `alone` wants it for this copy only, as replacing the database does.
///
/// # Errors
/// `office_open` when other copies have it open, or one has it alone.
pub(crate) fn occupy(data_dir: &Path, alone: bool) -> Result<File, Error> {
    let cannot = |error: std::io::Error| unwritten(data_dir, &error);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(data_dir.join(OCCUPIED))
        .map_err(cannot)?;
    let locked = match file.try_lock() {
        Ok(()) => {
            sweep(data_dir);
            if alone {
                Ok(())
            } else {
                file.unlock()
                    .map_err(TryLockError::Error)
                    .and_then(|()| file.try_lock_shared())
            }
        }
        Err(TryLockError::WouldBlock) if !alone => file.try_lock_shared(),
        refused => refused,
    };
    match locked {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            Kind::Unavailable,
            "office_open",
            "Kantor ini sedang dibuka Sambung yang lain (jendela, tray, atau serve). Tutup dahulu, lalu ulangi; tidak ada \
             yang berubah.",
            "Another Sambung has this office open (a window, the tray or serve). Quit it and try again; nothing was changed.",
        )),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
    }
}

/// Opens the office at `place`.
///
/// # Errors
/// Whatever keeps it from opening, in the user's words.
pub(crate) async fn open(place: &Place) -> Result<Office, Error> {
    let data_dir = data_dir(place)?;
    let location = location(place, &data_dir).await?;
    hold(occupy(&data_dir, false)?);
    Office::open(parts(place, &data_dir, &location).await?).await
}

/// What the office on this database needs to open: its store, and where its secrets are.
///
/// # Errors
/// When the database cannot be opened, or the place for secrets is not there.
pub(crate) async fn parts(place: &Place, data_dir: &Path, database: &Location) -> Result<Parts, Error> {
    let clock = Arc::new(SystemClock);
    let store = Store::open(database, office::Clock::now(clock.as_ref())).await?;
    Ok(Parts {
        store,
        secrets: secrets(place, data_dir).await?,
        clock,
        desk: desk_name(),
        training: false,
    })
}

/// Where the office of this data folder has its secrets.
///
/// # Errors
/// `keyring_*`, `passphrase_*` and `secrets_*` when that place is not there or does not open.
pub(crate) async fn secrets(place: &Place, data_dir: &Path) -> Result<Secrets, Error> {
    Ok(match place.secrets {
        SecretsPlace::Keyring => Secrets::Keyring(Keyring::open(keyring_scope(place, data_dir))?),
        SecretsPlace::File => {
            let file = data_dir.join(SECRETS);
            let passphrase = passphrase(&file)?;
            Secrets::File(SecretFile::open(file, passphrase).await?)
        }
    })
}

/// Refuses while a desk is connected to the server that the database is on; for a file, [`occupy`] knows.
///
/// # Errors
/// `office_open`, and `database_*` when the server cannot be asked.
pub(crate) async fn nobody_connected(location: &Location) -> Result<(), Error> {
    // A server takes a moment to notice that a program which ended is gone.
    for _ in 0..10 {
        if store::connected(location).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    Err(Error::new(
        Kind::Unavailable,
        "office_open",
        "Kantor ini sedang dibuka di meja lain. Tutup Sambung di semua meja, lalu ulangi; tidak ada yang berubah.",
        "Another desk has this office open. Quit Sambung at every desk and try again; nothing was changed.",
    ))
}

/// The passphrase of the encrypted file. A short one is refused where it would make a new file; for a file that is there,
/// it is either the right one or the wrong one.
fn passphrase(file: &Path) -> Result<SecretString, Error> {
    let passphrase = std::env::var("SAMBUNG_PASSPHRASE").unwrap_or_default();
    let length = passphrase.chars().count();
    if (1..LEAST_PASSPHRASE).contains(&length) && !file.exists() {
        return Err(Error::invalid(
            "passphrase_short",
            format!(
                "Kata sandi berkas rahasia di SAMBUNG_PASSPHRASE terlalu pendek. Pakai paling sedikit {LEAST_PASSPHRASE} karakter."
            ),
            format!(
                "The passphrase of the secrets file in SAMBUNG_PASSPHRASE is too short. Use at least {LEAST_PASSPHRASE} characters."
            ),
        ));
    }
    Ok(SecretString::from(passphrase))
}

/// What keeps the credentials of two offices on one machine apart: where their data is.
fn keyring_scope(place: &Place, data_dir: &Path) -> String {
    match &place.data_dir {
        None => String::new(),
        Some(_) => std::path::absolute(data_dir)
            .unwrap_or_else(|_| data_dir.to_owned())
            .display()
            .to_string(),
    }
}

/// Keeps the lock until the process ends.
pub(crate) fn hold(lock: File) {
    static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());
    HELD.lock().unwrap_or_else(PoisonError::into_inner).push(lock);
}

/// The database that `place` names; where it names none, the server that this desk remembers, or the file in the data folder.
///
/// # Errors
/// As [`server`] and [`remembered::recall`].
pub(crate) async fn location(place: &Place, data_dir: &Path) -> Result<Location, Error> {
    if let Some(url) = &place.database_url {
        return server(url);
    }
    let server = remembered::recall(place, data_dir).await?;
    Ok(server.unwrap_or_else(|| in_file(data_dir)))
}

/// The database file of a data folder.
pub(crate) fn in_file(data_dir: &Path) -> Location {
    Location::Sqlite(data_dir.join(DATABASE))
}

/// The database server with this address.
///
/// # Errors
/// `database_url_unknown` for a URL of anything but PostgreSQL, which is wrong use. The URL is not repeated: it may hold a
/// password.
pub(crate) fn server(url: &str) -> Result<Location, Error> {
    let is_postgres = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if is_postgres {
        return Ok(Location::Postgres(url.to_owned()));
    }
    Err(Error::invalid(
        "database_url_unknown",
        "Alamat di --database-url harus berawalan postgres://. Untuk basis data dalam berkas, hilangkan saja; letaknya di \
         folder data (--data-dir).",
        "The address in --database-url must begin with postgres://. For a database in a file, leave it out; the file is in \
         the data folder (--data-dir).",
    ))
}

/// The data directory, made if it is not there.
///
/// # Errors
/// `data_dir` when it cannot be made or the operating system names none.
pub(crate) fn data_dir(place: &Place) -> Result<PathBuf, Error> {
    let dir = place.data_dir.clone().or_else(usual_data_dir).ok_or_else(|| {
        Error::new(
            Kind::Unavailable,
            "data_dir",
            "Folder data tidak ditemukan. Sebutkan dengan --data-dir.",
            "There is no folder for the data. Name one with --data-dir.",
        )
    })?;
    make_private(&dir).map_err(|error| {
        let why = voice::in_words(&error);
        Error::new(
            Kind::Unavailable,
            "data_dir",
            format!(
                "Folder data {} tidak dapat dibuat ({}). Pilih folder lain dengan --data-dir.",
                dir.display(),
                why.id
            ),
            format!(
                "The data folder {} cannot be made ({}). Choose another with --data-dir.",
                dir.display(),
                why.en
            ),
        )
    })?;
    Ok(dir)
}

/// Makes the folder; on Unix nobody but its owner may look inside, since it holds customers' names and debts. One that is
/// there already is narrowed, unless it is meant for everybody, as the system's folder for temporary files is.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(dir)?.permissions().mode();
        let (is_wide, is_for_everybody) = (mode & 0o077 != 0, mode & 0o1000 != 0);
        if is_wide && !is_for_everybody {
            let (path, mode) = (dir.display(), mode & 0o777);
            match std::fs::set_permissions(dir, std::fs::Permissions::from_mode(mode & 0o700)) {
                Ok(()) => tracing::warn!(
                    %path,
                    "others could look into the data folder (mode {mode:o}); now only its owner can"
                ),
                Err(error) => tracing::warn!(
                    %path,
                    %error,
                    "others can look into the data folder (mode {mode:o}) and it cannot be narrowed"
                ),
            }
        }
    }
    Ok(())
}

/// Removes what a program that was killed left behind: whole databases, unencrypted. Whoever makes such a folder has the office
/// open, so that nobody uses one while this copy has it alone.
fn sweep(data_dir: &Path) {
    let Ok(entries) = std::fs::read_dir(data_dir) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(SCRATCH);
        if is_ours && let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::warn!(path = %entry.path().display(), %error, "what an interrupted command left could not be removed");
        }
    }
}

/// A folder in the data folder for what must not outlive its use: an office's data, unencrypted. It is gone when it is dropped,
/// or, where the program was killed, when the office is next opened; so its maker has to [`occupy`] the office.
///
/// # Errors
/// `data_dir` when it cannot be made.
pub(crate) fn scratch(data_dir: &Path) -> Result<tempfile::TempDir, Error> {
    tempfile::Builder::new()
        .prefix(SCRATCH)
        .tempdir_in(data_dir)
        .map_err(|error| unwritten(data_dir, &error))
}

/// That the data folder cannot be written.
pub(crate) fn unwritten(data_dir: &Path, error: &std::io::Error) -> Error {
    let why = voice::in_words(error);
    let folder = data_dir.display();
    Error::new(
        Kind::Unavailable,
        "data_dir",
        format!("Folder data {folder} tidak dapat ditulisi ({}).", why.id),
        format!("The data folder {folder} cannot be written ({}).", why.en),
    )
}

/// Where the platform keeps an application's data.
fn usual_data_dir() -> Option<PathBuf> {
    let from = |variable: &str| {
        std::env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if cfg!(target_os = "windows") {
        from("APPDATA").map(|base| base.join("Sambung"))
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Application Support/Sambung"))
    } else {
        from("XDG_DATA_HOME")
            .or_else(|| from("HOME").map(|home| home.join(".local/share")))
            .map(|base| base.join("sambung"))
    }
}

/// The machine's name, for the log and for leases.
pub(crate) fn desk_name() -> String {
    let named = std::env::var("COMPUTERNAME")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok());
    let named = named.or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    named
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "desk".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_postgresql_has_a_url_and_a_wrong_one_is_not_repeated() {
        for url in [
            "postgres://kantor@10.0.0.2/sambung",
            "postgresql:///sambung?host=/run/postgresql",
        ] {
            assert!(matches!(server(url), Ok(Location::Postgres(found)) if found == url));
        }
        for url in [
            "",
            "mysql://kantor:rahasia@10.0.0.2/sambung",
            "sqlite://sambung.db",
            "sambung.db",
            "postgres://",
        ] {
            let Err(refused) = server(url) else {
                panic!("{url:?} was taken");
            };
            assert_eq!(refused.code, "database_url_unknown");
            assert!(!format!("{} {}", refused.detail.id, refused.detail.en).contains("rahasia"));
        }
    }
}
