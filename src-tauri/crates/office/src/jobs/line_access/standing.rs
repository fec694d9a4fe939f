//! Where a customer stands once the router said so, and the event and log entry that follow from it.

use billing::access::Reason as Why;
use billing::{Access, CustomerStatus};
use jiff::civil::Date;
use serde_json::json;
use store::Tx;
use store::customers::{Customer, Standing};
use store::routers::Router;

use crate::access::{self, Judged};
use crate::error::{Result, Sentence};
use crate::events::{self, Event};
use crate::logs::{self, Entry, Origin};
use crate::network::Carried;
use crate::office::Call;

/// Where the customers of a piece stand now, and what happened to them: written at once, since a statement for each line
/// would take longer than the router does.
#[derive(Default)]
pub(super) struct Stood {
    standings: Vec<(i64, Standing)>,
    events: Vec<(Origin, Event)>,
}

impl Stood {
    /// Writes down where they stand.
    pub(super) async fn stand(&self, tx: &mut Tx, call: &Call<'_>) -> Result<()> {
        let standings: Vec<_> = self.standings.iter().map(|(id, it)| (*id, it)).collect();
        store::customers::set_standings(tx, &standings, call.now).await?;
        Ok(())
    }

    /// Records what happened to them, last of all: from there on transactions wait for one another.
    pub(super) async fn tell(self, tx: &mut Tx, call: &Call<'_>) -> Result<()> {
        if !self.events.is_empty() {
            events::record_each(tx, call, &self.events).await?;
        }
        Ok(())
    }
}

/// Says where the customer stands now that the router said so, and the event that follows from it.
pub(super) async fn stand(
    tx: &mut Tx,
    call: &Call<'_>,
    stood: &mut Stood,
    judged: &Judged,
    wish: Access,
    (carried, resumes): (&Carried, bool),
    router: Option<&Router>,
) -> Result<()> {
    let customer = &judged.customer;
    let reason = access::decisive(judged);
    let evidence = evidence(carried, router);
    for warning in &carried.warnings {
        let entry = Entry::skipped("access_warning", warning.sentence.clone())
            .about("customer", customer.id, &customer.details.name)
            .detail(json!({ "code": warning.code }));
        logs::record(tx, call, entry).await?;
    }
    let before = customer.standing.status;
    let after = status_after(before, wish, judged);
    stood
        .standings
        .extend(new_standing(customer, after, wish, &reason).map(|standing| (customer.id, standing)));
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
    match happened((customer, judged.on), (before, after), wish, reason, evidence) {
        Happened::Event(event) => stood.events.push((Origin::of(call), event)),
        Happened::Act(entry) => logs::record(tx, call, entry).await?,
    }
    Ok(())
}

/// Why nothing was sent of the line of a customer who has ended.
pub(super) fn not_there() -> Sentence {
    Sentence::new(
        "Jalurnya sudah tidak ada di router, jadi tidak ada yang perlu ditutup.",
        "The line is not on the router any more, so there was nothing to close.",
    )
}

/// Says where a customer stands who has ended and whose line the router has not got.
pub(super) async fn gone(tx: &mut Tx, call: &Call<'_>, stood: &mut Stood, judged: &Judged) -> Result<()> {
    let customer = &judged.customer;
    let before = customer.standing.status;
    let after = status_after(before, Access::Closed, judged);
    let reason = access::decisive(judged);
    stood.standings.extend(
        new_standing(customer, after, Access::Closed, &reason).map(|standing| (customer.id, standing)),
    );
    if after == CustomerStatus::Terminated && before != after {
        crate::customers::ended_on_router(tx, call, customer).await?;
    }
    let entry =
        Entry::done(act(Access::Closed), not_there()).about("customer", customer.id, &customer.details.name);
    logs::record(tx, call, entry).await
}

/// What the router was told and said.
fn evidence(carried: &Carried, router: Option<&Router>) -> serde_json::Value {
    json!({
        "router": router.map(|router| router.details.name.as_str()),
        "before": carried.before,
        "after": carried.after,
        "sessions_dropped": carried.dropped,
        "warnings": carried.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(),
    })
}

