//! The window's door to the API: a request goes to the axum router in this process, without a port, and its answer
//! comes back whole (`api`) or as it arrives (`follow`, for the event feed).
//!
//! The door refuses nothing by itself but what is no HTTP request; who may do what is for the router to say.
//!
//! `follow {path, headers, chunks: Channel}` answers `{id, status, headers}` at once and sends the body through the
//! channel in `ArrayBuffer`s; an empty one is the end. `unfollow {id}` stops it, and so does leaving the page.

use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::{Extensions, HeaderMap, Method, Request, Response, Uri, header};
use serde::Serialize;
use tauri::ipc::{self, Channel, InvokeBody, InvokeResponseBody};
use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, Manager, State, Webview};
use tokio::task::AbortHandle;
use tower::ServiceExt;

use super::Refusal;
use super::frame::{self, AnswerHead, RequestHead};

/// The router behind the door, and the answers that are still coming through it.
pub(super) struct Door {
    router: Router,
    mark: Arc<dyn Fn(&mut Extensions) + Send + Sync>,
    following: Arc<Mutex<HashMap<u32, AbortHandle>>>,
    next: AtomicU32,
}

impl Door {
    pub(super) fn new(router: Router, mark: Arc<dyn Fn(&mut Extensions) + Send + Sync>) -> Self {
        Self {
            router,
            mark,
            following: Arc::default(),
            next: AtomicU32::new(1),
        }
    }

    /// One request, answered by the router.
    pub(super) async fn pass(&self, head: RequestHead, body: Vec<u8>) -> Result<Response<Body>, Refusal> {
        let no_request =
            |error: &dyn std::fmt::Display| Refusal::new("request_unreadable", error.to_string());
        let method = Method::from_bytes(head.method.as_bytes()).map_err(|error| no_request(&error))?;
        let uri: Uri = head.path.parse().map_err(|error| no_request(&error))?;
        if !head.path.starts_with('/') || uri.authority().is_some() {
            return Err(no_request(&"the path must begin with one slash"));
        }
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(header::CONTENT_LENGTH, body.len());
        for (name, value) in head.headers {
            if !name.eq_ignore_ascii_case(header::CONTENT_LENGTH.as_str()) {
                request = request.header(name, value);
            }
        }
        let mut request = request
            .body(Body::from(body))
            .map_err(|error| no_request(&error))?;
        (self.mark)(request.extensions_mut());
        match self.router.clone().oneshot(request).await {
            Ok(answer) => Ok(answer),
            Err(never) => match never {},
        }
    }

    /// One GET, its answer read to the end.
    pub(super) async fn get(
        &self,
        path: String,
        headers: BTreeMap<String, String>,
    ) -> Result<(axum::http::response::Parts, Vec<u8>), Refusal> {
        let head = RequestHead {
            method: Method::GET.to_string(),
            path,
            headers,
        };
        let (parts, body) = self.pass(head, Vec::new()).await?.into_parts();
        Ok((parts, whole(body).await?))
    }

    fn following(&self) -> MutexGuard<'_, HashMap<u32, AbortHandle>> {
        // Inserting and removing a finished pair leaves the map whole, whoever died meanwhile.
        self.following.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn whole(body: Body) -> Result<Vec<u8>, Refusal> {
    // Our own process makes the answer, so no limit protects anybody here; the router limits what comes in.
    let bytes = axum::body::to_bytes(body, usize::MAX).await;
    bytes
        .map(Vec::from)
        .map_err(|error| Refusal::new("answer_broken", format!("the answer broke off: {error}")))
}

fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}

/// The bytes that the page sent. Where the platform lets no bytes through, Tauri delivers them as a list of numbers.
fn sent(body: &InvokeBody) -> Result<Vec<u8>, Refusal> {
    match body {
        InvokeBody::Raw(bytes) => Ok(bytes.clone()),
        InvokeBody::Json(numbers) => serde_json::from_value(numbers.clone()).map_err(|error| {
            Refusal::new(
                "request_unreadable",
                format!("a frame of bytes was expected: {error}"),
            )
        }),
    }
}

/// The one API. Takes a frame and answers with one, whatever the status.
#[tauri::command]
pub(super) async fn api(door: State<'_, Door>, request: ipc::Request<'_>) -> Result<ipc::Response, Refusal> {
    let no_frame = |error: frame::FrameError| Refusal::new("request_unreadable", error.to_string());
    let bytes = sent(request.body())?;
    let (head, body) = frame::split::<RequestHead>(&bytes).map_err(no_frame)?;
    let (parts, body) = door.pass(head, body.to_vec()).await?.into_parts();
    let head = AnswerHead {
        status: parts.status.as_u16(),
        headers: listed(&parts.headers),
    };
    let answer = frame::join(&head, &whole(body).await?).map_err(no_frame)?;
    Ok(ipc::Response::new(answer))
}

/// The beginning of an answer that goes on.
#[derive(Debug, Serialize)]
pub(super) struct Followed {
    id: u32,
    #[serde(flatten)]
    head: AnswerHead,
}

/// A GET whose answer arrives piece by piece.
#[tauri::command]
pub(super) async fn follow(
    door: State<'_, Door>,
    path: String,
    headers: BTreeMap<String, String>,
    chunks: Channel<InvokeResponseBody>,
) -> Result<Followed, Refusal> {
    let head = RequestHead {
        method: Method::GET.to_string(),
        path,
        headers,
    };
    let (parts, body) = door.pass(head, Vec::new()).await?.into_parts();
    let id = door.next.fetch_add(1, Ordering::Relaxed);

    let following = Arc::clone(&door.following);
    // Entered before the task can end, so that the end always finds the entry it removes.
    let mut entries = door.following();
    let task = tokio::spawn(async move {
        forward(body, &chunks).await;
        following
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
    });
    entries.insert(id, task.abort_handle());
    drop(entries);
    Ok(Followed {
        id,
        head: AnswerHead {
            status: parts.status.as_u16(),
            headers: listed(&parts.headers),
        },
    })
}

