//! Importing customers: a file is shown first and taken in by its digest afterwards. What was shown waits in memory for a
//! while, under the name of who sent it; it is never written to disk, since it may hold passwords.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::{Extension, Json};
use billing::Period;
use office::importing::{
    ApplyOnce, Column, Field, FirstBilling, ImportMode, ImportPreview, ImportTotals, ImportView, ListImports,
    PreviewImport, SampleRow, ShownFile, TakenIn, ToldProblem, UndoImport, UndoneImport,
};
use office::{Error, Kind, Language, Office, Page};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, FileBody, IdempotencyKey, List, Path, Query, Spoken};
use crate::file::Binary;
use crate::problem::{Answer, Failure};

/// The largest file, in bytes.
const LARGEST_FILE: usize = 25 * 1024 * 1024;
/// How many files wait at once.
const MOST_WAITING: usize = 4;
/// The media types of forms with files in them.
const FORM: &[u8] = b"multipart/";
/// How long a file waits after it was shown.
const WAITS: Duration = Duration::from_secs(60 * 60);

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, preview_import))
        .layer(DefaultBodyLimit::max(LARGEST_FILE))
        .routes(routes!(apply_import))
        .routes(routes!(undo_import))
        .layer(Extension(Shown::default()))
}

/// The files that were shown and wait to be taken in.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<VecDeque<Waiting>>>);

struct Waiting {
    owner: String,
    digest: String,
    file_name: String,
    bytes: Bytes,
    router: Option<String>,
    first_period: Option<Period>,
    since: Instant,
}

impl Shown {
    /// Keeps a file; the oldest goes where there are too many.
    fn keep(&self, file: Waiting) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|other| other.since.elapsed() < WAITS && !other.is(&file.owner, &file.digest));
        files.truncate(MOST_WAITING - 1);
        files.push_front(file);
    }

    /// The file of that digest that `owner` was shown, and the router that was chosen for it.
    fn find(&self, owner: &str, digest: &str) -> Option<ShownFile> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|file| file.since.elapsed() < WAITS);
        files
            .iter()
            .find(|file| file.is(owner, digest))
            .map(|file| ShownFile {
                name: file.file_name.clone(),
                bytes: Vec::from(file.bytes.clone()),
                router: file.router.clone(),
                first_period: file.first_period,
            })
    }

    /// Forgets a file that was taken in.
    fn forget(&self, owner: &str, digest: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|file| !file.is(owner, digest));
    }
}

impl Waiting {
    fn is(&self, owner: &str, digest: &str) -> bool {
        self.owner == owner && self.digest.eq_ignore_ascii_case(digest)
    }
}

/// What a file would do, in the caller's language.
#[derive(Serialize, ToSchema)]
struct ImportShown {
    /// SHA-256 of the file; applying names it, so that what was looked at is what is taken in.
    digest: String,
    /// The file's name.
    file_name: String,
    /// The worksheet that was read; `null` for a text file.
    sheet_name: Option<String>,
    /// The columns and what each was understood as.
    columns: Vec<Column>,
    /// Rows below the headings.
    rows: usize,
    /// Rows that can become customers.
    good: usize,
    /// Rows that cannot.
    bad: usize,
    /// What is wrong or worth knowing, in the order of the file.
    problems: Vec<RowProblem>,
    /// The first customers.
    sample: Vec<SampleRow>,
    /// What the good rows add up to.
    totals: ImportTotals,
    /// Whom the next month run would bill for the period under way, and for how much.
    first_billing: FirstBilling,
}

/// Something about a line of a file that a person should see.
#[derive(Serialize, ToSchema)]
struct RowProblem {
    /// Line of the file, from 1.
    line_no: u32,
    /// The field that it is about.
    field: Option<Field>,
    /// A stable word for programs.
    code: String,
    /// What is wrong and what to do.
    message: String,
    /// Whether the row cannot be imported.
    fatal: bool,
}

impl RowProblem {
    fn all(problems: impl IntoIterator<Item: Into<ToldProblem>>, language: Language) -> Vec<RowProblem> {
        let one = |problem: ToldProblem| RowProblem {
            line_no: problem.line_no,
            field: problem.field,
            code: problem.code,
            message: match language {
                Language::Indonesian => problem.message_id,
                Language::English => problem.message_en,
            },
            fatal: problem.fatal,
        };
        problems.into_iter().map(Into::into).map(one).collect()
    }
}

impl ImportShown {
    fn of(preview: ImportPreview, language: Language) -> ImportShown {
        ImportShown {
            digest: preview.digest,
            file_name: preview.file_name,
            sheet_name: preview.sheet_name,
            columns: preview.columns,
            rows: preview.rows,
            good: preview.good,
            bad: preview.bad,
            problems: RowProblem::all(preview.problems, language),
            sample: preview.sample,
            totals: preview.totals,
            first_billing: preview.first_billing,
        }
    }
}

