//! `sambung router plan` and `sambung router reconcile`: how routers differ from the ledger, and the repair of one.

use std::process::ExitCode;

use office::access::{ReadPlan, ReadRouterPlan, ReadRouterPlans, ReconcileRouter};
use office::{Error, Office, jobs};

use crate::commands::naming;
use crate::voice;

/// Prints how a router differs, or how each does, as one JSON document. A router that cannot be read among several has its
/// reason in the document and on standard error, and the exit code says so.
pub(super) async fn show(office: &Office, name: Option<&str>) -> Result<ExitCode, Error> {
    let console = voice::console();
    let Some(name) = name else {
        let compared = office.perform(&console, ReadRouterPlans).await?;
        voice::result(&serde_json::to_string(&compared).map_err(Error::fault)?);
        let unread: Vec<String> = compared
            .iter()
            .filter_map(|router| {
                let error = router.error.as_ref()?;
                Some(format!("{}: {error}", router.router))
            })
            .collect();
        unread.iter().for_each(|why| voice::say(why));
        return Ok(ending(unread.is_empty()));
    };
    let router_id = naming::router(office, name).await?.id;
    let plan = office.perform(&console, ReadRouterPlan { router_id }).await?;
    voice::result(&serde_json::to_string(&plan).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}

/// Repairs what differs on a router, runs the plan's jobs to their first outcome, and prints it as one JSON document.
pub(super) async fn reconcile(
    office: &Office,
    name: &str,
    dry_run: bool,
    confirm: bool,
) -> Result<ExitCode, Error> {
    let console = voice::console();
    let request = ReconcileRouter {
        router_id: naming::router(office, name).await?.id,
        dry_run,
        confirm,
        ..ReconcileRouter::default()
    };
    let mut reconciled = office.perform(&console, request).await?;
    if !dry_run {
        jobs::run_due(office, true).await?;
    }
    if let Some(id) = reconciled.plan.as_ref().map(|plan| plan.plan.id) {
        reconciled.plan = Some(office.perform(&console, ReadPlan { id }).await?);
    }
    voice::result(&serde_json::to_string(&reconciled).map_err(Error::fault)?);
    let failed: Vec<String> = reconciled
        .plan
        .iter()
        .flat_map(|plan| &plan.lines)
        .filter(|line| line.status == "failed")
        .map(|line| {
            format!(
                "{}: {}",
                line.customer_no,
                line.error.as_deref().unwrap_or_default()
            )
        })
        .collect();
    failed.iter().for_each(|why| voice::say(why));
    Ok(ending(failed.is_empty()))
}

fn ending(is_well: bool) -> ExitCode {
    if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
