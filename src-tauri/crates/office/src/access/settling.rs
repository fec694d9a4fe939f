//! Asking for a line to be brought where the rules want it: after a payment, after an edit, after a person's word. The
//! question is written in the transaction of its cause; the job asks the database again when it runs.

use billing::{Access, CustomerStatus, Observed};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use crate::access::facts::{self, Day};
use crate::access::seen;
use crate::error::{Error, Result};
use crate::jobs::{self, JobKind};
use crate::office::Call;

/// What a line should be and what its router was last seen to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineAccess {
    /// What the rules want now.
    pub desired: Access,
    /// What the router was last seen to say.
    pub observed: Observed,
    /// When, epoch milliseconds.
    pub observed_at: Option<i64>,
    /// The job that is on its way to bring the line where it should be.
    pub job_id: Option<i64>,
}

/// What a line should be, and what its router was last seen to say.
///
/// # Errors
/// `not_found`, or when the database cannot be read.
pub async fn line_access(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<LineAccess> {
    let judged = facts::judge(tx, &Day::of(call), customer_id).await?;
    let judged = judged.ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
    let row = store::access::find(tx, customer_id).await?;
    let job = store::jobs::pending(tx, &jobs::access_key(customer_id)).await?;
    Ok(LineAccess {
        desired: judged.desired(),
        observed: row.as_ref().map_or(Observed::Unknown, |row| row.observed),
        observed_at: row.and_then(|row| row.observed_at).map(|at| at.as_millisecond()),
        job_id: job.map(|job| job.id),
    })
}

/// Called inside a payment's transaction, after the money was booked: asks for every line that the customer pays for to be
/// opened, if the verdict now says open while the line is closed, or is about to be. Gives the job of the customer's own
/// line. Rp 1 opens nothing, since it does not change the verdict (failures.md A13).
///
/// # Errors
/// When the database cannot be read or written.
pub async fn check_auto_open(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<Option<i64>> {
    // A line that came closed from another system stays so only as long as its brought debt does.
    crate::importing::release_settled(tx, call, customer_id).await?;
    let mut ids = vec![customer_id];
    ids.extend(
        store::customers::having_payer(tx, customer_id)
            .await?
            .into_iter()
            .map(|customer| customer.id),
    );
    let rows = seen::rows(tx, &ids).await?;
    let mut own = None;
    for judged in facts::judge_some(tx, &Day::of(call), &ids).await? {
        let customer = &judged.customer;
        let closed = customer.standing.status == CustomerStatus::Isolated
            || rows
                .get(&customer.id)
                .is_some_and(|row| row.observed == Observed::Closed || row.desired == Access::Closed);
        let pending = store::jobs::pending(tx, &jobs::access_key(customer.id)).await?;
        let Some(router_id) = customer.details.router_id else {
            continue;
        };
        if judged.desired() != Access::Open || !(closed || pending.is_some()) {
            continue;
        }
        let job = jobs::enqueue_access(tx, call, JobKind::OpenAccess, customer.id, router_id).await?;
        if customer.id == customer_id {
            own = job;
        }
    }
    Ok(own)
}

/// Asks for a line to be brought where the rules want it, for instance after an edit of its package, its pause or its
/// end. A line without a router is nobody's to change. It closes for what a person decided; closing for an overdue bill
/// is a plan's business.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn enqueue_settle(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<Option<i64>> {
    let Some(judged) = facts::judge(tx, &Day::of(call), customer_id).await? else {
        return Ok(None);
    };
    let Some(router_id) = judged.customer.details.router_id else {
        return Ok(None);
    };
    let kind = match judged.desired() {
        Access::Open => JobKind::OpenAccess,
        Access::Closed => JobKind::Access,
    };
    jobs::enqueue_access(tx, call, kind, customer_id, router_id).await
}
