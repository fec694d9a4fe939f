//! Why a document could not be made.

use std::io;

/// Why a document could not be made. [`DocumentError::code`] is stable; the sentence is for people.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There was nothing to print.
    #[error("there is nothing to print; choose at least one document")]
    Nothing,
    /// More documents than one file may hold.
    #[error("{given} invoices were asked for in one file and {most} is the most; split them with MonthFiles")]
    TooMany {
        /// How many were asked for.
        given: usize,
        /// How many one file may hold.
        most: usize,
    },
    /// The figures cannot be added up for printing.
    #[error("the amounts on {document} are too large to be added up; correct the document")]
    Amount {
        /// The document's number.
        document: String,
    },
    /// A QR payload that no QR symbol can hold.
    #[error("the text for the QR code of {document} is too long ({bytes} bytes); use a shorter link")]
    Qr {
        /// The document's number.
        document: String,
        /// The length of the payload.
        bytes: usize,
    },
    /// A logo that cannot be used.
    #[error("the logo cannot be used: {reason}; choose a PNG or JPEG picture of at most 20 megapixels")]
    Logo {
        /// What is wrong with the picture.
        reason: String,
    },
    /// The fonts inside the program are damaged.
    #[error("a font inside the program is damaged ({detail}); install the program again")]
    Font {
        /// What the font reader said.
        detail: String,
    },
    /// The PDF could not be put together.
    #[error("the PDF could not be put together: {0}")]
    Pdf(String),
    /// The file could not be written.
    #[error("the document could not be written: {0}; check the free space and try again")]
    Write(#[from] io::Error),
}

impl DocumentError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            DocumentError::Nothing => "document_nothing_to_print",
            DocumentError::TooMany { .. } => "document_too_many_invoices",
            DocumentError::Amount { .. } => "document_amount_overflow",
            DocumentError::Qr { .. } => "document_qr_too_long",
            DocumentError::Logo { .. } => "document_logo_unusable",
            DocumentError::Font { .. } => "document_font_damaged",
            DocumentError::Pdf(_) => "document_pdf_failed",
            DocumentError::Write(_) => "document_write_failed",
        }
    }
}
