//! The lines: what the books say of them, what the router says, and that both say what the ledger wants.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::office::{ISOLATED, OWN, Office, PATIENCE};

/// A customer's line, by the books.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) customer_id: i64,
    pub(crate) name: String,
    /// What the customer owes in all; below zero is credit.
    pub(crate) balance: i64,
    /// Whether some invoice is unpaid. All of them are overdue.
    pub(crate) owes: bool,
}

/// How the lines were before an act.
pub(crate) struct Before {
    closed: HashMap<i64, bool>,
    dropped: usize,
}

impl Office {
    /// The lines as the books have them.
    pub(crate) async fn lines(&self) -> Vec<Line> {
        let mut books = self.books().await;
        let rows: Vec<(i64, String, i64, i64)> = books
            .rows(
                "SELECT c.id, c.pppoe_username, c.balance, CAST(COALESCE(SUM(i.remaining), 0) AS BIGINT)
                 FROM customers c LEFT JOIN invoices i ON i.customer_id = c.id
                 GROUP BY c.id, c.pppoe_username, c.balance ORDER BY c.id",
            )
            .await;
        books.shut().await;
        let lines = rows
            .into_iter()
            .map(|(customer_id, name, balance, remaining)| Line {
                customer_id,
                name,
                balance,
                owes: remaining > 0,
            });
        lines.collect()
    }

    /// Whether a line is closed at the router.
    pub(crate) fn is_closed(&self, line: &Line) -> bool {
        self.router.secret(&line.name).expect("the secret").profile == ISOLATED
    }

    /// How the lines are before an act that changes some of them.
    pub(crate) async fn before(&self) -> Before {
        let lines = self.lines().await;
        Before {
            closed: lines
                .iter()
                .map(|line| (line.customer_id, self.is_closed(line)))
                .collect(),
            dropped: self.router.dropped().len(),
        }
    }

    /// Asserts that every line is what it is due to be, at the router, in effect and in the books, and that each change
    /// since then has cut off the customer once and nobody else.
    pub(crate) async fn lines_are(&self, before: &Before, is_due: impl Fn(&Line, bool) -> bool) {
        let mut drops: HashMap<String, u32> = HashMap::new();
        for dropped in self.router.dropped().iter().skip(before.dropped) {
            assert!(!dropped.needless, "cut off for nothing: {dropped:?}");
            *drops.entry(dropped.name.clone()).or_default() += 1;
        }
        let stand = self.stand().await;
        for line in self.lines().await {
            let was_closed = before.closed[&line.customer_id];
            let due = is_due(&line, was_closed);
            let profile = if due { ISOLATED } else { OWN };
            let told = self.router.secret(&line.name).expect("the secret").profile;
            assert_eq!(told, profile, "{line:?} at the router");
            assert_eq!(self.session(&line).await, profile, "{line:?} in effect");
            let written = if due {
                ("isolated", "closed")
            } else {
                ("active", "open")
            };
            let (status, observed) = &stand[&line.customer_id];
            assert_eq!(
                (status.as_str(), observed.as_str()),
                written,
                "{line:?} in the books"
            );
            let times = drops.get(&line.name).copied().unwrap_or_default();
            assert_eq!(
                times,
                u32::from(due != was_closed),
                "{line:?}: how often it was cut off"
            );
        }
    }

    /// The profile that a line's session carries; a device takes a moment to dial again.
    async fn session(&self, line: &Line) -> String {
        let begun = Instant::now();
        loop {
            if let Some(session) = self.router.active(&line.name) {
                return session.profile;
            }
            assert!(begun.elapsed() < PATIENCE, "{line:?} never came back online");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Status and last seen access of each customer.
    async fn stand(&self) -> HashMap<i64, (String, String)> {
        let mut books = self.books().await;
        let rows: Vec<(i64, String, String)> = books
            .rows(
                "SELECT c.id, c.status, COALESCE(a.observed, 'open') FROM customers c
                 LEFT JOIN access a ON a.customer_id = c.id",
            )
            .await;
        books.shut().await;
        rows.into_iter()
            .map(|(id, status, observed)| (id, (status, observed)))
            .collect()
    }
}
