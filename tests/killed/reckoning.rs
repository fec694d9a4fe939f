//! What must hold of the books: right after a kill, and again when the act has been run to its end.

use std::collections::HashMap;

use crate::books::Books;

/// How many of something there are that may not be, at any moment.
const NEVER: &[(&str, &str)] = &[
    (
        "entries that do not balance",
        "SELECT COUNT(*) FROM (SELECT entry_id FROM postings GROUP BY entry_id HAVING SUM(amount) <> 0) AS wrong",
    ),
    (
        "periods that a line was billed twice for",
        "SELECT COUNT(*) FROM (SELECT customer_id FROM charges WHERE voided_at IS NULL
           GROUP BY customer_id, kind, period HAVING COUNT(*) > 1) AS wrong",
    ),
    (
        "invoices that have not the one charge which they were made for",
        "SELECT COUNT(*) FROM invoices i LEFT JOIN
           (SELECT invoice_id, COUNT(*) AS charges FROM charges GROUP BY invoice_id) AS c ON c.invoice_id = i.id
         WHERE COALESCE(c.charges, 0) <> 1",
    ),
    (
        "invoices that are not in the journal once",
        "SELECT COUNT(*) FROM invoices i LEFT JOIN
           (SELECT invoice_id, COUNT(*) AS entries FROM journal_entries WHERE kind = 'invoice_issued'
            GROUP BY invoice_id) AS e ON e.invoice_id = i.id
         WHERE COALESCE(e.entries, 0) <> 1",
    ),
    (
        "series of invoices with a gap",
        "SELECT COUNT(*) FROM (SELECT SUBSTR(number, 1, 11) AS series FROM invoices GROUP BY SUBSTR(number, 1, 11)
           HAVING MIN(CAST(SUBSTR(number, 12) AS BIGINT)) <> 1
             OR MAX(CAST(SUBSTR(number, 12) AS BIGINT)) <> COUNT(*)) AS wrong",
    ),
    (
        "series of payments with a gap",
        "SELECT COUNT(*) FROM (SELECT SUBSTR(number, 1, 13) AS series FROM payments GROUP BY SUBSTR(number, 1, 13)
           HAVING MIN(CAST(SUBSTR(number, 14) AS BIGINT)) <> 1
             OR MAX(CAST(SUBSTR(number, 14) AS BIGINT)) <> COUNT(*)) AS wrong",
    ),
    (
        "payments whose amount is not in the journal once",
        "SELECT COUNT(*) FROM payments p LEFT JOIN
           (SELECT e.payment_id, COUNT(DISTINCT e.id) AS entries, CAST(SUM(g.amount) AS BIGINT) AS amount
            FROM journal_entries e JOIN postings g ON g.entry_id = e.id AND g.amount > 0
            WHERE e.kind = 'payment_received' GROUP BY e.payment_id) AS b ON b.payment_id = p.id
         WHERE COALESCE(b.entries, 0) <> 1 OR COALESCE(b.amount, 0) <> p.amount",
    ),
    (
        "requests that became two payments",
        "SELECT COUNT(*) FROM (SELECT reference FROM payments GROUP BY reference HAVING COUNT(*) > 1) AS wrong",
    ),
    (
        "messages about one event more than once",
        "SELECT COUNT(*) FROM (SELECT event_id FROM notifications WHERE event_id IS NOT NULL
           GROUP BY event_id HAVING COUNT(*) > 1) AS wrong",
    ),
    (
        "events that more than one listener was called for",
        "SELECT COUNT(*) FROM (SELECT event_id FROM jobs WHERE kind = 'listener' GROUP BY event_id
           HAVING COUNT(*) > 1) AS wrong",
    ),
    (
        "jobs that gave up, or wait for a router which was there all the time",
        "SELECT COUNT(*) FROM jobs WHERE state IN ('dead', 'parked')",
    ),
];

/// The same at an act's end.
const IN_THE_END: &[(&str, &str)] = &[
    (
        "jobs that are not done",
        "SELECT COUNT(*) FROM jobs WHERE state NOT IN ('done', 'cancelled')",
    ),
    (
        "events that were not heard",
        "SELECT COUNT(*) FROM events e LEFT JOIN
           (SELECT event_id, COUNT(*) AS heard FROM jobs WHERE kind = 'listener' AND state = 'done'
            GROUP BY event_id) AS j ON j.event_id = e.id
         WHERE e.kind IN ('InvoiceGenerated', 'CustomerIsolated', 'CustomerAccessOpened')
           AND COALESCE(j.heard, 0) <> 1",
    ),
    (
        "plans that are still being carried out",
        "SELECT COUNT(*) FROM plans WHERE state IN ('waiting', 'approved', 'applying', 'undoing')",
    ),
];

/// The longest that a claim of a worker which is gone may keep others from its job, milliseconds.
const LONGEST_LEASE: i64 = 60_000;

/// Asserts what holds at any moment, and that every job is done, waits, or is claimed for a minute at most.
pub(crate) async fn holds(books: &mut Books) {
    none_of(books, NEVER).await;
    let clock = books.clock();
    let endless = format!(
        "SELECT COUNT(*) FROM jobs WHERE state = 'running'
         AND (lease_owner IS NULL OR lease_until IS NULL OR lease_until > {clock} + {LONGEST_LEASE})"
    );
    assert_eq!(
        books.number(&endless).await,
        0,
        "jobs that nobody would ever take over"
    );
}

/// Asserts what holds when everything has been done.
pub(crate) async fn ended(books: &mut Books) {
    holds(books).await;
    none_of(books, IN_THE_END).await;
    turns(books).await;
}

async fn none_of(books: &mut Books, wrong: &[(&str, &str)]) {
    for (what, sql) in wrong {
        let count = books.number(sql).await;
        if count != 0 {
            panic!(
                "{count} {what}; jobs that are not done: {:?}",
                undone(books).await
            );
        }
    }
}

/// Each line was closed and opened by turns: none of it was told twice.
async fn turns(books: &mut Books) {
    let told: Vec<(i64, String)> = books
        .rows(
            "SELECT subject_id, kind FROM events
             WHERE kind IN ('CustomerIsolated', 'CustomerAccessOpened') ORDER BY id",
        )
        .await;
    let mut last: HashMap<i64, String> = HashMap::new();
    for (customer, kind) in told {
        let before = last.insert(customer, kind.clone());
        assert_ne!(before.as_ref(), Some(&kind), "customer {customer} heard it twice");
    }
}

/// The jobs that are not done, for whoever reads a failure.
pub(crate) async fn undone(books: &mut Books) -> Vec<(String, String, String)> {
    books
        .rows(
            "SELECT kind, state, COALESCE(error, '') FROM jobs WHERE state NOT IN ('done', 'cancelled')
             ORDER BY id LIMIT 10",
        )
        .await
}
