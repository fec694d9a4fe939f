//! `sambung log`: the log as a file for a spreadsheet, and a person's data out of it.

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use office::logs::{ErasePersonalData, ExportLogs, ListLogs, TableForm};
use office::{Error, Office};

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
    let is_workbook = out
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    let form = match format {
        Some(TableFormat::Xlsx) => TableForm::Xlsx,
        Some(TableFormat::Csv) => TableForm::Csv,
        None if is_workbook => TableForm::Xlsx,
        None => TableForm::Csv,
    };
    let subject_id = match &which.customer {
        Some(number) => Some(naming::customer(office, number).await?),
        None => None,
    };
    let after = which
        .to
        .map(|day| day.tomorrow().map_err(Error::fault))
        .transpose()?;
    let request = ExportLogs {
        form,
        which: ListLogs {
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
        },
    };
    let document = office.perform(&voice::console(), request).await?;
    std::fs::write(out, &document.bytes).map_err(|error| documents::cannot_write(out, error))?;
    let written = serde_json::json!({ "file": out, "media_type": document.media_type });
    Ok(written.to_string())
}

/// When a day begins in the office's zone, in epoch milliseconds.
fn beginning(office: &Office, day: Date) -> Result<i64, Error> {
    let zone = office.settings().borrow().zone();
    let at = day.to_zoned(zone).map_err(Error::fault)?;
    Ok(at.timestamp().as_millisecond())
}
