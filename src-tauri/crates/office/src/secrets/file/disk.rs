//! How the file lies on the disk: for its owner only, changed by one process at a time, and replaced in one step.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::secrets::SecretsError;

/// The path with `ending` behind its file name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// An exclusive lock on a file beside the secrets, held until the returned handle is dropped. (Not on the secrets
/// themselves: those are replaced, and a lock on a replaced file locks nobody out.)
pub(super) fn take_turn(path: &Path) -> Result<File, SecretsError> {
    let lock = beside(path, ".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    owner_only(&mut options);
    let taken = options.open(&lock).and_then(|file| file.lock().map(|()| file));
    taken.map_err(|source| SecretsError::Io { path: lock, source })
}

/// Writes beside the file, makes it durable, and puts it in the file's place in one step.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    owner_only(&mut options);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn owner_only(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _the_users_folder_is_private_already = options;
}
