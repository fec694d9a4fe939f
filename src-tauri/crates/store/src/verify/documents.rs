//! What documents say: an invoice is the sum of its charges, a void one bills nothing, a shortfall that moved is booked,
//! and the numbers of each series have no gap.

use super::Query;

pub(super) const CHECKS: &[Query] = &[
    Query {
        name: "invoice_totals",
        text: TOTALS,
    },
    Query {
        name: "charges_of_void_invoices",
        text: VOID_CHARGES,
    },
    Query {
        name: "shortfalls",
        text: SHORTFALLS,
    },
    Query {
        name: "invoice_numbers_gapless",
        text: INVOICE_NUMBERS,
    },
    Query {
        name: "payment_numbers_gapless",
        text: PAYMENT_NUMBERS,
    },
];

/// Prices with the tax in them make a total without the tax on top, so either sum may be right.
const TOTALS: &str = "
WITH lines AS (
  SELECT invoice_id, CAST(SUM(amount) AS BIGINT) AS amount, CAST(SUM(discount) AS BIGINT) AS discount
  FROM charges WHERE invoice_id IS NOT NULL GROUP BY invoice_id
)
SELECT 'invoice ' || i.number || ': subtotal ' || i.subtotal || ', discount ' || i.discount || ', tax ' || i.tax
  || ' and total ' || i.total || ', its charges add up to ' || COALESCE(l.amount, 0) || ' less '
  || COALESCE(l.discount, 0)
FROM invoices i LEFT JOIN lines l ON l.invoice_id = i.id
WHERE i.subtotal <> COALESCE(l.amount, 0) OR i.discount <> COALESCE(l.discount, 0)
  OR (i.total <> i.subtotal - i.discount AND i.total <> i.subtotal - i.discount + i.tax)
ORDER BY i.id LIMIT $1";

const VOID_CHARGES: &str = "
SELECT 'charge ' || c.id || ' (' || c.kind || ' ' || c.period || '): '
  || (CASE WHEN c.voided_at IS NULL THEN 'stands on invoice ' || i.number || ', which is void'
      ELSE 'is void on invoice ' || i.number || ', which stands' END)
FROM charges c JOIN invoices i ON i.id = c.invoice_id
WHERE (i.voided_at IS NULL) <> (c.voided_at IS NULL) ORDER BY c.id LIMIT $1";

/// For each shortfall that is carried on there is the entry that took it from its invoice, of the same amount, and the other
/// way round.
const SHORTFALLS: &str = "
WITH carried AS (
  SELECT moved_from AS invoice_id, CAST(SUM(amount) AS BIGINT) AS amount FROM charges
  WHERE moved_from IS NOT NULL AND voided_at IS NULL GROUP BY moved_from
), booked AS (
  SELECT p.invoice_id, CAST(-SUM(p.amount) AS BIGINT) AS amount
  FROM postings p JOIN journal_entries e ON e.id = p.entry_id
  WHERE e.kind = 'correction' AND p.account = 'receivable' AND p.invoice_id IS NOT NULL GROUP BY p.invoice_id
)
SELECT 'invoice ' || i.number || ': ' || COALESCE(c.amount, 0) || ' is carried on by another, the journal says '
  || COALESCE(b.amount, 0)
FROM invoices i LEFT JOIN carried c ON c.invoice_id = i.id LEFT JOIN booked b ON b.invoice_id = i.id
WHERE COALESCE(c.amount, 0) <> COALESCE(b.amount, 0) ORDER BY i.id LIMIT $1";

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
