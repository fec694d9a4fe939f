//! `office:backup`: the daily backup. An office that has not set backups up is reminded by the first screen, not by a task
//! that fails every day.

use store::backups::State;

use super::{folder, make, passphrase};
use crate::error::{Result, Sentence};
use crate::office::Call;
use crate::schedule::{Task, TaskSummary};

/// Makes and rehearses a backup, or says why not.
pub(crate) async fn run(call: &Call<'_>, dry_run: bool) -> Result<TaskSummary> {
    let mut summary = TaskSummary::new(Task::Backup.as_str(), call.today, dry_run);
    if folder::named(&call.settings).is_none() || passphrase::kept(call.office).await?.is_none() {
        let why = folder::not_set_up();
        summary.skipped += 1;
        summary.note(why.code, why.detail);
        return Ok(summary);
    }
    if dry_run {
        let folder = folder::present(&call.settings)?;
        let folder = folder.display();
        let would = Sentence::new(
            format!(
                "Cadangan akan ditulis ke {folder}, lalu diuji dengan memulihkannya ke basis data sementara."
            ),
            format!(
                "A backup would be written to {folder} and rehearsed by restoring it to a scratch database."
            ),
        );
        summary.created += 1;
        summary.note("backup_would_be_made", would);
        return Ok(summary);
    }
    let id = make::scheduled(call.office, call.actor, call.cause.clone()).await?;
    let mut tx = call.read().await?;
    if let Some(row) = store::backups::find(&mut tx, id).await? {
        if row.state == State::Passed {
            summary.created += 1;
        } else {
            let held = row.error.as_deref();
            let code = held.and_then(Sentence::code_of_held).unwrap_or_default();
            let why = Sentence::from_held(held.unwrap_or_default());
            summary.fail(row.file, code, why);
        }
    }
    Ok(summary)
}
