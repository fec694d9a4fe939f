//! How the command line speaks: results alone on standard output, words for people on standard error.

use std::io::{self, Write as _};
use std::process::ExitCode;

use office::{Actor, Error, Language, Sentence};
use tracing_subscriber::EnvFilter;

/// Starts the log on standard error; `SAMBUNG_LOG` chooses what is in it.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("SAMBUNG_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second start, as from a test, leaves the first one in place.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// The reader's language by the environment; Indonesian unless it is clearly English.
pub(crate) fn language() -> Language {
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    tag.map_or(Language::Indonesian, |tag| Language::from_tag(&tag))
}

/// Whoever sits at the command line, who reads the environment's language.
pub(crate) fn console() -> Actor {
    Actor::console().reading(language())
}

/// Writes a result, alone, to standard output. A closed pipe is the reader's wish to hear no more.
pub(crate) fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes a word for people to standard error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Why a file or an address could not be used. The system tells it in English alone, with a number behind it.
pub(crate) fn in_words(error: &io::Error) -> Sentence {
    let (id, en) = match error.kind() {
        io::ErrorKind::NotFound => (
            "berkas atau foldernya tidak ada",
            "there is no such file or folder",
        ),
        io::ErrorKind::PermissionDenied => ("tidak diizinkan", "permission denied"),
        io::ErrorKind::AlreadyExists => ("sudah ada", "it exists already"),
        io::ErrorKind::IsADirectory => ("itu folder, bukan berkas", "that is a folder, not a file"),
        io::ErrorKind::NotADirectory => ("itu bukan folder", "that is not a folder"),
        io::ErrorKind::StorageFull => ("disk penuh", "the disk is full"),
        io::ErrorKind::ReadOnlyFilesystem => ("disk hanya dapat dibaca", "the disk can only be read"),
        io::ErrorKind::AddrInUse => ("sudah dipakai program lain", "another program uses it"),
        io::ErrorKind::AddrNotAvailable => ("bukan alamat komputer ini", "it is no address of this machine"),
        _ => return Sentence::new(error.to_string(), error.to_string()),
    };
    Sentence::new(id, en)
}

/// What is wrong use although its form is right, so that only the office can tell; clap refuses the rest.
const WRONG_USE: [&str; 6] = [
    "as_of_too_far",
    "database_url_unknown",
    "invalid_outcome",
    "invalid_status",
    "month_without_billing",
    "unknown_task",
];

/// Tells a failure and gives the exit code for it: 2 for wrong use, 1 for everything else.
pub(crate) fn failed(error: &Error) -> ExitCode {
    tracing::debug!(source = ?error.source, code = error.code, "failed");
    say(&format!(
        "{} [{}]",
        error.detail.for_language(language()),
        error.code
    ));
    for field in &error.fields {
        say(&format!(
            "  {}: {}",
            place(&field.field),
            field.message.for_language(language())
        ));
    }
    ExitCode::from(if WRONG_USE.contains(&error.code) { 2 } else { 1 })
}

/// Where something is wrong, in the reader's words: a row of an import is named by its line, a form's field by its name.
fn place(field: &str) -> String {
    match (language(), field.strip_prefix("line ")) {
        (Language::Indonesian, Some(line)) => format!("baris {line}"),
        _ => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_is_told_without_its_number() {
        let missing = std::fs::read("/tidak/ada").unwrap_err();
        assert_eq!(in_words(&missing).id, "berkas atau foldernya tidak ada");
        let taken = io::Error::from(io::ErrorKind::AddrInUse);
        assert_eq!(in_words(&taken).id, "sudah dipakai program lain");
        let rare = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(in_words(&rare).id, rare.to_string());
    }
}
