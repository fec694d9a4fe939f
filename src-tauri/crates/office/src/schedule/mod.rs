//! What the office does by itself and when. tokio-cron-scheduler ticks; the rows of the table `schedule` decide. A slot
//! that was missed because the machine slept or was off runs once on wake, oldest first; two runs of a task never overlap,
//! on one desk or several, and one that died half way is run again by whoever takes over.

mod cron;
mod list;
mod preview;
mod rehearse;
mod reminders;
mod run;
mod summary;
mod task;
mod ticker;

pub(crate) use cron::read_cron;
pub use list::{ChangeTask, ForeseeTimes, ReadSchedule, ScheduleView, TaskTimes, TaskView};
pub(crate) use list::{next_tasks, times_on};
pub use preview::{PreviewTask, TaskDetail, TaskPreview};
pub use run::RunTask;
pub use summary::{TaskError, TaskNote, TaskSummary};
pub use task::Task;
pub(crate) use ticker::SCHEDULER;
pub use ticker::{Pace, Ticker, start, tick};

use crate::error::Result;
use crate::office::Office;

/// Makes the rows of tasks that this office does not have yet. A new office has missed no slot.
pub(crate) async fn install(office: &Office) -> Result<()> {
    let mut tx = office.store().read().await?;
    let known = store::schedule::all(&mut tx).await?;
    drop(tx);
    if Task::ALL
        .iter()
        .all(|task| known.iter().any(|row| row.task == task.as_str()))
    {
        return Ok(());
    }
    let mut tx = office.store().begin().await?;
    for task in Task::ALL {
        store::schedule::ensure(&mut tx, task.as_str(), task.usual_cron(), office.now()).await?;
    }
    Ok(tx.commit().await?)
}
