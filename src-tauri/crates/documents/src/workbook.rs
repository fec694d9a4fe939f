//! Tables as a workbook (XLSX), with the cells of [`crate::CsvTable`]: what a stranger typed is text there and stays text when
//! somebody saves the sheet as CSV, and figures stay figures.

use billing::Rupiah;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::DocumentError;
use crate::spreadsheet::{Cell, defused};

/// The longest text that a cell takes.
const LONGEST: usize = 32_767;

/// The widest column, in characters; longer text wraps.
const WIDEST: f64 = 60.0;

/// Rows of a sheet, the one with the headings among them.
pub const MOST_ROWS: usize = 1_048_576;

/// A workbook with one sheet.
pub struct XlsxTable {
    sheet: Worksheet,
    date: Format,
    columns: u16,
    /// The row that is written next.
    row: u32,
    /// The longest text of each column so far, in characters.
    widths: Vec<usize>,
}

impl XlsxTable {
    /// Begins a sheet of this name with its headings, which stay in sight when it is scrolled.
    ///
    /// # Errors
    /// [`DocumentError::Write`] for a name that a sheet cannot have.
    pub fn new(name: &str, headings: &[&str]) -> Result<XlsxTable, DocumentError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name).map_err(refused)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(headings) {
            sheet
                .write_string_with_format(0, column, defused(heading), &bold)
                .map_err(refused)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(refused)?;
        Ok(XlsxTable {
            sheet,
            date: Format::new().set_num_format("yyyy-mm-dd"),
            columns: u16::try_from(headings.len()).unwrap_or(u16::MAX),
            row: 1,
            widths: headings.iter().map(|heading| heading.chars().count()).collect(),
        })
    }

    /// Adds a row, which must have as many cells as there are headings.
    ///
    /// # Errors
    /// [`DocumentError::Write`] when the sheet is full or the number of cells differs.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), DocumentError> {
        if cells.len() != usize::from(self.columns) {
            let differs = format!("a row of {} cells in {} columns", cells.len(), self.columns);
            return Err(DocumentError::Write(std::io::Error::other(differs)));
        }
        for (column, cell) in (0..).zip(cells) {
            let width = match *cell {
                Cell::Text(text) => self.text(column, text)?,
                // A sheet counts in floating point: what it could not hold exactly stays text.
                Cell::Number(number) | Cell::Rupiah(Rupiah(number)) => self.number(column, number)?,
                Cell::Date(date) => {
                    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(
                        u16::try_from(date.year()).unwrap_or_default(),
                        date.month().unsigned_abs(),
                        date.day().unsigned_abs(),
                    );
                    match day {
                        Ok(day) => {
                            self.sheet
                                .write_datetime_with_format(self.row, column, &day, &self.date)
                                .map_err(refused)?;
                            10
                        }
                        // Before 1900, which a sheet cannot count.
                        Err(_) => self.text(column, &date.to_string())?,
                    }
                }
                Cell::Empty => 0,
            };
            if let Some(widest) = self.widths.get_mut(usize::from(column)) {
                *widest = (*widest).max(width);
            }
        }
        self.row += 1;
        Ok(())
    }

    fn text(&mut self, column: u16, text: &str) -> Result<usize, DocumentError> {
        let mut text = defused(text);
        if text.chars().count() > LONGEST {
            text = text.chars().take(LONGEST - 1).chain(['…']).collect();
        }
        let width = text.chars().count();
        self.sheet.write_string(self.row, column, text).map_err(refused)?;
        Ok(width)
    }

    fn number(&mut self, column: u16, number: i64) -> Result<usize, DocumentError> {
        /// Fifteen digits, which is what a sheet keeps.
        const EXACT: i64 = 999_999_999_999_999;
        if number.unsigned_abs() > EXACT.unsigned_abs() {
            return self.text(column, &number.to_string());
        }
        #[expect(clippy::cast_precision_loss, reason = "fifteen digits are exact")]
        let value = number as f64;
        self.sheet
            .write_number(self.row, column, value)
            .map_err(refused)?;
        Ok(number.to_string().len())
    }

    /// Ends the sheet and gives the file.
    ///
    /// # Errors
    /// [`DocumentError::Write`] when it cannot be put together.
    pub fn finish(mut self) -> Result<Vec<u8>, DocumentError> {
        for (column, width) in (0..).zip(&self.widths) {
            let width = u16::try_from(*width).map_or(WIDEST, |width| f64::from(width) + 2.0);
            self.sheet
                .set_column_width(column, width.min(WIDEST))
                .map_err(refused)?;
        }
        let last = self.columns.saturating_sub(1);
        self.sheet.autofilter(0, 0, self.row - 1, last).map_err(refused)?;
        let mut workbook = Workbook::new();
        workbook.push_worksheet(self.sheet);
        workbook.save_to_buffer().map_err(refused)
    }
}

fn refused(error: XlsxError) -> DocumentError {
    match error {
        XlsxError::IoError(error) => DocumentError::Write(error),
        other => DocumentError::Write(std::io::Error::other(other)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};
    use jiff::civil::date;

    use super::*;

    fn read(table: XlsxTable) -> Vec<Vec<Data>> {
        let bytes = table.finish().unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        sheet.rows().map(<[Data]>::to_vec).collect()
    }

    #[test]
    fn s6_cells_that_start_a_formula_are_text() {
        let mut table = XlsxTable::new("Catatan", &["Nama"]).unwrap();
        for risky in ["=1+1", "+62", "-2", "@SUM(A1)", " =1"] {
            table.row(&[Cell::Text(risky)]).unwrap();
        }
        let rows = read(table);
        assert_eq!(rows.len(), 6);
        for row in &rows[1..] {
            let Data::String(text) = &row[0] else {
                panic!("{row:?} is no text")
            };
            assert!(text.starts_with('\''), "{text}");
        }
    }

    #[test]
    fn figures_stay_figures_and_days_stay_days() {
        let mut table = XlsxTable::new("Catatan", &["Nama", "Jumlah", "Hari", "Nomor"]).unwrap();
        let cells = [
            Cell::Text("Wati"),
            Cell::Rupiah(Rupiah(-5_000)),
            Cell::Date(date(2026, 11, 1)),
            Cell::Number(1_234_567_890_123_456),
        ];
        table.row(&cells).unwrap();
        let rows = read(table);
        assert_eq!(rows[1][1], Data::Float(-5_000.0));
        assert!(matches!(rows[1][2], Data::DateTime(_)), "{:?}", rows[1][2]);
        assert_eq!(
            rows[1][3],
            Data::String("1234567890123456".into()),
            "sixteen digits would lose the last one"
        );
    }

    #[test]
    fn a_text_that_no_cell_holds_is_cut() {
        let mut table = XlsxTable::new("Catatan", &["Nama"]).unwrap();
        table.row(&[Cell::Text(&"x".repeat(40_000))]).unwrap();
        let rows = read(table);
        assert!(matches!(&rows[1][0], Data::String(text) if text.chars().count() == LONGEST));
    }

    #[test]
    fn a_row_of_another_length_is_refused() {
        let mut table = XlsxTable::new("Catatan", &["Nama", "Jumlah"]).unwrap();
        let refused = table.row(&[Cell::Number(1)]).unwrap_err();
        assert_eq!(refused.code(), "document_write_failed");
    }
}
