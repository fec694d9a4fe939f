//! `sambung import`: customers from a file.

use std::process::ExitCode;

use office::importing::{ApplyImport, ImportMode, PreviewImport, Problem};
use office::{Actor, Error, Kind, Language, Office};

use crate::command_line::Import;
use crate::voice;

/// Checks the file and, unless it is a dry run, imports it; prints the answer as one JSON document.
pub(super) async fn run(office: &Office, what: Import) -> Result<ExitCode, Error> {
    let Import::Customers {
        file,
        dry_run,
        good_rows,
    } = what;
    let bytes = std::fs::read(&file).map_err(|error| {
        Error::new(
            Kind::Missing,
            "cannot_read",
            format!(
                "{} tidak dapat dibaca ({error}). Periksa nama berkasnya.",
                file.display()
            ),
            format!("{} cannot be read ({error}). Check its name.", file.display()),
        )
    })?;
    let file_name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let console = Actor::console();
    if dry_run {
        let preview = office
            .perform(&console, PreviewImport { file_name, bytes })
            .await?;
        preview.problems.iter().for_each(tell);
        let clean = preview.bad == 0;
        voice::result(&serde_json::to_string(&preview).map_err(Error::fault)?);
        return Ok(if clean {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let mode = if good_rows {
        ImportMode::GoodRows
    } else {
        ImportMode::AllOrNothing
    };
    let applied = office
        .perform(
            &console,
            ApplyImport {
                file_name,
                bytes,
                digest: None,
                mode,
            },
        )
        .await?;
    applied.problems.iter().for_each(tell);
    voice::result(&serde_json::to_string(&applied).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}

/// Tells what is wrong with a row, with its line number.
fn tell(problem: &Problem) {
    voice::say(&match voice::language() {
        Language::Indonesian => format!("baris {}: {}", problem.line_no, problem.message_id),
        Language::English => format!("line {}: {}", problem.line_no, problem.message_en),
    });
}
