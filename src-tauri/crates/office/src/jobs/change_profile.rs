//! The job that brings a package change to the router: the secret of an open line gets the profile of the package that the
//! record has now, and the session that dialled with the old one is dropped, once. A closed line stays closed and gets
//! the new profile when it is opened. A queue, a lease or a hotspot user gets the rate or the profile at once.

use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::LineBook;
use crate::error::Result;
use crate::jobs::line_access::PROFILE_CHANGED;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::network::{self, Failure, Order, SecretChange, Session, Way, Wish};
use crate::office::Call;

/// Asks for a line to get the profile of its package.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, place: LineAt) -> Result<Option<i64>> {
    one_line::ask(tx, call, JobKind::ChangeProfile, place).await
}

/// The work of this job.
pub(super) struct ChangeProfile;

impl OneLine for ChangeProfile {
    const KIND: JobKind = JobKind::ChangeProfile;
    type Order = Order;

    async fn order(
        tx: &mut Tx,
        _: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> Result<Option<Order>, Failure> {
        let router_id = job.router_id.ok_or(Failure::NoRouter)?;
        if !one_line::is_here(job, customer) {
            return Ok(None);
        }
        let line = LineBook::of(tx, router_id).await?.line(customer);
        let is_named = !matches!(line.way, Way::Unnamed);
        Ok(is_named.then(|| Order {
            line,
            wish: Wish::OwnProfile,
            unfinished: one_line::was_tried(job),
        }))
    }

    async fn send(session: &Session, order: &Order) -> Result<Report, Failure> {
        let change = match order.line.way {
            Way::Pppoe { .. } => SecretChange::Unchanged,
            _ => network::change_entries(session, &order.line).await?,
        };
        // Of an entry without a profile this only tells what the router says of it.
        let carried = one_line::carried(session, order).await?;
        let detail = json!({
            "before": carried.before, "after": carried.after, "sessions_dropped": carried.dropped, "change": change,
        });
        let has_done = carried.changed() || carried.dropped > 0 || change != SecretChange::Unchanged;
        Ok(Report {
            entry: has_done.then_some(("line_profile_changed", PROFILE_CHANGED, detail)),
            said: Some(carried.after),
            observed: Some(carried.observed),
            ..Report::default()
        })
    }
}
