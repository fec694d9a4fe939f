//! Every failure that leaves the API is an RFC 9457 problem: a stable `code` for programs, and one sentence in the
//! caller's language for people. That includes what axum itself refuses (`rejection`), unknown paths and panics.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use office::{Error, Kind, Language};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::language;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem detail (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URI reference for the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of failure it is, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One sentence: what happened and what to do.
    pub detail: String,
    /// A stable word for programs.
    pub code: String,
    /// The fields that were refused.
    pub errors: Option<Vec<FieldError>>,
    /// Who changed the record since it was read, where the code is `stale`.
    pub changed: Option<ChangedBy>,
}

/// Who changed a record since somebody read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedBy {
    /// Who it was.
    pub by: String,
    /// At which desk.
    pub desk: String,
    /// When, epoch milliseconds.
    pub at: i64,
}

/// One refused field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name in the request.
    pub field: String,
    /// A stable word for programs.
    pub code: String,
    /// What is wrong with it and what would be right.
    pub message: String,
}

/// A failure on its way out. The language is settled by the layer that knows the caller's `Accept-Language`.
#[derive(Debug)]
pub struct Failure {
    // Boxed, since every answer has room for one.
    error: Box<Error>,
    status: StatusCode,
}

/// What handlers return.
pub type Answer<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let status = status(error.kind);
        Failure {
            error: Box::new(error),
            status,
        }
    }
}

impl Failure {
    /// A failure whose HTTP status is finer than its family's: 405, 413, 415.
    pub(crate) fn with_status(error: Error, status: StatusCode) -> Failure {
        Failure {
            error: Box::new(error),
            status,
        }
    }

    /// The failure as a problem in `language`.
    pub(crate) fn problem(&self, language: Language) -> Problem {
        problem(&self.error, language, self.status)
    }
}

/// The HTTP status of a family of failures.
fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Missing => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Elsewhere => StatusCode::BAD_GATEWAY,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The failure that a response was made from, kept beside it until the language is known.
#[derive(Clone, Debug)]
struct Unspoken(std::sync::Arc<Error>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Failure { error, status } = self;
        if matches!(error.kind, Kind::Fault | Kind::Unavailable) {
            tracing::error!(code = error.code, source = ?error.source, "a request failed: {}", error.detail.en);
        }
        let mut response = spoken(&error, Language::Indonesian, status);
        response
            .extensions_mut()
            .insert(Unspoken(std::sync::Arc::new(*error)));
        response
    }
}

fn problem(error: &Error, language: Language, status: StatusCode) -> Problem {
    let errors = (!error.fields.is_empty()).then(|| {
        let field_error = |problem: &office::FieldProblem| FieldError {
            field: problem.field.clone(),
            code: problem.code.to_owned(),
            message: problem.message.for_language(language).to_owned(),
        };
        error.fields.iter().map(field_error).collect()
    });
    let changed = error.changed.as_ref().map(|changed| ChangedBy {
        by: changed.by_in(language).to_owned(),
        desk: changed.desk.clone(),
        at: changed.at,
    });
    Problem {
        kind: format!("https://sambung.id/problems/{}", error.code),
        title: title(status, language).to_owned(),
        status: status.as_u16(),
        detail: error.detail.for_language(language).to_owned(),
        code: error.code.to_owned(),
        errors,
        changed,
    }
}

/// What kind of failure it is, in a few words.
fn title(status: StatusCode, language: Language) -> &'static str {
    let (id, en) = match status.as_u16() {
        401 => ("Belum masuk", "Not logged in"),
        403 => ("Tidak diizinkan", "Not allowed"),
        404 => ("Tidak ditemukan", "Not found"),
        409 => (
            "Bertentangan dengan data yang ada",
            "In conflict with what is there",
        ),
        429 => ("Terlalu sering", "Too many attempts"),
        502 => ("Tidak dapat dihubungi", "Cannot be reached"),
        503 => ("Belum dapat dilakukan", "Not possible at the moment"),
        500..=599 => ("Kesalahan program", "A fault in the program"),
        _ => ("Permintaan belum benar", "The request is not right"),
    };
    match language {
        Language::Indonesian => id,
        Language::English => en,
    }
}

/// Writes the failure in `language`.
fn spoken(error: &Error, language: Language, status: StatusCode) -> Response {
    let mut response = (status, Json(problem(error, language, status))).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    let tag = match language {
        Language::Indonesian => "id",
        Language::English => "en",
    };
    response
        .headers_mut()
        .insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(tag));
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Says a failure again in the caller's language. A layer around everything, so that no handler has to know it.
pub(crate) async fn in_callers_language(
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let language = language(request.headers());
    let response = next.run(request).await;
    let Some(Unspoken(error)) = response
        .extensions()
        .get::<Unspoken>()
        .filter(|_| language == Language::English)
    else {
        return response;
    };
    let mut again = spoken(error, language, response.status());
    // What was added on the way out stays: the methods that a path knows, for instance.
    for (name, value) in response.headers() {
        if *name != header::CONTENT_LENGTH {
            again.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
    }
    again
}

/// The answer to a path that does not exist.
pub(crate) async fn no_such_path() -> Failure {
    Failure::from(Error::new(
        Kind::Missing,
        "no_such_path",
        "Alamat ini tidak ada. Daftar alamat ada di /api/openapi.json.",
        "There is no such path. The paths are listed in /api/openapi.json.",
    ))
}

/// The answer to a method that a path does not know.
pub(crate) async fn no_such_method() -> Failure {
    let error = Error::new(
        Kind::Missing,
        "no_such_method",
        "Alamat ini tidak mengenal metode itu.",
        "This path does not know that method.",
    );
    Failure::with_status(error, StatusCode::METHOD_NOT_ALLOWED)
}

/// The answer to a request in whose handling the program panicked.
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()))
        .unwrap_or_else(|| "a panic without words".to_owned());
    Failure::from(Error::fault(words)).into_response()
}