/// What the file leaves open.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LeftOpen {
    /// The name of the router of rows that name none; the office's only one when absent.
    router: Option<String>,
    /// The first period that is billed, `YYYY-MM`; the one under way when absent.
    #[param(value_type = Option<String>)]
    first_period: Option<Period>,
}

/// Shows what a file would do. The body is the file itself, CSV or XLSX.
#[utoipa::path(post, path = "/customers/imports", tag = "imports", operation_id = "preview_import",
    params(("X-File-Name" = Option<String>, Header, description = "The file's name, percent-encoded."),
        LeftOpen),
    request_body(content = inline(Binary), content_type = "application/octet-stream"),
    responses((status = 200, description = "What it would do.", body = ImportShown)))]
async fn preview_import(
    caller: Caller,
    Extension(shown): Extension<Shown>,
    Spoken(language): Spoken,
    Query(left_open): Query<LeftOpen>,
    headers: HeaderMap,
    FileBody(bytes): FileBody,
) -> Answer<Json<ImportShown>> {
    refuse_a_form(&headers)?;
    let file_name = file_name(&headers);
    let preview = caller
        .perform(PreviewImport {
            file_name: file_name.clone(),
            bytes: Vec::from(bytes.clone()),
            router: left_open.router.clone(),
            first_period: left_open.first_period,
        })
        .await?;
    let owner = caller.actor.label().to_owned();
    shown.keep(Waiting {
        owner,
        digest: preview.digest.clone(),
        file_name,
        bytes,
        router: left_open.router,
        first_period: left_open.first_period,
        since: Instant::now(),
    });
    Ok(Json(ImportShown::of(preview, language)))
}

/// Refuses a form with a file in it: its boundaries and headings are not the file's and would be read as rows.
fn refuse_a_form(headers: &HeaderMap) -> Answer<()> {
    let media_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_form = |media_type: &[u8]| {
        media_type
            .get(..FORM.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(FORM))
    };
    if !media_type.is_some_and(is_form) {
        return Ok(());
    }
    let error = Error::new(
        Kind::Invalid,
        "import_not_a_form",
        "Kirim berkasnya sendiri sebagai isi permintaan, bukan formulir multipart; di curl: --data-binary @berkas.csv.",
        "Send the file itself as the body, not a multipart form; with curl: --data-binary @file.csv.",
    );
    Err(Failure::with_status(error, StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

/// The name in `X-File-Name`; a header carries plain ASCII, so it is percent-encoded.
fn file_name(headers: &HeaderMap) -> String {
    let given = headers
        .get("x-file-name")
        .and_then(|name| name.to_str().ok())
        .unwrap_or_default();
    let decoded = percent_decode_str(given).decode_utf8_lossy();
    let plain: String = decoded.chars().filter(|c| !c.is_control()).take(200).collect();
    if plain.trim().is_empty() {
        "import".to_owned()
    } else {
        plain.trim().to_owned()
    }
}

/// How a file that was shown is taken in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeIn {
    /// What to do about bad rows.
    mode: ImportMode,
    /// The first period that is billed, `YYYY-MM`; when absent the one that the preview was asked for, else the one under
    /// way.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    first_period: Option<Period>,
}

/// What was taken in, in the caller's language.
#[derive(Serialize, ToSchema)]
struct ImportTaken {
    /// By which it can be undone.
    batch_id: i64,
    /// Rows that became customers.
    imported: usize,
    /// Rows that did not.
    refused: usize,
    /// Opening invoices that were made of debts.
    opening_invoices: usize,
    /// What is wrong or worth knowing, in the order of the file.
    problems: Vec<RowProblem>,
}

impl ImportTaken {
    fn of(applied: TakenIn, language: Language) -> ImportTaken {
        ImportTaken {
            batch_id: applied.batch_id,
            imported: applied.imported,
            refused: applied.refused,
            opening_invoices: applied.opening_invoices,
            problems: RowProblem::all(applied.problems, language),
        }
    }
}

/// Takes in the file that was shown. Nothing is sent to a router and no message to a customer. The same `Idempotency-Key`
/// with the same body gives the first answer again, also when the file does not wait any more.
#[utoipa::path(post, path = "/customers/imports/{digest}/apply", tag = "imports", operation_id = "apply_import",
    request_body = TakeIn,
    params(("digest" = String, Path, description = "The digest that the preview gave."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's own name for this import.")),
    responses((status = 201, description = "What was taken in.", body = ImportTaken)))]
async fn apply_import(
    caller: Caller,
    Path(digest): Path<String>,
    Extension(shown): Extension<Shown>,
    Spoken(language): Spoken,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(form): Body<TakeIn>,
) -> Answer<(StatusCode, Json<ImportTaken>)> {
    let owner = caller.actor.label();
    let request = ApplyOnce {
        file: shown.find(owner, &digest),
        digest: digest.clone(),
        mode: form.mode,
        first_period: form.first_period,
        idempotency_key,
    };
    let applied = caller.perform(request).await?;
    shown.forget(owner, &digest);
    Ok((StatusCode::CREATED, Json(ImportTaken::of(applied, language))))
}

/// Lists the imports, newest first.
#[utoipa::path(get, path = "/customers/imports", tag = "imports", operation_id = "list_imports", params(ListImports),
    responses((status = 200, description = "A page of imports.", body = Page<ImportView>)))]
