//! The product: an office on the filled database, and its month run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use office::invoicing::GenerateInvoices;
use office::secrets::{MemorySecrets, Secrets};
use office::{Actor, Office, Parts, SetClock};
use store::{Location, Store};

/// Opens the office on the morning of 1 January 2026 and bills January.
pub(crate) async fn run(at: &Location) -> Duration {
    let clock = SetClock::at("2026-01-01T00:01:00+07:00".parse().unwrap());
    let store = Store::open(at, office::Clock::now(&clock)).await.unwrap();
    let secrets = Secrets::Memory(MemorySecrets::default());
    let parts = Parts {
        store: store.clone(),
        secrets,
        clock: Arc::new(clock),
        desk: "bench".to_owned(),
        training: false,
    };
    let office = Office::open(parts).await.unwrap();
    let request = GenerateInvoices {
        month: Some(1),
        year: Some(2026),
        dry_run: false,
    };
    let start = Instant::now();
    let made = office.perform(&Actor::schedule(), request).await.unwrap();
    let elapsed = start.elapsed();
    assert!(
        made.summary.created > 0 && made.summary.skipped == 0,
        "everybody is billed: {:?}",
        made.summary
    );
    store.close().await;
    elapsed
}
