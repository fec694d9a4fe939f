//! What a router was last seen to say about a line. `desired` is what was last asked of it, `observed` what was read back;
//! from the moment before a router is told until it is read back that is unknown. While the two do not agree a change is
//! unfinished, and only a job completes it: the secret may be right while the session is still the old one (failures.md A3).
//! A mere look tells what stands there now and replaces what was seen before, but it completes nothing.

use std::collections::{HashMap, HashSet};

use billing::{Access, Observed};
use jiff::Timestamp;
use store::Tx;
use store::access::{LineAccess, Sight, Wish};

use crate::error::Result;
use crate::jobs;
use crate::network::Said;

/// The rows of these customers, by customer.
pub(crate) async fn rows(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, LineAccess>> {
    Ok(store::access::of_customers(tx, ids)
        .await?
        .into_iter()
        .map(|row| (row.customer_id, row))
        .collect())
}

/// Whether something was asked of the line that nobody read back, be it the same that is wanted now or the opposite: its
/// sessions may then carry one profile and its secret another.
pub(crate) fn is_unfinished(row: Option<&LineAccess>) -> bool {
    row.is_some_and(|row| row.unread || row.observed.agrees_with(row.desired) != Some(true))
}

/// Notes what is about to be sent. Also where the office wished for the same before: a change by hand that a job takes back
/// is cut off as easily as any other.
pub(crate) async fn begin(tx: &mut Tx, wishes: &[(i64, Access)]) -> Result<()> {
    Ok(store::access::begin(tx, &of(wishes)).await?)
}

/// Notes what is asked of a line, and leaves alone what was seen of it.
pub(crate) async fn ask(tx: &mut Tx, wishes: &[(i64, Access)]) -> Result<()> {
    Ok(store::access::desire(tx, &of(wishes)).await?)
}

/// In one order everywhere, so that two who write about the same lines never wait for each other.
fn of(wishes: &[(i64, Access)]) -> Vec<Wish> {
    let mut wishes: Vec<Wish> = wishes
        .iter()
        .map(|&(customer_id, desired)| Wish { customer_id, desired })
        .collect();
    wishes.sort_by_key(|wish| wish.customer_id);
    wishes
}

/// What was seen of one line.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub customer_id: i64,
    pub observed: Observed,
    pub said: Said,
}

/// Notes what was read back of what was asked.
pub(crate) async fn note(tx: &mut Tx, seen: &[Seen], now: Timestamp) -> Result<()> {
    let words = words(seen)?;
    Ok(store::access::observe(tx, &sights(seen, &words), now).await?)
}

/// Notes that nothing is known any more of lines that their router has not got now.
pub(crate) async fn forget(tx: &mut Tx, customers: &[i64], now: Timestamp) -> Result<()> {
    Ok(store::access::observe(tx, &of_nothing(customers), now).await?)
}

/// What somebody found on a router who only looked.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// The lines that the router has.
    pub seen: Vec<Seen>,
    /// Those that it has not got.
    pub missing: Vec<i64>,
}

/// Notes what a mere look at a router found. It replaces what was seen before, except for the seeming end of a change that
/// is under way.
pub(crate) async fn look(tx: &mut Tx, router_id: i64, found: Look, now: Timestamp) -> Result<()> {
    let ids: Vec<i64> = found.seen.iter().map(|seen| seen.customer_id).collect();
    let ids: Vec<i64> = ids.into_iter().chain(found.missing.iter().copied()).collect();
    let rows = rows(tx, &ids).await?;
    let changing = jobs::changing(tx, router_id).await?;
    let seen = notable(found.seen, &rows, &changing);
    let words = words(&seen)?;
    let mut sights = sights(&seen, &words);
    let is_new = |id: &i64| {
        rows.get(id)
            .is_none_or(|row| row.observed_at.is_none() || row.evidence.is_some())
    };
    let lost: Vec<i64> = found.missing.into_iter().filter(is_new).collect();
    sights.extend(of_nothing(&lost));
    sights.sort_by_key(|sight| sight.customer_id);
    Ok(store::access::look(tx, &sights, now).await?)
}

