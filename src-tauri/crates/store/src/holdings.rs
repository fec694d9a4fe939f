//! What an office holds, in the few numbers by which two copies of it are compared: how many there are of what, and what
//! lies on every account of the journal.

use std::collections::BTreeMap;

use billing::Rupiah;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::transaction::{Tx, sql};

/// The numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    /// Customers, ended ones too.
    pub customers: i64,
    /// Invoices, void ones too.
    pub invoices: i64,
    /// Payments, reversed ones too.
    pub payments: i64,
    /// The journal.
    pub journal: Journal,
}

/// The journal in sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// Entries.
    pub entries: i64,
    /// The id of the last entry; 0 where there is none.
    pub last: i64,
    /// What was posted to debit in all, rupiah; to credit the same.
    pub turnover: Rupiah,
    /// What lies on each account, debits less credits, by the account's text.
    pub accounts: BTreeMap<String, Rupiah>,
}

/// What this transaction sees.
///
/// # Errors
/// Whatever the database says.
pub async fn of(tx: &mut Tx) -> Result<Holdings> {
    let (customers, invoices, payments) = sql!(
        tx,
        fetch_one::<(i64, i64, i64)>,
        "SELECT (SELECT COUNT(*) FROM customers), (SELECT COUNT(*) FROM invoices), (SELECT COUNT(*) FROM payments)"
    )?;
    Ok(Holdings {
        customers,
        invoices,
        payments,
        journal: journal_until(tx, i64::MAX).await?,
    })
}

/// The journal up to and with the entry of this id. Entries are only ever added, so this is what the journal was when that
/// entry was the last one.
///
/// # Errors
/// Whatever the database says.
pub async fn journal_until(tx: &mut Tx, last: i64) -> Result<Journal> {
    let (entries, found) = sql!(
        tx,
        fetch_one::<(i64, i64)>,
        "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM journal_entries WHERE id <= $1",
        last
    )?;
    let (turnover,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM postings WHERE amount > 0 AND entry_id <= $1",
        last
    )?;
    let accounts = sql!(
        tx,
        fetch_all::<(String, i64)>,
        "SELECT account, CAST(SUM(amount) AS BIGINT) FROM postings WHERE entry_id <= $1 GROUP BY account",
        last
    )?;
    Ok(Journal {
        entries,
        last: found,
        turnover: Rupiah(turnover),
        accounts: accounts
            .into_iter()
            .map(|(account, amount)| (account, Rupiah(amount)))
            .collect(),
    })
}

/// When something was last written to the office's log; `None` for an office in which nothing was ever done.
///
/// # Errors
/// Whatever the database says.
pub async fn last_act(tx: &mut Tx) -> Result<Option<jiff::Timestamp>> {
    let (at,) = sql!(
        tx,
        fetch_one::<(Option<i64>,)>,
        "SELECT MAX(at) FROM billing_logs"
    )?;
    at.map(|at| {
        jiff::Timestamp::from_millisecond(at).map_err(|error| crate::Error::Unreadable(error.to_string()))
    })
    .transpose()
}
