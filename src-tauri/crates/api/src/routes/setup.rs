//! The first start: an office without an owner gets one, at its own machine and nowhere else.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use office::people::{LoginAnswer, ReadSetup, SetUp, SetupState};
use office::{Error, Kind, Office};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::door::Door;
use crate::extract::Body;
use crate::problem::{Answer, Failure};

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(routes!(read_setup, set_up))
}

/// Proof that the request came through the window; asked before the body is read.
struct AtTheOffice;

impl<S: Send + Sync> FromRequestParts<S> for AtTheOffice {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<AtTheOffice, Failure> {
        let Ok(door) = Door::from_request_parts(parts, state).await;
        if door == Door::Local {
            return Ok(AtTheOffice);
        }
        Err(Failure::from(Error::new(
            Kind::Forbidden,
            "setup_is_local",
            "Pemilik pertama hanya dapat dibuat di komputer kantor: buka aplikasi, atau jalankan `sambung user add`.",
            "The first owner can be made only at the office's own machine: open the application, or run `sambung user add`.",
        )))
    }
}

/// Tells what the first screen needs to know.
#[utoipa::path(get, path = "/setup", tag = "setup", operation_id = "read_setup", security(()),
    responses((status = 200, description = "The state of the office.", body = SetupState)))]
async fn read_setup(State(office): State<Office>, door: Door) -> Answer<Json<SetupState>> {
    Ok(Json(
        ReadSetup {
            local: door == Door::Local,
        }
        .run(&office)
        .await?,
    ))
}

/// Makes the first owner and the office, through the window only.
#[utoipa::path(post, path = "/setup", tag = "setup", operation_id = "set_up", security(()), request_body = SetUp,
    responses((status = 201, description = "The owner's session.", body = LoginAnswer)))]
async fn set_up(
    State(office): State<Office>,
    _: AtTheOffice,
    Body(form): Body<SetUp>,
) -> Answer<(StatusCode, Json<LoginAnswer>)> {
    Ok((StatusCode::CREATED, Json(form.run(&office, true).await?)))
}
