//! Why a whole file is refused, before any row is looked at.

use super::headings::Field;
use super::phrases;
use super::sniffing::LooksLike;

/// Why a file cannot be imported at all. [`std::fmt::Display`] is the English sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// There is nothing in the file.
    #[error("The file is empty. Choose the file that holds the customer list.")]
    Empty,
    /// The file is larger than anything that a customer list needs.
    #[error("The file has {} MiB; at most {} MiB can be imported. Split the list into several files.", .bytes.div_ceil(1 << 20), .limit >> 20)]
    TooLarge {
        /// Size of the file in bytes.
        bytes: usize,
        /// The largest size in bytes.
        limit: usize,
    },
    /// The workbook is small only because it is compressed.
    #[error("The workbook unpacks to more than {} MiB. Copy the list alone into a new workbook and save that.", .limit >> 20)]
    UnpacksTooLarge {
        /// The largest size in bytes.
        limit: u64,
    },
    /// The table has more rows than one import takes.
    #[error("The table has more than {limit} rows. Split the list into several files.")]
    TooManyRows {
        /// The largest number of rows.
        limit: usize,
    },
    /// The bytes are something else than a table.
    #[error(
        "The file is {looks_like}, not a table. Open the list in a spreadsheet program and save it as CSV or .xlsx."
    )]
    NotATable {
        /// What it is instead.
        looks_like: LooksLike,
    },
    /// The file claims to be a workbook or text and is damaged.
    #[error(
        "The file is damaged and cannot be read ({reason}). Open it in a spreadsheet program and save it anew as .xlsx or CSV."
    )]
    Damaged {
        /// The reader's own words, for a support request.
        reason: String,
    },
    /// A quotation mark opens a cell and never closes it, so that the rest of the file would be one cell.
    #[error(
        "The quotation mark that opens in the row at line {line_no} is never closed. Remove it or add the closing one."
    )]
    UnclosedQuote {
        /// Physical line on which the row with the mark starts, from 1.
        line_no: u32,
    },
    /// No row looks like headings.
    #[error("No row with headings was found. The first row must name the columns, such as Nama, No HP, Alamat, Paket; found: {}.", phrases::few(.found, "nothing"))]
    NoHeadings {
        /// The cells of the first row that is not blank.
        found: Vec<String>,
    },
    /// There are headings, but a column is missing without which no customer can be made.
    #[error("The column {} is missing. Add it to the file; columns found: {}.", phrases::headings_of(.missing), phrases::few(.found, "none"))]
    MissingColumns {
        /// The columns that are needed.
        missing: Vec<Field>,
        /// The headings of the file.
        found: Vec<String>,
    },
    /// There are headings and nothing below them.
    #[error("There are headings but no rows below them. Choose the file that holds the customers.")]
    NoRows,
}

impl ImportError {
    /// A word for programs; it never changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "import_empty",
            Self::TooLarge { .. } => "import_too_large",
            Self::UnpacksTooLarge { .. } => "import_unpacks_too_large",
            Self::TooManyRows { .. } => "import_too_many_rows",
            Self::NotATable { .. } => "import_not_a_table",
            Self::Damaged { .. } => "import_damaged",
            Self::UnclosedQuote { .. } => "import_unclosed_quote",
            Self::NoHeadings { .. } => "import_no_headings",
            Self::MissingColumns { .. } => "import_missing_columns",
            Self::NoRows => "import_no_rows",
        }
    }

    /// The same sentence in Indonesian.
    #[must_use]
    pub fn in_indonesian(&self) -> String {
        match self {
            Self::Empty => "Berkas kosong. Pilih berkas yang berisi daftar pelanggan.".to_owned(),
            Self::TooLarge { bytes, limit } => format!(
                "Ukuran berkas {} MiB; paling besar {} MiB. Bagi daftar menjadi beberapa berkas.",
                bytes.div_ceil(1 << 20),
                limit >> 20
            ),
            Self::UnpacksTooLarge { limit } => format!(
                "Isi berkas setelah dibuka lebih dari {} MiB. Salin daftarnya saja ke berkas baru lalu simpan.",
                limit >> 20
            ),
            Self::TooManyRows { limit } => {
                format!("Tabel berisi lebih dari {limit} baris. Bagi daftar menjadi beberapa berkas.")
            }
            Self::NotATable { looks_like } => format!(
                "Berkas ini {}, bukan tabel. Buka daftar di program lembar kerja lalu simpan sebagai CSV atau .xlsx.",
                looks_like.in_indonesian()
            ),
            Self::Damaged { reason } => format!(
                "Berkas rusak dan tidak dapat dibaca ({reason}). Buka di program lembar kerja lalu simpan ulang sebagai .xlsx atau CSV."
            ),
            Self::UnclosedQuote { line_no } => format!(
                "Tanda kutip yang dibuka pada baris {line_no} tidak pernah ditutup. Hapus tanda itu atau tambahkan penutupnya."
            ),
            Self::NoHeadings { found } => format!(
                "Baris judul tidak ditemukan. Baris pertama harus menyebut kolom, misalnya Nama, No HP, Alamat, Paket; yang ada: {}.",
                phrases::few(found, "tidak ada")
            ),
            Self::MissingColumns { missing, found } => format!(
                "Kolom {} tidak ada. Tambahkan kolom itu ke berkas; kolom yang ada: {}.",
                phrases::headings_of(missing),
                phrases::few(found, "tidak ada")
            ),
            Self::NoRows => {
                "Ada judul kolom tetapi tidak ada baris di bawahnya. Pilih berkas yang berisi pelanggan."
                    .to_owned()
            }
        }
    }
}
