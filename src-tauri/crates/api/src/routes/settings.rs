//! The office's settings, one flat object.

use axum::Json;
use office::Office;
use office::settings::{ChangeSettings, ReadSettings, Settings};
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{AnyFields, Caller};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(read_settings, change_settings))
}

/// Reads every setting.
#[utoipa::path(get, path = "/settings", tag = "settings", operation_id = "read_settings",
    responses((status = 200, description = "The settings, and `schedule.<task>` for each task.", body = Settings)))]
async fn read_settings(caller: Caller) -> Answer<Json<Map<String, Value>>> {
    caller.ask(ReadSettings).await
}

/// Changes the settings that are named; the rest stay. With `version`, a setting that was changed since is not written over
/// (409, `stale`).
#[utoipa::path(patch, path = "/settings", tag = "settings", operation_id = "change_settings", request_body = Settings,
    responses((status = 200, description = "Every setting.", body = Settings)))]
async fn change_settings(
    caller: Caller,
    AnyFields(changes): AnyFields<Map<String, Value>>,
) -> Answer<Json<Map<String, Value>>> {
    caller.ask(ChangeSettings(changes)).await
}
