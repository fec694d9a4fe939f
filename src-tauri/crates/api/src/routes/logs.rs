//! The office's log: read, handed out as a table, and emptied of a person's data on request.

use axum::Json;
use office::logs::{ErasePersonalData, ErasedPersonalData, ExportLogs, ListLogs, LogView, TableForm};
use office::{Office, Page};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, List, Path, Query};
use crate::file::{Binary, File};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_logs))
        .routes(routes!(export_logs))
        .routes(routes!(erase_personal_data))
}

/// Lists what was done, newest first.
#[utoipa::path(get, path = "/billing-logs", tag = "log", operation_id = "list_logs", params(ListLogs),
    responses((status = 200, description = "A page of the log.", body = Page<LogView>)))]
async fn list_logs(caller: Caller, List(list): List<ListLogs>) -> Answer<Json<Page<LogView>>> {
    caller.ask(list).await
}

/// Which rows go into a file, and what kind of file it is. The filters are those of the list.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Export {
    /// `csv` when absent, or `xlsx`.
    #[param(inline)]
    format: TableForm,
    /// Beginnings of words.
    search: Option<String>,
    /// Only this act.
    act: Option<String>,
    /// Only by this person.
    actor: Option<String>,
    /// Only from this desk.
    desk: Option<String>,
    /// Only what ended so.
    outcome: Option<String>,
    /// Only about this kind of thing.
    subject_kind: Option<String>,
    /// Only about this one.
    subject_id: Option<i64>,
    /// Only what this caused.
    cause: Option<String>,
    /// From this instant, epoch milliseconds, inclusive.
    from: Option<i64>,
    /// To this instant, exclusive.
    to: Option<i64>,
}

impl From<Export> for ExportLogs {
    fn from(export: Export) -> ExportLogs {
        ExportLogs {
            form: export.format,
            which: ListLogs {
                search: export.search,
                act: export.act,
                actor: export.actor,
                desk: export.desk,
                outcome: export.outcome,
                subject_kind: export.subject_kind,
                subject_id: export.subject_id,
                cause: export.cause,
                from: export.from,
                to: export.to,
                cursor: None,
                limit: None,
            },
        }
    }
}

/// Hands out the entries that a filter shows as a table, at most 100,000 of them.
#[utoipa::path(get, path = "/billing-logs/export", tag = "log", operation_id = "export_logs", params(Export),
    responses((status = 200, description = "The table.", content(
        (inline(Binary) = "text/csv"),
        (inline(Binary) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
async fn export_logs(caller: Caller, Query(export): Query<Export>) -> Answer<File> {
    Ok(File(caller.perform(ExportLogs::from(export)).await?))
}

/// Erases what the log tells of a customer, on their request; of one who has left also their telephone number and address.
#[utoipa::path(post, path = "/customers/{id}/erase-personal-data", tag = "log", operation_id = "erase_personal_data",
    request_body = ErasePersonalData, params(("id" = i64, Path, description = "Which customer.")),
    responses((status = 200, description = "What was erased.", body = ErasedPersonalData)))]
async fn erase_personal_data(
    caller: Caller,
    Path(customer_id): Path<i64>,
    Body(form): Body<ErasePersonalData>,
) -> Answer<Json<ErasedPersonalData>> {
    caller.ask(ErasePersonalData { customer_id, ..form }).await
}
