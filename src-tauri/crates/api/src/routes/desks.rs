//! The desks of the office, and the code by which a further one is let in.

use axum::Json;
use axum::http::StatusCode;
use office::Office;
use office::desks::{
    ClosePairing, DeskRouter, DeskView, DesksView, ForgetDesk, ListDesks, MadePairing, MakePairing,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, List, Path};
use crate::lists::{Order, Row, ShortList};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_desks))
        .routes(routes!(make_pairing, close_pairing))
        .routes(routes!(forget_desk))
}

/// The desks of the office.
#[derive(Serialize, ToSchema)]
struct Desks {
    /// The desks, by name.
    items: Vec<DeskView>,
    /// Where the next page begins; `null` on the last one.
    next_cursor: Option<String>,
    /// How many there are on all pages.
    total: i64,
    /// Routers in use whose passwords no desk has that is there: nobody works for them.
    unknown_routers: Vec<DeskRouter>,
    /// Until when a code for a further desk may be used, epoch milliseconds.
    pairing_until: Option<i64>,
}

impl Row for DeskView {
    const ORDERS: &'static [Order<Self>] = &[
        ("name", |one, other| one.name.cmp(&other.name)),
        ("last_seen_at", |one, other| {
            one.last_seen_at.cmp(&other.last_seen_at)
        }),
    ];

    fn key(&self) -> String {
        self.id.clone()
    }

    fn is_active(&self) -> Option<bool> {
        Some(self.is_present)
    }
}

/// Lists the desks: who is there, who runs the schedule, which routers each can log in to.
#[utoipa::path(get, path = "/desks", tag = "desks", operation_id = "list_desks", params(ShortList),
    responses((status = 200, description = "The desks.", body = Desks)))]
async fn list_desks(caller: Caller, List(list): List<ShortList>) -> Answer<Json<Desks>> {
    let DesksView {
        desks,
        unknown_routers,
        pairing_until,
    } = caller.perform(ListDesks).await?;
    let page = list.of(desks, |desk: &DeskView| desk.name.clone())?;
    Ok(Json(Desks {
        items: page.items,
        next_cursor: page.next_cursor,
        total: page.total,
        unknown_routers,
        pairing_until,
    }))
}

/// Makes a one-time code for a further desk; it is in this answer alone. `sambung desk join` uses it there.
#[utoipa::path(post, path = "/desks/pairing", tag = "desks", operation_id = "make_pairing",
    responses((status = 201, description = "The code.", body = MadePairing)))]
async fn make_pairing(caller: Caller) -> Answer<(StatusCode, Json<MadePairing>)> {
    caller.create(MakePairing).await
}

/// Makes an open code void.
#[utoipa::path(delete, path = "/desks/pairing", tag = "desks", operation_id = "close_pairing",
    responses((status = 204, description = "No code is open any more.")))]
async fn close_pairing(caller: Caller) -> Answer<StatusCode> {
    caller.done(ClosePairing).await
}

/// Takes a desk off the list that is gone for good.
#[utoipa::path(delete, path = "/desks/{id}", tag = "desks", operation_id = "forget_desk",
    params(("id" = String, Path, description = "Which desk.")),
    responses((status = 204, description = "It is off the list.")))]
async fn forget_desk(caller: Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    caller.done(ForgetDesk { id }).await
}
