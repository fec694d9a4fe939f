//! A backup that the window has made ready and somebody has said yes to: the next start puts it in place, since the window itself
//! has the office open. It lies in the data folder, as unencrypted as the office beside it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use office::{Clock as _, Error, SystemClock};

use super::{READY, Ready, remove_with, replace, replaced_nothing};
use crate::boot;
use crate::command_line::Place;

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

/// Puts what was left in the place of the office that `place` names, and gives where that was kept. `None` where nothing was
/// left. One that cannot be put in place is not tried again.
///
/// # Errors
/// `office_open` while another copy has the office open, and as [`Ready::put_in_place`].
pub(crate) async fn put_in_place_of(place: &Place) -> Result<Option<PathBuf>, Error> {
    let data_dir = boot::data_dir(place)?;
    let next = data_dir.join(NEXT);
    if !next.exists() {
        return Ok(None);
    }
    let put = put(place, &data_dir, &next).await;
    remove_with(&next, &["", "-wal", "-shm"]).map_err(|error| replaced_nothing(&error))?;
    put
}

async fn put(place: &Place, data_dir: &Path, next: &Path) -> Result<Option<PathBuf>, Error> {
    let location = boot::location(place, data_dir).await?;
    boot::nobody_connected(&location).await?;
    let _alone = alone(data_dir).await?;
    replace(&location, next, data_dir, SystemClock.now()).await
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
