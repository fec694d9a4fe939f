//! What is measured: an office on the filled database, and the API around it as the window calls it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, header};
use office::customers::{CustomerView, ListCustomers};
use office::people::SetUp;
use office::secrets::{MemorySecrets, Secrets};
use office::{Actor, Office, Page, Parts, SystemClock};
use store::{Location, Store};
use tower::ServiceExt as _;

/// An office and its API.
pub(crate) struct Subject {
    office: Office,
    router: Router,
    token: String,
}

impl Subject {
    pub(crate) async fn open(at: &Location) -> Subject {
        let store = Store::open(at, crate::many::filled_at()).await.unwrap();
        let secrets = Secrets::Memory(MemorySecrets::default());
        let parts = Parts {
            store,
            secrets,
            clock: Arc::new(SystemClock),
            desk: "bench".to_owned(),
            training: false,
        };
        let office = Office::open(parts).await.unwrap();
        let owner = SetUp {
            office_name: "Sambung".to_owned(),
            owner_name: "pemilik".to_owned(),
            password: "kata-sandi-yang-panjang".to_owned().into(),
            zone: None,
            language: None,
        };
        let token = owner.run(&office, true).await.unwrap().token;
        Subject {
            router: api::router(office.clone()),
            office,
            token,
        }
    }

    pub(crate) fn store(&self) -> &Store {
        self.office.store()
    }

    /// The page by the use case.
    pub(crate) async fn office_page(&self, search: &str) -> Page<CustomerView> {
        let request = ListCustomers {
            search: Some(search.to_owned()),
            ..ListCustomers::default()
        };
        self.office.perform(&Actor::console(), request).await.unwrap()
    }

    /// The bytes that the API answers.
    pub(crate) async fn api_answer(&self, search: &str) -> Bytes {
        let request = Request::get(format!("/api/v1/customers?search={}", percent_encoded(search)))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        to_bytes(response.into_body(), usize::MAX).await.unwrap()
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
