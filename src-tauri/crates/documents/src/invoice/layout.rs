//! Where everything on an invoice stands: head, parties, what to pay, lines, totals, how to pay, foot.

use billing::Rupiah;

use super::closing::Closing;
use super::table::Table;
use super::{Invoice, Marking, Qr, Sheet};
use crate::drawing::{Drawing, Ink, MM, Picture, Style, baseline};
use crate::file::PdfFile;
use crate::fonts::Fonts;
use crate::language::Texts;
use crate::{DocumentError, dates};

/// The sizes of one kind of paper, in points.
pub(super) struct Measures {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) side: f32,
    top: f32,
    bottom: f32,
    title: f32,
    heading: f32,
    pub(super) body: f32,
    pub(super) small: f32,
    /// The space between two parts.
    pub(super) gap: f32,
    panel: f32,
    due: f32,
    pub(super) code: f32,
    logo_width: f32,
    logo_height: f32,
    /// How many lines a name or an address may take; a half page must also hold the rest.
    most_lines: usize,
}

static A4: Measures = Measures {
    width: 210.0 * MM,
    height: 297.0 * MM,
    side: 18.0 * MM,
    top: 16.0 * MM,
    bottom: 12.0 * MM,
    title: 21.0,
    heading: 11.5,
    body: 9.0,
    small: 7.6,
    gap: 20.0,
    panel: 46.0,
    due: 17.0,
    code: 30.0 * MM,
    logo_width: 38.0 * MM,
    logo_height: 17.0 * MM,
    most_lines: 8,
};

static HALF_A5: Measures = Measures {
    width: 210.0 * MM,
    height: 148.5 * MM,
    side: 13.0 * MM,
    top: 9.0 * MM,
    bottom: 6.5 * MM,
    title: 14.0,
    heading: 9.5,
    body: 7.8,
    small: 6.8,
    gap: 9.0,
    panel: 31.0,
    due: 12.5,
    code: 24.0 * MM,
    logo_width: 28.0 * MM,
    logo_height: 12.0 * MM,
    most_lines: 5,
};

impl Measures {
    pub(super) fn of(sheet: Sheet) -> &'static Measures {
        match sheet {
            Sheet::A4 => &A4,
            Sheet::HalfA5 => &HALF_A5,
        }
    }

    pub(super) fn right(&self) -> f32 {
        self.width - self.side
    }

    pub(super) fn content(&self) -> f32 {
        self.width - 2.0 * self.side
    }
}

/// An invoice being laid out: the pages so far, and how far down the current one is used.
pub(super) struct Composer<'a> {
    pub(super) invoice: &'a Invoice,
    pub(super) texts: &'static Texts,
    pub(super) measures: &'static Measures,
    pub(super) drawing: Drawing,
    pub(super) y: f32,
    /// Below this stands the foot.
    pub(super) floor: f32,
    note: Vec<String>,
    finished: Vec<Drawing>,
    fonts: &'static Fonts,
}

/// Lays out one invoice; one drawing per page.
pub(super) fn draw(
    invoice: &Invoice,
    measures: &'static Measures,
    fonts: &'static Fonts,
    file: &mut PdfFile,
) -> Result<Vec<Drawing>, DocumentError> {
    if let Some(logo) = &invoice.office.logo {
        file.logo(logo);
    }
    let code = match &invoice.qr {
        // Nobody shall pay what is paid or void.
        Some(Qr::Qris(_)) | None if !asks_for_money(invoice) => None,
        Some(Qr::Qris(payload) | Qr::Number(payload)) => Some(file.code(payload, &invoice.number)?),
        None => None,
    };
    let mut composer = Composer::new(invoice, measures, fonts);
    composer.head();
    composer.parties();
    composer.panel(invoice.to_pay()?);
    let closing = Closing::of(&composer, code);
    Table::of(&composer).draw(&mut composer, closing.height());
    closing.draw(&mut composer);
    Ok(composer.finish())
}

/// The line between two halves, dashed, with its ends left free for the printer's margin.
pub(super) fn cut_line(drawing: &mut Drawing, measures: &Measures) {
    let mut x = 6.0 * MM;
    while x < measures.width - 6.0 * MM {
        drawing.rule(x, measures.height, 3.0, Ink::Hairline);
        x += 6.0;
    }
}

