//! What every answer passes on its way out: the caller's language, the headers that keep a browser careful, and the net
//! under a panic.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

use crate::problem;

/// The largest body, in bytes, of everything but an import.
const LARGEST_BODY: usize = 1024 * 1024;

/// What a page of ours may load; the same as the window's, but for the window's own scheme.
const PAGE_POLICY: &str = "default-src 'self'; connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; \
    style-src-attr 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// An answer of the API is no page and loads nothing.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The layers around the API; the last one is the outermost.
pub(crate) fn around_the_api(router: Router) -> Router {
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(problem::in_callers_language))
        .layer(middleware::from_fn(api_headers))
        // Paths and statuses only: headers and bodies hold tokens and people.
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            tracing::debug_span!("http", method = %request.method(), path = request.uri().path())
        }))
}

async fn api_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    careful(headers, API_POLICY);
    put(headers, header::CACHE_CONTROL, "no-store");
    response
}

/// The headers of the window's files.
pub(crate) async fn page_headers(request: Request, next: Next) -> Response {
    // Vite names these files by their content, so one that was fetched never changes.
    let immutable = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let caching = if immutable && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    careful(headers, PAGE_POLICY);
    put(headers, header::CACHE_CONTROL, caching);
    response
}

fn careful(headers: &mut HeaderMap, policy: &'static str) {
    put(headers, header::CONTENT_SECURITY_POLICY, policy);
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::X_FRAME_OPTIONS, "DENY");
    put(headers, header::REFERRER_POLICY, "no-referrer");
    put(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert_with(|| HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_and_its_words_stay_inside() {
        let broken = || async {
            if true {
                panic!("the ledger of Budi is broken");
            }
        };
        let router = around_the_api(Router::new().route("/broken", get(broken)));
        let request = Request::get("/broken")
            .header("accept-language", "en")
            .body(axum::body::Body::empty());
        let response = router.oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()[header::CONTENT_TYPE], problem::MEDIA_TYPE);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "fault");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("fault in the program")
        );
        assert!(!problem.to_string().contains("Budi"));
    }
}
