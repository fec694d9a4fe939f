//! Who may read a database file: on Unix its owner and nobody else, since it holds customers' names, numbers and debts.
//! A file that is there with a wider mode is narrowed, which is logged. Elsewhere the folder's own rights decide.

use std::path::Path;

/// What SQLite keeps beside a database; it gives these the mode of the database when it makes them.
#[cfg(unix)]
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Makes a new, empty file, private from its first byte on.
pub(crate) fn make(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes the file at `path` if it is not there, and narrows it and what is beside it, so that it is never readable to
/// others for a moment.
/// A file that belongs to somebody else is left as it is, with a warning.
#[cfg(unix)]
pub(crate) fn keep(path: &Path) {
    if !path.exists() {
        // Whatever keeps the file from being made, SQLite meets it as well and says it in the words that are translated.
        if let Err(error) = make(path) {
            tracing::debug!(%error, "the database file was not made beforehand");
        }
        return;
    }
    narrow(path);
    for suffix in BESIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        narrow(Path::new(&name));
    }
}

/// Takes the rights of everybody but the owner away.
#[cfg(unix)]
fn narrow(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    let Ok(metadata) = std::fs::metadata(path) else {
        return;
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return;
    }
    match std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & 0o700)) {
        Ok(()) => tracing::warn!(
            path = %path.display(),
            "others could read this file (mode {mode:o}); now only its owner can"
        ),
        Err(error) => tracing::warn!(
            path = %path.display(),
            %error,
            "others can read this file (mode {mode:o}) and it cannot be narrowed"
        ),
    }
}

#[cfg(not(unix))]
pub(crate) fn keep(_: &Path) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use super::*;
    use crate::{Location, Store};

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    }

    #[tokio::test]
    async fn nobody_else_reads_a_database_that_is_made_or_was_readable_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.sqlite");
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        for _ in 0..2 {
            let store = Store::open(&Location::Sqlite(path.clone()), now).await.unwrap();
            store.begin().await.unwrap().commit().await.unwrap();
            let beside = files(folder.path());
            assert!(beside.len() > 1, "the log of a database lies beside it");
            for file in beside {
                assert_eq!(mode(&file), 0o600, "{}", file.display());
            }
            // As an older program left it, with its log.
            for file in files(folder.path()) {
                std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
            }
            store.close().await;
        }
    }

    #[tokio::test]
    async fn nobody_else_reads_a_copy_of_a_database_or_a_backup_that_is_taken_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.sqlite");
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let store = Store::open(&Location::Sqlite(path), now).await.unwrap();
        let copy = folder.path().join("cadangan.sqlite");
        crate::backup::copy(&store, &copy, now).await.unwrap();
        assert_eq!(mode(&copy), 0o600);

        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o644)).unwrap();
        let taken = folder.path().join("dipulihkan.sqlite");
        crate::backup::take_in(&copy, &taken).await.unwrap();
        assert_eq!(mode(&taken), 0o600, "whatever the backup's own mode is");
        assert_eq!(mode(&copy), 0o644, "a file that was given is left as it is");
    }

    #[test]
    fn a_file_that_is_private_already_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.sqlite");
        std::fs::write(&path, b"").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
        keep(&path);
        assert_eq!(mode(&path), 0o400);
    }
}
