//! The tray icon and its menu: with the window closed it is how the office sees that the schedule goes on, holds it
//! for a while, and quits.

use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use super::{ScheduleSwitch, window};

const SHOW: &str = "show";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

pub(super) fn create(app: &AppHandle, schedule: ScheduleSwitch) -> tauri::Result<()> {
    let pause = MenuItem::with_id(
        app,
        PAUSE,
        pause_label(*schedule.paused.borrow()),
        true,
        None::<&str>,
    )?;
    let menu = Menu::with_items(
        app,
        &[
            &MenuItem::with_id(app, SHOW, "Tampilkan", true, None::<&str>)?,
            &pause,
            &PredefinedMenuItem::separator(app)?,
            &MenuItem::with_id(app, QUIT, "Keluar", true, None::<&str>)?,
        ],
    )?;
    follow(pause, schedule.clone());

    let mut tray = TrayIconBuilder::with_id("main")
        .menu(&menu)
        .tooltip(&app.state::<window::Title>().0);
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.show_menu_on_left_click(false)
        .on_menu_event(move |app, event| match event.id().as_ref() {
            SHOW => window::show(app),
            PAUSE => toggle(app.clone(), schedule.clone()),
            QUIT => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(tray.app_handle());
            }
        })
        .build(app)?;
    Ok(())
}

fn pause_label(paused: bool) -> &'static str {
    if paused { "Lanjutkan jadwal" } else { "Jeda jadwal" }
}

/// Keeps the menu true, whoever paused the schedule: the tray, the window or the command line.
fn follow(pause: MenuItem<Wry>, mut schedule: ScheduleSwitch) {
    tauri::async_runtime::spawn(async move {
        while schedule.paused.changed().await.is_ok() {
            let paused = *schedule.paused.borrow_and_update();
            if let Err(error) = pause.set_text(pause_label(paused)) {
                tracing::error!(%error, "the tray's menu could not be changed");
            }
        }
    });
}

fn toggle(app: AppHandle, schedule: ScheduleSwitch) {
    tauri::async_runtime::spawn(async move {
        let paused = *schedule.paused.borrow();
        if let Err(sentence) = (schedule.set_paused)(!paused).await {
            app.dialog()
                .message(sentence)
                .title("Sambung")
                .kind(MessageDialogKind::Error)
                .show(|_seen| {});
        }
    });
}
