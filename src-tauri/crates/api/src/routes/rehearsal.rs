//! What the next month's run will bill, beside this month's.

use axum::Json;
use office::Office;
use office::invoicing::{Rehearsal, RehearseNextMonth};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Caller;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(rehearse_next_month))
}

/// Says what the next month's run will bill and why that differs from this month; nothing is made.
#[utoipa::path(get, path = "/reports/next-month", tag = "reports", operation_id = "rehearse_next_month",
    responses((status = 200, description = "The rehearsal.", body = Rehearsal)))]
async fn rehearse_next_month(caller: Caller) -> Answer<Json<Rehearsal>> {
    caller.ask(RehearseNextMonth).await
}
