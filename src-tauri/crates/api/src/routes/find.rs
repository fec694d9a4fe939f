//! Find anything.

use axum::Json;
use office::Office;
use office::customers::{Find, Found};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, Query};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(find))
}

/// What is looked for.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Words {
    /// Words of a customer, the beginning of an invoice's or payment's number, or a part of a router's name or host.
    q: String,
}

/// Finds customers, invoices, payments and routers by what was typed; at most eight of each.
#[utoipa::path(get, path = "/find", tag = "find", operation_id = "find", params(Words),
    responses((status = 200, description = "What was found.", body = Found)))]
async fn find(caller: Caller, Query(words): Query<Words>) -> Answer<Json<Found>> {
    caller.ask(Find { words: words.q }).await
}
