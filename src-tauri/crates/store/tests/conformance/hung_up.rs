//! A caller that hangs up: whatever was asked of the database is dropped wherever it is.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use serde_json::json;
use store::settings;

use crate::engine::{Database, on_both};
use crate::invented::now;

on_both!(a_transaction_that_nobody_waits_for_any_more_leaves_its_connection_as_it_was);

async fn a_transaction_that_nobody_waits_for_any_more_leaves_its_connection_as_it_was(database: Database) {
    for looks in (1..=6).cycle().take(120) {
        {
            let mut reading = pin!(database.store.read());
            for _ in 0..looks {
                if poll_fn(|context| Poll::Ready(reading.as_mut().poll(context).is_ready())).await {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // Whoever gets the connection next may write, and what was written stays.
        let mut tx = database.store.begin().await.unwrap();
        settings::put(&mut tx, "office.name", &json!(looks), now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.store.read().await.unwrap();
        let kept = settings::find(&mut tx, "office.name").await.unwrap();
        assert_eq!(kept.unwrap().value, json!(looks));
    }
}
