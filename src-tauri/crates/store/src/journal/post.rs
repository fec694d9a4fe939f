//! Posting: entries, their postings, and the projections, in one go and with few statements for many entries.

use std::collections::BTreeMap;

use billing::journal::Entry;
use billing::{Account, EntryKind, Rupiah};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::rows;
use crate::transaction::{Tx, sql_rows};

/// What the journal adds to an entry.
#[derive(Clone, Copy, Debug)]
pub struct Dated<'a> {
    /// The civil day that it counts for.
    pub on_date: Date,
    /// When it is recorded.
    pub at: Timestamp,
    /// Who.
    pub actor: &'a str,
}

/// Posts one entry and gives its id.
///
/// # Errors
/// As [`post_all`].
pub async fn post(tx: &mut Tx, entry: &Entry, dated: Dated<'_>) -> Result<i64> {
    Ok(post_all(tx, std::slice::from_ref(entry), dated)
        .await?
        .first()
        .copied()
        .unwrap_or_default())
}

/// Posts entries in their order and gives their ids in that order.
///
/// # Errors
/// [`crate::Promise::Reversal`] when an entry that one of them turns round was turned round before;
/// [`Error::ForeignKey`] when a customer, invoice or payment does not exist; [`Error::Overflow`].
pub async fn post_all(tx: &mut Tx, entries: &[Entry], dated: Dated<'_>) -> Result<Vec<i64>> {
    let ids = insert_entries(tx, entries, dated).await?;
    insert_postings(tx, entries, &ids).await?;
    settle_invoices(tx, entries).await?;
    settle_customers(tx, entries, &ids, dated.on_date).await?;
    Ok(ids)
}

async fn insert_entries(tx: &mut Tx, entries: &[Entry], dated: Dated<'_>) -> Result<Vec<i64>> {
    let on_date = dated.on_date.held();
    Ok(rows::in_order(sql_rows!(
        tx,
        fetch_all::<(i64,)>,
        "INSERT INTO journal_entries (on_date, at, kind, customer_id, invoice_id, payment_id, reverses_id, actor, memo)
         VALUES",
        "RETURNING id",
        entries,
        |entry| [
            on_date.as_str(),
            dated.at.held(),
            entry.kind().as_str(),
            entry.customer_id(),
            entry.invoice_id(),
            entry.payment_id(),
            entry.reverses_id(),
            dated.actor,
            entry.memo()
        ]
    )))
}

async fn insert_postings(tx: &mut Tx, entries: &[Entry], ids: &[i64]) -> Result<()> {
    let postings: Vec<_> = entries
        .iter()
        .zip(ids)
        .flat_map(|(entry, id)| {
            (0_i64..)
                .zip(entry.postings())
                .map(move |(position, it)| (*id, position, it))
        })
        .collect();
    sql_rows!(
        tx,
        execute,
        "INSERT INTO postings (entry_id, position, account, customer_id, invoice_id, amount) VALUES",
        "",
        postings,
        |it| [
            it.0,
            it.1,
            it.2.account.as_text(),
            it.2.customer_id,
            it.2.invoice_id,
            it.2.amount.held()
        ]
    );
    Ok(())
}

/// What changes on an invoice.
#[derive(Clone, Copy, Default)]
struct Settled {
    paid: Rupiah,
    remaining: Rupiah,
}

