//! How the command line speaks: results alone on standard output, words for people on standard error.

use std::io::Write as _;
use std::process::ExitCode;

use office::{Actor, Error, Language};
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

/// What is wrong use although its form is right, so that only the office can tell; clap refuses the rest.
const WRONG_USE: [&str; 4] = [
    "database_url_unknown",
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