/// Of what a mere look found, what may be noted: everything but the seeming end of a change that is under way.
fn notable(seen: Vec<Seen>, rows: &HashMap<i64, LineAccess>, changing: &HashSet<i64>) -> Vec<Seen> {
    let seems_done = |seen: &Seen| {
        rows.get(&seen.customer_id).is_some_and(|row| {
            row.observed.agrees_with(row.desired) != Some(true)
                && seen.observed.agrees_with(row.desired) == Some(true)
        })
    };
    seen.into_iter()
        .filter(|seen| !(changing.contains(&seen.customer_id) && seems_done(seen)))
        .collect()
}

fn words(seen: &[Seen]) -> Result<Vec<String>> {
    let words = seen.iter().map(|seen| {
        serde_json::to_string(&seen.said).map_err(|error| store::Error::Unreadable(error.to_string()))
    });
    Ok(words.collect::<Result<_, store::Error>>()?)
}

fn sights<'a>(seen: &[Seen], words: &'a [String]) -> Vec<Sight<'a>> {
    let mut sights: Vec<Sight<'a>> = seen
        .iter()
        .zip(words)
        .map(|(seen, words)| Sight {
            customer_id: seen.customer_id,
            observed: seen.observed,
            evidence: Some(words),
        })
        .collect();
    sights.sort_by_key(|sight| sight.customer_id);
    sights
}

fn of_nothing(customers: &[i64]) -> Vec<Sight<'static>> {
    let nothing = |&customer_id: &i64| Sight {
        customer_id,
        observed: Observed::Unknown,
        evidence: None,
    };
    customers.iter().map(nothing).collect()
}

/// What the router said, in its own words.
pub(crate) fn said(row: Option<&LineAccess>) -> Option<Said> {
    row.and_then(|row| row.evidence.as_deref())
        .and_then(|words| serde_json::from_str(words).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(desired: Access, observed: Observed) -> LineAccess {
        LineAccess {
            customer_id: 1,
            desired,
            observed,
            observed_at: None,
            evidence: None,
            unread: false,
        }
    }

    #[test]
    fn a_change_that_nobody_read_back_is_unfinished_and_a_complete_one_is_not() {
        assert!(is_unfinished(Some(&row(Access::Open, Observed::Closed))));
        assert!(is_unfinished(Some(&row(Access::Closed, Observed::Unknown))));
        assert!(!is_unfinished(Some(&row(Access::Open, Observed::Open))));
        assert!(!is_unfinished(Some(&row(Access::Closed, Observed::Closed))));
        assert!(!is_unfinished(None));
    }

    #[test]
    fn a_look_does_not_complete_a_change_that_was_asked_and_not_read_back() {
        let looked_at = LineAccess {
            unread: true,
            ..row(Access::Open, Observed::Open)
        };
        assert!(is_unfinished(Some(&looked_at)));
    }

    #[test]
    fn a_look_replaces_what_was_seen_unless_it_seems_to_end_a_change_that_is_under_way() {
        let rows = HashMap::from([(1, row(Access::Open, Observed::Closed))]);
        let (nobody, us) = (HashSet::new(), HashSet::from([1]));
        let look = |observed| {
            vec![Seen {
                customer_id: 1,
                observed,
                said: Said::Hotspot {
                    disabled: observed == Observed::Closed,
                    marked: None,
                },
            }]
        };
        assert!(
            notable(look(Observed::Open), &rows, &us).is_empty(),
            "the session may still be the isolated one"
        );
        assert_eq!(notable(look(Observed::Closed), &rows, &us).len(), 1);
        assert_eq!(notable(look(Observed::Open), &rows, &nobody).len(), 1);
        assert_eq!(notable(look(Observed::Open), &HashMap::new(), &us).len(), 1);
    }
}
