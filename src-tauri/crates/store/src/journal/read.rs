//! Reading the journal: entries, sums, and the statement of a customer.

use billing::{EntryKind, Period, Rupiah};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use super::{EntryRow, PostingRow};
use crate::column::Column;
use crate::error::Result;
use crate::rows;
use crate::transaction::{Tx, sql};

/// What a customer has to its credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Credit {
    /// Who.
    pub customer_id: i64,
    /// How much; below zero it is overdrawn.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
}

/// What lies on an account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountBalance {
    /// Which.
    #[sqlx(try_from = "crate::column::Word")]
    pub account: billing::Account,
    /// Debits less credits.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
}

/// A line of a customer's statement.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Statement {
    /// The entry.
    pub entry_id: i64,
    /// The day that it counts for.
    #[sqlx(try_from = "crate::column::Civil")]
    pub on_date: Date,
    /// When it was recorded.
    #[sqlx(try_from = "crate::column::Millis")]
    pub at: Timestamp,
    /// What it records.
    #[sqlx(try_from = "crate::column::Word")]
    pub kind: EntryKind,
    /// The invoice's number, if one caused it.
    pub invoice_number: Option<String>,
    /// The month of that invoice.
    #[sqlx(try_from = "crate::column::MaybeWord")]
    pub invoice_period: Option<Period>,
    /// The payment's number, if one caused it.
    pub payment_number: Option<String>,
    /// A word of explanation.
    pub memo: Option<String>,
    /// How it changed what is owed.
    #[sqlx(try_from = "crate::column::Amount")]
    pub change: Rupiah,
}

/// The entry with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<EntryRow>> {
    sql!(
        tx,
        fetch_optional::<EntryRow>,
        "SELECT * FROM journal_entries WHERE id = $1",
        id
    )
}

