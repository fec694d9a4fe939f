//! Bringing a router's lines in, and which profiles it has for packages.

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use office::Office;
use office::onboarding::{
    ImportRouterLines, ImportedLines, MapProfiles, PreviewRouterLines, ReadProfileMappings, RouterLines,
    RouterProfiles,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, Path, Query};
use crate::problem::Answer;

/// The largest list of decisions, in bytes: some 50,000 lines.
const LARGEST_DECISION: usize = 16 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(preview_router_lines, import_router_lines))
        .layer(DefaultBodyLimit::max(LARGEST_DECISION))
        .routes(routes!(read_router_profiles))
        .routes(routes!(map_router_profiles))
}

/// What a person says about the router before its lines are judged.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Marks {
    /// Profiles with which lines were closed here, separated by commas.
    closed_profiles: Option<String>,
    /// Profiles with which lines are open, though they look like those of closed lines; separated by commas.
    open_profiles: Option<String>,
}

fn names(list: Option<&str>) -> Vec<String> {
    let names = list.unwrap_or_default().split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Reads the router's lines and proposes what becomes of each. Nothing is kept, and nothing is sent to the router but
/// questions.
#[utoipa::path(get, path = "/routers/{id}/import-lines", tag = "routers", operation_id = "preview_router_lines",
    params(("id" = i64, Path, description = "Which router."), Marks),
    responses((status = 200, description = "The lines, the groups that they were sold in, and proposals.",
        body = RouterLines)))]
async fn preview_router_lines(
    caller: Caller,
    Path(router_id): Path<i64>,
    Query(marks): Query<Marks>,
) -> Answer<Json<RouterLines>> {
    let preview = PreviewRouterLines {
        router_id,
        closed_profiles: names(marks.closed_profiles.as_deref()),
        open_profiles: names(marks.open_profiles.as_deref()),
    };
    caller.ask(preview).await
}

/// Takes lines in as they were decided about, all or none. The same request twice does nothing twice; it is undone like
/// the import of a file, by its `batch_id`.
#[utoipa::path(post, path = "/routers/{id}/import-lines", tag = "routers", operation_id = "import_router_lines",
    request_body = ImportRouterLines, params(("id" = i64, Path, description = "Which router.")),
    responses((status = 201, description = "What was taken in.", body = ImportedLines)))]
async fn import_router_lines(
    caller: Caller,
    Path(router_id): Path<i64>,
    Body(form): Body<ImportRouterLines>,
) -> Answer<(StatusCode, Json<ImportedLines>)> {
    caller.create(ImportRouterLines { router_id, ..form }).await
}

/// Reads the router's PPP profiles, and which of them packages have there.
#[utoipa::path(get, path = "/routers/{id}/profiles", tag = "routers", operation_id = "read_router_profiles",
    params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "The profiles and the packages.", body = RouterProfiles)))]
async fn read_router_profiles(caller: Caller, Path(router_id): Path<i64>) -> Answer<Json<RouterProfiles>> {
    caller.ask(ReadProfileMappings { router_id }).await
}

/// Maps packages to profiles that the router has already; Sambung uses such a profile and never changes it.
#[utoipa::path(post, path = "/routers/{id}/profile-mappings", tag = "routers", operation_id = "map_router_profiles",
    request_body = MapProfiles, params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "The profiles and the packages.", body = RouterProfiles)))]
async fn map_router_profiles(
    caller: Caller,
    Path(router_id): Path<i64>,
    Body(form): Body<MapProfiles>,
) -> Answer<Json<RouterProfiles>> {
    caller.ask(MapProfiles { router_id, ..form }).await
}