/// Tells the log of what was done to a line although its verdict turned meanwhile: it is brought where it belongs next.
pub(super) async fn turned(
    tx: &mut Tx,
    call: &Call<'_>,
    judged: &Judged,
    wish: Access,
    carried: &Carried,
    router: Option<&Router>,
) -> Result<()> {
    if !carried.changed() && carried.dropped == 0 {
        return Ok(());
    }
    let customer = &judged.customer;
    let message = match wish {
        Access::Closed => Sentence::new(
            "Jalur sempat ditutup; sementara itu keadaannya berubah, jadi dibuka lagi.",
            "The line was closed; what it was closed for changed meanwhile, so it is opened again.",
        ),
        Access::Open => Sentence::new(
            "Jalur sempat dibuka; sementara itu keadaannya berubah, jadi ditutup lagi.",
            "The line was opened; what it was opened for changed meanwhile, so it is closed again.",
        ),
    };
    let entry = Entry::done(act(wish), message)
        .about("customer", customer.id, &customer.details.name)
        .detail(evidence(carried, router));
    logs::record(tx, call, entry).await
}

/// What the log says of a line that got the profile of its package.
pub(in crate::jobs) const PROFILE_CHANGED: (&str, &str) = (
    "Profil paket diganti di router",
    "The package's profile was set on the router",
);

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
    let entry = Entry::done("line_profile_changed", PROFILE_CHANGED)
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
        (Access::Closed, S::Active | S::Isolated | S::Suspended, Some(Why::Terminated { .. })) => {
            S::Terminated
        }
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
    reason: &Sentence,
) -> Result<()> {
    if let Some(standing) = new_standing(customer, status, access, reason) {
        store::customers::set_standing(tx, customer.id, &standing, call.now).await?;
    }
    Ok(())
}

/// Where a customer stands now; `None` for one who stands there already.
fn new_standing(
    customer: &Customer,
    status: CustomerStatus,
    access: Access,
    reason: &Sentence,
) -> Option<Standing> {
    let isolation_reason = (access == Access::Closed).then(|| reason.held());
    let standing = Standing {
        status,
        isolation_reason,
        ..customer.standing.clone()
    };
    Some(standing).filter(|standing| *standing != customer.standing)
}

/// What it is that a line, as it was judged on a day, was closed or opened: an event where the customer is one whom that
/// concerns, to be recorded last; else the log is told.
pub(in crate::jobs) async fn access_changed(
    tx: &mut Tx,
    call: &Call<'_>,
    judged: (&Customer, Date),
    statuses: (CustomerStatus, CustomerStatus),
    access: Access,
    reason: Sentence,
    evidence: serde_json::Value,
) -> Result<Option<(Origin, Event)>> {
    match happened(judged, statuses, access, reason, evidence) {
        Happened::Event(event) => Ok(Some((Origin::of(call), event))),
        Happened::Act(entry) => {
            logs::record(tx, call, entry).await?;
            Ok(None)
        }
    }
}

/// What a change of a line is.
enum Happened {
    Event(Event),
    /// Of a customer whom it does not concern: only the log is told.
    Act(Entry),
}

fn happened(
    (customer, judged_on): (&Customer, Date),
    (before, after): (CustomerStatus, CustomerStatus),
    access: Access,
    reason: Sentence,
    evidence: serde_json::Value,
) -> Happened {
    let (customer_id, name) = (customer.id, customer.details.name.clone());
    match (access, after) {
        (Access::Closed, CustomerStatus::Isolated) if before != CustomerStatus::Isolated => {
            Happened::Event(Event::CustomerIsolated {
                customer_id,
                name,
                reason,
                judged_on,
                evidence,
            })
        }
        (Access::Open, CustomerStatus::Active) => Happened::Event(Event::CustomerAccessOpened {
            customer_id,
            name,
            reason,
            evidence,
        }),
        _ => Happened::Act(
            Entry::done(act(access), reason)
                .about("customer", customer_id, name)
                .detail(evidence),
        ),
    }
}
