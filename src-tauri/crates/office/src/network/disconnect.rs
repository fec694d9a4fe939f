//! Ending a line's live session once, so that its device dials again: the technician's first remedy. Neither the secret nor
//! what the rules want of the line is touched, and a router that is only observed is refused.

use billing::ConnectionType;
use serde::Serialize;
use serde_json::json;
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::logs::{self, Entry};
use crate::network::connections::Session;
use crate::network::dropping;
use crate::network::failure::Failure;
use crate::office::{Call, Request};

/// Drops the live session of a customer's line, once.
#[derive(Clone, Copy, Debug)]
pub struct DisconnectLine {
    /// Whose line.
    pub customer_id: i64,
}

/// What was dropped; read back from the router.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Disconnected {
    /// Whose line.
    pub customer_id: i64,
    /// How many sessions there were, none of which is there any more.
    pub dropped: u64,
    /// The same in a sentence, in both languages.
    #[schema(value_type = Object)]
    pub message: Sentence,
}

impl Request for DisconnectLine {
    const ABILITY: Ability = Ability::AccessControl;
    type Answer = Disconnected;

    async fn run(self, call: &Call<'_>) -> Result<Disconnected> {
        let mut tx = call.read().await?;
        let customer = store::customers::find(&mut tx, self.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let router_id = customer.details.router_id.ok_or(Failure::NoRouter)?;
        let router = store::routers::find(&mut tx, router_id).await?;
        drop(tx);
        if let Some(router) = &router {
            super::require_managed(router)?;
        }
        let live = Live::of(&customer)?;
        let session = call.office.network().glance(call.office, router_id).await?;
        let dropped = match live.drop(&session).await {
            Ok(dropped) => dropped,
            Err(failure) => return Err(session.gone(call.office, failure).await),
        };
        let router = session.router.details.name.clone();
        drop(session);
        let entry = Entry::done(
            "line_disconnected",
            (
                format!("{dropped} sesi diputus di router {router}"),
                format!("{dropped} sessions dropped on router {router}"),
            ),
        )
        .about("customer", customer.id, &customer.details.name)
        .detail(json!({ "router_id": router_id, "sessions_dropped": dropped }));
        let mut tx = call.begin().await?;
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(Disconnected {
            customer_id: customer.id,
            dropped: dropped as u64,
            message: told(dropped, &router),
        })
    }
}

fn told(dropped: usize, router: &str) -> Sentence {
    if dropped == 0 {
        return Sentence::new(
            format!("Tidak ada sesi di router {router}; jalur ini sedang tidak tersambung."),
            format!("There is no session on the router {router}; this line is offline."),
        );
    }
    Sentence::new(
        format!("Sesi di router {router} sudah diputus; perangkat pelanggan menyambung lagi sendiri."),
        format!(
            "The session on the router {router} has ended; the customer's device connects again by itself."
        ),
    )
}

/// What a line's live session is.
enum Live<'a> {
    /// A PPPoE session of this name.
    Dialled(&'a str),
    /// A login of this hotspot user.
    LoggedIn(&'a str),
}

impl<'a> Live<'a> {
    fn of(customer: &'a Customer) -> Result<Live<'a>> {
        let name = customer.details.pppoe_username.as_deref();
        match (customer.details.connection_type, name) {
            (ConnectionType::Pppoe, Some(name)) => Ok(Live::Dialled(name)),
            (ConnectionType::Hotspot, Some(name)) => Ok(Live::LoggedIn(name)),
            (ConnectionType::Pppoe | ConnectionType::Hotspot, None) => Err(Failure::NoName.into()),
            (ConnectionType::Static | ConnectionType::Dhcp, _) => Err(Error::conflict(
                "line_without_session",
                "Jalur dengan alamat tetap atau DHCP tidak punya sesi yang dapat diputus.",
                "A line with a fixed address or a lease has no session that could be ended.",
            )),
        }
    }

    async fn drop(&self, session: &Session) -> Result<usize, Failure> {
        match self {
            Live::Dialled(name) => dropping::sessions(session, name).await,
            Live::LoggedIn(user) => dropping::logins(session, user).await,
        }
    }
}
