//! An office on a file of its own behind the API, asked in process as the window does and over TCP as a script does.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]
#![allow(dead_code, reason = "each test file uses its part of it")]

use std::sync::Arc;

use api::Door;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::Timestamp;
use office::secrets::{MemorySecrets, Secrets};
use office::{Office, Parts, SetClock};
use serde_json::{Value, json};
use store::{Location, Store};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower::ServiceExt as _;

pub(crate) const NOW: &str = "2026-01-10T10:00:00+07:00";
pub(crate) const PASSWORD: &str = "kata sandi yang panjang";

pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) router: Router,
    /// The owner's token.
    pub(crate) owner: String,
    pub(crate) folder: tempfile::TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

impl Reply {
    /// Asserts that this is a whole problem, and gives its code.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json.as_object().expect("an object");
        for key in ["type", "title", "status", "detail", "code", "errors"] {
            assert!(
                problem.contains_key(key),
                "a problem without {key}: {}",
                self.json
            );
        }
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().expect("words").len() > 10);
        let code = problem["code"].as_str().expect("a code");
        assert!(problem["type"].as_str().expect("a type").ends_with(code));
        code
    }

    /// Asserts success, and gives the body.
    #[track_caller]
    pub(crate) fn ok(&self) -> &Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.json);
        &self.json
    }

    /// The code of the refused field.
    #[track_caller]
    pub(crate) fn field(&self, name: &str) -> &str {
        let errors = self.json["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("no fields in {}", self.json));
        let found = errors.iter().find(|error| error["field"] == name);
        found.unwrap_or_else(|| panic!("{name} is not refused in {}", self.json))["code"]
            .as_str()
            .expect("a code")
    }
}

/// An office before its first start.
pub(crate) async fn empty() -> (Office, Arc<SetClock>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let now: Timestamp = NOW.parse().expect("an instant");
    let clock = Arc::new(SetClock::at(now));
    let location = Location::Sqlite(folder.path().join("office.sqlite"));
    let store = Store::open(&location, now).await.expect("the store opens");
    let office = Office::open(Parts {
        store,
        secrets: Secrets::Memory(MemorySecrets::default()),
        clock: Arc::clone(&clock) as Arc<dyn office::Clock>,
        desk: "meja-uji".to_owned(),
        training: false,
    })
    .await
    .expect("the office opens");
    (office, clock, folder)
}

/// What the first start asks.
pub(crate) fn first_start() -> Value {
    json!({ "office_name": "RT Net Mawar", "owner_name": "Sari", "password": PASSWORD,
            "zone": "Asia/Jakarta", "language": "id" })
}

impl Desk {
    pub(crate) async fn open() -> Desk {
        let (office, clock, folder) = empty().await;
        let router = api::router(office.clone());
        let mut desk = Desk {
            office,
            clock,
            router,
            owner: String::new(),
            folder,
        };
        let mut request = request(Method::POST, "/api/v1/setup", None, Some(&first_start()));
        request.extensions_mut().insert(Door::Local);
        desk.owner = desk.send(request).await.ok()["token"]
            .as_str()
            .expect("a token")
            .to_owned();
        desk
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body")
            .to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Reply {
            status: head.status,
            headers: head.headers,
            bytes,
            json,
        }
    }

    /// As the owner.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(request(Method::GET, path, Some(&self.owner), None))
            .await
    }

    /// As the owner.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(request(Method::POST, path, Some(&self.owner), Some(&body)))
            .await
    }

    /// As the owner.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(request(Method::PATCH, path, Some(&self.owner), Some(&body)))
            .await
    }

    /// Adds somebody with `role` and logs them in.
    pub(crate) async fn staff(&self, name: &str, role: &str) -> String {
        let form = json!({ "name": name, "role": role, "password": PASSWORD });
        self.post("/api/v1/staff", form).await.ok();
        let login = self
            .post(
                "/api/v1/auth/login",
                json!({ "name": name, "password": PASSWORD }),
            )
            .await;
        login.ok()["token"].as_str().expect("a token").to_owned()
    }

    /// A package of `price`; gives its id.
    pub(crate) async fn package(&self, code: &str, price: i64) -> i64 {
        let form = json!({ "code": code, "name": format!("Paket {code}"), "speed_download": 10_000,
            "speed_upload": 5_000, "price": price });
        id(self.post("/api/v1/packages", form).await.ok())
    }

    /// A customer who is served since the first of January; gives the id.
    pub(crate) async fn customer(&self, name: &str, package_id: i64) -> i64 {
        let form = json!({ "name": name, "package_id": package_id, "connection_type": "pppoe",
            "phone": "0812-3456-7890", "pppoe_username": name.to_lowercase().replace(' ', "."), "billing_start": "2026-01-01" });
        id(self.post("/api/v1/customers", form).await.ok())
    }

    /// Bills a month.
    pub(crate) async fn bill(&self, month: i64) {
        let made = self
            .post(
                "/api/v1/invoices/generate",
                json!({ "month": month, "year": 2026 }),
            )
            .await;
        assert!(
            made.ok()["created"].as_u64().expect("a number") > 0,
            "{}",
            made.json
        );
    }

    /// The router on a TCP port of its own.
    pub(crate) async fn over_tcp(&self) -> Served {
        Served::start(self.router.clone()).await
    }
}

#[track_caller]
pub(crate) fn id(value: &Value) -> i64 {
    value["id"].as_i64().unwrap_or_else(|| panic!("no id in {value}"))
}

pub(crate) fn request(
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    match body {
        Some(body) => {
            let bytes = serde_json::to_vec(body).expect("JSON");
            request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(bytes))
        }
        None => request.body(Body::empty()),
    }
    .expect("a request")
}

/// A server on a port that the system chose.
pub(crate) struct Served {
    pub(crate) at: std::net::SocketAddr,
    pub(crate) stop: Option<oneshot::Sender<()>>,
    pub(crate) done: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub(crate) async fn start(router: Router) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let done = tokio::spawn(api::serve(listener, router, async move {
            let _ = stopped.await;
        }));
        Served {
            at,
            stop: Some(stop),
            done,
        }
    }

    /// Sends a request as it goes over the wire and reads the whole answer.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut stream = self.open(method, path, headers, body).await;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("an answer");
        read_reply(&bytes)
    }

    /// Sends a request and leaves the answer on the wire.
    pub(crate) async fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> TcpStream {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.at
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let mut stream = TcpStream::connect(self.at).await.expect("a connection");
        stream.write_all(head.as_bytes()).await.expect("written");
        stream
    }
}

fn read_reply(bytes: &[u8]) -> Reply {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head");
    let head = std::str::from_utf8(&bytes[..end]).expect("text");
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .expect("a status");
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name: axum::http::HeaderName = name.parse().expect("a name");
        headers.insert(name, value.parse().expect("a value"));
    }
    let bytes = bytes[end + 4..].to_vec();
    let json = serde_json::from_slice(&bytes).unwrap_or_default();
    Reply {
        status: status.parse().expect("a status"),
        headers,
        bytes,
        json,
    }
}
