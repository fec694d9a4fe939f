//! The receipt on A5: a kwitansi with the amount in words, what it paid for, and a place for the signature.

use super::Receipt;
use crate::drawing::{Drawing, Ink, MM, Picture, Style, baseline};
use crate::file::PdfFile;
use crate::fonts::Fonts;
use crate::{dates, in_words};

const WIDTH: f32 = 210.0 * MM;
const HEIGHT: f32 = 148.5 * MM;
const SIDE: f32 = 15.0 * MM;
const RIGHT: f32 = WIDTH - SIDE;
const CONTENT: f32 = WIDTH - 2.0 * SIDE;
/// Where the answers of the form begin.
const ANSWER: f32 = SIDE + 100.0;
const FOOT: f32 = HEIGHT - 10.0 * MM;
/// What the amount, the figures and the signature need at the foot of the last page.
const CLOSING: f32 = 104.0;

struct Form<'a> {
    receipt: &'a Receipt,
    fonts: &'static Fonts,
    drawing: Drawing,
    finished: Vec<Drawing>,
    y: f32,
}

/// Draws the kwitansi; one that pays for many invoices takes further pages.
pub(super) fn draw(receipt: &Receipt, fonts: &'static Fonts, file: &mut PdfFile) {
    if let Some(logo) = &receipt.office.logo {
        file.logo(logo);
    }
    let mut form = Form {
        receipt,
        fonts,
        drawing: Drawing::new(fonts),
        finished: Vec::new(),
        y: 10.0 * MM,
    };
    form.head();
    form.answers();
    form.closing();
    for page in form.pages() {
        file.page(WIDTH, HEIGHT, [(0.0, 0.0, page)]);
    }
}

