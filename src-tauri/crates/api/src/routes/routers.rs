//! Routers: their records, and asking them things.

use axum::Json;
use axum::http::StatusCode;
use office::access::{
    ReadRouterPlan, ReadRouterPlans, ReconcileRouter, Reconciled, RouterCompared, RouterPlan,
    SwitchRouterMode, SwitchedMode, SyncRouterProfiles, SyncedProfiles,
};
use office::network::{Permissions, RouterProblem, RouterTest, TestRouter};
use office::routers::{AddRouter, ChangeRouter, ListRouters, ReadRouter, RouterView};
use office::{Language, Office, Page};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, ChangeBody, List, OptionalBody, Path, Spoken};
use crate::lists::ShortList;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_routers, add_router))
        .routes(routes!(read_router, change_router))
        .routes(routes!(test_router))
        .routes(routes!(switch_router_mode))
        .routes(routes!(sync_router_profiles))
        .routes(routes!(read_router_plans))
        .routes(routes!(read_router_plan))
        .routes(routes!(reconcile_router))
}

/// Lists the routers, by name.
#[utoipa::path(get, path = "/routers", tag = "routers", operation_id = "list_routers", params(ShortList),
    responses((status = 200, description = "The routers.", body = Page<RouterView>)))]
async fn list_routers(caller: Caller, List(list): List<ShortList>) -> Answer<Json<Page<RouterView>>> {
    let routers = caller.perform(ListRouters).await?;
    Ok(Json(list.of(routers, |router| {
        format!("{} {}", router.name, router.host)
    })?))
}

/// Adds a router; its password goes to the keyring, and nothing is sent to it yet.
#[utoipa::path(post, path = "/routers", tag = "routers", operation_id = "add_router", request_body = AddRouter,
    responses((status = 201, description = "The new router.", body = RouterView)))]
async fn add_router(caller: Caller, Body(form): Body<AddRouter>) -> Answer<(StatusCode, Json<RouterView>)> {
    caller.create(form).await
}

/// Reads a router.
#[utoipa::path(get, path = "/routers/{id}", tag = "routers", operation_id = "read_router",
    params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "The router.", body = RouterView)))]
async fn read_router(caller: Caller, Path(id): Path<i64>) -> Answer<Json<RouterView>> {
    caller.ask(ReadRouter { id }).await
}

/// Changes a router; what is absent stays.
#[utoipa::path(patch, path = "/routers/{id}", tag = "routers", operation_id = "change_router",
    request_body = ChangeRouter, params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "The router.", body = RouterView)))]
async fn change_router(
    caller: Caller,
    Path(id): Path<i64>,
    ChangeBody(form): ChangeBody<ChangeRouter>,
) -> Answer<Json<RouterView>> {
    caller.ask(ChangeRouter { id, ..form }).await
}

/// What a test of a router found, in the caller's language.
#[derive(Serialize, ToSchema)]
struct RouterTested {
    /// Whether the router can be worked with.
    ok: bool,
    /// What it calls itself.
    identity: Option<String>,
    /// Its RouterOS version.
    version: Option<String>,
    /// Its model.
    board: Option<String>,
    /// Since when it runs, in the router's spelling.
    uptime: Option<String>,
    /// How far its clock is ahead of this desk's, in seconds; negative when behind.
    clock_skew_seconds: Option<i64>,
    /// What is wrong with the API user's group.
    permissions: Permissions,
    /// How long one question took.
    latency_ms: Option<i64>,
    /// Why it failed.
    error: Option<RouterRefusal>,
    /// What would keep closings of this router's lines from cutting them off, each reason once.
    warnings: Vec<RouterRefusal>,
}

/// Why a router cannot be worked with.
#[derive(Serialize, ToSchema)]
struct RouterRefusal {
    /// The stable code.
    code: String,
    /// What happened and what to do.
    message: String,
}

