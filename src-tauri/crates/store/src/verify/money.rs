//! Where money is: the journal balances, and whatever is kept beside it (an invoice's `paid` and `remaining`, a customer's
//! `balance`, the history of the debt, the allocations) says the same to the rupiah, neither too much nor too little.

use super::Query;

pub(super) const CHECKS: &[Query] = &[
    Query {
        name: "journal_balanced",
        text: UNBALANCED,
    },
    Query {
        name: "invoice_projections",
        text: INVOICES,
    },
    Query {
        name: "customer_balances",
        text: BALANCES,
    },
    Query {
        name: "debt_history",
        text: HISTORY,
    },
    Query {
        name: "debt_history_rows",
        text: HISTORY_ROWS,
    },
    Query {
        name: "credit_not_overdrawn",
        text: OVERDRAWN,
    },
    Query {
        name: "payments_booked",
        text: PAYMENTS,
    },
    Query {
        name: "allocations_of_payments",
        text: ALLOCATIONS_OF_PAYMENTS,
    },
    Query {
        name: "allocations_of_invoices",
        text: ALLOCATIONS_OF_INVOICES,
    },
    Query {
        name: "allocations_of_strangers",
        text: ALLOCATIONS_OF_STRANGERS,
    },
];

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

/// Row by row: each is what its entry changed, and follows from the row before it.
const HISTORY_ROWS: &str = "
WITH booked AS (
  SELECT entry_id, customer_id, CAST(SUM(amount) AS BIGINT) AS change FROM postings
  WHERE account IN ('receivable', 'customer_credit') AND customer_id IS NOT NULL GROUP BY entry_id, customer_id
), told AS (
  SELECT id, customer_id, entry_id, on_date, change, balance,
    CAST(SUM(change) OVER (PARTITION BY customer_id ORDER BY id) AS BIGINT) AS sum_so_far
  FROM debt_history
)
SELECT wrong FROM (
  SELECT t.id AS place, 'history row ' || t.id || ': change ' || t.change || ' on ' || t.on_date || ' and balance '
    || t.balance || ', its entry ' || t.entry_id || ' says ' || COALESCE(b.change, 0) || ' on ' || e.on_date
    || ' and the rows before it ' || t.sum_so_far AS wrong
  FROM told t JOIN journal_entries e ON e.id = t.entry_id
    LEFT JOIN booked b ON b.entry_id = t.entry_id AND b.customer_id = t.customer_id
  WHERE t.change <> COALESCE(b.change, 0) OR t.balance <> t.sum_so_far OR t.on_date <> e.on_date
  UNION ALL
  SELECT b.entry_id AS place, 'entry ' || b.entry_id || ': changed what customer ' || c.customer_no || ' owes by '
    || b.change || ', the history has no such row' AS wrong
  FROM booked b JOIN customers c ON c.id = b.customer_id
  WHERE b.change <> 0
    AND NOT EXISTS (SELECT 1 FROM debt_history h WHERE h.entry_id = b.entry_id AND h.customer_id = b.customer_id)
) AS rows_told ORDER BY place LIMIT $1";

const OVERDRAWN: &str = "
SELECT 'customer ' || c.customer_no || ': ' || CAST(SUM(p.amount) AS BIGINT) || ' more credit was used than there was'
FROM postings p JOIN customers c ON c.id = p.customer_id
WHERE p.account = 'customer_credit' GROUP BY c.id, c.customer_no HAVING SUM(p.amount) > 0 ORDER BY c.id LIMIT $1";

/// A payment has the entry by which it came in, of its amount, and one that turns it round exactly if it is reversed.
const PAYMENTS: &str = "
WITH booked AS (
  SELECT e.payment_id, COUNT(DISTINCT e.id) AS entries, CAST(SUM(p.amount) AS BIGINT) AS amount
  FROM journal_entries e JOIN postings p ON p.entry_id = e.id AND p.amount > 0
  WHERE e.kind = 'payment_received' GROUP BY e.payment_id
), turned AS (
  SELECT payment_id, COUNT(*) AS entries FROM journal_entries WHERE kind = 'payment_reversed' GROUP BY payment_id
)
SELECT 'payment ' || p.number || ': ' || p.amount || ' and '
  || (CASE WHEN p.reversed_at IS NULL THEN 'not reversed' ELSE 'reversed' END) || ', the journal has '
  || COALESCE(b.amount, 0) || ' in ' || COALESCE(b.entries, 0) || ' entries and ' || COALESCE(t.entries, 0) || ' reversals'
