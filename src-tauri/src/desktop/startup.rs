//! Starting with the session: an office's schedule should run without anybody remembering to open a window.

use tauri::{AppHandle, Wry, plugin::TauriPlugin};
use tauri_plugin_autostart::ManagerExt;

use super::Refusal;

/// The argument with which the session starts the program; it sets [`super::DesktopApp::start_in_tray`].
pub const TRAY_FLAG: &str = "--tray";

pub(super) fn plugin() -> TauriPlugin<Wry> {
    tauri_plugin_autostart::Builder::new().arg(TRAY_FLAG).build()
}

fn failed(error: tauri_plugin_autostart::Error) -> Refusal {
    Refusal::new(
        "autostart_failed",
        format!("the session's start could not be read or changed: {error}"),
    )
}

/// Whether the program starts with the session.
#[tauri::command]
pub(super) fn autostart(app: AppHandle) -> Result<bool, Refusal> {
    app.autolaunch().is_enabled().map_err(failed)
}

/// Switches it on or off, and answers what is then true.
#[tauri::command]
pub(super) fn set_autostart(app: AppHandle, on: bool) -> Result<bool, Refusal> {
    let launch = app.autolaunch();
    // Switching off what is not on is an error to some platforms and fulfilled to us.
    if on != launch.is_enabled().map_err(failed)? {
        if on { launch.enable() } else { launch.disable() }.map_err(failed)?;
    }
    launch.is_enabled().map_err(failed)
}
