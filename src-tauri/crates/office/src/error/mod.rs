//! What a user hears when something cannot be done: one sentence in their language that says what happened and what to
//! do, and a stable code that a program can branch on. A missing row and a broken database never look the same.

mod choices;
mod field_names;
mod form;
mod known;
mod translate;

use std::fmt;

use serde::Serialize;

use choices::choices;
pub use field_names::field_name;
pub(crate) use form::FormCheck;
pub use form::missing_fields;
pub(crate) use known::due_rule;
pub use known::{is_out_of_range, known};

/// The answer of every use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One sentence in the two languages of the product, Indonesian first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Sentence {
    /// Bahasa Indonesia.
    pub id: String,
    /// English.
    pub en: String,
}

impl Sentence {
    /// Pairs the two wordings of one sentence.
    pub fn new(id: impl Into<String>, en: impl Into<String>) -> Sentence {
        Sentence {
            id: id.into(),
            en: en.into(),
        }
    }

    /// What a person typed: the same in both languages.
    #[must_use]
    pub fn typed(words: &str) -> Sentence {
        Sentence::new(words, words)
    }

    /// This sentence and then another one.
    #[must_use]
    pub(crate) fn then(&self, next: &Sentence) -> Sentence {
        Sentence::new(
            format!("{} {}", self.id, next.id),
            format!("{} {}", self.en, next.en),
        )
    }

    /// The wording for a reader of `language`; anything but English reads Indonesian.
    #[must_use]
    pub fn for_language(&self, language: Language) -> &str {
        match language {
            Language::Indonesian => &self.id,
            Language::English => &self.en,
        }
    }

    /// How it is kept in a column: in both wordings, since who will read it is not known yet.
    #[must_use]
    pub fn held(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// The same of what may be a person's own words, which are kept as they were typed.
    #[must_use]
    pub fn kept(&self) -> String {
        if self.id == self.en {
            self.id.clone()
        } else {
            self.held()
        }
    }

    /// The same of a failure, with its code beside it.
    #[must_use]
    pub fn held_with(&self, code: &str) -> String {
        serde_json::json!({ "id": self.id, "en": self.en, "code": code }).to_string()
    }

    /// The code that [`Sentence::held_with`] wrote; `None` where only the words were kept.
    #[must_use]
    pub fn code_of_held(text: &str) -> Option<String> {
        let held: serde_json::Value = serde_json::from_str(text).ok()?;
        held.get("code")?.as_str().map(str::to_owned)
    }

    /// What [`Sentence::held`] wrote. Text that was kept before there were two wordings reads the same in both.
    #[must_use]
    pub fn from_held(text: &str) -> Sentence {
        serde_json::from_str(text).unwrap_or_else(|_| Sentence::new(text, text))
    }
}

/// The two wordings side by side, Indonesian first.
impl<A: Into<String>, B: Into<String>> From<(A, B)> for Sentence {
    fn from((id, en): (A, B)) -> Sentence {
        Sentence::new(id, en)
    }
}

/// The languages the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia, the default.
    #[default]
    Indonesian,
    /// English.
    English,
}

impl Language {
    /// Reads an `Accept-Language` header or a setting: `en…` is English, everything else Indonesian.
    #[must_use]
    pub fn from_tag(tag: &str) -> Language {
        if tag.trim_start().to_ascii_lowercase().starts_with("en") {
            Language::English
        } else {
            Language::Indonesian
        }
    }
}

/// The family of a failure; it decides the HTTP status and what a screen does next. Codes are finer: see [`Error::code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was sent is wrong; the sender can mend it (422).
    Invalid,
    /// Nobody is logged in, or the token is not valid (401).
    Unauthenticated,
    /// Logged in, but not allowed (403).
    Forbidden,
    /// There is no such thing (404).
    Missing,
    /// It clashes with what is there (409).
    Conflict,
    /// Too many attempts; wait (429).
    TooMany,
    /// A router, gateway or keyring could not be asked (502).
    Elsewhere,
    /// The database is locked, full or read-only; trying again or making room helps (503).
    Unavailable,
    /// A fault of the program (500).
    Fault,
}

