//! Jobs: claimed by lease, tried again, parked, and never twice.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use store::jobs::{self, Claim, Dead, Filter, Job, NewJob, State};
use store::{Store, Tx, routers};
use tokio::task::JoinSet;

use crate::engine::{Database, on_both};
use crate::invented::{later, now, router};

on_both!(
    t2_a_crashed_worker_that_holds_its_job_for_ever,
    a_job_twice_while_it_waits,
    a_job_that_two_workers_claim,
    a_worker_that_lost_its_lease_and_writes_over_the_next_one,
    a_dead_job_whose_work_was_done_since_stays_a_failure,
    dead_jobs_of_another_router_or_for_other_work_tried_again,
    dead_jobs_tried_again_twice_for_the_same_work,
    a_worker_that_lost_one_lease_of_many,
    the_newest_job_of_many_lines,
    a_job_before_its_time,
    a_job_that_runs_is_not_taken_out_of_the_queue,
    an_unreachable_router_that_eats_tries,
    a_worker_takes_only_what_it_can_do,
    a_job_that_failed_for_good_and_nobody_sees,
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

fn of_kind(kind: &str) -> Dead<'_> {
    Dead {
        kind: Some(kind),
        ..Dead::default()
    }
}

/// A job for this work that gave up.
async fn given_up(database: &Database, key: &str) -> i64 {
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
}

async fn a_dead_job_whose_work_was_done_since_stays_a_failure(database: Database) {
    let dead = given_up(&database, "a").await;
    let other = given_up(&database, "b").await;
    queued(&database.store, &["a"]).await;
    let mut tx = database.store.begin().await.unwrap();
    let done = jobs::claim(&mut tx, &claim_at("w")).await.unwrap()[0].id;
    assert_eq!(
        jobs::supersede(&mut tx, &[dead, other], now()).await.unwrap(),
        0,
        "nothing came after these"
    );
    assert_eq!(jobs::supersede(&mut tx, &[done], later(1)).await.unwrap(), 1);
    for (id, state) in [(dead, State::Cancelled), (other, State::Dead)] {
        assert_eq!(jobs::find(&mut tx, id).await.unwrap().unwrap().state, state);
    }
}

async fn dead_jobs_of_another_router_or_for_other_work_tried_again(database: Database) {
    let a = given_up(&database, "a").await;
    given_up(&database, "b").await;
    let mut tx = database.store.begin().await.unwrap();
    let router_id = jobs::find(&mut tx, a).await.unwrap().unwrap().router_id;
    let elsewhere = Dead {
        router_id: Some(router_id.unwrap_or_default() + 1),
        ..Dead::default()
    };
    assert_eq!(jobs::retry_dead(&mut tx, elsewhere, now()).await.unwrap(), 0);
    let of_a = Dead {
        key: Some("a"),
        ..Dead::default()
    };
    assert_eq!(jobs::retry_dead(&mut tx, of_a, now()).await.unwrap(), 1);
    assert_eq!(
        jobs::find(&mut tx, a).await.unwrap().unwrap().state,
        State::Queued
    );
    let here = Dead {
        router_id,
        ..Dead::default()
    };
    assert_eq!(jobs::retry_dead(&mut tx, here, now()).await.unwrap(), 1);
}

async fn dead_jobs_tried_again_twice_for_the_same_work(database: Database) {
    let give_up = |key| given_up(&database, key);
    let first = give_up("a").await;
    let last = give_up("a").await;
    let anew = give_up("b").await;
    queued(&database.store, &["b"]).await;
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(
        jobs::retry_dead(&mut tx, of_kind("close"), now()).await.unwrap(),
        0
    );
    assert_eq!(
        jobs::retry_dead(&mut tx, of_kind("open"), now()).await.unwrap(),
        1
    );
    for (id, state) in [
        (first, jobs::State::Dead),
        (last, jobs::State::Queued),
        (anew, jobs::State::Dead),
    ] {
        let job = jobs::find(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((job.state, job.tries == 0), (state, state == jobs::State::Queued));
    }
    assert_eq!(
        jobs::retry_dead(&mut tx, Dead::default(), now()).await.unwrap(),
        0
    );
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
