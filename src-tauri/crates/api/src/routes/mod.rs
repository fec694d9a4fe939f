//! The paths, one file per subject. A handler reads the request, asks the office and answers; it decides nothing.

mod areas;
mod backups;
mod customers;
mod dashboard;
mod desks;
mod events;
mod find;
mod health;
mod imports;
mod invoices;
mod isolation;
mod isolation_page;
mod jobs;
mod lines;
mod logs;
mod notifications;
mod onboarding;
mod packages;
mod payments;
mod readings;
mod rehearsal;
mod routers;
mod schedule;
mod session;
mod settings;
mod setup;
mod staff;
mod tokens;
mod verify;

use office::Office;
use utoipa_axum::router::OpenApiRouter;

use crate::description;

/// Every described path, with its handlers.
pub(crate) fn all() -> OpenApiRouter<Office> {
    let v1 = OpenApiRouter::new()
        .merge(setup::routes())
        .merge(session::routes())
        .merge(tokens::routes())
        .merge(staff::routes())
        .merge(dashboard::routes())
        .merge(find::routes())
        .merge(areas::routes())
        .merge(packages::routes())
        .merge(routers::routes())
        .merge(readings::routes())
        .merge(rehearsal::routes())
        .merge(onboarding::routes())
        .merge(customers::routes())
        .merge(lines::routes())
        .merge(imports::routes())
        .merge(invoices::routes())
        .merge(payments::routes())
        .merge(isolation::routes())
        .merge(isolation_page::routes())
        .merge(jobs::routes())
        .merge(schedule::routes())
        .merge(notifications::routes())
        .merge(logs::routes())
        .merge(events::routes())
        .merge(settings::routes())
        .merge(backups::routes())
        .merge(desks::routes())
        .merge(verify::routes());
    OpenApiRouter::with_openapi(description::heading())
        .merge(health::routes())
        .nest("/api/v1", v1)
}
