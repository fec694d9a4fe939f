//! A customer's line: why it is open or closed, and a person's word above the ledger.

use axum::Json;
use axum::http::StatusCode;
use billing::{Access, Observed};
use jiff::civil::Date;
use office::access::{
    EndOverride, HandAnswer, HandOutcome, IsolateByHand, OpenByHand, OverrideView, ReadWhy, SendWhy, SentWhy,
    SetOverride, Why,
};
use office::network::{DisconnectLine, Disconnected};
use office::{Language, Office};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, Path, Spoken};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(read_why))
        .routes(routes!(send_why))
        .routes(routes!(set_override, end_override))
        .routes(routes!(isolate_line))
        .routes(routes!(open_line))
        .routes(routes!(disconnect_line))
}

/// Tells why the line is open or closed: the rule, the invoices, what the router said and when.
#[utoipa::path(get, path = "/customers/{id}/why", tag = "lines", operation_id = "read_why",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "Why.", body = Why)))]
async fn read_why(caller: Caller, Path(customer_id): Path<i64>) -> Answer<Json<Why>> {
    caller.ask(ReadWhy { customer_id }).await
}

/// Tells the customer why, in plain words.
#[utoipa::path(post, path = "/customers/{id}/why/send", tag = "lines", operation_id = "send_why",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "How it was handed on.", body = SentWhy)))]
async fn send_why(caller: Caller, Path(customer_id): Path<i64>) -> Answer<Json<SentWhy>> {
    caller.ask(SendWhy { customer_id }).await
}

/// Sets an override; one that is in force is ended by it.
#[utoipa::path(post, path = "/customers/{id}/override", tag = "lines", operation_id = "set_override",
    request_body = SetOverride, params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "The override.", body = OverrideView)))]
async fn set_override(
    caller: Caller,
    Path(customer_id): Path<i64>,
    Body(form): Body<SetOverride>,
) -> Answer<Json<OverrideView>> {
    caller.ask(SetOverride { customer_id, ..form }).await
}

/// Ends the override that is in force; the ledger decides again.
#[utoipa::path(delete, path = "/customers/{id}/override", tag = "lines", operation_id = "end_override",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 204, description = "It has ended.")))]
async fn end_override(caller: Caller, Path(customer_id): Path<i64>) -> Answer<StatusCode> {
    caller.done(EndOverride { customer_id }).await
}

/// What came of closing or opening a line by hand, in the caller's language.
#[derive(Serialize, ToSchema)]
struct LineByHand {
    /// Whose line.
    customer_id: i64,
    /// What is wanted.
    desired: Access,
    /// What the router was last seen to say.
    observed: Observed,
    /// What came of it.
    outcome: HandOutcome,
    /// The last day on which an opening holds against the ledger; `null` where the ledger decides at once.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// The same in a sentence.
    message: String,
}

impl LineByHand {
    fn of(answer: HandAnswer, language: Language) -> LineByHand {
        LineByHand {
            customer_id: answer.customer_id,
            desired: answer.desired,
            observed: answer.observed,
            outcome: answer.outcome,
            until: answer.until,
            message: answer.message.for_language(language).to_owned(),
        }
    }
}

/// Closes a line by hand, now.
#[utoipa::path(post, path = "/customers/{id}/isolate", tag = "lines", operation_id = "isolate_line",
    request_body = IsolateByHand, params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "What came of it.", body = LineByHand)))]
async fn isolate_line(
    caller: Caller,
    Path(customer_id): Path<i64>,
    Spoken(language): Spoken,
    Body(form): Body<IsolateByHand>,
) -> Answer<Json<LineByHand>> {
    let answer = caller.perform(IsolateByHand { customer_id, ..form }).await?;
    Ok(Json(LineByHand::of(answer, language)))
}

/// Opens a line by hand, now.
#[utoipa::path(post, path = "/customers/{id}/open-access", tag = "lines", operation_id = "open_line",
    request_body = OpenByHand, params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "What came of it.", body = LineByHand)))]
async fn open_line(
    caller: Caller,
    Path(customer_id): Path<i64>,
    Spoken(language): Spoken,
    Body(form): Body<OpenByHand>,
) -> Answer<Json<LineByHand>> {
    let answer = caller.perform(OpenByHand { customer_id, ..form }).await?;
    Ok(Json(LineByHand::of(answer, language)))
}

/// What was dropped, in the caller's language.
#[derive(Serialize, ToSchema)]
struct LineDisconnected {
    /// Whose line.
    customer_id: i64,
    /// How many sessions there were, none of which is there any more.
    dropped: u64,
    /// The same in a sentence.
    message: String,
}

impl LineDisconnected {
    fn of(answer: Disconnected, language: Language) -> LineDisconnected {
        LineDisconnected {
            customer_id: answer.customer_id,
            dropped: answer.dropped,
            message: answer.message.for_language(language).to_owned(),
        }
    }
}

/// Drops the line's live session once, so that its device dials again; only where the router is managed.
#[utoipa::path(post, path = "/customers/{id}/disconnect", tag = "lines", operation_id = "disconnect_line",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "What was dropped.", body = LineDisconnected)))]
async fn disconnect_line(
    caller: Caller,
    Path(customer_id): Path<i64>,
    Spoken(language): Spoken,
) -> Answer<Json<LineDisconnected>> {
    let answer = caller.perform(DisconnectLine { customer_id }).await?;
    Ok(Json(LineDisconnected::of(answer, language)))
}
