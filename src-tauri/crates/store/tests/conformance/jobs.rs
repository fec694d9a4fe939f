//! Jobs, leases, events, schedule, messages.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use store::events::NewEvent;
use store::jobs::{self, Claim, Filter, Job, NewJob, State};
use store::{Location, Store, Tx, events, leases, notifications, routers, schedule};
use tokio::task::JoinSet;

use crate::engine::{Database, on_both};
use crate::invented::{later, now, one_customer, router};

on_both!(
    t2_a_crashed_worker_that_holds_its_job_for_ever,
    t2_a_crashed_holder_that_keeps_its_lease_for_ever,
    t5_the_same_message_twice,
    t5_many_messages_of_which_some_were_told,
    a_job_twice_while_it_waits,
    a_job_that_two_workers_claim,
    a_worker_that_lost_its_lease_and_writes_over_the_next_one,
    dead_jobs_tried_again_twice_for_the_same_work,
    a_worker_that_lost_one_lease_of_many,
    the_newest_job_of_many_lines,
    a_job_before_its_time,
    a_job_that_runs_is_not_taken_out_of_the_queue,
    an_unreachable_router_that_eats_tries,
    a_worker_takes_only_what_it_can_do,
    a_job_that_failed_for_good_and_nobody_sees,
    an_event_that_outlives_its_transaction,
    events_that_are_found_together,
    a_feed_that_skips_what_was_committed_late,
    a_feed_that_is_read_between_two_commits,
    a_slot_that_is_taken_twice,
    a_slot_whose_holder_died_half_way,
);

const ANY: [&str; 2] = ["open", "close"];

fn claim_at(owner: &str) -> Claim<'_> {
    Claim {
        owner,
        now: now(),
        lease: Duration::from_secs(60),
        kinds: &ANY,
        routers: None,
        limit: 10,
    }
}

fn job(key: &str) -> NewJob<'static> {
    NewJob {
        kind: "open",
        key: key.into(),
        payload: json!({"customer_id": 7}),
        router_id: None,
        run_at: now(),
        event_id: None,
    }
}

async fn queued(store: &Store, keys: &[&str]) {
    let mut tx = store.begin().await.unwrap();
    for key in keys {
        assert!(jobs::enqueue(&mut tx, &job(key), now()).await.unwrap().is_some());
    }
    tx.commit().await.unwrap();
}

fn keys(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.key.as_str()).collect()
}

async fn t2_a_crashed_worker_that_holds_its_job_for_ever(database: Database) {
    queued(&database.store, &["a"]).await;
    // A lease that has run out when it is given stands for a worker that was killed: no waiting, no clock to turn.
    let crashed = Claim {
        lease: Duration::ZERO,
        ..claim_at("crashed")
    };
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(keys(&jobs::claim(&mut tx, &crashed).await.unwrap()), ["a"]);
    tx.commit().await.unwrap();
    let mut tx = database.store.begin().await.unwrap();
    let again = jobs::claim(&mut tx, &claim_at("next")).await.unwrap();
    assert_eq!(keys(&again), ["a"]);
    assert_eq!(
        (again[0].tries, again[0].lease_owner.as_deref()),
        (2, Some("next"))
    );
    assert!(
        jobs::claim(&mut tx, &claim_at("third")).await.unwrap().is_empty(),
        "a lease that holds is kept"
    );
    assert!(
        !jobs::heartbeat(&mut tx, again[0].id, "crashed", Duration::from_secs(60))
            .await
            .unwrap()
    );
    assert!(
        jobs::heartbeat(&mut tx, again[0].id, "next", Duration::from_secs(60))
            .await
            .unwrap()
    );
}

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

async fn a_job_twice_while_it_waits(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let id = jobs::enqueue(&mut tx, &job("a"), now()).await.unwrap().unwrap();
    assert_eq!(
        jobs::enqueue(&mut tx, &job("a"), now()).await.unwrap(),
        None,
        "queued"
    );
    assert_eq!(
        jobs::enqueue_all(&mut tx, &[job("a"), job("b"), job("b")], now())
            .await
            .unwrap(),
        1
    );
    jobs::claim(&mut tx, &claim_at("w")).await.unwrap();
    assert_eq!(
        jobs::enqueue(&mut tx, &job("a"), now()).await.unwrap(),
        None,
        "running"
    );
    assert!(
        jobs::park(&mut tx, id, "w", "router_unreachable", "time-out")
            .await
            .unwrap()
    );
    assert_eq!(
        jobs::enqueue(&mut tx, &job("a"), now()).await.unwrap(),
        None,
        "parked"
    );
    assert!(jobs::cancel(&mut tx, id, now()).await.unwrap());
    assert!(
        jobs::enqueue(&mut tx, &job("a"), now()).await.unwrap().is_some(),
        "ended, so it may be asked for again"
    );
    tx.commit().await.unwrap();
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(
        jobs::retry(&mut tx, id, now()).await.unwrap_err().code(),
        "job_exists"
    );
}

