//! Recomputing everything that is derived, and comparing. Each check names what is wrong, row by row; an empty list is the
//! proof. The chain of the log has a check of its own in [`crate::billing_logs::seal`].

mod documents;
mod money;
mod references;
mod service;
mod words;

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

/// A check that is one query: it gives a sentence for each row that is wrong, at most `$1` of them.
struct Query {
    name: &'static str,
    text: &'static str,
}

/// Runs every check on what one transaction sees.
///
/// # Errors
/// Whatever the database says; a finding is not an error.
pub async fn all(tx: &mut Tx) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for query in money::CHECKS.iter().chain(documents::CHECKS) {
        let rows = sql!(tx, fetch_all::<(String,)>, query.text, MOST)?;
        checks.push(Check {
            name: query.name,
            wrong: rows.into_iter().map(|(row,)| row).collect(),
        });
    }
    checks.push(service::check(tx).await?);
    checks.push(words::check(tx).await?);
    checks.push(references::check(tx).await?);
    Ok(checks)
}
