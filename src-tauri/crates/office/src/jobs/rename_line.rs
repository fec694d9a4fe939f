//! The job that gives the secret of a line its new PPPoE name. It knows the old name, since the record has only the new
//! one; what the new name is by then, the record says.

use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::{LineBook, label};
use crate::error::Result;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::network::{self, Failure, Session, Way};
use crate::office::Call;

/// Asks for the secret `from` to get the name that the record has.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, place: LineAt, from: &str) -> Result<Option<i64>> {
    one_line::ask(tx, call, JobKind::RenameLine, place, Some(from)).await
}

/// From which name to which.
pub(super) struct NewName {
    from: String,
    to: String,
    label: String,
}

/// The work of this job.
pub(super) struct RenameLine;

impl OneLine for RenameLine {
    const KIND: JobKind = JobKind::RenameLine;
    type Order = NewName;

    async fn order(
        tx: &mut Tx,
        _: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> Result<Option<NewName>, Failure> {
        let router_id = job.router_id.ok_or(Failure::NoRouter)?;
        if !one_line::is_here(job, customer) {
            return Ok(None);
        }
        let Way::Pppoe { username, .. } = LineBook::of(tx, router_id).await?.line(customer).way else {
            return Ok(None);
        };
        Ok(Some(NewName {
            from: one_line::name(job).to_owned(),
            to: username,
            label: label(customer),
        }))
    }

    async fn send(session: &Session, order: &NewName) -> Result<Report, Failure> {
        let renamed = network::rename_secret(session, &order.from, &order.to, &order.label).await?;
        let has_done = renamed.changed || renamed.dropped > 0;
        let detail = json!({ "before": order.from, "after": order.to, "sessions_dropped": renamed.dropped });
        Ok(Report {
            entry: has_done.then_some(("line_renamed", "Nama PPPoE diganti di router", detail)),
            said: Some(renamed.said),
            ..Report::default()
        })
    }
}
