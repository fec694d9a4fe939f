//! Invoices. An invoice is never changed: its amounts are set when it is issued, `paid` and `remaining` are projections
//! that only [`crate::journal::post`] writes, its status is derived, and voiding is a date.

mod list;
mod read;

use billing::{Period, Rupiah};
use jiff::Timestamp;
use jiff::civil::Date;

pub use list::{Filter, list};
pub use read::{
    Overdue, OwedBefore, REISSUE, Reissue, Unpaid, UnpaidSums, count_in_period, find, find_by_number,
    find_many, in_period, of_customer, overdue_amounts, owed_before, reissues, short, unpaid, unpaid_of_all,
    unpaid_of_some, unpaid_sums,
};

use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Invoice {
    /// Key.
    pub id: i64,
    /// `INV-YYYYMM-00001`, without gaps.
    pub number: String,
    /// Who owes it.
    pub customer_id: i64,
    /// The month it is for.
    #[sqlx(try_from = "crate::column::Word")]
    pub period: Period,
    /// Its date.
    #[sqlx(try_from = "crate::column::Civil")]
    pub issue_date: Date,
    /// The last day on which it is paid in time.
    #[sqlx(try_from = "crate::column::Civil")]
    pub due_date: Date,
    /// The lines before discount.
    #[sqlx(try_from = "crate::column::Amount")]
    pub subtotal: Rupiah,
    /// What was taken off.
    #[sqlx(try_from = "crate::column::Amount")]
    pub discount: Rupiah,
    /// The DPP that is shown.
    #[sqlx(try_from = "crate::column::Amount")]
    pub tax_base: Rupiah,
    /// PPN.
    #[sqlx(try_from = "crate::column::Amount")]
    pub tax: Rupiah,
    /// What is asked for.
    #[sqlx(try_from = "crate::column::Amount")]
    pub total: Rupiah,
    /// What was settled, by money, credit or a write-off. A projection.
    #[sqlx(try_from = "crate::column::Amount")]
    pub paid: Rupiah,
    /// What is still owed. A projection.
    #[sqlx(try_from = "crate::column::Amount")]
    pub remaining: Rupiah,
    /// What made it: a task, an import, a person.
    pub origin: String,
    /// When it was declared void.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub voided_at: Option<Timestamp>,
    /// Why.
    pub void_reason: Option<String>,
    /// When it was recorded.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
}

/// An invoice to be issued. Nothing is owed on it until its entry is posted.
#[derive(Clone, Debug)]
pub struct NewInvoice<'a> {
    /// From the counter.
    pub number: String,
    /// Who owes it.
    pub customer_id: i64,
    /// The month it is for.
    pub period: Period,
    /// Its date.
    pub issue_date: Date,
    /// The last day on which it is paid in time.
    pub due_date: Date,
    /// The lines before discount.
    pub subtotal: Rupiah,
    /// What was taken off.
    pub discount: Rupiah,
    /// The DPP that is shown.
    pub tax_base: Rupiah,
    /// PPN.
    pub tax: Rupiah,
    /// What is asked for.
    pub total: Rupiah,
    /// What made it.
    pub origin: &'a str,
}

/// Issues one invoice and gives its id.
///
/// # Errors
/// As [`insert_all`].
pub async fn insert(tx: &mut Tx, invoice: &NewInvoice<'_>, now: Timestamp) -> Result<i64> {
    Ok(insert_all(tx, std::slice::from_ref(invoice), now)
        .await?
        .first()
        .copied()
        .unwrap_or_default())
}

/// Issues many invoices and gives their ids in the same order.
///
/// # Errors
/// [`crate::Promise::InvoiceNumber`]; [`crate::Error::ForeignKey`] without such a customer.
pub async fn insert_all(tx: &mut Tx, invoices: &[NewInvoice<'_>], now: Timestamp) -> Result<Vec<i64>> {
    Ok(rows::in_order(sql_rows!(
        tx,
        fetch_all::<(i64,)>,
        "INSERT INTO invoices (number, customer_id, period, issue_date, due_date, subtotal, discount, tax_base, tax, total,
           origin, paid, remaining, created_at) VALUES",
        "RETURNING id",
        invoices,
        |invoice| [
            invoice.number.as_str(),
            invoice.customer_id,
            invoice.period.to_string(),
            invoice.issue_date.held(),
            invoice.due_date.held(),
            invoice.subtotal.held(),
            invoice.discount.held(),
            invoice.tax_base.held(),
            invoice.tax.held(),
            invoice.total.held(),
            invoice.origin,
            0_i64,
            0_i64,
            now.held()
        ]
    )))
}

/// Declares an invoice void and frees its charges to be billed again; `false` when it was void already. The entry that
/// takes the debt back is the caller's to post.
///
/// # Errors
/// Whatever the database says.
pub async fn void(tx: &mut Tx, id: i64, reason: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE invoices SET voided_at = $2, void_reason = $3 WHERE id = $1 AND voided_at IS NULL",
        id,
        now.held(),
        reason
    )?;
    if changed == 1 {
        sql!(
            tx,
            execute,
            "UPDATE charges SET voided_at = $2 WHERE invoice_id = $1 AND voided_at IS NULL",
            id,
            now.held()
        )?;
    }
    Ok(changed == 1)
}
