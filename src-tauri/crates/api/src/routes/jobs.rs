//! Jobs.

use axum::Json;
use office::jobs::{CancelJob, JobView, ListJobs, ReadJob, RetriedJobs, RetryJob, RetryJobs};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, List, OptionalBody, Path};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(retry_jobs))
        .routes(routes!(read_job))
        .routes(routes!(retry_job))
        .routes(routes!(cancel_job))
}

/// Lists jobs, newest first.
#[utoipa::path(get, path = "/jobs", tag = "jobs", operation_id = "list_jobs", params(ListJobs),
    responses((status = 200, description = "A page of jobs.", body = Page<JobView>)))]
async fn list_jobs(caller: Caller, List(list): List<ListJobs>) -> Answer<Json<Page<JobView>>> {
    caller.ask(list).await
}

/// Reads a job.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", operation_id = "read_job",
    params(("id" = i64, Path, description = "Which job.")),
    responses((status = 200, description = "The job.", body = JobView)))]
async fn read_job(caller: Caller, Path(id): Path<i64>) -> Answer<Json<JobView>> {
    caller.ask(ReadJob { id }).await
}

/// Tries a job again that gave up, was cancelled or waits for its router.
#[utoipa::path(post, path = "/jobs/{id}/retry", tag = "jobs", operation_id = "retry_job",
    params(("id" = i64, Path, description = "Which job.")),
    responses((status = 200, description = "The job.", body = JobView)))]
async fn retry_job(caller: Caller, Path(id): Path<i64>) -> Answer<Json<JobView>> {
    caller.ask(RetryJob { id }).await
}

/// Tries every job again that gave up, or those of one kind.
#[utoipa::path(post, path = "/jobs/retry", tag = "jobs", operation_id = "retry_jobs",
    request_body = Option<RetryJobs>,
    responses((status = 200, description = "How many were taken up again.", body = RetriedJobs)))]
async fn retry_jobs(
    caller: Caller,
    OptionalBody(form): OptionalBody<RetryJobs>,
) -> Answer<Json<RetriedJobs>> {
    caller.ask(form).await
}

/// Takes a job out of the queue.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", operation_id = "cancel_job",
    params(("id" = i64, Path, description = "Which job.")),
    responses((status = 200, description = "The job.", body = JobView)))]
async fn cancel_job(caller: Caller, Path(id): Path<i64>) -> Answer<Json<JobView>> {
    caller.ask(CancelJob { id }).await
}
