//! Which cell of a row holds which field, found once for the whole table.

use std::collections::BTreeMap;

use billing::Period;

use super::headings::{Column, Field, folded};
use super::problem::{Fault, Problem};
use super::reading::Sheet;

/// The places of the fields.
#[derive(Debug)]
pub(super) struct Layout {
    places: BTreeMap<Field, usize>,
    /// The columns of debts that name a month.
    months: Vec<(Period, usize)>,
    width: usize,
}

impl Layout {
    /// Understands the headings. Of two columns for one field the first is used, and the other is ignored and reported,
    /// as is every column that is not understood.
    pub(super) fn of(sheet: &Sheet, problems: &mut Vec<Problem>) -> (Self, Vec<Column>) {
        let mut layout = Self {
            places: BTreeMap::new(),
            months: Vec::new(),
            width: sheet.headings.len(),
        };
        let mut columns = Vec::with_capacity(sheet.headings.len());
        for (place, heading) in sheet.headings.iter().enumerate() {
            let mut column = Column::understood(heading);
            if let Some(field) = column.field
                && !layout.take(field, column.month, place)
            {
                problems.push(Problem::new(
                    sheet.heading_line,
                    Some(field),
                    &Fault::ColumnTwice { heading },
                ));
                column.field = None;
                column.month = None;
            } else if column.field.is_none() && !is_row_counter(heading) {
                problems.push(Problem::new(
                    sheet.heading_line,
                    None,
                    &Fault::ColumnIgnored { heading },
                ));
            }
            columns.push(column);
        }
        if !layout.places.contains_key(&Field::Phone) {
            problems.push(Problem::new(
                sheet.heading_line,
                Some(Field::Phone),
                &Fault::PhoneColumnMissing,
            ));
        }
        (layout, columns)
    }

    fn take(&mut self, field: Field, month: Option<Period>, place: usize) -> bool {
        match month {
            Some(month) if self.months.iter().any(|(taken, _)| *taken == month) => false,
            Some(month) => {
                self.months.push((month, place));
                true
            }
            None if self.places.contains_key(&field) => false,
            None => {
                self.places.insert(field, place);
                true
            }
        }
    }

    /// How many headings there are.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// Whether there is a column for the field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.places.contains_key(&field)
    }

    /// The cell of the field as it stands in the row; empty when there is none.
    pub(super) fn cell<'a>(&self, field: Field, cells: &'a [String]) -> &'a str {
        self.places
            .get(&field)
            .and_then(|place| cells.get(*place))
            .map_or("", String::as_str)
    }

    /// The cells of the columns of debts that name a month.
    pub(super) fn month_cells<'a>(&self, cells: &'a [String]) -> impl Iterator<Item = (Period, &'a str)> {
        self.months
            .iter()
            .map(|(month, place)| (*month, cells.get(*place).map_or("", String::as_str)))
    }
}

/// A column without a heading, or one that only counts the rows, is ignored without a word.
fn is_row_counter(heading: &str) -> bool {
    matches!(
        folded(heading).as_str(),
        "" | "no" | "nomor" | "nourut" | "nomorurut" | "urut" | "number"
    )
}