FROM payments p LEFT JOIN booked b ON b.payment_id = p.id LEFT JOIN turned t ON t.payment_id = p.id
WHERE COALESCE(b.amount, 0) <> p.amount OR COALESCE(b.entries, 0) <> 1
  OR COALESCE(t.entries, 0) <> (CASE WHEN p.reversed_at IS NULL THEN 0 ELSE 1 END)
ORDER BY p.id LIMIT $1";

/// What came in was divided when it came: all allocations there ever were, and the credit. Of a reversed payment none
/// stands.
const ALLOCATIONS_OF_PAYMENTS: &str = "
WITH sums AS (
  SELECT payment_id, CAST(SUM(amount) AS BIGINT) AS divided,
    CAST(SUM(CASE WHEN reversed_at IS NULL THEN amount ELSE 0 END) AS BIGINT) AS standing
  FROM allocations WHERE payment_id IS NOT NULL GROUP BY payment_id
)
SELECT 'payment ' || p.number || ': ' || p.amount || ' came in, ' || COALESCE(s.divided, 0) || ' went to invoices and '
  || p.credit || ' became credit'
  || (CASE WHEN p.reversed_at IS NULL THEN '' ELSE '; it is reversed and ' || COALESCE(s.standing, 0) || ' still stands' END)
FROM payments p LEFT JOIN sums s ON s.payment_id = p.id
WHERE COALESCE(s.divided, 0) <> p.amount - p.credit OR (p.reversed_at IS NOT NULL AND COALESCE(s.standing, 0) <> 0)
ORDER BY p.id LIMIT $1";

/// What stands on an invoice is what the journal has by payments and credit, and nothing on a void one.
const ALLOCATIONS_OF_INVOICES: &str = "
WITH standing AS (
  SELECT invoice_id, CAST(SUM(amount) AS BIGINT) AS amount FROM allocations
  WHERE reversed_at IS NULL GROUP BY invoice_id
), booked AS (
  SELECT p.invoice_id, CAST(-SUM(p.amount) AS BIGINT) AS amount
  FROM postings p JOIN journal_entries e ON e.id = p.entry_id
  WHERE p.account = 'receivable' AND p.invoice_id IS NOT NULL
    AND e.kind IN ('payment_received', 'payment_reversed', 'credit_applied', 'credit_unapplied')
  GROUP BY p.invoice_id
)
SELECT 'invoice ' || i.number || ': ' || COALESCE(s.amount, 0) || ' stands allocated, the journal says '
  || (CASE WHEN i.voided_at IS NULL THEN COALESCE(b.amount, 0) ELSE 0 END)
FROM invoices i LEFT JOIN standing s ON s.invoice_id = i.id LEFT JOIN booked b ON b.invoice_id = i.id
WHERE COALESCE(s.amount, 0) <> (CASE WHEN i.voided_at IS NULL THEN COALESCE(b.amount, 0) ELSE 0 END)
ORDER BY i.id LIMIT $1";

/// Money of one customer on the invoice of another, and allocations of nothing or less.
const ALLOCATIONS_OF_STRANGERS: &str = "
SELECT 'allocation ' || a.id || ': ' || a.amount || ' of payment ' || COALESCE(p.number, '(credit)') || ' on invoice '
  || i.number || (CASE WHEN a.amount > 0 THEN ', which is another customer''s' ELSE ', which is no amount' END)
FROM allocations a JOIN invoices i ON i.id = a.invoice_id LEFT JOIN payments p ON p.id = a.payment_id
WHERE a.amount <= 0 OR p.customer_id <> i.customer_id ORDER BY a.id LIMIT $1";
