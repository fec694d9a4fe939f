//! Customer numbers for the rows that bring none: the next ones of the office, in the order of the file, beyond every
//! number of that series which the file or the office has.

use store::Tx;

use crate::error::Result;
use crate::importing::ImportRow;

/// The counter of the office's own series, which [`crate::customers::next_number`] takes from.
const COUNTER: &str = "customer";
/// What stands before the digits of the office's own series.
const SERIES: &str = "PLG-";

/// The number of each row.
pub(super) async fn numbers(tx: &mut Tx, rows: &[ImportRow]) -> Result<Vec<String>> {
    reserve(tx, rows.iter().filter_map(|row| row.customer_no.as_deref())).await?;
    let mut numbers = Vec::with_capacity(rows.len());
    for row in rows {
        numbers.push(match &row.customer_no {
            Some(number) => number.clone(),
            None => crate::customers::next_number(tx).await?,
        });
    }
    Ok(numbers)
}

/// Moves the office's own series beyond the numbers that are brought.
pub(crate) async fn reserve<'a>(tx: &mut Tx, brought: impl Iterator<Item = &'a str>) -> Result<()> {
    if let Some(highest) = brought.filter_map(in_series).max() {
        store::counters::at_least(tx, COUNTER, highest).await?;
    }
    Ok(())
}

/// The place of a number in the office's series; none for a number of another kind, or so large that the series would
/// never come to it.
fn in_series(number: &str) -> Option<i64> {
    let (series, digits) = number.split_at_checked(SERIES.len())?;
    let is_ours = series.eq_ignore_ascii_case(SERIES)
        && digits.len() <= 9
        && digits.bytes().all(|b| b.is_ascii_digit());
    if is_ours { digits.parse().ok() } else { None }
}
