//! The program `sambung`.

// Without a console window of its own on Windows; `voice::start` attaches to the one that it was started from.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    sambung_lib::run()
}
