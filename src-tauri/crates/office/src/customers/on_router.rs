//! What a router has to be told when a customer's record changes: a new line, another package, another name or password,
//! a line that moved or ended. It asks for jobs in the transaction of the change and sends nothing itself; a router that is
//! only observed is asked for nothing.

use std::collections::HashMap;

use billing::{Access, ConnectionType, CustomerStatus, Observed, RouterMode};
use serde::Serialize;
use store::Tx;
use store::customers::{Customer, Details};
use store::jobs::State;
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::{self, Day};
use crate::error::Result;
use crate::jobs::{self, LineAt};
use crate::network::{self, Former};
use crate::office::Call;

/// What a line is on its router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known<'a> {
    /// A PPPoE secret of this name.
    Secret(&'a str),
    /// A fixed address.
    Address(&'a str),
    /// The lease of a device, or of an address.
    Lease(Option<&'a str>, Option<&'a str>),
    /// A hotspot user of this name.
    User(&'a str),
}

/// The line's router, and what it is there; `None` where no router has anything of it that Sambung could tell.
fn known(details: &Details) -> Option<(i64, Known<'_>)> {
    let known = match details.connection_type {
        ConnectionType::Pppoe => Known::Secret(details.pppoe_username.as_deref()?),
        ConnectionType::Static => Known::Address(details.static_ip.as_deref()?),
        ConnectionType::Dhcp => match (details.mac_address.as_deref(), details.static_ip.as_deref()) {
            (None, None) => return None,
            (mac, address) => Known::Lease(mac, address),
        },
        ConnectionType::Hotspot => Known::User(details.pppoe_username.as_deref()?),
    };
    Some((details.router_id?, known))
}

impl Known<'_> {
    /// The words by which a job finds it on the router.
    fn former(&self) -> Former {
        match *self {
            Known::Secret(name) => Former::Pppoe(name.to_owned()),
            Known::Address(address) => Former::Static(address.to_owned()),
            Known::Lease(mac, address) => Former::Dhcp(mac.or(address).unwrap_or_default().to_owned()),
            Known::User(name) => Former::Hotspot(name.to_owned()),
        }
    }

    /// Whether both are entries of one kind, so that one becomes the other by a change.
    fn is_like(&self, other: &Known<'_>) -> bool {
        std::mem::discriminant(&self.former()) == std::mem::discriminant(&other.former())
    }
}

/// All words by which what the record says is found on its router.
pub(crate) fn formers(details: &Details) -> Vec<Former> {
    match known(details) {
        Some((_, Known::Lease(mac, address))) => [mac, address]
            .into_iter()
            .flatten()
            .map(|name| Former::Dhcp(name.to_owned()))
            .collect(),
        Some((_, known)) => vec![known.former()],
        None => Vec::new(),
    }
}

fn is_served(status: CustomerStatus) -> bool {
    !matches!(status, CustomerStatus::Pending | CustomerStatus::Terminated)
}

/// Asks for the router of a new customer to be told. Somebody whose service has not begun is told of when it does.
pub(super) async fn added(tx: &mut Tx, call: &Call<'_>, customer: &Customer) -> Result<()> {
    if let Some((router_id, _)) = known(&customer.details).filter(|_| is_served(customer.standing.status)) {
        let customer_id = customer.id;
        jobs::enqueue_add_line(
            tx,
            call,
            LineAt {
                customer_id,
                router_id,
            },
        )
        .await?;
    }
    Ok(())
}

/// Asks for what follows on the routers from a change of the record.
pub(super) async fn changed(tx: &mut Tx, call: &Call<'_>, before: &Details, after: &Customer) -> Result<()> {
    if !is_served(after.standing.status) {
        return Ok(());
    }
    let customer_id = after.id;
    let at = |router_id| LineAt {
        customer_id,
        router_id,
    };
    match (known(before), known(&after.details)) {
        (Some((old, from)), Some((new, to))) if old == new && from.is_like(&to) => {
            let has_other_device = before.mac_address != after.details.mac_address
                && before.connection_type == ConnectionType::Static;
            if from != to {
                jobs::enqueue_rename_line(tx, call, at(new), (&from.former(), &to.former())).await?;
            } else if has_other_device {
                jobs::enqueue_add_line(tx, call, at(new)).await?;
            }
            let is_secret = matches!(to, Known::Secret(_));
            let (was, is) = (access::label_of(before), access::label(after));
            if was != is {
                jobs::enqueue_new_label(tx, call, at(new), was).await?;
            }
            if before.package_id != after.details.package_id {
                jobs::enqueue_change_profile(tx, call, at(new)).await?;
            }
            if is_secret && before.pppoe_password != after.details.pppoe_password {
                jobs::enqueue_change_password(tx, call, at(new)).await?;
            } else if matches!(to, Known::User(_)) && before.pppoe_password != after.details.pppoe_password {
                // Our own user is completed with what the record has.
                jobs::enqueue_add_line(tx, call, at(new)).await?;
            }
        }
        (old, new) => {
            if let Some((router_id, known)) = old {
                jobs::enqueue_remove_line(tx, call, at(router_id), &known.former()).await?;
            }
            if let Some((router_id, _)) = new {
                jobs::enqueue_add_line(tx, call, at(router_id)).await?;
            }
        }
    }
    // What could not be opened or closed may have failed at what was changed here.
    jobs::retry_line(tx, call, customer_id).await
}

/// Asks for the line of a customer who has ended to be taken off its router.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn ended(tx: &mut Tx, call: &Call<'_>, customer: &Customer) -> Result<()> {
    if let Some((router_id, known)) = known(&customer.details) {
        let customer_id = customer.id;
        jobs::enqueue_remove_line(
            tx,
            call,
            LineAt {
                customer_id,
                router_id,
            },
            &known.former(),
        )
        .await?;
    }
    Ok(())
}

