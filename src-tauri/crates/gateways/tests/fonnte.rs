//! Fonnte over HTTP, against a server that answers as its documentation says.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use gateways::{Delivery, Fonnte, Message, MessageError, Messenger, Recipient};
use std::sync::{Arc, Mutex};

type Seen = Arc<Mutex<Option<(String, String)>>>;

async fn serve(answer: &'static str, seen: Seen) -> String {
    let app = Router::new()
        .route(
            "/send",
            post(
                move |State(seen): State<Seen>, headers: HeaderMap, body: String| async move {
                    let token = headers["authorization"].to_str().unwrap().to_owned();
                    *seen.lock().unwrap() = Some((token, body));
                    answer
                },
            ),
        )
        .with_state(seen);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

fn message() -> Message {
    Message {
        to: Recipient::new("6281234567890").unwrap(),
        text: "Tagihan Rp 150.000".into(),
    }
}

fn install_provider() {
    // Another test of this binary may have been first; either way one is installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[tokio::test]
async fn the_token_goes_bare_and_the_text_as_a_form() {
    install_provider();
    let seen = Seen::default();
    let base = serve(r#"{"status":true,"id":["17"],"process":"pending"}"#, seen.clone()).await;
    let messenger = Messenger::Fonnte(Fonnte::new(base, "rahasia".to_owned().into()).unwrap());
    let delivery = messenger.send(&message()).await.unwrap();
    assert_eq!(
        delivery,
        Delivery::Accepted {
            provider_id: "17".into()
        }
    );
    let (token, body) = seen.lock().unwrap().clone().unwrap();
    assert_eq!(token, "rahasia", "Fonnte takes the token without the word Bearer");
    assert!(
        body.contains("target=6281234567890") && body.contains("message=Tagihan+Rp+150.000"),
        "{body}"
    );
}

#[tokio::test]
async fn a_provider_that_is_away_is_worth_retrying_and_a_refusal_is_not() {
    install_provider();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let away = Messenger::Fonnte(Fonnte::new(base, "x".to_owned().into()).unwrap());
    let error = away.send(&message()).await.unwrap_err();
    assert!(matches!(error, MessageError::Unreachable(_)) && error.is_worth_retrying());

    let base = serve(
        r#"{"status":false,"reason":"disconnected device"}"#,
        Seen::default(),
    )
    .await;
    let refusing = Messenger::Fonnte(Fonnte::new(base, "x".to_owned().into()).unwrap());
    assert!(!refusing.send(&message()).await.unwrap_err().is_worth_retrying());
}
