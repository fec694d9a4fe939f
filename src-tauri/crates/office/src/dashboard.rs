//! The first screen of the day: today's money, what is unpaid, which lines are closed, what failed, what comes next.

mod failures;
mod first_steps;

use billing::{CustomerStatus, Method, Observed, Rupiah};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{self, TomorrowClosings, WaitingPlan};
use crate::actor::Ability;
use crate::backups::{self, BackupStanding};
use crate::error::Result;
use crate::office::{Call, Request};
use crate::schedule;

use first_steps::FirstSteps;

/// The dashboard.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Dashboard {
    /// The office's day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What came in today.
    pub today: Takings,
    /// What is owed.
    pub unpaid: Unpaid,
    /// The lines by status and by what the routers said.
    pub lines: Lines,
    /// How many routers are in use.
    pub routers: i64,
    /// Routers that do not answer, and jobs that were given up, wait for a router, or failed and are tried again.
    pub failures: Vec<Failure>,
    /// What the schedule does next.
    pub next_tasks: Vec<NextTask>,
    /// Messages that wait for a person.
    pub messages_waiting: i64,
    /// Plans that wait for approval, oldest first; no line of theirs closes before it.
    pub waiting_plans: Vec<WaitingPlan>,
    /// Who closes tomorrow, once that was written down; `null` where nobody does.
    pub closing_tomorrow: Option<TomorrowClosings>,
    /// When a backup was last put back successfully, and whether somebody should look.
    pub backup: BackupStanding,
    /// What a new office does first; `null` once all of it is done, or once somebody was billed.
    pub first_steps: Option<FirstSteps>,
}

/// What came in on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Takings {
    /// Rupiah.
    pub received: Rupiah,
    /// In how many payments.
    pub payments: i64,
    /// By method.
    pub by_method: Vec<ByMethod>,
}

/// What came in by one method.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ByMethod {
    /// The method.
    pub method: Method,
    /// Rupiah.
    pub amount: Rupiah,
    /// In how many payments.
    pub count: i64,
}

/// What is owed to the office.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Unpaid {
    /// Rupiah.
    pub amount: Rupiah,
    /// On how many invoices.
    pub invoices: i64,
    /// Of this, overdue.
    pub overdue_amount: Rupiah,
    /// On how many invoices.
    pub overdue_invoices: i64,
}

/// How many lines are how.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Lines {
    /// Signed up, not yet served.
    pub pending: i64,
    /// Served.
    pub active: i64,
    /// Closed, as the router said.
    pub isolated: i64,
    /// Set aside.
    pub suspended: i64,
    /// Lines that a router was last seen to keep open.
    pub seen_open: i64,
    /// Lines that a router was last seen to keep closed.
    pub seen_closed: i64,
    /// Lines that no router was seen to say anything about.
    pub unknown: i64,
}

/// Work that did not get done, or a router that does not answer. Jobs of one kind that failed alike at the same router are one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Failure {
    /// The newest job's id; `null` for a router.
    pub job_id: Option<i64>,
    /// The router that does not answer; `null` for a job.
    pub router_id: Option<i64>,
    /// What kind of work; `router` for a router that does not answer.
    pub kind: String,
    /// `unreachable` for a router. Of a job `dead`, `parked`, or `queued` when it failed and is tried again.
    pub state: String,
    /// Which router, by its name.
    pub router: Option<String>,
    /// The jobs that wait for this router; 0 for a job.
    pub waiting: i64,
    /// How many jobs failed so; 1 for a router.
    pub count: i64,
    /// Whose lines the newest of these jobs are about, at most three; empty for a router, and where no customer is known.
    pub names: Vec<String>,
    /// The stable code.
    pub code: Option<String>,
    /// What happened and what to do.
    pub detail: Option<String>,
    /// When, epoch milliseconds, of the newest job; of a router, since when it does not answer.
    pub at: i64,
    /// When the first of it is tried again, epoch milliseconds; `null` where nothing is tried by itself.
    pub next_try: Option<i64>,
}

/// A task of the schedule and when it comes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NextTask {
    /// The task.
    pub task: String,
    /// When, epoch milliseconds.
    pub at: i64,
}

/// Reads the dashboard.
#[derive(Debug)]
pub struct ReadDashboard;

impl Request for ReadDashboard {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Dashboard;

    async fn run(self, call: &Call<'_>) -> Result<Dashboard> {
        let mut tx = call.read().await?;
        let received = store::payments::received_on(&mut tx, call.today).await?;
        let by_method: Vec<ByMethod> = received
            .iter()
            .map(|row| ByMethod {
                method: row.method,
                amount: row.amount,
                count: row.payments,
            })
            .collect();
        let sums = store::invoices::unpaid_sums(&mut tx, call.today).await?;
        let mut lines = Lines::default();
        for (status, count) in store::customers::count_by_status(&mut tx).await? {
            match status {
                CustomerStatus::Pending => lines.pending = count,
                CustomerStatus::Active => lines.active = count,
                CustomerStatus::Isolated => lines.isolated = count,
                CustomerStatus::Suspended => lines.suspended = count,
                CustomerStatus::Terminated => {}
            }
        }
        // Of these the routers are asked; who is on leave or has not begun is closed or not there, and meant to be.
        let served = lines.active + lines.isolated;
        for (observed, count) in store::access::counts(&mut tx).await? {
            match observed.parse() {
                Ok(Observed::Open) => lines.seen_open = count,
                Ok(Observed::Closed) => lines.seen_closed = count,
                Ok(Observed::Unknown) => {}
                Err(error) => return Err(crate::Error::fault(error)),
            }
        }
        lines.unknown = (served - lines.seen_open - lines.seen_closed).max(0);
        let routers = store::routers::all(&mut tx).await?;
        let used = routers.iter().filter(|router| router.details.is_active).count();
        let failures = failures::all(&mut tx, call, &routers).await?;
        let waiting = store::notifications::Filter {
            state: Some(store::notifications::State::Queued),
            limit: 1,
            ..store::notifications::Filter::default()
        };
        let messages_waiting = store::notifications::list(&mut tx, &waiting).await?.total;
        let next_tasks = schedule::next_tasks(&mut tx, call).await?;
        Ok(Dashboard {
            date: call.today,
            today: Takings {
                received: Rupiah::try_sum(by_method.iter().map(|row| row.amount))?,
                payments: by_method.iter().map(|row| row.count).sum(),
                by_method,
            },
            unpaid: Unpaid {
                amount: sums.amount,
                invoices: sums.invoices,
                overdue_amount: sums.overdue_amount,
                overdue_invoices: sums.overdue_invoices,
            },
            lines,
            routers: i64::try_from(used).unwrap_or(i64::MAX),
            failures,
            next_tasks,
            messages_waiting,
            waiting_plans: access::waiting_plans(&mut tx, call).await?,
            closing_tomorrow: access::closings_tomorrow(&mut tx, call).await?,
            backup: backups::standing_of(&mut tx, call).await?,
            first_steps: first_steps::open(&mut tx, call).await?,
        })
    }
}