async fn forward(mut body: Body, chunks: &Channel<InvokeResponseBody>) {
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let bytes = match frame.map(|frame| frame.into_data()) {
            Ok(Ok(bytes)) if bytes.is_empty() => continue,
            Ok(Ok(bytes)) => bytes,
            Ok(Err(_trailers)) => continue,
            Err(error) => {
                tracing::warn!(%error, "an answer that the window follows broke off");
                break;
            }
        };
        if chunks.send(InvokeResponseBody::Raw(bytes.into())).is_err() {
            return;
        }
    }
    if let Err(error) = chunks.send(InvokeResponseBody::Raw(Vec::new())) {
        tracing::debug!(%error, "the window was gone before the end of what it followed");
    }
}

/// Stops following. An answer that has ended already is none to complain about.
#[tauri::command]
pub(super) fn unfollow(door: State<'_, Door>, id: u32) {
    if let Some(task) = door.following().remove(&id) {
        task.abort();
    }
}

/// A page that is followed by another has gone away.
pub(super) fn page_loaded(webview: &Webview, event: PageLoadEvent) {
    if event == PageLoadEvent::Started {
        page_gone(webview.app_handle());
    }
}

/// A page that goes away takes its channels with it; what they followed would go on for nobody.
pub(super) fn page_gone(app: &AppHandle) {
    if let Some(door) = app.try_state::<Door>() {
        door.following().drain().for_each(|(_id, task)| task.abort());
    }
}

#[cfg(test)]
mod tests {
    use axum::Extension;
    use axum::body::Bytes;
    use axum::http::StatusCode;
    use axum::routing::{get, post};
    use tokio::sync::mpsc;

    use super::*;

    #[derive(Clone)]
    struct ThroughTheWindow;

    fn door(router: Router) -> Door {
        Door::new(
            router,
            Arc::new(|extensions| {
                extensions.insert(ThroughTheWindow);
            }),
        )
    }

    fn head(method: &str, path: &str, headers: &[(&str, &str)]) -> RequestHead {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        RequestHead {
            method: method.to_owned(),
            path: path.to_owned(),
            headers,
        }
    }

    async fn text(answer: Response<Body>) -> String {
        String::from_utf8(whole(answer.into_body()).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_request_reaches_the_router_with_its_headers_its_body_and_the_mark_of_the_window() {
        let echo = |_: Extension<ThroughTheWindow>, headers: HeaderMap, body: Bytes| async move {
            let header = |name| {
                headers
                    .get(name)
                    .map_or("", |value: &axum::http::HeaderValue| value.to_str().unwrap())
            };
            format!(
                "{} {} {}",
                header("x-file-name"),
                header("content-length"),
                body.len()
            )
        };
        let door = door(Router::new().route("/import", post(echo)));
        // A length that the page claims is not believed.
        let head = head(
            "POST",
            "/import?x=1",
            &[("X-File-Name", "a.csv"), ("Content-Length", "9999")],
        );
        let answer = door.pass(head, vec![0xff; 3]).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(text(answer).await, "a.csv 3 3");
    }

    #[tokio::test]
    async fn what_the_router_refuses_is_an_answer_not_an_error() {
        let answer = door(Router::new())
            .pass(head("GET", "/nowhere", &[]), Vec::new())
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn what_is_no_request_is_refused_before_the_router() {
        let door = door(Router::new().fallback(get(|| async { "reached" })));
        for (method, path, headers) in [
            ("GET", "https://example.com/x", [].as_slice()),
            ("GET", "healthz", &[]),
            ("GET", "", &[]),
            ("GE T", "/", &[]),
            ("GET", "/a b", &[]),
            ("GET", "/", &[("x", "line\r\nbreak")]),
            ("GET", "/", &[("na me", "x")]),
        ] {
            let refusal = door
                .pass(head(method, path, headers), Vec::new())
                .await
                .unwrap_err();
            assert_eq!(refusal.code, "request_unreadable", "{method} {path} {headers:?}");
        }
    }

    #[tokio::test]
    async fn a_followed_answer_arrives_in_pieces_and_ends_with_an_empty_one() {
        let (pieces, mut arrived) = mpsc::unbounded_channel();
        let chunks = Channel::new(move |piece| {
            if let InvokeResponseBody::Raw(bytes) = piece {
                pieces.send(bytes).unwrap();
            }
            Ok(())
        });
        forward(Body::from("event: satu\n\n"), &chunks).await;
        assert_eq!(arrived.recv().await.unwrap(), b"event: satu\n\n");
        assert!(arrived.recv().await.unwrap().is_empty(), "the end was not told");
    }

    #[test]
    fn a_frame_that_came_as_numbers_is_the_same_bytes() {
        let numbers = serde_json::json!([0, 127, 255]);
        assert_eq!(sent(&InvokeBody::Json(numbers)).unwrap(), [0, 127, 255]);
        assert_eq!(
            sent(&InvokeBody::Json(serde_json::json!([256])))
                .unwrap_err()
                .code,
            "request_unreadable"
        );
        assert_eq!(
            sent(&InvokeBody::Json(serde_json::json!({"path": "/"})))
                .unwrap_err()
                .code,
            "request_unreadable"
        );
    }
}
