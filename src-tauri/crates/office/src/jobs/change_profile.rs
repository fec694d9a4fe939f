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
use crate::jobs::{paced, plan_line};
use crate::network::{self, Failure, Mended, Order, Pace, SecretChange, Session, Way, Wish};
use crate::office::Call;

/// Asks for a line to get the profile of its package.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, place: LineAt) -> Result<Option<i64>> {
    one_line::ask(tx, call, JobKind::ChangeProfile, place).await
}

/// Asks for the same of many lines, whose customers are locked, since their package changed.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn enqueue_all(tx: &mut Tx, call: &Call<'_>, lines: &[LineAt]) -> Result<()> {
    one_line::ask_all(tx, call, JobKind::ChangeProfile, lines).await
}

/// Asks for the queue, the lease or the hotspot user of a line to get what its package has, as the line of a plan.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue_limit(
    tx: &mut Tx,
    call: &Call<'_>,
    place: LineAt,
    plan_line: i64,
) -> Result<Option<i64>> {
    one_line::ask_for_plan(tx, call, JobKind::ChangeProfile, place, plan_line).await
}

/// The key of the job that [`enqueue_limit`] asks for.
pub(crate) fn limit_key(place: LineAt, plan_line: i64) -> String {
    one_line::key_for_plan(JobKind::ChangeProfile, place, plan_line)
}

/// What a line is to have.
pub(super) struct NewProfile {
    order: Order,
    /// Of a plan's line what it had when that was planned: somebody who changed it since knew better.
    seen: Option<Pace>,
}

/// The work of this job.
pub(super) struct ChangeProfile;

impl OneLine for ChangeProfile {
    const KIND: JobKind = JobKind::ChangeProfile;
    type Order = NewProfile;

    async fn order(
        tx: &mut Tx,
        _: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> Result<Option<NewProfile>, Failure> {
        let router_id = job.router_id.ok_or(Failure::NoRouter)?;
        if !one_line::is_here(job, customer) {
            return Ok(None);
        }
        let seen = match plan_line::of(job) {
            None => None,
            Some(id) => match plan_line::open(tx, id).await? {
                Some(planned) => Some(paced::read(planned.before.as_ref())?),
                None => return Ok(None),
            },
        };
        let line = LineBook::of(tx, router_id).await?.line(customer);
        let is_named = !matches!(line.way, Way::Unnamed);
        Ok(is_named.then(|| NewProfile {
            order: Order::new(line, Wish::OwnProfile, one_line::was_tried(job)),
            seen,
        }))
    }

    async fn send(session: &Session, NewProfile { order, seen }: &NewProfile) -> Result<Report, Failure> {
        if let Some(seen) = seen {
            return mend(session, order, seen).await;
        }
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

/// Gives a line of a plan what its package has, where it still has what it had then.
async fn mend(session: &Session, order: &Order, seen: &Pace) -> Result<Report, Failure> {
    let mended = network::mend_pace(session, &order.line, seen, order.unfinished).await?;
    let carried = one_line::carried(session, order).await?;
    let report = Report {
        said: Some(carried.after),
        observed: Some(carried.observed),
        ..Report::default()
    };
    Ok(match mended {
        Mended::Right => report,
        Mended::Left(now) => Report {
            kept: Some(paced::changed_by_hand(now.as_ref())),
            ..report
        },
        Mended::Changed(before) => {
            let after = Pace::wanted(&order.line);
            let detail = json!({ "before": before, "after": after });
            Report {
                entry: Some((
                    "line_profile_changed",
                    (
                        "Batas kecepatan jalur diperbaiki di router",
                        "The line's rate was mended on the router",
                    ),
                    detail,
                )),
                evidence: after.map(|after| json!(after)),
                ..report
            }
        }
    })
}
