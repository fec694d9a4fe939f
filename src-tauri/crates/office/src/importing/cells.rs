//! One row under the reader's finger: its cells by field, and what is wrong with them.

use super::headings::Field;
use super::layout::Layout;
use super::phrases;
use super::problem::{Fault, Problem};
use super::reading::{SheetRow, UNCALCULATED};
use super::values::numbering;

/// What a spreadsheet writes into a cell whose formula has failed.
const CELL_ERRORS: [&str; 8] = [
    "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!",
];

/// What people write into a cell to say that it is empty.
const PLACEHOLDERS: [&str; 7] = ["-", "--", "---", "–", "—", "null", "n/a"];

/// A row being read.
pub(super) struct RowReading<'a, 'p> {
    row: &'a SheetRow,
    layout: &'a Layout,
    problems: &'p mut Vec<Problem>,
    is_bad: bool,
}

impl<'a, 'p> RowReading<'a, 'p> {
    pub(super) fn of(row: &'a SheetRow, layout: &'a Layout, problems: &'p mut Vec<Problem>) -> Self {
        Self {
            row,
            layout,
            problems,
            is_bad: false,
        }
    }

    /// The line on which the row starts.
    pub(super) const fn line_no(&self) -> u32 {
        self.row.line_no
    }

    /// Whether anything so far forbids the row.
    pub(super) const fn is_bad(&self) -> bool {
        self.is_bad
    }

    /// Records what is wrong with a field, or with the row where none is named.
    pub(super) fn blame(&mut self, field: impl Into<Option<Field>>, fault: &Fault<'_>) {
        self.is_bad |= fault.is_fatal();
        self.problems
            .push(Problem::new(self.row.line_no, field.into(), fault));
    }

    /// Whether there are no more cells than headings. Cells that have no heading mean that the others stand under wrong
    /// ones, so nothing else is said about such a row.
    pub(super) fn fits_the_headings(&mut self) -> bool {
        let headings = self.layout.width();
        let beyond = self.row.cells.get(headings..).unwrap_or_default();
        let fits = beyond.iter().all(|cell| cell.trim().is_empty());
        if !fits {
            self.blame(
                None,
                &Fault::TooManyCells {
                    cells: self.row.cells.len(),
                    headings,
                },
            );
        }
        fits
    }

    /// Whether the table has a column for the field.
    pub(super) fn has_column(&self, field: Field) -> bool {
        self.layout.has(field)
    }

    /// The password's cell, which is looked at by nobody.
    pub(super) fn secret(&self) -> Option<&'a str> {
        said(self.layout.cell(Field::PppoePassword, &self.row.cells))
    }

    /// What the field's cell says, without white space around it; nothing when it is empty or a dash.
    pub(super) fn text(&mut self, field: Field) -> Option<&'a str> {
        let text = said(self.layout.cell(field, &self.row.cells))?;
        self.unless_failed(field, text)
    }

    /// The same for each column of debts that names a month.
    pub(super) fn month_texts(&mut self) -> Vec<(billing::Period, &'a str)> {
        let cells = self.layout.month_cells(&self.row.cells);
        let said: Vec<_> = cells
            .filter_map(|(month, cell)| Some((month, said(cell)?)))
            .collect();
        said.into_iter()
            .filter_map(|(month, text)| Some((month, self.unless_failed(Field::Debt, text)?)))
            .collect()
    }

    fn unless_failed(&mut self, field: Field, text: &'a str) -> Option<&'a str> {
        if CELL_ERRORS.contains(&text) {
            self.blame(field, &Fault::CellError { text });
            return None;
        }
        if let Some(text) = text.strip_prefix(UNCALCULATED) {
            self.blame(field, &Fault::Uncalculated { text });
            return None;
        }
        Some(text)
    }

    /// The field's text on one line, no longer than `limit` characters.
    pub(super) fn line(&mut self, field: Field, limit: usize) -> Option<String> {
        let line = phrases::on_one_line(self.text(field)?);
        if line.chars().count() > limit {
            self.blame(field, &Fault::TooLong { limit });
            return None;
        }
        Some(line)
    }

    /// A number or name that must be kept exactly: no digits lost in a spreadsheet, no line break, no longer than `limit`
    /// characters.
    pub(super) fn exact(&mut self, field: Field, limit: usize) -> Option<&'a str> {
        let text = self.text(field)?;
        let fault = if numbering::is_rounded(text) {
            Fault::Rounded { text }
        } else if text.chars().any(char::is_control) {
            Fault::ControlCharacter
        } else if text.chars().count() > limit {
            Fault::TooLong { limit }
        } else {
            return Some(text);
        };
        self.blame(field, &fault);
        None
    }
}

/// What a cell says: its text without white space, taken out of the `="…"` by which a CSV keeps a number from being read
/// as a quantity. Nothing when it says that it is empty.
fn said(cell: &str) -> Option<&str> {
    let text = cell.trim();
    let kept = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| !inner.contains('"'));
    let text = kept.unwrap_or(text).trim();
    let is_placeholder = PLACEHOLDERS
        .iter()
        .any(|placeholder| placeholder.eq_ignore_ascii_case(text));
    (!text.is_empty() && !is_placeholder).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_says_that_it_is_empty_says_nothing() {
        for cell in ["", "  ", "-", "NULL", " – ", "=\"\""] {
            assert_eq!(said(cell), None, "{cell:?}");
        }
    }

    #[test]
    fn a_formula_stays_text_and_a_number_kept_as_text_is_taken_out() {
        assert_eq!(said("=1+1"), Some("=1+1"));
        assert_eq!(said("=HYPERLINK(\"x\")"), Some("=HYPERLINK(\"x\")"));
        assert_eq!(said("=\"081234\""), Some("081234"));
    }
}
