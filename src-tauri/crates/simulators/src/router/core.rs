//! What the listener, the conversations and the handle share.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::fault::{Fault, FaultPlan};
use super::state::State;

#[derive(Debug)]
pub(crate) struct Core {
    state: Mutex<State>,
    fault: Mutex<FaultPlan>,
    /// Cancelled when the router is switched off; children end the conversations alone.
    pub(crate) off: CancellationToken,
    conversations: Mutex<CancellationToken>,
    round_trip: AtomicU64,
    redial_after: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) logins: AtomicU64,
    pub(crate) most_under_way: AtomicUsize,
}

impl Core {
    pub(crate) fn new(state: State) -> Self {
        let off = CancellationToken::new();
        Self {
            fault: Mutex::default(),
            conversations: Mutex::new(off.child_token()),
            off,
            round_trip: AtomicU64::new(micros(state.spec.round_trip)),
            redial_after: AtomicU64::new(micros(state.spec.redial_after)),
            connections: AtomicU64::new(0),
            logins: AtomicU64::new(0),
            most_under_way: AtomicUsize::new(0),
            state: Mutex::new(state),
        }
    }

    /// Does something with the router's state; devices that are to dial again do so after their pause.
    pub(crate) fn with<T>(self: &Arc<Self>, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = act(&mut state);
        let redials = std::mem::take(&mut state.redials);
        drop(state);
        if !redials.is_empty() {
            let core = Arc::clone(self);
            let pause = Duration::from_micros(self.redial_after.load(Ordering::Relaxed));
            tokio::spawn(self.off.clone().run_until_cancelled_owned(async move {
                tokio::time::sleep(pause).await;
                let mut state = core.lock();
                redials.into_iter().for_each(|redial| state.come_back(redial));
            }));
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn fault(&self) -> Fault {
        self.plan().now
    }

    /// The fault that the next command meets.
    pub(crate) fn next_fault(&self) -> Fault {
        self.plan().next()
    }

    pub(crate) fn plan(&self) -> MutexGuard<'_, FaultPlan> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn round_trip(&self) -> Duration {
        Duration::from_micros(self.round_trip.load(Ordering::Relaxed))
    }

    pub(crate) fn set_round_trip(&self, round_trip: Duration) {
        self.round_trip.store(micros(round_trip), Ordering::Relaxed);
    }

    pub(crate) fn set_redial_after(&self, pause: Duration) {
        self.redial_after.store(micros(pause), Ordering::Relaxed);
    }

    /// Whether chance closes the next connection at once.
    pub(crate) fn turns_away(&self) -> bool {
        self.plan().turns_away()
    }

    /// The token that a new conversation ends with.
    pub(crate) fn conversation(&self) -> CancellationToken {
        self.conversations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn cut_conversations(&self) {
        let mut conversations = self.conversations.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *conversations, self.off.child_token()).cancel();
    }

    /// Counts a command of a conversation that has so many others under way.
    pub(crate) fn begun(&self, under_way: &AtomicUsize) {
        let under_way = under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_under_way.fetch_max(under_way, Ordering::Relaxed);
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
