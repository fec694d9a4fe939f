//! Tables as CSV that a spreadsheet opens without harm: a text cell that it would run as a formula is defused, and
//! figures stay figures.

use std::io::Write;

use billing::Rupiah;
use jiff::civil::Date;

use crate::DocumentError;

/// What stands between cells. Indonesian spreadsheets expect the semicolon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// `;`
    #[default]
    Semicolon,
    /// `,`
    Comma,
}

/// One cell. Only [`Cell::Text`] can carry what a stranger typed, and only it is defused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Any text.
    Text(&'a str),
    /// A whole number, a negative one too.
    Number(i64),
    /// Whole rupiah, as a bare number that can be added up.
    Rupiah(Rupiah),
    /// An ISO date.
    Date(Date),
    /// Nothing.
    Empty,
}

/// Writes a CSV table, in UTF-8 with the mark that makes spreadsheets read it as such.
pub struct CsvTable<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> CsvTable<W> {
    /// Begins a table with its headings.
    ///
    /// # Errors
    /// [`DocumentError::Write`] when the target refuses.
    pub fn new(mut target: W, separator: Separator, headings: &[&str]) -> Result<CsvTable<W>, DocumentError> {
        target.write_all("\u{FEFF}".as_bytes())?;
        let delimiter = match separator {
            Separator::Semicolon => b';',
            Separator::Comma => b',',
        };
        let rows = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(csv::Terminator::CRLF)
            .from_writer(target);
        let mut table = CsvTable { rows };
        let headings: Vec<_> = headings.iter().map(|heading| Cell::Text(heading)).collect();
        table.row(&headings)?;
        Ok(table)
    }

    /// Adds a row, which must have as many cells as there are headings.
    ///
    /// # Errors
    /// [`DocumentError::Write`] when the target refuses or the number of cells differs.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), DocumentError> {
        for cell in cells {
            match *cell {
                Cell::Text(text) => self.rows.write_field(defused(text)),
                Cell::Number(number) | Cell::Rupiah(Rupiah(number)) => {
                    self.rows.write_field(number.to_string())
                }
                Cell::Date(date) => self.rows.write_field(date.to_string()),
                Cell::Empty => self.rows.write_field(""),
            }
            .map_err(std::io::Error::from)?;
        }
        self.rows
            .write_record(None::<&[u8]>)
            .map_err(|error| DocumentError::Write(error.into()))
    }

    /// Ends the table and returns the target.
    ///
    /// # Errors
    /// [`DocumentError::Write`] when the last rows cannot be written.
    pub fn finish(self) -> Result<W, DocumentError> {
        self.rows
            .into_inner()
            .map_err(|error| DocumentError::Write(error.into_error()))
    }
}

/// The text with an apostrophe before it if a spreadsheet would take it for a formula. Spaces and invisible characters
/// before the sign are looked through, since spreadsheets strip some of them.
pub(crate) fn defused(text: &str) -> String {
    let seen = text.trim_start_matches([' ', '\u{A0}', '\u{FEFF}', '\u{200B}']);
    let risky = seen.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|']);
    if risky {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn written(separator: Separator, rows: &[&[Cell<'_>]]) -> String {
        let mut table = CsvTable::new(Vec::new(), separator, &["Nama", "Jumlah"]).unwrap();
        for row in rows {
            table.row(row).unwrap();
        }
        String::from_utf8(table.finish().unwrap()).unwrap()
    }

    #[test]
    fn s6_cells_that_start_a_formula_are_defused() {
        for risky in [
            "=1+1",
            "+62",
            "-2",
            "@SUM(A1)",
            "\tx",
            "\rx",
            " =1",
            "\u{FEFF}=1",
            "＝1",
        ] {
            let text = written(Separator::Comma, &[&[Cell::Text(risky), Cell::Empty]]);
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            assert_eq!(&row[0], format!("'{risky}"), "{risky:?} must not run");
        }
    }

    #[test]
    fn figures_stay_figures() {
        let rows: [&[Cell<'_>]; 2] = [
            &[Cell::Text("Wati; \"RT 3\""), Cell::Rupiah(Rupiah(-5_000))],
            &[Cell::Date(date(2026, 11, 1)), Cell::Number(7)],
        ];
        let text = written(Separator::Semicolon, &rows);
        assert_eq!(
            text,
            "\u{FEFF}Nama;Jumlah\r\n\"Wati; \"\"RT 3\"\"\";-5000\r\n2026-11-01;7\r\n"
        );
    }

    #[test]
    fn a_row_of_another_length_is_refused() {
        let mut table = CsvTable::new(Vec::new(), Separator::Comma, &["Nama", "Jumlah"]).unwrap();
        assert_eq!(
            table.row(&[Cell::Number(1)]).unwrap_err().code(),
            "document_write_failed"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in "\\PC{0,40}") {
            let written = written(Separator::Semicolon, &[&[Cell::Text(&text), Cell::Empty]]);
            let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(written.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(row[0].strip_prefix('\'').unwrap_or(&row[0]), text.strip_prefix('\'').unwrap_or(&text));
        }
    }
}
