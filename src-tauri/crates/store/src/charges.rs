//! Charges: what a line is billed for. That a customer has one charge of a kind for a period is a unique index, so two
//! generators, two desks or a double click bill once; voiding frees the period.

mod days;
mod settled;

pub use days::{Served, first_day_of_service, for_service, of_days, reduced, served};

use billing::{ChargeKind, DiscountType, Rupiah, ServicePrice, ServiceSpan};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

/// A charge.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Charge {
    /// Key.
    pub id: i64,
    /// The line.
    pub customer_id: i64,
    /// The invoice that shows it; `None` while it waits for one.
    pub invoice_id: Option<i64>,
    /// What it is for.
    #[sqlx(try_from = "crate::column::Word")]
    pub kind: ChargeKind,
    /// `YYYY-MM` for a subscription, a unique word otherwise.
    pub period: String,
    /// The first day of service.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub service_from: Option<Date>,
    /// The last day of service.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub service_to: Option<Date>,
    /// What the invoice says.
    pub description: String,
    /// Before discount.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
    /// What is taken off.
    #[sqlx(try_from = "crate::column::Amount")]
    pub discount: Rupiah,
    /// The day of the month by which its period was cut; `None` for what is no service, and for what was billed before that was
    /// kept.
    pub billing_day: Option<i64>,
    /// Days of the service that the amount does not pay for, since a pause was known when it was billed.
    pub left_out: i64,
    /// What `price_days` days of the service cost, before discount; `None` for what is no service, and for what was billed
    /// before that was kept.
    #[sqlx(try_from = "crate::column::MaybeAmount")]
    pub price: Option<Rupiah>,
    /// How many days `price` is for.
    pub price_days: Option<i64>,
    /// By what the discount in force is counted.
    #[sqlx(try_from = "crate::column::MaybeWord")]
    pub discount_kind: Option<DiscountType>,
    /// Rupiah or basis points.
    pub discount_value: Option<i64>,
    /// Whether PPN fell on it; `None` where that was not kept.
    pub taxed: Option<bool>,
    /// How much of it was given back since, in rupiah as it was priced; less for what was asked for again.
    #[sqlx(try_from = "crate::column::Amount")]
    pub returned: Rupiah,
    /// The earlier invoice whose tolerated shortfall it carries on.
    pub moved_from: Option<i64>,
    /// When it was declared void.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub voided_at: Option<Timestamp>,
    /// When it was recorded.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
}

impl Charge {
    /// By what it was priced; `None` for what is no service, and for what was billed before that was kept.
    #[must_use]
    pub fn terms(&self) -> Option<ServicePrice> {
        Some(ServicePrice {
            price: self.price?,
            days: self.price_days?.try_into().ok()?,
            discount: self.discount_kind.zip(self.discount_value),
        })
    }

    /// The days of service that it is for.
    #[must_use]
    pub fn days(&self) -> Option<ServiceSpan> {
        ServiceSpan::new(self.service_from?, self.service_to?)
    }
}

/// A charge to be recorded.
#[derive(Clone, Debug)]
pub struct NewCharge {
    /// The line.
    pub customer_id: i64,
    /// The invoice that shows it.
    pub invoice_id: Option<i64>,
    /// What it is for.
    pub kind: ChargeKind,
    /// `YYYY-MM` for a subscription, a unique word otherwise.
    pub period: String,
    /// The first day of service.
    pub service_from: Option<Date>,
    /// The last day of service.
    pub service_to: Option<Date>,
    /// What the invoice says.
    pub description: String,
    /// Before discount.
    pub amount: Rupiah,
    /// What is taken off.
    pub discount: Rupiah,
    /// The day of the month by which its period is cut.
    pub billing_day: Option<i64>,
    /// Days of the service that the amount does not pay for.
    pub left_out: i64,
    /// By what its days are priced.
    pub price: Option<ServicePrice>,
    /// Whether PPN falls on it; `None` while it waits for its invoice.
    pub taxed: Option<bool>,
    /// The earlier invoice whose tolerated shortfall it carries on.
    pub moved_from: Option<i64>,
}