async fn a_job_that_two_workers_claim(database: Database) {
    let all: Vec<String> = (0..60).map(|number| format!("job {number}")).collect();
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    queued(&database.store, &names).await;
    let mut workers = JoinSet::new();
    for worker in 0..6 {
        let store = database.store.clone();
        workers.spawn(async move {
            let (owner, mut done) = (format!("worker {worker}"), Vec::new());
            loop {
                let mut tx = store.begin().await.unwrap();
                let claimed = jobs::claim(
                    &mut tx,
                    &Claim {
                        limit: 3,
                        ..claim_at(&owner)
                    },
                )
                .await
                .unwrap();
                tx.commit().await.unwrap();
                if claimed.is_empty() {
                    return done;
                }
                for job in claimed {
                    let mut tx = store.begin().await.unwrap();
                    assert!(jobs::finish(&mut tx, job.id, &owner, now()).await.unwrap());
                    tx.commit().await.unwrap();
                    done.push(job.key);
                }
            }
        });
    }
    let done: Vec<String> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(done.len(), 60, "none twice");
    assert_eq!(
        done.into_iter().collect::<BTreeSet<_>>(),
        all.into_iter().collect(),
        "none lost"
    );
}

async fn a_worker_that_lost_its_lease_and_writes_over_the_next_one(database: Database) {
    queued(&database.store, &["a"]).await;
    let mut tx = database.store.begin().await.unwrap();
    let slow = Claim {
        lease: Duration::ZERO,
        ..claim_at("slow")
    };
    let id = jobs::claim(&mut tx, &slow).await.unwrap()[0].id;
    jobs::claim(&mut tx, &claim_at("next")).await.unwrap();
    assert!(!jobs::finish(&mut tx, id, "slow", now()).await.unwrap());
    assert!(
        !jobs::fail(&mut tx, id, "slow", "x", "x", None, now())
            .await
            .unwrap()
    );
    assert!(!jobs::park(&mut tx, id, "slow", "x", "x").await.unwrap());
    assert_eq!(
        jobs::find(&mut tx, id).await.unwrap().unwrap().state,
        State::Running
    );
    assert!(jobs::finish(&mut tx, id, "next", later(1)).await.unwrap());
    let done = jobs::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (done.state, done.finished_at, done.lease_owner),
        (State::Done, Some(later(1)), None)
    );
    assert!(
        !jobs::cancel(&mut tx, id, now()).await.unwrap(),
        "what is done is done"
    );
}

async fn a_job_that_runs_is_not_taken_out_of_the_queue(database: Database) {
    queued(&database.store, &["a"]).await;
    let mut tx = database.store.begin().await.unwrap();
    let running = jobs::claim(&mut tx, &claim_at("w")).await.unwrap()[0].id;
    tx.commit().await.unwrap();
    queued(&database.store, &["b"]).await;
    let mut tx = database.store.begin().await.unwrap();
    let keys = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
    let pending = jobs::pending_of(&mut tx, &keys).await.unwrap();
    assert_eq!(pending.len(), 2);
    let waiting = pending.iter().find(|job| job.key == "b").unwrap().id;
    assert_eq!(
        jobs::cancel_waiting(&mut tx, &[running, waiting, 999], now())
            .await
            .unwrap(),
        [waiting]
    );
    let left = jobs::pending_of(&mut tx, &keys).await.unwrap();
    assert_eq!(left.iter().map(|job| job.id).collect::<Vec<_>>(), [running]);
}

