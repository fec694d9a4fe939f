//! Refusing an import as a whole: nothing is taken in, and the sentence names the lines at which it failed, since a place in
//! the request tells a person nothing.

use std::collections::HashMap;

use crate::error::{Error, FieldProblem, FormCheck, Result, Sentence, field_name};
use crate::onboarding::decisions::LineDecision;
use crate::onboarding::entry::Entry;
use crate::onboarding::line_name::name_of;

/// So many faults are told in the sentence; the others stand beside their lines.
const TOLD: usize = 3;

/// Refuses the request as a whole. Where the router is no longer what was looked at, that is the first thing to hear.
pub(super) fn refuse_what_is_wrong(
    form: FormCheck,
    changed: usize,
    decisions: &[LineDecision],
    entries: &[Entry],
) -> Result<()> {
    let Err(refused) = form.finish() else {
        return Ok(());
    };
    if changed > 0 {
        return Err(Error {
            fields: refused.fields,
            ..lines_changed(changed)
        });
    }
    let told = told(&refused.fields, decisions, entries);
    if told.is_empty() {
        return Err(refused);
    }
    Err(Error {
        detail: sentence(&told, refused.fields.len()),
        ..refused
    })
}

fn lines_changed(changed: usize) -> Error {
    Error::conflict(
        "router_lines_changed",
        format!(
            "{changed} jalur sudah berubah di router sejak pratinjau, jadi tidak ada yang diimpor. Buka pratinjaunya \
             sekali lagi."
        ),
        format!(
            "{changed} lines have changed on the router since the preview, so nothing was imported. Look at the \
             preview once more."
        ),
    )
}

/// The first faults of lines, each with the name of its line.
fn told(fields: &[FieldProblem], decisions: &[LineDecision], entries: &[Entry]) -> Vec<Sentence> {
    let of_lines: Vec<(&str, &FieldProblem)> = fields
        .iter()
        .filter_map(|problem| Some((decisions.get(place(&problem.field)?)?.key.as_str(), problem)))
        .take(TOLD)
        .collect();
    if of_lines.is_empty() {
        return Vec::new();
    }
    let by_key: HashMap<&str, &Entry> = entries.iter().map(|entry| (entry.key.as_str(), entry)).collect();
    of_lines
        .into_iter()
        .map(|(key, problem)| {
            let name = by_key
                .get(key)
                .map_or_else(|| key.to_owned(), |entry| name_of(entry));
            let field = field_of(problem);
            Sentence::new(
                format!("Jalur {name}{}: {}", field.id, begun_small(&problem.message.id)),
                format!("Line {name}{}: {}", field.en, begun_small(&problem.message.en)),
            )
        })
        .collect()
}

/// Which field of the line it is, in brackets, where the message does not say so itself.
fn field_of(problem: &FieldProblem) -> Sentence {
    match problem.field.split_once("].") {
        Some((_, field)) if problem.code != "required" && !["key", "digest"].contains(&field) => {
            let name = field_name(field);
            Sentence::new(format!(" ({})", name.id), format!(" ({})", name.en))
        }
        _ => Sentence::typed(""),
    }
}

/// The place in `lines[3].name`.
fn place(field: &str) -> Option<usize> {
    let (place, _) = field.strip_prefix("lines[")?.split_once(']')?;
    place.parse().ok()
}

/// A sentence as it stands after a colon; an abbreviation keeps its capitals.
fn begun_small(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if letters.as_str().starts_with(char::is_lowercase) => {
            first.to_lowercase().chain(letters.as_str().chars()).collect()
        }
        _ => sentence.to_owned(),
    }
}

fn sentence(told: &[Sentence], all: usize) -> Sentence {
    let of = |wording: fn(&Sentence) -> &str| told.iter().map(wording).collect::<Vec<_>>().join(" ");
    let (mut id, mut en) = (
        format!("Tidak ada yang diimpor. {}", of(|it| &it.id)),
        format!("Nothing was imported. {}", of(|it| &it.en)),
    );
    let others = all.saturating_sub(told.len());
    if others > 0 {
        id.push_str(&format!(" Masih ada {others} isian lain yang belum benar."));
        en.push_str(&format!(" There are {others} more fields that are not right."));
    }
    Sentence::new(id, en)
}
