//! Whether the program answers; it asks nothing of the database, so that a probe costs nothing.

use axum::Json;
use office::Office;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// That the program answers.
#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `ok`.
    status: &'static str,
}

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(read_health))
}

/// Says that the program answers.
#[utoipa::path(get, path = "/healthz", tag = "health", operation_id = "read_health", security(()),
    responses((status = 200, description = "It answers.", body = Health)))]
async fn read_health() -> Json<Health> {
    Json(Health { status: "ok" })
}
