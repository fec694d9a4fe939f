//! Plans of mass changes: shown, let through, undone.

use axum::Json;
use jiff::civil::Date;
use office::access::{
    ApplyPlan, ApproveAhead, CancelPlan, DismissPlan, ListPlans, PlanDetail, PlanPreview, PlanView,
    PreviewPlan, ReadPlan, StrikeLines, UndoPlan,
};
use office::{Office, Page};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, List, OptionalBody, Path, Query};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_plans))
        .routes(routes!(preview_plan))
        .routes(routes!(apply_plan))
        .routes(routes!(read_plan))
        .routes(routes!(undo_plan))
        .routes(routes!(dismiss_plan))
        .routes(routes!(cancel_plan))
        .routes(routes!(strike_lines))
        .routes(routes!(approve_ahead))
}

/// Lists plans, newest first.
#[utoipa::path(get, path = "/isolation", tag = "isolation", operation_id = "list_plans", params(ListPlans),
    responses((status = 200, description = "A page of plans.", body = Page<PlanView>)))]
async fn list_plans(caller: Caller, List(list): List<ListPlans>) -> Answer<Json<Page<PlanView>>> {
    caller.ask(list).await
}

/// For which day.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OnDay {
    /// Another day than today, `YYYY-MM-DD`.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
}

/// Shows the plan as it would be made now, or for another day. It changes nothing.
#[utoipa::path(get, path = "/isolation/plan", tag = "isolation", operation_id = "preview_plan", params(OnDay),
    responses((status = 200, description = "The plan as it would be.", body = PlanPreview)))]
async fn preview_plan(caller: Caller, Query(day): Query<OnDay>) -> Answer<Json<PlanPreview>> {
    caller.ask(PreviewPlan { as_of: day.as_of }).await
}

/// Lets a plan through: the one that waits, or one that is made now.
#[utoipa::path(post, path = "/isolation/apply", tag = "isolation", operation_id = "apply_plan",
    request_body = Option<ApplyPlan>, responses((status = 200, description = "The plan.", body = PlanDetail)))]
async fn apply_plan(caller: Caller, OptionalBody(form): OptionalBody<ApplyPlan>) -> Answer<Json<PlanDetail>> {
    caller.ask(form).await
}

/// Reads a plan with its lines.
#[utoipa::path(get, path = "/isolation/{id}", tag = "isolation", operation_id = "read_plan",
    params(("id" = i64, Path, description = "Which plan.")),
    responses((status = 200, description = "The plan.", body = PlanDetail)))]
async fn read_plan(caller: Caller, Path(id): Path<i64>) -> Answer<Json<PlanDetail>> {
    caller.ask(ReadPlan { id }).await
}

/// Takes a plan's changes back, but for lines that changed since, and holds the lines that it opens for some days.
#[utoipa::path(post, path = "/isolation/{id}/undo", tag = "isolation", operation_id = "undo_plan",
    request_body = Option<UndoPlan>, params(("id" = i64, Path, description = "Which plan.")),
    responses((status = 200, description = "The plan.", body = PlanDetail)))]
async fn undo_plan(
    caller: Caller,
    Path(id): Path<i64>,
    OptionalBody(form): OptionalBody<UndoPlan>,
) -> Answer<Json<PlanDetail>> {
    caller.ask(UndoPlan { id, ..form }).await
}

/// Puts away a plan that waits.
#[utoipa::path(post, path = "/isolation/{id}/dismiss", tag = "isolation", operation_id = "dismiss_plan",
    params(("id" = i64, Path, description = "Which plan.")),
    responses((status = 200, description = "The plan.", body = PlanDetail)))]
async fn dismiss_plan(caller: Caller, Path(id): Path<i64>) -> Answer<Json<PlanDetail>> {
    caller.ask(DismissPlan { id }).await
}

/// Stops a plan that is being carried out or taken back: what has not been sent yet is not sent. Lines that are being sent at this moment
/// come to their end; the plan then counts as applied and can be undone. So is a plan stopped that is being taken back: what is
/// not back yet stays as the plan left it, says by whom that was stopped, and can be undone again.
#[utoipa::path(post, path = "/isolation/{id}/cancel", tag = "isolation", operation_id = "cancel_plan",
    params(("id" = i64, Path, description = "Which plan.")),
    responses((status = 200, description = "The plan.", body = PlanDetail)))]
async fn cancel_plan(caller: Caller, Path(id): Path<i64>) -> Answer<Json<PlanDetail>> {
    caller.ask(CancelPlan { id }).await
}

/// Takes single lines out of a plan that waits, or out of what is shown for tomorrow, or back in.
#[utoipa::path(post, path = "/isolation/{id}/strike", tag = "isolation", operation_id = "strike_lines",
    request_body = StrikeLines, params(("id" = i64, Path, description = "Which plan.")),
    responses((status = 200, description = "The plan.", body = PlanDetail)))]
async fn strike_lines(
    caller: Caller,
    Path(id): Path<i64>,
    Body(form): Body<StrikeLines>,
) -> Answer<Json<PlanDetail>> {
    caller.ask(StrikeLines { id, ..form }).await
}

/// Approves ahead what is shown for a day, so that its check closes these lines whatever the limit is; or takes that back.
///
/// Lines that become due beside them count against the limit.
#[utoipa::path(post, path = "/isolation/{id}/approve", tag = "isolation", operation_id = "approve_ahead",
    request_body = Option<ApproveAhead>, params(("id" = i64, Path, description = "Which preview.")),
    responses((status = 200, description = "The preview.", body = PlanDetail)))]
async fn approve_ahead(
    caller: Caller,
    Path(id): Path<i64>,
    OptionalBody(form): OptionalBody<ApproveAhead>,
) -> Answer<Json<PlanDetail>> {
    let id = Some(id);
    caller.ask(ApproveAhead { id, ..form }).await
}
