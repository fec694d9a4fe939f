//! Which desk works for which router: one whose place for secrets has the router's password. Where this desk lacks it and
//! another that is there has it, the work is left to that one. Where nobody there has it, this desk takes the work up, cannot
//! log in, and says so: the work waits at the router, and whoever can log in again takes it from there.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use store::Tx;
use store::desks::Desk;

use crate::desks::presence::ABSENT_AFTER;
use crate::error::Result;
use crate::office::Office;
use crate::secrets::{Name, SecretsError};
use crate::settings::MessageChannel;

/// The routers whose passwords this desk was seen to have. One that is lacking is asked for again each time, since another
/// copy of the program may have been told it meanwhile; nobody takes one away.
#[derive(Debug, Default)]
pub(crate) struct RoutersKnown(Mutex<HashSet<i64>>);

impl RoutersKnown {
    fn has(&self, router_id: i64) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&router_id)
    }

    fn note(&self, router_id: i64) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(router_id);
    }
}

/// Whether this desk has the password of a router.
///
/// # Errors
/// When the place for secrets does not answer.
pub(super) async fn knows(office: &Office, router_id: i64) -> Result<bool, SecretsError> {
    if office.routers_known().has(router_id) {
        return Ok(true);
    }
    let name = Name::router_password(router_id);
    let is_known = office.secrets().get(&name).await?.is_some();
    if is_known {
        office.routers_known().note(router_id);
    }
    Ok(is_known)
}

/// The gateways whose credentials this desk has, by name.
///
/// # Errors
/// When the place for secrets does not answer.
pub(super) async fn gateways(office: &Office) -> Result<Vec<&'static str>, SecretsError> {
    let mut known = Vec::new();
    for (provider, credential) in Name::GATEWAYS {
        if office
            .secrets()
            .get(&Name::gateway(provider, credential))
            .await?
            .is_some()
        {
            known.push(provider);
        }
    }
    Ok(known)
}

/// The desks that are there and have a router's password.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn knowing(tx: &mut Tx, router_id: i64) -> Result<Vec<Desk>> {
    let there = store::desks::present(tx, ABSENT_AFTER).await?;
    Ok(there.into_iter().filter(|desk| desk.reaches(router_id)).collect())
}

/// Whether a router's work is this desk's to take up.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn works_for(office: &Office, router_id: i64) -> Result<bool> {
    // A place for secrets that does not answer is as good as none, as long as somebody else has one that does.
    if knows(office, router_id).await.unwrap_or(false) {
        return Ok(true);
    }
    let mut tx = office.store().read().await?;
    let others = knowing(&mut tx, router_id).await?;
    Ok(others.iter().all(|desk| desk.id == office.desk_id()))
}

/// Whether messages are this desk's to hand over: it has the gateway's credential, or needs none, or nobody there has it.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn carries_messages(office: &Office) -> Result<bool> {
    let channel = office.settings().borrow().messages_whatsapp;
    let provider = match channel {
        MessageChannel::Off | MessageChannel::ByHand => return Ok(true),
        MessageChannel::Fonnte => "fonnte",
    };
    if gateways(office)
        .await
        .is_ok_and(|known| known.contains(&provider))
    {
        return Ok(true);
    }
    let mut tx = office.store().read().await?;
    let there = store::desks::present(&mut tx, ABSENT_AFTER).await?;
    Ok(!there
        .iter()
        .any(|desk| desk.id != office.desk_id() && desk.carries(provider)))
}
