//! Backups: made, put back to see whether they can be, and listed. Putting one in the place of the office is not done over
//! this door: the office has to be closed for it (`sambung restore`).

use axum::Json;
use axum::http::StatusCode;
use office::backups::{
    BackupPassphrase, BackupSetup, BackupView, ListBackups, MakeBackup, ReadBackupStanding, RehearseBackup,
};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, List, Path};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_backups, make_backup))
        .routes(routes!(read_backup_standing))
        .routes(routes!(keep_backup_passphrase))
        .routes(routes!(rehearse_backup))
}

/// Lists the backups, newest first.
#[utoipa::path(get, path = "/backups", tag = "backups", operation_id = "list_backups", params(ListBackups),
    responses((status = 200, description = "A page of backups.", body = Page<BackupView>)))]
async fn list_backups(caller: Caller, List(list): List<ListBackups>) -> Answer<Json<Page<BackupView>>> {
    caller.ask(list).await
}

/// Makes a backup now and rehearses it; answered when that is done. One that could not be put back has the state `failed`.
#[utoipa::path(post, path = "/backups", tag = "backups", operation_id = "make_backup",
    responses((status = 201, description = "The backup.", body = BackupView)))]
async fn make_backup(caller: Caller) -> Answer<(StatusCode, Json<BackupView>)> {
    caller.create(MakeBackup).await
}

/// Tells when a backup was last put back successfully, and whether this desk has a passphrase.
#[utoipa::path(get, path = "/backups/standing", tag = "backups", operation_id = "read_backup_standing",
    responses((status = 200, description = "How the office stands with its backups.", body = BackupSetup)))]
async fn read_backup_standing(caller: Caller) -> Answer<Json<BackupSetup>> {
    caller.ask(ReadBackupStanding).await
}

/// Keeps the passphrase of the backups with the secrets of this desk; it is never read back.
#[utoipa::path(put, path = "/backups/passphrase", tag = "backups", operation_id = "keep_backup_passphrase",
    request_body = BackupPassphrase, responses((status = 204, description = "It is kept.")))]
async fn keep_backup_passphrase(caller: Caller, Body(form): Body<BackupPassphrase>) -> Answer<StatusCode> {
    caller.done(form).await
}

/// Puts a backup of this desk into a scratch database once more and says how that ended.
#[utoipa::path(post, path = "/backups/{id}/rehearse", tag = "backups", operation_id = "rehearse_backup",
    params(("id" = i64, Path, description = "Which backup.")),
    responses((status = 200, description = "The backup.", body = BackupView)))]
async fn rehearse_backup(caller: Caller, Path(id): Path<i64>) -> Answer<Json<BackupView>> {
    caller.ask(RehearseBackup { id }).await
}
