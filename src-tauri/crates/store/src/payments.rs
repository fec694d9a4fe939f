//! Payments: money that came in. A payment is never changed; taking it back is a date, a reason and an entry of its own.

use billing::{Method, Rupiah};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::customers::{Prefix, prefixes};
use crate::error::Result;
use crate::page::{self, Cursor, Page};
use crate::search;
use crate::transaction::{Tx, sql};

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Payment {
    /// Key.
    pub id: i64,
    /// `PAY-YYYYMMDD-00001`, without gaps.
    pub number: String,
    /// Who paid.
    pub customer_id: i64,
    /// How much.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
    /// What of it became credit.
    #[sqlx(try_from = "crate::column::Amount")]
    pub credit: Rupiah,
    /// How.
    #[sqlx(try_from = "crate::column::Word")]
    pub method: Method,
    /// The bank's or the provider's word for it.
    pub reference: Option<String>,
    /// What lay on the counter.
    #[sqlx(try_from = "crate::column::MaybeAmount")]
    pub money_received: Option<Rupiah>,
    /// What went back over it.
    #[sqlx(try_from = "crate::column::MaybeAmount")]
    pub change_given: Option<Rupiah>,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub received_at: Timestamp,
    /// On which day of the office.
    #[sqlx(try_from = "crate::column::Civil")]
    pub received_on: Date,
    /// By whom.
    pub received_by: String,
    /// When it was taken back.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub reversed_at: Option<Timestamp>,
    /// Why.
    pub reversal_reason: Option<String>,
    /// When it was recorded.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
}

/// A payment to be recorded.
#[derive(Clone, Debug)]
pub struct NewPayment<'a> {
    /// From the counter.
    pub number: String,
    /// Who paid.
    pub customer_id: i64,
    /// How much.
    pub amount: Rupiah,
    /// What of it becomes credit.
    pub credit: Rupiah,
    /// How.
    pub method: Method,
    /// The bank's or the provider's word for it.
    pub reference: Option<&'a str>,
    /// What lay on the counter.
    pub money_received: Option<Rupiah>,
    /// What went back over it.
    pub change_given: Option<Rupiah>,
    /// When.
    pub received_at: Timestamp,
    /// On which day of the office.
    pub received_on: Date,
    /// By whom.
    pub received_by: &'a str,
}

/// Records a payment and gives its id. Its entry and its allocations are the caller's to post and record.
///
/// # Errors
/// [`crate::Promise::PaymentNumber`]; [`crate::Error::ForeignKey`] without such a customer.
pub async fn insert(tx: &mut Tx, payment: &NewPayment<'_>, now: Timestamp) -> Result<i64> {
    Ok(sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO payments (number, customer_id, amount, credit, method, reference, money_received, change_given,
           received_at, received_on, received_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        payment.number.as_str(),
        payment.customer_id,
        payment.amount.held(),
        payment.credit.held(),
        payment.method.as_str(),
        payment.reference,
        payment.money_received.held(),
        payment.change_given.held(),
        payment.received_at.held(),
        payment.received_on.held(),
        payment.received_by,
        now.held()
    )?
    .0)
}

/// The payment with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Payment>> {
    sql!(
        tx,
        fetch_optional::<Payment>,
        "SELECT * FROM payments WHERE id = $1",
        id
    )
}

/// Declares a payment taken back; `false` when it was already.
///
/// # Errors
/// Whatever the database says.
pub async fn reverse(tx: &mut Tx, id: i64, reason: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE payments SET reversed_at = $2, reversal_reason = $3 WHERE id = $1 AND reversed_at IS NULL",
        id,
        now.held(),
        reason
    )?;
    Ok(changed == 1)
}

/// What came in on a day by one method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Received {
    /// How.
    #[sqlx(try_from = "crate::column::Word")]
    pub method: Method,
    /// How much.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
    /// In how many payments.
    pub payments: i64,
}

/// What came in on a day, by method, without what was taken back.
///
/// # Errors
/// Whatever the database says.
pub async fn received_on(tx: &mut Tx, day: Date) -> Result<Vec<Received>> {
    sql!(
        tx,
        fetch_all::<Received>,
        "SELECT method, CAST(SUM(amount) AS BIGINT) AS amount, COUNT(*) AS payments FROM payments
         WHERE received_on = $1 AND reversed_at IS NULL GROUP BY method ORDER BY method",
        day.held()
    )
}

/// Which payments to list.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// The beginning of a number, or the customer's words.
    pub search: Option<&'a str>,
    /// From this customer.
    pub customer_id: Option<i64>,
    /// By this method.
    pub method: Option<Method>,
    /// Not before this day.
    pub from: Option<Date>,
    /// Not after this day.
    pub to: Option<Date>,
    /// After this row.
    pub cursor: Option<&'a Cursor>,
    /// So many.
    pub limit: i64,
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
            $filter.method.map(Method::as_str),
            $filter.from.held(),
            $filter.to.held(),
            number.as_ref().map(|prefix| prefix.from.as_str()),
            number.as_ref().map(|prefix| prefix.until.as_str()),
            $filter.cursor.map(|cursor| cursor.id),
            page::ask($filter.limit);
            each $words.iter().flat_map(|Prefix { from, until }| [from.as_str(), until.as_str()])
        )
    }};
}

/// A page of payments, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<Payment>> {
    let search = filter.search.map(str::trim).filter(|search| !search.is_empty());
    let words = search.map(prefixes).unwrap_or_default();
    let mut conditions: Vec<String> = [
        (filter.customer_id.is_some(), "t.customer_id = $1"),
        (filter.method.is_some(), "t.method = $2"),
        (filter.from.is_some(), "t.received_on >= $3"),
        (filter.to.is_some(), "t.received_on <= $4"),
    ]
    .into_iter()
    .filter(|(given, _)| *given)
    .map(|(_, text)| text.to_owned())
    .collect();
    if search.is_some() {
        conditions.push(search::number_or_customer("$5", "$6", 9, words.len()));
    }
    let count = format!(
        "SELECT COUNT(*) FROM payments t {}",
        search::narrowed(&conditions)
    );
    let (total,) = bound!(tx, fetch_one::<(i64,)>, count, filter, search, words)?;
    if filter.cursor.is_some() {
        conditions.push("t.id < $7".to_owned());
    }
    let page = format!(
        "SELECT t.* FROM payments t {} ORDER BY t.id DESC LIMIT $8",
        search::narrowed(&conditions)
    );
    let items = bound!(tx, fetch_all::<Payment>, page, filter, search, words)?;
    Ok(Page::of(items, filter.limit, total, |payment| {
        Cursor::at(payment.id)
    }))
}
