//! What axum refuses before a use case sees it, as problems: which field has the wrong form where serde knows it, and the
//! right status for what HTTP has a word of its own for. A refused secret is never repeated.

use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use office::{Error, FieldProblem, Kind, Sentence, field_name, is_out_of_range, known};

use crate::problem::Failure;

/// Fields whose content is told to nobody, not even to whoever sent it.
const SECRET: [&str; 3] = ["password", "pppoe_password", "token"];

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Failure {
        match rejection {
            JsonRejection::JsonSyntaxError(error) => {
                let why = cause(&error);
                let at = why
                    .rsplit_once(" at line ")
                    .map(|(_, at)| at.replace(" column ", ":"));
                let at = at.map_or_else(String::new, |at| format!(" ({at})"));
                let error = Error::new(
                    Kind::Invalid,
                    "malformed_json",
                    format!("Isi permintaan bukan JSON yang benar{at}. Periksa tanda kurung, koma dan tanda petik."),
                    format!("The body is not well-formed JSON{at}. Check brackets, commas and quotation marks."),
                )
                .caused_by(error);
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
        let (id, en) = plainly(&cause(&rejection));
        let (in_id, in_en) = parameter(&rejection)
            .map(|name| (format!("Parameter {name}"), format!("The parameter {name}")))
            .unwrap_or_else(|| ("Satu parameter".to_owned(), "A parameter".to_owned()));
        Failure::from(
            Error::invalid(
                "invalid_query",
                format!("{in_id} belum benar: {id}"),
                format!("{in_en} is not right: {en}"),
            )
            .caused_by(rejection),
        )
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

/// The name of the parameter that was refused, where the parser knows it.
fn parameter(rejection: &QueryRejection) -> Option<String> {
    let mut at: Option<&(dyn std::error::Error + 'static)> = Some(rejection);
    while let Some(error) = at {
        if let Some(refused) = error.downcast_ref::<serde_path_to_error::Error<serde::de::value::Error>>() {
            return Some(refused.path().to_string()).filter(|name| name != ".");
        }
        at = error.source();
    }
    None
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

/// The parser's words in plain ones, in Indonesian and English. They are for programmers, so a cashier never reads them;
/// what the office refused itself, it says itself.
fn plainly(why: &str) -> (String, String) {
    let said = |id: &str, en: &str| (id.to_owned(), en.to_owned());
    if let Some(Sentence { id, en }) = known(why) {
        return (id, en);
    }
    let found = why
        .strip_prefix("invalid type: ")
        .or_else(|| why.strip_prefix("invalid value: "))
        .map(|rest| rest.rsplit_once(", expected ").unwrap_or((rest, "")));
    match found {
        Some((_, expected)) if expected.contains("date") => NOT_A_DATE.said(),
        Some((given, expected)) if is_number(expected) => {
            if is_out_of_range(why) {
                said(
                    "Angka ini di luar batas; periksa jumlah digitnya.",
                    "The number is out of range; check its digits.",
                )
            } else if given.starts_with("floating point") {
                said(
                    "Isi angka bulat, tanpa koma.",
                    "This must be a whole number, without a fraction.",
                )
            } else if given.starts_with("string") {
                said(
                    "Isi angka, tanpa tanda petik.",
                    "This must be a number, without quotation marks.",
                )
            } else {
                said("Isi angka bulat.", "This must be a whole number.")
            }
        }
        Some((_, expected)) if expected.contains("string") || expected.contains("a text") => said(
            "Isi teks, di antara tanda petik.",
            "This must be a text, in quotation marks.",
        ),
        Some((_, expected)) if expected.contains("boolean") => {
            said("Isi true atau false.", "This must be true or false.")
        }
        Some(_) => said("Jenis isinya tidak benar.", "The value is of the wrong kind."),
        None if why.contains("provided string was not `true` or `false`") => {
            said("Isi true atau false.", "This must be true or false.")
        }
        None if why.contains("number too large") || why.contains("number too small") => said(
            "Angka ini di luar batas; periksa jumlah digitnya.",
            "The number is out of range; check its digits.",
        ),
        None if why.contains("digit found in string") || why.contains("integer from empty string") => {
            said("Isi angka bulat.", "This must be a whole number.")
        }
        None if ["date", "civil", "year", "month", "day"]
            .iter()
            .any(|word| why.contains(word)) =>
        {
            NOT_A_DATE.said()
        }
        None => said("Bentuknya tidak benar.", "It has the wrong form."),
    }
}

/// What is said of a day that is none.
struct Said(&'static str, &'static str);

const NOT_A_DATE: Said = Said(
    "Tanggal atau bulan ini tidak ada di kalender; tulis seperti 2026-01-31, bulan seperti 2026-01.",
    "There is no such date or month; write it like 2026-01-31, a month like 2026-01.",
);

impl Said {
    fn said(&self) -> (String, String) {
        (self.0.to_owned(), self.1.to_owned())
    }
}

fn is_number(expected: &str) -> bool {
    ["i64", "i32", "i16", "u64", "u32", "u16", "u8", "usize", "f64"].contains(&expected)
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
        let (id, en) = plainly(why);
        ("wrong_form", id, en)
    };
    let name = field_name(&field);
    let mut error = Error::invalid(
        "invalid",
        format!("Isian {} belum benar: {id}", name.id),
        format!("The field {} is not right: {en}", name.en),
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

    #[test]
    fn what_is_said_fits_what_was_given_and_is_in_one_language() {
        let id = |why: &str| plainly(why).0;
        for (why, said) in [
            (
                "invalid type: floating point `1.0e20`, expected i64",
                "di luar batas",
            ),
            (
                "invalid value: integer `99999999999999999999`, expected i64",
                "di luar batas",
            ),
            ("invalid type: floating point `1.5`, expected i64", "angka bulat"),
            ("invalid type: integer `1`, expected a string", "Isi teks"),
            ("invalid type: string \"x\", expected i64", "Isi angka"),
            (
                "\"gold\" is not a payment method; use one of: cash, transfer",
                "Pilih salah satu: cash, transfer.",
            ),
            (
                "unknown variant `a6`, expected `a4` or `a5`",
                "Pilih salah satu: a4, a5.",
            ),
            (
                "failed to parse year in date \"30/01/2026\": failed to parse",
                "2026-01-31",
            ),
            ("invalid digit found in string", "angka bulat"),
        ] {
            assert!(id(why).contains(said), "{why}: {}", id(why));
        }
    }
}
