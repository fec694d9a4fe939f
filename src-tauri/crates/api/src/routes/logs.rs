//! The office's log.

use axum::Json;
use office::logs::{ListLogs, LogView};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, List};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(list_logs))
}

/// Lists what was done, newest first.
#[utoipa::path(get, path = "/billing-logs", tag = "log", operation_id = "list_logs", params(ListLogs),
    responses((status = 200, description = "A page of the log.", body = Page<LogView>)))]
async fn list_logs(caller: Caller, List(list): List<ListLogs>) -> Answer<Json<Page<LogView>>> {
    caller.ask(list).await
}
