//! A backup that the window has made ready and somebody has said yes to: the next start puts it in place, since the window itself
//! has the office open. It lies in the data folder, as unencrypted as the office beside it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use office::{Clock as _, Error, SystemClock};

use super::{READY, Ready, failed_check, remove_with, replace, replaced_nothing};
use crate::boot;
use crate::command_line::Place;
use crate::desktop::Restored;

/// What is to be put in place.
const NEXT: &str = "restore-next.sqlite";

/// Leaves it for the next start.
///
/// # Errors
/// `restore_failed` when the data folder cannot be written.
pub(crate) fn leave(ready: &Ready, data_dir: &Path) -> Result<(), Error> {
    std::fs::rename(ready.scratch.path().join(READY), data_dir.join(NEXT))
        .map_err(|error| replaced_nothing(&error))
}

/// Puts what was left in the place of the office that `place` names, and says so. `None` where nothing was left. One that
/// cannot be put in place is not tried again.
///
/// # Errors
/// `office_open` while another copy has the office open, and as [`Ready::put_in_place`].
pub(crate) async fn put_in_place_of(place: &Place) -> Result<Option<Restored>, Error> {
    let data_dir = boot::data_dir(place)?;
    let next = data_dir.join(NEXT);
    if !next.exists() {
        return Ok(None);
    }
    let put = put(place, &data_dir, &next).await;
    remove_with(&next, &["", "-wal", "-shm"]).map_err(|error| replaced_nothing(&error))?;
    put.map(|kept| Some(Restored { kept }))
}

async fn put(place: &Place, data_dir: &Path, next: &Path) -> Result<Option<PathBuf>, Error> {
    let location = boot::location(place, data_dir).await?;
    boot::nobody_connected(&location).await?;
    let _alone = alone(data_dir).await?;
    let now = SystemClock.now();
    still_sound(next, now).await?;
    replace(&location, next, data_dir, now).await
}

/// It was checked before it was left; a machine that lost its power since may have lost a part of it.
async fn still_sound(next: &Path, now: Timestamp) -> Result<(), Error> {
    let unsound = || {
        Error::invalid(
            "backup_unsound",
            "Cadangan yang menunggu dipulihkan tidak utuh lagi. Tidak ada yang berubah: buka Sambung lagi, lalu pulihkan lagi \
             dari berkas cadangannya.",
            "The backup that waited to be restored is no longer sound. Nothing was changed: open Sambung again and restore it \
             once more from its file.",
        )
    };
    match failed_check(next, now).await {
        Ok(None) => Ok(()),
        Ok(Some(_)) => Err(unsound()),
        Err(error) => Err(unsound().caused_by(error)),
    }
}

/// The window that started this program again may still be ending.
async fn alone(data_dir: &Path) -> Result<File, Error> {
    for _ in 0..100 {
        if let Ok(lock) = boot::occupy(data_dir, true) {
            return Ok(lock);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    boot::occupy(data_dir, true)
}

#[cfg(test)]
mod tests {
    use store::Store;

    use super::*;
    use crate::command_line::SecretsPlace;

    /// A data folder with an office in it, and the bytes of its database.
    async fn office() -> (tempfile::TempDir, Place, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            data_dir: Some(folder.path().to_owned()),
            database_url: None,
            secrets: SecretsPlace::File,
        };
        empty(&folder.path().join(boot::DATABASE)).await;
        let database = std::fs::read(folder.path().join(boot::DATABASE)).unwrap();
        (folder, place, database)
    }

    async fn empty(file: &Path) {
        let location = store::Location::Sqlite(file.to_owned());
        let store = Store::open(&location, SystemClock.now()).await.unwrap();
        store.close().await;
    }

    #[tokio::test]
    async fn where_nothing_was_left_nothing_is_put_in_place() {
        let (folder, place, database) = office().await;
        assert!(put_in_place_of(&place).await.unwrap().is_none());
        assert_eq!(
            std::fs::read(folder.path().join(boot::DATABASE)).unwrap(),
            database
        );
    }

    #[tokio::test]
    async fn what_was_left_is_put_in_place_once_and_what_was_there_is_kept() {
        let (folder, place, _) = office().await;
        let next = folder.path().join(NEXT);
        empty(&next).await;
        let restored = put_in_place_of(&place).await.unwrap().expect("a restore");
        assert!(restored.kept.expect("a copy of what was there").is_file());
        assert!(!next.exists());
        assert!(put_in_place_of(&place).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_was_left_and_is_damaged_since_replaces_nothing_and_is_not_tried_again() {
        let (folder, place, database) = office().await;
        let next = folder.path().join(NEXT);
        std::fs::write(&next, "not a database ".repeat(1000)).unwrap();
        let refused = put_in_place_of(&place).await.unwrap_err();
        assert_eq!(refused.code, "backup_unsound");
        assert_eq!(
            std::fs::read(folder.path().join(boot::DATABASE)).unwrap(),
            database
        );
        assert!(put_in_place_of(&place).await.unwrap().is_none());
    }
}
