//! Events: in the transaction that caused them, and as a feed that nobody's late commit slips out of.

use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use store::events::NewEvent;
use store::{Location, events};
use tokio::task::JoinSet;

use crate::engine::{Database, on_both};
use crate::invented::now;

on_both!(
    an_event_that_outlives_its_transaction,
    events_that_are_found_together,
    a_feed_that_skips_what_was_committed_late,
    a_feed_that_is_read_between_two_commits,
);

fn event(kind: &str, subject_id: i64) -> NewEvent<'_> {
    NewEvent {
        at: now(),
        kind,
        subject_kind: "customer",
        subject_id,
        payload: json!({"amount": 150_000}),
        actor: "rina",
        cause: None,
    }
}

async fn an_event_that_outlives_its_transaction(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let lost = events::record(&mut tx, &event("PaymentReceived", 1))
        .await
        .unwrap();
    tx.rollback().await.unwrap();
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(events::find(&mut tx, lost).await.unwrap(), None);
    let many: Vec<_> = (1..=700)
        .map(|subject| event("InvoiceGenerated", subject))
        .collect();
    let ids = events::record_all(&mut tx, &many).await.unwrap();
    assert_eq!(
        events::find(&mut tx, ids[449]).await.unwrap().unwrap().subject_id,
        450,
        "ids in the order of the rows"
    );
    let third = events::after(&mut tx, ids[1], 1).await.unwrap();
    assert_eq!(
        (third[0].id, third[0].subject_id, &third[0].payload),
        (ids[2], 3, &json!({"amount": 150_000}))
    );
    assert_eq!(
        events::of_subject(&mut tx, "customer", 700, 5).await.unwrap()[0].id,
        ids[699]
    );
    assert_eq!(events::last(&mut tx).await.unwrap(), ids[699]);

    let payment = events::record(&mut tx, &event("PaymentReceived", 7))
        .await
        .unwrap();
    let seen = async |tx: &mut store::Tx, until, kinds: &[&str]| {
        let rows = events::of_kinds(tx, (ids[697], until), kinds, 10).await.unwrap();
        rows.into_iter().map(|event| event.id).collect::<Vec<_>>()
    };
    assert_eq!(
        seen(&mut tx, payment, &["PaymentReceived", "Other"]).await,
        [payment]
    );
    assert_eq!(
        seen(&mut tx, ids[699], &["InvoiceGenerated"]).await,
        [ids[698], ids[699]]
    );
    assert!(
        seen(&mut tx, ids[699], &["PaymentReceived"]).await.is_empty(),
        "it came later"
    );
    assert!(
        seen(&mut tx, payment, &["Payment", "Received"]).await.is_empty(),
        "a part of a kind's name is not the kind"
    );
    assert!(seen(&mut tx, payment, &[]).await.is_empty());
}

async fn a_feed_that_skips_what_was_committed_late(database: Database) {
    // A reader follows the feed while many write; what it saw must be all there is, without a gap behind its cursor.
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = database.store.clone();
        writers.spawn(async move {
            for _ in 0..10 {
                let mut tx = store.begin().await.unwrap();
                events::record(&mut tx, &event("PaymentReceived", writer))
                    .await
                    .unwrap();
                tokio::task::yield_now().await;
                tx.commit().await.unwrap();
            }
        });
    }
    let (mut seen, mut cursor) = (Vec::new(), 0);
    while seen.len() < 80 {
        let mut tx = database.store.read().await.unwrap();
        let some = events::after(&mut tx, cursor, 7).await.unwrap();
        if some.is_empty() && writers.is_empty() {
            break;
        }
        if some.is_empty() {
            writers.join_next().await.unwrap().unwrap();
        }
        cursor = some.last().map_or(cursor, |event| event.id);
        seen.extend(some.into_iter().map(|event| event.id));
    }
    assert_eq!(seen.len(), 80, "nothing appeared behind the cursor");
}

async fn a_feed_that_is_read_between_two_commits(database: Database) {
    let mut first = database.store.begin().await.unwrap();
    let earlier = events::record(&mut first, &event("InvoiceGenerated", 1))
        .await
        .unwrap();
    let store = database.store.clone();
    let mut second = tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        let id = events::record(&mut tx, &event("PaymentReceived", 2))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    });
    // Were the second seen now, whoever reads on after it would never see the first.
    tokio::select! {
        _ = &mut second => panic!("the second was committed before the first"),
        () = a_writer_waits(&database) => {}
    }
    let mut reading = database.store.read().await.unwrap();
    assert!(events::after(&mut reading, 0, 10).await.unwrap().is_empty());
    drop(reading);
    first.commit().await.unwrap();
    let later = second.await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    let seen: Vec<i64> = events::after(&mut reading, 0, 10)
        .await
        .unwrap()
        .iter()
        .map(|event| event.id)
        .collect();
    assert_eq!(seen, [earlier, later]);
}

/// Until a writer waits for another; on SQLite it waits before it has an id at all.
async fn a_writer_waits(database: &Database) {
    let Location::Postgres(url) = &database.location else {
        return;
    };
    let mut server = PgConnection::connect(url).await.unwrap();
    let waiting = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event = 'advisory')";
    loop {
        let (is_waiting,): (bool,) = sqlx::query_as(waiting).fetch_one(&mut server).await.unwrap();
        if is_waiting {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn events_that_are_found_together(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let many: Vec<_> = (1..=3)
        .map(|subject| event("InvoiceGenerated", subject))
        .collect();
    let ids = events::record_all(&mut tx, &many).await.unwrap();
    let found = events::find_many(&mut tx, &[ids[2], ids[0], 999_999])
        .await
        .unwrap();
    let found: Vec<(i64, i64)> = found.iter().map(|event| (event.id, event.subject_id)).collect();
    assert_eq!(found, [(ids[0], 1), (ids[2], 3)]);
}
