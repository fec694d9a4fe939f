//! Preparing a router for the isolation page: what is there, making it so, and taking it away.

use axum::Json;
use office::Office;
use office::isolation_page::{Preparation, PreparePage, PreviewPreparation, RemovePreparation};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, OptionalBody, Path, Query};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(
        preview_isolation_page,
        prepare_isolation_page,
        remove_isolation_page
    ))
}

/// What is to be shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// The addresses of closed lines, `first-last` or a network; as it was prepared before when absent.
    pool: Option<String>,
    /// `true` shows what a removal would do.
    removing: bool,
}

/// Shows what the router has for the isolation page, and what would be added, changed, moved or removed.
#[utoipa::path(get, path = "/routers/{id}/isolation-page", tag = "routers", operation_id = "preview_isolation_page",
    params(("id" = i64, Path, description = "Which router."), Shown),
    responses((status = 200, description = "Each rule, with what it is for.", body = Preparation)))]
async fn preview_isolation_page(
    caller: Caller,
    Path(router_id): Path<i64>,
    Query(shown): Query<Shown>,
) -> Answer<Json<Preparation>> {
    let preview = PreviewPreparation {
        router_id,
        pool: shown.pool,
        removing: shown.removing,
    };
    caller.ask(preview).await
}

/// Prepares the router; `done` says whether it is as it should be afterwards, by its own word.
#[utoipa::path(post, path = "/routers/{id}/isolation-page", tag = "routers", operation_id = "prepare_isolation_page",
    request_body = Option<PreparePage>, params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "What became of each rule.", body = Preparation)))]
async fn prepare_isolation_page(
    caller: Caller,
    Path(router_id): Path<i64>,
    OptionalBody(form): OptionalBody<PreparePage>,
) -> Answer<Json<Preparation>> {
    let prepare = PreparePage { router_id, ..form };
    caller.ask(prepare).await
}

/// Takes everything that was made for the isolation page off the router again. While lines stand closed by an address list
/// alone, the rule that drops that list stays, and the note `closed_lines_stay` says how many they are; the next removal after
/// the last of them opened takes it too.
#[utoipa::path(delete, path = "/routers/{id}/isolation-page", tag = "routers", operation_id = "remove_isolation_page",
    params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "What became of each rule.", body = Preparation)))]
async fn remove_isolation_page(caller: Caller, Path(router_id): Path<i64>) -> Answer<Json<Preparation>> {
    caller.ask(RemovePreparation { router_id }).await
}
