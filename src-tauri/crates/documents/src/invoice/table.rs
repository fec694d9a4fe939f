//! The lines of an invoice: a table that breaks between lines, never within one, and repeats its head.

use billing::Rupiah;

use super::InvoiceLine;
use super::layout::Composer;
use crate::dates;
use crate::drawing::{Ink, Style, baseline};

/// A description longer than this many lines is cut.
const MOST_DESCRIPTION_LINES: usize = 12;
/// The same of a discount with its reason.
const MOST_DISCOUNT_LINES: usize = 4;

/// The table's columns and its lines, measured.
pub(super) struct Table {
    rows: Vec<Row>,
    /// Where quantities end, if any line has one.
    quantity_right: Option<f32>,
}

struct Row {
    description: Vec<String>,
    span: Option<String>,
    quantity: Option<String>,
    amount: String,
    discount: Option<Discount>,
}

/// What is taken off a line, and why.
struct Discount {
    words: Vec<String>,
    amount: String,
}

/// An amount that is taken off.
pub(super) fn less(amount: Rupiah) -> String {
    if amount.is_positive() {
        format!("-{amount}")
    } else {
        amount.to_string()
    }
}

/// The word for a discount, with its reason where there is one.
fn because(discount: &str, reason: Option<&str>) -> String {
    match reason.map(str::trim).filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{discount}: {reason}"),
        None => discount.to_owned(),
    }
}

impl Table {
    pub(super) fn of(composer: &Composer<'_>) -> Table {
        let (m, texts, invoice) = (composer.measures, composer.texts, composer.invoice);
        let body = Style::regular(m.body);
        let width = |style: Style, text: &str| composer.drawing.width(style, text);
        let amounts = invoice
            .lines
            .iter()
            .map(|line| width(body, &line.amount.to_string()));
        let amount_width = amounts.fold(width(head_style(m.small), texts.amount), f32::max);
        let quantities = invoice.lines.iter().filter_map(|line| line.quantity);
        let quantity_width = quantities
            .map(|quantity| width(body, &quantity.to_string()))
            .reduce(f32::max)
            .map(|widest| widest.max(width(head_style(m.small), texts.quantity)));
        let amount_left = m.right() - amount_width - 18.0;
        let quantity_right = quantity_width.map(|_| amount_left);
        let description_right = quantity_width.map_or(amount_left, |width| amount_left - width - 18.0);
        let row = |line: &InvoiceLine| Row {
            description: composer.drawing.wrap(
                body,
                description_right - m.side,
                MOST_DESCRIPTION_LINES,
                &line.description,
            ),
            span: line.service.map(|span| dates::span(span.from, span.to, texts)),
            quantity: line.quantity.map(|quantity| quantity.to_string()),
            amount: line.amount.to_string(),
            discount: (!line.discount.is_zero()).then(|| Discount {
                words: composer.drawing.wrap(
                    Style::muted(m.small),
                    description_right - m.side,
                    MOST_DISCOUNT_LINES,
                    &because(texts.discount, line.discount_reason.as_deref()),
                ),
                amount: less(line.discount),
            }),
        };
        Table {
            rows: invoice.lines.iter().map(row).collect(),
            quantity_right,
        }
    }

    /// Draws the table, turning pages as needed. `closing` is what must follow the last line on its page, where it fits.
    pub(super) fn draw(&self, composer: &mut Composer<'_>, closing: f32) {
        let m = composer.measures;
        let head = head_height(m.small);
        if composer.room() < head + self.rows.first().map_or(0.0, |row| row.height(composer)) {
            composer.turn();
        }
        self.head(composer);
        let mut on_page = 0;
        for (index, row) in self.rows.iter().enumerate() {
            let height = row.height(composer);
            let last = index + 1 == self.rows.len();
            // Totals alone on a page look lost, so the last line goes with them.
            let wanted = if last && on_page > 0 {
                height + m.gap * 0.6 + closing
            } else {
                height
            };
            if composer.room() < wanted {
                composer.turn();
                self.head(composer);
                on_page = 0;
            }
            self.row(composer, row);
            on_page += 1;
        }
        composer.y += m.gap * 0.6;
    }

    fn head(&self, composer: &mut Composer<'_>) {
        let (m, texts) = (composer.measures, composer.texts);
        let style = head_style(m.small);
        let line = baseline(composer.y, style);
        composer.drawing.text(m.side, line, style, texts.description);
        if let Some(right) = self.quantity_right {
            composer.drawing.text_right(right, line, style, texts.quantity);
        }
        composer.drawing.text_right(m.right(), line, style, texts.amount);
        composer.y += head_height(m.small);
        composer
            .drawing
            .rule(m.side, composer.y - 3.0, m.content(), Ink::Muted);
    }

    fn row(&self, composer: &mut Composer<'_>, row: &Row) {
        let m = composer.measures;
        let (body, small) = (Style::regular(m.body), Style::muted(m.small));
        let top = composer.y + PADDING;
        let first = baseline(top, body);
        let drawing = &mut composer.drawing;
        let mut y = drawing.lines(m.side, top, body, &row.description);
        if let (Some(right), Some(quantity)) = (self.quantity_right, &row.quantity) {
            drawing.text_right(right, first, body, quantity);
        }
        drawing.text_right(m.right(), first, body, &row.amount);
        y = y.max(top + body.leading());
        if let Some(span) = &row.span {
            drawing.text(m.side, baseline(y, small), small, span);
            y += small.leading();
        }
        if let Some(discount) = &row.discount {
            drawing.text_right(m.right(), baseline(y, small), small, &discount.amount);
            y = drawing.lines(m.side, y, small, &discount.words);
        }
        composer.y = y + PADDING;
        composer
            .drawing
            .rule(m.side, composer.y, m.content(), Ink::Hairline);
    }
}

const PADDING: f32 = 3.5;

impl Row {
    fn height(&self, composer: &Composer<'_>) -> f32 {
        let m = composer.measures;
        let (body, small) = (Style::regular(m.body).leading(), Style::muted(m.small).leading());
        let discount = self.discount.as_ref().map_or(0, |discount| discount.words.len());
        let extra = usize::from(self.span.is_some()) + discount;
        self.description.len().max(1) as f32 * body + extra as f32 * small + 2.0 * PADDING
    }
}

fn head_style(size: f32) -> Style {
    Style::bold(size).ink(Ink::Muted)
}

fn head_height(size: f32) -> f32 {
    head_style(size).leading() + 5.0
}
