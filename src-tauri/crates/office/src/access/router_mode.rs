//! Switching a router between `observe` and `manage`. Taking a router over means accepting what stands on it: lines that
//! are closed there count as closed from then on, so that no plan closes them again and nobody is told so; those that the
//! ledger would open were closed by hand and become overrides, so that the first plan does not open them all. Only those
//! that Sambung itself had closed are opened, when their bills were paid while the router was observed.

use billing::access::Reason;
use billing::{Access, CustomerStatus, Observed, OverrideVerdict, RouterMode};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::customers::Standing;
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::facts::Judged;
use crate::access::{enqueue_settle, overrides, router_reading, seen, words};
use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::routers::{ReadRouter, RouterView};

/// Switches a router's mode, or with `dry_run` only tells which lines that would keep closed.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchRouterMode {
    /// Which; set from the path.
    #[serde(skip)]
    pub router_id: i64,
    /// `observe` or `manage`.
    pub mode: RouterMode,
    /// `true` changes nothing and sends nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// The router after a switch, and what was accepted with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SwitchedMode {
    /// The router as it is now; with `dry_run` as it was.
    #[serde(flatten)]
    pub router: RouterView,
    /// The lines that were closed by hand and become overrides, since the ledger would have opened them; by id.
    pub kept_closed: Vec<KeptClosed>,
    /// How many lines were found closed, those among them.
    pub found_closed: usize,
}

/// A line that stays closed by an override.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeptClosed {
    /// Whose line.
    pub customer_id: i64,
    /// The customer's number.
    pub customer_no: String,
    /// The customer's name.
    pub name: String,
}

impl Request for SwitchRouterMode {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = SwitchedMode;

    async fn run(self, call: &Call<'_>) -> Result<SwitchedMode> {
        let found = match self.mode {
            RouterMode::Manage => found_closed(call, self.router_id).await?,
            RouterMode::Observe => Vec::new(),
        };
        let mut tx = call.begin().await?;
        let before = store::routers::find(&mut tx, self.router_id)
            .await?
            .ok_or_else(|| Error::missing("Router", "router"))?;
        let mut kept_closed = Vec::new();
        let mut found_closed = 0;
        if before.details.mode != self.mode {
            let mut details = before.details.clone();
            details.mode = self.mode;
            let reason = Sentence::new(
                format!(
                    "Sudah tertutup di router {} sebelum dikelola Sambung",
                    details.name
                ),
                format!("Closed on router {} before Sambung managed it", details.name),
            );
            kept_closed = accept_closed(&mut tx, call, &found, &reason).await?;
            found_closed = found.len();
            let entry = Entry::done(
                "router_mode_switched",
                (
                    format!("Router {} kini dalam mode {}", details.name, self.mode),
                    format!("Router {} is in the mode {} now", details.name, self.mode),
                ),
            )
            .about("router", self.router_id, &details.name)
            .detail(serde_json::json!({
                "before": before.details.mode, "after": self.mode, "closed_by_hand": kept_closed.len(),
                "closed": found.len(),
            }));
            store::routers::update(&mut tx, &Router { details, ..before }, call.now).await?;
            if self.mode == RouterMode::Manage {
                // Undoing a plan may have waited for this.
                store::jobs::unpark(&mut tx, self.router_id, call.now).await?;
            }
            logs::record(&mut tx, call, entry).await?;
        }
        if self.dry_run {
            // Nothing of it was meant: what was written goes with the transaction.
            drop(tx);
        } else {
            tx.commit().await?;
            call.office.ring();
        }
        let router = ReadRouter { id: self.router_id }.run(call).await?;
        Ok(SwitchedMode {
            router,
            kept_closed,
            found_closed,
        })
    }
}

/// The lines that are closed on the router, but for those that somebody's word keeps open.
async fn found_closed(call: &Call<'_>, router_id: i64) -> Result<Vec<Judged>> {
    let read = router_reading::read(call, router_id).await?;
    let (router, snapshot) = (read.router, read.snapshot);
    let found = read.lines.into_iter().filter(|(judged, line)| {
        let said = snapshot.about(line);
        said.is_ok_and(|said| {
            said.observed(&router) == Observed::Closed || snapshot.observed(line, &said) == Observed::Closed
        }) && (judged.desired() == Access::Closed || judged.overridden.is_none())
    });
    Ok(found.map(|(judged, _)| judged).collect())
}

/// Takes over that these lines are closed, in the order of their ids, and gives those of them that the ledger would have
/// opened. No event is recorded: nobody closed them just now, so nobody is told that we did.
async fn accept_closed(
    tx: &mut Tx,
    call: &Call<'_>,
    found: &[Judged],
    by_hand: &Sentence,
) -> Result<Vec<KeptClosed>> {
    let mut kept = Vec::new();
    let mut wishes = Vec::with_capacity(found.len());
    for judged in found {
        let customer = &judged.customer;
        let why = match judged.desired() {
            // It was closed by us, and what it was closed for is over since: somebody paid while the router was only observed.
            Access::Open if customer.standing.status == CustomerStatus::Isolated => {
                enqueue_settle(tx, call, customer.id).await?;
                continue;
            }
            Access::Open => {
                overrides::set(tx, call, customer.id, OverrideVerdict::Closed, by_hand, None).await?;
                kept.push(KeptClosed {
                    customer_id: customer.id,
                    customer_no: customer.details.customer_no.clone(),
                    name: customer.details.name.clone(),
                });
                by_hand.clone()
            }
            Access::Closed => words::decisive(judged),
        };
        wishes.push((customer.id, Access::Closed));
        // Pauses and ended contracts have words of their own, which the next plan writes.
        let is_other = matches!(
            judged.verdict.reasons.first(),
            Some(Reason::Paused { .. } | Reason::Terminated { .. })
        );
        let now = store::customers::lock(tx, customer.id).await?;
        if let Some(now) = now.filter(|now| now.standing.status == CustomerStatus::Active && !is_other) {
            let standing = Standing {
                status: CustomerStatus::Isolated,
                isolation_reason: Some(why.held()),
                ..now.standing
            };
            store::customers::set_standing(tx, customer.id, &standing, call.now).await?;
            let entry = Entry::done(
                "line_found_closed",
                (
                    "Sudah tertutup di router saat diambil alih",
                    "The router had the line closed already when it was taken over",
                ),
            )
            .about("customer", customer.id, &customer.details.name)
            .detail(serde_json::json!({ "router_id": customer.details.router_id, "reason": why.id }));
            logs::record(tx, call, entry).await?;
        }
    }
    seen::ask(tx, &wishes).await?;
    Ok(kept)
}
