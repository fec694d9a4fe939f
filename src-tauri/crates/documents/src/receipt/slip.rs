//! A receipt as a strip: first as rows that know nothing of the printer, then drawn for a roll of paper.

use super::{Receipt, Roll};
use crate::drawing::{Drawing, Ink, MM, Style, baseline};
use crate::file::PdfFile;
use crate::fonts::Fonts;
use crate::{dates, in_words};

/// How loud a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Plain,
    Bold,
    /// Bold and of double size.
    Large,
}

/// A row of a strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// In the middle, broken over lines as needed.
    Centred(String, Weight),
    /// From the left, broken over lines as needed.
    Text(String),
    /// A label on the left and a value on the right; the value goes below when both do not fit.
    Pair(String, String, Weight),
    Rule,
    Gap,
}

/// The receipt's rows, the same for paper and for printers.
pub(super) fn rows(receipt: &Receipt) -> Vec<Row> {
    let texts = receipt.language.texts();
    let office = &receipt.office;
    let plain = |label: &str, value: String| Row::Pair(label.to_owned(), value, Weight::Plain);
    let mut rows = vec![Row::Centred(office.name.clone(), Weight::Large)];
    rows.extend(
        office
            .address
            .lines()
            .map(|line| Row::Centred(line.to_owned(), Weight::Plain)),
    );
    rows.extend(
        office
            .phone
            .iter()
            .map(|phone| Row::Centred(format!("{} {phone}", texts.phone), Weight::Plain)),
    );
    rows.extend([Row::Gap, Row::Centred(texts.receipt.to_owned(), Weight::Bold)]);
    if let Some(reversal) = &receipt.reversal {
        rows.extend([
            Row::Centred(texts.mark_reversed.to_owned(), Weight::Large),
            Row::Centred(reversal.in_words(receipt.language), Weight::Bold),
        ]);
    }
    if receipt.copy {
        rows.push(Row::Centred(texts.mark_copy.to_owned(), Weight::Plain));
    }
    rows.extend([
        Row::Rule,
        plain(texts.number, receipt.number.clone()),
        plain(texts.time, dates::minute(receipt.time, texts)),
        plain(texts.cashier, receipt.cashier.clone()),
        plain(texts.customer, receipt.customer.number.clone()),
        Row::Text(receipt.customer.name.clone()),
        Row::Rule,
    ]);
    for part in &receipt.allocations {
        rows.push(plain(&part.invoice, part.amount.to_string()));
        if !part.period.is_empty() {
            rows.push(Row::Text(part.period.clone()));
        }
    }
    if !receipt.credit.is_zero() {
        rows.push(plain(texts.to_credit, receipt.credit.to_string()));
    }
    rows.extend([
        Row::Rule,
        Row::Pair(texts.total.to_owned(), receipt.amount.to_string(), Weight::Large),
    ]);
    rows.push(plain(texts.method, receipt.method.clone()));
    if let Some(received) = receipt.received {
        rows.push(plain(texts.received, received.to_string()));
        rows.push(Row::Pair(
            texts.change.to_owned(),
            receipt.change.to_string(),
            Weight::Bold,
        ));
    }
    rows.extend([
        Row::Gap,
        Row::Text(format!("# {} #", in_words(receipt.amount, receipt.language))),
        Row::Rule,
        {
            let (name, left) = receipt.left(texts);
            Row::Pair(name.to_owned(), left, Weight::Bold)
        },
        Row::Gap,
    ]);
    if receipt.reversal.is_some() {
        rows.push(Row::Centred(texts.not_valid.to_owned(), Weight::Bold));
    } else {
        rows.extend([
            Row::Centred(texts.thanks.to_owned(), Weight::Plain),
            Row::Centred(texts.keep.to_owned(), Weight::Plain),
        ]);
    }
    rows
}

struct Strip {
    width: f32,
    side: f32,
    size: f32,
}

/// Draws the strip on a page that is as long as it.
pub(super) fn draw(receipt: &Receipt, roll: Roll, fonts: &'static Fonts, file: &mut PdfFile) {
    let strip = match roll {
        Roll::Mm58 => Strip {
            width: 58.0 * MM,
            side: 4.0 * MM,
            size: 7.2,
        },
        Roll::Mm80 => Strip {
            width: 80.0 * MM,
            side: 4.5 * MM,
            size: 8.4,
        },
    };
    let mut drawing = Drawing::new(fonts);
    let mut y = 5.0 * MM;
    for row in rows(receipt) {
        y = strip.row(&mut drawing, &row, y);
    }
    file.page(strip.width, y + 6.0 * MM, [(0.0, 0.0, drawing)]);
}

impl Strip {
    fn style(&self, weight: Weight) -> Style {
        match weight {
            Weight::Plain => Style::regular(self.size),
            Weight::Bold => Style::bold(self.size),
            Weight::Large => Style::bold(self.size * 1.35),
        }
    }

    fn row(&self, drawing: &mut Drawing, row: &Row, y: f32) -> f32 {
        let (left, right) = (self.side, self.width - self.side);
        let room = right - left;
        let mut y = y;
        match row {
            Row::Centred(text, weight) => {
                let style = self.style(*weight);
                for line in drawing.wrap(style, room, usize::MAX, text) {
                    drawing.text_centred(left, right, baseline(y, style), style, &line);
                    y += style.leading();
                }
                y
            }
            Row::Text(text) => {
                let style = self.style(Weight::Plain);
                let lines = drawing.wrap(style, room, usize::MAX, text);
                drawing.lines(left, y, style, &lines)
            }
            Row::Pair(label, value, weight) => {
                let style = self.style(*weight);
                let beside = drawing.width(style, label) + 6.0 + drawing.width(style, value) <= room;
                let lines = drawing.wrap(style, room, usize::MAX, label);
                let end = drawing.lines(left, y, style, &lines);
                y = if beside { y } else { end };
                for line in drawing.wrap(style, room, usize::MAX, value) {
                    drawing.text_right(right, baseline(y, style), style, &line);
                    y += style.leading();
                }
                y.max(end)
            }
            Row::Rule => {
                drawing.rule(left, y + 3.0, room, Ink::Black);
                y + 6.0
            }
            Row::Gap => y + self.size * 0.7,
        }
    }
}
