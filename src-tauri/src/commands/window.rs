//! Without a command: the desktop application. The same office as `serve`, behind the window's own door.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use office::schedule::Pace;
use office::settings::ChangeSettings;
use office::{Error, Kind, Office};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::command_line::CommandLine;
use crate::commands::leaving::{self, Leaving};
use crate::commands::serve::Running;
use crate::desktop::{self, DesktopApp, ScheduleSwitch, Start, Stopped};
use crate::{boot, restore, training, voice};

/// The setting that the tray switches.
const PAUSED: &str = "office.schedule_paused";

/// Opens the office in a window.
pub(super) fn run(line: &CommandLine, runtime: &Runtime) -> ExitCode {
    let start = Start {
        runtime: runtime.handle().clone(),
        instance: None,
        start_in_tray: line.in_tray,
        rest: Duration::from_secs(line.window_rest),
    };
    let place = &line.place;
    show(start, || {
        let restored = runtime.block_on(restore::put_in_place_of(place))?;
        let office = runtime.block_on(boot::open(place))?;
        let leaving = Leaving {
            join: Some(leaving::joining(place, &office)),
            restore: Some(leaving::restoring(place)),
            restored,
        };
        app(office, runtime, leaving)
    })
}

/// Opens a training office in a window.
pub(super) fn run_training(line: &CommandLine, customers: u32, runtime: &Runtime) -> ExitCode {
    let instance = Some("training".to_owned());
    let start = Start {
        runtime: runtime.handle().clone(),
        instance,
        start_in_tray: false,
        rest: Duration::from_secs(line.window_rest),
    };
    // The simulated router lives until the window is gone.
    let mut router = None;
    show(start, || {
        let training = runtime.block_on(training::open(&line.place, customers))?;
        router = Some(training.router);
        app(training.office, runtime, Leaving::default())
    })
}

fn show(start: Start, open: impl FnOnce() -> Result<DesktopApp, Error>) -> ExitCode {
    let explain = |error: &Error| {
        let words = error.detail.for_language(voice::language());
        format!("{words} [{}]", error.code)
    };
    match desktop::run(start, open, explain) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stopped::Office(error)) => voice::failed(&error),
        Err(Stopped::Shell(error)) => voice::failed(
            &Error::new(
                Kind::Unavailable,
                error.code(),
                "Jendela tidak dapat dibuka di sini. Jalankan `sambung serve` dan buka alamatnya di peramban.",
                "The window cannot be opened here. Run `sambung serve` and open its address in a browser.",
            )
            .caused_by(error),
        ),
    }
}

/// The office as the shell needs it, with its worker and schedule running.
fn app(office: Office, runtime: &Runtime, leaving: Leaving) -> Result<DesktopApp, Error> {
    let running = runtime.block_on(Running::start(office.clone(), Some(Pace::default())))?;
    let name = office.settings().borrow().office_name.clone();
    let updating = office.clone();
    Ok(DesktopApp {
        router: api::router(office.clone()),
        mark: Arc::new(|extensions| {
            extensions.insert(api::Door::Local);
        }),
        schedule: schedule_switch(&office, runtime),
        join: leaving.join,
        restore: leaving.restore,
        restored: leaving.restored,
        updates_enabled: Arc::new(move || {
            let enabled = updating.settings().borrow().updates_enabled;
            Box::pin(async move { enabled })
        }),
        shutdown: Box::new(move || Box::pin(running.stop())),
        title: if name.is_empty() {
            "Sambung".to_owned()
        } else {
            format!("{name} – Sambung")
        },
    })
}

/// The schedule as the tray sees it: a setting of the office, followed and changed.
fn schedule_switch(office: &Office, runtime: &Runtime) -> ScheduleSwitch {
    let mut settings = office.settings();
    let (paused, seen) = watch::channel(settings.borrow().office_schedule_paused);
    runtime.spawn(async move {
        while settings.changed().await.is_ok() {
            let now = settings.borrow_and_update().office_schedule_paused;
            paused.send_if_modified(|before| std::mem::replace(before, now) != now);
        }
    });
    let office = office.clone();
    ScheduleSwitch {
        paused: seen,
        set_paused: Arc::new(move |paused| {
            let office = office.clone();
            Box::pin(async move {
                let change = ChangeSettings(serde_json::Map::from_iter([(PAUSED.to_owned(), paused.into())]));
                let changed = office.perform(&voice::console(), change).await;
                changed
                    .map(|_| ())
                    .map_err(|error| error.detail.for_language(voice::language()).to_owned())
            })
        }),
    }
}
