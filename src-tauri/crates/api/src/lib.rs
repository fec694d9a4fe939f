//! The office over HTTP: one axum router with its OpenAPI document, the same behind both doors (the window in process, a
//! browser or a script over TCP), and the server that puts it on a socket.
//!
//! This crate refuses to decide anything: a handler reads a request, hands it to [`Office::perform`] and writes the answer.
//! It knows no SQL, no rule of money and no router.

mod description;
mod door;
mod edge;
mod extract;
mod file;
pub mod isolir;
mod lists;
mod problem;
mod rejection;
mod routes;
mod serving;
mod ui;

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::{any, get};
use office::Office;

pub use description::openapi;
pub use door::Door;
pub use problem::{Answer, Failure, FieldError, Problem};
pub use serving::serve;
pub use ui::{Asset, Find, Ui, with_ui};

/// The API of an office: `/api/v1`, `/api/openapi.json` and `/healthz`. Every answer that is not a success is a problem.
pub fn router(office: Office) -> Router {
    let (router, mut document) = routes::all().split_for_parts();
    description::complete(&mut document);
    let document = std::sync::Arc::new(document);
    let describe = move || {
        let document = std::sync::Arc::clone(&document);
        async move { axum::Json(document.as_ref()).into_response() }
    };
    let router = router
        .route("/api/openapi.json", get(describe))
        .route("/api", any(problem::no_such_path))
        .route("/api/{*path}", any(problem::no_such_path))
        .fallback(problem::no_such_path)
        .method_not_allowed_fallback(problem::no_such_method)
        .with_state(office);
    edge::around_the_api(router)
}
