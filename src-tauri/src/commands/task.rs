//! `sambung task`: a task of the schedule, once, with the jobs that it causes.

use std::process::ExitCode;

use office::schedule::{PreviewTask, RunTask};
use office::{Error, Office, jobs};

use crate::command_line::Task;
use crate::voice;

/// Runs the task, then its jobs to their first outcome, and prints the summary as one JSON document. A dry run carries each
/// invoice or line beside the numbers.
pub(super) async fn run(office: &Office, task: Task) -> Result<ExitCode, Error> {
    let request = RunTask {
        task: task.name,
        dry_run: task.dry_run,
        confirm: task.confirm,
        as_of: task.as_of,
        month: task.month.map(i64::from),
        year: task.year.map(i64::from),
    };
    let console = voice::console();
    let summary = if request.dry_run {
        let preview = PreviewTask { run: request };
        let preview = office.perform(&console, preview).await?;
        voice::result(&serde_json::to_string(&preview).map_err(Error::fault)?);
        preview.summary
    } else {
        let summary = office.perform(&console, request).await?;
        jobs::run_due(office, true).await?;
        voice::result(&serde_json::to_string(&summary).map_err(Error::fault)?);
        summary
    };
    let language = voice::language();
    for failure in &summary.errors {
        let why = failure.said(language);
        voice::say(&format!("{}: {why} [{}]", failure.subject, failure.code));
    }
    for note in &summary.notes {
        voice::say(&format!("{} [{}]", note.said(language), note.code));
    }
    Ok(if summary.failed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
