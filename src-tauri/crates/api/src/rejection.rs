//! What axum refuses before a use case sees it, as problems: which field has the wrong form where serde knows it, and the
//! right status for what HTTP has a word of its own for. A refused secret is never repeated.

use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use office::{Error, FieldProblem, Kind, Sentence};

use crate::problem::Failure;

/// Fields whose content is told to nobody, not even to whoever sent it.
const SECRET: [&str; 3] = ["password", "pppoe_password", "token"];

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Failure {
        match rejection {
            JsonRejection::JsonSyntaxError(error) => {
                let why = cause(&error);
                let error = Error::new(
                    Kind::Invalid,
                    "malformed_json",
                    format!("Isi permintaan bukan JSON yang benar ({why})."),
                    format!("The body is not well-formed JSON ({why})."),
                );
                Failure::with_status(error, StatusCode::BAD_REQUEST)
            }
            JsonRejection::JsonDataError(error) => {
                let (field, why) = place(&error);
                wrong_form(field, &why)
            }
            JsonRejection::MissingJsonContentType(_) => {
                let error = Error::new(
                    Kind::Invalid,
                    "not_json",
                    "Kirim isi permintaan sebagai application/json.",
                    "Send the body as application/json.",
                );
                Failure::with_status(error, StatusCode::UNSUPPORTED_MEDIA_TYPE)
            }
            JsonRejection::BytesRejection(rejection) => rejection.into(),
            other => unreadable(other.status()),
        }
    }
}

impl From<BytesRejection> for Failure {
    fn from(rejection: BytesRejection) -> Failure {
        if rejection.status() != StatusCode::PAYLOAD_TOO_LARGE {
            return unreadable(rejection.status());
        }
        let error = Error::new(
            Kind::Invalid,
            "too_large",
            "Isi permintaan terlalu besar. Kirim kurang dari 1 MiB; berkas impor kurang dari 25 MiB.",
            "The body is too large. Send less than 1 MiB; for an import less than 25 MiB.",
        );
        Failure::with_status(error, StatusCode::PAYLOAD_TOO_LARGE)
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Failure {
        if let Some(name) = unknown_parameter(&rejection) {
            let error = Error::new(
                Kind::Invalid,
                "unknown_parameter",
                format!("Parameter {name} tidak dikenal di alamat ini; periksa ejaannya."),
                format!("There is no parameter {name} here; check its spelling."),
            );
            return Failure::with_status(error, StatusCode::BAD_REQUEST);
        }
        let why = cause(&rejection);
        Failure::from(Error::invalid(
            "invalid_query",
            format!("Ada parameter yang bentuknya tidak benar ({why})."),
            format!("A query parameter has the wrong form ({why})."),
        ))
    }
}

/// The name of the parameter that nobody knows, if that is why the query was refused.
pub(crate) fn unknown_parameter(rejection: &QueryRejection) -> Option<String> {
    let why = cause(rejection);
    let (_, rest) = why.split_once("unknown field `")?;
    rest.split_once('`').map(|(name, _)| name.to_owned())
}

impl From<PathRejection> for Failure {
    fn from(rejection: PathRejection) -> Failure {
        // An id that is none names nothing, so this is 404 and not 422.
        let error = Error::new(
            Kind::Missing,
            "invalid_path",
            "Nomor pada alamat tidak benar; pakai nomor dari daftar.",
            "The id in the path has the wrong form; use one from a list.",
        );
        Failure::from(error.caused_by(rejection))
    }
}

fn unreadable(status: StatusCode) -> Failure {
    let error = Error::new(
        Kind::Invalid,
        "unreadable_body",
        "Isi permintaan tidak terbaca sampai selesai. Kirim lagi.",
        "The body could not be read to its end. Send it again.",
    );
    Failure::with_status(error, status)
}

/// The parser's words in plain ones. They are English and for programmers, so a cashier never reads them.
fn plainly(why: &str) -> (&'static str, &'static str) {
    if why.contains("date") || why.contains("civil") {
        (
            "Tanggal ini tidak ada di kalender; tulis seperti 2026-01-31.",
            "There is no such date; write it like 2026-01-31.",
        )
    } else if why.contains("floating point") {
        (
            "Isi angka bulat, tanpa koma.",
            "A whole number, without a fraction.",
        )
    } else if why.contains("out of range") || why.contains("integer `") {
        (
            "Angka ini di luar batas; periksa digitnya.",
            "The number is out of range; check its digits.",
        )
    } else if why.contains("invalid type") {
        ("Jenis isinya tidak benar.", "The value is of the wrong kind.")
    } else {
        (
            "Isinya bukan salah satu yang dikenal.",
            "The value is none of those that are known.",
        )
    }
}

/// A field of the wrong form, beside the field.
fn wrong_form(field: String, why: &str) -> Failure {
    let (code, id, en) = if why.starts_with("missing field") {
        (
            "required",
            "Wajib diisi.".to_owned(),
            "This must be filled in.".to_owned(),
        )
    } else if why.starts_with("unknown field") {
        (
            "unknown_field",
            "Isian ini tidak dikenal.".to_owned(),
            "There is no such field.".to_owned(),
        )
    } else if SECRET.contains(&field.as_str()) {
        (
            "wrong_form",
            "Bentuknya tidak benar.".to_owned(),
            "It has the wrong form.".to_owned(),
        )
    } else {
        // serde's words name what was found and what was expected, which is what a script's author needs.
        let (id, en) = plainly(why);
        ("wrong_form", id.to_owned(), format!("{en} ({why})"))
    };
    let mut error = Error::invalid(
        "invalid",
        format!("Isian {field} belum benar: {id}"),
        format!("The field {field} is not right: {en}"),
    );
    error.fields = vec![FieldProblem {
        field,
        code,
        message: Sentence::new(id, en),
    }];
    Failure::from(error)
}

/// The innermost cause in its own words.
fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The field that serde refused, and why.
fn place(error: &(dyn std::error::Error + 'static)) -> (String, String) {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(refused) = error.downcast_ref::<serde_path_to_error::Error<serde_json::Error>>() {
            let why = refused.inner().to_string();
            let why = why.split(" at line ").next().unwrap_or_default().to_owned();
            return (field(&refused.path().to_string(), &why), why);
        }
        at = error.source();
    }
    ("body".to_owned(), cause(error))
}

/// The name of the field: where serde stood, or, for one that is missing or unknown, the name that it complains about.
fn field(path: &str, why: &str) -> String {
    let complained = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| why.strip_prefix(start))
        .and_then(|rest| rest.split('`').next());
    match (path, complained) {
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
        (".", None) => "body".to_owned(),
        (path, _) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_wherever_serde_stood() {
        assert_eq!(
            field("amount", "invalid type: string \"x\", expected i64"),
            "amount"
        );
        assert_eq!(field(".", "missing field `name`"), "name");
        assert_eq!(
            field("speed", "unknown field `speed`, expected one of `code`"),
            "speed"
        );
        assert_eq!(field(".", "invalid type: sequence, expected struct"), "body");
    }
}