impl Form<'_> {
    fn head(&mut self) {
        let texts = self.receipt.language.texts();
        let office = &self.receipt.office;
        let mut left = SIDE;
        let mut bottom = self.y;
        if let Some(logo) = &office.logo {
            let height = (13.0 * MM).min(30.0 * MM / logo.aspect());
            let width = height * logo.aspect();
            self.drawing.picture(SIDE, self.y, width, height, Picture::Logo);
            (left, bottom) = (SIDE + width + 10.0, self.y + height);
        }
        let width = SIDE + CONTENT * 0.6 - left;
        let (name, small) = (Style::bold(10.5), Style::muted(7.2));
        let lines = self.drawing.wrap(name, width, 3, &office.name);
        let mut y = self.drawing.lines(left, self.y, name, &lines);
        let phone = office
            .phone
            .as_ref()
            .map(|phone| format!("{} {phone}", texts.phone))
            .unwrap_or_default();
        for text in [&office.address, &phone] {
            let lines = self.drawing.wrap(small, width, 5, text);
            y = self.drawing.lines(left, y, small, &lines);
        }
        bottom = bottom.max(y);
        let title = Style::bold(17.0).ink(Ink::Accent);
        let mut y = self.y - 4.0;
        self.drawing
            .text_right(RIGHT, baseline(y, title), title, texts.receipt);
        y += title.leading();
        let (number, copy) = (Style::bold(9.0), Style::muted(7.2));
        self.drawing
            .text_right(RIGHT, baseline(y, number), number, &self.receipt.number);
        y += number.leading();
        if self.receipt.copy {
            self.drawing
                .text_right(RIGHT, baseline(y, copy), copy, texts.mark_copy);
            y += copy.leading();
        }
        self.y = bottom.max(y) + 7.0;
        self.drawing.rule(SIDE, self.y, CONTENT, Ink::Hairline);
        self.y += 9.0;
        self.reversal();
    }

    /// Across the page, before anything that reads like a proof of payment.
    fn reversal(&mut self) {
        let Some(reversal) = &self.receipt.reversal else {
            return;
        };
        let texts = self.receipt.language.texts();
        let (mark, why) = (Style::bold(15.0).ink(Ink::Void), Style::bold(9.0).ink(Ink::Void));
        self.drawing
            .text(SIDE, baseline(self.y, mark), mark, texts.mark_reversed);
        self.y += mark.leading();
        let words = reversal.in_words(self.receipt.language);
        let lines = self.drawing.wrap(why, CONTENT, 3, &words);
        self.y = self.drawing.lines(SIDE, self.y, why, &lines) + 7.0;
    }

    fn answers(&mut self) {
        let texts = self.receipt.language.texts();
        let customer = &self.receipt.customer;
        let body = Style::regular(9.0);
        let from = if customer.number.is_empty() {
            customer.name.clone()
        } else {
            format!("{} ({})", customer.name, customer.number)
        };
        self.answer(texts.received_from, &from, Style::bold(9.5));
        let words = in_words(self.receipt.amount, self.receipt.language);
        self.answer(texts.sum_of, &words, body);
        let mut parts: Vec<(String, String)> = Vec::new();
        for part in &self.receipt.allocations {
            let name = [part.invoice.as_str(), part.period.as_str()]
                .map(str::trim)
                .join(" · ");
            parts.push((
                name.trim_end_matches([' ', '·']).to_owned(),
                part.amount.to_string(),
            ));
        }
        if !self.receipt.credit.is_zero() {
            parts.push((texts.to_credit.to_owned(), self.receipt.credit.to_string()));
        }
        if !parts.is_empty() {
            self.question(texts.in_payment_of, body);
        }
        for (name, amount) in &parts {
            let room = RIGHT - ANSWER - self.drawing.width(body, amount) - 12.0;
            let lines = self.drawing.wrap(body, room, 3, name);
            if self.y + lines.len() as f32 * body.leading() > FOOT {
                self.turn();
            }
            self.drawing
                .text_right(RIGHT, baseline(self.y, body), body, amount);
            self.y = self.drawing.lines(ANSWER, self.y, body, &lines);
        }
        self.y += 4.0;
    }

    fn question(&mut self, label: &str, style: Style) {
        self.drawing
            .text(SIDE, baseline(self.y, style), Style::muted(8.0), label);
    }

    fn answer(&mut self, label: &str, text: &str, style: Style) {
        self.question(label, style);
        let lines = self.drawing.wrap(style, RIGHT - ANSWER, 5, text);
        self.y = self.drawing.lines(ANSWER, self.y, style, &lines) + 5.0;
    }

    /// The amount in a panel with the figures of the counter below it; place, date and name on the right.
    fn closing(&mut self) {
        let texts = self.receipt.language.texts();
        if self.y + CLOSING > FOOT {
            self.turn();
        }
        let top = FOOT - CLOSING;
        let panel = CONTENT * 0.46;
        let amount = self.receipt.amount.to_string();
        let large = self.drawing.fitting(Style::bold(15.0), &amount, panel - 28.0);
        self.drawing.fill(SIDE, top, panel, 34.0, Ink::Panel);
        self.drawing.fill(SIDE, top, 3.0, 34.0, Ink::Accent);
        self.drawing.text(SIDE + 14.0, top + 22.5, large, &amount);
        let (label, body) = (Style::muted(8.0), Style::regular(8.5));
        let mut y = top + 41.0;
        let received = self
            .receipt
            .received
            .map(|received| (texts.received, received.to_string()));
        let change = self
            .receipt
            .received
            .map(|_| (texts.change, self.receipt.change.to_string()));
        let method = Some((texts.method, self.receipt.method.clone()));
        let balance = Some(self.receipt.left(texts));
        for (name, value) in [method, received, change, balance].into_iter().flatten() {
            self.drawing.text(SIDE, baseline(y, body), label, name);
            let room = panel - self.drawing.width(label, name) - 8.0;
            let style = self.drawing.fitting(body, &value, room);
            self.drawing
                .text_right(SIDE + panel, baseline(y, body), style, &value);
            y += body.leading() + 1.5;
        }
        let left = RIGHT - CONTENT * 0.36;
        let date = dates::long(self.receipt.time.date(), texts);
        self.drawing
            .text_centred(left, RIGHT, baseline(top, body), body, &date);
        let line = FOOT - 18.0;
        self.drawing.rule(left, line, RIGHT - left, Ink::Muted);
        let name = self.drawing.fitting(body, &self.receipt.cashier, RIGHT - left);
        self.drawing.text_centred(
            left,
            RIGHT,
            baseline(line + 2.0, body),
            name,
            &self.receipt.cashier,
        );
    }

    /// Goes on on a new page, which names its receipt again.
    fn turn(&mut self) {
        let page = std::mem::replace(&mut self.drawing, Drawing::new(self.fonts));
        self.finished.push(page);
        self.y = 10.0 * MM;
        let style = Style::muted(7.2);
        let line = baseline(self.y, style);
        let half = CONTENT / 2.0 - 6.0;
        let name = self.drawing.wrap(style, half, 1, &self.receipt.office.name);
        self.drawing.lines(SIDE, self.y, style, &name);
        let texts = self.receipt.language.texts();
        let number = match self.receipt.reversal {
            Some(_) => format!(
                "{} {} · {}",
                texts.receipt, self.receipt.number, texts.mark_reversed
            ),
            None => format!("{} {}", texts.receipt, self.receipt.number),
        };
        self.drawing.text_right(RIGHT, line, style, &number);
        self.y += style.leading() + 4.0;
        self.drawing.rule(SIDE, self.y, CONTENT, Ink::Hairline);
        self.y += 9.0;
    }

    fn pages(mut self) -> Vec<Drawing> {
        let texts = self.receipt.language.texts();
        self.finished.push(self.drawing);
        let style = Style::muted(7.0);
        let foot = match self.receipt.reversal {
            Some(_) => texts.not_valid,
            None => texts.keep,
        };
        let pages = self.finished.len();
        for (index, page) in self.finished.iter_mut().enumerate() {
            page.text(SIDE, baseline(FOOT + 4.0, style), style, foot);
            if pages > 1 {
                page.text_right(
                    RIGHT,
                    baseline(FOOT + 4.0, style),
                    style,
                    &texts.page(index + 1, pages),
                );
            }
        }
        self.finished
    }
}