impl RouterTested {
    fn of(test: RouterTest, language: Language) -> RouterTested {
        let refusal = |problem: RouterProblem| RouterRefusal {
            code: problem.code,
            message: problem.message.for_language(language).to_owned(),
        };
        RouterTested {
            ok: test.ok,
            identity: test.identity,
            version: test.version,
            board: test.board,
            uptime: test.uptime,
            clock_skew_seconds: test.clock_skew_seconds,
            permissions: test.permissions,
            latency_ms: test.latency_ms,
            error: test.error.map(refusal),
            warnings: test.warnings.into_iter().map(refusal).collect(),
        }
    }
}

/// Tests a router; one that cannot be reached is an answer, not an error.
#[utoipa::path(post, path = "/routers/{id}/test", tag = "routers", operation_id = "test_router",
    params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "What the test found.", body = RouterTested)))]
async fn test_router(
    caller: Caller,
    Path(router_id): Path<i64>,
    Spoken(language): Spoken,
) -> Answer<Json<RouterTested>> {
    let test = caller.perform(TestRouter { router_id }).await?;
    Ok(Json(RouterTested::of(test, language)))
}

/// Switches a router between `observe` and `manage`; the answer names the lines that stay closed by an override. With
/// `dry_run` nothing changes.
#[utoipa::path(post, path = "/routers/{id}/mode", tag = "routers", operation_id = "switch_router_mode",
    request_body = SwitchRouterMode, params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "The router, and what was accepted.", body = SwitchedMode)))]
async fn switch_router_mode(
    caller: Caller,
    Path(router_id): Path<i64>,
    Body(form): Body<SwitchRouterMode>,
) -> Answer<Json<SwitchedMode>> {
    caller.ask(SwitchRouterMode { router_id, ..form }).await
}

/// Brings the router's profiles up to date with the packages, as a plan that can be undone; with `dry_run` it shows what
/// would be changed.
#[utoipa::path(post, path = "/routers/{id}/sync-profiles", tag = "routers", operation_id = "sync_router_profiles",
    request_body = Option<SyncRouterProfiles>, params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "What became of each profile.", body = SyncedProfiles)))]
async fn sync_router_profiles(
    caller: Caller,
    Path(router_id): Path<i64>,
    OptionalBody(form): OptionalBody<SyncRouterProfiles>,
) -> Answer<Json<SyncedProfiles>> {
    caller.ask(SyncRouterProfiles { router_id, ..form }).await
}

/// Reads the router and compares it with the ledger.
#[utoipa::path(get, path = "/routers/{id}/plan", tag = "routers", operation_id = "read_router_plan",
    params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "How the router differs.", body = RouterPlan)))]
async fn read_router_plan(caller: Caller, Path(router_id): Path<i64>) -> Answer<Json<RouterPlan>> {
    caller.ask(ReadRouterPlan { router_id }).await
}

/// Compares every router that is in use with the ledger; one that cannot be read has its reason beside it.
#[utoipa::path(get, path = "/routers/plan", tag = "routers", operation_id = "read_router_plans",
    responses((status = 200, description = "How each router differs.", body = Vec<RouterCompared>)))]
async fn read_router_plans(caller: Caller) -> Answer<Json<Vec<RouterCompared>>> {
    caller.ask(ReadRouterPlans).await
}

/// Repairs what differs on a router as a plan, or with `dry_run` shows what would be sent. Closings above the limit need a
/// confirmation; progress is in the plan's lines.
#[utoipa::path(post, path = "/routers/{id}/reconcile", tag = "routers", operation_id = "reconcile_router",
    request_body = ReconcileRouter, params(("id" = i64, Path, description = "Which router.")),
    responses((status = 200, description = "What is repaired, or would be.", body = Reconciled)))]
async fn reconcile_router(
    caller: Caller,
    Path(router_id): Path<i64>,
    Body(form): Body<ReconcileRouter>,
) -> Answer<Json<Reconciled>> {
    let form = ReconcileRouter { router_id, ..form };
    caller.ask(form).await
}
