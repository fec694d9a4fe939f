//! What interpretation gives: a typed row for each line that can become a customer, and the problems of all.

use std::net::Ipv4Addr;

use billing::{BillingDay, ConnectionType, CustomerStatus, DiscountType, Period, Rupiah};
use jiff::civil::Date;
use secrecy::SecretString;

use super::headings::Column;
use super::problem::Problem;

/// A file, understood as far as that is possible.
#[derive(Clone, Debug)]
pub struct Interpretation {
    /// The columns and what each was understood as.
    pub columns: Vec<Column>,
    /// The rows that can become customers, in the order of the file.
    pub rows: Vec<ImportRow>,
    /// What is wrong or worth knowing, in the order of the file.
    pub problems: Vec<Problem>,
    /// How many rows the file has, good and bad.
    pub total_rows: usize,
    /// Names of areas that rows use and the office does not have yet.
    pub new_areas: Vec<String>,
}

impl Interpretation {
    /// How many rows cannot become customers.
    #[must_use]
    pub const fn bad_rows(&self) -> usize {
        self.total_rows.saturating_sub(self.rows.len())
    }
}

/// A customer to be.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Line of the file, from 1.
    pub line_no: u32,
    /// The office's own number; none when one is to be given.
    pub customer_no: Option<String>,
    /// Never empty, on one line.
    pub name: String,
    /// `62…` digits.
    pub phone: Option<String>,
    /// On one line.
    pub address: Option<String>,
    /// An existing package.
    pub package_id: i64,
    /// An existing router; none only where the office has none.
    pub router_id: Option<i64>,
    /// Given, or inferred from user name and address.
    pub connection_type: ConnectionType,
    /// Present on every PPPoE line that is not terminated.
    pub pppoe_username: Option<String>,
    /// Never shown, not even in a problem.
    pub pppoe_password: Option<SecretString>,
    /// Present on every static line that is not terminated.
    pub static_ip: Option<Ipv4Addr>,
    /// `AA:BB:CC:DD:EE:FF`.
    pub mac_address: Option<String>,
    /// In upper case, without spaces.
    pub ont_serial: Option<String>,
    /// Distribution point and port, as the office writes them.
    pub odp: Option<String>,
    /// Name of the area, in the spelling of the office, else of the first row that has it; may be new.
    pub area: Option<String>,
    /// An existing user.
    pub collector_id: Option<i64>,
    /// The day of the month on which the line is billed.
    pub billing_day: Option<BillingDay>,
    /// First day for which the line is billed.
    pub billing_start: Option<Date>,
    /// A lasting discount.
    pub discount: Option<Discount>,
    /// Whether PPN is charged; none when the file does not say.
    pub taxed: Option<bool>,
    /// How many months are paid together, 2 or more; none for an ordinary payer.
    pub rapel_months: Option<u32>,
    /// What is owed from before.
    pub debt: Option<Debt>,
    /// What the file says that the customer is; none when it does not say.
    pub status: Option<CustomerStatus>,
}

impl ImportRow {
    /// Whether the file says that the line is closed today. Such a line was closed by somebody's decision, which the
    /// import has to keep as an override: the ledger alone might open it.
    #[must_use]
    pub fn is_closed_today(&self) -> bool {
        self.status == Some(CustomerStatus::Isolated)
    }
}

/// A lasting discount, from the first bill on and without an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// How it is counted.
    pub kind: DiscountType,
    /// Rupiah or basis points, by `kind`; above zero.
    pub value: i64,
    /// Why, if the file says.
    pub reason: Option<String>,
}

/// What a customer owes from before, always above zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Debt {
    /// One sum, of which the file does not say for when.
    Total(Rupiah),
    /// Sums of months, in their order, each month once.
    ByMonth(Vec<(Period, Rupiah)>),
}
