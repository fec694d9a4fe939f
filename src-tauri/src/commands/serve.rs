//! `sambung serve`: the office without a window.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use office::people::ReadSetup;
use office::schedule::Pace;
use office::{Error, Kind, Language, Office, desks, jobs, schedule};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::command_line::Place;
use crate::commands::stop::StopSignals;
use crate::{boot, voice};

/// Opens the office and serves it until the process is asked to stop.
pub(super) async fn run(
    place: &Place,
    listen: SocketAddr,
    with_schedule: bool,
    lease: Option<Duration>,
) -> Result<ExitCode, Error> {
    let stop = StopSignals::listen()?;
    let office = boot::open(place).await?;
    if let Some(lease) = lease {
        office.set_job_lease(lease);
    }
    let pace = with_schedule.then(|| lease.map_or_else(Pace::default, Pace::of));
    let listener = bind(listen, "--listen").await?;
    let address = listener.local_addr().map_err(Error::fault)?;
    voice::result(&format!("http://{address}"));
    hint_at_owner(&office).await?;
    let running = Running::start(office.clone(), pace).await?;
    let served = serve(office, listener, stop).await;
    running.stop().await;
    served.map(|()| ExitCode::SUCCESS)
}

/// Tells how the first owner is made where there is none yet: over TCP nobody can.
async fn hint_at_owner(office: &Office) -> Result<(), Error> {
    let setup = ReadSetup { local: true }.run(office).await?;
    if setup.needs_owner {
        voice::say(match voice::language() {
            Language::Indonesian => {
                "Kantor ini belum punya pemilik. Buat dengan: sambung user add NAMA --role owner (kata sandi di masukan \
                 standar). [no_owner]"
            }
            Language::English => {
                "This office has no owner yet. Make one with: sambung user add NAME --role owner (password on standard \
                 input). [no_owner]"
            }
        });
    }
    Ok(())
}

/// Takes the address, or says that somebody has it and by which `option` another is chosen.
pub(crate) async fn bind(listen: SocketAddr, option: &str) -> Result<TcpListener, Error> {
    TcpListener::bind(listen).await.map_err(|error| {
        let why = voice::in_words(&error);
        Error::new(
            Kind::Unavailable,
            "cannot_listen",
            format!(
                "{listen} tidak dapat dipakai ({}). Pilih alamat lain dengan {option}.",
                why.id
            ),
            format!(
                "{listen} cannot be used ({}). Choose another with {option}.",
                why.en
            ),
        )
    })
}

/// Serves API and UI until the process is asked to stop.
pub(crate) async fn serve(office: Office, listener: TcpListener, stop: StopSignals) -> Result<(), Error> {
    let router = api::with_ui(api::router(office), page());
    api::serve(listener, router, stop.asked())
        .await
        .map_err(Error::fault)
}

/// The worker, the schedule, the isolation page and the presence at its desk of this process.
pub(crate) struct Running {
    stop: CancellationToken,
    worker: tokio::task::JoinHandle<()>,
    isolation_page: tokio::task::JoinHandle<()>,
    presence: tokio::task::JoinHandle<()>,
    ticker: Option<schedule::Ticker>,
}

impl Running {
    /// Starts them; without a pace, all but the schedule.
    pub(crate) async fn start(office: Office, pace: Option<Pace>) -> Result<Running, Error> {
        let stop = CancellationToken::new();
        let worker = jobs::spawn_worker(office.clone(), stop.clone());
        let isolation_page = tokio::spawn(api::isolir::follow(office.clone(), stop.clone()));
        let presence = desks::spawn(office.clone(), stop.clone());
        let ticker = match pace {
            Some(pace) => Some(schedule::start(office, pace).await?),
            None => None,
        };
        Ok(Running {
            stop,
            worker,
            isolation_page,
            presence,
            ticker,
        })
    }

    /// Stops them; what is under way is finished first.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Some(ticker) = self.ticker
            && let Err(error) = ticker.stop().await
        {
            tracing::warn!(code = error.code, "the schedule did not stop cleanly");
        }
        if let Err(error) = self.worker.await {
            tracing::warn!(%error, "the worker did not stop cleanly");
        }
        if let Err(error) = self.presence.await {
            tracing::warn!(%error, "the presence at this desk did not stop cleanly");
        }
        if let Err(error) = self.isolation_page.await {
            tracing::warn!(%error, "the isolation page did not stop cleanly");
        }
    }
}

/// The page for a browser: a folder that was named, the files in the program, or the tree while developing.
fn page() -> Option<api::Ui> {
    let is_page = |folder: &PathBuf| folder.join("index.html").is_file();
    if let Some(folder) = std::env::var_os("SAMBUNG_UI").map(PathBuf::from).filter(is_page) {
        return Some(api::Ui::Folder(folder));
    }
    #[cfg(feature = "desktop")]
    if let Some(page) = crate::desktop::built_in_page() {
        return Some(page);
    }
    let tree = cfg!(debug_assertions).then(|| PathBuf::from("ui/dist"));
    tree.filter(is_page).map(api::Ui::Folder)
}