/// Issuing raises what remains; everything else that lowers it settles it, but for voiding, which gives what was paid back
/// to the customer's credit.
fn settled(entries: &[Entry]) -> Result<BTreeMap<i64, Settled>> {
    let mut invoices: BTreeMap<i64, Settled> = BTreeMap::new();
    for entry in entries {
        for posting in entry.postings() {
            match (&posting.account, posting.invoice_id, entry.kind()) {
                (Account::Receivable, Some(invoice), kind) => {
                    let change = invoices.entry(invoice).or_default();
                    change.remaining = change.remaining.try_add(posting.amount)?;
                    let sets_the_debt = matches!(
                        kind,
                        EntryKind::InvoiceIssued | EntryKind::OpeningDebt | EntryKind::InvoiceVoided
                    );
                    if !sets_the_debt {
                        change.paid = change.paid.try_sub(posting.amount)?;
                    }
                }
                (Account::CustomerCredit, _, EntryKind::InvoiceVoided) => {
                    if let Some(invoice) = entry.invoice_id() {
                        let change = invoices.entry(invoice).or_default();
                        change.paid = change.paid.try_add(posting.amount)?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(invoices)
}

async fn settle_invoices(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let changes: Vec<(i64, Settled)> = settled(entries)?.into_iter().collect();
    let changed = sql_rows!(
        tx,
        execute,
        "UPDATE invoices SET paid = paid + v.column2, remaining = remaining + v.column3 FROM (VALUES",
        ") AS v WHERE invoices.id = v.column1",
        changes,
        |it| [it.0, it.1.paid.held(), it.1.remaining.held()]
    );
    if changed == changes.len() as u64 {
        Ok(())
    } else {
        Err(Error::ForeignKey)
    }
}

/// A row of the history: an entry changed what a customer owes.
struct Change {
    customer_id: i64,
    entry_id: i64,
    change: Rupiah,
    balance: Rupiah,
}

/// Raises and lowers balances in place, so that two transactions cannot write over each other, and tells the history from
/// what they then are.
async fn settle_customers(tx: &mut Tx, entries: &[Entry], ids: &[i64], on_date: Date) -> Result<()> {
    let mut history = changes(entries, ids)?;
    let mut sums: BTreeMap<i64, Rupiah> = BTreeMap::new();
    for row in &history {
        let sum = sums.entry(row.customer_id).or_default();
        *sum = sum.try_add(row.change)?;
    }
    let sums: Vec<(i64, Rupiah)> = sums.into_iter().collect();
    let balances = sql_rows!(
        tx,
        fetch_all::<(i64, i64)>,
        "UPDATE customers SET balance = balance + v.column2 FROM (VALUES",
        ") AS v WHERE customers.id = v.column1 RETURNING id, balance",
        sums,
        |it| [it.0, it.1.held()]
    );
    if balances.len() != sums.len() {
        return Err(Error::ForeignKey);
    }
    let mut balances: BTreeMap<i64, Rupiah> = balances.into_iter().map(|(id, it)| (id, Rupiah(it))).collect();
    // From the last row of a customer back to the first: what it was after this change, and before it.
    for row in history.iter_mut().rev() {
        let after = balances.entry(row.customer_id).or_default();
        row.balance = *after;
        *after = after.try_sub(row.change)?;
    }
    let on_date = on_date.held();
    sql_rows!(
        tx,
        execute,
        "INSERT INTO debt_history (customer_id, entry_id, on_date, change, balance) VALUES",
        "",
        history,
        |it| [
            it.customer_id,
            it.entry_id,
            on_date.as_str(),
            it.change.held(),
            it.balance.held()
        ]
    );
    Ok(())
}

/// How each entry changes what each customer owes. Credit that pays an invoice changes nothing and leaves no row.
fn changes(entries: &[Entry], ids: &[i64]) -> Result<Vec<Change>> {
    let mut history = Vec::with_capacity(entries.len());
    for (entry, id) in entries.iter().zip(ids) {
        let mut customers: BTreeMap<i64, Rupiah> = BTreeMap::new();
        for posting in entry.postings() {
            if let (true, Some(customer)) = (posting.account.is_customer_balance(), posting.customer_id) {
                let sum = customers.entry(customer).or_default();
                *sum = sum.try_add(posting.amount)?;
            }
        }
        history.extend(customers.into_iter().filter(|(_, change)| !change.is_zero()).map(
            |(customer, change)| Change {
                customer_id: customer,
                entry_id: *id,
                change,
                balance: Rupiah::ZERO,
            },
        ));
    }
    Ok(history)
}
