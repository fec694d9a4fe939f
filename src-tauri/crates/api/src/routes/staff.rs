//! The staff.

use axum::Json;
use axum::http::StatusCode;
use office::people::{AddStaff, ChangeStaff, ListRoles, ListStaff, RoleView, StaffView};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, ChangeBody, List, Path};
use crate::lists::ShortList;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_staff, add_staff))
        .routes(routes!(change_staff))
        .routes(routes!(list_roles))
}

/// Lists the staff.
#[utoipa::path(get, path = "/staff", tag = "staff", operation_id = "list_staff", params(ShortList),
    responses((status = 200, description = "The staff.", body = Page<StaffView>)))]
async fn list_staff(caller: Caller, List(list): List<ShortList>) -> Answer<Json<Page<StaffView>>> {
    let staff = caller.perform(ListStaff).await?;
    Ok(Json(list.of(staff, |person| {
        format!("{} {}", person.name, person.role)
    })?))
}

/// Adds somebody to the staff.
#[utoipa::path(post, path = "/staff", tag = "staff", operation_id = "add_staff", request_body = AddStaff,
    responses((status = 201, description = "Who was added.", body = StaffView)))]
async fn add_staff(caller: Caller, Body(form): Body<AddStaff>) -> Answer<(StatusCode, Json<StaffView>)> {
    caller.create(form).await
}

/// Changes somebody's role or password, or switches an account off and on.
#[utoipa::path(patch, path = "/staff/{id}", tag = "staff", operation_id = "change_staff", request_body = ChangeStaff,
    params(("id" = i64, Path, description = "Who.")),
    responses((status = 200, description = "Who was changed.", body = StaffView)))]
async fn change_staff(
    caller: Caller,
    Path(id): Path<i64>,
    ChangeBody(form): ChangeBody<ChangeStaff>,
) -> Answer<Json<StaffView>> {
    caller.ask(ChangeStaff { id, ..form }).await
}

/// Lists the roles and what each may do.
#[utoipa::path(get, path = "/roles", tag = "staff", operation_id = "list_roles", params(ShortList),
    responses((status = 200, description = "The roles.", body = Page<RoleView>)))]
async fn list_roles(caller: Caller, List(list): List<ShortList>) -> Answer<Json<Page<RoleView>>> {
    let roles = caller.perform(ListRoles).await?;
    Ok(Json(list.of(roles, |role| role.name.to_string())?))
}