impl NewCharge {
    /// A charge that waits for the next invoice of its line and stands for itself: for no days of service.
    #[must_use]
    pub const fn waiting(
        customer_id: i64,
        kind: ChargeKind,
        key: String,
        description: String,
        amount: Rupiah,
    ) -> NewCharge {
        NewCharge {
            customer_id,
            invoice_id: None,
            kind,
            period: key,
            service_from: None,
            service_to: None,
            description,
            amount,
            discount: Rupiah::ZERO,
            billing_day: None,
            left_out: 0,
            price: None,
            taxed: None,
            moved_from: None,
        }
    }
}

/// Records charges and gives their ids in the same order.
///
/// # Errors
/// [`crate::Promise::Charge`] when one of the periods is billed already: nothing of the transaction may be kept then.
pub async fn insert_all(tx: &mut Tx, charges: &[NewCharge], now: Timestamp) -> Result<Vec<i64>> {
    Ok(rows::in_order(sql_rows!(
        tx,
        fetch_all::<(i64,)>,
        "INSERT INTO charges (customer_id, invoice_id, kind, period, service_from, service_to, description, amount,
           discount, billing_day, left_out, price, price_days, discount_kind, discount_value, taxed, moved_from, created_at)
         VALUES",
        "RETURNING id",
        charges,
        |charge| [
            charge.customer_id,
            charge.invoice_id,
            charge.kind.as_str(),
            charge.period.as_str(),
            charge.service_from.held(),
            charge.service_to.held(),
            charge.description.as_str(),
            charge.amount.held(),
            charge.discount.held(),
            charge.billing_day,
            charge.left_out,
            charge.price.map(|it| it.price.held()),
            charge.price.map(|it| i64::from(it.days)),
            charge.price.and_then(|it| it.discount).map(|(kind, _)| kind.as_str()),
            charge.price.and_then(|it| it.discount).map(|(_, value)| value),
            charge.taxed,
            charge.moved_from,
            now.held()
        ]
    )))
}

