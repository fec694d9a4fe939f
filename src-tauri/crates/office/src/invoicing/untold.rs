//! What month runs made and the log was not told of yet. It is counted with the invoices themselves, batch by batch, so that a
//! run that dies before its last word leaves that word to the next one, and every invoice is told of once.

use billing::Rupiah;
use store::Tx;

use super::stride::Drafted;
use crate::error::Result;

const INVOICES: &str = "untold:invoices";
const AMOUNT: &str = "untold:amount";

/// Counts a batch, in its transaction and before its numbers are taken.
///
/// # Errors
/// When the database cannot be written, or the amounts have no sum.
pub(super) async fn count(tx: &mut Tx, batch: &[Drafted]) -> Result<()> {
    let totals = batch
        .iter()
        .filter_map(|drafted| drafted.draft.invoice.as_ref())
        .map(|invoice| invoice.total);
    let count = i64::try_from(totals.clone().count()).unwrap_or(i64::MAX);
    if count > 0 {
        store::counters::take(tx, INVOICES, count).await?;
        store::counters::take(tx, AMOUNT, Rupiah::try_sum(totals)?.0).await?;
    }
    Ok(())
}

/// Takes what was counted: how many invoices and how much they ask for.
///
/// # Errors
/// When the database cannot be written.
pub(super) async fn take(tx: &mut Tx) -> Result<(i64, Rupiah)> {
    let created = store::counters::empty(tx, INVOICES).await?;
    let amount = store::counters::empty(tx, AMOUNT).await?;
    Ok((created, Rupiah(amount)))
}