/// What the rules want of a line; taken before and after an edit, since an exemption or another payer may free it.
pub(super) async fn desired(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<Option<Access>> {
    let judged = access::judge_some(tx, &Day::of(call), &[customer_id]).await?;
    Ok(judged.first().map(access::Judged::desired))
}

billing::text_enum! {
    /// Why a router has not been told of what the record says.
    pub enum UntoldBecause as "reason" {
        /// The router is only observed: nothing is sent to it.
        Observed => "observed",
        /// It waits: for its turn, or for the router to answer.
        Waiting => "waiting",
        /// It failed and was given up; a person has to look.
        Failed => "failed",
        /// It was read and does not have the line; a repair of the router makes it.
        Missing => "missing",
        /// The record lacks what the line is found by: a name, an address, a device. Nothing can be sent for it.
        Unnamed => "unnamed",
    }
}

/// What the router of a line has not been told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Untold {
    /// Why.
    pub because: UntoldBecause,
    /// The job that is to tell it; `null` where there is none.
    pub job_id: Option<i64>,
    /// The stable code of what went wrong last.
    pub code: Option<String>,
    /// What went wrong last, in a sentence.
    pub message: Option<String>,
}

/// What the routers of some customers have not been told, by customer: two queries, however many there are.
pub(super) async fn untold(
    tx: &mut Tx,
    call: &Call<'_>,
    customers: &[Customer],
    routers: &HashMap<i64, Router>,
) -> Result<HashMap<i64, Untold>> {
    let kinds = jobs::LINE_KINDS.map(jobs::JobKind::as_str);
    let mut found = HashMap::new();
    for job in store::jobs::unsettled(tx, &kinds).await? {
        let customer = job.payload.get("customer_id").and_then(serde_json::Value::as_i64);
        let because = match job.state {
            State::Dead => UntoldBecause::Failed,
            _ => UntoldBecause::Waiting,
        };
        if let Some(id) = customer {
            // What failed says more than what still waits.
            let is_told = |known: &Untold| known.because == UntoldBecause::Failed;
            if !found.get(&id).is_some_and(is_told) {
                let untold = Untold {
                    because,
                    job_id: Some(job.id),
                    code: job.error_code,
                    message: job.error.map(|error| call.told_held(&error)),
                };
                found.insert(id, untold);
            }
        }
    }
    let ids: Vec<i64> = customers.iter().map(|customer| customer.id).collect();
    for row in store::access::of_customers(tx, &ids).await? {
        let is_missing = row.observed_at.is_some() && row.evidence.is_none() && !row.unread;
        if row.observed == Observed::Unknown && is_missing {
            found.entry(row.customer_id).or_insert(Untold {
                because: UntoldBecause::Missing,
                job_id: None,
                code: Some("line_missing".to_owned()),
                message: None,
            });
        }
    }
    for customer in customers {
        let router = customer.details.router_id.and_then(|id| routers.get(&id));
        if router.is_some_and(|router| router.details.mode == RouterMode::Observe) {
            let untold = Untold {
                because: UntoldBecause::Observed,
                job_id: None,
                code: Some("router_observed".to_owned()),
                message: None,
            };
            found.insert(customer.id, untold);
        }
        // Whatever else is the matter: nobody can tell a router about a line that is called nothing.
        if router.is_some() && is_served(customer.standing.status) && known(&customer.details).is_none() {
            let failure = network::Failure::NoName;
            let untold = Untold {
                because: UntoldBecause::Unnamed,
                job_id: None,
                code: Some(failure.code().to_owned()),
                message: Some(call.told(&failure.sentence())),
            };
            found.insert(customer.id, untold);
        }
    }
    Ok(found)
}
