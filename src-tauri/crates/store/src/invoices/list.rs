//! Lists of invoices: by number or customer, status, month.

use billing::{InvoiceStatus, Period};
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use super::Invoice;
use crate::column::Column;
use crate::customers::{Prefix, prefixes};
use crate::error::Result;
use crate::page::{self, Cursor, Page};
use crate::search;
use crate::transaction::{Tx, sql};

/// Which invoices to list.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    /// The beginning of a number, or the customer's words.
    pub search: Option<&'a str>,
    /// Standing so on `today`.
    pub status: Option<InvoiceStatus>,
    /// The office's day, by which a status is derived.
    pub today: Date,
    /// For this month.
    pub period: Option<Period>,
    /// Owed by this customer.
    pub customer_id: Option<i64>,
    /// After this row.
    pub cursor: Option<&'a Cursor>,
    /// So many.
    pub limit: i64,
}

/// [`InvoiceStatus::derive`] in SQL; the suite compares the two.
const fn condition(status: InvoiceStatus) -> &'static str {
    match status {
        InvoiceStatus::Void => "t.voided_at IS NOT NULL",
        InvoiceStatus::Paid => "t.voided_at IS NULL AND t.paid >= t.total",
        InvoiceStatus::Overdue => "t.voided_at IS NULL AND t.paid < t.total AND t.due_date < $3",
        InvoiceStatus::Partial => {
            "t.voided_at IS NULL AND t.paid < t.total AND t.due_date >= $3 AND t.paid > 0"
        }
        InvoiceStatus::Pending => {
            "t.voided_at IS NULL AND t.paid < t.total AND t.due_date >= $3 AND t.paid <= 0"
        }
    }
}

/// Binds everything that a text may ask for, in its place.
macro_rules! bound {
    ($tx:expr, $fetch:ident::<$row:ty>, $text:expr, $filter:expr, $search:expr, $words:expr) => {{
        let number = search::number($search);
        sql!(
            $tx,
            $fetch::<$row>,
            AssertSqlSafe($text),
            $filter.customer_id,
            $filter.period.map(|period| period.to_string()),
            $filter.today.held(),
            number.as_ref().map(|prefix| prefix.from.as_str()),
            number.as_ref().map(|prefix| prefix.until.as_str()),
            $filter.cursor.map(|cursor| cursor.id),
            page::ask($filter.limit);
            each $words.iter().flat_map(|Prefix { from, until }| [from.as_str(), until.as_str()])
        )
    }};
}

/// A page of invoices, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<Invoice>> {
    let search = filter.search.map(str::trim).filter(|search| !search.is_empty());
    let words = search.map(prefixes).unwrap_or_default();
    let mut conditions = Vec::new();
    if filter.customer_id.is_some() {
        conditions.push("t.customer_id = $1".to_owned());
    }
    if filter.period.is_some() {
        conditions.push("t.period = $2".to_owned());
    }
    if let Some(status) = filter.status {
        conditions.push(condition(status).to_owned());
    }
    if search.is_some() {
        conditions.push(search::number_or_customer("$4", "$5", 8, words.len()));
    }
    let count = format!(
        "SELECT COUNT(*) FROM invoices t {}",
        search::narrowed(&conditions)
    );
    let (total,) = bound!(tx, fetch_one::<(i64,)>, count, filter, search, words)?;
    if filter.cursor.is_some() {
        conditions.push("t.id < $6".to_owned());
    }
    let page = format!(
        "SELECT t.* FROM invoices t {} ORDER BY t.id DESC LIMIT $7",
        search::narrowed(&conditions)
    );
    let items = bound!(tx, fetch_all::<Invoice>, page, filter, search, words)?;
    Ok(Page::of(items, filter.limit, total, |invoice| {
        Cursor::at(invoice.id)
    }))
}
