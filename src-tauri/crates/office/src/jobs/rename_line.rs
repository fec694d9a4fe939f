//! The job that gives what stands for a line its new name: that of the PPPoE secret or the hotspot user, the fixed address,
//! the device of a lease; or the comments of what stands for it the customer's new name. It knows the old one, since the record has
//! only the new one; what that is by then, the record says.

use billing::Access;
use secrecy::SecretString;
use serde_json::{Value, json};
use store::Tx;
use store::customers::Customer;
use store::jobs::{Job, State};

use crate::access::{self, Day, LineBook};
use crate::error::Result;
use crate::jobs::line_access::{customer_of, misnamed};
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::jobs::sealed;
use crate::network::{self, Failure, Former, Line, Order, SecretChange, Session, Way, Wish};
use crate::office::Call;

/// Asks for what the line was to get the name `to` that the record has. Where the router knows the line by that name, since
/// it had refused every other one, nothing is to be done and what it refused is no failure any more.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    call: &Call<'_>,
    place: LineAt,
    (from, to): (&Former, &Former),
) -> Result<Option<i64>> {
    if let Former::Pppoe(to) = to {
        let known = misnamed(tx, place.router_id).await?.remove(&place.customer_id);
        if known.is_some_and(|misnamed| misnamed.known_as == *to) {
            put_away(tx, call, place).await?;
            return Ok(None);
        }
    }
    one_line::ask_about_former(tx, call, JobKind::RenameLine, place, from).await
}

/// Puts the refused names of a line away.
async fn put_away(tx: &mut Tx, call: &Call<'_>, place: LineAt) -> Result<()> {
    for job in store::jobs::ended(tx, place.router_id, JobKind::RenameLine.as_str()).await? {
        let is_refused_name = job.state == State::Dead && job.payload.get(OLD_LABEL).is_none();
        if is_refused_name && customer_of(&job) == place.customer_id {
            store::jobs::cancel(tx, job.id, call.now).await?;
        }
    }
    Ok(())
}

/// Where a job's payload has the comment that we wrote before the customer got another name.
const OLD_LABEL: &str = "label";

/// Asks for the comment `old` that we wrote to be renewed.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue_label(
    tx: &mut Tx,
    call: &Call<'_>,
    place: LineAt,
    old: String,
) -> Result<Option<i64>> {
    let about = (old.clone(), OLD_LABEL, old.into());
    one_line::ask_about(tx, call, JobKind::RenameLine, place, Some(about)).await
}

/// From which name to which.
pub(super) enum NewName {
    /// Of a secret.
    Secret {
        from: String,
        to: String,
        label: String,
        /// Whether the line is still to be made: then it gets its new name at once.
        is_to_be_added: bool,
    },
    /// Of the comments of what stands for the line, where the old one still stands there.
    Label {
        line: Box<Line>,
        from: String,
        /// Whether the line is still to be made: then it gets its new comment at once.
        is_to_be_added: bool,
    },
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
        let place = LineAt {
            customer_id: customer.id,
            router_id,
        };
        let adding = one_line::key(JobKind::AddLine, place);
        let is_to_be_added = store::jobs::pending(tx, &adding).await?.is_some();
        if let Some(old) = job.payload.get(OLD_LABEL).and_then(Value::as_str) {
            return Ok(Some(NewName::Label {
                line: Box::new(line),
                from: old.to_owned(),
                is_to_be_added,
            }));
        }
        Ok(match (one_line::former(job)?, &line.way) {
            (Former::Pppoe(from), Way::Pppoe { username, .. }) => Some(NewName::Secret {
                from,
                to: username.clone(),
                label: line.label,
                is_to_be_added,
            }),
            (from @ Former::Static(_), Way::Static { .. })
            | (from @ Former::Dhcp(_), Way::Dhcp { .. })
            | (from @ Former::Hotspot(_), Way::Hotspot { .. }) => {
                let judged = access::judge_some(tx, &Day::of(call), &[customer.id]).await?;
                let to = judged.first().map_or(Access::Open, access::Judged::desired);
                Some(NewName::Entries {
                    from,
                    order: Box::new(Order::new(line, Wish::Access(to), one_line::was_tried(job))),
                    password: sealed::open(call, customer)?,
                })
            }
            // The line has become one of another kind since, which other jobs look after.
            _ => None,
        })
    }

    async fn send(session: &Session, order: &NewName) -> Result<Report, Failure> {
        match order {
            NewName::Secret {
                from,
                to,
                label,
                is_to_be_added,
            } => {
                let renamed = match network::rename_secret(session, from, to, label).await {
                    // Nobody told the router of the old name yet, and whoever will tells it of the new one.
                    Err(Failure::MissingSecret(_)) if *is_to_be_added => return Ok(Report::default()),
                    renamed => renamed?,
                };
                let has_done = renamed.changed || renamed.dropped > 0;
                let detail = json!({ "before": from, "after": to, "sessions_dropped": renamed.dropped });
                Ok(Report {
                    entry: has_done.then_some((
                        "line_renamed",
                        (
                            "Nama PPPoE diganti di router",
                            "The PPPoE name was changed on the router",
                        ),
                        detail,
                    )),
                    said: Some(renamed.said),
                    ..Report::default()
                })
            }
            NewName::Label {
                line,
                from,
                is_to_be_added,
            } => {
                let renewed = match &line.way {
                    Way::Pppoe { username, .. } => {
                        network::relabel_secret(session, username, from, &line.label).await
                    }
                    _ => network::relabel_entries(session, line, from).await,
                };
                let is_renewed = match renewed {
                    Err(Failure::MissingSecret(_)) if *is_to_be_added => false,
                    renewed => renewed?,
                };
                let detail = json!({ "before": from, "after": line.label });
                let message = (
                    "Komentar di router memakai nama baru pelanggan",
                    "The comment on the router has the customer's new name",
                );
                Ok(Report {
                    entry: is_renewed.then_some(("line_relabelled", message, detail)),
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
                    entry: has_done.then_some((
                        "line_renamed",
                        (
                            "Jalur diganti namanya di router",
                            "The line was renamed on the router",
                        ),
                        detail,
                    )),
                    said: Some(carried.after),
                    observed: Some(carried.observed),
                    ..Report::default()
                })
            }
        }
    }
}
