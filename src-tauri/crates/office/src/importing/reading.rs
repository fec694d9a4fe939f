//! From bytes to a table of text cells: the format is found out, the heading row is found, and every row keeps the line
//! of the file on which it starts, so that a person can go there.

use std::fmt;

use super::delimited;
use super::headings::{Column, Field};
use super::refusal::ImportError;
use super::sniffing::{Announced, announced};
use super::workbook;

/// The largest file that is read, in bytes: 20 MiB, some forty times a list of 10,000 customers.
pub const LARGEST_FILE: usize = 20 << 20;

/// Stands before a formula in a cell that has no result: a character that no text contains, as Unicode promises.
pub(super) const UNCALCULATED: char = '\u{fdd0}';

/// The most rows that are read from one table.
pub const MOST_ROWS: usize = 100_000;

/// Among how many rows the headings are looked for: titles, dates and logos stand above them.
pub(super) const HEADINGS_WITHIN: usize = 30;

/// The columns without which no customer can be made.
const REQUIRED: [Field; 2] = [Field::Name, Field::Package];

/// A table as it stands in a file. Its debug form shows no cell, since cells hold passwords.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The name of the file, as it was given.
    pub file_name: String,
    /// The name of the worksheet; none in a text file.
    pub sheet_name: Option<String>,
    /// The headings, as they stand in the file.
    pub headings: Vec<String>,
    /// Line of the headings, from 1.
    pub heading_line: u32,
    /// The rows below the headings that are not blank.
    pub rows: Vec<SheetRow>,
}

/// A row of text cells. Its debug form shows no cell, since cells hold passwords.
#[derive(Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Physical line on which the row starts, from 1; in a workbook the number of the row.
    pub line_no: u32,
    /// The cells, as they stand in the file; fewer than the headings if the rest is empty.
    pub cells: Vec<String>,
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet")
            .field("file_name", &self.file_name)
            .field("sheet_name", &self.sheet_name)
            .field("headings", &self.headings)
            .field("heading_line", &self.heading_line)
            .field("rows", &self.rows.len())
            .finish()
    }
}

impl fmt::Debug for SheetRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SheetRow")
            .field("line_no", &self.line_no)
            .field("cells", &self.cells.len())
            .finish()
    }
}

/// Reads a file into a table. The file's name is kept for reports; what the file is, its bytes tell.
///
/// # Errors
/// Each variant of [`ImportError`]: the file is empty, too large, no table, damaged, or lacks headings, needed columns or
/// rows.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Sheet, ImportError> {
    if bytes.len() > LARGEST_FILE {
        return Err(ImportError::TooLarge {
            bytes: bytes.len(),
            limit: LARGEST_FILE,
        });
    }
    let mut sheet = match announced(bytes) {
        Announced::Workbook => workbook::read(bytes)?,
        Announced::Text => delimited::read(bytes)?,
        Announced::Other(looks_like) => return Err(ImportError::NotATable { looks_like }),
    };
    file_name.clone_into(&mut sheet.file_name);
    Ok(sheet)
}

/// Makes a table of rows: the heading row is the one, near the top, in which most fields are named; what stands above it
/// is left out, and so are blank rows and headings that are repeated on every printed page.
pub(super) fn below_headings(rows: Vec<SheetRow>) -> Result<Sheet, ImportError> {
    let mut best = (0, 0);
    for (index, row) in rows.iter().take(HEADINGS_WITHIN).enumerate() {
        let strength = fields_named(&row.cells);
        if strength > best.1 {
            best = (index, strength);
        }
    }
    let (index, strength) = best;
    if strength == 0 {
        return Err(match rows.into_iter().next() {
            Some(first) => ImportError::NoHeadings { found: first.cells },
            None => ImportError::Empty,
        });
    }
    let mut rows = rows.into_iter().skip(index);
    let Some(SheetRow {
        line_no: heading_line,
        cells: headings,
    }) = rows.next()
    else {
        return Err(ImportError::Empty);
    };
    let named: Vec<Field> = headings
        .iter()
        .filter_map(|heading| Column::understood(heading).field)
        .collect();
    let missing: Vec<Field> = REQUIRED
        .into_iter()
        .filter(|field| !named.contains(field))
        .collect();
    if !missing.is_empty() {
        return Err(ImportError::MissingColumns {
            missing,
            found: headings,
        });
    }
    let rows: Vec<SheetRow> = rows.filter(|row| row.cells != headings).collect();
    if rows.is_empty() {
        return Err(ImportError::NoRows);
    }
    Ok(Sheet {
        file_name: String::new(),
        sheet_name: None,
        headings,
        heading_line,
        rows,
    })
}

/// How many different fields the cells name.
pub(super) fn fields_named<S: AsRef<str>>(cells: &[S]) -> usize {
    let mut named: Vec<Field> = cells
        .iter()
        .filter_map(|cell| Column::understood(cell.as_ref()).field)
        .collect();
    named.sort_unstable();
    named.dedup();
    named.len()
}

/// Whether nothing stands in any of the cells.
pub(super) fn is_blank<S: AsRef<str>>(cells: &[S]) -> bool {
    cells.iter().all(|cell| cell.as_ref().trim().is_empty())
}
