//! Customers: one line each with its bill. The balance is a projection that only [`crate::journal::post`] writes.

mod at_address;
mod closest;
mod list;
mod read;
mod words;
mod write;

use billing::{
    BillingMode, ConnectionType, CustomerStatus, DiscountType, DueRule, Pause, PaymentBehavior, Rupiah,
};
use jiff::Timestamp;
use jiff::civil::Date;

pub use at_address::{all_with_address, served_at, with_address, with_line};
pub use closest::closest;
pub use list::{Filter, Sort, list};
pub use read::{
    after, any_of_kind, billable, count_by_status, count_of_kind, count_passwords, dependants, find,
    find_by_no, find_by_pppoe, find_many, having_payer, lock, lock_all, passed_unsaid, with_own_rate,
};
pub(crate) use words::{MOST_WORDS, Prefix, of as words_of, prefixes};
pub use write::{
    erase_words, forget_passwords, insert, learn_sealed_password, reindex, set_sealed_password, set_standing,
    set_standings, update,
};

/// The number under which a customer stays in the books whose import was undone: out of the way of the corrected file, and
/// the mark by which lists leave them out. The id makes it unique.
#[must_use]
pub fn withdrawn_no(customer_no: &str, id: i64) -> String {
    format!("{customer_no}~{id}")
}

/// That the customer `c` has no [`withdrawn_no`], which only who has left can have.
pub(crate) const NOT_WITHDRAWN: &str =
    "(c.status <> 'terminated' OR c.customer_no NOT LIKE '%~' || CAST(c.id AS TEXT))";

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Customer {
    /// Key.
    pub id: i64,
    /// What a person decides about the customer.
    #[sqlx(flatten)]
    pub details: Details,
    /// Where the customer stands, which follows from acts and not from edits.
    #[sqlx(flatten)]
    pub standing: Standing,
    /// Whether the sealed password is one that the program made.
    pub pppoe_password_made: bool,
    /// Owed; negative is credit.
    #[sqlx(try_from = "crate::column::Amount")]
    pub balance: Rupiah,
    /// When the customer was entered.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When last edited.
    #[sqlx(try_from = "crate::column::Millis")]
    pub updated_at: Timestamp,
    /// Grows with each edit.
    pub version: i64,
}

/// What a person decides about a customer.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Details {
    /// `PLG-00001` or the office's own; unique whatever its case.
    pub customer_no: String,
    /// As it stands on the invoice.
    pub name: String,
    /// `62…`, digits only.
    pub phone: Option<String>,
    /// Where the line is.
    pub address: Option<String>,
    /// Where the collector and the technician look.
    pub area_id: Option<i64>,
    /// The splitter that the line hangs on.
    pub odp: Option<String>,
    /// Who collects there.
    pub collector_id: Option<i64>,
    /// What was sold.
    pub package_id: i64,
    /// Where the line ends.
    pub router_id: Option<i64>,
    /// How it reaches the router.
    #[sqlx(try_from = "crate::column::Word")]
    pub connection_type: ConnectionType,
    /// Unique among the lines in service of a router.
    pub pppoe_username: Option<String>,
    /// Sealed by the office key.
    pub pppoe_password: Option<String>,
    /// Unique among the lines in service of a router.
    pub static_ip: Option<String>,
    /// As the router writes it.
    pub mac_address: Option<String>,
    /// Of the device at the customer's.
    pub ont_serial: Option<String>,
    /// Whether the line is billed at all.
    #[sqlx(try_from = "crate::column::Word")]
    pub billing: BillingMode,
    /// 1 to 28.
    pub billing_day: i64,
    /// The first day of service that is billed.
    #[sqlx(try_from = "crate::column::Civil")]
    pub billing_start: Date,
    /// Whether PPN falls on the line, if the office is PKP.
    pub taxed: bool,
    /// What `discount_value` counts.
    #[sqlx(try_from = "crate::column::MaybeWord")]
    pub discount_type: Option<DiscountType>,
    /// Rupiah or basis points.
    pub discount_value: i64,
    /// Why.
    pub discount_reason: Option<String>,
    /// First day.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub discount_from: Option<Date>,
    /// Last day.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub discount_until: Option<Date>,
    /// How the customer is used to paying.
    #[sqlx(try_from = "crate::column::Word")]
    pub payment_behavior: PaymentBehavior,
    /// How many months may be due and unpaid under rapel.
    pub rapel_months: i64,
    /// Who gets the invoice, if not the customer.
    pub payer_id: Option<i64>,
    /// The customer's own rule for due dates.
    #[sqlx(try_from = "crate::column::MaybeJson")]
    pub due_rule: Option<DueRule>,
    /// Never closed.
    pub exempt: bool,
}

/// Where a customer stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// The word.
    #[sqlx(try_from = "crate::column::Word")]
    pub status: CustomerStatus,
    /// Why the line is closed, while it is.
    pub isolation_reason: Option<String>,
    /// First day of the pause.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub paused_from: Option<Date>,
    /// Last day of the pause.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub paused_until: Option<Date>,
    /// The last day of service.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub terminated_on: Option<Date>,
}

impl Standing {
    /// The leave that runs, comes or was the last, as the rules know it.
    #[must_use]
    pub fn pause(&self) -> Option<Pause> {
        self.paused_from.map(|from| Pause {
            from,
            until: self.paused_until,
        })
    }
}

impl Standing {
    /// Just a status.
    #[must_use]
    pub fn of(status: CustomerStatus) -> Standing {
        Standing {
            status,
            ..Standing::default()
        }
    }
}
