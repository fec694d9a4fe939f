//! Whether the office's data still says what it must.

use axum::Json;
use office::{Office, Verdict, Verify};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Caller;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(verify))
}

/// Checks journal, totals, numbers, references and the chain of the log. It changes nothing.
#[utoipa::path(get, path = "/verify", tag = "verify", operation_id = "verify",
    responses((status = 200, description = "What the checks found.", body = Verdict)))]
async fn verify(caller: Caller) -> Answer<Json<Verdict>> {
    caller.ask(Verify).await
}