impl<'a> Composer<'a> {
    fn new(invoice: &'a Invoice, measures: &'static Measures, fonts: &'static Fonts) -> Composer<'a> {
        let drawing = Drawing::new(fonts);
        let style = Style::muted(measures.small);
        let note = invoice.office.footer_note.as_deref().unwrap_or_default();
        let note = drawing.wrap(style, measures.content() * 0.76, 3, note);
        let foot = style.leading() * note.len().max(1) as f32 + 8.0;
        Composer {
            invoice,
            texts: invoice.language.texts(),
            measures,
            drawing,
            y: measures.top,
            floor: measures.height - measures.bottom - foot,
            note,
            finished: Vec::new(),
            fonts,
        }
    }

    /// What is left of the page.
    pub(super) fn room(&self) -> f32 {
        self.floor - self.y
    }

    /// Goes on on a new page, under a short head.
    pub(super) fn turn(&mut self) {
        let page = std::mem::replace(&mut self.drawing, Drawing::new(self.fonts));
        self.finished.push(page);
        let m = self.measures;
        let style = Style::muted(m.small);
        let right = format!("{} · {}", self.invoice.number, self.invoice.customer.name);
        let half = m.content() / 2.0 - 6.0;
        let left = self.drawing.wrap(style, half, 1, &self.invoice.office.name);
        let right = self.drawing.wrap(style, half, 1, &right);
        self.y = m.top;
        self.drawing.lines(m.side, self.y, style, &left);
        if let Some(right) = right.first() {
            self.drawing
                .text_right(m.right(), baseline(self.y, style), style, right);
        }
        self.y += style.leading() + 4.0;
        self.drawing.rule(m.side, self.y, m.content(), Ink::Hairline);
        self.y += m.gap * 0.6;
    }

    /// The office on the left, the document's name and number on the right.
    fn head(&mut self) {
        let m = self.measures;
        let office = &self.invoice.office;
        let left_width = m.content() * 0.6;
        let mut text_left = m.side;
        let mut bottom = self.y;
        if let Some(logo) = &office.logo {
            let height = m.logo_height.min(m.logo_width / logo.aspect());
            let width = (height * logo.aspect()).min(m.logo_width);
            self.drawing.picture(m.side, self.y, width, height, Picture::Logo);
            text_left += width + 10.0;
            bottom = self.y + height;
        }
        let width = m.side + left_width - text_left;
        let name = Style::bold(m.heading);
        let small = Style::muted(m.small);
        let lines = self.drawing.wrap(name, width, 4, &office.name);
        let mut y = self.drawing.lines(text_left, self.y, name, &lines);
        let lines = self.drawing.wrap(small, width, m.most_lines, &office.address);
        y = self.drawing.lines(text_left, y, small, &lines);
        let phone = office
            .phone
            .as_ref()
            .map(|phone| format!("{} {phone}", self.texts.phone));
        let tax_id = office
            .npwp
            .as_ref()
            .map(|npwp| format!("{} {npwp}", self.texts.tax_id));
        for line in [phone, tax_id].into_iter().flatten() {
            let lines = self.drawing.wrap(small, width, 2, &line);
            y = self.drawing.lines(text_left, y, small, &lines);
        }
        bottom = bottom.max(y);

        let right_width = m.content() * 0.36;
        let title = Style::bold(m.title).ink(Ink::Accent);
        let mut y = self.y - m.title * 0.25;
        self.drawing
            .text_right(m.right(), baseline(y, title), title, self.texts.invoice);
        y += title.leading();
        let number = Style::bold(m.body + 1.0);
        for line in self.drawing.wrap(number, right_width, 2, &self.invoice.number) {
            self.drawing
                .text_right(m.right(), baseline(y, number), number, &line);
            y += number.leading();
        }
        if let Some(marking) = self.invoice.marking {
            y += 3.0;
            y = self.mark(marking, y);
        }
        self.y = bottom.max(y) + m.gap * 0.5;
        self.drawing.rule(m.side, self.y, m.content(), Ink::Hairline);
        self.y += m.gap * 0.7;
    }

    /// The word in a box; returns where it ends.
    fn mark(&mut self, marking: Marking, y: f32) -> f32 {
        let m = self.measures;
        let (word, ink) = match marking {
            Marking::Paid => (self.texts.mark_paid, Ink::Paid),
            Marking::Void => (self.texts.mark_void, Ink::Void),
            Marking::Copy => (self.texts.mark_copy, Ink::Muted),
        };
        let style = Style::bold(m.body + 1.0).ink(ink);
        let (pad, height) = (8.0, style.leading() + 4.0);
        let width = self.drawing.width(style, word) + 2.0 * pad;
        self.drawing
            .outline(m.right() - width + 0.5, y, width - 1.0, height, ink);
        self.drawing
            .text_right(m.right() - pad, baseline(y + 2.0, style), style, word);
        y + height
    }

    /// The customer on the left, the dates on the right.
    fn parties(&mut self) {
        let m = self.measures;
        let customer = &self.invoice.customer;
        let (label, body) = (Style::muted(m.small), Style::regular(m.body));
        let width = m.content() * 0.54;
        self.drawing
            .text(m.side, baseline(self.y, label), label, self.texts.billed_to);
        let mut y = self.y + label.leading() + 1.0;
        let name = Style::bold(m.body + 1.5);
        let lines = self.drawing.wrap(name, width, m.most_lines, &customer.name);
        y = self.drawing.lines(m.side, y, name, &lines);
        if let Some(address) = &customer.address {
            let lines = self.drawing.wrap(body, width, m.most_lines, address);
            y = self.drawing.lines(m.side, y, body, &lines);
        }
        let phone = customer
            .phone
            .as_ref()
            .map(|phone| format!("{} {phone}", self.texts.phone));
        let number = format!("{} {}", self.texts.customer_no, customer.number);
        let known = [phone, (!customer.number.is_empty()).then_some(number)];
        for line in known.into_iter().flatten() {
            let lines = self.drawing.wrap(label, width, 2, &line);
            y = self.drawing.lines(m.side, y, label, &lines);
        }
        let left_end = y;

        let span = self
            .invoice
            .service
            .map(|span| dates::span(span.from, span.to, self.texts));
        let rows = [
            (
                self.texts.issued,
                Some(dates::long(self.invoice.issue_date, self.texts)),
            ),
            (
                self.texts.due,
                Some(dates::long(self.invoice.due_date, self.texts)),
            ),
            (self.texts.period, Some(self.invoice.period.clone())),
            (self.texts.service, span),
        ];
        let left = m.side + m.content() * 0.62;
        let mut y = self.y;
        for (key, value) in rows.into_iter().filter_map(|(key, value)| Some((key, value?))) {
            let room = m.right() - left - self.drawing.width(label, key) - 8.0;
            let lines = self.drawing.wrap(body, room, 3, &value);
            self.drawing.text(left, baseline(y, body), label, key);
            for line in &lines {
                self.drawing.text_right(m.right(), baseline(y, body), body, line);
                y += body.leading() + 1.0;
            }
        }
        self.y = left_end.max(y) + m.gap * 0.7;
    }

    /// The one figure that the customer looks for, and until when.
    fn panel(&mut self, to_pay: Rupiah) {
        let m = self.measures;
        if self.room() < m.panel {
            self.turn();
        }
        let label = Style::muted(m.small);
        let inner = m.content() - 28.0;
        self.drawing
            .fill(m.side, self.y, m.content(), m.panel, Ink::Panel);
        self.drawing.fill(m.side, self.y, 3.0, m.panel, Ink::Accent);
        let left = m.side + 14.0;
        let block = label.leading() + Style::bold(m.due).leading();
        let top = self.y + (m.panel - block) / 2.0;
        let (caption, amount) = match self.invoice.marking {
            Some(Marking::Paid | Marking::Void) => (self.texts.total, self.invoice.totals.total),
            _ => (self.texts.to_pay, to_pay),
        };
        let amount = amount.to_string();
        let large = self.drawing.fitting(Style::bold(m.due), &amount, inner * 0.6);
        let line = baseline(top + label.leading(), Style::bold(m.due));
        self.drawing.text(left, baseline(top, label), label, caption);
        self.drawing.text(left, line, large, &amount);
        let right = m.right() - 14.0;
        let (caption, value, ink) = match self.invoice.marking {
            Some(Marking::Paid) => ("", self.texts.mark_paid.to_owned(), Ink::Paid),
            Some(Marking::Void) => ("", self.texts.mark_void.to_owned(), Ink::Void),
            _ => (
                self.texts.due,
                dates::long(self.invoice.due_date, self.texts),
                Ink::Black,
            ),
        };
        let value_style = Style::bold(m.due * 0.72).ink(ink);
        self.drawing
            .text_right(right, baseline(top, label), label, caption);
        self.drawing.text_right(right, line, value_style, &value);
        self.y += m.panel + m.gap * 0.8;
    }

    /// Writes the foot on every page, now that their number is known.
    fn finish(mut self) -> Vec<Drawing> {
        let page = std::mem::replace(&mut self.drawing, Drawing::new(self.fonts));
        self.finished.push(page);
        let m = self.measures;
        let style = Style::muted(m.small);
        let pages = self.finished.len();
        for (index, page) in self.finished.iter_mut().enumerate() {
            page.rule(m.side, self.floor + 4.0, m.content(), Ink::Hairline);
            page.lines(m.side, self.floor + 8.0, style, &self.note);
            let number = self.texts.page(index + 1, pages);
            page.text_right(m.right(), baseline(self.floor + 8.0, style), style, &number);
        }
        self.finished
    }
}

/// Whether the invoice still wants to be paid.
pub(super) fn asks_for_money(invoice: &Invoice) -> bool {
    !matches!(invoice.marking, Some(Marking::Paid | Marking::Void))
}
