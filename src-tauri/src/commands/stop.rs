//! How a program without a window is asked to stop.

use office::Error;

/// The signals that ask. They are heard from when this is made: a service may be stopped a moment after its start, and what
/// it has begun is to be finished then too.
#[cfg(unix)]
pub(crate) struct StopSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignals {
    /// Begins to listen.
    ///
    /// # Errors
    /// `internal` when the system refuses.
    pub(crate) fn listen() -> Result<StopSignals, Error> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(StopSignals {
            interrupt: signal(SignalKind::interrupt()).map_err(Error::fault)?,
            terminate: signal(SignalKind::terminate()).map_err(Error::fault)?,
        })
    }

    /// Waits for one of them.
    pub(crate) async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl+C, the console being closed, and the end of the system.
#[cfg(windows)]
pub(crate) struct StopSignals {
    interrupt: tokio::signal::windows::CtrlC,
    closed: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl StopSignals {
    /// Begins to listen.
    ///
    /// # Errors
    /// `internal` when the system refuses.
    pub(crate) fn listen() -> Result<StopSignals, Error> {
        use tokio::signal::windows::{ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(StopSignals {
            interrupt: ctrl_c().map_err(Error::fault)?,
            closed: ctrl_close().map_err(Error::fault)?,
            shutdown: ctrl_shutdown().map_err(Error::fault)?,
        })
    }

    /// Waits for one of them.
    pub(crate) async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.closed.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}
