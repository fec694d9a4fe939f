//! What a task would do, one by one: the invoices with their amounts, the lines with their reasons. The same functions
//! answer as in a real run; nothing is changed.

use billing::Rupiah;
use serde::Serialize;

use crate::access::{PlanPreview, PreviewPlan};
use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::invoicing::{GenerateInvoices, PreviewItem, Rehearsal, RehearseNextMonth};
use crate::office::{Call, Request};
use crate::schedule::{RunTask, Task, TaskSummary};

/// Says what a task would do. That it is a dry run need not be said.
#[derive(Clone, Debug, Default)]
pub struct PreviewTask {
    /// The task, and for when.
    pub run: RunTask,
}

/// What a task would do.
#[derive(Clone, Debug, Serialize)]
pub struct TaskPreview {
    /// The numbers, as a real run gives them.
    #[serde(flatten)]
    pub summary: TaskSummary,
    /// What stands behind the numbers; nothing for tasks that have no more to say.
    #[serde(flatten)]
    pub detail: Option<TaskDetail>,
}

/// What stands behind the numbers of a dry run.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum TaskDetail {
    /// Invoices that would be made.
    Invoices {
        /// Their sum, rupiah.
        amount: Rupiah,
        /// Each of them, at most 2,000.
        items: Vec<PreviewItem>,
    },
    /// The next month's bills.
    Month {
        /// What it will bill, and why that differs from this month.
        rehearsal: Box<Rehearsal>,
    },
    /// Lines that would close or open, and why.
    Lines {
        /// The plan that would be made.
        plan: Box<PlanPreview>,
    },
}

impl Request for PreviewTask {
    const ABILITY: Ability = Ability::OperationsWrite;
    type Answer = TaskPreview;

    async fn run(self, call: &Call<'_>) -> Result<TaskPreview> {
        let run = RunTask {
            dry_run: true,
            ..self.run
        };
        let task = run.named()?;
        run.is_near(call)?;
        let inner = run.call(task, call).await;
        match task {
            Task::GenerateInvoices => {
                let request = GenerateInvoices {
                    month: run.month,
                    year: run.year,
                    dry_run: true,
                };
                let made = request.run(&inner).await?;
                let detail = TaskDetail::Invoices {
                    amount: made.amount,
                    items: made.items,
                };
                Ok(TaskPreview {
                    summary: made.summary,
                    detail: Some(detail),
                })
            }
            Task::CheckOverdue => {
                let request = PreviewPlan { as_of: None };
                // The check first looks at lines that nobody has seen; the plan goes by what it saw.
                let summary = run.run(call).await?;
                let plan = Box::new(request.run(&inner).await?);
                Ok(TaskPreview {
                    summary,
                    detail: Some(TaskDetail::Lines { plan }),
                })
            }
            Task::PreviewClosings => {
                let request = PreviewPlan {
                    as_of: Some(inner.today.tomorrow().map_err(Error::fault)?),
                };
                let plan = Box::new(request.run(&inner).await?);
                Ok(TaskPreview {
                    summary: run.run(call).await?,
                    detail: Some(TaskDetail::Lines { plan }),
                })
            }
            Task::RehearseMonth => Ok(TaskPreview {
                summary: run.run(call).await?,
                detail: Some(TaskDetail::Month {
                    rehearsal: Box::new(RehearseNextMonth.run(&inner).await?),
                }),
            }),
            Task::SendReminders | Task::SyncProfiles | Task::Backup => Ok(TaskPreview {
                summary: run.run(call).await?,
                detail: None,
            }),
        }
    }
}
