//! Workbooks of Excel since 2007 (and of everything that saves them). Cells become the text that a person sees in them:
//! a phone number stored as a quantity has its digits, a date is a date, a percentage has its sign. Formulas are not
//! evaluated; their stored results are read.
//!
//! Cells are read as a stream and only those that exist are kept: a single stray cell at the far end of a sheet must not
//! make a table of a million rows.

use std::io::Cursor;
use std::panic;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::reading::{MOST_ROWS, Sheet, SheetRow, UNCALCULATED, below_headings, is_blank};
use super::refusal::ImportError;
use super::unpacking;

/// Columns beyond this are not read.
const MOST_COLUMNS: usize = 128;

/// From here on a spreadsheet has replaced the last digits of a whole number by zeros.
const FIRST_INEXACT: f64 = 1e15;

/// The serial numbers of the days that spreadsheets know: up to the end of the year 9999.
const LAST_SERIAL: f64 = 2_958_466.0;

/// Reads the first worksheet that has headings and rows. If none has both, the refusal is that of the worksheet that
/// came closest.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, ImportError> {
    unpacking::check(bytes)?;
    // Where arithmetic is checked, calamine 0.38 panics on coordinates such as `ZZZZZZZ1` (elsewhere they wrap, and the
    // cell is out of bounds here). A file from outside must not be able to do that to us.
    panic::catch_unwind(|| first_list(bytes)).unwrap_or_else(|_| {
        Err(ImportError::Damaged {
            reason: "a cell or a sheet has impossible coordinates".to_owned(),
        })
    })
}

fn first_list(bytes: &[u8]) -> Result<Sheet, ImportError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut refusal = ImportError::Empty;
    for name in workbook.sheet_names() {
        let rows = match rows(&mut workbook, &name) {
            Ok(rows) => rows,
            // A sheet that is a chart has no cells.
            Err(SheetFault::NotCells) => continue,
            Err(SheetFault::Refused(error)) => return Err(error),
        };
        match below_headings(rows) {
            Ok(mut sheet) => {
                let width = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
                if sheet.headings.len() < width {
                    sheet.headings.resize(width, String::new());
                }
                sheet.sheet_name = Some(name);
                return Ok(sheet);
            }
            Err(error) if closeness(&error) > closeness(&refusal) => refusal = error,
            Err(_) => {}
        }
    }
    Err(refusal)
}

const fn closeness(error: &ImportError) -> u8 {
    match error {
        ImportError::NoHeadings { .. } => 1,
        ImportError::MissingColumns { .. } => 2,
        ImportError::NoRows => 3,
        _ => 0,
    }
}

fn damaged(error: &XlsxError) -> ImportError {
    ImportError::Damaged {
        reason: error.to_string(),
    }
}

enum SheetFault {
    NotCells,
    Refused(ImportError),
}

fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<SheetRow>, SheetFault> {
    let fault = |error: XlsxError| match error {
        XlsxError::NotAWorksheet(_) => SheetFault::NotCells,
        error => SheetFault::Refused(damaged(&error)),
    };
    let mut reader = workbook.worksheet_cells_reader(name).map_err(fault)?;
    let shown: Vec<Shown> = reader
        .styles()
        .iter()
        .map(|style| {
            style
                .number_format
                .as_ref()
                .map_or(Shown::Plain, |format| Shown::by(&format.format_code))
        })
        .collect();
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(fault)? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let text = text(
            cell.get_value(),
            shown.get(style).copied().unwrap_or(Shown::Plain),
        );
        if text.trim().is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        let line_no = row.saturating_add(1);
        if rows.last().is_none_or(|last| last.line_no != line_no) {
            if rows.len() > MOST_ROWS {
                return Err(SheetFault::Refused(ImportError::TooManyRows { limit: MOST_ROWS }));
            }
            rows.push(SheetRow {
                line_no,
                cells: Vec::new(),
            });
        }
        if let Some(last) = rows.last_mut() {
            *cell_at(last, column) = text;
        }
    }
    drop(reader);
    rows.sort_by_key(|row| row.line_no);
    uncalculated(workbook, name, &mut rows)?;
    rows.retain(|row| !is_blank(&row.cells));
    Ok(rows)
}

