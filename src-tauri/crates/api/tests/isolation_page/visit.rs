//! A visitor: a TCP connection from a loopback address of their own, and what they read.

use std::net::{Ipv4Addr, SocketAddr};

use office::isolation_page::{IsolationPage, Pace};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};

use crate::desk::Desk;

/// The page of an office on a port of its own.
pub(crate) struct Served {
    pub(crate) at: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What a visitor got.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// Whether all of these stand on the page.
    #[track_caller]
    pub(crate) fn shows(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(
                self.body.contains(text),
                "{text:?} is not on the page:\n{}",
                self.body
            );
        }
        self
    }

    /// Whether none of these stand anywhere in the answer.
    #[track_caller]
    pub(crate) fn hides(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(
                !self.body.contains(text) && !self.head.contains(text),
                "{text:?} is in the answer:\n{}\n{}",
                self.head,
                self.body
            );
        }
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

impl Served {
    pub(crate) async fn open(desk: &Desk) -> Served {
        // What a router said is asked again at once: a test moves on faster than a customer.
        let pace = Pace {
            every: std::time::Duration::ZERO,
            believe: std::time::Duration::ZERO,
            ..Pace::default()
        };
        Served::at_pace(desk, pace).await
    }

    pub(crate) async fn at_pace(desk: &Desk, pace: Pace) -> Served {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let page = IsolationPage::with_pace(desk.office.clone(), pace);
        let serving = tokio::spawn(api::isolir::serve(listener, api::isolir::router(page)));
        Served { at, serving }
    }

    /// Asks for a path as `source`.
    pub(crate) async fn get(&self, source: &str, path: &str) -> Reply {
        self.send(
            source,
            &format!("GET {path} HTTP/1.1\r\nHost: contoh.example\r\n\r\n"),
        )
        .await
    }

    /// Sends these bytes as `source` and reads to the end.
    pub(crate) async fn send(&self, source: &str, request: &str) -> Reply {
        send(self.at, source, request).await.expect("an answer")
    }
}

/// Sends a request from a loopback address.
pub(crate) async fn send(to: SocketAddr, source: &str, request: &str) -> std::io::Result<Reply> {
    let source: Ipv4Addr = source.parse().expect("an address");
    let socket = TcpSocket::new_v4()?;
    socket.bind((source, 0).into())?;
    let mut stream = socket.connect(to).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8(bytes).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text.as_str(), ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Reply {
        status: status.unwrap_or(0),
        head: head.to_owned(),
        body: body.to_owned(),
    })
}
