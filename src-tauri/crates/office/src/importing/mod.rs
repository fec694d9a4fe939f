//! Reading the customer list that an office already has: a CSV or XLSX file becomes typed rows, and everything in it that
//! cannot be used becomes a problem with its line, its field and what to do about it, in Indonesian and English.
//!
//! Everything here but `apply` refuses to change anything: it knows no database, no clock and no router. What exists
//! already comes in as [`Known`], and what to do with the rows is decided by who calls it. No cell is evaluated: a formula in a CSV file is
//! text, and of a formula in a workbook only the stored result is read.
//!
//! [`read`] turns bytes into a [`Sheet`] of text cells with line numbers, [`interpret`] turns the sheet into rows.

mod apply;
mod cells;
mod debts;
mod delimited;
mod headings;
mod interpret;
mod known;
mod layout;
mod line;
mod phrases;
mod problem;
mod reading;
mod refusal;
mod register;
mod rows;
mod sniffing;
mod uniqueness;
mod unpacking;
mod values;
mod workbook;

pub use apply::{
    AppliedImport, ApplyImport, ApplyOnce, FirstBilling, ImportMode, ImportPreview, ImportTotals, ImportView,
    KeptCustomer, KeptPackage, ListImports, PackageUse, PreviewImport, SampleRow, ShownFile, TakenIn,
    ToldProblem, UndoImport, UndoneImport, awaits_first_cut_off, confirm_first_cut_off, release_settled,
};
pub(crate) use apply::{is_of_import, is_of_list, reserve_numbers};
pub use headings::{Column, Field};
pub use interpret::interpret;
pub use known::{Known, KnownCollector, KnownPackage, KnownRouter};
pub use problem::Problem;
pub use reading::{LARGEST_FILE, MOST_ROWS, Sheet, SheetRow, read};
pub use refusal::ImportError;
pub use rows::{Debt, Discount, ImportRow, Interpretation};
pub use sniffing::LooksLike;
