//! How money reaches the office, and in which account of the journal it then lies.

use crate::journal::Account;
use crate::text_enum::text_enum;

text_enum! {
    /// The means of a payment.
    pub enum Method as "payment method" {
        /// Notes and coins, into a drawer or a collector's bag.
        Cash => "cash",
        /// A bank transfer to an account of the office.
        Transfer => "transfer",
        /// A QRIS code.
        Qris => "qris",
        /// An electronic wallet.
        Ewallet => "ewallet",
        /// A virtual account number.
        Va => "va",
        /// Anything else; its money waits in a clearing account until somebody says where it lies.
        Other => "other",
    }
}

impl Method {
    /// The account that the money of a payment enters: the drawer of the person who took cash, the bank for a transfer,
    /// and for everything that an intermediary holds first a clearing account named after the provider (or, where none is
    /// known, after the method).
    #[must_use]
    pub fn account(self, drawer: &str, provider: Option<&str>) -> Account {
        match self {
            Method::Cash => Account::Cash(drawer.to_owned()),
            Method::Transfer => Account::Bank,
            Method::Qris | Method::Ewallet | Method::Va | Method::Other => {
                Account::Clearing(provider.unwrap_or(self.as_str()).to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_lies_where_the_method_puts_it() {
        assert_eq!(Method::Cash.account("rina", None), Account::Cash("rina".into()));
        assert_eq!(Method::Transfer.account("rina", None), Account::Bank);
        assert_eq!(
            Method::Qris.account("rina", Some("midtrans")),
            Account::Clearing("midtrans".into())
        );
        assert_eq!(
            Method::Other.account("rina", None),
            Account::Clearing("other".into())
        );
    }
}
