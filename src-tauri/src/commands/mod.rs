//! What each command does: it opens the office, performs requests as the console, and prints the answer.

mod counter;
mod desk;
mod documents;
mod import;
mod isolation;
mod key;
#[cfg(feature = "desktop")]
mod leaving;
mod log;
mod moving;
mod naming;
mod people;
mod restoring;
mod router;
mod router_lines;
mod router_plan;
mod safekeeping;
pub(crate) mod serve;
pub(crate) mod stop;
mod task;
#[cfg(feature = "desktop")]
mod window;
#[cfg(not(feature = "desktop"))]
#[path = "no_window.rs"]
mod window;

use std::process::ExitCode;
use std::time::Duration;

use office::Error;

use crate::command_line::{Command, CommandLine, Place};
use crate::{boot, training, voice};

/// Runs a command line to its exit code.
pub(crate) fn run(line: CommandLine) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return voice::failed(&Error::fault(error)),
    };
    // The window systems insist on the main thread, outside of the runtime.
    match line.command {
        None => window::run(&line, &runtime),
        Some(Command::Training {
            customers,
            serve: None,
        }) => window::run_training(&line, customers, &runtime),
        Some(command) => match runtime.block_on(perform(&line.place, command)) {
            Ok(code) => code,
            Err(error) => voice::failed(&error),
        },
    }
}

async fn perform(place: &Place, command: Command) -> Result<ExitCode, Error> {
    match command {
        Command::Serve {
            listen,
            no_schedule,
            lease,
        } => serve::run(place, listen, !no_schedule, lease.map(Duration::from_secs)).await,
        Command::Task(task) => task::run(&boot::open(place).await?, task).await,
        Command::Import { what } => import::run(&boot::open(place).await?, what).await,
        Command::Package { what } => counter::package(&boot::open(place).await?, what).await,
        Command::Customer { what } => counter::customer(&boot::open(place).await?, what).await,
        Command::Payment { what } => counter::payment(&boot::open(place).await?, what).await,
        Command::Invoice { what } => documents::invoice(&boot::open(place).await?, what).await,
        Command::User { what } => people::user(&boot::open(place).await?, what).await,
        Command::Token { what } => people::token(&boot::open(place).await?, what).await,
        Command::Router { what } => router::run(&boot::open(place).await?, what).await,
        Command::Isolation { what } => isolation::run(&boot::open(place).await?, what).await,
        Command::Log { what } => log::run(&boot::open(place).await?, what).await,
        Command::Key { what } => key::run(place, what).await,
        Command::Desk { what } => desk::run(place, what).await,
        Command::Backup { file, encrypt } => Box::pin(safekeeping::backup(place, &file, encrypt)).await,
        Command::Restore { file, show, confirm } => {
            Box::pin(restoring::run(place, &file, restoring::How { show, confirm })).await
        }
        Command::Move { to: Some(to), .. } => Box::pin(moving::run(place, &to)).await,
        Command::Move { to: None, .. } => Box::pin(moving::undo(place)).await,
        Command::Verify => safekeeping::verify(&boot::open(place).await?).await,
        Command::Training { customers, serve } => {
            let usual = std::net::SocketAddr::from(([127, 0, 0, 1], 8790));
            training::serve(place, customers, serve.unwrap_or(usual)).await
        }
    }
}
