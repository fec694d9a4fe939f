//! Running a task once: by the schedule, by a person, by the command line.

use billing::RouterMode;
use jiff::{Span, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::{CheckOverdue, PreviewTomorrow};
use crate::actor::{Ability, Who};
use crate::error::{Error, Result};
use crate::invoicing::GenerateInvoices;
use crate::office::{Call, Request};
use crate::schedule::{Task, TaskSummary, rehearse, reminders, ticker};

/// How many days ahead of the office's day a task may be run: next month's work and the one after, and no other year's.
const FURTHEST_ACT: i64 = 62;
/// How many days ahead a dry run may look.
const FURTHEST_LOOK: i64 = 366;

/// Runs a task once.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RunTask {
    /// Which; set from the path.
    #[serde(skip)]
    pub task: String,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Let a plan above the limit through.
    pub confirm: bool,
    /// The instant that the task takes for now, RFC 3339; at most 62 days ahead, 366 for a dry run.
    #[schema(value_type = Option<String>)]
    pub as_of: Option<Timestamp>,
    /// The month to bill, with `year`.
    pub month: Option<i64>,
    /// The year to bill.
    pub year: Option<i64>,
}

impl Request for RunTask {
    const ABILITY: Ability = Ability::OperationsWrite;
    type Answer = TaskSummary;

    async fn run(self, call: &Call<'_>) -> Result<TaskSummary> {
        let task = self.named()?;
        self.is_near(call)?;
        let outcome = self.run_task(task, call).await;
        // The schedule notes its own runs, with the slot that they were for.
        if !self.dry_run && call.actor.who != Who::Schedule {
            let mut tx = call.begin().await?;
            let (finished, text) = (call.office.now(), ticker::told(&outcome)?);
            store::schedule::ran_by_hand(&mut tx, task.as_str(), call.now, finished, &text).await?;
            tx.commit().await?;
        }
        outcome
    }
}

impl RunTask {
    async fn run_task(&self, task: Task, call: &Call<'_>) -> Result<TaskSummary> {
        let inner = self.call(task, call).await;
        match task {
            Task::GenerateInvoices => {
                let request = GenerateInvoices {
                    month: self.month,
                    year: self.year,
                    dry_run: self.dry_run,
                };
                Ok(request.run(&inner).await?.summary)
            }
            Task::CheckOverdue => {
                CheckOverdue {
                    dry_run: self.dry_run,
                    confirm: self.confirm,
                }
                .run(&inner)
                .await
            }
            Task::PreviewClosings => {
                PreviewTomorrow {
                    dry_run: self.dry_run,
                }
                .run(&inner)
                .await
            }
            Task::RehearseMonth => rehearse::run(&inner, self.dry_run).await,
            Task::SendReminders => reminders::run(&inner, self.dry_run).await,
            Task::SyncProfiles => sync_profiles(&inner, self.dry_run).await,
            Task::Backup => Box::pin(crate::backups::run_task(&inner, self.dry_run)).await,
        }
    }

    /// The task that it names. A month and a year say what is billed; elsewhere they are refused rather than ignored.
    pub(super) fn named(&self) -> Result<Task> {
        let task: Task = self.task.parse().map_err(|error: billing::UnknownWord| {
            Error::invalid(
                "unknown_task",
                format!(
                    "Tugas {} tidak dikenal. Yang ada: {}.",
                    self.task,
                    Task::WORDS.join(", ")
                ),
                format!(
                    "There is no task {}. There are: {}.",
                    self.task,
                    Task::WORDS.join(", ")
                ),
            )
            .caused_by(error)
        })?;
        if task != Task::GenerateInvoices && (self.month.is_some() || self.year.is_some()) {
            return Err(Error::invalid(
                "month_without_billing",
                format!(
                    "Bulan dan tahun hanya untuk {}. Untuk {task}, pakai tanggal (as_of).",
                    Task::GenerateInvoices
                ),
                format!(
                    "A month and a year are for {} only. For {task}, name an instant (as_of).",
                    Task::GenerateInvoices
                ),
            ));
        }
        Ok(task)
    }

    /// Refuses an instant that only a slip can mean: a year that is typed wrong would bill everybody for a month that nobody
    /// lives to see. By the office's own clock, and its days.
    ///
    /// # Errors
    /// `as_of_too_far`.
    pub(super) fn is_near(&self, call: &Call<'_>) -> Result<()> {
        let Some(as_of) = self.as_of else {
            return Ok(());
        };
        let day = |at: Timestamp| call.zone.to_datetime(at).date();
        let (today, asked) = (day(call.office.now()), day(as_of));
        let furthest = if self.dry_run { FURTHEST_LOOK } else { FURTHEST_ACT };
        if asked <= today.saturating_add(Span::new().days(furthest)) {
            return Ok(());
        }
        let (id, en) = if self.dry_run {
            (
                format!(
                    "as_of {asked} terlalu jauh: dry run melihat paling jauh {furthest} hari sesudah hari ini ({today}). \
                     Periksa tahunnya."
                ),
                format!(
                    "as_of {asked} is too far ahead: a dry run looks at most {furthest} days beyond today ({today}). Check \
                     the year."
                ),
            )
        } else {
            (
                format!(
                    "as_of {asked} terlalu jauh: tugas dijalankan paling jauh {furthest} hari sesudah hari ini ({today}), dan \
                     tidak ada yang dilakukan. Periksa tahunnya."
                ),
                format!(
                    "as_of {asked} is too far ahead: a task is run for at most {furthest} days beyond today ({today}), and \
                     nothing was done. Check the year."
                ),
            )
        };
        Err(Error::invalid("as_of_too_far", id, en))
    }

    /// The call as the task sees it: its cause, and the instant that it takes for now.
    pub(super) async fn call<'a>(&self, task: Task, call: &Call<'a>) -> Call<'a> {
        let mut inner = call.office.call(call.actor).await;
        inner.cause = Some(format!("task:{task}"));
        if let Some(as_of) = self.as_of {
            inner = inner.as_of(as_of);
        }
        inner
    }
}

/// `mikrotik:sync-profiles`: every managed router in turn. One that is away fails alone.
async fn sync_profiles(call: &Call<'_>, dry_run: bool) -> Result<TaskSummary> {
    let mut summary = TaskSummary::new(Task::SyncProfiles.as_str(), call.today, dry_run);
    let mut tx = call.read().await?;
    let routers = store::routers::all(&mut tx).await?;
    drop(tx);
    for router in routers.into_iter().filter(|router| router.details.is_active) {
        if dry_run || router.details.mode != RouterMode::Manage {
            summary.skipped += 1;
            continue;
        }
        if !crate::desks::works_for(call.office, router.id).await? {
            // The desk that can log in to it does it as a job.
            let mut tx = call.begin().await?;
            crate::jobs::enqueue_sync_profiles(&mut tx, call, router.id).await?;
            tx.commit().await?;
            summary.waiting += 1;
            continue;
        }
        match crate::network::sync_router(call, router.id).await {
            Ok(synced) => summary.synced += synced,
            Err(error) => summary.fail_with(router.details.name, &error),
        }
    }
    Ok(summary)
}
