//! What a run is to bill: what has come last, a month, or some days of some lines once more.

use std::collections::{HashMap, HashSet};

use billing::{BillingDay, Period};
use jiff::civil::Date;
use store::customers::Customer;

use crate::error::{Error, Result};

/// Which period of a line is billed.
pub(super) enum Wanted {
    /// The one that has come last.
    Due,
    /// This one.
    Month(Period),
    /// These lines and no others, each for days that are free again.
    Again {
        lines: HashMap<i64, Stretch>,
        /// Charges that waited before: they go with the next month, and not with what is billed again.
        waited: HashSet<i64>,
    },
}

/// Days of a line that are to be billed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// The period that names them.
    pub period: Period,
    /// The day on which that began: the line may have another billing day by now.
    pub billing_day: BillingDay,
    /// Of several stretches that nothing has charged, the first that reaches this day or beyond.
    pub since: Option<Date>,
    /// Whether they are billed in the place of a bill that is void.
    pub is_in_place: bool,
}

impl Wanted {
    /// Whether this line is billed at all.
    pub(super) fn takes(&self, line: i64) -> bool {
        match self {
            Wanted::Due | Wanted::Month(_) => true,
            Wanted::Again { lines, .. } => lines.contains_key(&line),
        }
    }

    /// The period that is asked for of a line.
    pub(super) fn of(&self, line: i64) -> Option<Period> {
        match self {
            Wanted::Due => None,
            Wanted::Month(period) => Some(*period),
            Wanted::Again { lines, .. } => lines.get(&line).map(|stretch| stretch.period),
        }
    }

    /// From which day on, where that is said.
    pub(super) fn since(&self, line: i64) -> Option<Date> {
        match self {
            Wanted::Due | Wanted::Month(_) => None,
            Wanted::Again { lines, .. } => lines.get(&line)?.since,
        }
    }

    /// Whether a bill takes the place of a void one.
    pub(super) fn is_in_place(&self, line: i64) -> bool {
        match self {
            Wanted::Due | Wanted::Month(_) => false,
            Wanted::Again { lines, .. } => lines.get(&line).is_some_and(|stretch| stretch.is_in_place),
        }
    }

    /// The day on which a line's periods begin, as far as they are billed here.
    pub(super) fn billing_day(&self, line: &Customer) -> Result<BillingDay> {
        match self {
            Wanted::Again { lines, .. } if let Some(stretch) = lines.get(&line.id) => Ok(stretch.billing_day),
            _ => BillingDay::new(line.details.billing_day).map_err(Error::fault),
        }
    }

    /// Whether a waiting charge goes along.
    pub(super) fn takes_charge(&self, charge: i64) -> bool {
        match self {
            Wanted::Due | Wanted::Month(_) => true,
            Wanted::Again { waited, .. } => !waited.contains(&charge),
        }
    }

    /// Service before this day matters to none of the periods in question: two months back are enough
    /// ([`billing::BilledLine`]), for a line that has ended as for one that goes on.
    pub(super) fn ended_since(&self, today: Date) -> Date {
        let earliest = match self {
            Wanted::Due => None,
            Wanted::Month(period) => Some(*period),
            Wanted::Again { lines, .. } => lines.values().map(|stretch| stretch.period).min(),
        };
        let about = earliest.unwrap_or_else(|| Period::of(today));
        about.previous().previous().first_day()
    }
}
