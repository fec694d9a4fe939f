//! What was typed in a form that the command line does not have: one sentence with a stable code, in the reader's
//! language, and the form that is right. Help and version are answers, not failures.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use office::Sentence;

use crate::voice;

/// The exit code of wrong use.
const WRONG_USE: u8 = 2;

/// Tells what clap found, and gives the exit code for it.
pub(crate) fn tell(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe is the reader's wish to hear no more.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let (code, sentence) = sentence(error);
    voice::say(&format!("{} [{code}]", sentence.for_language(voice::language())));
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        voice::say(&error.render().to_string());
    } else if let Some(usage) = context(error, ContextKind::Usage) {
        voice::say(&usage);
    }
    ExitCode::from(WRONG_USE)
}

fn sentence(error: &clap::Error) -> (&'static str, Sentence) {
    let named = |kind| context(error, kind).unwrap_or_default();
    let (argument, value) = (named(ContextKind::InvalidArg), named(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument => {
            let subcommand = named(ContextKind::InvalidSubcommand);
            let word = if subcommand.is_empty() {
                argument
            } else {
                subcommand
            };
            let near = context(error, ContextKind::SuggestedSubcommand)
                .or_else(|| context(error, ContextKind::SuggestedArg));
            let (id, en) = near.map_or_else(Default::default, |near| {
                (
                    format!(" Mungkin maksudnya {near}."),
                    format!(" Perhaps {near} was meant."),
                )
            });
            (
                "usage_unknown_word",
                Sentence::new(
                    format!("{word} tidak dikenal di sini.{id}"),
                    format!("{word} is not known here.{en}"),
                ),
            )
        }
        ErrorKind::MissingRequiredArgument => (
            "usage_missing",
            Sentence::new(
                format!("Masih kurang: {argument}."),
                format!("Still missing: {argument}."),
            ),
        ),
        ErrorKind::ArgumentConflict => {
            let other = named(ContextKind::PriorArg);
            (
                "usage_conflict",
                Sentence::new(
                    format!("{argument} tidak dapat dipakai bersama {other}. Pilih salah satu."),
                    format!("{argument} cannot be used with {other}. Choose one of them."),
                ),
            )
        }
        ErrorKind::InvalidValue if value.is_empty() => (
            "usage_bad_value",
            Sentence::new(
                format!("{argument} belum diisi."),
                format!("{argument} has no value."),
            ),
        ),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let choices = named(ContextKind::ValidValue);
            let (id, en) = if choices.is_empty() {
                (
                    String::new(),
                    std::error::Error::source(error).map_or_else(String::new, |why| format!(" ({why})")),
                )
            } else {
                (
                    format!(" Yang ada: {choices}."),
                    format!(" There are: {choices}."),
                )
            };
            (
                "usage_bad_value",
                Sentence::new(
                    format!("Isi {value} tidak dapat dipakai untuk {argument}.{id}"),
                    format!("{value} cannot be used for {argument}.{en}"),
                ),
            )
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => (
            "usage_incomplete",
            Sentence::new(
                "Perintahnya belum lengkap. Yang dapat ditambahkan:",
                "The command is not complete. What can be added:",
            ),
        ),
        _ => (
            "usage",
            Sentence::new(
                "Perintah ini tidak dapat dibaca; lihat --help.",
                "This command cannot be read; see --help.",
            ),
        ),
    }
}

/// What clap noted of this kind, in the words of the command line.
fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let words = match error.get(kind)? {
        ContextValue::String(word) => word.clone(),
        ContextValue::Strings(words) => words.join(", "),
        ContextValue::StyledStr(words) => words.to_string(),
        ContextValue::StyledStrs(words) => words
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(words).filter(|words| !words.is_empty())
}
