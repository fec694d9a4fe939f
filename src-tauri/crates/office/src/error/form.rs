//! Checking a form as a whole.

use super::{Error, FieldProblem, Kind, Result, Sentence, field_name};

/// Gathers everything that is wrong with a form, so that the user hears it at once and not one field at a time.
#[derive(Debug, Default)]
pub(crate) struct FormCheck(Vec<FieldProblem>);

impl FormCheck {
    /// Starts with nothing wrong.
    #[must_use]
    pub(crate) fn new() -> FormCheck {
        FormCheck::default()
    }

    /// Notes what is wrong with `field`.
    pub(crate) fn refuse(
        &mut self,
        field: impl Into<String>,
        code: &'static str,
        id: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.0.push(FieldProblem {
            field: field.into(),
            code,
            message: Sentence::new(id, en),
        });
    }

    /// Requires text that is not blank and at most `longest` characters; returns it trimmed.
    pub(crate) fn text(&mut self, field: &str, value: &str, longest: usize) -> String {
        let value = value.trim();
        if value.is_empty() {
            self.refuse(field, "required", "Wajib diisi.", "This must be filled in.");
        } else if value.chars().count() > longest {
            self.refuse(
                field,
                "too_long",
                format!("Paling banyak {longest} huruf."),
                format!("At most {longest} characters."),
            );
        } else if value.chars().any(char::is_control) {
            self.refuse(
                field,
                "control_characters",
                "Ada tanda yang tidak terbaca.",
                "It holds unreadable characters.",
            );
        }
        value.to_owned()
    }

    /// Like [`FormCheck::text`] for a field that may be left out; blank becomes `None`.
    pub(crate) fn optional_text(
        &mut self,
        field: &str,
        value: Option<&str>,
        longest: usize,
    ) -> Option<String> {
        let value = value.map(str::trim).filter(|value| !value.is_empty())?;
        Some(self.text(field, value, longest))
    }

    /// `Ok` when nothing was refused.
    ///
    /// # Errors
    /// An `invalid` error that names every refused field.
    pub(crate) fn finish(self) -> Result<()> {
        let Some(first) = self.0.first() else {
            return Ok(());
        };
        let detail = if self.0.len() == 1 {
            let name = field_name(&first.field);
            Sentence::new(
                format!("Isian {} belum benar: {}", name.id, first.message.id),
                format!("The field {} is not right: {}", name.en, first.message.en),
            )
        } else {
            Sentence::new(
                format!("{} isian belum benar; periksa yang ditandai.", self.0.len()),
                format!("{} fields are not right; see the marked ones.", self.0.len()),
            )
        };
        Err(Error {
            kind: Kind::Invalid,
            code: "invalid",
            detail,
            fields: self.0,
            changed: None,
            source: None,
        })
    }
}

/// The refusal of a request that lacks these fields, by the names that the API has for them.
#[must_use]
pub fn missing_fields(fields: &[&str]) -> Error {
    let mut form = FormCheck::new();
    for field in fields {
        form.refuse(*field, "required", "Wajib diisi.", "This must be filled in.");
    }
    match form.finish() {
        Err(error) => error,
        Ok(()) => Error::fault("nothing is missing"),
    }
}
