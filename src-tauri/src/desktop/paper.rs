//! Documents on their way to paper or to a folder. The bytes are fetched through the same router as everything else,
//! and the file is called what the API calls it (a number from the database), never what the page says; so the page
//! can open nothing that the office did not make.
//!
//! `path` is a GET of the API, `headers` carry the session's token. Files to be opened lie in a private folder of the
//! cache, which is emptied at start and at the end: they name customers.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

use super::Refusal;
use super::door::Door;

/// What became of a document that was to be printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Printed {
    /// It is with the system's print queue.
    Queued,
    /// There is no print queue to hand it to; it is open in the system's viewer, which prints.
    Opened,
}

struct Document {
    name: String,
    bytes: Vec<u8>,
}

/// Opens a PDF or a ZIP in the program that the system has for it.
#[tauri::command]
pub(super) async fn open_document(
    app: AppHandle,
    door: State<'_, Door>,
    path: String,
    headers: BTreeMap<String, String>,
) -> Result<(), Refusal> {
    let file = put_down(&app, fetch(&door, path, headers).await?).await?;
    open(&app, &file)
}

/// Prints a PDF on the default printer, or opens it where there is no print queue.
#[tauri::command]
pub(super) async fn print_document(
    app: AppHandle,
    door: State<'_, Door>,
    path: String,
    headers: BTreeMap<String, String>,
) -> Result<Printed, Refusal> {
    let file = put_down(&app, fetch(&door, path, headers).await?).await?;
    if queued(&file).await {
        return Ok(Printed::Queued);
    }
    open(&app, &file)?;
    Ok(Printed::Opened)
}

/// Asks where to keep a document and writes it there. Answers the place, or `null` if the person changed their mind.
#[tauri::command]
pub(super) async fn save_document(
    app: AppHandle,
    door: State<'_, Door>,
    path: String,
    headers: BTreeMap<String, String>,
) -> Result<Option<PathBuf>, Refusal> {
    let document = fetch(&door, path, headers).await?;
    let (chosen, choice) = oneshot::channel();
    app.dialog()
        .file()
        .set_file_name(&document.name)
        .save_file(move |place| {
            // The command is only gone if the window is, and then nobody waits for the file.
            let _nobody = chosen.send(place);
        });
    let Ok(Some(place)) = choice.await else {
        return Ok(None);
    };
    let place = place
        .into_path()
        .map_err(|error| Refusal::new("document_place", error.to_string()))?;
    let written = tokio::fs::write(&place, &document.bytes).await;
    written.map_err(|error| {
        Refusal::new(
            "document_not_written",
            format!("{} could not be written: {error}", place.display()),
        )
    })?;
    Ok(Some(place))
}

/// Removes the documents that were put down for a viewer.
pub(super) fn forget_all(app: &AppHandle) {
    let Ok(folder) = folder(app) else { return };
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            // A viewer on Windows may hold one; the next start removes it.
            tracing::warn!(%error, folder = %folder.display(), "opened documents could not be removed");
        }
        _ => {}
    }
}

async fn fetch(door: &Door, path: String, headers: BTreeMap<String, String>) -> Result<Document, Refusal> {
    let (parts, bytes) = door.get(path, headers).await?;
    if parts.status != StatusCode::OK {
        return Err(refused(parts.status, &bytes));
    }
    let name = name(&parts.headers).ok_or_else(|| {
        Refusal::new(
            "not_a_document",
            "the answer is no document that has a name; ask for an invoice or a receipt",
        )
    })?;
    Ok(Document { name, bytes })
}

/// The API's own refusal, in its own words.
fn refused(status: StatusCode, body: &[u8]) -> Refusal {
    let problem: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let word = |key: &str| problem.get(key).and_then(serde_json::Value::as_str);
    let message = word("detail")
        .or_else(|| word("title"))
        .unwrap_or_else(|| status.canonical_reason().unwrap_or(""));
    Refusal::new(word("code").unwrap_or("document_refused"), message)
}

