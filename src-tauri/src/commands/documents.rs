//! `sambung invoice pdf` and `sambung payment receipt`: documents into files.

use std::path::Path;
use std::process::ExitCode;

use office::printing::{InvoicePdf, MonthPdf, ReceiptForm, ReceiptOf, Roll};
use office::{Error, Kind, Office};

use crate::command_line::{Invoice, ReceiptFormat};
use crate::commands::naming;
use crate::voice;

/// Writes one invoice or a month of them, and prints the files as one JSON document.
pub(super) async fn invoice(office: &Office, what: Invoice) -> Result<ExitCode, Error> {
    let Invoice::Pdf {
        period,
        number,
        out,
        half,
    } = what;
    let cannot_write = |error| cannot_write(&out, error);
    std::fs::create_dir_all(&out).map_err(cannot_write)?;
    let console = voice::console();
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
            let id = naming::invoice(office, &number).await?;
            let document = office.perform(&console, InvoicePdf { id, half }).await?;
            let path = out.join(&document.name);
            std::fs::write(&path, &document.bytes).map_err(cannot_write)?;
            vec![path]
        }
    };
    voice::result(&serde_json::to_string(&serde_json::json!({ "files": files })).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}

/// Writes a payment's receipt and prints the file's name as one JSON document.
pub(super) async fn receipt(
    office: &Office,
    number: &str,
    out: &Path,
    format: ReceiptFormat,
) -> Result<ExitCode, Error> {
    let form = match format {
        ReceiptFormat::A5 => ReceiptForm::A5,
        ReceiptFormat::Mm58 => ReceiptForm::Slip(Roll::Mm58),
        ReceiptFormat::Mm80 => ReceiptForm::Slip(Roll::Mm80),
        ReceiptFormat::Escpos => ReceiptForm::EscPos(Roll::Mm80),
        ReceiptFormat::Escpos58 => ReceiptForm::EscPos(Roll::Mm58),
    };
    let payment_id = naming::payment(office, number).await?;
    let document = office
        .perform(&voice::console(), ReceiptOf { payment_id, form })
        .await?;
    std::fs::write(out, &document.bytes).map_err(|error| cannot_write(out, error))?;
    let written = serde_json::json!({ "file": out, "media_type": document.media_type });
    voice::result(&written.to_string());
    Ok(ExitCode::SUCCESS)
}

pub(super) fn cannot_write(place: &Path, error: std::io::Error) -> Error {
    let place = place.display();
    let why = voice::in_words(&error);
    Error::new(
        Kind::Unavailable,
        "cannot_write",
        format!("{place} tidak dapat ditulisi ({}). Pilih tempat lain.", why.id),
        format!("{place} cannot be written ({}). Choose another place.", why.en),
    )
}
