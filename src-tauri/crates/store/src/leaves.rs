//! Leaves (cuti) of a line that are over and made place for another. The one that runs or comes stands on the customer; what
//! was given back for these is worked out from both.

use billing::Pause;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// A leave that is over.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Leave {
    /// Whose line.
    pub customer_id: i64,
    /// The first day without service.
    #[sqlx(try_from = "crate::column::Civil")]
    pub from_day: Date,
    /// The last one.
    #[sqlx(try_from = "crate::column::Civil")]
    pub until_day: Date,
}

impl Leave {
    /// As the rules know it.
    #[must_use]
    pub fn pause(&self) -> Pause {
        Pause {
            from: self.from_day,
            until: Some(self.until_day),
        }
    }
}

/// Keeps a leave that is over.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer.
pub async fn keep(tx: &mut Tx, customer_id: i64, from: Date, until: Date, now: Timestamp) -> Result<()> {
    sql!(
        tx,
        execute,
        "INSERT INTO leaves (customer_id, from_day, until_day, created_at) VALUES ($1, $2, $3, $4)",
        customer_id,
        from.held(),
        until.held(),
        now.held()
    )?;
    Ok(())
}

/// The leaves that ended on `since` or later, of the customers from `first` to `last` by id, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn since(tx: &mut Tx, first: i64, last: i64, since: Date) -> Result<Vec<Leave>> {
    sql!(
        tx,
        fetch_all::<Leave>,
        "SELECT customer_id, from_day, until_day FROM leaves WHERE customer_id >= $1 AND customer_id <= $2
         AND until_day >= $3 ORDER BY customer_id, from_day, id",
        first,
        last,
        since.held()
    )
}
