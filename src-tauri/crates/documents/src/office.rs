//! The two parties that every document names.

use crate::Logo;

/// The office that issues documents. Shared by all documents of a run (`Arc<Office>`).
#[derive(Clone, Debug, Default)]
pub struct Office {
    /// The trading name.
    pub name: String,
    /// The postal address; line breaks are kept.
    pub address: String,
    /// As it should be printed.
    pub phone: Option<String>,
    /// The tax number of a PKP.
    pub npwp: Option<String>,
    /// Printed at the head of invoices.
    pub logo: Option<Logo>,
    /// Where transfers go.
    pub bank_accounts: Vec<BankAccount>,
    /// A sentence at the foot of every page.
    pub footer_note: Option<String>,
}

/// An account that customers may pay into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAccount {
    /// The bank's name.
    pub bank: String,
    /// The account number, as it should be printed.
    pub number: String,
    /// In whose name the account is.
    pub holder: String,
}

/// The customer named on a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// `PLG-00001`, or the office's own number.
    pub number: String,
    /// The full name.
    pub name: String,
    /// The postal address; line breaks are kept.
    pub address: Option<String>,
    /// As it should be printed.
    pub phone: Option<String>,
}
