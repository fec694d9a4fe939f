//! The desktop shell: one window over the one API, the tray, and the few things that a browser cannot do. It is given
//! an office to open, as a [`DesktopApp`], and runs it until somebody quits.
//!
//! It refuses to know a customer, an invoice or a rule: whatever the window wants of the office goes through
//! [`DesktopApp::router`], with the same checks as over TCP. It opens no port.
//!
//! | command | arguments | answer |
//! |---|---|---|
//! | `api` | a [`frame`] | a [`frame`] |
//! | `follow` / `unfollow` | see [`door`] | an answer that goes on, over a channel |
//! | `open_document`, `print_document`, `save_document` | `{path, headers}` | see [`paper`] |
//! | `autostart`, `set_autostart` | `{on}` | whether the tray starts with the session |
//! | `check_for_update`, `install_update` | | see [`updates`] |
//! | `join_office` | `{invitation: {address, code, language}}` | see [`joining`] |
//! | `choose_backup`, `check_backup`, `restore_backup`, `last_restore` | | see [`restoring`] |
//! | `open_outside` | `{address}` | a link for the system's browser |
//! | `set_theme` | `{theme: "light" \| "dark" \| "system"}` | |
//!
//! A command that fails rejects with [`Refusal`]: `{code, message}`.

mod door;
mod frame;
mod joining;
mod paper;
mod rest;
mod restoring;
mod startup;
mod tray;
mod updates;
mod window;

use std::io::IsTerminal as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Extensions;
use office::{Language, Sentence};
use serde::Serialize;
use tauri::{Manager, RunEvent, WindowEvent};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tokio::sync::watch;

pub use joining::{Invitation, Join};
pub use restoring::{Candidate, Checked, Restore, Restored};
pub use startup::TRAY_FLAG;

/// A future that a hook hands back.
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What must be known before the office is opened.
pub struct Start {
    /// Runs the router and the hooks. The caller owns it and calls [`run`] on the main thread, outside of it: window
    /// systems insist on the main thread, and the hooks are awaited on the runtime.
    pub runtime: tokio::runtime::Handle,
    /// Tells two offices of one person apart, such as `training`: each has its own window, tray icon and page memory.
    /// `None` is the office that a plain start opens. Letters, digits and hyphens.
    pub instance: Option<String>,
    /// Start without showing the window, as a session's start does.
    pub start_in_tray: bool,
    /// How long the window is closed before its page is given back; see [`rest`].
    pub rest: Duration,
}

/// What the shell needs of the open office.
pub struct DesktopApp {
    /// The one API.
    pub router: axum::Router,
    /// Marks a request as one that came through the window instead of TCP, before the router sees it.
    pub mark: Arc<dyn Fn(&mut Extensions) + Send + Sync>,
    /// Pauses and resumes the schedule from the tray.
    pub schedule: ScheduleSwitch,
    /// Leaves a new office, in which nobody is yet, for one on a server; `None` where there is none to leave.
    pub join: Option<Join>,
    /// Puts a backup in the place of the office; `None` where there is nothing to restore, such as a training office.
    pub restore: Option<Arc<dyn Restore>>,
    /// The backup that was put in place at this start.
    pub restored: Option<Restored>,
    /// Whether this office wants to hear of new versions. Asked before every check; no check is made without it.
    pub updates_enabled: Arc<dyn Fn() -> Pending<bool> + Send + Sync>,
    /// Awaited once, after the last window is gone and before the process ends or restarts.
    pub shutdown: Box<dyn FnOnce() -> Pending<()> + Send>,
    /// What stands in the title bar.
    pub title: String,
}

/// The schedule as the tray sees it.
#[derive(Clone)]
pub struct ScheduleSwitch {
    /// Whether it is paused, whoever paused it.
    pub paused: watch::Receiver<bool>,
    /// Pauses (`true`) or resumes it; the error is a sentence for a person.
    pub set_paused: Arc<dyn Fn(bool) -> Pending<Result<(), String>> + Send + Sync>,
}

/// Why the shell could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DesktopError {
    /// There is no screen to open a window on.
    #[error(
        "there is no display to open a window on; start `sambung serve` and open its address in a browser"
    )]
    NoDisplay,
    /// The name of the instance has characters that the platform refuses.
    #[error("{0:?} cannot name an instance; use letters, digits and hyphens")]
    Instance(String),
    /// The window system refused.
    #[error("the window cannot be opened ({0}); `sambung serve` offers the same in a browser")]
    Shell(#[from] tauri::Error),
    /// The event loop ended with a code of its own.
    #[error("the window ended with code {0}")]
    Ended(i32),
}

impl DesktopError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDisplay => "no_display",
            Self::Instance(_) => "instance_name",
            Self::Shell(_) => "window_failed",
            Self::Ended(_) => "window_ended",
        }
    }
}

/// Why a command of the shell was not carried out, as the page receives it.
#[derive(Debug, Serialize)]
pub struct Refusal {
    /// A stable word; the API's own where the API refused.
    code: String,
    /// What happened and what to do, for a person.
    message: String,
}

impl Refusal {
    /// Refuses with a stable word and a sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// Refuses in the language of a page.
    fn told(code: &str, why: &Sentence, language: &str) -> Self {
        Self::new(code, why.for_language(Language::from_tag(language)))
    }
}

/// How [`run`] ended if not by somebody's wish.
#[derive(Debug)]
pub enum Stopped<E> {
    /// The window could not be opened.
    Shell(DesktopError),
    /// The office could not be opened.
    Office(E),
}

impl<E> From<DesktopError> for Stopped<E> {
    fn from(error: DesktopError) -> Self {
        Self::Shell(error)
    }
}

