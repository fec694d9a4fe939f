//! Reading a router for its lines: its turn is kept only as long as the read lasts, and a router that broke off is noted
//! as such.

use store::routers::Router;

use crate::error::{Error, Result};
use crate::network::{Inventory, Passwords};
use crate::office::Call;

/// A router that was read.
pub(super) struct ReadRouter {
    pub router: Router,
    pub inventory: Inventory,
}

/// Reads everything that may be a line.
///
/// # Errors
/// `not_found`, and whatever failure the router causes; there is no part of a list (A6, A10).
pub(super) async fn read(call: &Call<'_>, router_id: i64, passwords: Passwords) -> Result<ReadRouter> {
    let mut tx = call.read().await?;
    if store::routers::find(&mut tx, router_id).await?.is_none() {
        return Err(Error::missing("Router", "router"));
    }
    drop(tx);
    let session = call.office.network().glance(call.office, router_id).await?;
    match Inventory::read(&session, passwords).await {
        Ok(inventory) => Ok(ReadRouter {
            router: session.router.clone(),
            inventory,
        }),
        Err(failure) => Err(session.gone(call.office, failure).await),
    }
}