async fn a_job_before_its_time(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    jobs::enqueue(
        &mut tx,
        &NewJob {
            run_at: later(60),
            ..job("later")
        },
        now(),
    )
    .await
    .unwrap();
    jobs::enqueue(
        &mut tx,
        &NewJob {
            run_at: later(30),
            ..job("sooner")
        },
        now(),
    )
    .await
    .unwrap();
    assert_eq!(jobs::oldest_queued(&mut tx).await.unwrap(), Some(later(30)));
    assert!(jobs::claim(&mut tx, &claim_at("w")).await.unwrap().is_empty());
    let then = Claim {
        now: later(60),
        ..claim_at("w")
    };
    assert_eq!(
        keys(&jobs::claim(&mut tx, &then).await.unwrap()),
        ["sooner", "later"],
        "oldest first"
    );
    assert_eq!(jobs::oldest_queued(&mut tx).await.unwrap(), None);
}

async fn two_routers(tx: &mut Tx) -> (i64, i64) {
    let first = routers::insert(tx, &router(), now()).await.unwrap().id;
    let second = routers::Details {
        name: "Timur".into(),
        ..router()
    };
    (first, routers::insert(tx, &second, now()).await.unwrap().id)
}

async fn an_unreachable_router_that_eats_tries(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let (first, second) = two_routers(&mut tx).await;
    let a = jobs::enqueue(
        &mut tx,
        &NewJob {
            router_id: Some(first),
            ..job("a")
        },
        now(),
    )
    .await
    .unwrap()
    .unwrap();
    let b = NewJob {
        router_id: Some(first),
        run_at: later(5),
        ..job("b")
    };
    let b = jobs::enqueue(&mut tx, &b, now()).await.unwrap().unwrap();
    jobs::enqueue(
        &mut tx,
        &NewJob {
            router_id: Some(second),
            ..job("c")
        },
        now(),
    )
    .await
    .unwrap();
    assert_eq!(
        keys(&jobs::claim(&mut tx, &claim_at("w")).await.unwrap()),
        ["a", "c"]
    );
    assert!(
        jobs::park(&mut tx, a, "w", "router_unreachable", "time-out")
            .await
            .unwrap()
    );
    assert_eq!(
        jobs::park_router(&mut tx, first, "router_unreachable", "time-out")
            .await
            .unwrap(),
        1
    );
    let parked = jobs::find(&mut tx, a).await.unwrap().unwrap();
    assert_eq!(
        (parked.state, parked.tries),
        (State::Parked, 0),
        "the try was given back"
    );
    let late = Claim {
        now: later(1_000),
        ..claim_at("w")
    };
    assert!(jobs::claim(&mut tx, &late).await.unwrap().is_empty());
    assert_eq!(jobs::unpark(&mut tx, first, later(2_000)).await.unwrap(), 2);
    let back = Claim {
        now: later(2_000),
        ..claim_at("w")
    };
    let claimed = jobs::claim(&mut tx, &back).await.unwrap();
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [a, b]);
    assert_eq!(claimed[0].tries, 1);
}

async fn a_worker_takes_only_what_it_can_do(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let (first, second) = two_routers(&mut tx).await;
    for (key, router_id) in [("a", Some(first)), ("b", Some(second)), ("c", None)] {
        jobs::enqueue(
            &mut tx,
            &NewJob {
                router_id,
                ..job(key)
            },
            now(),
        )
        .await
        .unwrap();
    }
    jobs::enqueue(
        &mut tx,
        &NewJob {
            kind: "print",
            ..job("d")
        },
        now(),
    )
    .await
    .unwrap();
    let nothing = Claim {
        kinds: &[],
        ..claim_at("w")
    };
    assert!(jobs::claim(&mut tx, &nothing).await.unwrap().is_empty());
    let no_router = Claim {
        routers: Some(&[]),
        ..claim_at("w")
    };
    assert_eq!(keys(&jobs::claim(&mut tx, &no_router).await.unwrap()), ["c"]);
    let with_keys = [second];
    let one_router = Claim {
        routers: Some(&with_keys),
        ..claim_at("w")
    };
    assert_eq!(keys(&jobs::claim(&mut tx, &one_router).await.unwrap()), ["b"]);
    assert_eq!(
        keys(&jobs::claim(&mut tx, &claim_at("w")).await.unwrap()),
        ["a"],
        "printing is another's"
    );
}

