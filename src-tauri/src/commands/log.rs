//! `sambung log`: the log as a file for a spreadsheet, and a person's data out of it.

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use office::logs::{ErasePersonalData, ExportLogs, ListLogs, TableForm};
use office::{Error, Language, Office};

use crate::command_line::{Log, TableFormat, Which};
use crate::commands::{documents, naming};
use crate::voice;

/// Does what was asked and prints what came of it as one JSON document.
pub(super) async fn run(office: &Office, what: Log) -> Result<ExitCode, Error> {
    let result = match what {
        Log::Export { out, format, which } => export(office, &out, format, which).await?,
        Log::Erase { customer_no, reason } => {
            let request = ErasePersonalData {
                customer_id: naming::customer(office, &customer_no).await?,
                reason,
                confirm: customer_no,
            };
            let erased = office.perform(&voice::console(), request).await?;
            serde_json::to_string(&erased).map_err(Error::fault)?
        }
    };
    voice::result(&result);
    Ok(ExitCode::SUCCESS)
}

async fn export(
    office: &Office,
    out: &Path,
    format: Option<TableFormat>,
    which: Which,
) -> Result<String, Error> {
    let form = form(out, format)?;
    let subject_id = match &which.customer {
        Some(number) => Some(naming::customer(office, number).await?),
        None => None,
    };
    let after = which
        .to
        .map(|day| day.tomorrow().map_err(Error::fault))
        .transpose()?;
    let which = ListLogs {
        search: which.search,
        act: which.act,
        actor: which.actor,
        desk: which.desk,
        outcome: which.outcome,
        subject_kind: subject_id.map(|_| "customer".to_owned()),
        subject_id,
        cause: which.cause,
        from: which.from.map(|day| beginning(office, day)).transpose()?,
        to: after.map(|day| beginning(office, day)).transpose()?,
        ..ListLogs::default()
    };
    let counting = ListLogs {
        limit: Some(1),
        ..which.clone()
    };
    let entries = office.perform(&voice::console(), counting).await?.total;
    let document = office
        .perform(&voice::console(), ExportLogs { form, which })
        .await?;
    std::fs::write(out, &document.bytes).map_err(|error| documents::cannot_write(out, error))?;
    if entries == 0 {
        voice::say(match voice::language() {
            Language::Indonesian => {
                "Tidak ada catatan yang cocok; berkasnya kosong. Periksa saringannya. [log_empty]"
            }
            Language::English => "No entry matches; the file is empty. Check the filters. [log_empty]",
        });
    }
    let written = serde_json::json!({ "file": out, "media_type": document.media_type, "entries": entries });
    Ok(written.to_string())
}

/// What kind of file is meant: as it was said, or by the ending of its name.
fn form(out: &Path, format: Option<TableFormat>) -> Result<TableForm, Error> {
    match format {
        Some(TableFormat::Xlsx) => return Ok(TableForm::Xlsx),
        Some(TableFormat::Csv) => return Ok(TableForm::Csv),
        None => {}
    }
    let ending = out
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("xlsx") => Ok(TableForm::Xlsx),
        Some("csv" | "txt") | None => Ok(TableForm::Csv),
        Some(other) => Err(Error::invalid(
            "format_unknown",
            format!(
                "Log tidak dapat ditulis sebagai .{other}. Pakai akhiran .csv atau .xlsx, atau sebutkan --format."
            ),
            format!(
                "The log cannot be written as .{other}. End the name in .csv or .xlsx, or name a --format."
            ),
        )),
    }
}

/// When a day begins in the office's zone, in epoch milliseconds.
fn beginning(office: &Office, day: Date) -> Result<i64, Error> {
    let zone = office.settings().borrow().zone();
    let at = day.to_zoned(zone).map_err(Error::fault)?;
    Ok(at.timestamp().as_millisecond())
}
