//! Removing what is not kept any more: only files of this desk that are noted here and still are, byte by byte, what was
//! noted. Whatever else lies in the folder is somebody else's.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::json;
use store::backups::{Backup, State};

use super::container;
use super::keep::{Keep, Made, superfluous};
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::Call;

/// Applies the rule to the files of this desk. A file that cannot be removed is tried again after the next backup.
pub(super) async fn by_rule(call: &Call<'_>) -> Result<()> {
    let mut tx = call.read().await?;
    let rows = store::backups::at_desk(&mut tx, call.office.desk()).await?;
    drop(tx);
    let made: Vec<Made> = rows
        .iter()
        .map(|row| Made {
            id: row.id,
            at: row.taken_at,
            good: row.state == State::Passed,
        })
        .collect();
    let keep = Keep {
        daily: call.settings.backup_keep_daily,
        weekly: call.settings.backup_keep_weekly,
        monthly: call.settings.backup_keep_monthly,
    };
    let now = call.office.now();
    let gone = superfluous(&made, keep, now, &call.zone);
    for row in rows.iter().filter(|row| gone.contains(&row.id)) {
        remove(call, row, now).await?;
    }
    Ok(())
}

/// What became of a file that is not kept.
enum Removal {
    /// It is gone now, or was before.
    Gone,
    /// Another file lies in its place.
    Strange,
}

async fn remove(call: &Call<'_>, row: &Backup, now: Timestamp) -> Result<()> {
    let (path, noted) = (PathBuf::from(&row.file), row.sha256.clone());
    let removed = tokio::task::spawn_blocking(move || match container::digest_of(&path) {
        Ok(found) if Some(&found.sha256) == noted.as_ref() => {
            std::fs::remove_file(&path).map(|()| Removal::Gone)
        }
        Ok(_) => Ok(Removal::Strange),
        Err(error)
            if error.kind() == std::io::ErrorKind::NotFound && path.parent().is_some_and(|p| p.is_dir()) =>
        {
            Ok(Removal::Gone)
        }
        Err(error) => Err(error),
    })
    .await
    .map_err(Error::fault)?;
    let entry = match removed {
        Ok(Removal::Gone) => Entry::done(
            "backup_removed",
            (
                format!("Cadangan lama dihapus menurut aturan simpan: {}", row.file),
                format!("An old backup was removed by the rule of keeping: {}", row.file),
            ),
        ),
        Ok(Removal::Strange) => Entry::skipped(
            "backup_removed",
            (
                format!(
                    "{} bukan lagi berkas yang dulu dibuat, jadi tidak dihapus",
                    row.file
                ),
                format!(
                    "{} is no longer the file that was made, so it was not removed",
                    row.file
                ),
            ),
        ),
        Err(error) => {
            // Its disk may not be plugged in today.
            tracing::warn!(file = %row.file, %error, "an old backup could not be removed");
            return Ok(());
        }
    };
    let mut tx = call.begin().await?;
    store::backups::removed(&mut tx, row.id, now).await?;
    let entry = entry
        .about("backup", row.id, &row.file)
        .detail(json!({ "taken_at": row.taken_at.as_millisecond() }));
    logs::record(&mut tx, call, entry).await?;
    Ok(tx.commit().await?)
}