async fn a_job_that_failed_for_good_and_nobody_sees(database: Database) {
    queued(&database.store, &["a", "b"]).await;
    let mut tx = database.store.begin().await.unwrap();
    let claimed = jobs::claim(&mut tx, &claim_at("w")).await.unwrap();
    let (a, b) = (claimed[0].id, claimed[1].id);
    assert!(
        jobs::fail(&mut tx, a, "w", "trap", "no such item", Some(later(60)), now())
            .await
            .unwrap()
    );
    assert!(
        jobs::fail(&mut tx, b, "w", "trap", "no such item", None, later(1))
            .await
            .unwrap()
    );
    let waits = jobs::find(&mut tx, a).await.unwrap().unwrap();
    assert_eq!(
        (waits.state, waits.run_at, waits.error_code.as_deref()),
        (State::Queued, later(60), Some("trap"))
    );
    let filter = Filter {
        state: Some(State::Dead),
        limit: 10,
        ..Filter::default()
    };
    let dead = jobs::list(&mut tx, &filter).await.unwrap();
    assert_eq!(
        (dead.total, dead.items[0].id, dead.items[0].error.as_deref()),
        (1, b, Some("no such item"))
    );
    assert_eq!(
        jobs::count_by_state(&mut tx).await.unwrap(),
        [("dead".to_owned(), 1), ("queued".to_owned(), 1)]
    );
    assert!(!jobs::retry(&mut tx, a, now()).await.unwrap(), "it waits already");
    assert!(jobs::retry(&mut tx, b, later(2)).await.unwrap());
    let again = jobs::find(&mut tx, b).await.unwrap().unwrap();
    assert_eq!(
        (again.state, again.tries, again.finished_at),
        (State::Queued, 0, None)
    );
    assert!(jobs::cancel(&mut tx, b, later(3)).await.unwrap());
    assert_eq!(jobs::forget(&mut tx, later(3)).await.unwrap(), 0);
    assert_eq!(jobs::forget(&mut tx, later(4)).await.unwrap(), 1);
}

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

async fn t5_the_same_message_twice(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let message = |key: &str| notifications::NewNotification {
        key: key.into(),
        customer_id: budi,
        event_id: None,
        kind: "reminder",
        invoice_id: None,
        judged_on: None,
        channel: "whatsapp",
        recipient: Some("6281234567890"),
        text: "Tagihan Anda jatuh tempo besok.".into(),
        state: notifications::State::Queued,
    };
    let id = notifications::insert(&mut tx, &message("reminder:1:2026-01-20"), now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        notifications::insert(&mut tx, &message("reminder:1:2026-01-20"), now())
            .await
            .unwrap(),
        None
    );
    notifications::sent(&mut tx, id, notifications::State::Sent, Some("wamid"), later(1))
        .await
        .unwrap();
    assert_eq!(
        notifications::insert(&mut tx, &message("reminder:1:2026-01-20"), now())
            .await
            .unwrap(),
        None,
        "for ever"
    );
    let other = notifications::insert(&mut tx, &message("reminder:1:2026-01-21"), now())
        .await
        .unwrap()
        .unwrap();
    notifications::not_sent(&mut tx, other, notifications::State::Failed, "no such number")
        .await
        .unwrap();
    let filter = notifications::Filter {
        state: Some(notifications::State::Sent),
        customer_id: Some(budi),
        limit: 10,
        ..notifications::Filter::default()
    };
    let page = notifications::list(&mut tx, &filter).await.unwrap();
    assert_eq!(
        (page.total, page.items[0].id, page.items[0].sent_at),
        (1, id, Some(later(1)))
    );
    assert_eq!(
        notifications::find(&mut tx, other)
            .await
            .unwrap()
            .unwrap()
            .error
            .as_deref(),
        Some("no such number")
    );
}

