//! Messages to customers.

use axum::Json;
use axum::http::StatusCode;
use office::notify::{ListNotifications, MessengerToken, NotificationView};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, List};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications))
        .routes(routes!(keep_messenger_token))
}

/// Lists messages, newest first.
#[utoipa::path(get, path = "/notifications", tag = "notifications", operation_id = "list_notifications",
    params(ListNotifications),
    responses((status = 200, description = "A page of messages.", body = Page<NotificationView>)))]
async fn list_notifications(
    caller: Caller,
    List(list): List<ListNotifications>,
) -> Answer<Json<Page<NotificationView>>> {
    caller.ask(list).await
}

/// Keeps the token of the message gateway with the secrets; it is never read back.
#[utoipa::path(put, path = "/notifications/token", tag = "notifications", operation_id = "keep_messenger_token",
    request_body = MessengerToken, responses((status = 204, description = "It is kept.")))]
async fn keep_messenger_token(caller: Caller, Body(form): Body<MessengerToken>) -> Answer<StatusCode> {
    caller.done(form).await
}
