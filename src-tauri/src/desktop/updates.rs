//! New versions. Wired, with the public key and the address in `tauri.conf.json`, and silent: no request leaves the
//! machine until the office has switched updates on, and nothing is installed without a person asking for it.

use std::sync::Arc;

use serde::Serialize;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_updater::{Update, UpdaterExt};

use super::{Pending, Refusal};

/// Whether this office wants updates.
pub(super) struct Updates {
    enabled: Arc<dyn Fn() -> Pending<bool> + Send + Sync>,
}

impl Updates {
    pub(super) fn new(enabled: Arc<dyn Fn() -> Pending<bool> + Send + Sync>) -> Self {
        Self { enabled }
    }
}

/// A version that could be installed.
#[derive(Debug, Serialize)]
pub(super) struct Available {
    version: String,
    current: String,
    notes: Option<String>,
}

/// How far a download is, in bytes; `total` is unknown if the server does not say.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Progress {
    received: u64,
    total: Option<u64>,
}

async fn newer(app: &AppHandle, updates: &Updates) -> Result<Option<Update>, Refusal> {
    if !(updates.enabled)().await {
        return Err(Refusal::new(
            "updates_off",
            "updates are switched off; the owner can switch them on in the settings",
        ));
    }
    let failed = |error| {
        Refusal::new(
            "update_check_failed",
            format!("the new version could not be asked for: {error}"),
        )
    };
    app.updater().map_err(failed)?.check().await.map_err(failed)
}

/// The newer version, or `null`. Refused with `updates_off` while the office has not switched updates on.
#[tauri::command]
pub(super) async fn check_for_update(
    app: AppHandle,
    updates: State<'_, Updates>,
) -> Result<Option<Available>, Refusal> {
    let found = newer(&app, &updates).await?;
    Ok(found.map(|update| Available {
        version: update.version,
        current: update.current_version,
        notes: update.body,
    }))
}

/// Downloads the newer version, checks its signature, installs it and starts it. Answers only if there is none.
#[tauri::command]
pub(super) async fn install_update(
    app: AppHandle,
    updates: State<'_, Updates>,
    progress: Channel<Progress>,
) -> Result<(), Refusal> {
    let Some(update) = newer(&app, &updates).await? else {
        return Ok(());
    };
    let mut received = 0_u64;
    let told = |chunk: usize, total: Option<u64>| {
        received = received.saturating_add(chunk as u64);
        if let Err(error) = progress.send(Progress { received, total }) {
            tracing::debug!(%error, "nobody watches the download");
        }
    };
    update.download_and_install(told, || {}).await.map_err(|error| {
        Refusal::new(
            "update_failed",
            format!("the new version was not installed, the old one goes on: {error}"),
        )
    })?;
    app.restart();
}
