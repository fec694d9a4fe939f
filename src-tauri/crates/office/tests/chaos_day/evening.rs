//! The evening: what waited happens, dead letters are read and tried again, the routers are compared with the ledger, and
//! everything is reckoned up.

use std::collections::HashSet;
use std::time::Duration;

use billing::{Access, CustomerStatus, OverrideVerdict};
use office::Verify;
use office::access::{CheckOverdue, ReadRouterPlan, ReadWhy};
use office::jobs::RetryJob;
use simulators::router::Dropped;
use store::billing_logs::LogRow;

use crate::day::Past;
use crate::town::{ISOLATED, Line, OWN, Town};

/// Rounds after which everything that can be done without a person must have been: each router can be away once, and each
/// job has three retries.
const ROUNDS: usize = 12;

/// Lets what waits happen, then does for each dead letter what it asks for: once more.
pub(crate) async fn settle(town: &Town) {
    until_nothing_waits(town).await;
    let filter = store::jobs::Filter {
        state: Some(store::jobs::State::Dead),
        limit: 100_000,
        ..Default::default()
    };
    let mut tx = town.office.store().read().await.expect("reads");
    let dead = store::jobs::list(&mut tx, &filter).await.expect("reads").items;
    drop(tx);
    for job in &dead {
        let error = job.error.as_deref().unwrap_or_default();
        assert!(
            job.error_code.is_some() && error.contains(". "),
            "a dead letter says what happened and what to do: {job:?}"
        );
        town.ask(RetryJob { id: job.id }).await;
    }
    eprintln!("{} dead letters, each tried again", dead.len());
    until_nothing_waits(town).await;
    let mut tx = town.office.store().read().await.expect("reads");
    let dead = store::jobs::list(&mut tx, &filter).await.expect("reads").items;
    assert!(dead.is_empty(), "{dead:?}");
}

async fn until_nothing_waits(town: &Town) {
    for _ in 0..ROUNDS {
        if !town.round(700).await {
            return;
        }
    }
    let mut tx = town.office.store().read().await.expect("reads");
    let filter = store::jobs::Filter {
        limit: 20,
        ..Default::default()
    };
    let jobs = store::jobs::list(&mut tx, &filter).await.expect("reads").items;
    panic!("still waiting after {ROUNDS} rounds without chaos, among them: {jobs:?}");
}

/// What hands did to the routers behind the office's back is seen by comparing, and put right by the next overdue check.
pub(crate) async fn look_at_every_router(town: &Town) {
    for (router_id, _) in &town.routers {
        let look = ReadRouterPlan {
            router_id: *router_id,
        };
        town.ask(look).await;
    }
    let check = CheckOverdue {
        dry_run: false,
        confirm: true,
    };
    let summary = town.ask(check).await;
    eprintln!(
        "after the comparison: {} closed, {} opened",
        summary.isolated, summary.opened
    );
    until_nothing_waits(town).await;
}

pub(crate) async fn reckon(town: &Town, past: &Past) {
    let cut: u64 = past.misfortunes.iter().map(|it| it.hung_up + it.truncated).sum();
    assert!(cut >= 10, "a quiet day proves nothing: {:?}", past.misfortunes);
    let dropped: Vec<Dropped> = town
        .routers
        .iter()
        .flat_map(|(_, router)| router.dropped())
        .collect();
    eprintln!(
        "{} lines, {} rounds, {} sessions dropped, {:?}",
        town.lines.len(),
        past.rounds,
        dropped.len(),
        past.misfortunes
    );
    for line in &town.lines {
        line_is_right(town, past, line).await;
    }
    let needless: Vec<&Dropped> = dropped.iter().filter(|it| it.needless).collect();
    assert!(needless.is_empty(), "dropped for nothing: {needless:?}");
    let names: HashSet<&str> = dropped.iter().map(|it| it.name.as_str()).collect();
    for line in &town.lines {
        log_tells(town, past, line, names.contains(line.name.as_str())).await;
    }
    for ((router_id, _), misfortunes) in town.routers.iter().zip(&past.misfortunes) {
        let gone = log_about(town, "router", *router_id, "system_error").await.len();
        let back = log_about(town, "router", *router_id, "router_reachable")
            .await
            .len();
        let was_cut = misfortunes.hung_up + misfortunes.truncated > 0;
        assert!(
            gone > 0 || !was_cut,
            "router {router_id} was away and nobody wrote it down"
        );
        assert_eq!(gone, back, "router {router_id}: each absence has its end");
    }
    let verdict = town.ask(Verify).await;
    assert!(verdict.ok, "{verdict:?}");
}

/// What a line must be after all that the office was told: a person's word before the ledger.
fn due(past: &Past, line: &Line) -> Access {
    match past.words.get(&line.customer_id) {
        Some(OverrideVerdict::Open) => Access::Open,
        Some(OverrideVerdict::Closed) => Access::Closed,
        None if past.paid.contains(&line.customer_id) => Access::Open,
        None => Access::Closed,
    }
}

async fn line_is_right(town: &Town, past: &Past, line: &Line) {
    let due = due(past, line);
    let (profile, status) = match due {
        Access::Open => (OWN, CustomerStatus::Active),
        Access::Closed => (ISOLATED, CustomerStatus::Isolated),
    };
    let why = town
        .ask(ReadWhy {
            customer_id: line.customer_id,
        })
        .await;
    assert_eq!(
        (why.desired, why.status, why.observed.agrees_with(due)),
        (due, status, Some(true)),
        "{}: {}",
        line.name,
        why.sentence
    );
    let router = town.router_of(line);
    assert_eq!(
        router.secret(&line.name).expect("a secret").profile,
        profile,
        "{}",
        line.name
    );
    // A device takes a moment to dial again.
    let redialled = async {
        while router.active(&line.name).is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), redialled)
        .await
        .unwrap_or_else(|_| panic!("{} never came back online", line.name));
    let session = router.active(&line.name).expect("it is online");
    assert_eq!(session.profile, profile, "{} in effect: {session:?}", line.name);
}

/// The log knows each line that was touched, why, and on whose account; its last word is what the line is.
async fn log_tells(town: &Town, past: &Past, line: &Line, was_dropped: bool) {
    let mut story = log_about(town, "customer", line.customer_id, "isolation_executed").await;
    story.extend(log_about(town, "customer", line.customer_id, "isolation_opened").await);
    story.sort_by_key(|row| row.id);
    for row in &story {
        let cause = row.cause.as_deref().unwrap_or_default();
        assert!(
            row.outcome == "done" && cause.starts_with("job:") && !row.message.is_empty(),
            "{}: {row:?}",
            line.name
        );
        let detail = row.detail.as_ref().expect("what was there before and after");
        assert!(
            !detail["before"].is_null() && !detail["after"].is_null(),
            "{row:?}"
        );
    }
    let due = due(past, line);
    let last = match due {
        Access::Open => "isolation_opened",
        Access::Closed => "isolation_executed",
    };
    match story.last() {
        Some(row) => assert_eq!(row.act, last, "{}: {story:?}", line.name),
        None => assert!(
            due == Access::Open && !was_dropped,
            "{} was changed and nobody wrote it down",
            line.name
        ),
    }
}

async fn log_about(town: &Town, kind: &str, id: i64, act: &str) -> Vec<LogRow> {
    let filter = store::billing_logs::Filter {
        act: Some(act),
        subject_kind: Some(kind),
        subject_id: Some(id),
        limit: 1_000,
        ..Default::default()
    };
    let mut tx = town.office.store().read().await.expect("reads");
    store::billing_logs::list(&mut tx, &filter)
        .await
        .expect("reads")
        .items
}
