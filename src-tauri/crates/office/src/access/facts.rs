//! What the verdict is taken from, gathered from the database: for one customer, for some, or for everybody with a few
//! queries and no more than a stride of customers in memory. The verdict itself is `billing`'s; nothing here decides.

use std::collections::HashMap;

use billing::access::{self, AccessPolicy, LineFacts, OverrideInForce, OwedInvoice, Reason, Verdict};
use billing::{Access, Rupiah};
use jiff::Timestamp;
use jiff::civil::Date;
use store::Tx;
use store::customers::Customer;
use store::invoices::Unpaid;
use store::overrides::Override;

use crate::error::Result;
use crate::office::Call;
use crate::settings::Settings;

/// Customers that are held in memory at once.
const STRIDE: i64 = 1_000;

/// The day that is judged by, with the office's rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    pub today: Date,
    pub now: Timestamp,
    pub policy: AccessPolicy,
}

impl Day {
    /// The day of a call.
    pub(crate) fn of(call: &Call<'_>) -> Day {
        Day::on(call, call.today)
    }

    /// Another civil day: `--as-of`, or the day that a plan was made for.
    pub(crate) fn on(call: &Call<'_>, today: Date) -> Day {
        Day {
            today,
            now: call.now,
            policy: policy(&call.settings),
        }
    }
}

fn policy(settings: &Settings) -> AccessPolicy {
    AccessPolicy {
        grace_days: settings.billing_grace_days,
        min_overdue_invoices: settings.isolation_min_overdue_invoices,
        tolerance: settings.billing_tolerance,
    }
}

/// A customer with the verdict and what it was taken from.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// The day that the verdict is for.
    pub on: Date,
    pub customer: Customer,
    pub verdict: Verdict,
    /// What the payer owes and is late with, the oldest first.
    pub owed: Vec<Unpaid>,
    pub overridden: Option<Override>,
}

impl Judged {
    pub(crate) fn desired(&self) -> Access {
        self.verdict.access
    }

    /// Whether the line is to be closed for a bill, which goes only through a plan, rather than by somebody's word.
    pub(crate) fn closes_for_a_bill(&self) -> bool {
        let for_a_bill = matches!(self.verdict.reasons.first(), Some(Reason::Overdue { .. }));
        self.desired() == Access::Closed && for_a_bill
    }

    /// The number of an invoice that a reason names.
    pub(crate) fn number(&self, invoice_id: i64) -> &str {
        self.owed
            .iter()
            .find(|owed| owed.id == invoice_id)
            .map_or("", |owed| owed.number.as_str())
    }
}

/// Judges one customer.
pub(crate) async fn judge(tx: &mut Tx, day: &Day, customer_id: i64) -> Result<Option<Judged>> {
    Ok(judge_some(tx, day, &[customer_id]).await?.pop())
}

/// What the ledger alone says of a line: whatever a person's word is, it is not heard.
pub(crate) async fn ledger(tx: &mut Tx, day: &Day, customer_id: i64) -> Result<Option<Verdict>> {
    let judged = judge(tx, day, customer_id).await?;
    Ok(judged.map(|judged| verdict(&judged.customer, &judged.owed, None, day)))
}

/// Judges these customers, by id.
pub(crate) async fn judge_some(tx: &mut Tx, day: &Day, ids: &[i64]) -> Result<Vec<Judged>> {
    let customers = store::customers::find_many(tx, ids).await?;
    let mut payers: Vec<i64> = customers.iter().map(payer).collect();
    payers.sort_unstable();
    payers.dedup();
    let owed = by_payer(store::invoices::unpaid_of_some(tx, &payers, day.today).await?);
    let overrides = store::overrides::of_customers(tx, ids, day.today).await?;
    let overrides = overrides.into_iter().map(|it| (it.customer_id, it)).collect();
    Ok(customers
        .into_iter()
        .map(|customer| judged(customer, &owed, &overrides, day))
        .collect())
}

/// Judges everybody who is not terminated and keeps those that `keep` wants, by id.
pub(crate) async fn judge_all(
    tx: &mut Tx,
    day: &Day,
    mut keep: impl FnMut(&Judged) -> bool,
) -> Result<Vec<Judged>> {
    let owed = by_payer(store::invoices::unpaid_of_all(tx, day.today).await?);
    let overrides: HashMap<i64, Override> = store::overrides::all_in_force(tx, day.today)
        .await?
        .into_iter()
        .map(|it| (it.customer_id, it))
        .collect();
    let mut kept = Vec::new();
    let mut last = 0;
    loop {
        let stride = store::customers::after(tx, last, STRIDE).await?;
        let Some(end) = stride.last() else { return Ok(kept) };
        last = end.id;
        let judged = stride
            .into_iter()
            .map(|customer| judged(customer, &owed, &overrides, day));
        kept.extend(judged.filter(|judged| keep(judged)));
    }
}

/// Whose invoices decide about a line.
fn payer(customer: &Customer) -> i64 {
    customer.details.payer_id.unwrap_or(customer.id)
}

fn by_payer(owed: Vec<Unpaid>) -> HashMap<i64, Vec<Unpaid>> {
    let mut map: HashMap<i64, Vec<Unpaid>> = HashMap::new();
    for invoice in owed {
        map.entry(invoice.customer_id).or_default().push(invoice);
    }
    map
}

fn judged(
    customer: Customer,
    owed: &HashMap<i64, Vec<Unpaid>>,
    overrides: &HashMap<i64, Override>,
    day: &Day,
) -> Judged {
    let owed = owed.get(&payer(&customer)).cloned().unwrap_or_default();
    let overridden = overrides.get(&customer.id).cloned();
    let verdict = verdict(&customer, &owed, overridden.as_ref(), day);
    Judged {
        on: day.today,
        customer,
        verdict,
        owed,
        overridden,
    }
}

fn verdict(customer: &Customer, owed: &[Unpaid], overridden: Option<&Override>, day: &Day) -> Verdict {
    let overridden = overridden.map(|word| OverrideInForce {
        verdict: word.verdict,
        reason: word.reason.clone(),
        until: word.until,
    });
    let standing = &customer.standing;
    let facts = LineFacts {
        status: standing.status,
        exempt: customer.details.exempt,
        payment_behavior: customer.details.payment_behavior,
        rapel_months: u32::try_from(customer.details.rapel_months).unwrap_or(0),
        pause: standing.pause(),
        terminated_on: standing.terminated_on,
        overridden: overridden.as_ref(),
    };
    let invoices: Vec<OwedInvoice> = owed
        .iter()
        .map(|invoice| OwedInvoice {
            invoice_id: invoice.id,
            due_date: invoice.due_date,
            paid: invoice
                .total
                .checked_sub(invoice.remaining)
                .unwrap_or(Rupiah::ZERO),
            remaining: invoice.remaining,
            shield: None,
        })
        .collect();
    access::verdict(&facts, &invoices, &day.policy, day.today, day.now)
}