async fn dead_jobs_tried_again_twice_for_the_same_work(database: Database) {
    let give_up = async |key: &str| {
        queued(&database.store, &[key]).await;
        let mut tx = database.store.begin().await.unwrap();
        let id = jobs::claim(&mut tx, &claim_at("w")).await.unwrap()[0].id;
        assert!(
            jobs::fail(&mut tx, id, "w", "trap", "no", None, now())
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        id
    };
    let first = give_up("a").await;
    let last = give_up("a").await;
    let anew = give_up("b").await;
    queued(&database.store, &["b"]).await;
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(jobs::retry_dead(&mut tx, Some("close"), now()).await.unwrap(), 0);
    assert_eq!(jobs::retry_dead(&mut tx, Some("open"), now()).await.unwrap(), 1);
    for (id, state) in [
        (first, jobs::State::Dead),
        (last, jobs::State::Queued),
        (anew, jobs::State::Dead),
    ] {
        let job = jobs::find(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((job.state, job.tries == 0), (state, state == jobs::State::Queued));
    }
    assert_eq!(jobs::retry_dead(&mut tx, None, now()).await.unwrap(), 0);
}

async fn a_worker_that_lost_one_lease_of_many(database: Database) {
    queued(&database.store, &["a", "b", "c"]).await;
    let mut tx = database.store.begin().await.unwrap();
    let slow = Claim {
        lease: Duration::ZERO,
        limit: 1,
        ..claim_at("slow")
    };
    let lost = jobs::claim(&mut tx, &slow).await.unwrap()[0].id;
    let taken = jobs::claim(&mut tx, &claim_at("next")).await.unwrap();
    assert_eq!(taken.len(), 3, "with the one that the slow worker let go");
    let two: Vec<i64> = taken.iter().map(|job| job.id).filter(|id| *id != lost).collect();
    assert!(
        jobs::finish_all(&mut tx, &[lost], "slow", now())
            .await
            .unwrap()
            .is_empty()
    );
    let mut finished = jobs::finish_all(&mut tx, &two, "next", later(1)).await.unwrap();
    finished.sort_unstable();
    assert_eq!(finished, two);
    assert!(
        jobs::finish_all(&mut tx, &two, "next", later(2))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        jobs::finish_all(&mut tx, &[], "next", later(2))
            .await
            .unwrap()
            .is_empty()
    );
    let done = jobs::find(&mut tx, two[0]).await.unwrap().unwrap();
    assert_eq!(
        (done.state, done.finished_at, done.lease_owner),
        (State::Done, Some(later(1)), None)
    );
    let held = jobs::find(&mut tx, lost).await.unwrap().unwrap();
    assert_eq!(
        (held.state, held.lease_owner.as_deref()),
        (State::Running, Some("next"))
    );
}

async fn the_newest_job_of_many_lines(database: Database) {
    queued(&database.store, &["a", "b"]).await;
    let mut tx = database.store.begin().await.unwrap();
    let first = jobs::pending(&mut tx, "a").await.unwrap().unwrap();
    assert!(jobs::cancel(&mut tx, first.id, now()).await.unwrap());
    let second = jobs::enqueue(&mut tx, &job("a"), now()).await.unwrap().unwrap();
    let keys = ["a", "b", "nobody"].map(str::to_owned);
    let newest = jobs::newest_of(&mut tx, &keys).await.unwrap();
    let mut found: Vec<(String, i64)> = newest.into_iter().map(|job| (job.key, job.id)).collect();
    found.sort();
    let other = jobs::newest(&mut tx, "b").await.unwrap().unwrap().id;
    assert_eq!(found, [("a".to_owned(), second), ("b".to_owned(), other)]);
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

async fn t5_many_messages_of_which_some_were_told(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let message = |key: &str, text: &str| notifications::NewNotification {
        key: key.into(),
        customer_id: budi,
        event_id: None,
        kind: "isolated",
        invoice_id: None,
        judged_on: None,
        channel: "whatsapp",
        recipient: Some("6281234567890"),
        text: text.into(),
        state: notifications::State::Queued,
    };
    let first = [message("told", "1"), message("back", "1"), message("sent", "1")];
    let first = notifications::insert_all(&mut tx, &first, now()).await.unwrap();
    let id = |key: &str| first.iter().find(|(_, it)| it == key).unwrap().0;
    notifications::withdraw(&mut tx, id("back"), notifications::Withdrawal::Reopened)
        .await
        .unwrap();
    notifications::sent(&mut tx, id("sent"), notifications::State::Sent, None, now())
        .await
        .unwrap();
    let again = [
        message("told", "2"),
        message("back", "2"),
        message("sent", "2"),
        message("new", "2"),
    ];
    let mut new = notifications::insert_all(&mut tx, &again, later(1))
        .await
        .unwrap();
    new.sort();
    let added = notifications::find_by_key(&mut tx, "new")
        .await
        .unwrap()
        .unwrap()
        .id;
    assert_eq!(
        new,
        [(id("back"), "back".to_owned()), (added, "new".to_owned())],
        "what was taken back told nobody anything"
    );
    let unsent = notifications::unsent(&mut tx, &[budi, 999]).await.unwrap();
    let unsent: Vec<(&str, &str)> = unsent
        .iter()
        .map(|message| (message.key.as_str(), message.text.as_str()))
        .collect();
    assert_eq!(unsent, [("told", "1"), ("back", "2"), ("new", "2")]);
    assert!(notifications::unsent(&mut tx, &[]).await.unwrap().is_empty());
}
