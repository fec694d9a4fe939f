//! What a person should look at: routers that do not answer, each once with the jobs that wait for it, and jobs that were
//! given up, that wait, or that failed and are tried again. A failure is shown with its first try, not when it is given up.

use std::collections::HashSet;

use store::Tx;
use store::jobs::{Filter, Job, State};
use store::routers::Router;

use super::Failure;
use crate::error::{Result, Sentence};
use crate::office::Call;

/// How many jobs of each sort are shown.
const MOST: i64 = 20;

/// The failures: routers first, then jobs by how far they got.
pub(super) async fn all(tx: &mut Tx, call: &Call<'_>) -> Result<Vec<Failure>> {
    let routers = store::routers::all(tx).await?;
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
    let dead = of_state(tx, State::Dead).await?;
    let failing = store::jobs::failing(tx, MOST).await?;
    let parked = of_state(tx, State::Parked).await?;
    let jobs = dead.into_iter().chain(failing).chain(parked);
    // What waits for a router that is away is counted there.
    let is_told =
        |job: &Job| job.state == State::Parked && job.router_id.is_some_and(|id| away.contains(&id));
    failures.extend(
        jobs.filter(|job| !is_told(job))
            .map(|job| of_job(call, job, &routers)),
    );
    Ok(failures)
}

async fn of_state(tx: &mut Tx, state: State) -> Result<Vec<Job>> {
    let filter = Filter {
        state: Some(state),
        limit: MOST,
        ..Filter::default()
    };
    Ok(store::jobs::list(tx, &filter).await?.items)
}

fn of_job(call: &Call<'_>, job: Job, routers: &[Router]) -> Failure {
    let router = routers.iter().find(|router| Some(router.id) == job.router_id);
    Failure {
        job_id: Some(job.id),
        router_id: None,
        kind: job.kind,
        state: job.state.as_str().to_owned(),
        router: router.map(|router| router.details.name.clone()),
        waiting: 0,
        code: job.error_code,
        detail: job.error.map(|error| call.told_held(&error)),
        at: job.finished_at.unwrap_or(job.created_at).as_millisecond(),
        next_try: (job.state == State::Queued).then(|| job.run_at.as_millisecond()),
    }
}
