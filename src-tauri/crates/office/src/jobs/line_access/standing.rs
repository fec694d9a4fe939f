//! Where a customer stands once the router said so, and the event and log entry that follow from it.

use billing::access::Reason as Why;
use billing::{Access, CustomerStatus};
use jiff::civil::Date;
use serde_json::json;
use store::Tx;
use store::customers::{Customer, Standing};
use store::routers::Router;

use crate::access::{self, Judged};
use crate::error::Result;
use crate::events::{self, Event};
use crate::logs::{self, Entry};
use crate::network::Carried;
use crate::office::Call;

/// Writes where the customer stands now that the router said so, with the event that follows from it.
pub(super) async fn stand(
    tx: &mut Tx,
    call: &Call<'_>,
    judged: &Judged,
    wish: Access,
    (carried, resumes): (&Carried, bool),
    router: Option<&Router>,
) -> Result<()> {
    let customer = &judged.customer;
    let reason = access::decisive(judged).id;
    let evidence = json!({
        "router": router.map(|router| router.details.name.as_str()),
        "before": carried.before,
        "after": carried.after,
        "sessions_dropped": carried.dropped,
        "warnings": carried.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(),
    });
    for warning in &carried.warnings {
        let entry = Entry::skipped("access_warning", warning.sentence.id.clone())
            .about("customer", customer.id, &customer.details.name)
            .detail(json!({ "code": warning.code }));
        logs::record(tx, call, entry).await?;
    }
    let before = customer.standing.status;
    let after = status_after(before, wish, judged);
    record_standing(tx, call, customer, after, wish, &reason).await?;
    if after == CustomerStatus::Terminated && before != after {
        crate::customers::ended_on_router(tx, call, customer).await?;
    }
    if after == before && !carried.changed() && carried.dropped == 0 {
        if !resumes {
            return Ok(());
        }
        // A try that was cut off did it and could not say so: the log is told, the customer is where they were.
        let entry = Entry::done(act(wish), reason)
            .about("customer", customer.id, &customer.details.name)
            .detail(evidence);
        return logs::record(tx, call, entry).await;
    }
    record_access(
        tx,
        call,
        (customer, judged.on),
        (before, after),
        wish,
        reason,
        evidence,
    )
    .await
}

/// Records that an open line got the profile of its package. The customer was served before and after, so nobody is told.
pub(super) async fn profile_changed(
    tx: &mut Tx,
    call: &Call<'_>,
    judged: &Judged,
    planned_on: Option<&serde_json::Value>,
    carried: &Carried,
) -> Result<()> {
    let customer = &judged.customer;
    // After a try that was cut off the router says from the beginning what it was told.
    let before = planned_on.cloned().unwrap_or_else(|| json!(carried.before));
    let entry = Entry::done("line_profile_changed", "Profil paket diganti di router")
        .about("customer", customer.id, &customer.details.name)
        .detail(json!({
            "before": before, "after": carried.after, "sessions_dropped": carried.dropped,
        }));
    logs::record(tx, call, entry).await
}

/// What the log calls it.
fn act(access: Access) -> &'static str {
    match access {
        Access::Closed => "isolation_executed",
        Access::Open => "isolation_opened",
    }
}

/// Where a customer stands once the router said what was wanted of it.
fn status_after(before: CustomerStatus, wish: Access, judged: &Judged) -> CustomerStatus {
    use CustomerStatus as S;
    match (wish, before, judged.verdict.reasons.first()) {
        (Access::Open, S::Isolated | S::Suspended, _) => S::Active,
        (Access::Closed, S::Active | S::Isolated, Some(Why::Paused { .. })) => S::Suspended,
        (Access::Closed, S::Active | S::Isolated, Some(Why::Terminated { .. })) => S::Terminated,
        (Access::Closed, S::Active, _) => S::Isolated,
        (_, before, _) => before,
    }
}

/// Writes a customer's status and the reason for which the line is closed.
pub(in crate::jobs) async fn record_standing(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    status: CustomerStatus,
    access: Access,
    reason: &str,
) -> Result<()> {
    let isolation_reason = (access == Access::Closed).then(|| reason.to_owned());
    let standing = Standing {
        status,
        isolation_reason,
        ..customer.standing.clone()
    };
    if standing != customer.standing {
        store::customers::set_standing(tx, customer.id, &standing, call.now).await?;
    }
    Ok(())
}

/// Records that a line, as it was judged on a day, was closed or opened: as an event where the customer is one whom that concerns, else in the log.
pub(in crate::jobs) async fn record_access(
    tx: &mut Tx,
    call: &Call<'_>,
    (customer, judged_on): (&Customer, Date),
    (before, after): (CustomerStatus, CustomerStatus),
    access: Access,
    reason: String,
    evidence: serde_json::Value,
) -> Result<()> {
    let (customer_id, name) = (customer.id, customer.details.name.clone());
    let event = match (access, after) {
        (Access::Closed, CustomerStatus::Isolated) if before != CustomerStatus::Isolated => {
            Event::CustomerIsolated {
                customer_id,
                name,
                reason,
                judged_on,
                evidence,
            }
        }
        (Access::Open, CustomerStatus::Active) => Event::CustomerAccessOpened {
            customer_id,
            name,
            reason,
            evidence,
        },
        _ => {
            let entry = Entry::done(act(access), reason)
                .about("customer", customer_id, name)
                .detail(evidence);
            return logs::record(tx, call, entry).await;
        }
    };
    events::record(tx, call, event).await?;
    Ok(())
}