/// One field that was refused, so that the message can stand beside it.
#[derive(Clone, Debug)]
pub struct FieldProblem {
    /// The field's name in the request.
    pub field: String,
    /// A stable word for programs.
    pub code: &'static str,
    /// What is wrong with it and what would be right.
    pub message: Sentence,
}

/// Who changed a record since somebody read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Who it was, by the name in the log.
    pub by: String,
    /// At which desk.
    pub desk: String,
    /// When, epoch milliseconds.
    pub at: i64,
}

impl Changed {
    /// Who it was, as a sentence in `language` names them.
    #[must_use]
    pub fn by_in(&self, language: Language) -> &str {
        crate::actor::in_words(&self.by, language)
    }
}

/// A failure with its sentence and its code.
#[derive(Debug)]
pub struct Error {
    /// The family of the failure.
    pub kind: Kind,
    /// The stable word for programs: lower case with underscores.
    pub code: &'static str,
    /// What happened and what to do.
    pub detail: Sentence,
    /// The fields that were refused; empty where the failure has no field.
    pub fields: Vec<FieldProblem>,
    /// Who changed the record since it was read, where that is why.
    pub changed: Option<Box<Changed>>,
    /// The cause, for the log; never shown to the user and never holding a secret.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure of `kind` with its code and the two wordings of its sentence.
    pub fn new(kind: Kind, code: &'static str, id: impl Into<String>, en: impl Into<String>) -> Error {
        Error {
            kind,
            code,
            detail: Sentence::new(id, en),
            fields: Vec::new(),
            changed: None,
            source: None,
        }
    }

    /// Something sent was wrong as a whole.
    pub fn invalid(code: &'static str, id: impl Into<String>, en: impl Into<String>) -> Error {
        Error::new(Kind::Invalid, code, id, en)
    }

    /// It clashes with what is already there.
    pub fn conflict(code: &'static str, id: impl Into<String>, en: impl Into<String>) -> Error {
        Error::new(Kind::Conflict, code, id, en)
    }

    /// There is no such `what` (Indonesian and English noun).
    pub fn missing(what_id: &str, what_en: &str) -> Error {
        Error::new(
            Kind::Missing,
            "not_found",
            format!("{what_id} tidak ditemukan. Muat ulang daftar; mungkin sudah diubah di meja lain."),
            format!("There is no such {what_en}. Reload the list; it may have been changed at another desk."),
        )
    }

    /// The record was changed since the caller read it.
    #[must_use]
    pub fn stale() -> Error {
        Error::conflict(
            "stale",
            "Data ini sudah diubah orang lain sejak Anda membukanya; perubahan Anda belum disimpan. Muat ulang, lalu pilih \
             isian mana yang dipakai.",
            "Somebody changed this record since you opened it; your change was not saved. Reload it and choose which values \
             to keep.",
        )
    }

    /// A fault of the program or of stored data; `why` is for the log.
    pub fn fault(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::new(
            Kind::Fault,
            "fault",
            "Ada kesalahan di dalam program; tidak ada yang berubah. Laporkan dengan waktu kejadiannya.",
            "There is a fault in the program; nothing was changed. Report it with the time it happened.",
        )
        .caused_by(why)
    }

    /// Attaches the cause, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail.en)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_sentence_comes_back_in_both_wordings_and_older_text_reads_the_same_in_both() {
        let both = Sentence::new(
            "Router \"A\" tidak menjawab.",
            "The router \"A\" does not answer.",
        );
        assert_eq!(Sentence::from_held(&both.held()), both);
        assert_eq!(Sentence::code_of_held(&both.held()), None);
        let with_code = both.held_with("router_bad_login");
        assert_eq!(Sentence::from_held(&with_code), both);
        assert_eq!(
            Sentence::code_of_held(&with_code).as_deref(),
            Some("router_bad_login")
        );
        let old = Sentence::from_held("Router tidak menjawab.");
        assert_eq!(Sentence::code_of_held("Router tidak menjawab."), None);
        assert_eq!(
            (old.id.as_str(), old.en.as_str()),
            ("Router tidak menjawab.", "Router tidak menjawab.")
        );
    }
}