async fn list_imports(caller: Caller, List(list): List<ListImports>) -> Answer<Json<Page<ImportView>>> {
    caller.ask(list).await
}

/// What became of the customers of an import, in the caller's language.
#[derive(Serialize, ToSchema)]
struct ImportUndone {
    /// Customers who are gone, those that were withdrawn among them.
    removed: usize,
    /// Of these, customers whose opening invoices or override stay in the books, taken back.
    withdrawn: usize,
    /// Customers who were there before and gave back the line that the import had found for them.
    restored: usize,
    /// Customers who stay.
    kept: Vec<Kept>,
    /// Packages that the import had made and that are gone.
    packages_removed: usize,
    /// Packages that the import had made and that stay.
    packages_kept: Vec<PackageKept>,
}

/// A package that stays.
#[derive(Serialize, ToSchema)]
struct PackageKept {
    /// The package's id.
    package_id: i64,
    /// Its code.
    package_code: String,
    /// Its name.
    name: String,
    /// A stable word for why.
    code: String,
    /// Why.
    reason: String,
}

/// A customer who stays.
#[derive(Serialize, ToSchema)]
struct Kept {
    /// The customer's number.
    customer_no: String,
    /// A stable word for why.
    code: String,
    /// Why.
    reason: String,
}

impl ImportUndone {
    fn of(undone: UndoneImport, language: Language) -> ImportUndone {
        let kept = undone.kept.into_iter().map(|kept| Kept {
            customer_no: kept.customer_no,
            code: kept.code,
            reason: kept.reason.for_language(language).to_owned(),
        });
        let packages = undone.packages_kept.into_iter().map(|kept| PackageKept {
            package_id: kept.package_id,
            package_code: kept.package_code,
            name: kept.name,
            code: kept.code,
            reason: kept.reason.for_language(language).to_owned(),
        });
        ImportUndone {
            removed: undone.removed,
            withdrawn: undone.withdrawn,
            restored: undone.restored,
            kept: kept.collect(),
            packages_removed: undone.packages_removed,
            packages_kept: packages.collect(),
        }
    }
}

/// Undoes an import; customers to whom something has happened since stay, as do packages of it that somebody has or had,
/// and both are named.
#[utoipa::path(post, path = "/customers/imports/{batch_id}/undo", tag = "imports", operation_id = "undo_import",
    params(("batch_id" = i64, Path, description = "Which import.")),
    responses((status = 200, description = "What became of its customers.", body = ImportUndone)))]
async fn undo_import(
    caller: Caller,
    Path(batch_id): Path<i64>,
    Spoken(language): Spoken,
) -> Answer<Json<ImportUndone>> {
    let undone = caller.perform(UndoImport { batch_id }).await?;
    Ok(Json(ImportUndone::of(undone, language)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(owner: &str, digest: &str) -> Waiting {
        Waiting {
            owner: owner.into(),
            digest: digest.into(),
            file_name: "a.csv".into(),
            bytes: Bytes::from_static(b"x"),
            router: None,
            first_period: None,
            since: Instant::now(),
        }
    }

    #[tokio::test]
    async fn a_file_waits_for_whoever_was_shown_it_and_for_nobody_else() {
        let shown = Shown::default();
        shown.keep(file("Rina", "ab"));
        assert!(shown.find("Rina", "AB").is_some());
        assert!(shown.find("Budi", "ab").is_none());
        shown.forget("Rina", "ab");
        assert!(shown.find("Rina", "ab").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn few_files_wait_and_none_for_ever() {
        let shown = Shown::default();
        for digest in ["a", "b", "c", "d", "e"] {
            shown.keep(file("Rina", digest));
        }
        assert!(shown.find("Rina", "a").is_none());
        assert!(shown.find("Rina", "b").is_some());
        tokio::time::advance(WAITS).await;
        assert!(shown.find("Rina", "e").is_none());
    }

    #[test]
    fn a_file_name_is_decoded_and_never_empty() {
        let mut headers = HeaderMap::new();
        assert_eq!(file_name(&headers), "import");
        headers.insert(
            "x-file-name",
            axum::http::HeaderValue::from_static("Pelanggan%20%C3%A9%0A.csv"),
        );
        assert_eq!(file_name(&headers), "Pelanggan é.csv");
    }
}
