//! The first screen of the day.

use axum::Json;
use office::{Dashboard, Office, ReadDashboard};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Caller;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(read_dashboard))
}

/// Tells today's money, what is unpaid, how the lines are, what failed and what comes next.
#[utoipa::path(get, path = "/dashboard", tag = "dashboard", operation_id = "read_dashboard",
    responses((status = 200, description = "The day so far.", body = Dashboard)))]
async fn read_dashboard(caller: Caller) -> Answer<Json<Dashboard>> {
    caller.ask(ReadDashboard).await
}
