//! The job that gives what stands for a line its new name: that of the PPPoE secret or the hotspot user, the fixed address,
//! the device of a lease. It knows the old name, since the record has only the new one; what that is by then, the record
//! says.

use billing::Access;
use secrecy::SecretString;
use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::{self, Day, LineBook};
use crate::error::Result;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::jobs::sealed;
use crate::network::{self, Failure, Former, Order, SecretChange, Session, Way, Wish};
use crate::office::Call;

/// Asks for what the line was to get the name that the record has.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    call: &Call<'_>,
    place: LineAt,
    from: &Former,
) -> Result<Option<i64>> {
    one_line::ask_about_former(tx, call, JobKind::RenameLine, place, from).await
}

/// From which name to which.
pub(super) enum NewName {
    /// Of a secret.
    Secret { from: String, to: String, label: String },
    /// Of other entries, and then that the line is where the rules want it.
    Entries {
        from: Former,
        order: Box<Order>,
        password: Option<SecretString>,
    },
}

/// The work of this job.
pub(super) struct RenameLine;

impl OneLine for RenameLine {
    const KIND: JobKind = JobKind::RenameLine;
    type Order = NewName;

    async fn order(
        tx: &mut Tx,
        call: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> Result<Option<NewName>, Failure> {
        let router_id = job.router_id.ok_or(Failure::NoRouter)?;
        if !one_line::is_here(job, customer) {
            return Ok(None);
        }
        let line = LineBook::of(tx, router_id).await?.line(customer);
        Ok(match (one_line::former(job)?, &line.way) {
            (Former::Pppoe(from), Way::Pppoe { username, .. }) => Some(NewName::Secret {
                from,
                to: username.clone(),
                label: line.label,
            }),
            (from @ Former::Static(_), Way::Static { .. })
            | (from @ Former::Dhcp(_), Way::Dhcp { .. })
            | (from @ Former::Hotspot(_), Way::Hotspot { .. }) => {
                let judged = access::judge_some(tx, &Day::of(call), &[customer.id]).await?;
                let to = judged.first().map_or(Access::Open, access::Judged::desired);
                Some(NewName::Entries {
                    from,
                    order: Box::new(Order {
                        line,
                        wish: Wish::Access(to),
                        unfinished: one_line::was_tried(job),
                    }),
                    password: sealed::open(call, customer)?,
                })
            }
            // The line has become one of another kind since, which other jobs look after.
            _ => None,
        })
    }

    async fn send(session: &Session, order: &NewName) -> Result<Report, Failure> {
        match order {
            NewName::Secret { from, to, label } => {
                let renamed = network::rename_secret(session, from, to, label).await?;
                let has_done = renamed.changed || renamed.dropped > 0;
                let detail = json!({ "before": from, "after": to, "sessions_dropped": renamed.dropped });
                Ok(Report {
                    entry: has_done.then_some(("line_renamed", "Nama PPPoE diganti di router", detail)),
                    said: Some(renamed.said),
                    ..Report::default()
                })
            }
            NewName::Entries {
                from,
                order,
                password,
            } => {
                let change = network::rename_entries(session, from, &order.line, password.as_ref()).await?;
                let carried = one_line::carried(session, order).await?;
                let detail = json!({ "before": from.name(), "said": carried.after, "change": change });
                let has_done = change != SecretChange::Unchanged;
                Ok(Report {
                    entry: has_done.then_some(("line_renamed", "Saluran diganti namanya di router", detail)),
                    said: Some(carried.after),
                    observed: Some(carried.observed),
                    ..Report::default()
                })
            }
        }
    }
}