/// The lines of these invoices, by invoice: the service first, each in the order in which it was recorded; those of a void
/// invoice too.
///
/// # Errors
/// Whatever the database says.
pub async fn of_invoices(tx: &mut Tx, invoices: &[i64]) -> Result<Vec<Charge>> {
    let mut found = Vec::new();
    for some in invoices.chunks(500) {
        let text = format!(
            "SELECT * FROM charges WHERE invoice_id IN ({})
             ORDER BY invoice_id, CASE WHEN kind IN ('subscription', 'proration') THEN 0 ELSE 1 END, id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Charge>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The charges that wait for an invoice, of the customers from `first` to `last` by id.
///
/// # Errors
/// Whatever the database says.
pub async fn pending(tx: &mut Tx, first: i64, last: i64) -> Result<Vec<Charge>> {
    sql!(
        tx,
        fetch_all::<Charge>,
        "SELECT * FROM charges WHERE customer_id >= $1 AND customer_id <= $2 AND invoice_id IS NULL
         AND voided_at IS NULL ORDER BY customer_id, id",
        first,
        last
    )
}

/// What waits for the next invoice of these customers, before tax and by customer; who has nothing waiting is not among them.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting_sums(tx: &mut Tx, customers: &[i64]) -> Result<Vec<(i64, Rupiah)>> {
    let mut sums = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT customer_id, CAST(SUM(amount) AS BIGINT) FROM charges WHERE invoice_id IS NULL AND voided_at IS NULL
             AND customer_id IN ({}) GROUP BY customer_id",
            rows::placeholders(1, some.len())
        );
        sums.extend(sql!(tx, fetch_all::<(i64, i64)>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(sums.into_iter().map(|(id, sum)| (id, Rupiah(sum))).collect())
}

/// A tolerated shortfall that another invoice carries on.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CarriedOn {
    /// The invoice that was short.
    pub moved_from: i64,
    /// The invoice that carries it on.
    pub invoice_id: i64,
    /// The number of that one.
    pub number: String,
    /// How much.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
}

/// Where the shortfalls of these invoices are carried on, by the invoice that was short.
///
/// # Errors
/// Whatever the database says.
pub async fn carried_on(tx: &mut Tx, invoices: &[i64]) -> Result<Vec<CarriedOn>> {
    let mut found = Vec::new();
    for some in invoices.chunks(500) {
        let text = format!(
            "SELECT c.moved_from, c.invoice_id, i.number, c.amount FROM charges c JOIN invoices i ON i.id = c.invoice_id
             WHERE c.voided_at IS NULL AND c.moved_from IN ({}) ORDER BY c.moved_from, c.id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<CarriedOn>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// Lets the charges of an invoice that was declared void wait for the next one, and gives how many they are: those that
/// stand for themselves. A period is billed again by the rules, with what its days were cheaper (a correction with a price, as
/// invoices had them once), a shortfall goes back to where it came from, and a brought debt is given up with its invoice.
///
/// # Errors
/// [`crate::Promise::Charge`] when the charge is on another invoice by now.
pub async fn wait_again(tx: &mut Tx, invoice_id: i64, now: Timestamp) -> Result<u64> {
    sql!(
        tx,
        execute,
        "INSERT INTO charges (customer_id, kind, period, service_from, service_to, description, amount, discount,
           price, price_days, discount_kind, discount_value, created_at)
         SELECT customer_id, kind, period, service_from, service_to, description, amount - returned, 0, price, price_days,
           discount_kind, discount_value, $2
         FROM charges
         WHERE invoice_id = $1 AND moved_from IS NULL
           AND kind NOT IN ('subscription', 'proration', 'opening_debt')
           AND NOT (kind = 'correction' AND price IS NOT NULL) ORDER BY id",
        invoice_id,
        now.held()
    )
}

/// A waiting charge that found its invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Which charge.
    pub charge_id: i64,
    /// The invoice that shows it.
    pub invoice_id: i64,
    /// What it is for there, before discount.
    pub amount: Rupiah,
    /// What is taken off there.
    pub discount: Rupiah,
    /// Whether PPN falls on it there.
    pub taxed: bool,
}

/// Puts waiting charges on their invoices, and gives how many were still waiting.
///
/// # Errors
/// Whatever the database says.
pub async fn attach(tx: &mut Tx, attached: &[Attached]) -> Result<u64> {
    Ok(sql_rows!(
        tx,
        execute,
        "UPDATE charges SET invoice_id = v.column2, discount = v.column3, taxed = v.column4, amount = v.column5
         FROM (VALUES",
        ") AS v WHERE charges.id = v.column1 AND charges.invoice_id IS NULL AND charges.voided_at IS NULL",
        attached,
        |it| [
            it.charge_id,
            it.invoice_id,
            it.discount.held(),
            it.taxed,
            it.amount.held()
        ]
    ))
}

/// Notes how much of a charge was given back by now.
///
/// # Errors
/// Whatever the database says.
pub async fn set_returned(tx: &mut Tx, id: i64, returned: Rupiah) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE charges SET returned = $2 WHERE id = $1",
        id,
        returned.held()
    )?;
    Ok(())
}

/// Notes that nothing of a charge is owed any more, so that it is not settled again when days change.
///
/// # Errors
/// Whatever the database says.
pub async fn give_up(tx: &mut Tx, id: i64) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE charges SET returned = amount, price = NULL, price_days = NULL WHERE id = $1",
        id
    )?;
    Ok(())
}

/// Gives a charge that waits for its invoice another amount; `false` when it does not wait any more.
///
/// # Errors
/// Whatever the database says.
pub async fn reprice(tx: &mut Tx, id: i64, amount: Rupiah) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE charges SET amount = $2 WHERE id = $1 AND invoice_id IS NULL AND voided_at IS NULL",
        id,
        amount.held()
    )?;
    Ok(changed == 1)
}

/// The charges of a line whose key begins with `key`, those of void invoices left out, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn keyed(tx: &mut Tx, customer_id: i64, kind: ChargeKind, key: &str) -> Result<Vec<Charge>> {
    sql!(
        tx,
        fetch_all::<Charge>,
        "SELECT * FROM charges WHERE customer_id = $1 AND kind = $2 AND SUBSTR(period, 1, LENGTH($3)) = $3
         AND voided_at IS NULL ORDER BY id",
        customer_id,
        kind.as_str(),
        key
    )
}

/// Declares a charge void that no invoice shows; `false` when one does.
///
/// # Errors
/// Whatever the database says.
pub async fn void(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE charges SET voided_at = $2 WHERE id = $1 AND invoice_id IS NULL AND voided_at IS NULL",
        id,
        now.held()
    )?;
    Ok(changed == 1)
}
