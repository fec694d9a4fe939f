//! Logging in and out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use office::Office;
use office::people::{Login, LoginAnswer, Logout, Me, UserView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(log_out))
        .routes(routes!(read_me))
}

/// Logs in with name and password.
#[utoipa::path(post, path = "/auth/login", tag = "auth", operation_id = "log_in", security(()), request_body = Login,
    responses((status = 200, description = "A session.", body = LoginAnswer)))]
async fn log_in(State(office): State<Office>, Body(login): Body<Login>) -> Answer<Json<LoginAnswer>> {
    Ok(Json(login.run(&office).await?))
}

/// Ends the session of the token that is sent.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", operation_id = "log_out",
    responses((status = 204, description = "The token is no longer valid.")))]
async fn log_out(caller: Caller) -> Answer<StatusCode> {
    let token = caller.token.clone();
    caller.done(Logout { token }).await
}

/// Tells who the token stands for and what it may do.
#[utoipa::path(get, path = "/auth/me", tag = "auth", operation_id = "read_me",
    responses((status = 200, description = "Who is asking.", body = UserView)))]
async fn read_me(caller: Caller) -> Answer<Json<UserView>> {
    caller.ask(Me).await
}
