//! The queue at one router: who may send now, and the connection that is kept between two pieces of work. What brings
//! lines of its own where the rules want them goes on beside others of that kind, so that no piece waits while another
//! reads; everything else has the router to itself. Each has its turn in the order in which it came.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use routeros_api::Connection;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// A connection that is kept between two pieces of work.
#[derive(Debug)]
pub(super) struct Kept {
    pub connection: Connection,
    /// The edit of the router's row that it was opened by; a later edit may have changed host, user or password.
    pub version: i64,
    /// When it was last known to answer.
    pub answered: Instant,
}

/// The queue at one router.
#[derive(Debug, Default)]
pub(super) struct Queue {
    order: Arc<RwLock<()>>,
    kept: Mutex<Option<Kept>>,
    /// Held by whoever looks for a connection, so that two who come at once do not log in twice.
    opening: tokio::sync::Mutex<()>,
}

/// A turn, for as long as it is held.
#[derive(Debug)]
pub(super) enum Place {
    /// Nobody else sends anything meanwhile.
    Alone { _guard: OwnedRwLockWriteGuard<()> },
    /// Others may change lines meanwhile, but not these.
    Beside { _guard: OwnedRwLockReadGuard<()> },
}

impl Queue {
    pub(super) async fn alone(&self) -> Place {
        let _guard = Arc::clone(&self.order).write_owned().await;
        Place::Alone { _guard }
    }

    pub(super) async fn beside(&self) -> Place {
        let _guard = Arc::clone(&self.order).read_owned().await;
        Place::Beside { _guard }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One at a time may look for a connection.
    pub(super) async fn opening(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.opening.lock().await
    }

    /// Takes the connection out, so that it is gone if whoever tries it gives up half way.
    pub(super) fn take(&self) -> Option<Kept> {
        self.kept().take()
    }

    pub(super) fn keep(&self, kept: Kept) {
        *self.kept() = Some(kept);
    }

    pub(super) fn forget(&self) {
        *self.kept() = None;
    }

    /// Notes at the end of a piece of work that the router answered just now, or that its connection is of no use.
    pub(super) fn ended(&self) {
        let mut kept = self.kept();
        // Whatever failed for the router as a whole has made the connection unusable.
        kept.take_if(|kept| !kept.connection.is_usable());
        if let Some(kept) = kept.as_mut() {
            kept.answered = Instant::now();
        }
    }
}
