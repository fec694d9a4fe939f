//! `sambung isolation`: the lines that would be closed and opened, approving them ahead, carrying that out, the plans so far,
//! stopping one, and taking one back.

use std::process::ExitCode;

use office::access::{
    ApplyPlan, ApproveAhead, CancelPlan, ListPlans, PlanDetail, PreviewPlan, ReadPlan, StrikeLines, UndoPlan,
};
use office::{Error, Language, Office, jobs};

use crate::command_line::Isolation;
use crate::commands::naming;
use crate::voice;

/// Does what was asked and prints the plan, or the page of plans, as one JSON document.
pub(super) async fn run(office: &Office, what: Isolation) -> Result<ExitCode, Error> {
    let console = voice::console();
    match what {
        Isolation::Plan { date } => {
            let request = PreviewPlan { as_of: date };
            let plan = office.perform(&console, request).await?;
            voice::result(&serde_json::to_string(&plan).map_err(Error::fault)?);
            if let Some(why) = plan.not_closing {
                voice::say(&format!("{why} [not_closing_now]"));
            }
            if let Some(why) = plan.waits_because {
                voice::say(&format!("{why} [plan_waits]"));
            }
            Ok(ExitCode::SUCCESS)
        }
        Isolation::List {
            status,
            limit,
            cursor,
        } => {
            let request = ListPlans {
                status,
                cursor,
                limit: Some(limit),
            };
            let page = office.perform(&console, request).await?;
            voice::result(&serde_json::to_string(&page).map_err(Error::fault)?);
            Ok(ExitCode::SUCCESS)
        }
        Isolation::Apply {
            plan,
            strike,
            confirm,
        } => {
            let request = ApplyPlan {
                plan_id: plan,
                strike: named(office, strike).await?,
                confirm,
            };
            let applied = office.perform(&console, request).await?;
            carry_through(office, &applied).await
        }
        Isolation::Strike { id, numbers, back } => {
            let request = StrikeLines {
                id,
                customer_ids: named(office, numbers).await?,
                struck: !back,
            };
            tell(&office.perform(&console, request).await?)
        }
        Isolation::Approve { id, withdraw } => {
            let plan = office.perform(&console, ApproveAhead { id, withdraw }).await?;
            say_approved(&plan);
            tell(&plan)
        }
        Isolation::Cancel { id } => tell(&office.perform(&console, CancelPlan { id }).await?),
        Isolation::Undo { id, hold_days } => {
            let undone = office.perform(&console, UndoPlan { id, hold_days }).await?;
            carry_through(office, &undone).await
        }
    }
}

/// The customers with these numbers.
async fn named(office: &Office, numbers: Vec<String>) -> Result<Vec<i64>, Error> {
    let mut ids = Vec::with_capacity(numbers.len());
    for number in numbers {
        ids.push(naming::customer(office, &number).await?);
    }
    Ok(ids)
}

/// Says for which day how many lines are approved now.
fn say_approved(plan: &PlanDetail) {
    let (day, approved) = (plan.plan.as_of, plan.approved.as_ref());
    let lines = approved.map_or(0, |approved| approved.lines);
    let beyond = approved.map_or(0, |approved| approved.beyond);
    voice::say(&match (voice::language(), approved) {
        (Language::Indonesian, Some(_)) => {
            format!(
                "{lines} jalur ditutup {day} tanpa bertanya lagi; {beyond} jalur lain belum disetujui. [plan_approved]"
            )
        }
        (Language::English, Some(_)) => {
            format!(
                "{lines} lines close on {day} without another question; {beyond} others are not approved. [plan_approved]"
            )
        }
        (Language::Indonesian, None) => {
            format!(
                "Tidak ada jalur yang disetujui untuk {day}; di atas batas, rencananya menunggu. [plan_not_approved]"
            )
        }
        (Language::English, None) => {
            format!("No line is approved for {day}; above the limit its plan waits. [plan_not_approved]")
        }
    });
}

/// Prints the plan as it stands now.
fn tell(plan: &PlanDetail) -> Result<ExitCode, Error> {
    voice::result(&serde_json::to_string(plan).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}

/// Runs the plan's jobs to their first outcome and prints what became of its lines. A plan that waits for a person is no
/// failure; a line that failed is.
async fn carry_through(office: &Office, plan: &PlanDetail) -> Result<ExitCode, Error> {
    jobs::run_due(office, true).await?;
    let id = plan.plan.id;
    let plan = office.perform(&voice::console(), ReadPlan { id }).await?;
    voice::result(&serde_json::to_string(&plan).map_err(Error::fault)?);
    if let Some(why) = plan.plan.reason.filter(|_| plan.plan.status == "waiting") {
        voice::say(&format!("{why} [plan_waits]"));
    }
    for line in &plan.lines {
        if let Some(why) = &line.error {
            voice::say(&format!("{}: {why}", line.customer_no));
        }
    }
    let has_failed = plan.lines.iter().any(|line| line.status == "failed");
    Ok(if has_failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
