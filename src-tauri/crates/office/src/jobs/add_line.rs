//! The job that tells a router of a new line: its PPPoE secret is written, or adopted where the router has the same one; a
//! fixed address is looked for, since its ARP entry is the technician's to make. A line that the rules want closed at that
//! moment begins closed.

use billing::Access;
use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::{self, Day, LineBook};
use crate::error::Result;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::jobs::sealed;
use crate::network::{self, Failure, Order, SecretChange, Session, WantedProfile, WantedSecret, Way, Wish};
use crate::office::Call;

/// Asks for a router to be told of a line.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, place: LineAt) -> Result<Option<i64>> {
    one_line::ask(tx, call, JobKind::AddLine, place, None).await
}

/// What a router is told of a new line.
pub(super) enum NewLine {
    /// This secret.
    Secret(WantedSecret),
    /// Nothing; it is asked what it has for the address.
    Address(Order),
}

/// The work of this job.
pub(super) struct AddLine;

impl OneLine for AddLine {
    const KIND: JobKind = JobKind::AddLine;
    type Order = NewLine;

    async fn order(
        tx: &mut Tx,
        call: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> Result<Option<NewLine>, Failure> {
        let router_id = job.router_id.ok_or(Failure::NoRouter)?;
        if !one_line::is_here(job, customer) {
            return Ok(None);
        }
        let line = LineBook::of(tx, router_id).await?.line(customer);
        match &line.way {
            Way::Pppoe { username, profile } => {
                let judged = access::judge_some(tx, &Day::of(call), &[customer.id]).await?;
                let is_closed = judged.iter().any(|judged| judged.desired() == Access::Closed);
                let router = store::routers::find(tx, router_id)
                    .await?
                    .ok_or(Failure::NotInUse)?;
                let profile = if is_closed {
                    WantedProfile::isolated(&router.details.isolated_profile)
                } else {
                    profile.clone()
                };
                Ok(Some(NewLine::Secret(WantedSecret {
                    name: username.clone(),
                    password: sealed::open(call, customer)?,
                    profile,
                    label: line.label,
                })))
            }
            Way::Static { .. } => Ok(Some(NewLine::Address(Order {
                line,
                wish: Wish::Look,
                unfinished: false,
            }))),
            Way::Unnamed => Err(Failure::NoName),
            Way::Uncontrolled(kind) => Err(Failure::Unsupported(*kind)),
        }
    }

    async fn send(session: &Session, order: &NewLine) -> Result<Report, Failure> {
        match order {
            NewLine::Secret(wanted) => {
                let (change, said) = network::add_secret(session, wanted).await?;
                let message = match change {
                    SecretChange::Added => Some("Secret PPPoE dibuat di router"),
                    SecretChange::Adopted => Some("Secret PPPoE yang sudah ada di router dipakai"),
                    SecretChange::Changed => Some("Secret PPPoE diperbarui di router"),
                    SecretChange::Unchanged => None,
                };
                let detail = json!({ "change": change, "said": said });
                Ok(Report {
                    entry: message.map(|message| ("line_written", message, detail)),
                    said: Some(said),
                })
            }
            NewLine::Address(look) => {
                let carried = network::carry_out(session, std::slice::from_ref(look)).await;
                let carried = carried.into_iter().next().ok_or(Failure::NoName)??;
                Ok(Report {
                    said: Some(carried.after),
                    entry: None,
                })
            }
        }
    }
}
