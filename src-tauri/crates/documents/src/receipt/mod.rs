//! Receipts (kwitansi): what was taken at the counter and what it paid for, on thermal rolls or A5.

mod escpos;
mod kwitansi;
mod slip;

use std::io::Write;
use std::sync::Arc;

use billing::Rupiah;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::file::PdfFile;
use crate::fonts::Fonts;
use crate::{Customer, DocumentError, Language, Office, dates};

pub use escpos::EscPos;

/// Everything that a receipt says; nothing is computed from it.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The office that took the money.
    pub office: Arc<Office>,
    /// Who paid.
    pub customer: Customer,
    /// `PAY-20261120-00001`.
    pub number: String,
    /// When the money was taken, in the office's zone.
    pub time: DateTime,
    /// Who took it.
    pub cashier: String,
    /// How it was paid, as it should be printed: `Tunai`, `Transfer`.
    pub method: String,
    /// What counts as paid; the figure that is spelled in words.
    pub amount: Rupiah,
    /// The cash that was handed over, if cash was.
    pub received: Option<Rupiah>,
    /// What was given back; zero for none.
    pub change: Rupiah,
    /// What the payment was used for.
    pub allocations: Vec<Allocation>,
    /// What was kept as the customer's credit; zero for none.
    pub credit: Rupiah,
    /// What the customer still owes.
    pub balance: Rupiah,
    /// Whether this is not the first print.
    pub copy: bool,
    /// That the payment was taken back: the paper then says so instead of proving that it was paid.
    pub reversal: Option<Reversal>,
    /// The language of the fixed texts.
    pub language: Language,
}

impl Receipt {
    /// What is left afterwards and what it is called: a debt, or what the customer has to its credit.
    fn left(&self, texts: &crate::language::Texts) -> (&'static str, String) {
        match self.balance.try_neg() {
            Ok(credit) if credit.is_positive() => (texts.credit_left, credit.to_string()),
            _ => (texts.balance, self.balance.to_string()),
        }
    }
}

/// That a payment was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// On which day of the office.
    pub on: Date,
    /// Why; may be empty.
    pub reason: String,
}

impl Reversal {
    /// `Pembayaran dibatalkan 23 November 2026: salah pelanggan`.
    fn in_words(&self, language: Language) -> String {
        let texts = language.texts();
        let told = format!("{} {}", texts.reversed_on, dates::long(self.on, texts));
        match self.reason.trim() {
            "" => told,
            reason => format!("{told}: {reason}"),
        }
    }
}

/// The part of a payment that went to one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// The invoice's number.
    pub invoice: String,
    /// Its period in words; may be empty.
    pub period: String,
    /// How much of the payment it got.
    pub amount: Rupiah,
}

/// The width of a thermal roll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Roll {
    /// 58 mm, 32 characters to the line.
    Mm58,
    /// 80 mm, 48 characters to the line.
    #[default]
    Mm80,
}

impl Roll {
    /// Characters to the line in the printer's standard font.
    #[must_use]
    pub const fn columns(self) -> usize {
        match self {
            Roll::Mm58 => 32,
            Roll::Mm80 => 48,
        }
    }
}

/// The paper that a receipt is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptPaper {
    /// A strip as long as the receipt.
    Roll(Roll),
    /// A5, lying: the kwitansi that is signed.
    A5,
}

/// Writes the receipt as a PDF; returns how many pages it has.
///
/// # Errors
/// [`DocumentError::Write`] when the target refuses.
pub fn receipt_pdf<W: Write>(
    receipt: &Receipt,
    paper: ReceiptPaper,
    created: Timestamp,
    out: &mut W,
) -> Result<usize, DocumentError> {
    let fonts = Fonts::load()?;
    let mut file = PdfFile::new(fonts);
    match paper {
        ReceiptPaper::Roll(roll) => slip::draw(receipt, roll, fonts, &mut file),
        ReceiptPaper::A5 => kwitansi::draw(receipt, fonts, &mut file),
    }
    let title = format!("{} {}", receipt.language.texts().receipt, receipt.number);
    file.write(&title, &receipt.office.name, created, out)
}

/// The receipt as bytes for an ESC/POS printer.
#[must_use]
pub fn receipt_escpos(receipt: &Receipt, options: EscPos) -> Vec<u8> {
    escpos::print(receipt, options)
}
