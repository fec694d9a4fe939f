//! Several desks on one database: who is there, what they hear of each other, and how a new one is let in.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use store::billing_logs::{self, NewLogRow};
use store::desks::{self, Presence};
use store::pairings::{self, NewPairing};
use store::{Change, Changes, Location, Store, events, settings};

use crate::engine::{Database, on_both};
use crate::invented::{later, now};

on_both!(
    a_desk_that_went_away_counts_as_there,
    a_code_that_is_used_twice_or_guessed_or_kept_for_ever,
    two_desks_that_use_one_code_at_once,
    a_commit_that_nobody_hears_of,
    a_listener_that_was_away_and_does_not_say_so,
    an_edit_of_the_settings_that_hides_another,
);

const MINUTE: Duration = Duration::from_secs(60);
/// Only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

fn desk<'a>(id: &'a str, routers: &'a [i64]) -> Presence<'a> {
    Presence {
        id,
        name: "loket",
        version: "1",
        routers,
        gateways: &["fonnte"],
    }
}

async fn a_desk_that_went_away_counts_as_there(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    desks::report(&mut tx, &desk("a", &[1, 2])).await.unwrap();
    desks::report(&mut tx, &desk("b", &[])).await.unwrap();
    desks::report(&mut tx, &desk("b", &[3])).await.unwrap();
    let there = desks::present(&mut tx, MINUTE).await.unwrap();
    let ids: Vec<&str> = there.iter().map(|desk| desk.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"], "the same machine's name, and still two");
    assert!(there[0].reaches(2) && !there[0].reaches(3) && there[1].reaches(3));
    assert!(there[0].carries("fonnte") && !there[0].carries("other"));
    assert!(
        desks::present(&mut tx, Duration::ZERO).await.unwrap().is_empty(),
        "nobody was heard of in no time"
    );
    assert_eq!(desks::all(&mut tx).await.unwrap().len(), 2);
    assert!(desks::forget(&mut tx, "a").await.unwrap());
    assert!(!desks::forget(&mut tx, "a").await.unwrap());
}

fn pairing(tries: i64) -> NewPairing<'static> {
    NewPairing {
        salt: "00",
        verifier: "11",
        sealed: "rahasia tersegel",
        tries,
        made_by: "pemilik",
    }
}

async fn a_code_that_is_used_twice_or_guessed_or_kept_for_ever(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(pairings::spend_try(&mut tx).await.unwrap(), None);
    pairings::open(&mut tx, &pairing(3), MINUTE).await.unwrap();
    assert!(pairings::open_until(&mut tx).await.unwrap().is_some());
    let found = pairings::spend_try(&mut tx).await.unwrap().unwrap();
    assert_eq!((found.sealed.as_str(), found.tries_left), ("rahasia tersegel", 2));
    assert!(pairings::use_up(&mut tx, found.id, "meja 2").await.unwrap());
    assert!(!pairings::use_up(&mut tx, found.id, "meja 3").await.unwrap());
    assert_eq!(pairings::spend_try(&mut tx).await.unwrap(), None, "used");

    pairings::open(&mut tx, &pairing(2), MINUTE).await.unwrap();
    for _ in 0..2 {
        assert!(pairings::spend_try(&mut tx).await.unwrap().is_some());
    }
    assert_eq!(pairings::spend_try(&mut tx).await.unwrap(), None, "guessed");
    assert_eq!(pairings::give_up_spent(&mut tx).await.unwrap(), 1);

    pairings::open(&mut tx, &pairing(3), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(pairings::open_until(&mut tx).await.unwrap(), None);
    assert_eq!(pairings::spend_try(&mut tx).await.unwrap(), None, "expired");

    // A new code puts the older away.
    pairings::open(&mut tx, &pairing(3), MINUTE).await.unwrap();
    let older = pairings::spend_try(&mut tx).await.unwrap().unwrap();
    pairings::open(&mut tx, &pairing(3), MINUTE).await.unwrap();
    assert!(!pairings::use_up(&mut tx, older.id, "meja 2").await.unwrap());
    assert_eq!(pairings::close(&mut tx).await.unwrap(), 1);
    assert_eq!(pairings::open_until(&mut tx).await.unwrap(), None);
}

async fn two_desks_that_use_one_code_at_once(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    pairings::open(&mut tx, &pairing(5), MINUTE).await.unwrap();
    let id = pairings::spend_try(&mut tx).await.unwrap().unwrap().id;
    tx.commit().await.unwrap();
    let mut desks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let store = database.store.clone();
        desks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let used = pairings::use_up(&mut tx, id, "meja").await.unwrap();
            tx.commit().await.unwrap();
            used
        });
    }
    let used = desks.join_all().await;
    assert_eq!(used.into_iter().filter(|used| *used).count(), 1);
}

