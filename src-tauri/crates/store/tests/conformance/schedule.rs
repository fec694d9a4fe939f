//! Leases, and the schedule's slots, which are worked on under one.

use std::time::Duration;

use store::{Tx, leases, schedule};
use tokio::task::JoinSet;

use crate::engine::{Database, on_both};
use crate::invented::{later, now};

on_both!(
    t2_a_crashed_holder_that_keeps_its_lease_for_ever,
    a_slot_that_is_taken_twice,
    a_slot_whose_holder_died_half_way,
);

async fn t2_a_crashed_holder_that_keeps_its_lease_for_ever(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let minute = Duration::from_secs(60);
    assert!(
        leases::acquire(&mut tx, "schedule", "desk 1", minute)
            .await
            .unwrap()
    );
    assert!(
        leases::acquire(&mut tx, "schedule", "desk 1", minute)
            .await
            .unwrap(),
        "renewed"
    );
    assert!(
        !leases::acquire(&mut tx, "schedule", "desk 2", minute)
            .await
            .unwrap()
    );
    assert_eq!(
        leases::holder(&mut tx, "schedule").await.unwrap().as_deref(),
        Some("desk 1")
    );
    assert!(
        leases::acquire(&mut tx, "schedule", "desk 1", Duration::ZERO)
            .await
            .unwrap()
    );
    assert_eq!(
        leases::holder(&mut tx, "schedule").await.unwrap(),
        None,
        "it has run out"
    );
    assert!(
        leases::acquire(&mut tx, "schedule", "desk 2", minute)
            .await
            .unwrap()
    );
    leases::release(&mut tx, "schedule", "desk 1").await.unwrap();
    assert_eq!(
        leases::holder(&mut tx, "schedule").await.unwrap().as_deref(),
        Some("desk 2"),
        "not one's own"
    );
    leases::release(&mut tx, "schedule", "desk 2").await.unwrap();
    assert_eq!(leases::holder(&mut tx, "schedule").await.unwrap(), None);
}

async fn a_slot_that_is_taken_twice(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    schedule::ensure(&mut tx, "billing:generate-invoices", "1 0 1 * *", now())
        .await
        .unwrap();
    schedule::ensure(&mut tx, "billing:generate-invoices", "other", later(9))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let task = "billing:generate-invoices";
    let minute = Duration::from_secs(60);
    let mut desks = JoinSet::new();
    for desk in 0..5 {
        let store = database.store.clone();
        desks.spawn(async move {
            let owner = format!("desk {desk}");
            let mut tx = store.begin().await.unwrap();
            let taken = schedule::take_slot(&mut tx, task, later(60), &owner, minute, later(61))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            taken.then_some(owner)
        });
    }
    let taken: Vec<String> = desks.join_all().await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    let mut tx = database.store.begin().await.unwrap();
    let finish = schedule::finish_slot(&mut tx, task, later(60), &taken[0], "done", later(63));
    assert!(finish.await.unwrap());
    for before in [30, 60] {
        assert!(
            !schedule::take_slot(&mut tx, task, later(before), "late", minute, later(64))
                .await
                .unwrap(),
            "never back, never again"
        );
    }
    assert_eq!(
        leases::holder(&mut tx, "task:billing:generate-invoices")
            .await
            .unwrap(),
        None,
        "who got no slot holds no task"
    );
    schedule::update(&mut tx, task, "1 0 * * *", true).await.unwrap();
    let stands = schedule::find(&mut tx, task).await.unwrap().unwrap();
    assert_eq!(
        (stands.last_slot, stands.last_outcome.as_deref(), stands.paused),
        (later(60), Some("done"), true)
    );
    schedule::ran_by_hand(&mut tx, task, later(64), later(65), "by hand")
        .await
        .unwrap();
    let stands = &schedule::all(&mut tx).await.unwrap()[0];
    assert_eq!(
        (
            stands.last_slot,
            stands.last_finished,
            stands.last_outcome.as_deref()
        ),
        (later(60), Some(later(65)), Some("by hand")),
        "the slots are as they were"
    );
    assert_eq!(
        schedule::update(&mut tx, "nothing", "", false)
            .await
            .unwrap_err()
            .code(),
        "stale"
    );
}

async fn a_slot_whose_holder_died_half_way(database: Database) {
    let task = "billing:check-overdue";
    let minute = Duration::from_secs(60);
    let mut tx = database.store.begin().await.unwrap();
    schedule::ensure(&mut tx, task, "0 6 * * *", now()).await.unwrap();
    let take = async |tx: &mut Tx, owner: &str, lease| {
        schedule::take_slot(tx, task, later(60), owner, lease, later(61))
            .await
            .unwrap()
    };
    assert!(take(&mut tx, "crashed", minute).await);
    assert!(!take(&mut tx, "next", minute).await, "it may still be at it");
    assert!(
        schedule::keep_slot(&mut tx, task, "crashed", Duration::ZERO)
            .await
            .unwrap()
    );
    // Its time ran out without a word: the slot is due again, and is taken once.
    assert!(take(&mut tx, "next", minute).await);
    assert!(!take(&mut tx, "third", minute).await);
    // Should the first wake up after all, it keeps nothing and writes nothing.
    assert!(
        !schedule::keep_slot(&mut tx, task, "crashed", minute)
            .await
            .unwrap()
    );
    let late = schedule::finish_slot(&mut tx, task, later(60), "crashed", "half", later(62));
    assert!(!late.await.unwrap());
    let finish = schedule::finish_slot(&mut tx, task, later(60), "next", "whole", later(63));
    assert!(finish.await.unwrap());
    let stands = schedule::find(&mut tx, task).await.unwrap().unwrap();
    assert_eq!(
        (stands.last_slot, stands.last_outcome.as_deref()),
        (later(60), Some("whole"))
    );
}
