//! Reading and changing the schedule.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tx;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::dashboard::NextTask;
use crate::error::{Error, FormCheck, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::schedule::{Task, cron};

/// The schedule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScheduleView {
    /// The office's zone, in which the times are read.
    pub zone: String,
    /// The tasks.
    pub tasks: Vec<TaskView>,
}

/// A task of the schedule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskView {
    /// Its name.
    pub task: String,
    /// When: minute, hour, day of month, month, day of week.
    pub cron: String,
    /// What it does, in both languages.
    pub description: Sentence,
    /// Whether it is paused.
    pub paused: bool,
    /// The next five times, epoch milliseconds; none while it is paused.
    pub next: Vec<i64>,
    /// When it last began, epoch milliseconds.
    pub last_started: Option<i64>,
    /// When it last ended, epoch milliseconds.
    pub last_finished: Option<i64>,
    /// What it did then.
    pub last_outcome: Option<Value>,
}

/// Reads the schedule.
#[derive(Debug)]
pub struct ReadSchedule;

impl Request for ReadSchedule {
    const ABILITY: Ability = Ability::OperationsRead;
    type Answer = ScheduleView;

    async fn run(self, call: &Call<'_>) -> Result<ScheduleView> {
        let mut tx = call.read().await?;
        let mut tasks = Vec::new();
        for row in store::schedule::all(&mut tx).await? {
            let Ok(task) = row.task.parse::<Task>() else {
                continue;
            };
            let next = if row.paused {
                Vec::new()
            } else {
                cron::next(&row.cron, call.now, &call.zone, 5)?
            };
            tasks.push(TaskView {
                task: row.task,
                cron: row.cron,
                description: task.description(),
                paused: row.paused,
                next: next.into_iter().map(|at| at.as_millisecond()).collect(),
                last_started: row.last_started.map(|at| at.as_millisecond()),
                last_finished: row.last_finished.map(|at| at.as_millisecond()),
                last_outcome: row
                    .last_outcome
                    .and_then(|outcome| serde_json::from_str(&outcome).ok()),
            });
        }
        Ok(ScheduleView {
            zone: call.settings.office_zone.clone(),
            tasks,
        })
    }
}

/// The next time of each task that is not paused, soonest first.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn next_tasks(tx: &mut Tx, call: &Call<'_>) -> Result<Vec<NextTask>> {
    let mut tasks = Vec::new();
    for row in store::schedule::all(tx)
        .await?
        .into_iter()
        .filter(|row| !row.paused)
    {
        let next = cron::next(&row.cron, call.now, &call.zone, 1)?;
        tasks.extend(next.first().map(|at| NextTask {
            task: row.task,
            at: at.as_millisecond(),
        }));
    }
    tasks.sort_by_key(|task| task.at);
    Ok(tasks)
}

/// When a task runs on a civil day of the office; never, where it is paused.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn times_on(tx: &mut Tx, call: &Call<'_>, task: Task, day: Date) -> Result<Vec<DateTime>> {
    let row = store::schedule::find(tx, task.as_str()).await?;
    let Some(row) = row.filter(|row| !row.paused) else {
        return Ok(Vec::new());
    };
    let midnight = call.zone.to_timestamp(day.to_datetime(Time::midnight()));
    // A slot at midnight itself belongs to the day.
    let mut from = midnight.map_err(Error::fault)? - SignedDuration::from_secs(1);
    let mut times = Vec::new();
    while let Some(&at) = cron::next(&row.cron, from, &call.zone, 1)?.first() {
        let local = call.zone.to_datetime(at);
        if local.date() != day {
            break;
        }
        times.push(local);
        from = at;
    }
    Ok(times)
}

/// Asks when a task would run by another cron text. Nothing is kept.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForeseeTimes {
    /// Which; set from the path.
    #[serde(skip)]
    #[param(ignore)]
    pub task: String,
    /// When: minute, hour, day of month, month, day of week.
    pub cron: String,
}

/// When a task would run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskTimes {
    /// The next five times, epoch milliseconds.
    pub next: Vec<i64>,
}

impl Request for ForeseeTimes {
    const ABILITY: Ability = Ability::OperationsRead;
    type Answer = TaskTimes;

    async fn run(self, call: &Call<'_>) -> Result<TaskTimes> {
        let mut form = FormCheck::new();
        let read = cron::read_cron("cron", &self.task, &Value::String(self.cron), &mut form);
        form.finish()?;
        let next = match read {
            Some((_, text)) => cron::next(&text, call.now, &call.zone, 5)?,
            None => Vec::new(),
        };
        Ok(TaskTimes {
            next: next.into_iter().map(|at| at.as_millisecond()).collect(),
        })
    }
}

/// Changes when a task runs, or pauses it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeTask {
    /// Which; set from the path.
    #[serde(skip)]
    pub task: String,
    /// When: minute, hour, day of month, month, day of week.
    pub cron: Option<String>,
    /// Whether it is paused.
    pub paused: Option<bool>,
}

impl Request for ChangeTask {
    const ABILITY: Ability = Ability::OperationsWrite;
    type Answer = TaskView;

    async fn run(self, call: &Call<'_>) -> Result<TaskView> {
        let missing = || Error::missing("Tugas", "task");
        let mut form = FormCheck::new();
        let cron = self
            .cron
            .map(Value::String)
            .and_then(|text| cron::read_cron("cron", &self.task, &text, &mut form));
        form.finish()?;
        let mut tx = call.begin().await?;
        let before = store::schedule::find(&mut tx, &self.task)
            .await?
            .ok_or_else(missing)?;
        let cron = cron.map_or_else(|| before.cron.clone(), |(_, text)| text);
        let paused = self.paused.unwrap_or(before.paused);
        store::schedule::update(&mut tx, &self.task, &cron, paused).await?;
        let detail = serde_json::json!({
            "before": { "cron": before.cron, "paused": before.paused },
            "after": { "cron": cron, "paused": paused },
        });
        let entry = Entry::done(
            "schedule_changed",
            (
                format!("Jadwal {} diubah", self.task),
                format!("The schedule of {} was changed", self.task),
            ),
        )
        .detail(detail);
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        let schedule = ReadSchedule.run(call).await?;
        schedule
            .tasks
            .into_iter()
            .find(|task| task.task == self.task)
            .ok_or_else(missing)
    }
}