/// The row's cell in this column, which comes into being where there was none.
fn cell_at(row: &mut SheetRow, column: usize) -> &mut String {
    if row.cells.len() <= column {
        row.cells.resize(column + 1, String::new());
    }
    &mut row.cells[column]
}

/// Puts the formula itself into cells whose formula has no stored result, as programs that never calculated it leave
/// them: an empty cell would make a debtor look clean. Only rows that have other cells are of interest.
fn uncalculated(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    rows: &mut [SheetRow],
) -> Result<(), SheetFault> {
    let fault = |error: XlsxError| SheetFault::Refused(damaged(&error));
    let mut reader = workbook.worksheet_cells_reader(name).map_err(fault)?;
    while let Some(cell) = reader.next_formula().map_err(fault)? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if cell.get_value().is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        let Ok(place) = rows.binary_search_by_key(&row.saturating_add(1), |row| row.line_no) else {
            continue;
        };
        let text = cell_at(&mut rows[place], column);
        if text.is_empty() {
            *text = format!("{UNCALCULATED}={}", cell.get_value());
        }
    }
    Ok(())
}

/// How a cell shows its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Plain,
    Percent,
    /// With zeros in front up to so many digits, as phone and customer numbers often are.
    Padded(usize),
}

impl Shown {
    fn by(format_code: &str) -> Self {
        if format_code.contains('%') {
            Self::Percent
        } else if (2..=20).contains(&format_code.len()) && format_code.bytes().all(|byte| byte == b'0') {
            Self::Padded(format_code.len())
        } else {
            Self::Plain
        }
    }
}

fn text(value: &DataRef<'_>, shown: Shown) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number, shown),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::Error(error) => error.to_string(),
    }
}

fn number_text(number: f64, shown: Shown) -> String {
    // A spreadsheet counts with 15 digits and shows no more: 166500.00000000003 is 166500.
    let rounded = |number: f64| format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    match shown {
        Shown::Percent => format!("{}%", rounded(number * 100.0)),
        Shown::Padded(width) if (0.0..FIRST_INEXACT).contains(&number) => format!("{number:0>width$.0}"),
        Shown::Plain | Shown::Padded(_) if number.abs() >= FIRST_INEXACT => format!("{number:.5E}"),
        Shown::Plain | Shown::Padded(_) => rounded(number).to_string(),
    }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let serial = moment.as_f64();
    if !(1.0..LAST_SERIAL).contains(&serial) || moment.is_duration() {
        return number_text(serial, Shown::Plain);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_text_that_the_cell_shows() {
        assert_eq!(number_text(8.123e10, Shown::Plain), "81230000000");
        assert_eq!(number_text(6_281_234_567_890.0, Shown::Plain), "6281234567890");
        assert_eq!(number_text(166_500.000_000_000_03, Shown::Plain), "166500");
        assert_eq!(number_text(0.075, Shown::Percent), "7.5%");
        assert_eq!(number_text(0.1 + 0.2, Shown::Percent), "30%");
        assert_eq!(number_text(81_234_567_890.0, Shown::Padded(12)), "081234567890");
        assert_eq!(number_text(-1.5, Shown::Plain), "-1.5");
    }

    #[test]
    fn a_number_whose_last_digits_are_lost_shows_it() {
        assert_eq!(number_text(3_201_012_345_678_901.0, Shown::Plain), "3.20101E15");
    }

    #[test]
    fn only_a_format_of_zeros_pads() {
        assert_eq!(Shown::by("00000"), Shown::Padded(5));
        assert_eq!(Shown::by("0.00%"), Shown::Percent);
        assert_eq!(Shown::by("#,##0"), Shown::Plain);
        assert_eq!(Shown::by("0"), Shown::Plain);
    }
}
