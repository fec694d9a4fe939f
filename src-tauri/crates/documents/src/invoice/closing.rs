//! The end of an invoice: totals, the amount in words, and how to pay.

use billing::Rupiah;

use super::Qr;
use super::layout::{Composer, asks_for_money};
use super::table;
use crate::drawing::{Ink, Picture, Style, baseline};
use crate::in_words;

/// What stands under the lines: on the right the totals, on the left the words, the accounts and the symbol to scan.
pub(super) struct Closing {
    code: Option<(Picture, &'static str)>,
    totals: Vec<TotalRow>,
    words: Vec<String>,
    /// Accounts, each as the lines that it takes.
    accounts: Vec<Vec<(String, Style)>>,
    /// The height without accounts, which may go on on a further page.
    least: f32,
    accounts_height: f32,
    row: f32,
}

struct TotalRow {
    label: String,
    amount: String,
    strong: bool,
}

impl Closing {
    pub(super) fn of(composer: &Composer<'_>, code: Option<Picture>) -> Closing {
        let (m, texts, invoice) = (composer.measures, composer.texts, composer.invoice);
        let totals = total_rows(composer);
        let left_width = m.content() * 0.52;
        // The figure of the panel in words; what cannot be counted has stopped the document before.
        let figure = invoice.figure().unwrap_or(invoice.totals.total);
        let words = capitalised(&in_words(figure, invoice.language));
        let words = composer
            .drawing
            .wrap(Style::regular(m.body), left_width, 4, &words);
        let code = code.zip(invoice.qr.as_ref().map(|qr| match qr {
            Qr::Qris(_) => texts.scan_to_pay,
            Qr::Number(_) => texts.scan_at_the_counter,
        }));
        let beside = if code.is_some() { m.code + 12.0 } else { 0.0 };
        let (body, bold, label) = (Style::regular(m.body), Style::bold(m.body), Style::muted(m.small));
        let asks = asks_for_money(invoice);
        let accounts: Vec<Vec<(String, Style)>> = invoice
            .office
            .bank_accounts
            .iter()
            .filter(|_| asks)
            .map(|account| {
                let parts = [
                    (account.bank.clone(), label),
                    (account.number.clone(), bold),
                    (format!("{} {}", texts.holder, account.holder), body),
                ];
                let wrap = |(text, style): (String, Style)| {
                    let lines = composer.drawing.wrap(style, left_width - beside, 3, &text);
                    lines
                        .into_iter()
                        .map(move |line| (line, style))
                        .collect::<Vec<_>>()
                };
                parts.into_iter().flat_map(wrap).collect()
            })
            .collect();
        let row = Style::regular(m.body).leading() + 2.5;
        let totals_height = totals.len() as f32 * row + 10.0;
        let words_height = label.leading() + words.len() as f32 * body.leading() + m.gap * 0.5;
        let code_height = code
            .as_ref()
            .map_or(0.0, |_| m.code + 2.0 * label.leading() + 4.0);
        let accounts_height = accounts
            .iter()
            .map(|account| account_height(account))
            .sum::<f32>()
            + label.leading()
            + 2.0;
        let least = totals_height.max(words_height + code_height);
        Closing {
            code,
            totals,
            words,
            accounts,
            least,
            accounts_height,
            row,
        }
    }

    /// What it wants to stand together.
    pub(super) fn height(&self) -> f32 {
        let accounts = if self.accounts.is_empty() {
            0.0
        } else {
            self.accounts_height
        };
        self.least.max(self.words_height() + accounts)
    }

    fn words_height(&self) -> f32 {
        self.words.len() as f32 * self.row + self.row
    }

