//! What messages are written from, read at once for all of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use store::Tx;
use store::customers::Customer;
use store::invoices::Invoice;

use crate::access::{self, Day, Explained};
use crate::error::Result;
use crate::notify::closing_told;
use crate::office::Call;

/// What is to be known.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub customers: BTreeSet<i64>,
    pub invoices: BTreeSet<i64>,
    /// Lines, each with the day on which it is judged.
    pub lines: BTreeSet<(Date, i64)>,
    /// Openings: whose line, and the event.
    pub openings: BTreeSet<(i64, i64)>,
}

/// What is known.
pub(super) struct Known {
    customers: HashMap<i64, Customer>,
    invoices: HashMap<i64, Invoice>,
    lines: HashMap<(Date, i64), Explained>,
    unheard: HashSet<i64>,
}

impl Known {
    pub(super) async fn read(tx: &mut Tx, call: &Call<'_>, wanted: &Wanted) -> Result<Known> {
        let ids = |ids: &BTreeSet<i64>| ids.iter().copied().collect::<Vec<_>>();
        let customers = store::customers::find_many(tx, &ids(&wanted.customers)).await?;
        let invoices = store::invoices::find_many(tx, &ids(&wanted.invoices)).await?;
        let mut by_day: HashMap<Date, Vec<i64>> = HashMap::new();
        for &(day, id) in &wanted.lines {
            by_day.entry(day).or_default().push(id);
        }
        let mut lines = HashMap::new();
        for (day, ids) in by_day {
            let explained = access::explain_some(tx, call, &Day::on(call, day), &ids).await?;
            lines.extend(
                explained
                    .into_iter()
                    .map(|line| ((day, line.judged.customer.id), line)),
            );
        }
        Ok(Known {
            customers: customers.into_iter().map(|it| (it.id, it)).collect(),
            invoices: invoices.into_iter().map(|it| (it.id, it)).collect(),
            lines,
            unheard: closing_told::unheard(tx, call, &wanted.openings).await?,
        })
    }

    /// Whether an opening, by its event, ends a closing that nobody told the customer of.
    pub(super) fn is_unheard(&self, opening: Option<i64>) -> bool {
        opening.is_some_and(|event| self.unheard.contains(&event))
    }

    pub(super) fn customer(&self, id: i64) -> Option<&Customer> {
        self.customers.get(&id)
    }

    pub(super) fn invoice(&self, id: i64) -> Option<&Invoice> {
        self.invoices.get(&id)
    }

    /// The words about a line as it was judged on this day.
    pub(super) fn line(&self, day: Date, customer_id: i64) -> Option<&Explained> {
        self.lines.get(&(day, customer_id))
    }
}
