//! Invoices: what one says, and files of them.

mod closing;
mod layout;
mod table;

use std::io::Write;
use std::sync::Arc;

use billing::Rupiah;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::drawing::Drawing;
use crate::file::PdfFile;
use crate::fonts::Fonts;
use crate::{Customer, DocumentError, Language, Office};
use layout::Measures;

/// The most invoices that one file may hold; [`crate::MonthFiles`] divides a longer list.
pub const MOST_INVOICES_PER_FILE: usize = 500;

/// Everything that an invoice says. Nothing is computed from it but the amount to pay.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// The issuing office, shared by all invoices of a run.
    pub office: Arc<Office>,
    /// Who is billed.
    pub customer: Customer,
    /// `INV-202611-00001`.
    pub number: String,
    /// The date of the document.
    pub issue_date: Date,
    /// The last day to pay.
    pub due_date: Date,
    /// The billing period in words, `November 2026`.
    pub period: String,
    /// The days that the invoice as a whole covers.
    pub service: Option<ServiceSpan>,
    /// What is billed, in order.
    pub lines: Vec<InvoiceLine>,
    /// What it adds up to.
    pub totals: Totals,
    /// A symbol to scan.
    pub qr: Option<Qr>,
    /// A word over the document.
    pub marking: Option<Marking>,
    /// The language of the fixed texts.
    pub language: Language,
}

/// A span of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceSpan {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// One line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceLine {
    /// What is charged.
    pub description: String,
    /// The days that the charge covers.
    pub service: Option<ServiceSpan>,
    /// How many, where that says something.
    pub quantity: Option<u32>,
    /// The price of the line before its discount.
    pub amount: Rupiah,
    /// What is taken off; zero for none.
    pub discount: Rupiah,
    /// Why it is taken off, in the office's words.
    pub discount_reason: Option<String>,
}

/// What the lines add up to, as the ledger has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The sum of the lines before discounts.
    pub subtotal: Rupiah,
    /// The sum of the discounts; zero for none.
    pub discount: Rupiah,
    /// PPN, for taxed customers of a PKP.
    pub tax: Option<Tax>,
    /// What the invoice is for.
    pub total: Rupiah,
    /// Customer credit that was used for it; zero for none.
    pub credit: Rupiah,
    /// What was paid on it; zero for none.
    pub paid: Rupiah,
    /// What is still owed on it: the total less credit and payments.
    pub remaining: Rupiah,
    /// What the customer owes on earlier invoices, if that is to be shown.
    pub arrears: Option<Rupiah>,
}

/// The tax of an invoice (PMK 131/2024 for PPN since 2025).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// `PPN 12%`.
    pub label: String,
    /// The base that the rate is applied to (`DPP nilai lain`).
    pub base: Rupiah,
    /// The tax.
    pub amount: Rupiah,
}

/// What the QR symbol of an invoice is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Qr {
    /// A QRIS payload, paid with any banking application.
    Qris(String),
    /// The number of the invoice, for the scanner at the counter.
    Number(String),
}

/// A word that stands out on the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    /// `LUNAS`: nothing is owed any more.
    Paid,
    /// `BATAL`: the invoice was voided.
    Void,
    /// `SALINAN`: not the first print.
    Copy,
}

/// How invoices are put on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The paper.
    pub sheet: Sheet,
    /// When the file is made; goes into its properties.
    pub created: Timestamp,
}

/// The paper that invoices are printed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sheet {
    /// One A4 page per invoice, or more if it is long.
    #[default]
    A4,
    /// Two A5 halves on an A4 page, with a line to cut along.
    HalfA5,
}

impl Invoice {
    /// What the customer is asked for: what remains on this invoice and the arrears that it shows.
    ///
    /// # Errors
    /// [`DocumentError::Amount`] when that cannot be counted.
    pub fn to_pay(&self) -> Result<Rupiah, DocumentError> {
        let arrears = self.totals.arrears.unwrap_or_default();
        let overflow = || DocumentError::Amount {
            document: self.number.clone(),
        };
        self.totals.remaining.checked_add(arrears).ok_or_else(overflow)
    }

    /// The one figure that the customer looks for: what is asked for, or, where nothing is any more, what it came to.
    ///
    /// # Errors
    /// As [`Invoice::to_pay`].
    pub(crate) fn figure(&self) -> Result<Rupiah, DocumentError> {
        match self.marking {
            Some(Marking::Paid | Marking::Void) => Ok(self.totals.total),
            Some(Marking::Copy) | None => self.to_pay(),
        }
    }
}

/// Writes a PDF of up to [`MOST_INVOICES_PER_FILE`] invoices; returns how many pages it has.
///
/// Fonts are embedded as subsets and can be copied out as text, streams are compressed, and QR symbols are sharp at 300 dpi.
///
/// # Errors
/// [`DocumentError`]: nothing or too much to print, a QR payload that is too long, amounts that cannot be added up, or a
/// target that cannot be written. What was written by then is not a PDF.
pub fn invoices_pdf<W: Write>(
    invoices: &[Invoice],
    layout: &Layout,
    out: &mut W,
) -> Result<usize, DocumentError> {
    let (Some(first), Some(last)) = (invoices.first(), invoices.last()) else {
        return Err(DocumentError::Nothing);
    };
    if invoices.len() > MOST_INVOICES_PER_FILE {
        return Err(DocumentError::TooMany {
            given: invoices.len(),
            most: MOST_INVOICES_PER_FILE,
        });
    }
    let fonts = Fonts::load()?;
    let measures = Measures::of(layout.sheet);
    let mut file = PdfFile::new(fonts);
    let mut waiting: Option<Drawing> = None;
    for invoice in invoices {
        for drawing in layout::draw(invoice, measures, fonts, &mut file)? {
            match layout.sheet {
                Sheet::A4 => file.page(measures.width, measures.height, [(0.0, 0.0, drawing)]),
                Sheet::HalfA5 => match waiting.take() {
                    None => waiting = Some(drawing),
                    Some(upper) => halves(&mut file, measures, fonts, upper, Some(drawing)),
                },
            }
        }
    }
    if let Some(upper) = waiting {
        halves(&mut file, measures, fonts, upper, None);
    }
    let texts = first.language.texts();
    let title = if invoices.len() == 1 {
        format!("{} {}", texts.invoices, first.number)
    } else {
        format!("{} {} – {}", texts.invoices, first.number, last.number)
    };
    file.write(&title, &first.office.name, layout.created, out)
}

/// Puts two halves on a sheet with the line between them.
fn halves(
    file: &mut PdfFile,
    measures: &Measures,
    fonts: &'static Fonts,
    upper: Drawing,
    lower: Option<Drawing>,
) {
    let mut cut = Drawing::new(fonts);
    layout::cut_line(&mut cut, measures);
    let placed = [
        Some((0.0, 0.0, upper)),
        Some((0.0, 0.0, cut)),
        lower.map(|lower| (0.0, measures.height, lower)),
    ];
    file.page(
        measures.width,
        2.0 * measures.height,
        placed.into_iter().flatten(),
    );
}