/// Opens the office and its window (or only the tray), and returns when somebody quits. Where the office cannot be opened, that
/// is said in a window of the system, in the words of `explain`, unless a terminal shows it.
///
/// A second start of the same instance does not return: it shows the first one's window and ends its process with 0,
/// before `open` is called. So it never has the same database open beside the first.
pub fn run<E>(
    start: Start,
    open: impl FnOnce() -> Result<DesktopApp, E>,
    explain: impl FnOnce(&E) -> String,
) -> Result<(), Stopped<E>> {
    display()?;
    let Start {
        runtime,
        instance,
        start_in_tray,
        rest,
    } = start;
    tauri::async_runtime::set(runtime.clone());
    let shell = shell(instance.as_deref())?;

    let DesktopApp {
        router,
        mark,
        schedule,
        join,
        restore,
        restored,
        updates_enabled,
        shutdown,
        title,
    } = match open() {
        Ok(app) => app,
        Err(error) => {
            if !std::io::stderr().is_terminal() {
                say(shell, explain(&error));
            }
            return Err(Stopped::Office(error));
        }
    };
    shell.manage(door::Door::new(router, mark));
    shell.manage(joining::Joining(join));
    // Whoever has put a backup back sits in front of it, however the program was started before.
    let is_awaited = restored.is_some();
    shell.manage(restoring::Restoring::new(restore, restored));
    shell.manage(updates::Updates::new(updates_enabled));
    shell.manage(window::Title(title));
    shell.manage(rest::Rest::new(rest));
    paper::forget_all(shell.handle());
    tray::create(shell.handle(), schedule).map_err(DesktopError::from)?;
    if is_awaited || !start_in_tray {
        window::create(shell.handle()).map_err(DesktopError::from)?;
    }
    quit_on_signal(shell.handle().clone());

    let mut shutdown = Some(shutdown);
    let code = shell.run_return(move |app, event| match event {
        // Without a code it is the last window that closed; with one it is somebody's wish to quit.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        RunEvent::WindowEvent {
            event: WindowEvent::Destroyed,
            ..
        } => {
            door::page_gone(app);
            rest::gone(app);
        }
        RunEvent::Exit => {
            paper::forget_all(app);
            if let Some(shutdown) = shutdown.take() {
                runtime.block_on(shutdown());
            }
        }
        _ => {}
    });
    match code {
        0 => Ok(()),
        code => Err(DesktopError::Ended(code).into()),
    }
}

/// Whoever starts the program from a menu has no terminal: what kept it from opening is read in a dialog, until it is closed.
fn say(shell: tauri::App, message: String) {
    let app = shell.handle().clone();
    shell
        .dialog()
        .message(message)
        .title("Sambung")
        .kind(MessageDialogKind::Error)
        .show(move |_| app.exit(1));
    shell.run_return(|_, event| {
        // There is no window of ours whose end could mean anything.
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            api.prevent_exit();
        }
    });
}

/// The configuration and, in a build with the feature `custom-protocol`, the page's files.
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "written by the build script, which has read every value"
)]
fn context() -> tauri::Context {
    tauri::tauri_build_context!()
}

/// The page's files as they are built into the program, for a browser; `None` where they are not.
pub(crate) fn built_in_page() -> Option<api::Ui> {
    let context = context();
    context.assets().get(&"/index.html".into())?;
    let find = move |path: &str| {
        let bytes = context.assets().get(&format!("/{path}").as_str().into())?;
        let media_type = tauri::utils::mime_type::MimeType::parse(&bytes, path);
        Some(api::Asset {
            bytes: bytes.into_owned().into(),
            media_type,
        })
    };
    Some(api::Ui::Embedded(Arc::new(find)))
}

/// The shell without an office: plugins are started here, the one first that ends a second start.
fn shell(instance: Option<&str>) -> Result<tauri::App, DesktopError> {
    let mut context = context();
    if let Some(instance) = instance {
        if instance.is_empty()
            || !instance
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Err(DesktopError::Instance(instance.to_owned()));
        }
        let identifier = format!("{}.{instance}", context.config().identifier);
        context.config_mut().identifier = identifier;
    }
    let shell = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| {
            window::show(app)
        }))
        .plugin(startup::plugin())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_updater::Builder::new().build())
        .invoke_handler(tauri::generate_handler![
            door::api,
            door::follow,
            door::unfollow,
            joining::join_office,
            paper::open_document,
            paper::print_document,
            paper::save_document,
            restoring::choose_backup,
            restoring::check_backup,
            restoring::restore_backup,
            restoring::last_restore,
            startup::autostart,
            startup::set_autostart,
            updates::check_for_update,
            updates::install_update,
            window::open_outside,
            window::set_theme,
        ])
        .on_page_load(|webview, load| door::page_loaded(webview, load.event()))
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                api.prevent_close();
                window::hide(window);
            }
        })
        .build(context)?;
    Ok(shell)
}

/// The toolkit ends the process where it finds no display; asking first allows a sentence.
fn display() -> Result<(), DesktopError> {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needed = cfg!(all(unix, not(target_os = "macos")));
    if needed && !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        Err(DesktopError::NoDisplay)
    } else {
        Ok(())
    }
}

/// The end of a session or of the machine quits properly: payments in flight are finished, nothing is cut off.
fn quit_on_signal(app: tauri::AppHandle) {
    #[cfg(unix)]
    tauri::async_runtime::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            tracing::warn!("signals cannot be heard; ending the session will cut the program off");
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        app.exit(0);
    });
    #[cfg(not(unix))]
    drop(app);
}
