//! What was billed for days of service, less what was given back since, is what the served days are worth by the terms of the
//! charge: leaves and ends that were settled wrongly show here, though the books balance.

use std::collections::HashMap;

use billing::{Pause, Rupiah, ServiceSpan, unserved_days};
use jiff::civil::Date;

use super::{Check, MOST};
use crate::charges::Charge;
use crate::customers::Customer;
use crate::error::Result;
use crate::leaves;
use crate::transaction::{Tx, sql};

/// Customers that are looked at together.
const STRIDE: i64 = 500;

pub(super) async fn check(tx: &mut Tx) -> Result<Check> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let mut wrong = Vec::new();
    let mut after = 0_i64;
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
        let mut charges: HashMap<i64, Vec<Charge>> = HashMap::new();
        for charge in sql!(
            tx,
            fetch_all::<Charge>,
            "SELECT * FROM charges WHERE customer_id > $1 AND customer_id <= $2 AND voided_at IS NULL AND price IS NOT NULL
             AND ((kind IN ('subscription', 'proration') AND invoice_id IS NOT NULL) OR kind = 'difference')
             ORDER BY customer_id, id",
            after,
            last
        )? {
            charges.entry(charge.customer_id).or_default().push(charge);
        }
        let mut left: HashMap<i64, Vec<Pause>> = HashMap::new();
        for leave in leaves::since(tx, after.saturating_add(1), last, Date::MIN).await? {
            left.entry(leave.customer_id).or_default().push(leave.pause());
        }
        for customer in customers {
            let mut pauses = left.remove(&customer.id).unwrap_or_default();
            pauses.extend(customer.standing.pause());
            let charges = charges.remove(&customer.id).unwrap_or_default();
            for charge in &charges {
                wrong.extend(difference(&customer, charge, &charges, &pauses));
            }
        }
        after = last;
    }
    wrong.truncate(most);
    Ok(Check {
        name: "service_worth",
        wrong,
    })
}

fn difference(customer: &Customer, charge: &Charge, all: &[Charge], pauses: &[Pause]) -> Option<String> {
    let days_of =
        |span: ServiceSpan| span.days() - unserved_days(span, pauses, customer.standing.terminated_on);
    let served = days_of(charge.days()?);
    let terms = charge.settled_by(all, days_of).ok()??;
    let worth = terms.worth(served).ok()?.net().ok()?;
    let Rupiah(stands) = charge
        .amount
        .try_sub(charge.discount)
        .ok()?
        .try_sub(charge.returned)
        .ok()?;
    (stands != worth.0).then(|| {
        format!(
            "charge {} ({} {}) of {}: {stands} stands, its {served} served days are worth {}",
            charge.id,
            charge.kind.as_str(),
            charge.period,
            customer.details.customer_no,
            worth.0
        )
    })
}