    pub(super) fn draw(self, composer: &mut Composer<'_>) {
        let m = composer.measures;
        if composer.room() < self.least {
            composer.turn();
        }
        let (label, body) = (Style::muted(m.small), Style::regular(m.body));
        let top = composer.y;
        let mut y = top;
        let totals_left = m.side + m.content() * 0.58;
        for row in &self.totals {
            y = self.total(composer, row, totals_left, y);
        }
        let totals_end = y;

        let texts = composer.texts;
        composer
            .drawing
            .text(m.side, baseline(top, label), label, texts.in_words);
        y = composer
            .drawing
            .lines(m.side, top + label.leading(), body, &self.words)
            + m.gap * 0.5;
        let mut left = m.side;
        let mut code_end = y;
        if let Some((picture, caption)) = self.code {
            composer.drawing.picture(m.side - 2.0, y, m.code, m.code, picture);
            let caption = composer.drawing.wrap(label, m.code, 2, caption);
            code_end = y + m.code + 2.0;
            for line in &caption {
                let right = m.side - 2.0 + m.code;
                composer
                    .drawing
                    .text_centred(m.side - 2.0, right, baseline(code_end, label), label, line);
                code_end += label.leading();
            }
            left += m.code + 12.0;
        }
        if !self.accounts.is_empty() {
            composer
                .drawing
                .text(left, baseline(y, label), label, texts.payment);
            y += label.leading() + 2.0;
        }
        for account in &self.accounts {
            if y + account_height(account) > composer.floor {
                composer.turn();
                (y, code_end, left) = (composer.y, composer.y, m.side);
            }
            for (line, style) in account {
                composer.drawing.text(left, baseline(y, *style), *style, line);
                y += style.leading();
            }
            y += 5.0;
        }
        composer.y = y.max(code_end).max(totals_end);
    }

    fn total(&self, composer: &mut Composer<'_>, row: &TotalRow, left: f32, y: f32) -> f32 {
        let m = composer.measures;
        let mut y = y;
        let style = if row.strong {
            Style::bold(m.body + 0.8)
        } else {
            Style::regular(m.body)
        };
        if row.strong {
            composer
                .drawing
                .rule(left, y + 1.5, m.right() - left, Ink::Hairline);
            y += 3.5;
        }
        let room = m.right() - left;
        let amount = composer.drawing.fitting(style, &row.amount, room * 0.62);
        let label = if row.strong { style } else { Style::muted(m.body) };
        let label_room = room - composer.drawing.width(amount, &row.amount) - 6.0;
        let label = composer.drawing.fitting(label, &row.label, label_room);
        composer.drawing.text(left, baseline(y, style), label, &row.label);
        composer
            .drawing
            .text_right(m.right(), baseline(y, style), amount, &row.amount);
        y + self.row
    }
}

fn account_height(account: &[(String, Style)]) -> f32 {
    account.iter().map(|(_, style)| style.leading()).sum::<f32>() + 5.0
}

fn total_rows(composer: &Composer<'_>) -> Vec<TotalRow> {
    let (texts, totals) = (composer.texts, &composer.invoice.totals);
    let row = |label: &str, amount: Rupiah| TotalRow {
        label: label.to_owned(),
        amount: amount.to_string(),
        strong: false,
    };
    let strong = |label: &str, amount: Rupiah| TotalRow {
        strong: true,
        ..row(label, amount)
    };
    let less = |label: &str, amount: Rupiah| TotalRow {
        amount: table::less(amount),
        ..row(label, amount)
    };
    let mut rows = vec![row(texts.subtotal, totals.subtotal)];
    if !totals.discount.is_zero() {
        rows.push(less(texts.discount, totals.discount));
    }
    if let Some(tax) = &totals.tax {
        rows.push(row(texts.tax_base, tax.base));
        rows.push(row(&tax.label, tax.amount));
    }
    rows.push(strong(texts.total, totals.total));
    if !totals.credit.is_zero() {
        rows.push(less(texts.credit_used, totals.credit));
    }
    if !totals.paid.is_zero() {
        rows.push(less(texts.paid, totals.paid));
    }
    if !asks_for_money(composer.invoice) {
        return rows;
    }
    if totals.remaining != totals.total || totals.arrears.is_some() {
        rows.push(row(texts.remaining, totals.remaining));
    }
    if let Some(arrears) = totals.arrears {
        rows.push(row(texts.arrears, arrears));
        if let Ok(to_pay) = composer.invoice.to_pay() {
            rows.push(strong(texts.to_pay, to_pay));
        }
    }
    rows
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
