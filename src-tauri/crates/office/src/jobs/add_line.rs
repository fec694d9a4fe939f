//! The job that tells a router of a new line: its PPPoE secret, its ARP entry with a simple queue, its lease or its hotspot
//! user is written, or adopted where the router has the same one. A line that the rules want closed at that moment begins
//! closed.

use billing::Access;
use secrecy::SecretString;
use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::{self, Day, LineBook};
use crate::customers::make_password;
use crate::error::Result;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::plan_line;
use crate::jobs::registry::JobKind;
use crate::jobs::sealed;
use crate::network::{
    self, Carried, Failure, Made, Order, SecretChange, Session, WantedProfile, WantedSecret, Way, Wish,
    Written,
};
use crate::office::Call;

/// Asks for a router to be told of a line.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, place: LineAt) -> Result<Option<i64>> {
    one_line::ask(tx, call, JobKind::AddLine, place).await
}

/// Asks for a line that its router was seen to lack, as the line of a plan.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue_missing(
    tx: &mut Tx,
    call: &Call<'_>,
    place: LineAt,
    plan_line: i64,
) -> Result<Option<i64>> {
    one_line::ask_for_plan(tx, call, JobKind::AddLine, place, plan_line).await
}

/// The key of the job that [`enqueue_missing`] asks for.
pub(crate) fn missing_key(place: LineAt, plan_line: i64) -> String {
    one_line::key_for_plan(JobKind::AddLine, place, plan_line)
}

/// What a router is told of a new line.
pub(super) enum NewLine {
    /// This secret.
    Secret(WantedSecret),
    /// This secret where it is still missing; `tried` says that an earlier try may have made it.
    Missing { wanted: WantedSecret, tried: bool },
    /// These entries, and then that the line is where the rules want it.
    Entries {
        order: Order,
        password: Option<SecretString>,
        /// Whether the line was taken off a router before.
        was_removed: bool,
    },
    /// These entries where they are still missing, and then that the line is where the rules want it.
    MissingEntries {
        order: Order,
        password: Option<SecretString>,
    },
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
        if !one_line::is_here(job, customer) || !plan_line::is_wanted(tx, job).await? {
            return Ok(None);
        }
        let line = LineBook::of(tx, router_id).await?.line(customer);
        let judged = access::judge_some(tx, &Day::of(call), &[customer.id]).await?;
        let is_closed = judged.iter().any(|judged| judged.desired() == Access::Closed);
        match &line.way {
            Way::Pppoe { username, profile } => {
                let router = store::routers::find(tx, router_id)
                    .await?
                    .ok_or(Failure::NotInUse)?;
                let profile = if is_closed {
                    WantedProfile::isolated(&router.details.isolated_profile)
                } else {
                    profile.clone()
                };
                let wanted = WantedSecret {
                    name: username.clone(),
                    password: sealed::open(call, customer)?,
                    spare: make_password(),
                    profile,
                    label: line.label,
                    was_removed: was_removed(tx, customer).await?,
                };
                Ok(Some(match plan_line::of(job) {
                    Some(_) => NewLine::Missing {
                        wanted,
                        tried: one_line::was_tried(job),
                    },
                    None => NewLine::Secret(wanted),
                }))
            }
            Way::Static { .. } | Way::Dhcp { .. } | Way::Hotspot { .. } => {
                let to = if is_closed { Access::Closed } else { Access::Open };
                let order = Order::new(line, Wish::Access(to), one_line::was_tried(job));
                let password = sealed::open(call, customer)?;
                Ok(Some(match plan_line::of(job) {
                    Some(_) => NewLine::MissingEntries { order, password },
                    None => NewLine::Entries {
                        order,
                        password,
                        was_removed: was_removed(tx, customer).await?,
                    },
                }))
            }
            Way::Unnamed => Err(Failure::NoName),
        }
    }

    async fn send(session: &Session, order: &NewLine) -> Result<Report, Failure> {
        match order {
            NewLine::Secret(wanted) => network::add_secret(session, wanted).await.map(written),
            NewLine::Missing { wanted, tried } => network::make_missing_secret(session, wanted, *tried)
                .await
                .map(written),
            NewLine::Entries {
                order,
                password,
                was_removed,
            } => {
                let change =
                    network::add_entries(session, &order.line, password.as_ref(), *was_removed).await?;
                let carried = one_line::carried(session, order).await?;
                Ok(told(change, carried))
            }
            NewLine::MissingEntries { order, password } => missing(session, order, password.as_ref()).await,
        }
    }
}

/// Whether the line of this customer was taken off a router before.
async fn was_removed(tx: &mut Tx, customer: &Customer) -> Result<bool> {
    let filter = store::billing_logs::Filter {
        act: Some("line_removed"),
        subject_kind: Some("customer"),
        subject_id: Some(customer.id),
        ..store::billing_logs::Filter::default()
    };
    Ok(store::billing_logs::count(tx, &filter).await? > 0)
}

/// What was done with a line's entries.
fn told(change: SecretChange, carried: Carried) -> Report {
    let message = match change {
        SecretChange::Added => Some(("Jalur dibuat di router", "The line was made on the router")),
        SecretChange::Adopted => Some((
            "Entri jalur yang sudah ada di router dipakai",
            "The line's entry that was on the router already is used",
        )),
        SecretChange::Changed => Some((
            "Entri jalur diperbarui di router",
            "The line's entry on the router was brought up to date",
        )),
        SecretChange::Unchanged => None,
    };
    let detail = json!({ "change": change, "said": carried.after });
    Report {
        entry: message.map(|message| ("line_written", message, detail)),
        said: Some(carried.after),
        observed: Some(carried.observed),
        ..Report::default()
    }
}

/// Makes the entries that a plan found missing. What somebody made since is only looked at.
async fn missing(
    session: &Session,
    order: &Order,
    password: Option<&SecretString>,
) -> Result<Report, Failure> {
    let made = network::make_missing_entries(session, &order.line, password, order.unfinished).await?;
    if made.is_empty() {
        let look = Order {
            wish: Wish::Look,
            ..order.clone()
        };
        let carried = one_line::carried(session, &look).await?;
        return Ok(told(SecretChange::Unchanged, carried));
    }
    let carried = one_line::carried(session, order).await?;
    let evidence = Made {
        said: carried.after.clone(),
        made: made.into_iter().map(str::to_owned).collect(),
        pace: network::read_back(session, &order.line).await?,
    };
    Ok(Report {
        evidence: Some(json!(evidence)),
        ..told(SecretChange::Added, carried)
    })
}

fn written(written: Written) -> Report {
    let Written { change, said, learnt } = written;
    let message = match change {
        SecretChange::Added => Some((
            "Secret PPPoE dibuat di router",
            "The PPPoE secret was made on the router",
        )),
        SecretChange::Adopted => Some((
            "Secret PPPoE yang sudah ada di router dipakai",
            "The PPPoE secret that was on the router already is used",
        )),
        SecretChange::Changed => Some((
            "Secret PPPoE diperbarui di router",
            "The PPPoE secret on the router was brought up to date",
        )),
        SecretChange::Unchanged => None,
    };
    let detail = json!({ "change": change, "said": said });
    Report {
        entry: message.map(|message| ("line_written", message, detail)),
        said: Some(said),
        learnt,
        ..Report::default()
    }
}
