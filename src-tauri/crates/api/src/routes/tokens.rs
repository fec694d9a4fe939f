//! Tokens for scripts.

use axum::Json;
use axum::http::StatusCode;
use office::people::{CreateToken, ListTokens, RevokeToken, TokenView};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, List, Path};
use crate::lists::ShortList;
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(revoke_token))
}

/// Lists the tokens for scripts: one's own, or everybody's for whoever may change the staff.
#[utoipa::path(get, path = "/auth/tokens", tag = "auth", operation_id = "list_tokens", params(ShortList),
    responses((status = 200, description = "The tokens, without their secrets.", body = Page<TokenView>)))]
async fn list_tokens(caller: Caller, List(list): List<ShortList>) -> Answer<Json<Page<TokenView>>> {
    let tokens = caller.perform(ListTokens).await?;
    Ok(Json(list.of(tokens, |token| token.name.clone())?))
}

/// Makes a token; its secret is in this answer alone.
#[utoipa::path(post, path = "/auth/tokens", tag = "auth", operation_id = "create_token", request_body = CreateToken,
    responses((status = 201, description = "The token with its secret.", body = TokenView)))]
async fn create_token(
    caller: Caller,
    Body(form): Body<CreateToken>,
) -> Answer<(StatusCode, Json<TokenView>)> {
    caller.create(form).await
}

/// Revokes a token.
#[utoipa::path(delete, path = "/auth/tokens/{id}", tag = "auth", operation_id = "revoke_token",
    params(("id" = i64, Path, description = "Which token.")),
    responses((status = 204, description = "It is no longer valid.")))]
async fn revoke_token(caller: Caller, Path(id): Path<i64>) -> Answer<StatusCode> {
    caller.done(RevokeToken { id }).await
}
