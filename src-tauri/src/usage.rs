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
    } else if let Some(usage) = context(error, ContextKind::Usage).filter(|_| !lacks_an_option(error)) {
        voice::say(&usage);
    }
    ExitCode::from(WRONG_USE)
}

/// Whether only options are missing. The form that clap shows then has every option that was typed as one that must be.
fn lacks_an_option(error: &clap::Error) -> bool {
    error.kind() == ErrorKind::MissingRequiredArgument
        && context(error, ContextKind::InvalidArg)
            .is_some_and(|missing| missing.split(", ").all(|it| it.starts_with("--")))
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
        ErrorKind::TooManyValues => (
            "usage_no_value",
            Sentence::new(
                format!("{argument} ditulis tanpa isi: hapus {value}."),
                format!("{argument} is written without a value: leave {value} away."),
            ),
        ),
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
                let form = form_of(&argument);
                (form.id, form.en)
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

/// The form of what belongs behind an argument, with a space in front; nothing where the word says it.
fn form_of(argument: &str) -> Sentence {
    let name = argument.split([' ', '=']).next().unwrap_or_default();
    let one_of = |words: Vec<&str>| {
        let words = words.join(", ");
        (format!("Yang ada: {words}."), format!("There are: {words}."))
    };
    let said = |id: &str, en: &str| (id.to_owned(), en.to_owned());
    let (id, en) = match name {
        "--amount" | "--received" | "--price" => said(
            "Tulis rupiah bulat: 150000 atau 150.000.",
            "Write whole rupiah: 150000 or 150.000.",
        ),
        "--month" => said("Tulis 1 sampai 12.", "Write 1 to 12."),
        "--year" => said("Tulis tahunnya, misalnya 2026.", "Write the year, like 2026."),
        "--as-of" => said(
            "Tulis tanggal, jam dan zona: 2026-01-01T06:00:00+07:00.",
            "Write day, time and zone: 2026-01-01T06:00:00+07:00.",
        ),
        "--period" | "--first-period" => said("Tulis tahun-bulan: 2026-01.", "Write year-month: 2026-01."),
        "--date" | "--until" => said(
            "Tulis tahun-bulan-tanggal: 2026-01-31.",
            "Write year-month-day: 2026-01-31.",
        ),
        "--listen" | "--serve" => said(
            "Tulis alamat:port, misalnya 127.0.0.1:8790.",
            "Write address:port, like 127.0.0.1:8790.",
        ),
        "--role" => one_of(office::Role::ALL.iter().map(|word| word.as_str()).collect()),
        "--method" => one_of(billing::Method::ALL.iter().map(|word| word.as_str()).collect()),
        "--port" => said("Tulis 1 sampai 65535.", "Write 1 to 65535."),
        "--customers" => said(
            "Tulis jumlahnya dalam angka, misalnya 300.",
            "Write how many in digits, like 300.",
        ),
        "--limit" => said("Tulis 1 sampai 500.", "Write 1 to 500."),
        "--hold-days" => said("Tulis 0 sampai 30.", "Write 0 to 30."),
        "--mode" | "<MODE>" => one_of(
            billing::RouterMode::ALL
                .iter()
                .map(|word| word.as_str())
                .collect(),
        ),
        _ => return Sentence::new("", ""),
    };
    Sentence::new(format!(" {id}"), format!(" {en}"))
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::command_line::CommandLine;

    #[test]
    fn a_wrong_word_is_answered_with_the_form_that_is_right() {
        let said = |line: &str| {
            let error = CommandLine::try_parse_from(line.split(' ')).unwrap_err();
            sentence(&error).1.id
        };
        for (line, form) in [
            ("sambung payment take PLG-1 --amount 1,5", "150.000"),
            ("sambung task x --month 13 --year 2026", "1 sampai 12"),
            ("sambung task x --as-of 2026-01-01", "+07:00"),
            ("sambung user add rina --role kasir", "cashier"),
            ("sambung router mode RB nonton", "observe, manage"),
            ("sambung router add RB --host h --user u --port 99999", "65535"),
            ("sambung isolation apply --confirm=ya", "tanpa isi: hapus ya"),
            ("sambung isolation undo 1 --hold-days 99", "0 sampai 30"),
            ("sambung training --customers -5", "dalam angka"),
        ] {
            assert!(said(line).contains(form), "{line}: {}", said(line));
        }
        let missing =
            |line: &str| lacks_an_option(&CommandLine::try_parse_from(line.split(' ')).unwrap_err());
        assert!(missing("sambung task x --month 1"), "--year is enough to say");
        assert!(!missing("sambung payment take"));
        let negative = CommandLine::try_parse_from(["sambung", "payment", "take", "PLG-1", "--amount", "-5"]);
        assert!(negative.is_ok(), "the office says what an amount must be");
    }
}
