//! What the routers say at this moment, asked for by whoever looks: how a router feels, what flows through a line, what
//! leaks. Nothing here changes anything.

use axum::Json;
use office::Office;
use office::access::{ReadLeaks, RouterLeaks};
use office::network::{LineTraffic, ReadLineTraffic, ReadRouterHealth, RouterHealth};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, Path, Query};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(read_router_health))
        .routes(routes!(read_line_traffic))
        .routes(routes!(read_leaks))
}

/// Asks a router for its load, memory, uptime and sessions.
#[utoipa::path(get, path = "/routers/{id}/health", tag = "routers", operation_id = "read_router_health",
    params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "How the router feels.", body = RouterHealth)))]
async fn read_router_health(caller: Caller, Path(router_id): Path<i64>) -> Answer<Json<RouterHealth>> {
    caller.ask(ReadRouterHealth { router_id }).await
}

/// Measures what flows through a line; ask again for a graph.
#[utoipa::path(get, path = "/customers/{id}/traffic", tag = "lines", operation_id = "read_line_traffic",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "The traffic at this moment.", body = LineTraffic)))]
async fn read_line_traffic(caller: Caller, Path(customer_id): Path<i64>) -> Answer<Json<LineTraffic>> {
    caller.ask(ReadLineTraffic { customer_id }).await
}

/// Which routers are read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichRouter {
    /// Only this router.
    router_id: Option<i64>,
}

/// Reads the routers for names that nobody is billed for and lines that never went online.
#[utoipa::path(get, path = "/reports/leaks", tag = "reports", operation_id = "read_leaks", params(WhichRouter),
    responses((status = 200, description = "What leaks at each router.", body = Vec<RouterLeaks>)))]
async fn read_leaks(caller: Caller, Query(which): Query<WhichRouter>) -> Answer<Json<Vec<RouterLeaks>>> {
    let router_id = which.router_id;
    caller.ask(ReadLeaks { router_id }).await
}
