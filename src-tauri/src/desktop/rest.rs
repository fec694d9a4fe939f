//! What becomes of a closed window. Its page costs some 250 MB that nobody looks at, so when it has been closed for a
//! while the page is given back to the machine, and the next "show" makes window and page anew, where they stood.
//!
//! It refuses to throw away what somebody typed: a form that was written in and still stands keeps its page, however
//! long. What goes with the page is its session, which lives in the page's own memory: whoever comes back after so long
//! logs in again, as it should be at a counter.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Manager, PhysicalPosition, PhysicalSize, WebviewWindow, Window};
use tokio::sync::oneshot;

use super::window::{self, LABEL};

/// Makes a page remember in which forms somebody wrote; runs in every page before the page's own scripts.
pub(super) const REMEMBER_FORMS: &str = include_str!("written.js");
/// Asks such a page whether a form that was written in still stands.
const ASK: &str = "globalThis.sambungWritten()";
/// How long a page may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// The window's rest: how long it is closed before its page goes, and how far that has come.
pub(super) struct Rest {
    after: Duration,
    state: Mutex<State>,
    place: Mutex<Option<Place>>,
}

enum State {
    /// The window is shown, or was never made.
    Awake,
    /// It is closed; the task counts the time.
    Resting(JoinHandle<()>),
    /// It is being destroyed, or is gone.
    Leaving,
    /// It was asked for while it was being destroyed.
    Returning,
}

/// Where a window stood.
#[derive(Clone, Copy)]
struct Place {
    position: PhysicalPosition<i32>,
    size: PhysicalSize<u32>,
    maximized: bool,
}

impl Rest {
    pub(super) fn new(after: Duration) -> Self {
        Self {
            after,
            state: Mutex::new(State::Awake),
            place: Mutex::new(None),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of it is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> MutexGuard<'_, Option<Place>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The window is wanted. Says whether it can be shown or made now; while it is being destroyed it cannot, and comes
    /// back by itself.
    pub(super) fn end(&self, stands: bool) -> bool {
        let mut state = self.state();
        let leaving = matches!(*state, State::Leaving | State::Returning) && stands;
        let next = if leaving { State::Returning } else { State::Awake };
        if let State::Resting(task) = std::mem::replace(&mut *state, next) {
            task.abort();
        }
        !leaving
    }
}

/// The window is about to be closed: its rest begins.
pub(super) fn begin(window: &Window) {
    let app = window.app_handle();
    let rest = app.state::<Rest>();
    match place_of(window) {
        Ok(place) => *rest.place() = Some(place),
        Err(error) => {
            tracing::warn!(%error, "the window's place is not known; it will come back in the middle")
        }
    }
    let task = tauri::async_runtime::spawn(pass(app.clone()));
    if let State::Resting(earlier) = std::mem::replace(&mut *rest.state(), State::Resting(task)) {
        earlier.abort();
    }
}

fn place_of(window: &Window) -> tauri::Result<Place> {
    Ok(Place {
        position: window.outer_position()?,
        size: window.inner_size()?,
        maximized: window.is_maximized()?,
    })
}

/// Puts a window that was made anew where the last one stood.
pub(super) fn put_back(app: &AppHandle, window: &WebviewWindow) -> tauri::Result<()> {
    let Some(place) = *app.state::<Rest>().place() else {
        return Ok(());
    };
    window.set_size(place.size)?;
    window.set_position(place.position)?;
    if place.maximized {
        window.maximize()?;
    }
    Ok(())
}

/// Waits until the window has rested and nothing in it would be lost, and gives its page back.
async fn pass(app: AppHandle) {
    let after = app.state::<Rest>().after;
    loop {
        tokio::time::sleep(after).await;
        let Some(window) = app.get_webview_window(LABEL) else {
            return;
        };
        if !is_written(&window).await {
            break;
        }
        tracing::debug!("somebody wrote in a form of the closed window; its page stays");
    }
    let main = app.clone();
    if let Err(error) = app.run_on_main_thread(move || leave(&main)) {
        tracing::warn!(%error, "the closed window keeps its page");
    }
}

/// Whether a form that was written in stands in the page. A page that does not answer is left alone: it may be busy with
/// what somebody wants.
async fn is_written(window: &WebviewWindow) -> bool {
    let (tell, told) = oneshot::channel();
    let tell = Mutex::new(Some(tell));
    let asked = window.eval_with_callback(ASK, move |answer| {
        if let Some(tell) = tell.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // The patience may have ended; then nobody listens any more.
            let _unheard = tell.send(answer);
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the page cannot be asked whether somebody wrote in it");
        return true;
    }
    !matches!(tokio::time::timeout(ANSWER, told).await, Ok(Ok(answer)) if answer == "false")
}

/// On the main thread, where no other turn of the window comes between the look and the deed.
fn leave(app: &AppHandle) {
    let rest = app.state::<Rest>();
    let mut state = rest.state();
    // Somebody may have shown it since.
    if !matches!(*state, State::Resting(_)) {
        return;
    }
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    match window.destroy() {
        Ok(()) => {
            *state = State::Leaving;
            tracing::debug!("the closed window's page is given back");
        }
        Err(error) => tracing::warn!(%error, "the closed window keeps its page"),
    }
}

/// The window is gone. If it was asked for meanwhile, it comes back.
pub(super) fn gone(app: &AppHandle) {
    let rest = app.state::<Rest>();
    let returning = matches!(*rest.state(), State::Returning);
    if returning {
        window::show(app);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resting() -> Rest {
        let rest = Rest::new(Duration::from_secs(600));
        *rest.state() = State::Resting(tauri::async_runtime::spawn(std::future::pending()));
        rest
    }

    #[test]
    fn a_window_that_is_wanted_before_its_rest_is_over_is_only_shown() {
        let rest = resting();
        assert!(rest.end(true));
        assert!(matches!(*rest.state(), State::Awake));
    }

    #[test]
    fn a_window_that_is_wanted_while_it_is_destroyed_comes_back_after_that() {
        let rest = resting();
        *rest.state() = State::Leaving;
        assert!(
            !rest.end(true),
            "there is nothing to show, and no second one may be made"
        );
        assert!(!rest.end(true), "asked for twice");
        assert!(matches!(*rest.state(), State::Returning));
        assert!(rest.end(false), "gone: it is made anew");
        assert!(matches!(*rest.state(), State::Awake));
    }
}
