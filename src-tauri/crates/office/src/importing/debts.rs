//! What a customer owes from before: one sum, sums by month in columns of their own, or sums by month in one cell.

use billing::{Period, Rupiah};

use super::cells::RowReading;
use super::headings::Field;
use super::problem::Fault;
use super::rows::Debt;
use super::values::amounts::{self, AmountFault};
use super::values::dates;

/// Reads the debt. Where months and a total are given, they must agree.
pub(super) fn debt(row: &mut RowReading<'_, '_>) -> Option<Debt> {
    let mut months: Vec<(Period, Rupiah)> = Vec::new();
    for (month, text) in row.month_texts() {
        if let Some(amount) = amount(row, Field::Debt, text) {
            months.push((month, amount));
        }
    }
    let mut total = None;
    if let Some(text) = row.text(Field::Debt) {
        if text.contains([':', '=']) {
            months_in_a_cell(row, text, &mut months);
        } else {
            total = amount(row, Field::Debt, text);
        }
    }
    months.retain(|(_, amount)| amount.is_positive());
    months.sort_unstable();
    if let Some([(month, _), _]) = months.array_windows().find(|[(one, _), (other, _)]| one == other) {
        row.blame(
            Field::Debt,
            &Fault::DebtMonthTwice {
                month: &month.to_string(),
            },
        );
        return None;
    }
    if months.is_empty() {
        return total.filter(|total| total.is_positive()).map(Debt::Total);
    }
    let Ok(sum) = Rupiah::try_sum(months.iter().map(|(_, amount)| *amount)) else {
        row.blame(Field::Debt, &Fault::MoneyTooLarge { text: "" });
        return None;
    };
    if let Some(total) = total.filter(|total| *total != sum) {
        row.blame(
            Field::Debt,
            &Fault::DebtMismatch {
                total: &total.to_string(),
                months: &sum.to_string(),
            },
        );
        return None;
    }
    Some(Debt::ByMonth(months))
}

/// `2025-01: 150.000; Februari 2025 = 150.000`.
fn months_in_a_cell(row: &mut RowReading<'_, '_>, text: &str, months: &mut Vec<(Period, Rupiah)>) {
    let pieces = text.split([';', '\n', '+']).flat_map(|piece| piece.split(", "));
    for piece in pieces.map(str::trim).filter(|piece| !piece.is_empty()) {
        let parts = piece
            .split_once([':', '='])
            .and_then(|(month, money)| Some((dates::month(month).ok()?, money)));
        let Some((month, money)) = parts else {
            row.blame(Field::Debt, &Fault::DebtMonthUnreadable { text: piece });
            continue;
        };
        if let Some(amount) = amount(row, Field::Debt, money) {
            months.push((month, amount));
        }
    }
}

/// Reads rupiah from a cell, and blames it for what is wrong.
fn amount(row: &mut RowReading<'_, '_>, field: Field, text: &str) -> Option<Rupiah> {
    match amounts::rupiah(text) {
        Ok(amount) => Some(amount),
        Err(fault) => {
            row.blame(field, &amount_fault(fault, text));
            None
        }
    }
}

/// What to say about an amount that cannot be read.
pub(super) const fn amount_fault(fault: AmountFault, text: &str) -> Fault<'_> {
    match fault {
        AmountFault::Unreadable => Fault::MoneyUnreadable { text },
        AmountFault::Negative => Fault::MoneyNegative { text },
        AmountFault::TooLarge => Fault::MoneyTooLarge { text },
        AmountFault::NotAPercentage => Fault::PercentInvalid { text },
        AmountFault::PerhapsAPercentage => Fault::DiscountUnclear { text },
    }
}