/// The postings of these entries, by entry and in their order.
///
/// # Errors
/// Whatever the database says.
pub async fn postings_of(tx: &mut Tx, entries: &[i64]) -> Result<Vec<PostingRow>> {
    let mut found = Vec::new();
    for some in entries.chunks(500) {
        let text = format!(
            "SELECT * FROM postings WHERE entry_id IN ({}) ORDER BY entry_id, position",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<PostingRow>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The entries that an invoice caused or that moved what is owed on it, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn entries_of_invoice(tx: &mut Tx, invoice_id: i64) -> Result<Vec<EntryRow>> {
    sql!(
        tx,
        fetch_all::<EntryRow>,
        "SELECT * FROM journal_entries WHERE id IN (SELECT entry_id FROM postings WHERE invoice_id = $1) ORDER BY id",
        invoice_id
    )
}

/// The entry by which a shortfall left this invoice, as long as none turns it round.
///
/// # Errors
/// Whatever the database says.
pub async fn entry_of_shortfall(tx: &mut Tx, invoice_id: i64) -> Result<Option<EntryRow>> {
    sql!(
        tx,
        fetch_optional::<EntryRow>,
        "SELECT * FROM journal_entries e WHERE e.kind = 'correction' AND e.reverses_id IS NULL AND e.invoice_id = $1
           AND e.id IN (SELECT entry_id FROM postings WHERE invoice_id = $1)
           AND NOT EXISTS (SELECT 1 FROM journal_entries r WHERE r.reverses_id = e.id) ORDER BY e.id DESC LIMIT 1",
        invoice_id
    )
}

/// The entries by which days of service that this invoice bills were given back as credit, as long as none turns them
/// round; oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn granted_for(tx: &mut Tx, invoice_id: i64) -> Result<Vec<EntryRow>> {
    sql!(
        tx,
        fetch_all::<EntryRow>,
        "SELECT * FROM journal_entries e WHERE e.kind = 'correction' AND e.reverses_id IS NULL AND e.invoice_id = $1
           AND EXISTS (SELECT 1 FROM postings p WHERE p.entry_id = e.id AND p.account = 'customer_credit')
           AND NOT EXISTS (SELECT 1 FROM journal_entries r WHERE r.reverses_id = e.id) ORDER BY e.id",
        invoice_id
    )
}

/// What a customer owed when a payment had been booked: what a receipt says, however much later it is printed.
///
/// # Errors
/// Whatever the database says.
pub async fn balance_after_payment(tx: &mut Tx, customer_id: i64, payment_id: i64) -> Result<Rupiah> {
    let (sum,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COALESCE(CAST(SUM(change) AS BIGINT), 0) FROM debt_history WHERE customer_id = $1 AND entry_id <=
           (SELECT MAX(id) FROM journal_entries WHERE customer_id = $1 AND payment_id = $2 AND kind = 'payment_received')",
        customer_id,
        payment_id
    )?;
    Ok(Rupiah(sum))
}

/// The entry by which a payment came in.
///
/// # Errors
/// Whatever the database says.
pub async fn entry_of_payment(tx: &mut Tx, payment_id: i64) -> Result<Option<EntryRow>> {
    sql!(
        tx,
        fetch_optional::<EntryRow>,
        "SELECT e.* FROM payments p JOIN journal_entries e ON e.customer_id = p.customer_id AND e.payment_id = p.id
         WHERE p.id = $1 AND e.kind = 'payment_received'",
        payment_id
    )
}

/// What a customer has to its credit; below zero it is overdrawn.
///
/// # Errors
/// Whatever the database says.
pub async fn credit(tx: &mut Tx, customer_id: i64) -> Result<Rupiah> {
    let (sum,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM postings
         WHERE account = 'customer_credit' AND customer_id = $1",
        customer_id
    )?;
    Ok(Rupiah(sum).try_neg()?)
}

/// What the customers from `first` to `last` by id have to their credit, where that is not nothing: one read for a stride
/// of the month run.
///
/// # Errors
/// Whatever the database says.
pub async fn credits(tx: &mut Tx, first: i64, last: i64) -> Result<Vec<Credit>> {
    sql!(
        tx,
        fetch_all::<Credit>,
        "SELECT customer_id, CAST(-SUM(amount) AS BIGINT) AS amount FROM postings
         WHERE account = 'customer_credit' AND customer_id >= $1 AND customer_id <= $2
         GROUP BY customer_id HAVING SUM(amount) <> 0 ORDER BY customer_id",
        first,
        last
    )
}

/// What lies on every account, by account.
///
/// # Errors
/// Whatever the database says.
pub async fn account_balances(tx: &mut Tx) -> Result<Vec<AccountBalance>> {
    sql!(
        tx,
        fetch_all::<AccountBalance>,
        "SELECT account, CAST(SUM(amount) AS BIGINT) AS amount FROM postings GROUP BY account ORDER BY account"
    )
}

/// What a customer owed before a day.
///
/// # Errors
/// Whatever the database says.
pub async fn balance_before(tx: &mut Tx, customer_id: i64, day: Date) -> Result<Rupiah> {
    let (sum,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COALESCE(CAST(SUM(change) AS BIGINT), 0) FROM debt_history WHERE customer_id = $1 AND on_date < $2",
        customer_id,
        day.held()
    )?;
    Ok(Rupiah(sum))
}

/// What changed a customer's debt from the first to the last day, by day and then as it was recorded.
///
/// # Errors
/// Whatever the database says.
pub async fn statement(tx: &mut Tx, customer_id: i64, from: Date, to: Date) -> Result<Vec<Statement>> {
    sql!(
        tx,
        fetch_all::<Statement>,
        "SELECT h.entry_id, h.on_date, e.at, e.kind, i.number AS invoice_number, i.period AS invoice_period,
           p.number AS payment_number, e.memo, h.change
         FROM debt_history h JOIN journal_entries e ON e.id = h.entry_id
         LEFT JOIN invoices i ON i.id = e.invoice_id LEFT JOIN payments p ON p.id = e.payment_id
         WHERE h.customer_id = $1 AND h.on_date >= $2 AND h.on_date <= $3 ORDER BY h.on_date, h.id",
        customer_id,
        from.held(),
        to.held()
    )
}
