//! The window's files beside the API, for a browser: from a folder, or from the program itself. A path that is no file is
//! a screen, which the page finds by itself; what lies under `/api`, `/webhook` and `/isolir` is no screen, whether the
//! program answers there or not, and a script that asks there is never given a page.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt as _;
use tower_http::services::{ServeDir, ServeFile};

use crate::{edge, problem};

/// The page that every screen begins with.
const INDEX: &str = "index.html";

/// A file that the program carries.
pub struct Asset {
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub media_type: String,
}

/// Finds a file by its path without the leading slash.
pub type Find = dyn Fn(&str) -> Option<Asset> + Send + Sync;

/// Where the window's files are.
#[derive(Clone)]
pub enum Ui {
    /// In a folder, as Vite builds it.
    Folder(PathBuf),
    /// In the program.
    Embedded(Arc<Find>),
}

/// The API with the window's files beside it; the API alone without any.
pub fn with_ui(router: Router, ui: Option<Ui>) -> Router {
    let Some(ui) = ui else { return router };
    let files = Router::new()
        .fallback(move |request: Request| {
            let ui = ui.clone();
            async move { page(&ui, request).await }
        })
        .layer(middleware::from_fn(problem::in_callers_language))
        .layer(middleware::from_fn(edge::page_headers));
    router.fallback_service(files)
}

/// Where programs ask and no screen is.
const NO_SCREENS: [&str; 3] = ["/api", "/webhook", "/isolir"];

fn is_no_screen(path: &str) -> bool {
    NO_SCREENS.iter().any(|root| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

async fn page(ui: &Ui, request: Request) -> Response {
    if is_no_screen(request.uri().path()) {
        return problem::no_such_path().await.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return problem::no_such_method().await.into_response();
    }
    // A file that is named by its content and is not there belongs to another version; the first page cannot stand in.
    let is_asset = request.uri().path().starts_with("/assets/");
    let response = match ui {
        Ui::Folder(folder) => {
            let files = ServeDir::new(folder);
            let found = if is_asset {
                files.oneshot(request).await.map(IntoResponse::into_response)
            } else {
                files
                    .fallback(ServeFile::new(folder.join(INDEX)))
                    .oneshot(request)
                    .await
                    .map(IntoResponse::into_response)
            };
            found.unwrap_or_else(|never| match never {})
        }
        Ui::Embedded(find) => {
            let path = request.uri().path().trim_start_matches('/');
            let wanted = if path.is_empty() { INDEX } else { path };
            let found = find(wanted).or_else(|| if is_asset { None } else { find(INDEX) });
            found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), carried)
        }
    };
    if response.status() == StatusCode::NOT_FOUND {
        return problem::no_such_path().await.into_response();
    }
    response
}

fn carried(asset: Asset) -> Response {
    let mut response = match asset.bytes {
        Cow::Borrowed(bytes) => bytes.into_response(),
        Cow::Owned(bytes) => bytes.into_response(),
    };
    if let Ok(media_type) = HeaderValue::try_from(asset.media_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    }
    response
}
