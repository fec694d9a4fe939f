//! Packages.

use axum::Json;
use axum::http::StatusCode;
use office::catalogue::{AddPackage, ChangePackage, ListPackages, PackageView, ReadPackage};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, ChangeBody, List, Path};
use crate::lists::ShortList;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_packages, add_package))
        .routes(routes!(read_package, change_package))
}

/// Lists the packages, by code.
#[utoipa::path(get, path = "/packages", tag = "packages", operation_id = "list_packages", params(ShortList),
    responses((status = 200, description = "The packages.", body = Page<PackageView>)))]
async fn list_packages(caller: Caller, List(list): List<ShortList>) -> Answer<Json<Page<PackageView>>> {
    let packages = caller.perform(ListPackages).await?;
    Ok(Json(list.of(packages, |package| {
        format!("{} {}", package.code, package.name)
    })?))
}

/// Adds a package.
#[utoipa::path(post, path = "/packages", tag = "packages", operation_id = "add_package", request_body = AddPackage,
    responses((status = 201, description = "The new package.", body = PackageView)))]
async fn add_package(
    caller: Caller,
    Body(form): Body<AddPackage>,
) -> Answer<(StatusCode, Json<PackageView>)> {
    caller.create(form).await
}

/// Reads a package.
#[utoipa::path(get, path = "/packages/{id}", tag = "packages", operation_id = "read_package",
    params(("id" = i64, Path, description = "Which package.")),
    responses((status = 200, description = "The package.", body = PackageView)))]
async fn read_package(caller: Caller, Path(id): Path<i64>) -> Answer<Json<PackageView>> {
    caller.ask(ReadPackage { id }).await
}

/// Changes a package; what is absent stays.
#[utoipa::path(patch, path = "/packages/{id}", tag = "packages", operation_id = "change_package",
    request_body = ChangePackage, params(("id" = i64, Path, description = "Which package.")),
    responses((status = 200, description = "The package.", body = PackageView)))]
async fn change_package(
    caller: Caller,
    Path(id): Path<i64>,
    ChangeBody(form): ChangeBody<ChangePackage>,
) -> Answer<Json<PackageView>> {
    caller.ask(ChangePackage { id, ..form }).await
}
