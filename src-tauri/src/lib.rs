//! Sambung's shell: the command line, the window with its tray, and what only a desktop can do. Everything an office
//! does is in the crate `office`; this crate opens it and hands it to a door.

mod boot;
mod command_line;
mod commands;
#[cfg(feature = "desktop")]
pub mod desktop;
mod remembered;
mod restore;
mod training;
mod usage;
mod voice;

use std::process::ExitCode;

use clap::Parser as _;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    voice::start();
    // The one TLS provider of the process; a second call, as from a test, finds it installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match command_line::CommandLine::try_parse() {
        Ok(line) => commands::run(line),
        Err(error) => usage::tell(&error),
    }
}
