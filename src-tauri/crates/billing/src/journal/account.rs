//! The accounts of the journal and the words for what an entry records.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::UnknownWord;
use crate::text_enum::{FromText, text_enum};

text_enum! {
    /// What an entry of the journal records.
    pub enum EntryKind as "journal entry kind" {
        /// An invoice was issued.
        InvoiceIssued => "invoice_issued",
        /// An invoice was declared void.
        InvoiceVoided => "invoice_voided",
        /// Money came in.
        PaymentReceived => "payment_received",
        /// Money that came in was taken back, or never came.
        PaymentReversed => "payment_reversed",
        /// Credit of the customer paid an invoice.
        CreditApplied => "credit_applied",
        /// Money on an invoice went back to the customer's credit.
        CreditUnapplied => "credit_unapplied",
        /// A debt (or credit) from before this program kept the books.
        OpeningDebt => "opening_debt",
        /// A mistake was put right.
        Correction => "correction",
        /// A debt was given up.
        WriteOff => "write_off",
    }
}

/// An account of the journal. Written `cash:rina` or `clearing:midtrans` where one account of several is meant, and as a
/// bare word otherwise.
///
/// Debits are positive and credits negative, so that what customers owe (`receivable`) is positive, and what the office
/// owes them (`customer_credit`, `deposit`) and what it earned (`revenue`) is negative.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a customer owes on an invoice.
    Receivable,
    /// What a customer has paid in advance of any invoice.
    CustomerCredit,
    /// What is kept for a customer and must be given back.
    Deposit,
    /// Cash in the drawer or bag of the user of this name.
    Cash(String),
    /// The office's bank accounts.
    Bank,
    /// Money that the provider of this name holds and has not paid out.
    Clearing(String),
    /// Earned, without tax.
    Revenue,
    /// PPN that belongs to the state.
    Tax,
    /// What providers kept for themselves.
    Fee,
    /// Debts given up.
    WriteOff,
    /// Spent.
    Expense,
    /// The other side of what stood in the books before.
    Opening,
}

impl Account {
    /// The forms in which an account is written.
    pub const FORMS: &'static [&'static str] = &[
        "receivable",
        "customer_credit",
        "deposit",
        "cash:<drawer>",
        "bank",
        "clearing:<provider>",
        "revenue",
        "tax",
        "fee",
        "write_off",
        "expense",
        "opening",
    ];

    /// The text that stands for the account in the database.
    #[must_use]
    pub fn as_text(&self) -> Cow<'static, str> {
        match self {
            Account::Receivable => "receivable".into(),
            Account::CustomerCredit => "customer_credit".into(),
            Account::Deposit => "deposit".into(),
            Account::Cash(drawer) => format!("cash:{drawer}").into(),
            Account::Bank => "bank".into(),
            Account::Clearing(provider) => format!("clearing:{provider}").into(),
            Account::Revenue => "revenue".into(),
            Account::Tax => "tax".into(),
            Account::Fee => "fee".into(),
            Account::WriteOff => "write_off".into(),
            Account::Expense => "expense".into(),
            Account::Opening => "opening".into(),
        }
    }

    /// Whether its postings belong to one customer and make up that customer's balance.
    #[must_use]
    pub const fn is_customer_balance(&self) -> bool {
        matches!(self, Account::Receivable | Account::CustomerCredit)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.as_text())
    }
}

impl FromStr for Account {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Account, UnknownWord> {
        Ok(match text {
            "receivable" => Account::Receivable,
            "customer_credit" => Account::CustomerCredit,
            "deposit" => Account::Deposit,
            "bank" => Account::Bank,
            "revenue" => Account::Revenue,
            "tax" => Account::Tax,
            "fee" => Account::Fee,
            "write_off" => Account::WriteOff,
            "expense" => Account::Expense,
            "opening" => Account::Opening,
            _ => match text.split_once(':') {
                Some(("cash", drawer)) if !drawer.is_empty() => Account::Cash(drawer.to_owned()),
                Some(("clearing", provider)) if !provider.is_empty() => {
                    Account::Clearing(provider.to_owned())
                }
                _ => return Err(UnknownWord::new("journal account", text, Account::FORMS)),
            },
        })
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.as_text())
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Account, D::Error> {
        FromText::deserialize(deserializer)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Account {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .examples(["receivable", "cash:rina", "clearing:midtrans"])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Account {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_is_read_back_as_written() {
        for text in Account::FORMS {
            let text = text.replace(['<', '>'], "");
            assert_eq!(text.parse::<Account>().unwrap().to_string(), text);
        }
        let odd: Account = "cash:Bu Rina: loket 2".parse().unwrap();
        assert_eq!(
            odd,
            Account::Cash("Bu Rina: loket 2".into()),
            "a drawer may have any name"
        );
    }

    #[test]
    fn a_drawer_without_a_name_is_refused() {
        for text in ["cash", "cash:", "clearing:", "safe", "", "bank:bca"] {
            assert!(text.parse::<Account>().is_err(), "{text:?} is no account");
        }
    }
}