async fn log(store: &Store, kind: &'static str) {
    let mut tx = store.begin().await.unwrap();
    let row = NewLogRow {
        at: now(),
        actor: "rina",
        desk: "loket",
        act: "package_changed",
        subject_kind: kind,
        subject_id: Some(1),
        subject_name: None,
        outcome: "done",
        message: "diubah",
        message_en: None,
        detail: None,
        cause: None,
    };
    billing_logs::record(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
}

async fn heard(changes: &mut Changes) -> Change {
    tokio::time::timeout(PATIENCE, changes.next())
        .await
        .unwrap()
        .unwrap()
}

/// Listens until all these words were heard.
async fn heard_all(changes: &mut Changes, words: &[&str]) {
    let mut missing: BTreeSet<&str> = words.iter().copied().collect();
    while !missing.is_empty() {
        if let Change::Of(some) = heard(changes).await {
            missing.retain(|word| !some.contains(*word));
        }
    }
}

async fn a_commit_that_nobody_hears_of(database: Database) {
    let mut changes = database.store.changes();
    assert_eq!(heard(&mut changes).await, Change::Anything, "the beginning");
    // Another desk: another pool on the same database.
    let other = Store::open(&database.location, now()).await.unwrap();
    log(&other, "package").await;
    heard_all(&mut changes, &["package"]).await;
    let mut tx = other.begin().await.unwrap();
    let event = events::NewEvent {
        at: now(),
        kind: "PaymentReceived",
        subject_kind: "payment",
        subject_id: 1,
        payload: serde_json::json!({}),
        actor: "rina",
        cause: None,
    };
    events::record(&mut tx, &event).await.unwrap();
    tx.commit().await.unwrap();
    heard_all(&mut changes, &["event"]).await;
    // What this desk commits itself is heard the same way.
    log(&database.store, "router").await;
    heard_all(&mut changes, &["router"]).await;
    // What is taken back was nothing.
    let mut tx = other.begin().await.unwrap();
    events::record(&mut tx, &event).await.unwrap();
    tx.rollback().await.unwrap();
    log(&other, "token").await;
    loop {
        let Change::Of(words) = heard(&mut changes).await else {
            panic!("the listener was away");
        };
        assert!(!words.contains("event"), "{words:?}");
        if words.contains("token") {
            break;
        }
    }
}

async fn a_listener_that_was_away_and_does_not_say_so(database: Database) {
    let Location::Postgres(url) = &database.location else {
        return; // A file is never away.
    };
    let mut changes = database.store.changes();
    assert_eq!(heard(&mut changes).await, Change::Anything);
    let mut server = PgConnection::connect(url).await.unwrap();
    let ended: Vec<(bool,)> = sqlx::query_as(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    .fetch_all(&mut server)
    .await
    .unwrap();
    assert_eq!(ended, [(true,)], "one connection listens");
    log(&database.store, "package").await;
    // The first answers may tell that the connection broke; then it is back, and says that it may have missed something.
    let mut back = tokio::time::timeout(PATIENCE, changes.next()).await.unwrap();
    while back.is_err() {
        back = tokio::time::timeout(PATIENCE, changes.next()).await.unwrap();
    }
    assert_eq!(back.unwrap(), Change::Anything);
    log(&database.store, "area").await;
    heard_all(&mut changes, &["area"]).await;
}

async fn an_edit_of_the_settings_that_hides_another(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(settings::edits(&mut tx).await.unwrap(), 0);
    let first = settings::begin_edit(&mut tx, now()).await.unwrap();
    settings::edit(&mut tx, "office.name", &"Satu".into(), first, now())
        .await
        .unwrap();
    let second = settings::begin_edit(&mut tx, later(1)).await.unwrap();
    settings::edit(&mut tx, "office.phone", &"0812".into(), second, later(1))
        .await
        .unwrap();
    assert_eq!((first, second), (1, 2));
    assert_eq!(settings::edits(&mut tx).await.unwrap(), 2);
    let name = settings::find(&mut tx, "office.name").await.unwrap().unwrap();
    assert_eq!(name.version, 1, "each tells by which edit it was written");
}
