//! Messages to customers.

use axum::Json;
use axum::http::StatusCode;
use office::notify::{ListNotifications, MarkHanded, MarkSent, MessengerToken, NotificationView};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, List, Path};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications))
        .routes(routes!(mark_notification_handed))
        .routes(routes!(mark_notification_sent))
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

/// Says that a message was opened through its link, to be sent by hand: it is `handed` until somebody says that it was sent.
#[utoipa::path(post, path = "/notifications/{id}/handed", tag = "notifications",
    operation_id = "mark_notification_handed", params(("id" = i64, Path, description = "Which message.")),
    responses((status = 200, description = "The message.", body = NotificationView)))]
async fn mark_notification_handed(caller: Caller, Path(id): Path<i64>) -> Answer<Json<NotificationView>> {
    caller.ask(MarkHanded { id }).await
}

/// Says that a message was sent by hand, through its link: it is `sent` then, by the channel `by_hand`.
#[utoipa::path(post, path = "/notifications/{id}/sent", tag = "notifications",
    operation_id = "mark_notification_sent", params(("id" = i64, Path, description = "Which message.")),
    responses((status = 200, description = "The message.", body = NotificationView)))]
async fn mark_notification_sent(caller: Caller, Path(id): Path<i64>) -> Answer<Json<NotificationView>> {
    caller.ask(MarkSent { id }).await
}

/// Keeps the token of the message gateway with the secrets; it is never read back.
#[utoipa::path(put, path = "/notifications/token", tag = "notifications", operation_id = "keep_messenger_token",
    request_body = MessengerToken, responses((status = 204, description = "It is kept.")))]
async fn keep_messenger_token(caller: Caller, Body(form): Body<MessengerToken>) -> Answer<StatusCode> {
    caller.done(form).await
}
