//! What the office does by itself and when.

use axum::Json;
use office::schedule::{
    ChangeTask, ForeseeTimes, ReadSchedule, RunTask, ScheduleView, TaskSummary, TaskTimes, TaskView,
};
use office::{Language, Office};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, ChangeBody, List, OptionalBody, Path, Query, Spoken};
use crate::lists::{Order, Row, ShortList};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(read_schedule))
        .routes(routes!(change_task))
        .routes(routes!(foresee_times))
        .routes(routes!(run_task))
}

/// The schedule, in the caller's language.
#[derive(Serialize, ToSchema)]
struct Schedule {
    /// The office's zone, in which the times are read.
    zone: String,
    /// The tasks.
    items: Vec<ScheduledTask>,
    /// Where the next page begins; `null` on the last one.
    next_cursor: Option<String>,
    /// How many tasks there are on all pages.
    total: i64,
}

/// A task of the schedule.
#[derive(Serialize, ToSchema)]
struct ScheduledTask {
    /// Its name.
    task: String,
    /// When: minute, hour, day of month, month, day of week.
    cron: String,
    /// What it does.
    description: String,
    /// Whether it is paused.
    paused: bool,
    /// The next five times, epoch milliseconds; none while it is paused.
    next: Vec<i64>,
    /// When it last began, epoch milliseconds.
    last_started: Option<i64>,
    /// When it last ended, epoch milliseconds.
    last_finished: Option<i64>,
    /// What it did then.
    last_outcome: Option<Value>,
}

impl ScheduledTask {
    fn of(task: TaskView, language: Language) -> ScheduledTask {
        ScheduledTask {
            task: task.task,
            cron: task.cron,
            description: task.description.for_language(language).to_owned(),
            paused: task.paused,
            next: task.next,
            last_started: task.last_started,
            last_finished: task.last_finished,
            last_outcome: task.last_outcome,
        }
    }
}

impl Schedule {
    fn of(schedule: ScheduleView, list: &ShortList, language: Language) -> Answer<Schedule> {
        let tasks = schedule
            .tasks
            .into_iter()
            .map(|task| ScheduledTask::of(task, language))
            .collect();
        let page = list.of(tasks, |task: &ScheduledTask| {
            format!("{} {}", task.task, task.description)
        })?;
        Ok(Schedule {
            zone: schedule.zone,
            items: page.items,
            next_cursor: page.next_cursor,
            total: page.total,
        })
    }
}

impl Row for ScheduledTask {
    const ORDERS: &'static [Order<Self>] = &[("task", |one, other| one.task.cmp(&other.task))];

    fn key(&self) -> String {
        self.task.clone()
    }

    fn is_active(&self) -> Option<bool> {
        Some(!self.paused)
    }
}

/// Reads the schedule.
#[utoipa::path(get, path = "/schedule", tag = "schedule", operation_id = "read_schedule", params(ShortList),
    responses((status = 200, description = "The schedule.", body = Schedule)))]
async fn read_schedule(
    caller: Caller,
    Spoken(language): Spoken,
    List(list): List<ShortList>,
) -> Answer<Json<Schedule>> {
    let schedule = caller.perform(ReadSchedule).await?;
    Ok(Json(Schedule::of(schedule, &list, language)?))
}

/// Changes when a task runs, or pauses it.
#[utoipa::path(patch, path = "/schedule/{task}", tag = "schedule", operation_id = "change_task",
    request_body = ChangeTask, params(("task" = String, Path, description = "Which task.")),
    responses((status = 200, description = "The task.", body = ScheduledTask)))]
async fn change_task(
    caller: Caller,
    Path(task): Path<String>,
    Spoken(language): Spoken,
    ChangeBody(form): ChangeBody<ChangeTask>,
) -> Answer<Json<ScheduledTask>> {
    let task = caller.perform(ChangeTask { task, ..form }).await?;
    Ok(Json(ScheduledTask::of(task, language)))
}

/// Says when a task would run by another cron text; nothing is kept.
#[utoipa::path(get, path = "/schedule/{task}/times", tag = "schedule", operation_id = "foresee_times",
    params(("task" = String, Path, description = "Which task."), ForeseeTimes),
    responses((status = 200, description = "The next five times.", body = TaskTimes)))]
async fn foresee_times(
    caller: Caller,
    Path(task): Path<String>,
    Query(asked): Query<ForeseeTimes>,
) -> Answer<Json<TaskTimes>> {
    caller.ask(ForeseeTimes { task, ..asked }).await
}

/// Runs a task once, now.
#[utoipa::path(post, path = "/schedule/{task}/run", tag = "schedule", operation_id = "run_task",
    request_body = Option<RunTask>, params(("task" = String, Path, description = "Which task.")),
    responses((status = 200, description = "What it did.", body = TaskSummary)))]
async fn run_task(
    caller: Caller,
    Path(task): Path<String>,
    OptionalBody(form): OptionalBody<RunTask>,
) -> Answer<Json<TaskSummary>> {
    caller.ask(RunTask { task, ..form }).await
}
