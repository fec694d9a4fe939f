//! A build without the feature `desktop` has no window; it says so and what to do instead.

use std::process::ExitCode;

use office::{Error, Kind};
use tokio::runtime::Runtime;

use crate::command_line::CommandLine;
use crate::voice;

/// Says that there is no window.
pub(super) fn run(_: &CommandLine, _: &Runtime) -> ExitCode {
    refuse()
}

/// Says that there is no window.
pub(super) fn run_training(_: &CommandLine, _: u32, _: &Runtime) -> ExitCode {
    refuse()
}

fn refuse() -> ExitCode {
    voice::failed(&Error::new(
        Kind::Unavailable,
        "no_window",
        "Sambung ini dibangun tanpa jendela. Jalankan `sambung serve` dan buka alamatnya di peramban.",
        "This Sambung was built without a window. Run `sambung serve` and open its address in a browser.",
    ))
}
