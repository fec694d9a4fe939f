//! Text tables: CSV with comma, semicolon, tab or bar, in the encodings that Indonesian offices' programs write.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::reading::{HEADINGS_WITHIN, MOST_ROWS, Sheet, SheetRow, below_headings, fields_named, is_blank};
use super::refusal::ImportError;
use super::sniffing::LooksLike;

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// One control character in so many may be an accident; more are not text.
const CHARACTERS_PER_ACCIDENT: usize = 200;

/// A last record of our own. If it does not come out by itself, an open quotation mark has swallowed it.
const LAST_RECORD: &str = "\n\u{1}";

/// Reads a text table.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, ImportError> {
    let decoded = decoded(bytes)?;
    let mut text = decoded.into_owned();
    // Programs of the eighties, and some tills to this day, end a text with this.
    text.truncate(text.trim_end_matches('\u{1a}').len());
    if text.trim().is_empty() {
        return Err(ImportError::Empty);
    }
    if !is_text(&text) {
        return Err(ImportError::NotATable {
            looks_like: LooksLike::Binary,
        });
    }
    let announced = announced_separator(&text);
    let separator = match announced {
        Some(separator) => separator,
        None => fitting_separator(&text)?,
    };
    let mut rows = rows(text, separator)?;
    if announced.is_some() && !rows.is_empty() {
        rows.remove(0);
    }
    below_headings(rows)
}

/// The text in the encoding that the byte order mark names; without one UTF-8 if it is valid, otherwise windows-1252, in
/// which every byte means something.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    let (encoding, marked) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None => (UTF_8, bytes),
    };
    if encoding == UTF_8 {
        return Ok(match std::str::from_utf8(marked) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(marked).0,
        });
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(marked);
    if had_errors {
        return Err(ImportError::Damaged {
            reason: format!("{} text is broken", encoding.name()),
        });
    }
    Ok(text)
}

fn is_text(text: &str) -> bool {
    let (mut characters, mut strange) = (0_usize, 0_usize);
    for c in text.chars() {
        match c {
            '\0' => return false,
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' => {}
            c if c.is_control() => strange += 1,
            _ => {}
        }
        characters += 1;
    }
    strange <= 1 + characters / CHARACTERS_PER_ACCIDENT
}

/// The separator that a first line `sep=;` names, which Excel writes and obeys.
fn announced_separator(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_matches('"');
    match line
        .get(..4)?
        .eq_ignore_ascii_case("sep=")
        .then(|| line.as_bytes().get(4..))??
    {
        [separator] if SEPARATORS.contains(separator) => Some(*separator),
        // A tab may have been trimmed away by an editor; there is no other reason for the line to end here.
        [] => Some(b'\t'),
        _ => None,
    }
}

/// The separator with which most fields are recognised in one of the first rows, and of equal ones that which makes
/// most columns.
fn fitting_separator(text: &str) -> Result<u8, ImportError> {
    let mut best = (SEPARATORS[0], (0, 0));
    for separator in SEPARATORS {
        let mut reader = reader(text.as_bytes(), separator);
        let mut record = StringRecord::new();
        for _ in 0..HEADINGS_WITHIN {
            if !reader.read_record(&mut record).map_err(damaged)? {
                break;
            }
            let cells: Vec<&str> = record.iter().collect();
            let fit = (fields_named(&cells), cells.len());
            if fit > best.1 {
                best = (separator, fit);
            }
        }
    }
    Ok(best.0)
}

fn reader(bytes: &[u8], separator: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(bytes)
}

fn damaged(error: csv::Error) -> ImportError {
    ImportError::Damaged {
        reason: error.to_string(),
    }
}

fn rows(mut text: String, separator: u8) -> Result<Vec<SheetRow>, ImportError> {
    let end = text.len();
    text.push_str(LAST_RECORD);
    let mut lines = Lines::of(text.as_bytes());
    let mut reader = reader(text.as_bytes(), separator);
    let mut record = StringRecord::new();
    let mut rows = Vec::new();
    let mut last_line = 1;
    while reader.read_record(&mut record).map_err(damaged)? {
        let position = record.position().map_or(0, csv::Position::byte);
        let start = lines.record_at(usize::try_from(position).unwrap_or(usize::MAX));
        if start >= end {
            return Ok(rows);
        }
        last_line = lines.line;
        let cells: Vec<&str> = record.iter().collect();
        if is_blank(&cells) {
            continue;
        }
        if rows.len() > MOST_ROWS {
            return Err(ImportError::TooManyRows { limit: MOST_ROWS });
        }
        rows.push(SheetRow {
            line_no: last_line,
            cells: cells.into_iter().map(str::to_owned).collect(),
        });
    }
    Err(ImportError::UnclosedQuote { line_no: last_line })
}

/// Counts lines along a text. The CSV reader's own count is that of where it stood before it skipped blank lines and the
/// second half of a Windows line end.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    const fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            offset: 0,
            line: 1,
        }
    }

    /// Goes on to the record that the reader began to look for at `offset`, and says where it starts.
    fn record_at(&mut self, offset: usize) -> usize {
        while self.offset < offset || matches!(self.bytes.get(self.offset), Some(b'\r' | b'\n')) {
            match self.bytes.get(self.offset) {
                Some(b'\n') => self.line = self.line.saturating_add(1),
                Some(b'\r') if self.bytes.get(self.offset + 1) != Some(&b'\n') => {
                    self.line = self.line.saturating_add(1)
                }
                Some(_) => {}
                None => break,
            }
            self.offset += 1;
        }
        self.offset
    }
}
