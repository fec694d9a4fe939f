//! Recomputing everything that is derived, and comparing. Each check names what is wrong, row by row; an empty list is the
//! proof. The chain of the log has a check of its own in [`crate::billing_logs::seal`].

use crate::error::Result;
use crate::transaction::{Tx, sql};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The stable word for the check.
    pub name: &'static str,
    /// What is wrong, at most [`MOST`] rows of it.
    pub wrong: Vec<String>,
}

impl Check {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// Rows that one check names at most.
pub const MOST: i64 = 100;

/// Runs every check on what one transaction sees.
///
/// # Errors
/// Whatever the database says; a finding is not an error.
pub async fn all(tx: &mut Tx) -> Result<Vec<Check>> {
    Ok(vec![
        check(tx, "journal_balanced", UNBALANCED).await?,
        check(tx, "invoice_projections", INVOICES).await?,
        check(tx, "customer_balances", BALANCES).await?,
        check(tx, "debt_history", HISTORY).await?,
        check(tx, "allocations", ALLOCATIONS).await?,
        check(tx, "invoice_numbers_gapless", INVOICE_NUMBERS).await?,
        check(tx, "payment_numbers_gapless", PAYMENT_NUMBERS).await?,
        orphans(tx).await?,
    ])
}

async fn check(tx: &mut Tx, name: &'static str, text: &'static str) -> Result<Check> {
    let rows = sql!(tx, fetch_all::<(String,)>, text, MOST)?;
    Ok(Check {
        name,
        wrong: rows.into_iter().map(|(row,)| row).collect(),
    })
}

const UNBALANCED: &str = "
SELECT 'entry ' || e.id || ': postings add up to ' || CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) || ' in '
  || COUNT(p.entry_id) || ' postings'
FROM journal_entries e LEFT JOIN postings p ON p.entry_id = e.id
GROUP BY e.id HAVING COALESCE(SUM(p.amount), 0) <> 0 OR COUNT(p.entry_id) < 2 ORDER BY e.id LIMIT $1";

/// The same rule as [`crate::journal::post`], said in SQL.
const INVOICES: &str = "
WITH sums AS (
  SELECT p.invoice_id, CAST(SUM(p.amount) AS BIGINT) AS remaining,
    CAST(-SUM(CASE WHEN e.kind IN ('invoice_issued', 'opening_debt', 'invoice_voided') THEN 0 ELSE p.amount END)
      AS BIGINT) AS paid
  FROM postings p JOIN journal_entries e ON e.id = p.entry_id
  WHERE p.account = 'receivable' AND p.invoice_id IS NOT NULL GROUP BY p.invoice_id
), given_back AS (
  SELECT e.invoice_id, CAST(SUM(p.amount) AS BIGINT) AS amount
  FROM postings p JOIN journal_entries e ON e.id = p.entry_id
  WHERE p.account = 'customer_credit' AND e.kind = 'invoice_voided' GROUP BY e.invoice_id
)
SELECT 'invoice ' || i.number || ': paid ' || i.paid || ' and remaining ' || i.remaining || ', the journal says '
  || (COALESCE(s.paid, 0) + COALESCE(g.amount, 0)) || ' and ' || COALESCE(s.remaining, 0)
FROM invoices i LEFT JOIN sums s ON s.invoice_id = i.id LEFT JOIN given_back g ON g.invoice_id = i.id
WHERE i.remaining <> COALESCE(s.remaining, 0) OR i.paid <> COALESCE(s.paid, 0) + COALESCE(g.amount, 0)
  OR (i.voided_at IS NULL AND i.paid + i.remaining <> i.total) OR (i.voided_at IS NOT NULL AND i.remaining <> 0)
ORDER BY i.id LIMIT $1";

const BALANCES: &str = "
WITH sums AS (
  SELECT customer_id, CAST(SUM(amount) AS BIGINT) AS balance FROM postings
  WHERE account IN ('receivable', 'customer_credit') AND customer_id IS NOT NULL GROUP BY customer_id
)
SELECT 'customer ' || c.customer_no || ': balance ' || c.balance || ', the journal says ' || COALESCE(s.balance, 0)
FROM customers c LEFT JOIN sums s ON s.customer_id = c.id
WHERE c.balance <> COALESCE(s.balance, 0) ORDER BY c.id LIMIT $1";

const HISTORY: &str = "
WITH sums AS (
  SELECT customer_id, CAST(SUM(change) AS BIGINT) AS changed, MAX(id) AS last FROM debt_history GROUP BY customer_id
)
SELECT 'customer ' || c.customer_no || ': balance ' || c.balance || ', the history says ' || COALESCE(s.changed, 0)
  || ' and ends at ' || COALESCE(h.balance, 0)
FROM customers c LEFT JOIN sums s ON s.customer_id = c.id LEFT JOIN debt_history h ON h.id = s.last
WHERE c.balance <> COALESCE(s.changed, 0) OR c.balance <> COALESCE(h.balance, 0) ORDER BY c.id LIMIT $1";

const ALLOCATIONS: &str = "
WITH sums AS (
  SELECT payment_id, CAST(SUM(amount) AS BIGINT) AS amount FROM allocations
  WHERE reversed_at IS NULL AND payment_id IS NOT NULL GROUP BY payment_id
)
SELECT 'payment ' || p.number || ': ' || p.amount || ' came in, ' || COALESCE(s.amount, 0) || ' is on invoices and '
  || p.credit || ' became credit'
FROM payments p LEFT JOIN sums s ON s.payment_id = p.id
WHERE (p.reversed_at IS NULL AND COALESCE(s.amount, 0) > p.amount - p.credit)
  OR (p.reversed_at IS NOT NULL AND COALESCE(s.amount, 0) <> 0) ORDER BY p.id LIMIT $1";

/// A number is everything before the last dash and five digits or more after it; each series counts from 1.
const INVOICE_NUMBERS: &str = "
WITH numbers AS (
  SELECT SUBSTR(number, 1, 11) AS series, CAST(SUBSTR(number, 12) AS BIGINT) AS value FROM invoices
  WHERE number LIKE 'INV-______-%'
)
SELECT 'series ' || series || ': ' || COUNT(*) || ' numbers from ' || MIN(value) || ' to ' || MAX(value)
FROM numbers GROUP BY series HAVING MIN(value) <> 1 OR MAX(value) <> COUNT(*) ORDER BY series LIMIT $1";

const PAYMENT_NUMBERS: &str = "
WITH numbers AS (
  SELECT SUBSTR(number, 1, 13) AS series, CAST(SUBSTR(number, 14) AS BIGINT) AS value FROM payments
  WHERE number LIKE 'PAY-________-%'
)
SELECT 'series ' || series || ': ' || COUNT(*) || ' numbers from ' || MIN(value) || ' to ' || MAX(value)
FROM numbers GROUP BY series HAVING MIN(value) <> 1 OR MAX(value) <> COUNT(*) ORDER BY series LIMIT $1";

/// Rows that refer to nothing. PostgreSQL never lets one in; a SQLite file may have been opened by a tool that does.
async fn orphans(tx: &mut Tx) -> Result<Check> {
    let mut wrong = Vec::new();
    if !tx.is_postgres() {
        let rows = sql!(
            tx,
            fetch_all::<(String, Option<i64>, String)>,
            "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT $1",
            MOST
        )?;
        wrong.extend(rows.into_iter().map(|(table, row, parent)| match row {
            Some(row) => format!("row {row} of {table} refers to a row of {parent} that does not exist"),
            None => format!("a row of {table} refers to a row of {parent} that does not exist"),
        }));
    }
    Ok(Check {
        name: "references",
        wrong,
    })
}
