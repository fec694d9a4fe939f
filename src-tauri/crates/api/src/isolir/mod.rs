//! The isolation page over plain HTTP, on a listener of its own with nothing else on it. Closed lines are redirected here
//! whatever they asked for, so every path of every host is the page; any other method than GET is refused. It has no
//! scripts, sets no cookies and repeats nothing of a request but what its own form sent, escaped.

mod asking;
mod contact;
mod html;
mod listening;
mod standing;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use office::isolation_page::{Claim, IsolationPage, PageView, Refusal, Visitor};
use serde::Deserialize;

use html::Shown;
pub use listening::{follow, serve};

/// The page as a router: one answer for all paths.
pub fn router(page: IsolationPage) -> Router {
    Router::new().fallback(answer).with_state(page)
}

/// What the page's own form and links send.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// The customer number.
    nomor: String,
    /// The last digits of the phone.
    hp: String,
    /// `en` for English.
    lang: String,
}

async fn answer(State(page): State<IsolationPage>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))],
        )
            .into_response();
    }
    // A query of somebody else's page is not ours to understand.
    let asked = axum::extract::Query::<Asked>::try_from_uri(request.uri())
        .map(|query| query.0)
        .unwrap_or_default();
    // Only the wire says who asks; a header may say anything.
    let source = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let claim = Claim {
        number: asked.nomor.clone(),
        digits: asked.hp.clone(),
    };
    let answered = page.answer(source, Some(claim)).await;
    let settings = page.office().settings();
    let own_address = settings.borrow().isolation_page_address.clone();
    let (status, view) = match answered {
        Ok(view) => (status(&view), view),
        Err(error) => {
            tracing::error!(code = error.code, source = ?error.source, "the isolation page could not answer");
            (StatusCode::SERVICE_UNAVAILABLE, page.without_visitor())
        }
    };
    let shown = Shown {
        view: &view,
        asked: &asked,
        own_address: &own_address,
        failed: status == StatusCode::SERVICE_UNAVAILABLE,
    };
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self' {}; base-uri 'none'; \
         frame-ancestors 'none'",
        html::origin(&own_address)
    );
    let mut response = (status, Html(shown.page().into_string())).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The page itself is always a success: a phone that looks for a sign-in page takes nothing else for one.
fn status(view: &PageView) -> StatusCode {
    match view.visitor {
        Visitor::Unknown(Some(Refusal::TooMany { .. })) => StatusCode::TOO_MANY_REQUESTS,
        Visitor::Unknown(_) | Visitor::Known(_) => StatusCode::OK,
    }
}
