//! What a router was last seen to say about a line. `desired` is what was last asked of it, `observed` what was read back:
//! while the two differ a change is unfinished, and only the job that asked completes it. A mere look never does, since
//! the secret may be right while the session is still the old one (failures.md A3).

use std::collections::HashMap;

use billing::{Access, Observed};
use jiff::Timestamp;
use store::Tx;
use store::access::{LineAccess, Sight, Wish};

use crate::error::Result;
use crate::network::Said;

/// The rows of these customers, by customer.
pub(crate) async fn rows(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, LineAccess>> {
    Ok(store::access::of_customers(tx, ids)
        .await?
        .into_iter()
        .map(|row| (row.customer_id, row))
        .collect())
}

/// Whether an earlier try asked for the same and nobody read back that it came about.
pub(crate) fn is_unfinished(row: Option<&LineAccess>, wish: Access) -> bool {
    row.is_some_and(|row| row.desired == wish && row.observed.agrees_with(wish) != Some(true))
}

/// Notes what is about to be asked, before it is sent.
pub(crate) async fn ask(tx: &mut Tx, wishes: &[(i64, Access)]) -> Result<()> {
    let wishes: Vec<Wish> = wishes
        .iter()
        .map(|&(customer_id, desired)| Wish { customer_id, desired })
        .collect();
    Ok(store::access::desire(tx, &wishes).await?)
}

/// What was seen of one line.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub customer_id: i64,
    pub observed: Observed,
    pub said: Said,
}

/// Notes what was read back.
pub(crate) async fn note(tx: &mut Tx, seen: &[Seen], now: Timestamp) -> Result<()> {
    let words: Vec<String> = seen
        .iter()
        .map(|seen| {
            serde_json::to_string(&seen.said).map_err(|error| store::Error::Unreadable(error.to_string()))
        })
        .collect::<Result<_, store::Error>>()?;
    let sights: Vec<Sight<'_>> = seen
        .iter()
        .zip(&words)
        .map(|(seen, words)| Sight {
            customer_id: seen.customer_id,
            observed: seen.observed,
            evidence: Some(words),
        })
        .collect();
    Ok(store::access::observe(tx, &sights, now).await?)
}

/// Of what a mere look found, what may be noted: everything but the seeming end of a change that is under way.
pub(crate) fn notable(seen: Vec<Seen>, rows: &HashMap<i64, LineAccess>) -> Vec<Seen> {
    seen.into_iter()
        .filter(|seen| {
            rows.get(&seen.customer_id).is_none_or(|row| {
                row.observed.agrees_with(row.desired) == Some(true)
                    || seen.observed.agrees_with(row.desired) != Some(true)
            })
        })
        .collect()
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
        }
    }

    #[test]
    fn a_change_that_nobody_read_back_is_unfinished_and_a_complete_one_is_not() {
        assert!(is_unfinished(
            Some(&row(Access::Open, Observed::Closed)),
            Access::Open
        ));
        assert!(!is_unfinished(
            Some(&row(Access::Open, Observed::Open)),
            Access::Open
        ));
        assert!(
            !is_unfinished(Some(&row(Access::Closed, Observed::Closed)), Access::Open),
            "another wish"
        );
        assert!(!is_unfinished(None, Access::Open));
    }

    #[test]
    fn a_look_does_not_complete_a_change_that_is_under_way() {
        let rows = HashMap::from([(1, row(Access::Open, Observed::Closed))]);
        let look = |observed| {
            vec![Seen {
                customer_id: 1,
                observed,
                said: Said::Arp {
                    disabled: observed == Observed::Closed,
                },
            }]
        };
        assert!(
            notable(look(Observed::Open), &rows).is_empty(),
            "the session may still be the isolated one"
        );
        assert_eq!(notable(look(Observed::Closed), &rows).len(), 1);
        assert_eq!(notable(look(Observed::Open), &HashMap::new()).len(), 1);
    }
}
