//! Areas.

use axum::Json;
use axum::http::StatusCode;
use office::catalogue::{AddArea, AreaView, ListAreas, RenameArea};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, ChangeBody, List, Path};
use crate::lists::ShortList;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_areas, add_area))
        .routes(routes!(rename_area))
}

/// Lists the areas.
#[utoipa::path(get, path = "/areas", tag = "areas", operation_id = "list_areas", params(ShortList),
    responses((status = 200, description = "The areas.", body = Page<AreaView>)))]
async fn list_areas(caller: Caller, List(list): List<ShortList>) -> Answer<Json<Page<AreaView>>> {
    let areas = caller.perform(ListAreas).await?;
    Ok(Json(list.of(areas, |area| area.name.clone())?))
}

/// Adds an area.
#[utoipa::path(post, path = "/areas", tag = "areas", operation_id = "add_area", request_body = AddArea,
    responses((status = 201, description = "The new area.", body = AreaView)))]
async fn add_area(caller: Caller, Body(form): Body<AddArea>) -> Answer<(StatusCode, Json<AreaView>)> {
    caller.create(form).await
}

/// Gives an area another name.
#[utoipa::path(patch, path = "/areas/{id}", tag = "areas", operation_id = "rename_area", request_body = RenameArea,
    params(("id" = i64, Path, description = "Which area.")),
    responses((status = 200, description = "The area.", body = AreaView)))]
async fn rename_area(
    caller: Caller,
    Path(id): Path<i64>,
    ChangeBody(form): ChangeBody<RenameArea>,
) -> Answer<Json<AreaView>> {
    caller.ask(RenameArea { id, ..form }).await
}
