//! The one window: made when it is first shown, hidden when it is closed, shown again by the tray or by a second start.
//! What a closed one costs is [`rest`]'s business.

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Theme, Url, WebviewWindowBuilder, Window};
use tauri_plugin_opener::OpenerExt;

use super::Refusal;
use super::rest::{self, Rest};

/// What the window is called in the configuration.
pub(super) const LABEL: &str = "main";

/// What stands in the title bar, kept for a window that is made later than the program.
pub(super) struct Title(pub(super) String);

/// Makes the window from its entry in `tauri.conf.json`.
pub(super) fn create(app: &AppHandle) -> tauri::Result<()> {
    let entry = app.config().app.windows.iter().find(|entry| entry.label == LABEL);
    let entry = entry.cloned().ok_or(tauri::Error::WindowNotFound)?;
    let outside = app.clone();
    let window = WebviewWindowBuilder::from_config(app, &entry)?
        .title(&app.state::<Title>().0)
        .initialization_script(rest::REMEMBER_FORMS)
        .on_navigation(ours)
        .on_new_window(move |address, _features| {
            if let Err(refusal) = open_outside(outside.clone(), address.as_str()) {
                tracing::warn!(?refusal, "a link was not opened");
            }
            NewWindowResponse::Deny
        })
        .build()?;
    rest::put_back(app, &window)
}

/// Whether an address is a page of this program: the window itself never leaves it.
fn ours(address: &Url) -> bool {
    let development = cfg!(debug_assertions) && address.host_str() == Some("localhost");
    let bundled = address.scheme() == "tauri" || address.host_str() == Some("tauri.localhost");
    bundled || development
}

/// Opens a link to the outside (a `wa.me` message, a map) in the system's browser.
#[tauri::command]
pub(super) fn open_outside(app: AppHandle, address: &str) -> Result<(), Refusal> {
    let refused = || {
        Refusal::new(
            "not_a_link",
            "only links to web pages, mail and telephone numbers are opened",
        )
    };
    let address = Url::parse(address).map_err(|_| refused())?;
    if !leads_outside(&address) {
        return Err(refused());
    }
    app.opener()
        .open_url(address.as_str(), None::<&str>)
        .map_err(|error| Refusal::new("link_not_opened", format!("no program opened the link: {error}")))
}

/// Whether an address is for the system's browser. A `file:` or a program's own scheme would start what it names.
fn leads_outside(address: &Url) -> bool {
    matches!(address.scheme(), "https" | "mailto" | "tel")
}

/// Brings the window to the front, from wherever it is. A program that was started in the tray, or whose window was closed
/// for long, makes its window here, and until then needs no memory for a page that nobody looks at.
pub(super) fn show(app: &AppHandle) {
    let window = app.get_webview_window(LABEL);
    // A second start may come while the first is still opening the office; the window is on its way then.
    let Some(resting) = app.try_state::<Rest>() else {
        return;
    };
    if !resting.end(window.is_some()) {
        return;
    }
    let shown = match window {
        Some(window) => window
            .show()
            .and_then(|()| window.unminimize())
            .and_then(|()| window.set_focus()),
        None => create(app),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window could not be shown");
    }
}

/// Closing leaves the process, the tray icon and the schedule alone.
pub(super) fn hide(window: &Window) {
    rest::begin(window);
    if let Err(error) = window.hide() {
        tracing::error!(%error, "the window could not be hidden");
    }
}

/// Gives the frame that the system draws the colours of the page.
#[tauri::command]
pub(super) fn set_theme(app: AppHandle, theme: &str) -> Result<(), Refusal> {
    let theme = match theme {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        "system" => None,
        _ => return Err(Refusal::new("theme_unknown", "a theme is light, dark or system")),
    };
    app.set_theme(theme);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_never_leaves_the_program() {
        let is_ours = |address: &str| ours(&Url::parse(address).unwrap());
        assert!(is_ours("tauri://localhost/index.html"));
        assert!(
            is_ours("http://tauri.localhost/customers/1"),
            "the address on Windows"
        );
        for other in [
            "https://example.com/",
            "file:///etc/passwd",
            "https://tauri.localhost.example.com/",
            "data:text/html,x",
        ] {
            assert!(!is_ours(other), "{other} would have been opened in the window");
        }
    }

    #[test]
    fn a_link_starts_no_program() {
        let outside = |address: &str| leads_outside(&Url::parse(address).unwrap());
        assert!(outside("https://wa.me/6281200000000?text=halo"));
        for other in [
            "file:///usr/bin/xterm",
            "javascript:alert(1)",
            "ms-settings:",
            "http://192.168.88.1/",
        ] {
            assert!(!outside(other), "{other} would have been handed to the system");
        }
    }
}
