//! The words by which customers are found, made again from each row. A customer without any is one whose data was erased
//! or withdrawn, which only a terminated one can be.

use std::collections::{BTreeMap, BTreeSet};

use billing::CustomerStatus;

use super::{Check, MOST};
use crate::customers::{Customer, words_of};
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// Customers that are looked at together.
const STRIDE: i64 = 500;

pub(super) async fn check(tx: &mut Tx) -> Result<Check> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let mut wrong = Vec::new();
    let mut after = 0;
    while wrong.len() < most {
        let customers = sql!(
            tx,
            fetch_all::<Customer>,
            "SELECT * FROM customers WHERE id > $1 ORDER BY id LIMIT $2",
            after,
            STRIDE
        )?;
        let Some(last) = customers.last().map(|customer| customer.id) else {
            break;
        };
        let rows = sql!(
            tx,
            fetch_all::<(i64, String)>,
            "SELECT customer_id, word FROM customer_words WHERE customer_id > $1 AND customer_id <= $2",
            after,
            last
        )?;
        let mut kept: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        for (customer_id, word) in rows {
            kept.entry(customer_id).or_default().insert(word);
        }
        for customer in &customers {
            wrong.extend(difference(
                customer,
                kept.remove(&customer.id).unwrap_or_default(),
            ));
        }
        after = last;
    }
    wrong.truncate(most);
    Ok(Check {
        name: "search_words",
        wrong,
    })
}

fn difference(customer: &Customer, kept: BTreeSet<String>) -> Option<String> {
    if kept.is_empty() && customer.standing.status == CustomerStatus::Terminated {
        return None;
    }
    let made = words_of(&customer.details);
    let listed = |words: Vec<&String>| words.into_iter().cloned().collect::<Vec<_>>().join(" ");
    let (missing, strange) = (
        listed(made.difference(&kept).collect()),
        listed(kept.difference(&made).collect()),
    );
    if missing.is_empty() && strange.is_empty() {
        return None;
    }
    let mut sentence = format!("customer {}:", customer.details.customer_no);
    if !missing.is_empty() {
        sentence = format!("{sentence} not found by [{missing}]");
    }
    if !strange.is_empty() {
        sentence = format!("{sentence} found by [{strange}], which it has not");
    }
    Some(sentence)
}