/// The name in `Content-Disposition`, if it is a plain file name and fits the kind of the content.
fn name(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let ending = match kind.split(';').next()?.trim() {
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "text/csv" => ".csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ".xlsx",
        _ => return None,
    };
    let disposition = headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()?;
    let name = disposition
        .split(';')
        .find_map(|part| part.trim().strip_prefix("filename="))?
        .trim_matches('"');
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    (plain && name.len() <= 100 && !name.starts_with(['.', '-']) && name.ends_with(ending))
        .then(|| name.to_owned())
}

fn folder(app: &AppHandle) -> Result<PathBuf, Refusal> {
    let cache = app.path().app_cache_dir();
    cache
        .map(|cache| cache.join("opened"))
        .map_err(|error| Refusal::new("document_place", error.to_string()))
}

async fn put_down(app: &AppHandle, document: Document) -> Result<PathBuf, Refusal> {
    let folder = folder(app)?;
    let failed = |error: io::Error| {
        Refusal::new(
            "document_not_written",
            format!("{} could not be written: {error}", document.name),
        )
    };
    let mut private = tokio::fs::DirBuilder::new();
    private.recursive(true);
    #[cfg(unix)]
    private.mode(0o700);
    private.create(&folder).await.map_err(failed)?;
    let file = folder.join(&document.name);
    tokio::fs::write(&file, &document.bytes).await.map_err(failed)?;
    Ok(file)
}

fn open(app: &AppHandle, file: &Path) -> Result<(), Refusal> {
    app.opener()
        .open_path(file.to_string_lossy(), None::<&str>)
        .map_err(|error| {
            Refusal::new(
                "document_not_opened",
                format!("no program opened {}: {error}", file.display()),
            )
        })
}

/// Whether `lp`, the print queue of Linux and macOS, took the file. Windows has no such program: its viewer prints.
async fn queued(file: &Path) -> bool {
    if cfg!(windows) {
        return false;
    }
    let taken = tokio::process::Command::new("lp")
        .arg("--")
        .arg(file)
        .output()
        .await;
    match taken {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            tracing::warn!(%words, "the print queue refused a document; it is opened instead");
            false
        }
        Err(error) => {
            tracing::info!(%error, "there is no print queue; the document is opened instead");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(kind: &str, disposition: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        headers.insert(header::CONTENT_DISPOSITION, disposition.parse().unwrap());
        headers
    }

    #[test]
    fn a_document_is_called_what_the_api_calls_it() {
        let pdf = headers("application/pdf", r#"inline; filename="INV-202601-00001.pdf""#);
        assert_eq!(name(&pdf).as_deref(), Some("INV-202601-00001.pdf"));
        let zip = headers(
            "application/zip; charset=binary",
            "attachment; filename=2026-01.zip",
        );
        assert_eq!(name(&zip).as_deref(), Some("2026-01.zip"));
        let csv = headers("text/csv", r#"inline; filename="log-2026-01-10.csv""#);
        assert_eq!(name(&csv).as_deref(), Some("log-2026-01-10.csv"));
    }

    /// failures.md S4: a receipt's path was opened as the request gave it.
    #[test]
    fn a_name_that_leaves_the_folder_or_starts_a_program_is_refused() {
        for bad in [
            "../../x.pdf",
            "/etc/x.pdf",
            r"..\x.pdf",
            ".x.pdf",
            "-x.pdf",
            "a b.pdf",
            "x.pdf.exe",
            "x.desktop",
            "",
        ] {
            let refused = headers("application/pdf", &format!("inline; filename=\"{bad}\""));
            assert_eq!(name(&refused), None, "{bad} was taken for a name");
        }
        assert_eq!(
            name(&headers("text/html", "inline; filename=x.pdf")),
            None,
            "a page is no document"
        );
    }

    #[test]
    fn the_apis_refusal_keeps_its_code_and_sentence() {
        let body = br#"{"code":"invoice_unknown","title":"Not found","detail":"Tagihan tidak ditemukan."}"#;
        let refusal = refused(StatusCode::NOT_FOUND, body);
        assert_eq!(
            (refusal.code.as_str(), refusal.message.as_str()),
            ("invoice_unknown", "Tagihan tidak ditemukan.")
        );
        assert_eq!(refused(StatusCode::BAD_GATEWAY, b"<html>").message, "Bad Gateway");
    }
}
