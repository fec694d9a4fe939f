//! Invoices, on the screen and on paper.

use std::fs::File as Disk;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path as FilePath, PathBuf};

use axum::Json;
use axum::response::Response;
use billing::Period;
use office::invoicing::{
    GenerateInvoices, GenerateOnce, Generated, InvoiceView, ListInvoices, ReadInvoice, VoidInvoice,
    VoidedInvoice,
};
use office::printing::{InvoicePdf, MonthPdf};
use office::{Error, Office, Page};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zip::write::SimpleFileOptions;

use crate::extract::{Body, Caller, IdempotencyKey, List, OptionalBody, Path, Query};
use crate::file::{Binary, File, streamed};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_invoices))
        .routes(routes!(generate_invoices))
        .routes(routes!(print_month))
        .routes(routes!(read_invoice))
        .routes(routes!(print_invoice))
        .routes(routes!(void_invoice))
}

/// Lists invoices, newest first.
#[utoipa::path(get, path = "/invoices", tag = "invoices", operation_id = "list_invoices", params(ListInvoices),
    responses((status = 200, description = "A page of invoices.", body = Page<InvoiceView>)))]
async fn list_invoices(caller: Caller, List(list): List<ListInvoices>) -> Answer<Json<Page<InvoiceView>>> {
    caller.ask(list).await
}

/// Reads an invoice.
#[utoipa::path(get, path = "/invoices/{id}", tag = "invoices", operation_id = "read_invoice",
    params(("id" = i64, Path, description = "Which invoice.")),
    responses((status = 200, description = "The invoice.", body = InvoiceView)))]
async fn read_invoice(caller: Caller, Path(id): Path<i64>) -> Answer<Json<InvoiceView>> {
    caller.ask(ReadInvoice { id }).await
}

/// Makes the invoices that are due, or says which they would be. The same `Idempotency-Key` with the same body gives the
/// first answer again; after a run that was cut off it goes on with what is not billed yet.
#[utoipa::path(post, path = "/invoices/generate", tag = "invoices", operation_id = "generate_invoices",
    request_body = Option<GenerateInvoices>,
    params(("Idempotency-Key" = Option<String>, Header, description = "The caller's own name for this run.")),
    responses((status = 200, description = "What was made.", body = Generated)))]
async fn generate_invoices(
    caller: Caller,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    OptionalBody(run): OptionalBody<GenerateInvoices>,
) -> Answer<Json<Generated>> {
    caller.ask(GenerateOnce { run, idempotency_key }).await
}

/// Declares an invoice void; what was paid on it becomes credit. With `reissue` its periods are billed again at once, in
/// the same transaction and under a new number, which that credit pays first.
#[utoipa::path(post, path = "/invoices/{id}/void", tag = "invoices", operation_id = "void_invoice",
    request_body = VoidInvoice,
    params(("id" = i64, Path, description = "Which invoice."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's own name for this act.")),
    responses((status = 200, description = "The invoice, and the one in its place.", body = VoidedInvoice)))]
async fn void_invoice(
    caller: Caller,
    Path(id): Path<i64>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(form): Body<VoidInvoice>,
) -> Answer<Json<VoidedInvoice>> {
    caller
        .ask(VoidInvoice {
            id,
            idempotency_key,
            ..form
        })
        .await
}

/// The sheet that invoices are printed on.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Sheet {
    /// One invoice on an A4 sheet.
    #[default]
    A4,
    /// Two halves on a sheet.
    A5,
}

/// How an invoice is printed.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Print {
    /// `a4`, or `a5` for two halves on a sheet.
    #[param(inline)]
    layout: Sheet,
}

/// Which month is printed, and how.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PrintMonth {
    /// The month, `YYYY-MM`.
    #[param(value_type = String)]
    period: Period,
    /// `a4`, or `a5` for two halves on a sheet.
    #[serde(default)]
    #[param(inline)]
    layout: Sheet,
}

/// Prints an invoice.
#[utoipa::path(get, path = "/invoices/{id}/pdf", tag = "invoices", operation_id = "print_invoice",
    params(("id" = i64, Path, description = "Which invoice."), Print),
    responses((status = 200, description = "The document.", content_type = "application/pdf", body = inline(Binary))))]
async fn print_invoice(caller: Caller, Path(id): Path<i64>, Query(print): Query<Print>) -> Answer<File> {
    let half = matches!(print.layout, Sheet::A5);
    Ok(File(caller.perform(InvoicePdf { id, half }).await?))
}

/// Prints a month: one PDF, or several in a ZIP where there are more than five hundred invoices.
#[utoipa::path(get, path = "/invoices/pdf", tag = "invoices", operation_id = "print_month", params(PrintMonth),
    responses((status = 200, description = "The documents.", content(
        (inline(Binary) = "application/pdf"), (inline(Binary) = "application/zip")))))]
async fn print_month(caller: Caller, Query(print): Query<PrintMonth>) -> Answer<Response> {
    let folder = tempfile::tempdir().map_err(Error::fault)?;
    let half = matches!(print.layout, Sheet::A5);
    let month = MonthPdf {
        period: print.period,
        folder: folder.path().to_owned(),
        half,
    };
    let files = caller.perform(month).await?;
    if let [only] = files.as_slice() {
        return streamed(folder, only, "application/pdf").await;
    }
    let archive = folder.path().join(format!("{}.zip", print.period));
    let target = archive.clone();
    let packed = tokio::task::spawn_blocking(move || pack(&target, &files))
        .await
        .map_err(Error::fault)?;
    packed.map_err(Error::fault)?;
    streamed(folder, &archive, "application/zip").await
}

/// Puts files into an archive as they are: a PDF's streams are compressed already.
fn pack(archive: &FilePath, files: &[PathBuf]) -> zip::result::ZipResult<()> {
    let mut zip = zip::ZipWriter::new(BufWriter::new(Disk::create(archive)?));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for file in files {
        let name = file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        zip.start_file(name, stored)?;
        std::io::copy(&mut BufReader::new(Disk::open(file)?), &mut zip)?;
    }
    zip.finish()?.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_holds_every_file_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> = ["2026-01-1.pdf", "2026-01-2.pdf"]
            .map(|name| folder.path().join(name))
            .into();
        std::fs::write(&files[0], b"%PDF-one").unwrap();
        std::fs::write(&files[1], vec![7_u8; 200_000]).unwrap();
        let archive = folder.path().join("2026-01.zip");
        pack(&archive, &files).unwrap();
        let mut zip = zip::ZipArchive::new(Disk::open(archive).unwrap()).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["2026-01-1.pdf", "2026-01-2.pdf"]);
        let mut second = Vec::new();
        std::io::copy(&mut zip.by_index(1).unwrap(), &mut second).unwrap();
        assert_eq!(second, vec![7_u8; 200_000]);
    }
}
