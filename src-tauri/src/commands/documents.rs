//! `sambung invoice pdf`: documents into a folder.

use std::process::ExitCode;

use office::printing::{InvoicePdf, MonthPdf};
use office::{Actor, Error, Kind, Office};

use crate::command_line::Invoice;
use crate::commands::counter::invoice_id;
use crate::voice;

/// Writes one invoice or a month of them, and prints the files as one JSON document.
pub(super) async fn run(office: &Office, what: Invoice) -> Result<ExitCode, Error> {
    let Invoice::Pdf {
        period,
        number,
        out,
        half,
    } = what;
    let cannot_write = |error: std::io::Error| {
        Error::new(
            Kind::Unavailable,
            "cannot_write",
            format!(
                "{} tidak dapat ditulisi ({error}). Pilih folder lain.",
                out.display()
            ),
            format!(
                "{} cannot be written ({error}). Choose another folder.",
                out.display()
            ),
        )
    };
    std::fs::create_dir_all(&out).map_err(cannot_write)?;
    let console = Actor::console();
    let files = match (period, number) {
        (Some(period), _) => {
            office
                .perform(
                    &console,
                    MonthPdf {
                        period,
                        folder: out.clone(),
                        half,
                    },
                )
                .await?
        }
        (None, number) => {
            let number = number.unwrap_or_default();
            let id = invoice_id(office, &number).await?;
            let document = office.perform(&console, InvoicePdf { id, half }).await?;
            let path = out.join(&document.name);
            std::fs::write(&path, &document.bytes).map_err(cannot_write)?;
            vec![path]
        }
    };
    voice::result(&serde_json::to_string(&serde_json::json!({ "files": files })).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}
