//! Money that leaks at the routers: what can go online and nobody is billed for, of every kind of line, with what such a
//! line costs a month, and lines that are paid for and never went online, or are not on the router at all. It reads and reports; what
//! to do about each is a person's decision (make a customer of it, switch it off, or call on somebody).

use std::collections::HashMap;

use billing::{BillingMode, ConnectionType, CustomerStatus, Rupiah};
use jiff::civil::Date;
use serde::Serialize;
use store::customers::Customer;
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::heard::{Heard, Sessions};
use crate::access::strangers::{Known, Stranger, strangers};
use crate::access::worths::Worths;
use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::network::{Failure, Inventory, Passwords};
use crate::office::{Call, Request};

/// Customers that are held in memory at once.
const STRIDE: i64 = 1_000;

/// What leaks at one router, or why that cannot be told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterLeaks {
    /// The router.
    pub router_id: i64,
    /// Its name.
    pub router: String,
    /// When it was read, epoch milliseconds; `null` where it could not be read.
    pub read_at: Option<i64>,
    /// Why it could not be read.
    pub error: Option<String>,
    /// What can go online and nobody is billed for, the dearest first.
    pub unbilled: Vec<Stranger>,
    /// What those of a known package would bring a month, rupiah.
    pub worth: Rupiah,
    /// How many of them have no known package, and so no worth.
    pub of_unknown_worth: u64,
    /// Lines that are billed and never went online, though the router has what stands for them. Of a fixed address no
    /// router keeps more than whether it answers now.
    pub never_online: Vec<BilledLine>,
    /// Lines that are billed and that the router does not have; whether they were online before it cannot say.
    pub missing: Vec<BilledLine>,
}

/// A line that is billed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BilledLine {
    /// Whose line.
    pub customer_id: i64,
    /// The customer's number.
    pub customer_no: String,
    /// The customer's name.
    pub name: String,
    /// What kind of line.
    pub connection_type: ConnectionType,
    /// What the router calls it: a name, an address or a device.
    pub line: String,
    /// Since when it is billed.
    #[schema(value_type = String, format = Date)]
    pub billing_start: Date,
}

/// Reads every router that is in use and tells what leaks there. A router that cannot be read has its reason beside it.
#[derive(Clone, Copy, Debug)]
pub struct ReadLeaks {
    /// Only this router.
    pub router_id: Option<i64>,
}

impl Request for ReadLeaks {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = Vec<RouterLeaks>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<RouterLeaks>> {
        let mut tx = call.read().await?;
        let routers: Vec<Router> = store::routers::all(&mut tx)
            .await?
            .into_iter()
            .filter(|router| router.details.is_active)
            .filter(|router| self.router_id.is_none_or(|id| router.id == id))
            .collect();
        if routers.is_empty() && self.router_id.is_some() {
            return Err(Error::missing("Router", "router"));
        }
        let packages = store::packages::all(&mut tx).await?;
        let mut lines = by_router(&mut tx).await?;
        let mut worths = HashMap::new();
        for router in &routers {
            worths.insert(router.id, Worths::of(&mut tx, router.id, &packages).await?);
        }
        drop(tx);
        let reads = routers.iter().map(|router| async move {
            let read = match call.office.network().glance(call.office, router.id).await {
                Ok(session) => Inventory::read(&session, Passwords::Left).await,
                Err(failure) => Err(failure),
            };
            (router, read)
        });
        let mut leaks = Vec::with_capacity(routers.len());
        for (router, read) in futures::future::join_all(reads).await {
            let lines = lines.remove(&router.id).unwrap_or_default();
            let worths = worths.remove(&router.id).unwrap_or_default();
            leaks.push(match read {
                Ok(inventory) => found(call, router, &inventory, &lines, &worths),
                Err(failure) => unread(call, router, &failure),
            });
        }
        Ok(leaks)
    }
}

fn unread(call: &Call<'_>, router: &Router, failure: &Failure) -> RouterLeaks {
    RouterLeaks {
        router_id: router.id,
        router: router.details.name.clone(),
        read_at: None,
        error: Some(call.told(&failure.sentence())),
        unbilled: Vec::new(),
        worth: Rupiah::ZERO,
        of_unknown_worth: 0,
        never_online: Vec::new(),
        missing: Vec::new(),
    }
}

/// The customers who are not terminated, by router.
async fn by_router(tx: &mut store::Tx) -> Result<HashMap<i64, Vec<Customer>>> {
    let mut lines: HashMap<i64, Vec<Customer>> = HashMap::new();
    let mut last = 0;
    loop {
        let stride = store::customers::after(tx, last, STRIDE).await?;
        let Some(end) = stride.last() else {
            return Ok(lines);
        };
        last = end.id;
        for customer in stride {
            if let Some(router_id) = customer.details.router_id {
                lines.entry(router_id).or_default().push(customer);
            }
        }
    }
}

fn found(
    call: &Call<'_>,
    router: &Router,
    inventory: &Inventory,
    lines: &[Customer],
    worths: &Worths,
) -> RouterLeaks {
    let mut known = Known::default();
    for customer in lines {
        known.note(&customer.details);
    }
    let mut unbilled = strangers(inventory, router, &known, worths);
    unbilled.retain(|stranger| stranger.live);
    unbilled.sort_by_key(|stranger| std::cmp::Reverse(stranger.worth));
    let sessions = Sessions::of(inventory, router);
    let (mut never_online, mut missing) = (Vec::new(), Vec::new());
    for customer in lines {
        let details = &customer.details;
        let is_billed = details.billing == BillingMode::Normal
            && customer.standing.status == CustomerStatus::Active
            && details.billing_start < call.today;
        if !is_billed {
            continue;
        }
        let Some((line, heard)) = sessions.heard(details) else {
            continue;
        };
        let silent = match heard {
            Heard::Never => &mut never_online,
            Heard::NotThere => &mut missing,
            Heard::Sometime => continue,
        };
        silent.push(BilledLine {
            customer_id: customer.id,
            customer_no: details.customer_no.clone(),
            name: details.name.clone(),
            connection_type: details.connection_type,
            line: line.to_owned(),
            billing_start: details.billing_start,
        });
    }
    for silent in [&mut never_online, &mut missing] {
        silent.sort_by(|a, b| a.customer_no.cmp(&b.customer_no));
    }
    RouterLeaks {
        router_id: router.id,
        router: router.details.name.clone(),
        read_at: Some(call.now.as_millisecond()),
        error: None,
        worth: unbilled.iter().filter_map(|stranger| stranger.worth).sum(),
        of_unknown_worth: unbilled
            .iter()
            .filter(|stranger| stranger.worth.is_none())
            .count() as u64,
        unbilled,
        never_online,
        missing,
    }
}
