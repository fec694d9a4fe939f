//! Files as answers: shown in place, under the office's own name for them.

use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use office::Error;
use office::printing::Document;
use tempfile::TempDir;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use crate::problem::Answer;

/// The bytes of a file, for the API's description.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Binary(Vec<u8>);

/// A document as an answer.
pub(crate) struct File(pub Document);

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let Document {
            name,
            media_type,
            bytes,
        } = self.0;
        with_name(&name, media_type, Body::from(bytes))
    }
}

/// A file of a scratch folder, streamed; the folder goes when the last byte has gone, or nobody reads on.
pub(crate) async fn streamed(folder: TempDir, path: &Path, media_type: &'static str) -> Answer<Response> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let file = tokio::fs::File::open(path).await.map_err(Error::fault)?;
    let length = file.metadata().await.map_err(Error::fault)?.len();
    let stream = ReaderStream::with_capacity(
        Held {
            file,
            _folder: folder,
        },
        64 * 1024,
    );
    let mut response = with_name(&name, media_type, Body::from_stream(stream));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

/// An open file that keeps its folder.
struct Held {
    file: tokio::fs::File,
    _folder: TempDir,
}

impl tokio::io::AsyncRead for Held {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::pin::Pin::new(&mut self.file).poll_read(cx, buffer)
    }
}

fn with_name(name: &str, media_type: &'static str, body: Body) -> Response {
    // The names are made of the office's own numbers; anything else could end the quoted string.
    let plain: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        .collect();
    let mut response = body.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(value) = HeaderValue::try_from(format!("inline; filename=\"{plain}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
