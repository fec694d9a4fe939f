//! What a person should look at: routers that do not answer, each once with the jobs that wait for it, and jobs that were
//! given up, that wait, or that failed and are tried again, put together where they failed alike at the same router. A
//! failure is shown with its first try, not when it is given up.

use std::collections::HashSet;

use serde_json::Value;
use store::Tx;
use store::jobs::{FailedAlike, Filter, Job, State};
use store::routers::Router;

use super::Failure;
use crate::error::{Result, Sentence};
use crate::office::Call;

/// How many failures of jobs that stand so are shown.
const MOST: usize = 20;

/// How many customers of a failure are named.
const NAMED: i64 = 3;

/// The failures: routers first, then jobs by how far they got.
pub(super) async fn all(tx: &mut Tx, call: &Call<'_>, routers: &[Router]) -> Result<Vec<Failure>> {
    let mut failures = Vec::new();
    let mut away = HashSet::new();
    for router in routers.iter().filter(|router| router.details.is_active) {
        let Some(since) = router.unreachable_since else {
            continue;
        };
        let parked = Filter {
            state: Some(State::Parked),
            router_id: Some(router.id),
            limit: 1,
            ..Filter::default()
        };
        let parked = store::jobs::list(tx, &parked).await?;
        away.insert(router.id);
        failures.push(Failure {
            job_id: None,
            router_id: Some(router.id),
            kind: "router".to_owned(),
            state: "unreachable".to_owned(),
            router: Some(router.details.name.clone()),
            waiting: parked.total,
            count: 1,
            names: Vec::new(),
            code: router
                .last_error
                .as_deref()
                .and_then(Sentence::code_of_held)
                .or_else(|| parked.items.into_iter().next().and_then(|job| job.error_code)),
            detail: router.last_error.as_deref().map(|error| call.told_held(error)),
            at: since.as_millisecond(),
            next_try: call
                .office
                .network()
                .next_ask(router.id)
                .map(|at| at.as_millisecond()),
        });
    }
    let mut alike = store::jobs::failed_alike(tx).await?;
    // What waits for a router that is away is counted there.
    alike.retain(|some| some.state != State::Parked || !some.router_id.is_some_and(|id| away.contains(&id)));
    for state in [State::Dead, State::Queued, State::Parked] {
        for some in alike.iter().filter(|some| some.state == state).take(MOST) {
            failures.extend(of_jobs(tx, call, some, routers).await?);
        }
    }
    Ok(failures)
}

/// `None` where they ended since they were counted.
async fn of_jobs(
    tx: &mut Tx,
    call: &Call<'_>,
    alike: &FailedAlike,
    routers: &[Router],
) -> Result<Option<Failure>> {
    let newest = store::jobs::newest_alike(tx, alike, NAMED).await?;
    let names = names(tx, &newest).await?;
    let Some(job) = newest.into_iter().next() else {
        return Ok(None);
    };
    let router = routers.iter().find(|router| Some(router.id) == job.router_id);
    Ok(Some(Failure {
        job_id: Some(job.id),
        router_id: None,
        kind: job.kind,
        state: alike.state.as_str().to_owned(),
        router: router.map(|router| router.details.name.clone()),
        waiting: 0,
        count: alike.count,
        names,
        code: job.error_code,
        detail: job.error.map(|error| call.told_held(&error)),
        at: job.finished_at.unwrap_or(job.created_at).as_millisecond(),
        next_try: alike.next_try.map(|at| at.as_millisecond()),
    }))
}

/// The customers of these jobs by name, each once, in the order of the jobs.
async fn names(tx: &mut Tx, jobs: &[Job]) -> Result<Vec<String>> {
    let mut ids: Vec<i64> = Vec::new();
    for job in jobs {
        let id = job.payload.get("customer_id").and_then(Value::as_i64);
        ids.extend(id.filter(|id| !ids.contains(id)));
    }
    let customers = store::customers::find_many(tx, &ids).await?;
    let name_of = |id: &i64| customers.iter().find(|customer| customer.id == *id);
    Ok(ids
        .iter()
        .filter_map(name_of)
        .map(|customer| customer.details.name.clone())
        .collect())
}
